import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bankHolidaysOfEngland } from '../../src/calendar/bank-holidays.ts';
import { type Half, nationalTerms, schoolYear } from '../../src/calendar/terms.ts';
import { PUBLISHED } from './published-term-dates.ts';
import { date, seeded } from './support.ts';

const daysOff = ({ year, half, edge, date: published }: (typeof PUBLISHED)[number]) => {
  const found = schoolYear(year, nationalTerms).halves[half] as Half;
  return Math.abs(found[edge].until(date(published), { largestUnit: 'days' }).days);
};
const share = (within: number) => PUBLISHED.filter((published) => daysOff(published) <= within).length / PUBLISHED.length;

describe('the national default', () => {
  test('is marked assumed, and a given year is not', () => {
    const assumed = schoolYear(2026, nationalTerms);
    expect(assumed.assumed).toBe(true);
    const given = { ...assumed, assumed: false };
    expect(schoolYear(2026, { ...nationalTerms, years: [given] })).toBe(given);
  });

  test('agrees to the day with four in five of the dates that councils and schools published', () => {
    expect(PUBLISHED.length).toBeGreaterThan(250);
    expect(share(0)).toBeGreaterThan(0.78);
  });

  test('is never more than eight days off, and within three for seven dates in eight', () => {
    expect(share(3)).toBeGreaterThan(0.87);
    expect(Math.max(...PUBLISHED.map(daysOff))).toBe(8);
  });

  test('has six halves in order in any year, that begin and end on weekdays and last three to nine weeks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2099 }), (year) => {
        const { halves } = schoolYear(year, nationalTerms);
        halves.forEach((half, index) => {
          expect(half.start.dayOfWeek).toBeLessThan(6);
          expect(half.end.dayOfWeek).toBeLessThan(6);
          const days = half.start.until(half.end, { largestUnit: 'days' }).days + 1;
          expect(days).toBeGreaterThanOrEqual(3 * 7);
          expect(days).toBeLessThanOrEqual(9 * 7);
          const next = halves[index + 1];
          if (next) expect(half.end.until(next.start, { largestUnit: 'days' }).days).toBeGreaterThan(5);
        });
        expect(halves[0].start.year).toBe(year);
        expect(halves[5].end.year).toBe(year + 1);
      }),
      seeded,
    );
  });

  test.each([
    [2008, '2008-03-20'],
    [2011, '2011-04-08'],
    [2015, '2015-03-27'],
    [2018, '2018-03-29'],
    [2021, '2021-04-01'],
    [2024, '2024-03-28'],
    [2025, '2025-04-04'],
    [2026, '2026-03-27'],
    [2038, '2038-04-09'],
  ])('spring term %s ends on %s, before Easter', (year, ends) => {
    expect(schoolYear(year - 1, nationalTerms).halves[3].end.toString()).toBe(ends);
  });

  test('no half begins or ends on a bank holiday that moves with Easter', () => {
    for (const year of [2024, 2025, 2026])
      for (const half of schoolYear(year, nationalTerms).halves) {
        expect(bankHolidaysOfEngland).not.toContain(half.start.toString());
        expect(bankHolidaysOfEngland).not.toContain(half.end.toString());
      }
  });
});

describe('the bank holidays of England', () => {
  test('are eight a year, on weekdays, as published', () => {
    const days = [...bankHolidaysOfEngland].map(date);
    for (const year of [2024, 2025, 2026, 2027]) expect(days.filter((day) => day.year === year)).toHaveLength(8);
    expect(days.filter((day) => day.dayOfWeek > 5)).toEqual([]);
    expect(days).toHaveLength(32);
    expect(bankHolidaysOfEngland).toContain('2026-12-28'); // the substitute for Boxing Day
    expect(bankHolidaysOfEngland).not.toContain('2026-12-26');
  });
});
