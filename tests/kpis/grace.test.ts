import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { schoolYearOfDates, type YearDates } from '../../src/calendar/school-year.ts';
import { nationalTerms, type Terms } from '../../src/calendar/terms.ts';
import type { Kpi } from '../../src/kpis/kpi.ts';
import { choosePeriod, waitingOf } from '../../src/kpis/period.ts';

// A reading waits long after five working days of whoever gives it; which period it is of is the same for everybody.

const kpi = { coverage: null, cadence: 'week', baselineDate: null, since: '2026-09-01', readings: [] } as unknown as Kpi;
const surrey: Terms = {
  years: [schoolYearOfDates(2026, [{ autumnHalfTerm: ['2026-10-19', '2026-10-30'] }])],
  closedInHolidays: true,
};
const inset: Terms = { ...nationalTerms, closedInHolidays: true, closed: new Set(['2026-11-23', '2026-11-24']) };

/** What waits of the week before, and whether it has long; the period is reckoned by the national default. */
const waits = (today: string, theirs?: Terms) => {
  const found = waitingOf(kpi, Temporal.PlainDate.from(today), nationalTerms, theirs);
  return found.kind === 'waiting' ? `${found.period.key} since ${found.since}${found.long ? ', long' : ''}` : found.kind;
};

test.each([
  ['a service, on the fifth working day', '2026-10-23', undefined, '2026-W42 since 2026-10-16'],
  ['a service, after the weekend', '2026-10-25', undefined, '2026-W42 since 2026-10-16, long'],
  ['a school whose half-term has begun, after the same weekend', '2026-10-25', surrey, '2026-W42 since 2026-10-16'],
  ['a school with two INSET days in the week', '2026-11-29', inset, '2026-W47 since 2026-11-20'],
  ['a service in that week', '2026-11-29', undefined, '2026-W47 since 2026-11-20, long'],
])('%s (%s)', (_, today, theirs, expected) => expect(waits(today, theirs)).toBe(expected));

// What counts children is not asked for of a week or month in which no school of the locality is open. National default: the autumn term
// ends on Friday 18 December 2026, spring begins on Monday 4 January 2027, summer ends on 22 July, autumn begins on Thursday 2 September.
const reading = (period: string) => ({ period, value: 93 });
const children = (cadence: string, read: string[], schools?: Terms[]) =>
  ({ ...kpi, counts: 'children', cadence, readings: read.map(reading), ...(schools ? { schools } : {}) }) as unknown as Kpi;
const area = (dates: YearDates, closed: string[] = []): Terms => ({
  years: [schoolYearOfDates(2026, [dates])],
  closedInHolidays: true,
  closed: new Set(closed),
});
/** Two days of school in the week before Christmas. */
const until22 = area({ christmas: ['2026-12-23', '2027-01-04'] });
const from19October = area({ autumnHalfTerm: ['2026-10-19', '2026-10-30'] });
const insetInThatWeek = area({ christmas: ['2026-12-23', '2027-01-04'] }, ['2026-12-21', '2026-12-22']);

const asked = (one: Kpi, today: string) => {
  const found = waitingOf(one, Temporal.PlainDate.from(today), nationalTerms);
  return found.kind === 'waiting' ? `waits: ${found.period.key}` : found.kind === 'later' ? `later: ${found.period.key}` : found.kind;
};

test.each([
  ['the last week of term', children('week', ['2026-W50']), '2026-12-18', 'waits: 2026-W51'],
  ['the week of 21 December', children('week', ['2026-W51']), '2026-12-27', 'later: 2027-W01'],
  ['the week of 21 December, with two school days there', children('week', ['2026-W51'], [until22]), '2026-12-25', 'waits: 2026-W52'],
  ['two closed days there', children('week', ['2026-W51'], [insetInThatWeek]), '2026-12-25', 'later: 2027-W01'],
  [
    'two areas, in one of which there is school',
    children('week', ['2026-W51'], [insetInThatWeek, until22]),
    '2026-12-25',
    'waits: 2026-W52',
  ],
  ['the week of 28 December', children('week', ['2026-W51']), '2027-01-02', 'later: 2027-W01'],
  ['the last week of term goes on waiting over the holiday', children('week', ['2026-W50']), '2027-01-05', 'waits: 2026-W51'],
  ['the first week back', children('week', ['2026-W51']), '2027-01-08', 'waits: 2027-W01'],
  ['half-term', children('week', ['2026-W43']), '2026-10-31', 'later: 2026-W45'],
  [
    'the week before it, which is the first of two without school there',
    children('week', ['2026-W42'], [from19October]),
    '2026-10-31',
    'later: 2026-W45',
  ],
  ['that week elsewhere', children('week', ['2026-W42']), '2026-10-31', 'waits: 2026-W43'],
  ['July', children('month', ['2027-06']), '2027-08-06', 'waits: 2027-07'],
  ['August', children('month', ['2027-07']), '2027-09-03', 'later: 2027-09'],
  ['December', children('month', ['2026-11']), '2027-01-01', 'waits: 2026-12'],
  ['a half-term', children('half_term', ['2026/27-autumn-1']), '2026-12-18', 'waits: 2026/27-autumn-2'],
  [
    'control: what counts schools, in the week of 28 December',
    { ...children('week', ['2026-W52']), counts: 'schools' } as Kpi,
    '2027-01-02',
    'waits: 2026-W53',
  ],
  ['control: and in August', { ...children('month', ['2027-07']), counts: 'people' } as Kpi, '2027-09-03', 'waits: 2027-08'],
])('%s', (_, one, today, expected) => expect(asked(one, today)).toBe(expected));

test('a figure without a date is of the last week with school', () => {
  const chosen = (one: Kpi, today: string) => choosePeriod(one, undefined, Temporal.PlainDate.from(today), nationalTerms).period.key;
  expect(chosen(children('week', ['2026-W50']), '2027-01-05')).toBe('2026-W51');
  expect(chosen(children('week', ['2026-W51']), '2027-01-05')).toBe('2027-W01');
  // control
  expect(chosen({ ...children('week', ['2026-W50']), counts: 'schools' } as Kpi, '2027-01-05')).toBe('2026-W53');
});
