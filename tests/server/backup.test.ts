import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runScript } from '../support/child.ts';

/** Scripts that somebody runs with a DATA_DIR in which there is no database: a slip of the hand, most often. (The control, with one: start.test.ts.) */

const home = mkdtempSync(join(tmpdir(), 'cc-nowhere-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = (dataDir: string, script: string, ...args: string[]) => runScript(script, args, { HOME: home, DATA_DIR: dataDir });
const PLAN = ['docs/plan.example.csv', '--locality', 'Northern locality'];

describe('a script that finds no database', () => {
  it.each([
    ['backup', [join(home, 'nothing.tar.gz')], 'nothing was backed up'],
    ['import', PLAN, 'nothing was brought in'],
    ['nudge', ['--dry-run'], 'nobody was looked for'],
  ])('says so and makes none: %s', async (script, args, undone) => {
    const before = readdirSync(home);
    const nowhere = join(home, 'nowhere');
    expect(await run(nowhere, script, ...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: `There is no database in ${nowhere}: ${undone}. DATA_DIR says where it is.\n`,
    });
    expect(readdirSync(home)).toEqual(before);
  });

  it('makes nothing in a folder of something else either', async () => {
    const path = join(home, 'other.tar.gz');
    expect((await run(join(process.cwd(), 'docs'), 'backup', path)).stderr).toMatch(
      /^There is no database in .*docs: nothing was backed up/u,
    );
    expect(readdirSync('docs').filter((name) => name.startsWith('lock-') || name === 'postgresql')).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });
});
