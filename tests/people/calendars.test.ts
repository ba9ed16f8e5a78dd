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
