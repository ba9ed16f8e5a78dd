import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeWave } from '../../src/pulses/close.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { pulseWorld } from '../support/pulse-world.ts';
import { clearPulses } from './clear.ts';

// From an answer to what is read: a pulse of twelve heads is opened, answered, closed, and read.

let bot: TestBot;
let world: Awaited<ReturnType<typeof pulseWorld>>;
beforeAll(async () => {
  bot = await testBot();
  world = await pulseWorld(bot);
});
beforeEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  await clearPulses(bot.core);
});
afterAll(() => bot.close());

/** So many of the heads agree, the pulse closes, and one of them reads. */
const readAfter = async (many: number) => {
  const wave = await world.open();
  for (const { personId } of world.heads.slice(0, many)) await world.answer(wave, personId, [1]);
  const head = await bot.as(world.heads[0]?.name ?? '');
  const before = await head.say('/pulse results');
  bot.clock.set('2026-12-03T17:31:00Z');
  expect(await closeWave(bot.core, wave)).toBe('released');
  return { before, after: await head.say('/pulse results') };
};

test('while it is open there is nothing to read; once it has closed each question says what most of them said, without a number', async () => {
  const { before, after } = await readAfter(6);
  expect(before.title).toContain('There are no results of a pulse');
  expect(after.title).toBe('Trust and working together, Testshire, December 2026, 5 questions: 5 mostly agree');
  expect(after.text.match(/ {2}Mostly agree\.$/gmu)).toHaveLength(5);
  expect(after.text).not.toMatch(/\d %|answers\. |[0-9]+ answers$/u);
});

test('where too few answered, that is all it says, once, over the questions', async () => {
  const { after } = await readAfter(4);
  expect(after.title).toBe('Trust and working together, Testshire, December 2026: no answer can be shown');
  expect(after.text.match(/^Fewer than 5 people or 3 organisations, .*: not shown to anyone\. .* \[c\]$/gmu)).toHaveLength(1);
  expect(after.text.match(/^\d \S.*\S$/gmu)).toHaveLength(5);
  const { after: none } = await (async () => {
    bot.clock.set('2026-11-19T14:00:00Z');
    await clearPulses(bot.core);
    return readAfter(2);
  })();
  expect(none.text, 'and two look like four').toBe(after.text);
});
