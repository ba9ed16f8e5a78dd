import { Temporal } from 'temporal-polyfill';
import { periodOf, SEASONS } from './periods.ts';
import { schoolYear, schoolYearOf, type Terms } from './terms.ts';

/** "autumn term, week 12": weeks are counted from the one in which the term begins, those of half-term with them; "after autumn term" in the holidays. */
export const termWeek = (day: Temporal.PlainDate, terms: Terms): string => {
  const term = periodOf('term', day, terms);
  const season = SEASONS.findIndex((name) => term.key.endsWith(name));
  const { halves } = schoolYear(schoolYearOf(day), terms);
  const [first, second] = [halves[season * 2], halves[season * 2 + 1]];
  const name = `${SEASONS[season]} term`;
  if (second && Temporal.PlainDate.compare(day, second.end) > 0) return `after ${name}`;
  const monday = (date: Temporal.PlainDate) => date.subtract({ days: date.dayOfWeek - 1 });
  const weeks = first ? monday(first.start).until(monday(day), { largestUnit: 'days' }).days / 7 + 1 : 0;
  return weeks < 1 ? name : `${name}, week ${weeks}`;
};
