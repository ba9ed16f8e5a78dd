import { Temporal } from 'temporal-polyfill';
import { type Cadence, isoWeek, type Period, periodAfter, periodBefore, periodFromKey, periodOf, SEASONS } from '../../calendar/periods.ts';
import { schoolYearName, type Terms } from '../../calendar/terms.ts';
import {
  ALSO_A_WORD,
  CENTURY,
  type ChooseYear,
  day,
  END,
  ISO_DATE,
  MONTH_ALONE,
  monthOf,
  type ParsedDay,
  pattern,
  type TakenDay,
  takeDay,
  WEEK_OF,
  WEEKDAY,
  weekdayOf,
} from './days.ts';
import { after, at, cut, type Typed, typed } from './typed.ts';

/** A day, or a period of the KPI's own cadence. */
export type When = { kind: 'date'; date: Temporal.PlainDate } | { kind: 'period'; key: string };
export type ParsedWhen = { when: When } | { problem: string /** What it most likely means, to be offered, never taken. */; meant?: When };
export type WhenContext = { today: Temporal.PlainDate; cadence: Cadence; terms: Terms };

/** What a person can say instead, by cadence: to end a sentence. */
const EXAMPLES: Record<Cadence, string> = {
  week: 'a week, as in `last week`, `week 46` or `on 14 Nov`',
  month: 'a month, as in `last month`, `November` or `on 14 Nov`',
  half_term: 'a half-term, as in `last half-term`, `autumn 1` or `on 14 Nov`',
  term: 'a term, as in `last term`, `autumn term` or `on 14 Nov`',
  year: 'a school year, as in `last year` or `2025/26`',
};
/** A day or period without its year is the last such one, unless the next is as near as this: then that is what was said. */
const SOON_DAYS = 61;

const SEASON = `(${SEASONS.join('|')})`;
const ON = /(?:on|in|for|during)(?: the)? +/iu;
const DAY_NAME = new RegExp(`(?:last )?(${WEEKDAY})${END}`, 'iu');

const compare = Temporal.PlainDate.compare;

/** Which of the same thing in several years is meant when no year is said. */
const nearestYear = <T>(
  today: Temporal.PlainDate,
  make: (year: number) => T | undefined,
  start: (made: T) => Temporal.PlainDate,
): T | undefined => {
  const soon = today.add({ days: SOON_DAYS });
  for (const year of [today.year + 1, today.year, today.year - 1]) {
    const made = make(year);
    if (made !== undefined && compare(start(made), soon) <= 0) return made;
  }
  return undefined;
};

/** Which day is meant when no year is said: the last such one up to a day, or the first such one since it; that day is one of them. */
export type UnsaidYear = { until: Temporal.PlainDate } | { since: Temporal.PlainDate };
/** 29 February may be so many years away. */
const LEAP_YEARS = [0, 1, 2, 3, 4];

const yearOf =
  (unsaid: UnsaidYear): ChooseYear =>
  (inYear) => {
    const [from, way] = 'until' in unsaid ? [unsaid.until, -1] : [unsaid.since, 1];
    return LEAP_YEARS.map((years) => inYear(from.year + way * years)).find((made) => made && way * compare(made, from) >= 0);
  };

const date = (found: Temporal.PlainDate): When => ({ kind: 'date', date: found });
type Taken = { parsed: ParsedWhen; end: number };
type Day = Pick<WhenContext, 'today'>;

/** A calendar date at a place: `14 Nov`, `14/11`, `2026-11-14`, `Nov 14`. */
const takeDate = (text: Typed, from: number, { today }: Day): TakenDay | undefined =>
  takeDay(text, from, (inYear) => nearestYear(today, inYear, (made) => made));

/** "last Friday", "Friday": the last one, today included. */
const takeDayName = (text: Typed, from: number, { today }: Day): TakenDay | undefined => {
  const found = at(text, from, DAY_NAME);
  if (!found) return undefined;
  const weekday = weekdayOf(found[1] as string);
  return { parsed: { date: today.subtract({ days: (today.dayOfWeek - weekday + 7) % 7 }) }, end: from + found[0].length };
};

const DAYS = { yesterday: -1, today: 0, tomorrow: 1 } as const;
const RELATIVE = pattern(`(${Object.keys(DAYS).join('|')})`);

const takeRelative = (text: Typed, from: number, { today }: Day): TakenDay | undefined => {
  const found = at(text, from, RELATIVE);
  const days = DAYS[(found?.[1] ?? 'today').toLowerCase() as keyof typeof DAYS];
  return found && { parsed: { date: today.add({ days }) }, end: from + found[0].length };
};

