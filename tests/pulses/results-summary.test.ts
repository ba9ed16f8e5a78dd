import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dueWorld } from '../summaries/due-world.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { clearPulses } from './clear.ts';
import { type ReleasedWave, setRelease } from './released.ts';

// What a summary says of pulses: when one closes and, to those who run it, how many have answered; then for two weeks that there are results.

const TITLE = 'Trust and working together';

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
  await clearPulses(bot.core);
});
afterEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  await clearPulses(bot.core);
});
afterAll(() => bot.close());

const set = (wave: Partial<ReleasedWave> = {}) =>
  setRelease(bot, {
    opensOn: '2026-11-09',
    closesOn: '2026-11-20',
    places: [{ kind: 'locality', name: 'Wakefield' }],
    items: [['trust', 1]],
    cells: [{ kind: 'locality', name: 'Wakefield', shown: { trust: { as: 'words', most: 0 } } }],
    ...wave,
  });
/** What a summary says of pulses. */
const linesFor = async (name: string, asked = '/summary') =>
  (await (await bot.as(name)).say(asked)).text.split('\n').filter((line) => line.startsWith('Pulse'));

describe('an open pulse', () => {
  test.each([
    [null, 'Pulse closes on Friday'],
    ['up_to_half', 'Pulse closes on Friday: up to half have answered'],
    ['over_half', 'Pulse closes on Friday: over half have answered'],
    ['most', 'Pulse closes on Friday: 85 % or more have answered'],
  ] as const)('is one line for its coordinator; the band of %s as it was worked out in the morning', async (turnout, says) => {
    await set({ state: 'open', turnout });
    expect(await linesFor('wakefield.coordinator')).toEqual([`${says}  ${TITLE}`]);
  });

  test('says the date where it closes later than this week', async () => {
    await set({ state: 'open', closesOn: '2026-12-04' });
    expect(await linesFor('wakefield.coordinator')).toEqual([`Pulse closes on Friday 4 Dec  ${TITLE}`]);
    bot.clock.set('2026-12-04T09:00:00Z');
    expect(await linesFor('wakefield.coordinator')).toEqual([`Pulse closes today  ${TITLE}`]);
  });

  test.each(['wakefield.lead', 'wakefield.head.1', 'pilot1.adviser', 'rochdale.coordinator'])('%s reads nothing of it', async (name) => {
    await set({ state: 'open', turnout: 'over_half' });
    expect(await linesFor(name, '/summary wakefield')).toEqual([]);
    expect(await linesFor('wakefield.coordinator'), 'control: who runs it').toHaveLength(1);
  });

  test('of more than their own places is said to close, without how many have answered', async () => {
    await set({ state: 'open', turnout: 'over_half', places: [{ kind: 'pilot', name: 'Vulnerable children' }] });
    expect(await linesFor('wakefield.coordinator')).toEqual([`Pulse closes on Friday  ${TITLE}`]);
    expect(await linesFor('programme.coordinator', '/summary wakefield')).toEqual([
      `Pulse closes on Friday: over half have answered  ${TITLE}`,
    ]);
  });

  test('is never in a summary as at a day, of a part of a locality, or for others to read', async () => {
    await set({ state: 'open', turnout: 'over_half' });
    expect(await linesFor('wakefield.coordinator', '/summary as at 18 November')).toEqual([]);
    expect(await linesFor('wakefield.coordinator', '/summary attendance strategy')).toEqual([]);
    const coordinator = await bot.as('wakefield.coordinator');
    expect((await coordinator.press(await coordinator.say('/summary'), 'Share')).text).not.toContain('Pulse');
  });

  test('is in the summary that comes by itself', async () => {
    await set({ state: 'open', turnout: 'over_half' });
    const world = await dueWorld(bot);
    const text = await world.send({ to: 'wakefield.coordinator' });
    expect(text).toContain(`Pulse closes on Friday: over half have answered  ${TITLE}`);
  });

  test('of a locality is in the summary of its pilot, for who coordinates that', async () => {
    await set({ state: 'open' });
    expect(await linesFor('programme.coordinator', '/summary pilot 1')).toHaveLength(1);
    expect(await linesFor('programme.coordinator', '/summary pilot 2')).toEqual([]);
  });
});

describe('results', () => {
  test('are one line with a button for two weeks, for everybody who may read them', async () => {
    await set({ closesOn: '2026-11-06', opensOn: '2026-10-12' });
    for (const name of ['wakefield.coordinator', 'wakefield.lead', 'wakefield.head.1', 'pilot1.adviser'])
      expect(await linesFor(name, '/summary wakefield'), name).toEqual([`Pulse results: ${TITLE}    [Results]`]);
    const coordinator = await bot.as('wakefield.coordinator');
    const opened = await coordinator.press(await coordinator.say('/summary'), 'Results');
    expect(opened.title).toContain(`${TITLE}, Wakefield, November 2026`);
    bot.clock.set('2026-11-20T16:31:00Z');
    expect(await linesFor('wakefield.coordinator'), 'after two weeks').toEqual([]);
  });

  test('of another locality are not, though its counts may be known', async () => {
    await set({ closesOn: '2026-11-13', opensOn: '2026-10-12' });
    expect(await linesFor('rochdale.lead', '/summary wakefield')).toEqual([]);
    expect(await linesFor('rochdale.lead', '/summary programme')).toEqual([]);
    expect(await linesFor('evaluator', '/summary programme'), 'control: who reads all of them').toHaveLength(1);
  });
});
