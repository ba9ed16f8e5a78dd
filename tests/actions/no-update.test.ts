import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { setPlan } from '../support/plan.ts';

// An action without an update stays so over the turn of a half-term (22 February 2027), until somebody rates it.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

test('once without an update, an action stays so until it is rated, whatever half-term begins', async () => {
  const owner = await bot.as('wakefield.earlyhelp');
  await setPlan(bot, [
    {
      number: 12,
      title: 'Share early-help data',
      owner: 'wakefield.earlyhelp',
      due: '2027-07-16',
      ratings: [{ rating: 'green', at: '2026-11-02', by: 'wakefield.earlyhelp' }],
    },
  ]);
  const isWithout = async (day: string) => {
    bot.clock.set(`${day}T14:00:00Z`);
    return (await owner.say('/rag no update')).text.includes('WAK-12');
  };
  expect(await isWithout('2027-01-15')).toBe(false);
  for (const day of ['2027-01-20', '2027-02-12', '2027-02-19', '2027-02-23', '2027-03-07', '2027-03-08', '2027-05-20'])
    expect(await isWithout(day), day).toBe(true);
  await owner.say('/rag 12 green');
  expect(await isWithout('2027-06-08')).toBe(false);
});
