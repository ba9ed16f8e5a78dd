import { distance } from 'fastest-levenshtein';
import { Temporal } from 'temporal-polyfill';
import { MONTHS } from '../../calendar/dates.ts';
import { type Cadence, isoWeek, type Period, periodAfter, periodBefore, periodFromKey, periodOf, SEASONS } from '../../calendar/periods.ts';
import { schoolYearName, type Terms } from '../../calendar/terms.ts';
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
const YEARS = { first: 2000, last: 2099 };

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const SHORTEST_MONTH = 3;
const LONG_MONTH = 6;
const END = '(?![\\p{L}\\p{N}]|[/.-]\\d)';
const pattern = (source: string) => new RegExp(source + END, 'iu');
const WEEKDAY = '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?';
const YEAR = '(?:,? +(\\d{4}))?';
/** A year of a week, month or term; others are no part of it. */
const CENTURY = '(?:,? +(20\\d{2}))?';
const SEASON = `(${SEASONS.join('|')})`;

const ISO_DATE = pattern('(\\d{4})-(\\d{1,2})-(\\d{1,2})');
const FIGURES_DATE = pattern('(\\d{1,2})(?:/(\\d{1,2})|([/.-])(\\d{1,2})\\3(\\d{4}|\\d{2}))');
const DAY_MONTH = pattern(`(\\d{1,2})(?:st|nd|rd|th)? *(?:of )?(\\p{L}{3,9})\\.?${YEAR}`);
const MONTH_DAY = pattern(`(\\p{L}{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?${YEAR}`);
const MONTH_ALONE = pattern(`(\\p{L}{3,9})\\.?${CENTURY}`);
/** Looks like a date, whether or not there is such a day. */
const DATE_LIKE = /\d{1,4}([/.-])\d{1,4}\1\d{1,4}|\d{1,2}\/\d+/u;
const ON = /(?:on|in|for|during)(?: the)? +/iu;
const WEEK_OF = new RegExp(`(?:week (?:of|commencing|beginning|starting|ending)|w[/ ]?c|w[/ ]?e) +(?:${WEEKDAY},? +)?`, 'iu');
const DAY_NAME = new RegExp(`(?:last )?(${WEEKDAY})${END}`, 'iu');
const DAY_NAME_BEFORE = new RegExp(`${WEEKDAY},? +(?=\\p{L}|\\d)`, 'iu');

const compare = Temporal.PlainDate.compare;
const day = (year: number, month: number, date: number): Temporal.PlainDate | undefined => {
  if (year < YEARS.first || year > YEARS.last || month < 1 || month > 12 || date < 1) return undefined;
  return date <= new Temporal.PlainYearMonth(year, month).daysInMonth ? new Temporal.PlainDate(year, month, date) : undefined;
};

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

/** Short months are mistyped by changing places ("Apirl"); any other slip would be another word ("match"). */
const sameLetters = (one: string, other: string) => one.length === other.length && [...one].sort().join('') === [...other].sort().join('');

/** 1–12 by a month's name or its beginning; `near` when it looks mistyped. */
const monthOf = (word: string): { month: number; near: boolean } | undefined => {
  const said = word.toLowerCase();
  const names = MONTHS.map((name) => name.toLowerCase());
  const found = said === 'sept' ? 8 : said.length < SHORTEST_MONTH ? -1 : names.findIndex((name) => name.startsWith(said));
  if (found >= 0) return { month: found + 1, near: false };
  const near = names.findIndex(
    (name) => sameLetters(name, said) || (said.length >= LONG_MONTH && name[0] === said[0] && distance(name, said) <= 2),
  );
  return near >= 0 ? { month: near + 1, near: true } : undefined;
};

const date = (found: Temporal.PlainDate): When => ({ kind: 'date', date: found });
const noSuchDay = (said: string): ParsedWhen => ({ problem: `a day that exists: there is no ${said}` });

/** A day of a month, with or without its year, in British order; the other order is offered when only that one exists. */
const dayOf = (dayNumber: number, month: number, year: number | undefined, said: string, today: Temporal.PlainDate): ParsedWhen => {
  const made = (one: number, other: number) =>
    year === undefined
      ? nearestYear(
          today,
          (candidate) => day(candidate, other, one),
          (found) => found,
        )
      : day(year, other, one);
  const british = made(dayNumber, month);
  if (british) return { when: date(british) };
  const american = made(month, dayNumber);
  return american ? { problem: 'the day before the month, as in 14/11', meant: date(american) } : noSuchDay(said);
};

