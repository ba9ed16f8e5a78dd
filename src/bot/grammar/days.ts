import { distance } from 'fastest-levenshtein';
import { Temporal } from 'temporal-polyfill';
import { MONTHS, WEEKDAYS as WEEKDAY_NAMES } from '../../calendar/dates.ts';
import { after, at, type Typed } from './typed.ts';

/** Calendar dates as people write them, in British order; which year is meant when none is said is for the caller to choose. */

export type ParsedDay =
  | { date: Temporal.PlainDate }
  | { problem: string /** What it most likely means, to be offered, never taken. */; meant?: Temporal.PlainDate };
/** Of the same day in several years, the one that is meant when no year is said. */
export type ChooseYear = (inYear: (year: number) => Temporal.PlainDate | undefined) => Temporal.PlainDate | undefined;

const YEARS = { first: 2000, last: 2099 };
export const WEEKDAYS = WEEKDAY_NAMES.map((name) => name.toLowerCase());
const SHORTEST_MONTH = 3;
const LONG_MONTH = 6;
export const END = '(?![\\p{L}\\p{N}]|[/.-]\\d)';
/** Whole words at a place, in whatever case. */
export const pattern = (source: string) => new RegExp(source + END, 'iu');
export const WEEKDAY = '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?';
const YEAR = '(?:,? +(\\d{4}))?';
/** A year of a week, month or term; others are no part of it. */
export const CENTURY = '(?:,? +(20\\d{2}))?';

export const ISO_DATE = pattern('(\\d{4})-(\\d{1,2})-(\\d{1,2})');
const FIGURES_DATE = pattern('(\\d{1,2})(?:/(\\d{1,2})|([/.-])(\\d{1,2})\\3(\\d{4}|\\d{2}))');
const DAY_MONTH = pattern(`(\\d{1,2})(?:st|nd|rd|th)? *(?:of )?(\\p{L}{3,9})\\.?${YEAR}`);
const MONTH_DAY = pattern(`(\\p{L}{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?${YEAR}`);
export const MONTH_ALONE = pattern(`(\\p{L}{3,9})\\.?${CENTURY}`);
/** Looks like a date, whether or not there is such a day. */
const DATE_LIKE = /\d{1,4}([/.-])\d{1,4}\1\d{1,4}|\d{1,2}\/\d+/u;
export const WEEK_OF = new RegExp(`(?:week (?:of|commencing|beginning|starting|ending)|w[/ ]?c|w[/ ]?e) +(?:${WEEKDAY},? +)?`, 'iu');
export const DAY_NAME_BEFORE = new RegExp(`(${WEEKDAY}),? +(?=\\p{L}|\\d)`, 'iu');
/** Words that begin as months do: "it may be", "they march on". Only in a month's place are they months. */
export const ALSO_A_WORD = /^(?:may|mar|march)$/u;

/** The day, if there is such a one in our century. */
export const day = (year: number, month: number, date: number): Temporal.PlainDate | undefined => {
  if (year < YEARS.first || year > YEARS.last || month < 1 || month > 12 || date < 1) return undefined;
  return date <= new Temporal.PlainYearMonth(year, month).daysInMonth ? new Temporal.PlainDate(year, month, date) : undefined;
};

/** 1 = Monday, by the name of a day or its beginning. */
export const weekdayOf = (word: string): number => WEEKDAYS.findIndex((name) => name.startsWith(word.slice(0, 3).toLowerCase())) + 1;

/** Short words are mistyped by changing places ("Apirl"); any other slip would be another word ("match"). */
export const sameLetters = (one: string, other: string) =>
  one.length === other.length && [...one].sort().join('') === [...other].sort().join('');

/** 1–12 by a month's name or its beginning; `near` when it looks mistyped. */
export const monthOf = (word: string): { month: number; near: boolean } | undefined => {
  const said = word.toLowerCase();
  const names = MONTHS.map((name) => name.toLowerCase());
  const found = said === 'sept' ? 8 : said.length < SHORTEST_MONTH ? -1 : names.findIndex((name) => name.startsWith(said));
  if (found >= 0) return { month: found + 1, near: false };
  const near = names.findIndex(
    (name) => sameLetters(name, said) || (said.length >= LONG_MONTH && name[0] === said[0] && distance(name, said) <= 2),
  );
  return near >= 0 ? { month: near + 1, near: true } : undefined;
};

const noSuchDay = (said: string): ParsedDay => ({ problem: `a day that exists: there is no ${said}` });

/** A day of a month, with or without its year, in British order; the other order is offered when only that one exists. */
const dayOf = (dayNumber: number, month: number, year: number | undefined, said: string, choose: ChooseYear): ParsedDay => {
  const made = (one: number, other: number) =>
    year === undefined ? choose((candidate) => day(candidate, other, one)) : day(year, other, one);
  const british = made(dayNumber, month);
  if (british) return { date: british };
  const american = made(month, dayNumber);
  return american ? { problem: 'the day before the month, as in 14/11', meant: american } : noSuchDay(said);
};

export type TakenDay = { parsed: ParsedDay; end: number };

/** A calendar date at a place: `14 Nov`, `14/11`, `2026-11-14`, `Nov 14`. */
export const takeDay = (text: Typed, from: number, choose: ChooseYear): TakenDay | undefined => {
  const start = after(text, from, DAY_NAME_BEFORE);
  const taken = (found: RegExpExecArray, parsed: ParsedDay): TakenDay => ({ parsed, end: start + found[0].length });

  const iso = at(text, start, ISO_DATE);
  if (iso) {
    const made = day(Number(iso[1]), Number(iso[2]), Number(iso[3]));
    return taken(iso, made ? { date: made } : noSuchDay(iso[0]));
  }
  const figures = at(text, start, FIGURES_DATE);
  if (figures) {
    const year = figures[5] === undefined ? undefined : Number(figures[5].length === 2 ? `20${figures[5]}` : figures[5]);
    return taken(figures, dayOf(Number(figures[1]), Number(figures[2] ?? figures[4]), year, figures[0], choose));
  }
  for (const [order, form] of [['day', DAY_MONTH] as const, ['month', MONTH_DAY] as const]) {
    const found = at(text, start, form);
    const month = found && monthOf((order === 'day' ? found[2] : found[1]) as string);
    if (!found || !month) continue;
    const number = Number(order === 'day' ? found[1] : found[2]);
    const parsed = dayOf(number, month.month, found[3] ? Number(found[3]) : undefined, found[0], choose);
    const asked = month.near && 'date' in parsed;
    return taken(found, asked ? { problem: `the month in full, as in ${number} ${MONTHS[month.month - 1]}`, meant: parsed.date } : parsed);
  }
  const like = at(text, start, DATE_LIKE);
  return like && { parsed: noSuchDay(like[0]), end: after(text, start, /\S+/u) };
};
