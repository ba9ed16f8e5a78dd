import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { nationalTerms, type Terms } from '../../src/calendar/terms.ts';
import { daysOf, halfTermAfter, halfTermOf } from '../../src/pulses/half-term.ts';

/** When a wave may open, and in which half-term it counts. */

const day = (text: string) => Temporal.PlainDate.from(text);
const schools = (...closed: string[]): Terms => ({ ...nationalTerms, closedInHolidays: true, closed: new Set(closed) });

describe('the half-term in which a wave opens', () => {
  it.each([
    ['2026-09-01', '2026/27-autumn-1'],
    ['2026-10-30', '2026/27-autumn-1'], // the holiday after it belongs to it
    ['2026-11-02', '2026/27-autumn-2'],
    ['2026-12-31', '2026/27-autumn-2'],
    ['2027-01-04', '2026/27-spring-1'],
    ['2027-08-31', '2026/27-summer-2'],
  ])('%s: %s', (on, key) => expect(halfTermOf(day(on)).key).toBe(key));

  it('is followed by the next, over the summer too', () => {
    let halfTerm = halfTermOf(day('2027-02-25'));
    const keys = Array.from({ length: 4 }, () => {
      halfTerm = halfTermAfter(halfTerm);
      return halfTerm.key;
    });
    expect(keys).toEqual(['2026/27-summer-1', '2026/27-summer-2', '2027/28-autumn-1', '2027/28-autumn-2']);
  });
});

describe('the days on which a wave asks', () => {
  it('are those on which the schools of every area are open', () => {
    const days = daysOf([schools('2026-11-23'), schools('2026-11-24')], true);
    expect(days.from(day('2026-11-20')).toString()).toBe('2026-11-20');
    expect(days.from(day('2026-11-21')).toString()).toBe('2026-11-25');
    expect(days.isDay(day('2026-11-24'))).toBe(false);
  });

  it.each<[string, Terms[], string, string]>([
    ['ten school days after it opens', [schools()], '2026-11-19', '2026-12-03'],
    ['a day more for each on which an area is closed', [schools('2026-11-23'), schools('2026-11-24')], '2026-11-19', '2026-12-07'],
    ['half-term week is left out', [schools()], '2026-10-19', '2026-11-09'],
    ['services work through it', [nationalTerms], '2026-10-19', '2026-11-02'],
    ['bank holidays are left out', [nationalTerms], '2026-12-21', '2027-01-07'],
  ])('%s it closes', (_name, calendars, opensOn, closesOn) =>
    expect(daysOf(calendars, true).closesOn(day(opensOn)).toString()).toBe(closesOn),
  );
});
