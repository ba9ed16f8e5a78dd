import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { schoolYearOfDates } from '../../src/calendar/school-year.ts';
import { nationalTerms, type Terms } from '../../src/calendar/terms.ts';
import type { Kpi } from '../../src/kpis/kpi.ts';
import { waitingOf } from '../../src/kpis/period.ts';

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
