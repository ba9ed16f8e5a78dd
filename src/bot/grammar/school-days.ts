import { Temporal } from 'temporal-polyfill';
import { SEASONS } from '../../calendar/periods.ts';
import { type Half, schoolYear, schoolYearOf, type Terms } from '../../calendar/terms.ts';
import { CENTURY, monthOf, type ParsedDay, pattern } from './days.ts';

/** Days to come that the school year names: `end of term`, `by half-term`, `February half-term`, `Easter`. */

export type DueContext = { today: Temporal.PlainDate; terms: Terms };
/** One way of saying a day; undefined: these words do not say one. */
export type DueWords = { pattern: RegExp; due: (found: RegExpExecArray, context: DueContext) => ParsedDay | undefined };

export const END_OF = '(?:the )?(?:end|last (?:school )?day)(?: of)?(?: the| this)? ';
export const START_OF = '(?:the )?(?:start|beginning|first (?:school )?day)(?: of)?(?: the| this)? ';
const SEASON = `(${SEASONS.join('|')})`;
export const HALF_TERM = 'half[ -]?term';
/** What people say behind the name of a holiday. */
export const HOLIDAY = "(?:(?:'?s)? (?:holidays?|break|closure))?";

export const FIRST_HALVES = [0, 2, 4];
const LAST_HALVES = [1, 3, 5];
const EVERY_HALF = [0, 1, 2, 3, 4, 5];
const LAST_OF_YEAR = [5];
const FIRST_OF_YEAR = [0];
/** The last half before each holiday. */
export const HOLIDAYS: Record<string, number> = { christmas: 1, xmas: 1, easter: 3, summer: 5 };
/** The half that ends with the half-term holiday that people call by a season or a month. */
const HALF_TERMS: Record<string, number> = { autumn: 0, october: 0, spring: 2, february: 2, summer: 4, may: 4, whitsun: 4 };
export const halfBeforeHalfTerm = (word: string): number | undefined =>
  HALF_TERMS[word.toLowerCase()] ?? { 10: 0, 2: 2, 5: 4 }[monthOf(word)?.month ?? 0];

/** The first of certain halves of a school year that begins or ends today or later; `beyond` others are passed over. */
const coming = (edge: keyof Half, halves: readonly number[], { today, terms }: DueContext, beyond = 0): ParsedDay | undefined => {
  const date = [0, 1, 2, 3]
    .flatMap((ahead) => halves.map((half) => schoolYear(schoolYearOf(today) + ahead, terms).halves[half]?.[edge]))
    .filter((found) => found !== undefined && Temporal.PlainDate.compare(found, today) >= 0)[beyond];
  return date && { date };
};

/** The same in a calendar year that was said. */
const inYear = (edge: keyof Half, half: number, year: string | undefined, context: DueContext): ParsedDay | undefined => {
  if (year === undefined) return coming(edge, [half], context);
  const date = schoolYear(Number(year) - (half < 2 ? 0 : 1), context.terms).halves[half]?.[edge];
  return date && { date };
};

/** The end of the next term or half-term: of the one that begins after today, so that in the holidays it is the coming one. */
const endOfNext = (halves: readonly number[], size: number, context: DueContext): ParsedDay | undefined => {
  const begins = coming('start', halves, { ...context, today: context.today.add({ days: 1 }) });
  if (!begins || !('date' in begins)) return undefined;
  const ends = halves.map((half) => half + size - 1);
  return coming('end', ends, { ...context, today: begins.date });
};

const seasonOf = (word: string) => SEASONS.indexOf(word.toLowerCase() as (typeof SEASONS)[number]);
const isEnd = (said: string) => /end|last/iu.test(said);
const asked = (problem: string, found: ParsedDay | undefined): ParsedDay => ({
  problem,
  ...(found && 'date' in found && { meant: found.date }),
});

export const SCHOOL_WORDS: DueWords[] = [
  { pattern: pattern(`(?:${END_OF}|this )term`), due: (_, context) => coming('end', LAST_HALVES, context) },
  { pattern: pattern(`${END_OF}next term`), due: (_, context) => endOfNext(FIRST_HALVES, 2, context) },
  {
    pattern: pattern(`${START_OF}(?:next )?term`),
    due: ([said], context) =>
      coming('start', FIRST_HALVES, /next term/iu.test(said) ? { ...context, today: context.today.add({ days: 1 }) } : context),
  },
  {
    pattern: pattern(`(${END_OF}|${START_OF})${SEASON} term${CENTURY}`),
    due: ([, edge, season, year], context) => {
      const term = seasonOf(season as string);
      return isEnd(edge as string) ? inYear('end', term * 2 + 1, year, context) : inYear('start', term * 2, year, context);
    },
  },
  {
    pattern: pattern(`(?:the )?(?:next (?:half[ -]?)?term|${SEASON}(?: term)?${CENTURY})`),
    due: ([said, season, year], context) => {
      // Summer by itself is the holiday.
      if (/^(?:the )?summer(?! term)/iu.test(said)) return undefined;
      const halfTerm = /half/iu.test(said);
      const end = season
        ? inYear('end', seasonOf(season) * 2 + 1, year, context)
        : endOfNext(halfTerm ? EVERY_HALF : FIRST_HALVES, halfTerm ? 1 : 2, context);
      const term = season ? `${season.toLowerCase()} term` : halfTerm ? 'next half-term' : 'next term';
      return asked(`its end or its start, as in \`end of ${term}\``, end);
    },
  },
  { pattern: pattern(`(?:${END_OF}|this )${HALF_TERM}`), due: (_, context) => coming('end', EVERY_HALF, context) },
  { pattern: pattern(`${END_OF}next ${HALF_TERM}`), due: (_, context) => endOfNext(EVERY_HALF, 1, context) },
  { pattern: pattern(`(?:the )?${HALF_TERM}${HOLIDAY}`), due: (_, context) => coming('end', FIRST_HALVES, context) },
  {
    pattern: pattern(`(?:the )?(\\p{L}{3,9})\\.? ${HALF_TERM}${HOLIDAY}${CENTURY}`),
    due: ([, word, year], context) => {
      const half = halfBeforeHalfTerm(word as string);
      return half === undefined ? undefined : inYear('end', half, year, context);
    },
  },
  {
    pattern: pattern(`(?:the )?(christmas|xmas|easter|summer)${HOLIDAY}${CENTURY}`),
    due: ([, holiday, year], context) => inYear('end', HOLIDAYS[(holiday as string).toLowerCase()] as number, year, context),
  },
  { pattern: pattern(`${END_OF}(?:school|academic) year`), due: (_, context) => coming('end', LAST_OF_YEAR, context) },
  { pattern: pattern(`${END_OF}next (?:school|academic) year`), due: (_, context) => coming('end', LAST_OF_YEAR, context, 1) },
  { pattern: pattern(`${START_OF}(?:next )?(?:school|academic) year`), due: (_, context) => coming('start', FIRST_OF_YEAR, context) },
  {
    pattern: pattern(`${END_OF}(?:(?:school|academic) year )?(20\\d{2})[/-](?:20)?(\\d{2})`),
    due: ([said, year, next], { terms }) =>
      (Number(year) + 1) % 100 === Number(next)
        ? { date: schoolYear(Number(year), terms).halves[5].end }
        : { problem: `a school year, as in 2026/27: there is no ${said}` },
  },
  {
    pattern: pattern(`(?:${END_OF}|this |next )year`),
    due: (_, context) => asked('which year, as in `end of school year` or `end of calendar year`', coming('end', LAST_OF_YEAR, context)),
  },
];
