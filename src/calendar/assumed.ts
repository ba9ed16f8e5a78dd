import { Temporal } from 'temporal-polyfill';
import { datesOf } from './school-year.ts';
import { type Gap, schoolYear, schoolYearOf, type Terms } from './terms.ts';

/** How far ahead somebody is asked whether dates that are assumed are right. */
export const DAYS_AHEAD = 21;

/** What begins on an edge of a school year, in a sentence. */
export const GAP_WORDS: Record<Gap, string> = {
  start: 'first day of the school year',
  autumnHalfTerm: 'autumn half-term',
  christmas: 'Christmas holiday',
  springHalfTerm: 'spring half-term',
  easter: 'Easter holiday',
  summerHalfTerm: 'summer half-term',
  end: 'last day of the school year',
};

/** A date that comes and that nobody has confirmed: `year` is that of its school year. */
export type AssumedAhead = { year: number; gap: Gap; what: string; day: Temporal.PlainDate };

/** The next edge of the school year that is assumed and comes within three weeks: undefined where there is none. */
export const assumedAhead = (terms: Terms, today: Temporal.PlainDate): AssumedAhead | undefined => {
  const last = today.add({ days: DAYS_AHEAD });
  const [first, next] = [schoolYearOf(today), schoolYearOf(last)];
  return (first === next ? [first] : [first, next])
    .map((year) => schoolYear(year, terms))
    .flatMap((whole) => {
      const dates = datesOf(whole);
      return whole.assumedGaps.map((gap) => {
        const [day] = [dates[gap]].flat();
        return { year: whole.year, gap, what: GAP_WORDS[gap], day: Temporal.PlainDate.from(day as string) };
      });
    })
    .find(({ day }) => Temporal.PlainDate.compare(today, day) < 0 && Temporal.PlainDate.compare(day, last) <= 0);
};
