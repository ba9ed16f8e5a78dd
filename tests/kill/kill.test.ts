import { describe, expect, test } from 'vitest';
import { runKills } from './kills.ts';
import { placesOnServer } from './on-server.ts';

/** `npm run kills` does the same for longer, on both engines. */

const { logFile, newPlace } = placesOnServer();

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
