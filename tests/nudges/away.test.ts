import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';

// Days away and quiet, said as people say them: whole weeks and holidays by their own calendar, nothing moved a year unasked. Today is Thursday 19 November 2026.

const HEAD = 'wakefield.head.1';

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());
afterEach(async () => {
  const { db } = bot.database;
  await db.awayDays.deleteMany();
  await db.nudgeSetting.deleteMany();
  await db.$executeRaw`delete from term_dates`;
});

const say = async (words: string, who = HEAD) => (await bot.as(who)).say(words);
const noted = async () =>
  (await bot.database.db.awayDays.findMany({ where: { withdrawnAt: null }, orderBy: { from: 'asc' } })).map(({ from, to }) =>
    [from, to].map((day) => day.toISOString().slice(0, 10)).join(' '),
  );
const until = async () => (await bot.database.db.nudgeSetting.findMany())[0]?.quietUntil?.toISOString().slice(0, 10);
/** The school closes for Easter a week later than the usual pattern. */
const ownEaster = async () => {
  const { db } = bot.database;
  const { organisationId } = await db.person.findUniqueOrThrow({ where: { email: `${HEAD}@example.org` } });
  await db.$executeRaw`
    insert into term_dates (id, organisation_id, year, dates, recorded_at)
    values (${bot.core.newId()}::uuid, ${organisationId}::uuid, 2026, '{"easter":["2027-04-05","2027-04-16"]}'::jsonb, '2026-11-01T00:00:00Z'::timestamptz)`;
};

describe('away', () => {
  test.each([
    ['away next week', '2026-11-23 2026-11-27', 'Noted: away 23 Nov to 27 Nov (next week). Nothing comes unasked on those days.'],
    [
      'away christmas',
      '2026-12-21 2027-01-01',
      'Noted: away 21 Dec to 1 Jan (the Christmas holiday). Nothing comes unasked on those days.',
    ],
    ['away 24 Nov', '2026-11-24 2026-11-24', 'Noted: away 24 Nov. Nothing comes unasked on that day.'],
  ])('%s is the whole of it', async (words, days, title) => {
    expect((await say(`nudge ${words}`)).title).toBe(title);
    expect(await noted()).toEqual([days]);
  });

  test('a holiday is that of the school, and of nobody else', async () => {
    await ownEaster();
    await say('nudge away easter');
    expect(await noted()).toEqual(['2027-04-05 2027-04-16']);
    await say('nudge away easter', 'surrey.coordinator');
    expect(await noted()).toContain('2027-03-26 2027-04-09');
  });

  test('days that have passed are asked about, and noted for a year later only when that was meant', async () => {
    const one = await bot.as(HEAD);
    const asked = await one.say('nudge away 1 Nov to 5 Nov');
    expect(asked.title).toContain('Write the year too: 1 November 2026 to 5 November 2026 has passed.');
    expect(await noted()).toEqual([]);
    await one.press(asked, '1 Nov 2027 to 5 Nov 2027');
    expect(await noted()).toEqual(['2027-11-01 2027-11-05']);
  });

  test('days that overlap are joined, and it is said with which', async () => {
    await say('nudge away 20 Dec to 3 Jan');
    await say('nudge away 8 Jan to 9 Jan');
    expect((await say('nudge away 2 Jan to 8 Jan')).title).toBe(
      'Noted: away 20 Dec to 9 Jan, joined with 20 Dec to 3 Jan and 8 Jan to 9 Jan. Nothing comes unasked on those days.',
    );
    expect(await noted()).toEqual(['2026-12-20 2027-01-09']);
    // Within what is noted nothing changes; beside it they stay apart.
    expect((await say('nudge away 24 Dec')).title).toContain('Noted already: away 20 Dec to 9 Jan.');
    await say('nudge away 11 Jan');
    await say('nudge away 20 Dec to 21 Dec', 'surrey.coordinator');
    expect(await noted()).toHaveLength(3);
  });
});

describe('quiet', () => {
  test('until Easter is until its holiday is over, by their own calendar, and the days are said', async () => {
    const card = await say('nudge quiet until Easter');
    expect(card.title).toBe('Quiet until Monday 12 April 2027: nothing comes unasked before that day.');
    expect(card.text).toContain('The day after the Easter holiday (26 March 2027 to 9 April 2027).');
    await ownEaster();
    await say('nudge quiet until after easter');
    expect(await until()).toBe('2027-04-19');
  });

  test.each([
    ['until half-term', '2027-02-22'],
    ['until next week', '2026-11-23'],
    ['until January', '2027-01-01'],
    ['for two weeks', '2026-12-03'],
    ['this week', '2026-11-23'],
    ['until the end of the christmas holidays', '2027-01-04'],
    ['until always', '9999-12-31'],
  ])('quiet %s', async (words, day) => {
    await say(`nudge quiet ${words}`);
    expect(await until()).toBe(day);
  });

  test('of days that have not begun, it is asked whether they alone are meant', async () => {
    expect((await say('nudge quiet next week')).title).toContain(
      'Quiet begins at once. For 23 November 2026 to 27 November 2026 alone, type: nudge away next week.',
    );
    expect(await until()).toBeUndefined();
  });
});
