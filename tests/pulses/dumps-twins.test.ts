import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEAKS } from './attack/leaks.ts';
import { seedCrypto } from './attack/seeded-crypto.ts';
import { smallWorld } from './attack/small-world.ts';

// Whoever copies everything after each answer finds out what was said where the bot leaks it, in whichever way, and nothing where it does not.

const STEPS = 40;
/** Of a twin: enough for it to be found out. */
const FEWER = 30;
const TELLING = 0.01;

let world: Awaited<ReturnType<typeof smallWorld>>;
let unseed = () => {};

beforeAll(async () => {
  unseed = seedCrypto(5);
  world = await smallWorld();
});
afterAll(async () => {
  unseed();
  await world.close();
});

test('from sealed boxes nobody learns what was answered', async () => {
  const { verdict, found } = await world.attacked(STEPS, undefined);
  expect(found, 'where words of a comment were found').toEqual([]);
  expect(verdict.p, `${verdict.best.seen} tells of ${verdict.best.of}`).toBeGreaterThanOrEqual(TELLING);
  expect(verdict.guessed.p, `${verdict.guessed.right} right guesses of ${verdict.guessed.of}`).toBeGreaterThanOrEqual(TELLING);
  expect(verdict.looked, 'the attack had something to look at').toBeGreaterThan(200);
});

test.each(LEAKS)('control: $name is found out', async (leak) => {
  const { verdict, found } = await world.attacked(FEWER, leak);
  if (leak.seen) {
    expect(verdict.p).toBeLessThan(TELLING);
    expect(verdict.best.seen).toMatch(leak.seen);
  }
  if (leak.guesses) expect(verdict.guessed.p).toBeLessThan(TELLING);
  if (leak.found) expect(found).toContainEqual(expect.stringMatching(leak.found));
});
