import { Temporal } from 'temporal-polyfill';
import type { BankHolidays } from './bank-holidays.ts';
import { monthName } from './dates.ts';
import { schoolYear, schoolYearName, schoolYearOf, type Terms } from './terms.ts';
import { addWorkingDays, lastWorkingDay } from './working-days.ts';

export const CADENCES = ['week', 'month', 'half_term', 'term', 'year'] as const;
/** How often a KPI is read. */
export type Cadence = (typeof CADENCES)[number];

/**
 * What one reading is about. The periods of a cadence tile time: every day belongs to exactly one.
 * Weeks are ISO weeks; a school year is 1 September to 31 August; holidays belong to the half-term before them.
 */
export type Period = {
  /** `2026-W47` · `2026-11` · `2026/27-autumn-1` · `2026/27-autumn` · `2026/27`. Sorts in time within a cadence only by `start`. */
  key: string;
  cadence: Cadence;
  /** First and last day, both in it. */
  start: Temporal.PlainDate;
  end: Temporal.PlainDate;
  /** "week of 16 Nov" · "November 2026" · "first half of autumn term 2026" · "autumn term 2026" · "school year 2026/27" */
  label: string;
};

export const SEASONS = ['autumn', 'spring', 'summer'] as const;
const HALF_NAMES = ['first', 'second'] as const;
const GRACE_WORKING_DAYS = 5;
const FRIDAY = 5;

const isBefore = (one: Temporal.PlainDate, other: Temporal.PlainDate) => Temporal.PlainDate.compare(one, other) < 0;

const week = (day: Temporal.PlainDate): Period => {
  const start = day.subtract({ days: day.dayOfWeek - 1 });
  return {
    key: `${day.yearOfWeek}-W${String(day.weekOfYear).padStart(2, '0')}`,
    cadence: 'week',
    start,
    end: start.add({ days: 6 }),
    label: `week of ${start.day} ${monthName(start.month).slice(0, 3)}`,
  };
};

const month = (day: Temporal.PlainDate): Period => ({
  key: day.toPlainYearMonth().toString(),
  cadence: 'month',
  start: day.with({ day: 1 }),
  end: day.with({ day: day.daysInMonth }),
  label: `${monthName(day.month)} ${day.year}`,
});

const yearStart = (year: number) => new Temporal.PlainDate(year, 9, 1);
/** Where the halves of a year begin as periods: the first on 1 September, so that nothing is left between two years. */
const halfStarts = (year: number, terms: Terms) => [
  yearStart(year),
  ...schoolYear(year, terms)
    .halves.slice(1)
    .map((half) => half.start),
  yearStart(year + 1),
];

/** A half (0–5), a term (0–2) or the whole of a school year: `size` halves from the one numbered `index` × `size`. */
const partOfYear = (cadence: 'half_term' | 'term' | 'year', year: number, index: number, terms: Terms): Period => {
  const size = { half_term: 1, term: 2, year: 6 }[cadence];
  const starts = halfStarts(year, terms);
  const name = schoolYearName(year);
  const season = SEASONS[Math.floor((index * size) / 2)] as string;
  const termLabel = `${season} term ${season === 'autumn' ? year : year + 1}`;
  const naming = {
    half_term: { key: `${name}-${season}-${(index % 2) + 1}`, label: `${HALF_NAMES[index % 2]} half of ${termLabel}` },
    term: { key: `${name}-${season}`, label: termLabel },
    year: { key: name, label: `school year ${name}` },
  }[cadence];
  return {
    ...naming,
    cadence,
    start: starts[index * size] as Temporal.PlainDate,
    end: (starts[(index + 1) * size] as Temporal.PlainDate).subtract({ days: 1 }),
  };
};

/** The period of a cadence that a day belongs to. */
export const periodOf = (cadence: Cadence, day: Temporal.PlainDate, terms: Terms): Period => {
  if (cadence === 'week') return week(day);
  if (cadence === 'month') return month(day);
  const year = schoolYearOf(day);
  const half = halfStarts(year, terms).findLastIndex((start) => !isBefore(day, start));
  return partOfYear(cadence, year, { half_term: half, term: Math.floor(half / 2), year: 0 }[cadence], terms);
};

export const periodBefore = (period: Period, terms: Terms): Period => periodOf(period.cadence, period.start.subtract({ days: 1 }), terms);
export const periodAfter = (period: Period, terms: Terms): Period => periodOf(period.cadence, period.end.add({ days: 1 }), terms);

/** The week of an ISO year, or undefined when that year has no such week (every year has 52, some 53). */
export const isoWeek = (year: number, number: number): Period | undefined => {
  // 4 January is always in week 1 (ISO 8601).
  const found = number >= 1 ? week(new Temporal.PlainDate(year, 1, 4).add({ weeks: number - 1 })) : undefined;
  return found?.start.yearOfWeek === year ? found : undefined;
};

/**
 * The period with a key, for keys that we made ourselves.
 * @throws RangeError when it is no key, or names a week that its year does not have.
 */
export const periodFromKey = (key: string, terms: Terms): Period => {
  const found = fromKey(key, terms);
  if (found?.key !== key) throw new RangeError('not the key of a period');
  return found;
};

const fromKey = (key: string, terms: Terms): Period | undefined => {
  const parts = /^(\d{4})(?:-W(\d{2})|-(\d{2})|\/\d{2}(?:-(autumn|spring|summer)(?:-([12]))?)?)$/.exec(key);
  if (!parts) return undefined;
  const [, first, weekNumber, monthNumber, season, half] = parts;
  const year = Number(first);
  if (weekNumber) return isoWeek(year, Number(weekNumber));
  if (monthNumber)
    return Number(monthNumber) >= 1 && Number(monthNumber) <= 12 ? month(new Temporal.PlainDate(year, Number(monthNumber), 1)) : undefined;
  if (!season) return partOfYear('year', year, 0, terms);
  const term = SEASONS.indexOf(season as (typeof SEASONS)[number]);
  return half ? partOfYear('half_term', year, term * 2 + Number(half) - 1, terms) : partOfYear('term', year, term, terms);
};

/**
 * When a reading for the period is due: a week on its Friday, a month on the first Friday after it,
 * a half-term, term or year on its last working day in term.
 */
export const dueDate = (period: Period, terms: Terms, bankHolidays: BankHolidays): Temporal.PlainDate => {
  if (period.cadence === 'week') return period.start.add({ days: FRIDAY - 1 });
  if (period.cadence === 'month') return period.end.add({ days: ((FRIDAY - period.end.dayOfWeek + 6) % 7) + 1 });
  const { halves } = schoolYear(schoolYearOf(period.start), terms);
  const last = halves.findLast((half) => !isBefore(period.end, half.end)) ?? halves[0];
  return lastWorkingDay(last.end, terms, bankHolidays);
};

/** The last day of grace: five working days after the due date. `theirs`: the calendar of whoever gives the reading. */
export const graceEnds = (period: Period, terms: Terms, bankHolidays: BankHolidays, theirs: Terms = terms): Temporal.PlainDate =>
  addWorkingDays(dueDate(period, terms, bankHolidays), GRACE_WORKING_DAYS, theirs, bankHolidays);
