import { describe, expect, test } from 'vitest';
import { runNudgeKills } from './nudges.ts';
import { placesOnServer } from './on-server.ts';

/** `npm run kills` does the same at every point and at many moments between them, on both engines. */

const { logFile, newPlace } = placesOnServer();

/** In the transaction that plans, in the one that hands over, and where the request has left: each on another side of a promise. */
const POINTS = ['planning', 'delivering', 'arrived'] as const;

test('a server that is killed at each point of a message’s way sends everybody theirs once, or marks it as unconfirmed', async () => {
  const figures = await runNudgeKills({ place: await newPlace(), logFile, points: POINTS, random: 0, seed: 1 });
  expect(figures.broken).toEqual([]);
  expect(figures.points).toEqual([...POINTS]);
  // Some were under way at a kill, and the others' were not lost by it.
  expect(figures.unconfirmed).toBeGreaterThan(0);
  expect(figures.sent).toBeGreaterThan(0);
}, 240_000);

describe('the same check', () => {
  test('finds out a relay that sends again what a dead one was sending', async () => {
    const figures = await runNudgeKills({
      place: await newPlace(),
      logFile,
      points: ['arrived'],
      random: 0,
      seed: 1,
      env: { TWIN: 'repeats' },
    });
    expect(figures.broken.join('\n')).toMatch(/came 2 times/u);
  }, 120_000);

  /** What a planner without its unique key would do: every row has a key of its own. */
  const keyless = [
    `create function kills.keyless() returns trigger language plpgsql as $$ begin new.key := new.key || gen_random_uuid(); return new; end $$`,
    'create trigger keyless before insert on delivery for each row execute function kills.keyless()',
  ];
  const forgetful = [
    `create function kills.forgetful() returns trigger language plpgsql as $$ begin return old; end $$`,
    'create trigger forgetful before update on planner for each row execute function kills.forgetful()',
  ];

  test('finds out a planner that forgets up to when it has planned, where messages have no key to stop it', async () => {
    const broken = [...forgetful, ...keyless];
    const figures = await runNudgeKills({ place: await newPlace(), logFile, points: ['planned'], random: 0, seed: 1, broken });
    expect(figures.broken.join('\n')).toMatch(/was planned \d times/u);
  }, 120_000);
});
