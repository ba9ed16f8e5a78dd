import { Temporal } from 'temporal-polyfill';
import type { BankHolidays } from './bank-holidays.ts';
import { schoolYear, schoolYearOf, type Terms } from './terms.ts';

const SATURDAY = 6;

const inTerm = (day: Temporal.PlainDate, terms: Terms) =>
  schoolYear(schoolYearOf(day), terms).halves.some(
    (half) => Temporal.PlainDate.compare(half.start, day) <= 0 && Temporal.PlainDate.compare(day, half.end) <= 0,
  );

const closedOn = (day: string, terms: Terms, bankHolidays: BankHolidays) => bankHolidays.has(day) || terms.closed?.has(day) === true;

/** Whether somebody who keeps this calendar is at work: a weekday, no bank holiday, no closed day and, for a school, in term. */
export const isWorkingDay = (day: Temporal.PlainDate, terms: Terms, bankHolidays: BankHolidays): boolean =>
  day.dayOfWeek < SATURDAY && !closedOn(day.toString(), terms, bankHolidays) && (!terms.closedInHolidays || inTerm(day, terms));

/** The day on which the given number (1 or more) of working days have passed after a day. */
export const addWorkingDays = (day: Temporal.PlainDate, count: number, terms: Terms, bankHolidays: BankHolidays): Temporal.PlainDate => {
  let at = day;
  for (let left = count; left > 0; ) {
    at = at.add({ days: 1 });
    if (isWorkingDay(at, terms, bankHolidays)) left -= 1;
  }
  return at;
};

/** The last working day on or before a day. */
export const lastWorkingDay = (day: Temporal.PlainDate, terms: Terms, bankHolidays: BankHolidays): Temporal.PlainDate =>
  isWorkingDay(day, terms, bankHolidays) ? day : lastWorkingDay(day.subtract({ days: 1 }), terms, bankHolidays);
