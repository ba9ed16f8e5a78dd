import { Temporal } from 'temporal-polyfill';
import { GAPS, type Gap, type Half, nationalTerms, type SchoolYear, schoolYear, type Terms } from './terms.ts';

/** Term dates as people give them: when a school year starts and ends, and its holidays. */

/** A holiday within a school year. */
export type HolidayGap = Exclude<Gap, 'start' | 'end'>;
export const HOLIDAYS = GAPS.filter((gap): gap is HolidayGap => gap !== 'start' && gap !== 'end');

/**
 * The dates of one school year, each YYYY-MM-DD and a weekday; what is not in it is not known.
 * A holiday is the first and the last weekday *without school*, bank holidays next to it included.
 */
export type YearDates = {
  /** The first and the last day of school. */
  start?: string;
  end?: string;
} & { [gap in HolidayGap]?: readonly [first: string, last: string] };

/** Dates of a year in which nothing is left open. */
export type WholeYear = Required<YearDates>;

const FRIDAY = 5;
const weekdayBefore = (day: Temporal.PlainDate) => day.subtract({ days: Math.max(day.dayOfWeek === 1 ? 3 : 1, day.dayOfWeek - FRIDAY) });
/** The next day that is no Saturday or Sunday. */
export const weekdayAfter = (day: Temporal.PlainDate) => day.add({ days: day.dayOfWeek < FRIDAY ? 1 : 8 - day.dayOfWeek });

/** The dates of a school year, in the form that people give them. */
export const datesOf = ({ halves }: Pick<SchoolYear, 'halves'>): WholeYear => {
  const between = (index: number): readonly [string, string] => [
    weekdayAfter((halves[index] as Half).end).toString(),
    weekdayBefore((halves[index + 1] as Half).start).toString(),
  ];
  const holidays = Object.fromEntries(HOLIDAYS.map((gap, index) => [gap, between(index)])) as Required<Pick<YearDates, HolidayGap>>;
  return { start: halves[0].start.toString(), ...holidays, end: halves[5].end.toString() };
};

/** Whether the same is said of the same gaps. */
export const sameDates = (one: YearDates, other: YearDates): boolean =>
  GAPS.every((gap) => [one[gap]].flat().join() === [other[gap]].flat().join());

/** The holiday after a half (0–5) of a school year, its first and last weekday without school; after the last half it is the summer. */
export const holidayAfter = (half: number, year: number, terms: Terms): { from: Temporal.PlainDate; to: Temporal.PlainDate } => {
  const { halves } = schoolYear(year, terms);
  const next = halves[half + 1] ?? schoolYear(year + 1, terms).halves[0];
  return { from: weekdayAfter((halves[half] as Half).end), to: weekdayBefore(next.start) };
};

const halvesOf = (dates: WholeYear): SchoolYear['halves'] => {
  const date = (day: string) => Temporal.PlainDate.from(day);
  const starts = [date(dates.start), ...HOLIDAYS.map((gap) => weekdayAfter(date(dates[gap][1])))];
  const ends = [...HOLIDAYS.map((gap) => weekdayBefore(date(dates[gap][0]))), date(dates.end)];
  return starts.map((start, index): Half => ({ start, end: ends[index] as Temporal.PlainDate })) as unknown as SchoolYear['halves'];
};

/**
 * A school year out of what is known of it, gap by gap: the first of the given layers that says something (most particular first),
 * else the first of the guesses, else the national default. Guesses and the default are assumed. A layer that is more particular
 * changes nothing that it says nothing of.
 */
export const schoolYearOfDates = (year: number, given: readonly YearDates[], guesses: readonly YearDates[] = []): SchoolYear => {
  const assumedGaps = GAPS.filter((gap) => given.every((layer) => layer[gap] === undefined));
  const layers = [...given, ...guesses, datesOf(schoolYear(year, nationalTerms))];
  const dates = Object.fromEntries(GAPS.map((gap) => [gap, layers.find((layer) => layer[gap] !== undefined)?.[gap]])) as WholeYear;
  return { year, halves: halvesOf(dates), assumed: assumedGaps.length > 0, assumedGaps };
};
