import { problemsOfYear } from '../../src/calendar/check-year.ts';
import { datesOf, schoolYearOfDates, type YearDates } from '../../src/calendar/school-year.ts';
import { GAPS, type Gap, schoolYearName } from '../../src/calendar/terms.ts';
import { readDateText } from '../../src/imports/sheet/dates.ts';

/** What was filled in about a school year: every gap is understood, or is told what is expected. */

const SEPARATOR = /\s*(?:\bto\b|\buntil\b|\btill\b|[–—]|\s-\s)\s*/iu;
const AUTUMN = /\b(?:sep|oct|nov|dec)/iu;
const HAS_YEAR = /\d{4}|\d[./-]\d{1,2}[./-]\d{2}$/u;
const DAY_ALONE = /^(?:[a-z]+ )?\d{1,2}(?:st|nd|rd|th)?$/iu;

/** A day of a school year: where no year is said, the one in which it falls there. */
const readDay = (said: string, year: number) => readDateText(HAS_YEAR.test(said) ? said : `${said} ${AUTUMN.test(said) ? year : year + 1}`);

/** "26 to 30 October": the month belongs to both. */
const completed = (first: string, last: string) =>
  DAY_ALONE.test(first) ? `${first} ${last.replace(/^(?:[a-z]+ )?\d{1,2}(?:st|nd|rd|th)?\s*/iu, '')}` : first;

const readGap = (text: string, gap: Gap, year: number): { value: YearDates } | { problem: string } => {
  const parts = text.trim().split(SEPARATOR);
  const isHoliday = gap !== 'start' && gap !== 'end';
  if (parts.length > 2 || parts.some((part) => part === ''))
    return { problem: `Write ${isHoliday ? `its first and its last day, as in 26 October to 30 October ${year}` : 'one day'}.` };
  if (!isHoliday && parts.length > 1) return { problem: 'Write one day.' };
  // A holiday of one day is rather a last day that was forgotten.
  if (isHoliday && parts.length === 1)
    return { problem: `Write its last day too, as in 26 October to 30 October ${year}. If it is one day, write that day twice.` };
  const [said, until = said] = parts as [string, string?];
  const first = readDay(completed(said, until), year);
  if ('problem' in first) return first;
  const last = readDay(until, year);
  if ('problem' in last) return last;
  return { value: { [gap]: isHoliday ? [first.value.toString(), last.value.toString()] : first.value.toString() } };
};

/**
 * The dates of a form, or what is wrong by field.
 * @param below what is known of the year without them, most particular first
 */
export const readYear = (
  values: Record<string, string>,
  year: number,
  below: readonly YearDates[],
): { dates: YearDates } | { fields: Record<string, string> } => {
  const fields: Record<string, string> = {};
  const dates: YearDates = {};
  for (const gap of GAPS) {
    const text = values[gap]?.trim() ?? '';
    if (text === '') continue;
    const read = readGap(text, gap, year);
    if ('problem' in read) fields[gap] = read.problem;
    else Object.assign(dates, read.value);
  }
  if (Object.keys(fields).length > 0) return { fields };
  const problems = problemsOfYear(year, dates, datesOf(schoolYearOfDates(year, [dates, ...below])));
  return problems.size > 0 ? { fields: Object.fromEntries(problems) } : { dates };
};

const YEAR = /(?:^|\s)(20\d{2})(?:\s?[/-]\s?(?:20)?(\d{2}))?\s*$/u;

/** "Wakefield 2026/27": the name, and the calendar year in which the school year starts; or why it is none. */
export const splitYear = (words: string): { name: string; year?: number } | { problem: string } => {
  const found = YEAR.exec(words);
  if (!found) return { name: words.trim() };
  const [, first, second] = found;
  const year = Number(first);
  if (second !== undefined && (year + 1) % 100 !== Number(second))
    return { problem: `${found[0].trim()} is no school year: write it as ${schoolYearName(year)}.` };
  return { name: words.slice(0, found.index).trim(), year };
};
