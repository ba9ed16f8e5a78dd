import type { Temporal } from 'temporal-polyfill';
import { monthName } from '../../calendar/dates.ts';
import { holidayAfter } from '../../calendar/school-year.ts';
import { schoolYearOf } from '../../calendar/terms.ts';
import { CENTURY, day, MONTH_ALONE, monthOf, WEEK_OF } from './days.ts';
import { parseDue } from './due.ts';
import { type DueContext, FIRST_HALVES, HALF_TERM, HOLIDAY, HOLIDAYS, halfBeforeHalfTerm } from './school-days.ts';

/** Several days that people call by one name: `next week`, `December`, `Easter`, `February half-term`. */

export type NamedDays = {
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  /** What they are: "next week", "the Easter holiday". */
  name: string;
  isHoliday: boolean;
};

const whole = (source: string) => new RegExp(`^(?:the )?${source}$`, 'iu');
const NEXT_HALF_TERM = whole(`(?:this |coming |this coming )?${HALF_TERM}${HOLIDAY}`);
const A_HALF_TERM = whole(`(\\p{L}{3,9})\\.? ${HALF_TERM}${HOLIDAY}${CENTURY}`);
const A_HOLIDAY = whole(`(christmas|xmas|easter|summer)${HOLIDAY}${CENTURY}`);
const WEEK = whole('(this|next) week|week (after next)');
const MONTH = whole('(this|next) month');

const HALF_TERM_NAMES: Record<number, string> = { 0: 'autumn half-term', 2: 'spring half-term', 4: 'summer half-term' };
const HOLIDAY_NAMES: Record<number, string> = { 1: 'Christmas holiday', 3: 'Easter holiday', 5: 'summer holiday' };

/** The first of the holidays after certain halves that is not over, or the one of a calendar year that was said. */
const holiday = (halves: readonly number[], year: string | undefined, { today, terms }: DueContext): NamedDays | undefined => {
  const now = schoolYearOf(today);
  const years = year === undefined ? [now - 1, now, now + 1, now + 2] : [Number(year) - 1, Number(year)];
  return years
    .flatMap((first) => halves.map((half) => ({ half, ...holidayAfter(half, first, terms) })))
    .filter(({ from, to }) => (year === undefined ? today.until(to).sign >= 0 : from.year === Number(year)))
    .map(({ half, from, to }) => ({ from, to, name: `the ${HALF_TERM_NAMES[half] ?? HOLIDAY_NAMES[half]}`, isHoliday: true }))[0];
};

const namedHoliday = (words: string, context: DueContext): NamedDays | undefined => {
  if (NEXT_HALF_TERM.test(words)) return holiday(FIRST_HALVES, undefined, context);
  const [, word, year] = A_HALF_TERM.exec(words) ?? [];
  const half = word === undefined ? undefined : halfBeforeHalfTerm(word);
  if (half !== undefined) return holiday([half], year, context);
  const [, name, inYear] = A_HOLIDAY.exec(words) ?? [];
  return name === undefined ? undefined : holiday([HOLIDAYS[name.toLowerCase()] as number], inYear, context);
};

const FRIDAY = 5;
/** Monday to Friday of the week of a day. */
const weekOf = (date: Temporal.PlainDate) => ({
  from: date.subtract({ days: date.dayOfWeek - 1 }),
  to: date.add({ days: FRIDAY - date.dayOfWeek }),
});

const namedWeek = (words: string, context: DueContext): NamedDays | undefined => {
  const [said, which] = WEEK.exec(words) ?? [];
  if (said !== undefined) {
    const { from, to } = weekOf(context.today.add({ weeks: which === undefined ? 2 : /next/iu.test(which) ? 1 : 0 }));
    return { from, to, name: said.toLowerCase().replace(/^week/u, 'the week'), isHoliday: false };
  }
  const lead = WEEK_OF.exec(words.replace(/^the /iu, ''));
  const found = lead?.index === 0 ? parseDue(words.replace(/^the /iu, '').slice(lead[0].length), context) : undefined;
  if (!found || !('date' in found)) return undefined;
  const { from, to } = weekOf(found.date);
  return { from, to, name: 'that week', isHoliday: false };
};

const YEARS_AHEAD = [0, 1];
const namedMonth = (words: string, { today }: DueContext): NamedDays | undefined => {
  const ofMonth = (first: Temporal.PlainDate): NamedDays => ({
    from: first,
    to: first.with({ day: first.daysInMonth }),
    name: `${monthName(first.month)} ${first.year}`,
    isHoliday: false,
  });
  const which = MONTH.exec(words)?.[1];
  if (which !== undefined) return ofMonth(today.with({ day: 1 }).add({ months: /next/iu.test(which) ? 1 : 0 }));
  const found = MONTH_ALONE.exec(words);
  const month = found?.[0] === words ? monthOf(found[1] as string) : undefined;
  if (!month || month.near) return undefined;
  const years = found?.[2] === undefined ? YEARS_AHEAD.map((ahead) => today.year + ahead) : [Number(found[2])];
  return years
    .flatMap((year) => day(year, month.month, 1) ?? [])
    .map(ofMonth)
    .find(({ to }) => found?.[2] !== undefined || today.until(to).sign >= 0);
};

/** What words name as a whole, and nothing else. Holidays are those of the given terms: the one that is now, or the next. */
export const parseNamedDays = (words: string, context: DueContext): NamedDays | undefined =>
  namedHoliday(words, context) ?? namedWeek(words, context) ?? namedMonth(words, context);
