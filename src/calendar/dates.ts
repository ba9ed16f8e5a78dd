import type { Temporal } from 'temporal-polyfill';
import { schoolYearOf } from './terms.ts';

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** "November" for 11. */
export const monthName = (month: number): string => MONTHS[month - 1] as string;

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** "Monday" */
export const weekdayName = (day: Temporal.PlainDate): string => WEEKDAYS[day.dayOfWeek - 1] as string;

/** "1 October 2026": before something is done, and wherever the year matters. */
export const dayWords = (day: Temporal.PlainDate): string => `${day.day} ${monthName(day.month)} ${day.year}`;

/** "Monday 1 March 2027" */
export const fullDay = (day: Temporal.PlainDate): string => `${weekdayName(day)} ${dayWords(day)}`;

/** "16 Nov"; "16 Nov 2025" when it is not in the school year of today. */
export const formatDate = (day: Temporal.PlainDate, today: Temporal.PlainDate): string =>
  `${day.day} ${monthName(day.month).slice(0, 3)}${schoolYearOf(day) === schoolYearOf(today) ? '' : ` ${day.year}`}`;
