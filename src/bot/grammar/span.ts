import type { Temporal } from 'temporal-polyfill';
import { DUE_EXPECTED, type DueContext, parseDue } from './due.ts';

/** Days from one to another, as people write them: `20 Dec to 3 Jan`, `20 - 23 December`, `next Friday`. */

export type ParsedSpan = { from: Temporal.PlainDate; to: Temporal.PlainDate } | { problem: string };

export const SPAN_EXPECTED = 'the first and the last day, as in `20 Dec to 3 Jan`';

const BETWEEN = /\s+(?:to|until|till?|through|and)\s+|\s*[–—]\s*|\s+-\s+|(?<=\d)-(?=\d{1,2}\s+\p{L})/iu;
const DAY_ALONE = /^\d{1,2}(?:st|nd|rd|th)?$/u;
const LEAD = /^(?:from|between|on)\s+/iu;
const YEAR = /\b20\d{2}\b/u;
/** A first day that comes round only after so many days was rather the one just past: they are away already. */
const FAR_DAYS = 300;

/** The last day is the first such day after the first; a month that is said once is of both. */
export const parseSpan = (input: string, context: DueContext): ParsedSpan => {
  const words = input.trim().replace(/\s+/gu, ' ').replace(LEAD, '');
  const [first = '', last, ...others] = words.split(BETWEEN);
  if (others.length > 0) return { problem: SPAN_EXPECTED };
  const month = last === undefined ? undefined : /\p{L}{3,}.*$/u.exec(last)?.[0];
  const begins = parseDue(DAY_ALONE.test(first) && month ? `${first} ${month}` : first, context);
  if (!('date' in begins)) return { problem: last === undefined ? DUE_EXPECTED : SPAN_EXPECTED };
  if (last === undefined) return { from: begins.date, to: begins.date };
  const endsAfter = (from: Temporal.PlainDate) => parseDue(last, { ...context, today: from });
  const before = begins.date.subtract({ years: 1 });
  const isFar = !YEAR.test(first) && /\d/u.test(first) && context.today.until(begins.date).days > FAR_DAYS;
  const endsOfBefore = isFar ? endsAfter(before) : undefined;
  if (
    endsOfBefore &&
    'date' in endsOfBefore &&
    context.today.until(endsOfBefore.date).days >= 0 &&
    before.until(endsOfBefore.date).days <= FAR_DAYS
  )
    return { from: before, to: endsOfBefore.date };
  const ends = endsAfter(begins.date);
  if (!('date' in ends)) return { problem: SPAN_EXPECTED };
  return { from: begins.date, to: ends.date };
};
