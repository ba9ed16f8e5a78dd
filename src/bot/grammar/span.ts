import type { Temporal } from 'temporal-polyfill';
import { dayWords } from '../../calendar/dates.ts';
import { countedDays, type DueContext, parseDue } from './due.ts';
import { parseNamedDays } from './periods.ts';

/** Days from one to another, as people write them: `20 Dec to 3 Jan`, `next week`, `Easter`, `two weeks from Monday`, `next Friday`. */

export type Span = {
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  /** What these days were called by: "the Easter holiday". */
  name?: string;
};
/** What is expected, to end a sentence; `meant`: what it may be, to be offered, never taken. */
export type ParsedSpan = Span | { problem: string; meant?: Span };

export const SPAN_EXPECTED = 'the first and the last day, as in `20 Dec to 3 Jan`';

const TO = /\s+(?:to|until|till?|through)\s+|\s*[–—]\s*|\s+-\s+|(?<=\d)-(?=\d{1,2}\s+\p{L})/iu;
const BETWEEN = /^between\s+(?<first>.+)\s+and\s+(?<last>.+)$/iu;
const DAY_ALONE = /^\d{1,2}(?:st|nd|rd|th)?$/u;
const LEAD = /^(?:(?:on|over|during|for|all(?: of)?|the whole(?: of)?|in(?= [\p{L}-]+(?: 20\d{2})?$))\s+)+/iu;
const FROM = /^(?:from|starting|beginning)\s+(?:on\s+)?/iu;
const UNTIL = /^(?:until|till?|up to|to)\s+/iu;
const COUNT_FROM = /^(?<count>.+?)\s+(?:from|starting|beginning)\s+(?:on\s+)?(?<first>.+)$/iu;
const FOR_COUNT = /^(?<first>.+?)\s+for\s+(?<count>.+)$/iu;
const YEAR = /\b20\d{2}\b|\d[./-]\d{1,2}[./-]\d{2}\b/u;
/** A first day that comes round only after so many days was rather the one of the three months just past. */
const FAR_DAYS = 275;

const isProblem = (span: ParsedSpan): span is { problem: string } => 'problem' in span;

/** One day, or several that have a name. */
const part = (words: string, context: DueContext): ParsedSpan => {
  const named = parseNamedDays(words, context);
  if (named) return named;
  const found = parseDue(/^now$/iu.test(words) ? 'today' : words, context);
  if ('date' in found) return { from: found.date, to: found.date };
  const meant = found.meant && { from: found.meant, to: found.meant };
  return { problem: found.problem, ...(meant ? { meant } : {}) };
};

/** So many days, weeks or months, the first of them counted. */
const counted = (count: string, first: string, context: DueContext): ParsedSpan | undefined => {
  const begins = part(first, context);
  if (isProblem(begins)) return undefined;
  const after = countedDays(count, begins.from);
  return after && { from: begins.from, to: after.subtract({ days: 1 }) };
};

const fromTo = (said: string, last: string, context: DueContext): ParsedSpan => {
  // A month that is said once is of both.
  const month = /\p{L}{3,}.*$/u.exec(last)?.[0];
  const first = DAY_ALONE.test(said) && month ? `${said} ${month}` : said;
  const isDate = /\d/u.test(first);
  if (isDate && YEAR.test(last) && !YEAR.test(first)) {
    const ends = part(last, context);
    const begins = isProblem(ends) ? ends : part(first, { ...context, today: ends.to.subtract({ years: 1 }).add({ days: 1 }) });
    return isProblem(begins) || isProblem(ends) ? { problem: SPAN_EXPECTED } : { from: begins.from, to: ends.to };
  }
  const begins = part(first, context);
  const ends = isProblem(begins) ? begins : part(last, { ...context, today: begins.from });
  return isProblem(begins) || isProblem(ends) ? { problem: SPAN_EXPECTED } : { from: begins.from, to: ends.to };
};

const read = (words: string, context: DueContext): ParsedSpan => {
  const between = BETWEEN.exec(words)?.groups;
  const sides = between ? [between.first as string, between.last as string] : words.replace(FROM, '').split(TO);
  const [first = '', last] = sides;
  if (sides.length > 2) return { problem: SPAN_EXPECTED };
  if (last !== undefined && first !== '') return fromTo(first, last, context);
  if (UNTIL.test(words)) {
    const ends = part(words.replace(UNTIL, ''), context);
    return isProblem(ends) ? ends : { from: context.today, to: ends.to };
  }
  for (const pattern of [FOR_COUNT, COUNT_FROM]) {
    const found = pattern.exec(words.replace(FROM, ''))?.groups;
    const span = found && counted(found.count as string, found.first as string, context);
    if (span) return span;
  }
  if (FROM.test(words)) return { problem: SPAN_EXPECTED };
  return counted(words.replace(/^the /iu, '').replace(/^next (?=\S+ )/iu, ''), 'today', context) ?? part(words, context);
};

/** The same days as they were last, when those are what was rather meant. */
const yearBefore = ({ from }: Span, words: string, context: DueContext): Span | undefined => {
  if (YEAR.test(words) || !/\d/u.test(words) || context.today.until(from).days <= FAR_DAYS) return undefined;
  const before = read(words, { ...context, today: context.today.subtract({ years: 1 }) });
  return isProblem(before) ? undefined : before;
};

/**
 * The last day is the first such day after the first. Days without a year that have just passed are asked about, not moved a year;
 * days that have begun are these.
 */
export const parseSpan = (input: string, context: DueContext): ParsedSpan => {
  const words = input
    .trim()
    .replace(/\s+/gu, ' ')
    .replace(/[\s.,;!]+$/u, '')
    .replace(LEAD, '');
  const span = read(words, context);
  if (isProblem(span)) return span;
  const before = yearBefore(span, words, context);
  if (!before) return span;
  if (context.today.until(before.to).sign >= 0) return before;
  const days = before.from.equals(before.to) ? dayWords(before.from) : `${dayWords(before.from)} to ${dayWords(before.to)}`;
  return { problem: `the year too: ${days} has passed`, meant: span };
};
