import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Seen } from './attack/attacker.ts';
import { LEAKS } from './attack/leaks.ts';
import { seedCrypto } from './attack/seeded-crypto.ts';
import { smallWorld } from './attack/small-world.ts';

// Whoever copies everything after each answer finds out what was said where the bot leaks it, in whichever way, and nothing where it does not.

const STEPS = 40;
/** Of a twin: enough for it to be found out. */
const FEWER = 30;
/** Answers of which each is looked at by itself. */
const FIRST = 6;
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

/** What does not follow from ids that are drawn anew in each world, or from the sealed bytes. */
const OF_THE_ROWS = /^(?:rows|new rows|length|lines|metric|sent)/u;
/** The places too, where nothing but answering moves them: a server tidies its tables by itself. */
const OF_THE_DISK = /^(?:page|slot|size of file|changed pages of file|first changed page|last changed page)/u;
const looks = (seen: readonly Seen[]) =>
  seen.map((step) => [...step].filter(([name]) => OF_THE_ROWS.test(name) || (world.engine === 'pglite' && OF_THE_DISK.test(name))).sort());

test('every step looks the same whatever is answered, from the first answer on', async () => {
  const honest = looks((await world.attacked(FIRST, undefined, 1)).seen);
  expect(honest.flat().length).toBeGreaterThan(10 * FIRST);
  expect(looks((await world.attacked(FIRST, undefined, 2)).seen)).toEqual(honest);
  // control: a twin whose box is as long as what is in it
  const twin = LEAKS.find(({ name }) => name.startsWith('a box as long'));
  expect(looks((await world.attacked(FIRST, twin, 2)).seen)).not.toEqual(honest);
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
