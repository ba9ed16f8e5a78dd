import { Temporal } from 'temporal-polyfill';
import { dayWords, MONTHS, WEEKDAYS, weekdayName } from '../../calendar/dates.ts';

/** A day as somebody wrote it, or why it is none, in a sentence that says what to write. */
export type ReadDate = { value: Temporal.PlainDate } | { problem: string };

/** Years that a plan or its readings can be about; anything else is a slip of the finger. */
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

const WRITE = 'Write the date as in 1 March 2027 or 01/03/2027.';

/** 27 is 2027: nothing here is older than the century. */
const fullYear = (text: string) => (text.length === 2 ? 2000 + Number(text) : Number(text));

/** The number of a month by its name or the beginning of it ("Mar", "Sept"), or 0. */
const monthNumber = (name: string) => {
  const start = name.toLowerCase();
  return start.length >= 3 ? MONTHS.findIndex((month) => month.toLowerCase().startsWith(start)) + 1 : 0;
};

const dayOf = (year: number, month: number, day: number): Temporal.PlainDate | undefined => {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
  } catch {
    return undefined;
  }
};

const checked = (text: string, year: number, month: number, day: number): ReadDate => {
  const found = dayOf(year, month, day);
  if (!found) {
    const american = dayOf(year, day, month);
    return { problem: `“${text}” is no date${american ? `: day first, ${dayWords(american)} is ${written(american)}` : ''}. ${WRITE}` };
  }
  if (year < FIRST_YEAR || year > LAST_YEAR) return { problem: `“${text}” is in the year ${year}. ${WRITE}` };
  return { value: found };
};

const two = (value: number) => String(value).padStart(2, '0');
const written = ({ day, month, year }: Temporal.PlainDate) => `${two(day)}/${two(month)}/${year}`;

const FIGURES = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})$/u;
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u;
const DAY_MONTH = /^(\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?([a-z]+)\.?,?(?:[ -](\d{4}|\d{2}))?$/iu;
const MONTH_DAY = /^([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?$/iu;
const MONTH_ALONE = /^([a-z]+)\.?,?(?:[ -](\d{4}|\d{2}))?$/iu;
/** What spreadsheet programs add to a day when they write it as text. */
const MIDNIGHT = /[ T]00:00(?::00(?:\.0+)?)?Z?$/u;

const withoutWeekday = (text: string): { weekday: number; rest: string } => {
  const [all = '', name = ''] = /^([a-z]{3,})\.?,? +(?=\d|[a-z])/iu.exec(text) ?? [];
  const weekday = name === '' ? 0 : WEEKDAYS.findIndex((day) => day.toLowerCase().startsWith(name.toLowerCase())) + 1;
  return { weekday, rest: weekday > 0 ? text.slice(all.length) : text };
};

const readDay = (text: string, rest: string): ReadDate => {
  const iso = ISO.exec(rest);
  if (iso) return checked(text, Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const figures = FIGURES.exec(rest);
  if (figures) return checked(text, fullYear(figures[4] as string), Number(figures[3]), Number(figures[1]));

  const dayFirst = DAY_MONTH.exec(rest);
  const monthFirst = MONTH_DAY.exec(rest);
  const [day, name, year] = dayFirst ? dayFirst.slice(1) : monthFirst ? [monthFirst[2], monthFirst[1], monthFirst[3]] : [];
  const month = monthNumber(name ?? '');
  if (month > 0 && year === undefined) return { problem: `“${text}”: of which year? ${WRITE}` };
  if (month > 0) return checked(text, fullYear(year as string), month, Number(day));

  const [, alone = '', ofYear] = MONTH_ALONE.exec(rest) ?? [];
  const monthAlone = monthNumber(alone);
  if (monthAlone > 0) {
    const last = ofYear === undefined ? undefined : dayOf(fullYear(ofYear), monthAlone, 1)?.add({ months: 1 }).subtract({ days: 1 });
    return { problem: `“${text}”: which day? ${last ? `For its last day, write ${dayWords(last)}.` : WRITE}` };
  }
  if (/^\d{5}(?:\.\d+)?$/u.test(rest))
    return { problem: `${rest} is how a spreadsheet counts days. Format the cell as a date, or write the date as in 1 March 2027.` };
  return { problem: `“${text.slice(0, 60)}” is no date that can be read. ${WRITE}` };
};

/** A date in words or figures, day first as in Britain; two figures of a year are of this century. The text is trimmed. */
export const readDateText = (text: string): ReadDate => {
  const { weekday, rest } = withoutWeekday(text.replace(MIDNIGHT, '').replaceAll(/\s+/gu, ' '));
  const read = readDay(text, rest);
  if ('value' in read && weekday > 0 && read.value.dayOfWeek !== weekday) {
    return { problem: `“${text}”: ${dayWords(read.value)} is a ${weekdayName(read.value)}. Which is right?` };
  }
  return read;
};
