import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bankHolidaysOfEngland } from '../../src/calendar/bank-holidays.ts';
import type { Terms } from '../../src/calendar/terms.ts';
import { isWorkingDay } from '../../src/calendar/working-days.ts';
import { calendarsFor } from '../../src/people/calendars.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// Whose days are whose: an organisation's own, its council area's, what was published, the national default.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

const organisation = async (locality: string, kind: string) =>
  (await bot.database.db.organisation.findFirstOrThrow({ where: { kind, locality: { name: locality } }, orderBy: { name: 'asc' } })).id;
const works = (day: string, terms: Terms) => isWorkingDay(Temporal.PlainDate.from(day), terms, bankHolidaysOfEngland);
const calendars = (ids: readonly string[] | 'all' = 'all', at?: string) => bot.database.db.$transaction((tx) => calendarsFor(tx, ids, at));

describe('without anything entered', () => {
  test('a school in Surrey is closed in the two weeks of its autumn half-term, a service is not', async () => {
    const [school, service] = [await organisation('Surrey', 'school'), await organisation('Surrey', 'service')];
    const { of } = await calendars();
    expect(['2026-10-21', '2026-11-02', '2027-08-11'].map((day) => works(day, of(school)))).toEqual([false, true, false]);
    expect(['2026-10-21', '2026-12-25', '2027-08-11'].map((day) => works(day, of(service)))).toEqual([true, false, true]);
    expect(works('2026-10-21', of(null))).toBe(true);
    expect((await calendars([school])).of(school)).toEqual(of(school));
  });
});

describe('what is entered', () => {
  const enter = (
    whose: { councilAreaId: string } | { organisationId: string },
    dates: object,
    at: string,
    until = '9999-12-31T00:00:00Z',
  ) =>
    bot.database.db.termDates.create({
      data: { id: bot.core.newId(), ...whose, year: 2026, dates, recordedAt: new Date(at), until: new Date(until) },
    });
  const close = (whose: { councilAreaId: string } | { organisationId: string }, day: string, at: string) =>
    bot.database.db.closedDay.create({
      data: { id: bot.core.newId(), ...whose, day: new Date(day), what: 'inset', recordedAt: new Date(at) },
    });

  test('of a school comes before its area’s, which comes before what was published; a service has only its own closed days', async () => {
    const [school, other, service] = [
      await organisation('Wakefield', 'school'),
      (
        await bot.database.db.organisation.findFirstOrThrow({
          where: { kind: 'school', locality: { name: 'Wakefield' } },
          orderBy: { name: 'desc' },
        })
      ).id,
      await organisation('Wakefield', 'service'),
    ];
    const { id: wakefield } = await bot.database.db.councilArea.findUniqueOrThrow({ where: { code: 'E08000036' } });
    await enter({ councilAreaId: wakefield }, { autumnHalfTerm: ['2026-10-19', '2026-10-23'], end: '2027-07-20' }, '2026-09-01T09:00:00Z');
    await enter({ organisationId: school }, { autumnHalfTerm: ['2026-10-26', '2026-11-06'] }, '2026-09-02T09:00:00Z');
    await close({ councilAreaId: wakefield }, '2026-11-27', '2026-09-01T09:00:00Z');
    await close({ organisationId: service }, '2026-12-31', '2026-09-01T09:00:00Z');
    const { of, ofArea } = await calendars([school, other, service]);
    const days = ['2026-10-21', '2026-10-28', '2026-11-04', '2026-11-27', '2026-12-31', '2027-07-21'];
    const at = (terms: Terms) => days.map((day) => (works(day, terms) ? 'works' : 'off'));
    expect(at(of(school))).toEqual(['works', 'off', 'off', 'off', 'off', 'off']);
    expect(at(of(other))).toEqual(['off', 'works', 'works', 'off', 'off', 'off']);
    expect(at(of(service))).toEqual(['works', 'works', 'works', 'works', 'off', 'works']);
    expect(ofArea(wakefield)).toBe(of(other));
    // Another council's schools know nothing of it.
    const north = (await calendars()).of(await organisation('North of Tyne', 'school'));
    expect(at(north)).toEqual(['works', 'off', 'works', 'works', 'off', 'works']);
    // As it was known before anybody entered anything.
    expect(at((await calendars('all', '2026-08-31T09:00:00Z')).of(school))).toEqual(['works', 'off', 'works', 'works', 'off', 'works']);
  });

  test('costs the same few statements for one and for all', async () => {
    const count = async (ids: readonly string[] | 'all') => {
      bot.database.statements.length = 0;
      await calendars(ids);
      return bot.database.statements.filter((sql) => /select/iu.test(sql)).length;
    };
    expect([await count([await organisation('Wakefield', 'school')]), await count('all')]).toEqual([3, 3]);
  });
});
