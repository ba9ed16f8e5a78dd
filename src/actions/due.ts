import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { MONTHS } from '../calendar/dates.ts';
import type { Terms } from '../calendar/terms.ts';
import { isWorkingDay } from '../calendar/working-days.ts';
import type { Action, Step } from './action.ts';

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

const whyNot = (day: Temporal.PlainDate, theirs: Terms): string => {
  if (day.dayOfWeek > 5) return `a ${WEEKDAYS[day.dayOfWeek - 1]}`;
  if (bankHolidaysOfEngland.has(day.toString())) return 'a bank holiday';
  return theirs.closed?.has(day.toString()) ? 'a closed day' : 'in the school holidays';
};

/**
 * The day that counts for the one that was said: the next working day, today at the earliest.
 * @param theirs the calendar of whoever must act
 */
export const dueDay = (said: Temporal.PlainDate, today: Temporal.PlainDate, theirs: Terms): DueDay => {
  if (Temporal.PlainDate.compare(said, today) < 0) return { kind: 'past' };
  if (Temporal.PlainDate.compare(said, today.add({ years: MOST_YEARS })) > 0) return { kind: 'far' };
  let day = said;
  while (!isWorkingDay(day, theirs, bankHolidaysOfEngland)) day = day.add({ days: 1 });
  if (day.equals(said)) return { kind: 'day', day };
  const sameYear = day.year === said.year;
  return {
    kind: 'day',
    day,
    moved: `${said.day} ${MONTHS[said.month - 1]}${sameYear ? '' : ` ${said.year}`} is ${whyNot(said, theirs)}: moved to ${sameYear ? `${WEEKDAYS[day.dayOfWeek - 1]} ${day.day} ${MONTHS[day.month - 1]}` : fullDay(day)}`,
  };
};

/**
 * The days of an action once whoever must act keeps another calendar (`theirs`): those that are to come slide to the next day on which they are at work;
 * days that have passed, and of steps that are done, stay as they were.
 * @returns what changes, and why: nothing where every day holds
 */
export const daysFor = (
  { due, steps }: Pick<Action, 'due' | 'steps'>,
  today: Temporal.PlainDate,
  theirs: Terms,
): { changed: { due?: string; steps?: Step[] }; moved: string[] } => {
  const slid = (day: string | null) => {
    const holds = day === null ? undefined : dueDay(Temporal.PlainDate.from(day), today, theirs);
    return holds?.kind === 'day' && holds.moved !== undefined ? { day: holds.day.toString(), why: holds.moved } : undefined;
  };
  const newDue = slid(due);
  const newSteps = steps.map((step) => (step.done === null ? slid(step.due) : undefined));
  return {
    changed: {
      ...(newDue ? { due: newDue.day } : {}),
      ...(newSteps.some(Boolean) ? { steps: steps.map((step, at) => ({ ...step, due: newSteps[at]?.day ?? step.due })) } : {}),
    },
    moved: [...(newDue ? [`${newDue.why}.`] : []), ...newSteps.flatMap((step, at) => (step ? [`Step ${at + 1}: ${step.why}.`] : []))],
  };
};
