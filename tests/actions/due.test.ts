import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dueDay } from '../../src/actions/due.ts';
import { fullDay } from '../../src/calendar/dates.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { setPlan } from '../support/plan.ts';

// By when: as people say it, said back in full, and on a day on which whoever must act is at work.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let head: typeof lead;
let ids: Record<string, string>;

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  head = await bot.as('wakefield.head.1');
});
afterAll(() => bot.close());
beforeEach(async () => {
  ids = await setPlan(bot, [
    { number: 7, title: 'Recruit two officers', owner: 'wakefield.earlyhelp', due: '2026-11-13' },
    { number: 12, title: 'Share early-help data', owner: 'wakefield.head.1', due: '2026-12-04' },
    { number: 13, title: 'Plan the spring', owner: null, deputy: 'wakefield.head.2', ratings: [{ rating: 'complete', at: '2026-11-02' }] },
  ]);
});

const dates = async (code: string) =>
  (await bot.database.db.actionVersion.findMany({ where: { actionId: ids[code] as string }, orderBy: { version: 'asc' } })).map(
    ({ due }) => due?.toISOString().slice(0, 10) ?? null,
  );

const on = (said: string, keeps: 'school' | 'all_year') => {
  const due = dueDay(Temporal.PlainDate.from(said), Temporal.PlainDate.from('2026-11-19'), {
    ...nationalTerms,
    closedInHolidays: keeps === 'school',
  });
  return due.kind === 'day' ? `${fullDay(due.day)}${due.moved ? ` (${due.moved})` : ''}` : due.kind;
};

describe('the day that counts', () => {
  test.each([
    ['2027-03-01', 'all_year', 'Monday 1 March 2027'],
    ['2027-02-28', 'all_year', 'Monday 1 March 2027 (28 February is a Sunday: moved to Monday 1 March)'],
    ['2026-12-26', 'all_year', 'Tuesday 29 December 2026 (26 December is a Saturday: moved to Tuesday 29 December)'],
    ['2027-05-03', 'all_year', 'Tuesday 4 May 2027 (3 May is a bank holiday: moved to Tuesday 4 May)'],
    ['2026-12-30', 'all_year', 'Wednesday 30 December 2026'],
    ['2026-12-30', 'school', 'Monday 4 January 2027 (30 December 2026 is in the school holidays: moved to Monday 4 January 2027)'],
    ['2027-02-17', 'school', 'Monday 22 February 2027 (17 February is in the school holidays: moved to Monday 22 February)'],
    ['2027-07-30', 'school', 'Thursday 2 September 2027 (30 July is in the school holidays: moved to Thursday 2 September)'],
    ['2026-11-19', 'school', 'Thursday 19 November 2026'],
    ['2026-11-18', 'all_year', 'past'],
    ['2036-11-20', 'all_year', 'far'],
  ] as const)('%s for somebody who works as a %s is %s', (said, keeps, expected) => expect(on(said, keeps)).toBe(expected));

  // The broken twin: were every owner's calendar a council's, these two would be the same.
  test('a school and a service do not keep the same days', () => expect(on('2027-02-17', 'school')).not.toBe(on('2027-02-17', 'all_year')));
});

