import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { MONTHS } from '../calendar/dates.ts';
import type { Terms } from '../calendar/terms.ts';
import { isWorkingDay } from '../calendar/working-days.ts';
import type { Action } from './action.ts';

/** By when an action is to be done: a working day of whoever must do it, and said in full, so that a slip is seen. */

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** "Monday 1 March 2027" */
export const fullDay = (day: Temporal.PlainDate): string =>
  `${WEEKDAYS[day.dayOfWeek - 1]} ${day.day} ${MONTHS[day.month - 1]} ${day.year}`;

/** A date further away is most likely a slip of the keyboard. */
const MOST_YEARS = 10;

export type DueDay =
  | { kind: 'past' }
  | { kind: 'far' }
  /** `moved`: why it is not the day that was said. */
  | { kind: 'day'; day: Temporal.PlainDate; moved?: string };

const whyNot = (day: Temporal.PlainDate): string => {
  if (day.dayOfWeek > 5) return `a ${WEEKDAYS[day.dayOfWeek - 1]}`;
  return bankHolidaysOfEngland.has(day.toString()) ? 'a bank holiday' : 'in the school holidays';
};

/** The day that counts for the one that was said: the next working day of the owner's calendar, today at the earliest. */
export const dueDay = (said: Temporal.PlainDate, today: Temporal.PlainDate, keeps: Action['keeps'], terms: Terms): DueDay => {
  if (Temporal.PlainDate.compare(said, today) < 0) return { kind: 'past' };
  if (Temporal.PlainDate.compare(said, today.add({ years: MOST_YEARS })) > 0) return { kind: 'far' };
  const theirs = { ...terms, closedInHolidays: keeps === 'school' };
  let day = said;
  while (!isWorkingDay(day, theirs, bankHolidaysOfEngland)) day = day.add({ days: 1 });
  if (day.equals(said)) return { kind: 'day', day };
  const sameYear = day.year === said.year;
  return {
    kind: 'day',
    day,
    moved: `${said.day} ${MONTHS[said.month - 1]}${sameYear ? '' : ` ${said.year}`} is ${whyNot(said)}: moved to ${sameYear ? `${WEEKDAYS[day.dayOfWeek - 1]} ${day.day} ${MONTHS[day.month - 1]}` : fullDay(day)}`,
  };
};
