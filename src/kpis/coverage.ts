import { Temporal } from 'temporal-polyfill';
import { type Cadence, type Period, periodBefore, periodOf } from '../calendar/periods.ts';
import type { Terms } from '../calendar/terms.ts';
import type { How } from '../people/taking.ts';
import type { Standing } from './kpi.ts';
import { isPercentage, round } from './value.ts';

/** Readings that nobody logs: how many organisations take part in a project, of how many there are. Worked out when they are read, never stored. */

/** What the database knows of a coverage: its organisations' own rows, already of the right kind and far enough along. */
export type Taking = {
  /** The project's name. */
  project: string;
  /** The day on which anybody first took part in it, however; null = nobody has. YYYY-MM-DD. */
  first: string | null;
  /** How many organisations there are. */
  of: number;
  /** Who took part from when to when, both days in it; null = they still do. One organisation may have several. */
  intervals: [organisationId: string, from: string, to: string | null][];
};

/** The words of each step, as in "(attended)". */
export const HOW_WORDS: Record<How, string> = { signed_up: 'signed up', attended: 'attended', completed: 'completed' };

/** The latest periods that have begun, oldest first, none that ended before the day `first`. */
const latest = (cadence: Cadence, day: Temporal.PlainDate, terms: Terms, count: number, first: string): Period[] => {
  const periods = [periodOf(cadence, day, terms)];
  while (periods.length < count && (periods.at(-1) as Period).start.toString() > first)
    periods.push(periodBefore(periods.at(-1) as Period, terms));
  return periods.reverse();
};

/**
 * One reading for each of the latest periods, none from before anybody took part: who did on its last day, today for the current one.
 * @param day the day on which it is read
 * @param count how many periods at most, 1 or more
 */
export const coverageReadings = (
  kpi: { unit: string; cadence: Cadence },
  { first, of, intervals }: Taking,
  day: Temporal.PlainDate,
  terms: Terms,
  count: number,
): Standing[] => {
  if (first === null || of === 0) return [];
  return latest(kpi.cadence, day, terms, count, first).flatMap(({ key, start, end }) => {
    const on = (Temporal.PlainDate.compare(end, day) < 0 ? end : day).toString();
    if (on < first) return [];
    const there = new Set(
      intervals.filter(([, from, to]) => from <= on && (to === null || to >= on)).map(([organisation]) => organisation),
    );
    return {
      period: key,
      periodStart: start.toString(),
      periodEnd: end.toString(),
      version: 1,
      kind: 'reading',
      value: isPercentage(kpi) ? round((100 * there.size) / of) : there.size,
      numerator: there.size,
      denominator: of,
      note: null,
      evidence: null,
      origin: 'computed',
      recordedById: null,
    };
  });
};
