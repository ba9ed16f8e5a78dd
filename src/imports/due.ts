import { Temporal } from 'temporal-polyfill';
import { fullDay, MONTHS } from '../calendar/dates.ts';
import { SEASONS } from '../calendar/periods.ts';
import { nationalTerms, schoolYear, schoolYearOf } from '../calendar/terms.ts';
import { type Reading, readDate, readText } from './sheet/cells.ts';
import { readDateText } from './sheet/dates.ts';
import type { Cell } from './sheet/sheet.ts';

/**
 * The day by which something is to be done, as plans have it: a date, the end of a term or month, a week; or that there is none yet.
 * The terms are those of the national pattern, and a note says which day was taken.
 */
export type Due = Reading<Temporal.PlainDate> & {
  /** A sentence's end, where the words were not a date: "is taken as Friday …". */ note?: string;
};

const LEAD = /^(?:(?:due|by|before|until|for) (?:the )?)+/iu;
const NOT_YET =
  /^(?:tb[acd]|to be (?:confirmed|agreed|decided|announced)|on-?going|continuous|continuing|rolling|not (?:yet )?known|unknown|\?+)$/iu;
const WEEK = /^(?:w\/[cbe]|wc|week (?:of|beginning|commencing|starting|ending)) /iu;
const YEAR = '(?:,? (20\\d{2})(?:[/-](?:20)?(\\d{2}))?)?';
const END = '(?:the )?(?:end(?: of)?|last day of)(?: the| this)? ';
const TERM = new RegExp(`^(?:${END}|this )?(${SEASONS.join('|')})(?: term)?${YEAR}$`, 'iu');
const HOLIDAY = new RegExp(`^(christmas|xmas|easter)${YEAR}$`, 'iu');
const THIS_TERM = new RegExp(`^(?:${END}|this )term$`, 'iu');
const SCHOOL_YEAR = new RegExp(`^${END}(?:school|academic) year${YEAR}$`, 'iu');
const MONTH = new RegExp(`^(?:${END})?([a-z]{3,9})\\.?,? (20\\d{2})$`, 'iu');
const FRIDAY = 5;

/** The last day of a term, 0 = autumn, of the school year that begins in a calendar year. */
const endOf = (term: number, year: number) => schoolYear(year, nationalTerms).halves[term * 2 + 1]?.end as Temporal.PlainDate;

/** The first of some terms to end today or later. */
const coming = (terms: readonly number[], today: Temporal.PlainDate) =>
  [0, 1]
    .flatMap((ahead) => terms.map((term) => endOf(term, schoolYearOf(today) + ahead)))
    .find((end) => Temporal.PlainDate.compare(end, today) >= 0);

/** "Spring term 2027" and "spring term 2026/27" are one. Undefined for years that do not follow each other. */
const inYear = (term: number, first: string | undefined, second: string | undefined, today: Temporal.PlainDate) => {
  if (first === undefined) return coming([term], today);
  const year = Number(first);
  if (second !== undefined) return (year + 1) % 100 === Number(second) ? endOf(term, year) : undefined;
  return endOf(term, term === 0 ? year : year - 1);
};

const inWords = (text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined => {
  const [term, season = '', ...years] = TERM.exec(text) ?? [];
  if (term !== undefined) return inYear(SEASONS.indexOf(season.toLowerCase() as (typeof SEASONS)[number]), years[0], years[1], today);
  const [holiday, which = '', ...of] = HOLIDAY.exec(text) ?? [];
  if (holiday !== undefined) return inYear(/easter/iu.test(which) ? 1 : 0, of[0], of[1], today);
  if (THIS_TERM.test(text)) return coming([0, 1, 2], today);
  const school = SCHOOL_YEAR.exec(text);
  if (school) return inYear(2, school[1], school[2], today);
  const [, name = '', year] = MONTH.exec(text) ?? [];
  const month = name === '' ? 0 : MONTHS.findIndex((one) => one.toLowerCase().startsWith(name.toLowerCase())) + 1;
  if (month > 0) return Temporal.PlainDate.from({ year: Number(year), month, day: 31 }, { overflow: 'constrain' });
  const week = WEEK.exec(text);
  const day = week && readDateText(text.slice(week[0].length));
  return day && 'value' in day ? day.value.add({ days: FRIDAY - day.value.dayOfWeek }) : undefined;
};

/** @param today what "end of term" is counted from */
export const readDue = (cell: Cell | undefined, today: Temporal.PlainDate): Due => {
  const words = readText(cell?.date ? undefined : cell);
  if (!('value' in words) || words.value === null) return readDate(cell);
  const text = words.value.replaceAll(/\s+/gu, ' ');
  const bare = text.replace(LEAD, '').replace(/[.!]$/u, '');
  if (NOT_YET.test(bare)) return { value: null, note: 'is no date, so none was taken' };
  const found = inWords(bare, today);
  if (found) return { value: found, note: `is taken as ${fullDay(found)}` };
  return readDate(cell && bare !== text ? { ...cell, value: bare } : cell);
};
