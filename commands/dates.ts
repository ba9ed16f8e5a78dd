import type { Temporal } from 'temporal-polyfill';
import { dayWords } from '../src/calendar/dates.ts';

/**
 * What is expected of a field whose boxes hold no date, as people write one: "Write a date, as in 4 December 2026."
 * @param instead what else can be done with the field: "leave it empty"
 */
export const dateExpected = (example: Temporal.PlainDate, instead?: string): string =>
  `Write a date, as in ${dayWords(example)}${instead ? `, or ${instead}` : ''}.`;
