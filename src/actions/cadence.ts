import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { periodBefore, periodOf } from '../calendar/periods.ts';
import type { Terms } from '../calendar/terms.ts';
import { isWorkingDay } from '../calendar/working-days.ts';
import { type Action, declared, isLive, type Rated, type RatingWord } from './action.ts';

/**
 * How old a rating may be: DESIGN.md, "Rhythm". Once per half-term and within two weeks of the due date; red every two weeks.
 * An action that nobody has rated counts from the day on which it came into the plan.
 */

/** Two weeks of work, by the calendar of whoever must act: a school's holidays and bank holidays do not count. */
export const RED_WORKING_DAYS = 10;
/** Days before the due date from which on a fresh rating is wanted. */
export const BEFORE_DUE = 14;
/** A rating of the last half-term is good for the first days of this one, and any that is younger than about a half-term. */
const SETTLING_DAYS = 14;
const HALF_TERM_DAYS = 42;

export type Age = {
  /** A new rating is wanted, and why; null = none is. */
  waits: 'half_term' | 'due' | 'red' | null;
  /** Past its cadence: it is shown with its age and counted apart. */
  past: boolean;
  /** Whole weeks since the rating, or since the action came into the plan. */
  weeks: number;
};

export type Aged = Rated & Pick<Action, 'since' | 'due' | 'keeps'>;

const DAY = 86_400_000;
/** Days since 1970 of an ISO date. Thousands of actions are looked at in one summary, and Temporal takes its time. */
const dayNumber = (iso: string) => Date.parse(iso) / DAY;

/** The day such that so many working days lie after it, up to and with `to`. */
const workingDaysBack = (to: Temporal.PlainDate, count: number, terms: Terms): string => {
  let day = to;
  for (let left = count; ; day = day.subtract({ days: 1 })) {
    if (isWorkingDay(day, terms, bankHolidaysOfEngland)) left -= 1;
    if (left === 0) return day.toString();
  }
};

/** The days (YYYY-MM-DD) that decide on one day whether a rating is past its cadence: `agesAt` asks them, and so does the query that only counts. */
export type Limits = {
  today: string;
  /** Ratings from before it are past: of an earlier half-term and old; in the first days of a half-term, of one before the last. */
  settled: string;
  /** Reds from before it, by whose calendar it is. */
  red: Record<Action['keeps'], string>;
};

const closed = (terms: Terms, closedInHolidays: boolean): Terms => ({ ...terms, closedInHolidays });

const redsBefore = (day: Temporal.PlainDate, terms: Terms): Limits['red'] => ({
  school: workingDaysBack(day, RED_WORKING_DAYS, closed(terms, true)),
  all_year: workingDaysBack(day, RED_WORKING_DAYS, closed(terms, false)),
});

const earlier = (one: Temporal.PlainDate, other: Temporal.PlainDate) => (Temporal.PlainDate.compare(one, other) < 0 ? one : other);

export const limitsAt = (today: Temporal.PlainDate, terms: Terms): Limits => {
  const half = periodOf('half_term', today, terms);
  const isSettled = Temporal.PlainDate.compare(half.start.add({ days: SETTLING_DAYS }), today) <= 0;
  // What was past once stays so until it is given anew: the last half-term's ratings alone have these days.
  const since = isSettled ? half.start : periodBefore(half, terms).start;
  return {
    today: today.toString(),
    settled: earlier(since, today.subtract({ days: HALF_TERM_DAYS - 1 })).toString(),
    red: redsBefore(today.subtract({ days: 1 }), terms),
  };
};

/** The day (YYYY-MM-DD) such that reds from before it wait to be looked at on `today`, by the calendar of whoever must act. */
export const redsWaitFrom = (today: Temporal.PlainDate, theirs: Terms): string => workingDaysBack(today, RED_WORKING_DAYS, theirs);

/**
 * Prepares the rule for one day, so that it can be asked of thousands of actions. It is asked with the answer of `redsWaitFrom` where the
 * own calendar of whoever answers for the action is at hand.
 */
export const agesAt = (today: Temporal.PlainDate, terms: Terms): ((action: Aged, redsFrom?: string) => Age) => {
  const halfStart = periodOf('half_term', today, terms).start.toString();
  const now = dayNumber(today.toString());
  const limits = limitsAt(today, terms);
  const redWaits = redsBefore(today, terms);
  // Thousands of actions share few days: each is read once.
  const numbers = new Map<string, number>();
  const numberOf = (iso: string): number => {
    const known = numbers.get(iso);
    if (known !== undefined) return known;
    const read = dayNumber(iso);
    numbers.set(iso, read);
    return read;
  };
  return (action, redsFrom = redWaits[action.keeps]) => {
    const on = action.self?.on ?? action.since;
    const days = now - numberOf(on);
    const weeks = Math.floor(days / 7);
    if (!isLive(action)) return { waits: null, past: false, weeks };
    const isRed = declared(action) === 'red';
    const untilDue = action.due === null ? Number.POSITIVE_INFINITY : numberOf(action.due) - now;
    const nearDue = untilDue <= BEFORE_DUE && days > BEFORE_DUE - untilDue;
    const past = on < limits.settled || (nearDue && untilDue < 0) || (isRed && on < limits.red[action.keeps]);
    const oldRed = isRed && on < redsFrom;
    return { waits: oldRed ? 'red' : nearDue ? 'due' : on < halfStart ? 'half_term' : null, past, weeks };
  };
};

/** What an action is counted as: its declared rating, or apart when that is past its cadence. Every action is counted once. */
export type Counted = RatingWord | 'no_update';
export const countedAs = (action: Rated, age: Age): Counted => (age.past ? 'no_update' : declared(action));