describe('12 due …', () => {
  test('is said back in full, with what it was', async () => {
    const saved = await lead.say('/rag 7 due 1 March');
    expect(saved.title).toBe('WAK-7 Recruit two officers: due Monday 1 March 2027');
    expect(saved.text).toContain('It was due on Friday 13 November 2026.');
    expect(await dates('WAK-7')).toEqual(['2026-11-13', '2027-03-01']);
  });

  test('is moved to a day on which the owner works, and says why: a school’s, or a service’s', async () => {
    expect((await lead.say('/rag 12 due 30 December')).text).toContain(
      '30 December 2026 is in the school holidays: moved to Monday 4 January 2027.',
    );
    expect((await lead.say('/rag 7 due 30 December')).text).not.toContain('moved');
    expect(await dates('WAK-12')).toEqual(['2026-12-04', '2027-01-04']);
    expect(await dates('WAK-7')).toEqual(['2026-11-13', '2026-12-30']);
  });

  test('“end of term” and “next Friday” are days; the same day again changes nothing', async () => {
    expect((await lead.say('/rag due 12 end of term')).title).toContain('due Friday 18 December 2026');
    expect((await lead.say('/rag 12 due next Friday')).title).toContain('due Friday 27 November 2026');
    expect((await lead.say('/rag 12 due 27 Nov')).title).toContain('due Friday 27 November 2026 already');
    expect(await dates('WAK-12')).toEqual(['2026-12-04', '2026-12-18', '2026-11-27']);
  });

  test('in the past it is refused, with what to do instead', async () => {
    const refused = await lead.say('/rag 7 due 13 November 2026');
    expect(refused.text).toContain('Friday 13 November 2026 is past. Give a later date or, if it is done, mark it complete.');
    expect((await lead.press(refused, 'It is complete')).form().title).toBe('Complete');
    expect(await dates('WAK-7')).toEqual(['2026-11-13']);
  });

  test('what is not clear is asked, with what was likely meant as a button', async () => {
    const asked = await lead.say('/rag 7 due 1 Mrach');
    expect(asked.title).toBe('Not saved. “1 Mrach” is not clear as a day. Did you mean this one?');
    expect(asked.labels).toContain('Monday 1 March 2027');
    expect(await dates('WAK-7')).toEqual(['2026-11-13']);
    expect((await lead.press(asked, 'Monday 1 March 2027')).title).toContain('due Monday 1 March 2027');
    expect((await lead.say('/rag 7 due when the board has met')).text).toContain('Write a day, as in 1 March, next Friday or end of term.');
  });

  test('a button whose day has passed meanwhile is refused like words', async () => {
    const asked = await lead.say('/rag 7 due 20 Novembr');
    bot.clock.set('2026-11-23T10:00:00Z');
    expect((await lead.press(asked, 'Friday 20 November 2026')).text).toContain('is past');
    bot.clock.set('2026-11-19T14:00:00Z');
  });

  test('no date, and which date it is', async () => {
    expect((await lead.say('/rag 12 due')).title).toBe('WAK-12 Share early-help data: due Friday 4 December 2026');
    expect((await lead.say('/rag 12 due none')).title).toBe('WAK-12 Share early-help data: no date');
    expect(await dates('WAK-12')).toEqual(['2026-12-04', null]);
  });

  test('is not the owner’s to change: they can ask for it', async () => {
    const refused = await head.say('/rag 12 due 1 March');
    expect(refused.title).toBe('Nothing was changed. The date of WAK-12 is changed by the pilot lead or the coordinator of Wakefield.');
    expect(refused.labels).toEqual(['Raise a worry']);
  });

  test('of an action that is complete stays, until it is opened again', async () => {
    const refused = await lead.say('/rag 13 due 1 March');
    expect(refused.title).toContain('WAK-13 is complete, so its date stays as it was.');
    expect((await lead.press(refused, 'Open it again')).title).toBe('WAK-13 Plan the spring: complete; what is it now?');
  });

  test('two people at once: both dates are kept, one after the other', async () => {
    const coordinator = await bot.as('wakefield.coordinator');
    await Promise.all([lead.say('/rag 12 due 8 December'), coordinator.say('/rag 12 due 9 December')]);
    expect((await dates('WAK-12')).sort()).toEqual(['2026-12-04', '2026-12-08', '2026-12-09']);
  });

  test('a pupil in the words is refused and not repeated', async () => {
    const refused = await lead.say('/rag 12 due when Sam Smith born 3 May 2014 is back');
    expect(refused.title).toContain('Not saved.');
    expect(refused.text).not.toContain('Sam Smith');
  });
});
