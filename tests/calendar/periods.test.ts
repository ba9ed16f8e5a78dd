import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { bankHolidaysOfEngland } from '../../src/calendar/bank-holidays.ts';
import { formatDate } from '../../src/calendar/dates.ts';
import {
  CADENCES,
  type Cadence,
  dueDate,
  graceEnds,
  isoWeek,
  periodAfter,
  periodBefore,
  periodFromKey,
  periodOf,
} from '../../src/calendar/periods.ts';
import { nationalTerms, schoolYear, type Terms } from '../../src/calendar/terms.ts';
import { isWorkingDay } from '../../src/calendar/working-days.ts';
import { anyDay, anyTerms, date, seeded } from './support.ts';

const school: Terms = { ...nationalTerms, closedInHolidays: true };
const shown = (cadence: Cadence, day: string) => {
  const { key, label, start, end } = periodOf(cadence, date(day), nationalTerms);
  return [key, label, start.toString(), end.toString()];
};

describe('the period that a day belongs to', () => {
  test.each([
    ['week', '2026-11-16', ['2026-W47', 'week of 16 Nov', '2026-11-16', '2026-11-22']],
    ['week', '2026-11-22', ['2026-W47', 'week of 16 Nov', '2026-11-16', '2026-11-22']],
    ['week', '2027-01-01', ['2026-W53', 'week of 28 Dec', '2026-12-28', '2027-01-03']],
    ['week', '2024-12-30', ['2025-W01', 'week of 30 Dec', '2024-12-30', '2025-01-05']],
    ['month', '2026-11-16', ['2026-11', 'November 2026', '2026-11-01', '2026-11-30']],
    ['month', '2028-02-29', ['2028-02', 'February 2028', '2028-02-01', '2028-02-29']],
    ['half_term', '2026-10-01', ['2026/27-autumn-1', 'first half of autumn term 2026', '2026-09-01', '2026-11-01']],
    ['half_term', '2026-10-28', ['2026/27-autumn-1', 'first half of autumn term 2026', '2026-09-01', '2026-11-01']],
    ['half_term', '2026-11-02', ['2026/27-autumn-2', 'second half of autumn term 2026', '2026-11-02', '2027-01-03']],
    ['half_term', '2027-01-04', ['2026/27-spring-1', 'first half of spring term 2027', '2027-01-04', '2027-02-21']],
    ['half_term', '2027-08-31', ['2026/27-summer-2', 'second half of summer term 2027', '2027-06-07', '2027-08-31']],
    ['term', '2026-12-25', ['2026/27-autumn', 'autumn term 2026', '2026-09-01', '2027-01-03']],
    ['term', '2027-03-30', ['2026/27-spring', 'spring term 2027', '2027-01-04', '2027-04-11']],
    ['year', '2026-08-31', ['2025/26', 'school year 2025/26', '2025-09-01', '2026-08-31']],
    ['year', '2026-09-01', ['2026/27', 'school year 2026/27', '2026-09-01', '2027-08-31']],
    ['year', '2099-10-01', ['2099/00', 'school year 2099/00', '2099-09-01', '2100-08-31']],
  ] as const)('%s of %s', (cadence, day, expected) => {
    expect(shown(cadence, day)).toEqual(expected);
  });

  test('every day belongs to exactly one period of each cadence, whatever the term dates', () => {
    fc.assert(
      fc.property(anyDay, anyTerms, fc.constantFrom(...CADENCES), (day, terms, cadence) => {
        const period = periodOf(cadence, day, terms);
        expect(Temporal.PlainDate.compare(period.start, day)).toBeLessThanOrEqual(0);
        expect(Temporal.PlainDate.compare(day, period.end)).toBeLessThanOrEqual(0);
        // The days at its edges are its own, the days beyond them are its neighbours', and nothing lies between.
        expect(periodOf(cadence, period.start, terms).key).toBe(period.key);
        expect(periodOf(cadence, period.end, terms).key).toBe(period.key);
        const before = periodBefore(period, terms);
        const after = periodAfter(period, terms);
        expect(before.key).not.toBe(period.key);
        expect(after.key).not.toBe(period.key);
        expect(before.end.add({ days: 1 }).equals(period.start)).toBe(true);
        expect(after.start.equals(period.end.add({ days: 1 }))).toBe(true);
        expect(periodAfter(before, terms)).toEqual(period);
      }),
      seeded,
    );
  });

  test('a longer period is made of whole shorter ones: two halves to a term, three terms to a year', () => {
    fc.assert(
      fc.property(anyDay, anyTerms, (day, terms) => {
        for (const [long, short, count] of [
          ['term', 'half_term', 2],
          ['year', 'term', 3],
          ['year', 'half_term', 6],
        ] as const) {
          const whole = periodOf(long, day, terms);
          let part = periodOf(short, whole.start, terms);
          expect(part.start.equals(whole.start)).toBe(true);
          for (let more = 1; more < count; more += 1) part = periodAfter(part, terms);
          expect(part.end.equals(whole.end)).toBe(true);
        }
      }),
      seeded,
    );
  });

  test('a period can be found again by its key', () => {
    fc.assert(
      fc.property(anyDay, anyTerms, fc.constantFrom(...CADENCES), (day, terms, cadence) => {
        const period = periodOf(cadence, day, terms);
        expect(periodFromKey(period.key, terms)).toEqual(period);
      }),
      seeded,
    );
  });

  test.each([
    '',
    '2026-W54',
    '2025-W53',
    '2026-W00',
    '2026-13',
    '2026-00',
    '2026/28',
    '2026/27-winter',
    '2026/27-autumn-3',
    '2026-W47 ',
    '2026-W7',
  ])('"%s" is the key of nothing', (key) => {
    expect(() => periodFromKey(key, nationalTerms)).toThrow(RangeError);
  });

  test('only some years have a week 53', () => {
    expect([2020, 2026, 2032].map((year) => isoWeek(year, 53)?.key)).toEqual(['2020-W53', '2026-W53', '2032-W53']);
    expect([2024, 2025, 2027].map((year) => isoWeek(year, 53))).toEqual([undefined, undefined, undefined]);
    expect(isoWeek(2026, 0)).toBeUndefined();
  });

  test('a council that says its own dates gets its own terms, and the national ones in other years', () => {
    const national = schoolYear(2026, nationalTerms);
    const [first, second, ...others] = national.halves;
    const later = { start: date('2026-11-09'), end: second.end };
    const own: Terms = {
      closedInHolidays: true,
      years: [{ year: 2026, assumed: false, assumedGaps: [], halves: [first, later, ...others] }],
    };
    expect(periodOf('half_term', date('2026-11-04'), own).key).toBe('2026/27-autumn-1');
    expect(periodOf('half_term', date('2026-11-04'), nationalTerms).key).toBe('2026/27-autumn-2');
    expect(periodOf('half_term', date('2027-11-04'), own)).toEqual(periodOf('half_term', date('2027-11-04'), nationalTerms));
  });
});

