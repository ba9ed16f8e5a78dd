import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { packageSettings, teamsManifest } from '../../src/platforms/teams/manifest.ts';

const root = new URL('../../', import.meta.url);
const file = (path: string) => readFileSync(new URL(path, root));
const ENVIRONMENT = { TEAMS_CLIENT_ID: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee', PUBLIC_URL: 'https://commoncause.example.org' };

const schema = JSON.parse(file('tests/fixtures/teams-manifest-1.29.schema.json').toString());
// The schema is of draft 4, which differs from what ajv reads in nothing that it uses but its own name.
const { $schema: _, ...rules } = schema;
const validate = new Ajv({ strict: false, allErrors: true, formats: { uri: (text: string) => URL.canParse(text) } }).compile(rules);
const manifest = () => teamsManifest(commands, packageSettings(ENVIRONMENT), '0.1.0');

describe('the Teams manifest', () => {
  test('is one that Teams takes', () => {
    validate(manifest());
    expect(validate.errors).toBeNull();
  });

  test.each([
    ['an unknown word', { unknown: true }],
    ['an app id that is none', { id: 'x' }],
    ['a slash trigger in a manifest of before', { manifestVersion: '1.25' }],
  ])('with %s would be refused', (_, change) => {
    expect(validate({ ...manifest(), ...change })).toBe(false);
  });

  test('lists every command that people can type, for mentions and for slash', () => {
    const [bot] = manifest().bots;
    expect(bot?.supportsTargetedMessages).toBe(true);
    expect(bot?.commandLists[0]?.commands.map(({ title }) => title)).toEqual(commands.map(({ name }) => name));
    expect(bot?.commandLists[0]?.triggers).toEqual(['mention', 'slash']);
    expect(commands.length).toBeLessThanOrEqual(12);
  });

  test('opens the log form from a message and by slash', () => {
    expect(manifest().composeExtensions[0]?.commands[0]).toMatchObject({
      id: 'log_reading',
      fetchTask: true,
      triggers: ['slash'],
      context: ['compose', 'message'],
    });
  });
});

describe('what the package needs', () => {
  const problems = (environment: Record<string, string>) => {
    try {
      packageSettings(environment);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  test('is asked for all at once, with where to find it', () => {
    expect(problems({})).toMatch(/TEAMS_CLIENT_ID is missing: Azure portal.*\nPUBLIC_URL is missing/u);
  });
  test('is an address that Teams can reach', () => {
    expect(problems({ ...ENVIRONMENT, PUBLIC_URL: 'http://localhost:3000' })).toMatch(/PUBLIC_URL must start with https/u);
  });
  test('is an app id', () => {
    expect(problems({ ...ENVIRONMENT, TEAMS_CLIENT_ID: 'common-cause' })).toMatch(/TEAMS_CLIENT_ID is not an app id/u);
  });
});

describe('an icon', () => {
  const pixels = (name: string, size: number) => {
    const png = file(`assets/teams/${name}.png`);
    const data = png.subarray(png.indexOf('IDAT') + 4, png.indexOf('IEND') - 8);
    const raw = inflateSync(data);
    return {
      width: png.readUInt32BE(16),
      height: png.readUInt32BE(20),
      at: (x: number, y: number) => [...raw.subarray(y * (1 + size * 4) + 1 + x * 4, y * (1 + size * 4) + 5 + x * 4)],
    };
  };
  test('in colour is 192 by 192 with a ground of its own', () => {
    const { width, height, at } = pixels('color', 192);
    expect([width, height, at(0, 0)[3], at(191, 191)[3]]).toEqual([192, 192, 255, 255]);
  });
  test('in outline is 32 by 32, white on nothing', () => {
    const { width, height, at } = pixels('outline', 32);
    expect([width, height, at(0, 0)[3]]).toEqual([32, 32, 0]);
    const drawn = Array.from({ length: 32 * 32 }, (_, index) => at(index % 32, Math.floor(index / 32))).filter(
      ([, , , alpha]) => alpha !== 0,
    );
    expect(drawn.length).toBeGreaterThan(50);
    for (const [red, green, blue] of drawn) expect([red, green, blue]).toEqual([255, 255, 255]);
  });
});

describe('npm run teams:package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'common-cause-'));
  const zip = join(folder, 'teams.zip');
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (environment: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['scripts/teams-package.ts', zip], { cwd: root, env: environment });

  test('makes a zip with the manifest and both icons', async () => {
    await run(ENVIRONMENT);
    const packed = unzipSync(readFileSync(zip));
    expect(Object.keys(packed).sort()).toEqual(['color.png', 'manifest.json', 'outline.png']);
    const { version } = JSON.parse(file('package.json').toString());
    expect(JSON.parse(strFromU8(packed['manifest.json'] as Uint8Array))).toEqual(
      teamsManifest(commands, packageSettings(ENVIRONMENT), version),
    );
  });

  test('says what is missing and makes nothing', async () => {
    await expect(run({})).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/No package was made[\s\S]*TEAMS_CLIENT_ID is missing/u),
    });
  });
});
