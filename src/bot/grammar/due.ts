import { distance } from 'fastest-levenshtein';
import { Temporal } from 'temporal-polyfill';
import { MONTHS, monthName } from '../../calendar/dates.ts';
import { capital } from '../../cards/format.ts';
import {
  CENTURY,
  type ChooseYear,
  DAY_NAME_BEFORE,
  day,
  MONTH_ALONE,
  monthOf,
  type ParsedDay,
  pattern,
  sameLetters,
  takeDay,
  WEEK_OF,
  WEEKDAY,
  WEEKDAYS,
  weekdayOf,
} from './days.ts';
import { type DueContext, type DueWords, END_OF, SCHOOL_WORDS } from './school-days.ts';
import { after, at, cut, type Typed, typed } from './typed.ts';

export type { DueContext } from './school-days.ts';
/** A day to come; or what is expected instead, to end a sentence, with what is most likely meant. */
export type ParsedDue = ParsedDay;

export const DUE_EXPECTED = 'a day, as in `1 March`, `next Friday` or `end of term`';

const LEAD = /\s*(?:(?:(?:due|by|on|before|until|till?|for|is|to)(?=[\s:]):?|[:=])\s*)*/iu;
const TAIL = /^[\s.,;!]*$/u;
/** No day takes more to say; what is longer is not looked through. */
const LONGEST = 80;
/** How many years ahead a day without its year is looked for: 29 February may be eight away, round 2100. */
const YEARS_AHEAD = 8;
const FRIDAY = 5;
const NUMBER_WORDS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const COUNT = `(an?|${NUMBER_WORDS.join('|')}|\\d{1,3})`;
const TIME_TO_GO = "(?: from (?:now|today)|(?:s)?'?s? time)?";

const nextYear =
  ({ today }: DueContext): ChooseYear =>
  (inYear) => {
    for (let year = today.year; year <= today.year + YEARS_AHEAD; year += 1) {
      const found = inYear(year);
      if (found && Temporal.PlainDate.compare(found, today) >= 0) return found;
    }
    return undefined;
  };

/** The next day of that name, today included. */
const nextWeekday = (word: string, { today }: DueContext) => today.add({ days: (weekdayOf(word) - today.dayOfWeek + 7) % 7 });
const fridayOf = (date: Temporal.PlainDate) => date.add({ days: FRIDAY - date.dayOfWeek });
const lastOfMonth = (date: Temporal.PlainDate) => date.with({ day: date.daysInMonth });
const countOf = (word: string) => (/^an?$/iu.test(word) ? 1 : NUMBER_WORDS.indexOf(word.toLowerCase()) + 1 || Number(word));
const within = (date: Temporal.PlainDate): ParsedDay | undefined => {
  const found = day(date.year, date.month, date.day);
  return found && { date: found };
};

const COUNTED = new RegExp(`^${COUNT} (day|week|fortnight|month|year)s?$`, 'iu');
const later = (from: Temporal.PlainDate, count: string, unit: string) => {
  const many = countOf(count);
  const name = unit.toLowerCase();
  return from.add(name === 'fortnight' ? { weeks: 2 * many } : { [`${name}s`]: many });
};

/** The day after which so many days, weeks or months have passed: "two weeks", "10 days". */
export const countedDays = (words: string, from: Temporal.PlainDate): Temporal.PlainDate | undefined => {
  const [, count, unit] = COUNTED.exec(words.trim()) ?? [];
  return count && unit ? later(from, count, unit) : undefined;
};

/** The last day of a month by name: the next one that ends today or later, unless its year is said. */
const endOfMonth = (word: string, year: string | undefined, context: DueContext): ParsedDay | undefined => {
  const month = monthOf(word);
  if (!month) return undefined;
  const last = (inYear: number) => {
    const first = day(inYear, month.month, 1);
    return first && lastOfMonth(first);
  };
  const date = year ? last(Number(year)) : nextYear(context)(last);
  if (!date) return undefined;
  return month.near ? { problem: `the month in full, as in end of ${monthName(month.month)}`, meant: date } : { date };
};

