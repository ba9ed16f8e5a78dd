import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { schoolYearOf } from '../calendar/terms.ts';

/** Days as the files of the demonstration write them, and the days and moments that they are on the day of a load. */

export const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/**
 * A date, or a day of a school year counted from the one of the load (0 = this one, -1 = the one before; in July and August 0 = the one
 * to come): so that targets lie ahead and readings reach up to today whenever the demonstration is started.
 */
export const Day = z.union([isoDate, z.strictObject({ schoolYear: z.int().min(-5).max(1), day: z.string().regex(/^\d{2}-\d{2}$/) })]);

/** So many days after the load, before it with a minus; the Friday before where that is a weekend. */
export const InDays = z.strictObject({ inDays: z.int().min(-1000).max(400) });

export type DayInFile = z.infer<typeof Day> | z.infer<typeof InDays>;

/** Months: in July and August people plan for the school year to come, so days are counted from that one. */
const PLANNING_AHEAD = 2;
const FRIDAY = 5;

/** A date of the files as a day, seen from the day of the load. */
export const dayOf = (day: DayInFile, today: Temporal.PlainDate): Temporal.PlainDate => {
  if (typeof day === 'string') return Temporal.PlainDate.from(day);
  if ('inDays' in day) {
    const date = today.add({ days: day.inDays });
    return date.subtract({ days: Math.max(0, date.dayOfWeek - FRIDAY) });
  }
  const starts = schoolYearOf(today.add({ months: PLANNING_AHEAD })) + day.schoolYear;
  return Temporal.PlainDate.from(`${day.day >= '09-01' ? starts : starts + 1}-${day.day}`);
};

/** When something of that day was recorded: in the afternoon, in any season within working hours; but never after the load itself. */
export const recordedOn = (date: Temporal.PlainDate, now: Temporal.Instant): Date =>
  new Date(Math.min(Date.parse(`${date}T15:00:00Z`), now.epochMilliseconds));