const asWhen = (taken: TakenDay | undefined): Taken | undefined => {
  if (!taken) return undefined;
  const { parsed, end } = taken;
  if ('date' in parsed) return { parsed: { when: date(parsed.date) }, end };
  return { parsed: { problem: parsed.problem, ...(parsed.meant && { meant: date(parsed.meant) }) }, end };
};

/** A month, week, term or year said in words, of whatever cadence; or what is wrong with it. */
type SaidPeriod = Period | { problem: string } | undefined;
type Words = { pattern: RegExp; period: (found: RegExpExecArray, context: WhenContext) => SaidPeriod };

const school = (context: WhenContext, key: (year: string) => string, spring: boolean, calendarYear: string | undefined): SaidPeriod => {
  const made = (year: number) => periodFromKey(key(schoolYearName(year)), context.terms);
  if (calendarYear) return made(Number(calendarYear) - (spring ? 1 : 0));
  return nearestYear(context.today, made, (period) => period.start);
};
const half = (context: WhenContext, season: string, number: string | number, year: string | undefined) =>
  school(context, (name) => `${name}-${season.toLowerCase()}-${number}`, season.toLowerCase() !== 'autumn', year);

const CADENCE_WORDS: [RegExp, Cadence][] = [
  [/week/iu, 'week'],
  [/month/iu, 'month'],
  [/half/iu, 'half_term'],
  [/term/iu, 'term'],
  [/year/iu, 'year'],
];

const PERIOD_WORDS: Words[] = [
  {
    pattern: pattern('(this|current|last|previous|next) (week|month|half[ -]?term|term|(?:school )?year)'),
    period: ([, which, word], { today, terms }) => {
      const cadence = CADENCE_WORDS.find(([said]) => said.test(word as string))?.[1] as Cadence;
      const current = periodOf(cadence, today, terms);
      if (/next/iu.test(which as string)) return periodAfter(current, terms);
      return /this|current/iu.test(which as string) ? current : periodBefore(current, terms);
    },
  },
  {
    pattern: pattern(`(?:week|wk)(?: no\\.?)? ?(\\d{1,2})(?:,?(?: of)? (20\\d{2}))?`),
    period: ([said, number, year], { today }) => {
      const made = (candidate: number) => isoWeek(candidate, Number(number));
      return (
        (year ? made(Number(year)) : nearestYear(today, made, (found) => found.start)) ?? {
          problem: `a week that exists: there is no ${said}`,
        }
      );
    },
  },
  {
    pattern: pattern('(20\\d{2})-W(\\d{1,2})'),
    period: ([said, year, number]) => isoWeek(Number(year), Number(number)) ?? { problem: `a week that exists: there is no ${said}` },
  },
  {
    pattern: pattern('(20\\d{2})-(0[1-9]|1[0-2])'),
    period: ([key], { cadence, terms }) => (cadence === 'month' ? periodFromKey(key, terms) : undefined),
  },
  {
    pattern: pattern('(?:school year )?(20\\d{2})[/-](?:20)?(\\d{2})'),
    period: ([said, year, next], { terms }) =>
      (Number(year) + 1) % 100 === Number(next)
        ? periodFromKey(schoolYearName(Number(year)), terms)
        : { problem: `a school year, as in 2025/26: there is no ${said}` },
  },
  {
    pattern: pattern(`(first|second|1st|2nd) half(?: of)?(?: the)? ${SEASON}(?: term)?${CENTURY}`),
    period: ([, which, season, year], context) => half(context, season as string, /^[f1]/iu.test(which as string) ? 1 : 2, year),
  },
  {
    pattern: pattern(`${SEASON} (?:half[ -]?term |term )?([12])${CENTURY}`),
    period: ([, season, number, year], context) => half(context, season as string, number as string, year),
  },
  {
    pattern: pattern(`${SEASON} half[ -]?term${CENTURY}`),
    period: ([, season]) => ({ problem: `which half of the term, as in \`${season} 1\` or \`${season} 2\`` }),
  },
  {
    pattern: pattern(`${SEASON} term${CENTURY}`),
    period: ([, season, year], context) =>
      school(context, (name) => `${name}-${(season as string).toLowerCase()}`, (season as string).toLowerCase() !== 'autumn', year),
  },
];