/** Days of the calendar that people call by their names. */
const NAMED_DAYS: [name: string, month: number, day: number][] = [
  ['christmas eve', 12, 24],
  ['(?:christmas|xmas) day', 12, 25],
  ['boxing day', 12, 26],
  ["new year'?s eve", 12, 31],
  ["new year'?s day", 1, 1],
];

const WORDS: DueWords[] = [
  ...NAMED_DAYS.map(
    ([name, month, number]): DueWords => ({
      pattern: pattern(`(?:the )?${name}${CENTURY}`),
      due: ([, year], context) => {
        const date = year ? day(Number(year), month, number) : nextYear(context)((inYear) => day(inYear, month, number));
        return date && { date };
      },
    }),
  ),
  { pattern: pattern('today'), due: (_, { today }) => ({ date: today }) },
  { pattern: pattern('tomorrow'), due: (_, { today }) => ({ date: today.add({ days: 1 }) }) },
  { pattern: pattern('yesterday'), due: (_, { today }) => ({ date: today.subtract({ days: 1 }) }) },
  {
    pattern: pattern(`(?:this |coming |this coming )?(${WEEKDAY})`),
    due: ([, name], context) => ({ date: nextWeekday(name as string, context) }),
  },
  {
    pattern: pattern(`next (${WEEKDAY})`),
    due: ([, name], { today }) => ({ date: today.add({ days: 7 + weekdayOf(name as string) - today.dayOfWeek }) }),
  },
  {
    pattern: pattern(`last (${WEEKDAY})`),
    due: ([, name], context) => ({ date: nextWeekday(name as string, context).subtract({ days: 7 }) }),
  },
  {
    pattern: pattern(`(?:a )?week (?:on )?(today|tomorrow|${WEEKDAY})|(today|tomorrow|${WEEKDAY}) week`),
    due: ([, before, behind], context) => {
      const said = (before ?? behind) as string;
      const named = /^to/iu.test(said) ? context.today.add({ days: /^tod/iu.test(said) ? 0 : 1 }) : nextWeekday(said, context);
      return { date: named.add({ days: 7 }) };
    },
  },
  {
    pattern: pattern(`(?:in |within )?${COUNT} (day|week|fortnight|month|year)s?${TIME_TO_GO}`),
    due: ([, count, unit], { today }) => within(later(today, count as string, unit as string)),
  },
  {
    pattern: pattern(`(?:${END_OF}|this )(?:this )?week`),
    due: (_, { today }) => ({ date: today.dayOfWeek > FRIDAY ? today : fridayOf(today) }),
  },
  { pattern: pattern(`(?:${END_OF})?next week`), due: (_, { today }) => ({ date: fridayOf(today.add({ weeks: 1 })) }) },
  { pattern: pattern(`(?:${END_OF}|this )month|month[ -]end`), due: (_, { today }) => ({ date: lastOfMonth(today) }) },
  { pattern: pattern(`(?:${END_OF})?next month`), due: (_, { today }) => ({ date: lastOfMonth(today.add({ months: 1 })) }) },
  {
    pattern: pattern('(?:the )?(\\d{1,2})(?:st|nd|rd|th)'),
    due: ([, number], { today }) => {
      const date = [0, 1, 2]
        .map((ahead) => today.with({ day: 1 }).add({ months: ahead }))
        .map(({ year, month }) => day(year, month, Number(number)))
        .find((found) => found && Temporal.PlainDate.compare(found, today) >= 0);
      return date && { date };
    },
  },
  {
    pattern: pattern(`${END_OF}(?:the |this )?calendar year`),
    due: (_, { today }) => ({ date: today.with({ month: 12, day: 31 }) }),
  },
  { pattern: pattern(`${END_OF}(20\\d{2})`), due: ([, year]) => ({ date: new Temporal.PlainDate(Number(year), 12, 31) }) },
  { pattern: pattern(`${END_OF}(?:the |this )?financial year`), due: (_, context) => endOfMonth('march', undefined, context) },
  { pattern: pattern(`${END_OF}(\\p{L}{3,9})\\.?${CENTURY}`), due: ([, word, year], context) => endOfMonth(word as string, year, context) },
  {
    pattern: MONTH_ALONE,
    due: ([, word, year], context) => endOfMonth(word as string, year, context),
  },
  ...SCHOOL_WORDS,
];