type Taken = { parsed: ParsedWhen; end: number };

/** A calendar date at a place: `14 Nov`, `14/11`, `2026-11-14`, `Nov 14`. */
const takeDate = (text: Typed, from: number, { today }: WhenContext): Taken | undefined => {
  const start = after(text, from, DAY_NAME_BEFORE);
  const taken = (found: RegExpExecArray, parsed: ParsedWhen): Taken => ({ parsed, end: start + found[0].length });

  const iso = at(text, start, ISO_DATE);
  if (iso) {
    const made = day(Number(iso[1]), Number(iso[2]), Number(iso[3]));
    return taken(iso, made ? { when: date(made) } : noSuchDay(iso[0]));
  }
  const figures = at(text, start, FIGURES_DATE);
  if (figures) {
    const year = figures[5] === undefined ? undefined : Number(figures[5].length === 2 ? `20${figures[5]}` : figures[5]);
    return taken(figures, dayOf(Number(figures[1]), Number(figures[2] ?? figures[4]), year, figures[0], today));
  }
  for (const [order, form] of [['day', DAY_MONTH] as const, ['month', MONTH_DAY] as const]) {
    const found = at(text, start, form);
    const month = found && monthOf((order === 'day' ? found[2] : found[1]) as string);
    if (!found || !month) continue;
    const number = Number(order === 'day' ? found[1] : found[2]);
    const parsed = dayOf(number, month.month, found[3] ? Number(found[3]) : undefined, found[0], today);
    const asked = month.near && 'when' in parsed;
    return taken(found, asked ? { problem: `the month in full, as in ${number} ${MONTHS[month.month - 1]}`, meant: parsed.when } : parsed);
  }
  const like = at(text, start, DATE_LIKE);
  return like && { parsed: noSuchDay(like[0]), end: after(text, start, /\S+/u) };
};

/** "last Friday", "Friday": the last one, today included. */
const takeDayName = (text: Typed, from: number, { today }: WhenContext): Taken | undefined => {
  const found = at(text, from, DAY_NAME);
  if (!found) return undefined;
  const weekday = WEEKDAYS.findIndex((name) => name.startsWith((found[1] as string).slice(0, 3).toLowerCase())) + 1;
  return { parsed: { when: date(today.subtract({ days: (today.dayOfWeek - weekday + 7) % 7 })) }, end: from + found[0].length };
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

/** Words that begin as months do: "it may be", "they march on". Only in a month's place are they months. */
const ALSO_A_WORD = /^(?:may|mar|march)$/u;

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
const DAYS = { yesterday: -1, today: 0, tomorrow: 1 } as const;

const takePeriod = (text: Typed, from: number, context: WhenContext, bare: boolean): Taken | undefined => {
  const future = bare && at(text, from, FUTURE);
  if (future && !/^[\s.!]*$/u.test(text.clean.slice(from + future[0].length))) return undefined;
  const relative = at(text, from, pattern('(today|yesterday|tomorrow)'));
  if (relative) {
    const days = DAYS[(relative[1] as string).toLowerCase() as keyof typeof DAYS];
    return { parsed: { when: date(context.today.add({ days })) }, end: from + relative[0].length };
  }
  const weekOf = at(text, from, WEEK_OF);
  const inWeek = weekOf && takeDate(text, from + weekOf[0].length, context);
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
  at(text, from, ISO_DATE) ? takeDate(text, from, context) : undefined;

/** `on` a date or period at a place in what was typed; without `on` only period words and ISO dates. Undefined: it is something else. */
export const takeWhen = (text: Typed, from: number, context: WhenContext): Taken | undefined => {
  const on = at(text, from, ON);
  if (!on) return takeIso(text, from, context) ?? takePeriod(text, from, context, true);
  const start = from + on[0].length;
  return takeDate(text, start, context) ?? takePeriod(text, start, context, false) ?? takeDayName(text, start, context);
};

/** A field that holds a date or a period and nothing else; `on` is optional. */
export const parseWhen = (input: string, context: WhenContext): ParsedWhen => {
  const text = typed(input);
  const start = after(text, after(text, 0, /\s+/u), ON);
  const found = takeDate(text, start, context) ?? takePeriod(text, start, context, false) ?? takeDayName(text, start, context);
  return found && cut(text, found.end) === '' ? found.parsed : { problem: EXAMPLES[context.cadence] };
};