describe('when a reading is due', () => {
  const due = (cadence: Cadence, day: string, terms = nationalTerms) => {
    const period = periodOf(cadence, date(day), terms);
    return [dueDate(period, terms, bankHolidaysOfEngland).toString(), graceEnds(period, terms, bankHolidaysOfEngland).toString()];
  };

  test.each([
    ['a week on its Friday, with grace to the Friday after', 'week', '2026-11-16', ['2026-11-20', '2026-11-27']],
    ['a month on the first Friday after it', 'month', '2026-11-16', ['2026-12-04', '2026-12-11']],
    ['a month that ends on a Friday a week later', 'month', '2026-07-10', ['2026-08-07', '2026-08-14']],
    ['a half-term on its last working day', 'half_term', '2026-10-01', ['2026-10-23', '2026-10-30']],
    ['a term on its last working day, with grace over Christmas', 'term', '2026-11-10', ['2026-12-18', '2026-12-29']],
    ['a spring term before Good Friday', 'term', '2027-02-10', ['2027-03-25', '2027-04-05']],
    ['a year on the last working day of summer term', 'year', '2026-11-16', ['2027-07-22', '2027-07-29']],
  ] as const)('%s', (_, cadence, day, expected) => {
    expect(due(cadence, day)).toEqual(expected);
  });

  test('grace for a school waits while it is closed', () => {
    expect(due('week', '2026-10-20', school)).toEqual(['2026-10-23', '2026-11-06']);
    expect(due('term', '2026-11-10', school)).toEqual(['2026-12-18', '2027-01-08']);
  });

  test('a bank holiday is no working day', () => {
    expect(due('week', '2026-04-27')).toEqual(['2026-05-01', '2026-05-11']);
    expect(isWorkingDay(date('2026-05-04'), nationalTerms, bankHolidaysOfEngland)).toBe(false);
    expect(isWorkingDay(date('2026-05-04'), nationalTerms, new Set())).toBe(true);
  });

  test('a half-term that would end on a day off is due on the last working day before it', () => {
    const ends = new Set(['2026-10-23', '2026-10-22']);
    const period = periodOf('half_term', date('2026-10-01'), nationalTerms);
    expect(dueDate(period, nationalTerms, ends).toString()).toBe('2026-10-21');
  });

  test('whatever the calendar, grace ends after exactly five working days', () => {
    fc.assert(
      fc.property(anyDay, anyTerms, fc.constantFrom(...CADENCES), (day, terms, cadence) => {
        const period = periodOf(cadence, day, terms);
        const end = graceEnds(period, terms, bankHolidaysOfEngland);
        let working = 0;
        for (
          let at = dueDate(period, terms, bankHolidaysOfEngland).add({ days: 1 });
          Temporal.PlainDate.compare(at, end) <= 0;
          at = at.add({ days: 1 })
        )
          if (isWorkingDay(at, terms, bankHolidaysOfEngland)) working += 1;
        expect(working).toBe(5);
        expect(isWorkingDay(end, terms, bankHolidaysOfEngland)).toBe(true);
      }),
      { ...seeded, numRuns: 60 },
    );
  });
});

describe('dates in words', () => {
  test.each([
    ['2026-11-16', '2026-11-20', '16 Nov'],
    ['2026-09-01', '2027-08-31', '1 Sep'],
    ['2026-08-31', '2026-11-20', '31 Aug 2026'],
    ['2027-09-01', '2026-11-20', '1 Sep 2027'],
    ['2025-11-16', '2026-11-20', '16 Nov 2025'],
  ])('%s, read on %s, is "%s"', (day, today, expected) => {
    expect(formatDate(date(day), date(today))).toBe(expected);
  });
});