const takeMonth = (text: Typed, from: number, context: WhenContext, bare: boolean): { period: SaidPeriod; end: number } | undefined => {
  const found = at(text, from, MONTH_ALONE);
  const word = found?.[1] as string;
  const month = found && monthOf(word);
  if (!found || !month || month.near) return undefined;
  const end = from + found[0].length;
  if (bare && ALSO_A_WORD.test(word) && !found[2] && text.clean.slice(end).trim() !== '') return undefined;
  const made = (year: number) => {
    const first = day(year, month.month, 1);
    return first && periodOf('month', first, context.terms);
  };
  return { period: found[2] ? made(Number(found[2])) : nearestYear(context.today, made, (period) => period.start), end };
};

/** Whether the word at a place is the name of a month, as in "14 Nov". */
export const isMonthAt = (text: Typed, from: number, context: WhenContext): boolean => takeMonth(text, from, context, true) !== undefined;

/** A period that was said, as one of the KPI's own cadence: it must lie in one. */
const asOwn = (said: Exclude<SaidPeriod, undefined>, { cadence, terms }: WhenContext): ParsedWhen => {
  if ('problem' in said) return said;
  const own = periodOf(cadence, said.start, terms);
  return periodOf(cadence, said.end, terms).key === own.key ? { when: { kind: 'period', key: own.key } } : { problem: EXAMPLES[cadence] };
};

/** What has not come yet is said so that it can be refused; with words after it ("next week we try again") it is a note. */
const FUTURE = pattern('(?:next (?:week|month|half[ -]?term|term|(?:school )?year)|tomorrow)');
const takePeriod = (text: Typed, from: number, context: WhenContext, bare: boolean): Taken | undefined => {
  const future = bare && at(text, from, FUTURE);
  if (future && !/^[\s.!]*$/u.test(text.clean.slice(from + future[0].length))) return undefined;
  const relative = asWhen(takeRelative(text, from, context));
  if (relative) return relative;
  const weekOf = at(text, from, WEEK_OF);
  const inWeek = weekOf && asWhen(takeDate(text, from + weekOf[0].length, context));
  if (inWeek) return inWeek;
  for (const words of PERIOD_WORDS) {
    const found = at(text, from, words.pattern);
    const said = found && words.period(found, context);
    if (found && said) return { parsed: asOwn(said, context), end: from + found[0].length };
  }
  const month = takeMonth(text, from, context, bare);
  if (!month?.period) return undefined;
  const parsed = asOwn(month.period, context);
  // A month said in passing ("93.2 November was hard") is part of the note unless the KPI is read by the month.
  const passing = bare && 'problem' in parsed && text.clean.slice(month.end).trim() !== '';
  return passing ? undefined : { parsed, end: month.end };
};

/** The key of a period, or an ISO date, as machines and careful people write them. */
const takeIso = (text: Typed, from: number, context: WhenContext): Taken | undefined =>
  at(text, from, ISO_DATE) ? asWhen(takeDate(text, from, context)) : undefined;

/** `on` a date or period at a place in what was typed; without `on` only period words and ISO dates. Undefined: it is something else. */
export const takeWhen = (text: Typed, from: number, context: WhenContext): Taken | undefined => {
  const on = at(text, from, ON);
  if (!on) return takeIso(text, from, context) ?? takePeriod(text, from, context, true);
  const start = from + on[0].length;
  return asWhen(takeDate(text, start, context)) ?? takePeriod(text, start, context, false) ?? asWhen(takeDayName(text, start, context));
};

/** A field that holds a date or a period and nothing else; `on` is optional. */
export const parseWhen = (input: string, context: WhenContext): ParsedWhen => {
  const text = typed(input);
  const start = after(text, after(text, 0, /\s+/u), ON);
  const found =
    asWhen(takeDate(text, start, context)) ?? takePeriod(text, start, context, false) ?? asWhen(takeDayName(text, start, context));
  return found && cut(text, found.end) === '' ? found.parsed : { problem: EXAMPLES[context.cadence] };
};

/** No day takes more to say; what is longer is not looked through. */
const LONGEST_DAY = 80;

/**
 * A field that holds a day and nothing else: `18 Nov`, `18/11/2026`, `2026-11-18`, `yesterday`, `last Friday`.
 * @param unsaid which day it is when it is without its year
 */
export const parseDay = (input: string, today: Temporal.PlainDate, unsaid: UnsaidYear): ParsedDay => {
  const expected = { problem: 'a day, as in 18 Nov or 18/11/2026' };
  if (input.length > LONGEST_DAY) return expected;
  const text = typed(input);
  const start = after(text, after(text, 0, /\s+/u), ON);
  const found = takeDay(text, start, yearOf(unsaid)) ?? takeRelative(text, start, { today }) ?? takeDayName(text, start, { today });
  return found && cut(text, found.end) === '' ? found.parsed : expected;
};
