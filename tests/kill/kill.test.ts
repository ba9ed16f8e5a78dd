import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { runKills } from './kills.ts';

/** `npm run kills` does the same for longer, on both engines. */

const folder = mkdtempSync(join(tmpdir(), 'common-cause-kills-'));
const endings: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
  rmSync(folder, { recursive: true, force: true });
});

/** A place for one programme, on the engine of this run. */
const newPlace = async () => {
  const dataDir = join(folder, randomUUID());
  if (inject('templateUrl') === undefined) return { dataDir, databaseUrl: undefined };
  const database = await testDatabase();
  endings.push(() => database.close());
  return { dataDir, databaseUrl: database.url };
};
const logFile = join(folder, 'log');

describe('a server that is killed at any moment, under load', () => {
  test('has every reading that it acknowledged, once, and answers every message at most once', async () => {
    const figures = await runKills({ place: await newPlace(), logFile, kills: 4, seed: 20 });
    expect(figures.broken).toEqual([]);
    expect(figures.kills).toBe(4);
    // Enough was under way that something could have gone wrong.
    expect(figures.commands).toBeGreaterThan(10);
    expect(figures.presses).toBeGreaterThan(3);
    expect(figures.events).toBeGreaterThan(10);
    expect(figures.sent).toBeGreaterThan(5);
  }, 120_000);
});

describe('the same check', () => {
  test('finds out a server that acknowledges before it has saved', async () => {
    const figures = await runKills({
      place: await newPlace(),
      logFile,
      kills: 2,
      seed: 1,
      script: 'tests/kill/twin.ts',
      env: { TWIN: 'early' },
    });
    expect(figures.broken.join('\n')).toContain('acknowledged and not there');
  }, 120_000);

  test('finds out a server that does a message twice', async () => {
    const figures = await runKills({
      place: await newPlace(),
      logFile,
      kills: 1,
      seed: 1,
      script: 'tests/kill/twin.ts',
      env: { TWIN: 'twice' },
    });
    expect(figures.broken.join('\n')).toMatch(/there 2 times|decided 2 times/u);
  }, 120_000);
});
