import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { fullDay, monthName, weekdayName } from '../calendar/dates.ts';
import type { Terms } from '../calendar/terms.ts';
import { isWorkingDay } from '../calendar/working-days.ts';
import type { MovedDay } from '../people/handover.ts';
import type { Action, Step } from './action.ts';

/** By when an action is to be done: a working day of whoever must do it, and said in full, so that a slip is seen. */

/** A date further away is most likely a slip of the keyboard. */
const MOST_YEARS = 10;

export type DueDay =
  | { kind: 'past' }
  | { kind: 'far' }
  /** `moved`: why it is not the day that was said; `why`, in short: "in the school holidays". */
  | { kind: 'day'; day: Temporal.PlainDate; moved?: string; why?: string };

const whyNot = (day: Temporal.PlainDate, theirs: Terms): string => {
  if (day.dayOfWeek > 5) return `a ${weekdayName(day)}`;
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
  const why = whyNot(said, theirs);
  return {
    kind: 'day',
    day,
    why,
    moved: `${said.day} ${monthName(said.month)}${sameYear ? '' : ` ${said.year}`} is ${why}: moved to ${sameYear ? `${weekdayName(day)} ${day.day} ${monthName(day.month)}` : fullDay(day)}`,
  };
};

type Days = Pick<Action, 'due' | 'steps'>;

/** The days of an action after some have slid: only what changes. */
export const slid = ({ steps }: Days, slides: readonly MovedDay[]): Partial<Days> => {
  const own = slides.find(({ step }) => step === undefined);
  const of = (at: number) => slides.find(({ step }) => step === at + 1);
  return {
    ...(own ? { due: own.is } : {}),
    ...(steps.some((_, at) => of(at)) ? { steps: steps.map((step: Step, at) => ({ ...step, due: of(at)?.is ?? step.due })) } : {}),
  };
};

/**
 * The days of an action once whoever must act keeps another calendar (`theirs`): those that are to come slide to the next day on which they are at work;
 * days that have passed, and of steps that are done, stay as they were.
 * @returns what changes, and why: nothing where every day holds
 */
export const daysFor = (
  { due, steps }: Days,
  today: Temporal.PlainDate,
  theirs: Terms,
): { changed: Partial<Days>; moved: string[]; slides: MovedDay[] } => {
  const days = [{ day: due }, ...steps.map((step, at) => ({ step: at + 1, day: step.done === null ? step.due : null }))];
  const found = days.flatMap(({ day, ...of }) => {
    const holds = day === null ? undefined : dueDay(Temporal.PlainDate.from(day), today, theirs);
    if (day === null || holds?.kind !== 'day' || holds.why === undefined) return [];
    return { slide: { ...of, was: day, is: holds.day.toString(), why: holds.why }, moved: `${holds.moved}.` };
  });
  const slides = found.map(({ slide }): MovedDay => slide);
  return {
    changed: slid({ due, steps }, slides),
    moved: found.map(({ slide, moved }) => ('step' in slide ? `Step ${slide.step}: ${moved}` : moved)),
    slides,
  };
};