/** "1 March 27": its year in two figures, behind the name of a month. */
const SHORT_YEAR = pattern(",? +'?(\\d{2})");

/** A calendar date and nothing else; the day of the week before it is to be the one that it falls on. */
const calendarDay = (text: Typed, from: number, context: DueContext): ParsedDay | undefined => {
  const week = at(text, from, WEEK_OF);
  const start = week ? from + week[0].length : after(text, from, /the /iu);
  const taken = takeDay(text, start, nextYear(context));
  if (!taken) return undefined;
  let { parsed, end } = taken;
  const short = 'date' in parsed && at(text, end, SHORT_YEAR);
  if (short && 'date' in parsed && TAIL.test(text.clean.slice(end + short[0].length))) {
    const inYear = day(2000 + Number(short[1]), parsed.date.month, parsed.date.day);
    end += short[0].length;
    parsed = inYear ? { date: inYear } : { problem: `a day that exists: there is no ${cut(text, start, end)}` };
  }
  if (!TAIL.test(text.clean.slice(end))) return undefined;
  if (!('date' in parsed)) return parsed;
  if (week) return { date: fridayOf(parsed.date) };
  const named = at(text, start, DAY_NAME_BEFORE)?.[1];
  const falls = WEEKDAYS[parsed.date.dayOfWeek - 1] as string;
  if (named === undefined || weekdayOf(named) === parsed.date.dayOfWeek) return parsed;
  return {
    problem: `a day and a date that agree: ${parsed.date.day} ${monthName(parsed.date.month)} ${parsed.date.year} is a ${capital(falls)}`,
    meant: parsed.date,
  };
};

const read = (text: Typed, context: DueContext): ParsedDay | undefined => {
  const start = after(text, 0, LEAD);
  for (const words of WORDS) {
    const found = at(text, start, words.pattern);
    const due = found && TAIL.test(text.clean.slice(start + found[0].length)) && words.due(found, context);
    if (due) return due;
  }
  return calendarDay(text, start, context);
};

const SPELT = [
  ...WEEKDAYS,
  ...MONTHS.map((name) => name.toLowerCase()),
  ...'today tomorrow fortnight weeks months term half-term school year calendar christmas easter summer spring autumn next'.split(' '),
];
const SHORTEST_SPELT = 4;
/** With the words that look mistyped as they were most likely meant. */
const mended = (text: string) =>
  text.replace(/[\p{L}-]{4,}/gu, (word) => {
    const said = word.toLowerCase();
    if (SPELT.includes(said)) return word;
    const near = (name: string) => sameLetters(name, said) || (said.length > SHORTEST_SPELT && distance(name, said) <= 1);
    return SPELT.find(near) ?? word;
  });

/**
 * A day to come, as people write it, and nothing else: `1 March`, `next Friday`, `end of term`. Without a year it is the next such day,
 * today included; a day with its year is taken as it is said, so it may be past. Day before month. Slips of spelling are asked about.
 */
export const parseDue = (input: string, context: DueContext): ParsedDue => {
  if (input.length > LONGEST) return { problem: DUE_EXPECTED };
  const text = typed(input.replace(/\s+/gu, ' '));
  const found = read(text, context);
  if (found) return found;
  const meant = read(typed(mended(text.clean)), context);
  return { problem: DUE_EXPECTED, ...(meant && 'date' in meant && { meant: meant.date }) };
};

const BY = /(?<=^|[\s,;:(-])by\s+/giu;

/**
 * "a joint post, by January" → what is to be done, and by when; the date as it was said. Only a date at the very end is one:
 * "agreed by the board" is all words.
 */
export const splitBy = (input: string, context: DueContext): { words: string; by?: Temporal.PlainDate; said?: string } => {
  const text = typed(input);
  const last = [...text.clean.matchAll(BY)].at(-1);
  if (!last || text.clean.length - last.index > LONGEST) return { words: input.trim() };
  const said = cut(text, last.index + last[0].length).replace(/[\s.,;!)]+$/u, '');
  const parsed = parseDue(said, context);
  if (!('date' in parsed)) return { words: input.trim() };
  return { words: cut(text, 0, last.index).replace(/[\s,;:(\u2013\u2014-]+$/u, ''), by: parsed.date, said };
};
