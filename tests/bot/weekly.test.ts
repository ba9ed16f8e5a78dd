import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { parseSpan, parseWeekly } from '../../src/bot/grammar.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';

// A day of the week with an hour, and days from one to another, as people write them.

const UNCLEAR = { problem: 'a day and an hour, as in `tuesday 9:00` or `wednesdays at 10`' };

describe('a day and an hour', () => {
  test.each<[string, object]>([
    ['tuesday 9:00', { weekday: 2, time: '09:00' }],
    ['wednesdays at 10', { weekday: 3, time: '10:00' }],
    ['every Thu, 8.45', { weekday: 4, time: '08:45' }],
    ['10:30 on fridays', { weekday: 5, time: '10:30' }],
    ['9am', { time: '09:00' }],
    ['half past 9', { time: '09:30' }],
    ['2 p.m.', { time: '14:00' }],
    ['12am', { time: '00:00' }],
    ['noon', { time: '12:00' }],
    ['Monday', { weekday: 1 }],
    ['sat 9:00', { weekday: 6, time: '09:00' }],
    ['\u202btuesday 9:00', { weekday: 2, time: '09:00' }],
    ['7:00', { time: '07:00' }],
    ['25:00', { problem: 'a time that exists: there is no 25:00' }],
    ['9:75', { problem: 'a time that exists: there is no 9:75' }],
    ['', UNCLEAR],
    ['tuesday or wednesday', UNCLEAR],
    ['tuesday 9 10', UNCLEAR],
    ['tuesday banana', UNCLEAR],
    ['tuesdayish 9', UNCLEAR],
    ['9'.repeat(80), UNCLEAR],
  ])('%j', (said, meant) => expect(parseWeekly(said)).toEqual(meant));
});

describe('days from one to another', () => {
  const context = { today: Temporal.PlainDate.from('2026-11-19'), terms: nationalTerms };
  const span = (said: string) => {
    const read = parseSpan(said, context);
    return 'problem' in read ? read.problem : `${read.from} ${read.to}`;
  };
  const BOTH = 'the first and the last day, as in `20 Dec to 3 Jan`';

  test.each([
    ['20 Dec to 3 Jan', '2026-12-20 2027-01-03'],
    ['20 to 23 December', '2026-12-20 2026-12-23'],
    ['from 20 Dec until 23 Dec 2026', '2026-12-20 2026-12-23'],
    ['20-23 December', '2026-12-20 2026-12-23'],
    ['20 Dec – 3 Jan', '2026-12-20 2027-01-03'],
    ['next Friday', '2026-11-27 2026-11-27'],
    ['4 Jan', '2027-01-04 2027-01-04'],
    ['today to 27 Nov', '2026-11-19 2026-11-27'],
    ['between 20 Dec and 3 Jan', '2026-12-20 2027-01-03'],
    ['20 Dec to 3 Jan 2027', '2026-12-20 2027-01-03'],
    ['1 Nov to 20 Nov 2026', '2026-11-01 2026-11-20'],
    // Several days that have one name.
    ['next week', '2026-11-23 2026-11-27'],
    ['this week', '2026-11-16 2026-11-20'],
    ['the week after next', '2026-11-30 2026-12-04'],
    ['week of 9 December', '2026-12-07 2026-12-11'],
    ['w/c 7 Dec', '2026-12-07 2026-12-11'],
    ['December', '2026-12-01 2026-12-31'],
    ['in march 2027', '2027-03-01 2027-03-31'],
    ['next month', '2026-12-01 2026-12-31'],
    ['next week to 4 Dec', '2026-11-23 2026-12-04'],
    // So many days, the first of them counted.
    ['two weeks', '2026-11-19 2026-12-02'],
    ['for 3 days', '2026-11-19 2026-11-21'],
    ['the next two weeks', '2026-11-19 2026-12-02'],
    ['7 Dec for a week', '2026-12-07 2026-12-13'],
    ['a fortnight from 7 Dec', '2026-12-07 2026-12-20'],
    ['in two weeks', '2026-12-03 2026-12-03'],
    ['until 3 Jan', '2026-11-19 2027-01-03'],
    // Holidays, whole: of the usual pattern, whose Easter fortnight begins on Good Friday 2027.
    ['christmas', '2026-12-21 2027-01-01'],
    ['the christmas holidays', '2026-12-21 2027-01-01'],
    ['christmas 2027', '2027-12-20 2027-12-31'],
    ['Easter', '2027-03-26 2027-04-09'],
    ['over Easter', '2027-03-26 2027-04-09'],
    ['half-term', '2027-02-15 2027-02-19'],
    ['May half term', '2027-05-31 2027-06-04'],
    ['summer', '2027-07-23 2027-09-01'],
    ['christmas eve', '2026-12-24 2026-12-24'],
    ['from 20 Dec', 'the first and the last day, as in `20 Dec to 3 Jan`'],
    // Passed, and not to be moved a year unasked.
    ['1 Nov to 5 Nov', 'the year too: 1 November 2026 to 5 November 2026 has passed'],
    ['2 Nov', 'the year too: 2 November 2026 has passed'],
    ['week of 4 Nov', 'the year too: 2 November 2026 to 6 November 2026 has passed'],
    ['1 Aug to 20 Aug', '2027-08-01 2027-08-20'],
    // They are away already.
    ['15 Nov to 30 Nov', '2026-11-15 2026-11-30'],
    ['15 Nov 2025 to 30 Nov 2025', '2025-11-15 2025-11-30'],
    ['20 Dec 2026 to 3 Jan 2026', '2026-12-20 2026-01-03'],
    ['20 Dec to', 'a day, as in `1 March`, `next Friday` or `end of term`'],
    ['20 Dec to banana', BOTH],
    ['1 Jan to 2 Jan to 3 Jan', BOTH],
    ['banana', 'a day, as in `1 March`, `next Friday` or `end of term`'],
    ['', 'a day, as in `1 March`, `next Friday` or `end of term`'],
  ])('%j', (said, meant) => expect(span(said)).toBe(meant));

  test('days that have passed are offered a year later', () => {
    const read = parseSpan('1 Nov to 5 Nov', context);
    expect('meant' in read && `${read.meant?.from} ${read.meant?.to}`).toBe('2027-11-01 2027-11-05');
  });

  test('in a holiday its name is the one that is now', () => {
    const read = parseSpan('half-term', { ...context, today: Temporal.PlainDate.from('2027-02-17') });
    expect('problem' in read ? read.problem : `${read.from} ${read.to} ${read.name}`).toBe('2027-02-15 2027-02-19 the spring half-term');
  });
});
