import type { Temporal } from 'temporal-polyfill';
import type { Cadence } from '../../calendar/periods.ts';
import type { Terms } from '../../calendar/terms.ts';
import { NUMBER_EXPECTED, type ParsedNumber, takeNumber } from './numbers.ts';
import { after, at, cut, type Typed, typed } from './typed.ts';
import { isMonthAt, takeWhen, type When } from './when.ts';

/** One reading as it was said; nothing here has been checked against a KPI. */
export type Reading = {
  value: number;
  /** Places after the point in `value`. */
  decimals: number;
  /** A per cent sign or word followed the value. */
  percent: boolean;
  /** The 131 of "84 of 131": above 0 and not below `value`. */
  of?: number;
  when?: When;
  /** As typed, without the spaces around it. */
  note?: string;
};

export type ReadingContext = {
  today: Temporal.PlainDate;
  cadence: Cadence;
  terms: Terms;
  /** The KPI's unit ("visits"): a unit said with its figure is no note. */
  unit?: string;
};

export type ParsedReading =
  | { kind: 'nothing' }
  | ({ kind: 'reading' } & Reading)
  | {
      kind: 'problem';
      field: 'value' | 'of' | 'when';
      /** What was typed there. */
      said: string;
      /** What is expected instead, to end a sentence. */
      expected: string;
      /** The whole reading as it was most likely meant, to be offered on a button. */
      meant?: Reading;
      /** A second figure stood where the note begins: the reading if it is the note's first word. */
      noted?: Reading;
    };

const LEAD = /\s*(?:[:=%"'”]+\s*|-\s+)*(?:(?:is|was|now|at)\s+(?=[-+.\d]))?/iu;
const OF = /\s*(?:\/|(?:out\s+of|of)(?=\s))\s*(?:(?:a|total|of|all|the|our)\s+)*(?=\S)/iu;
const SPACES = /\s*/u;
/** "last week: 93.2" */
const COLON = /[\s:=,]*/u;
/** What sets a note off from the figures and belongs to neither. */
const SEPARATOR = /[,.;:!?)]*(?:\s+-+\s+|\s+|$)/u;
/** A figure by itself, with nothing that sets it off from the one before. */
const BARE = /[ \t]+(?=-?\.?\d[\d.,]*(?:[;:!?)%]|\s|$))/u;
const DAY_OF_MONTH = 31;
const LONGEST_QUOTE = 40;

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
/** The unit, in the plural as it is kept or in the singular as people say it. */
const unitPattern = (unit: string | undefined) =>
  unit && unit !== '%' ? new RegExp(`\\s*(?:${literally(unit)}|${literally(unit.replace(/s$/u, ''))})(?![\\p{L}\\p{N}])`, 'iu') : undefined;

type Problem = { field: 'value' | 'of' | 'when'; said: string; expected: string };

/** Some words from a place, to say which ones were not understood. */
const quote = (text: Typed, from: number, to?: number) => {
  const said = cut(text, from, to);
  const shown = to === undefined ? (/^\S+/u.exec(said)?.[0] ?? '') : said;
  return [...shown].slice(0, LONGEST_QUOTE).join('');
};

/** The unit after a figure, when nothing but the next part or the end follows it: otherwise it is the first word of the note. */
const afterUnit = (text: Typed, from: number, context: ReadingContext): number => {
  const unit = unitPattern(context.unit);
  const end = unit ? after(text, from, unit) : from;
  if (end === from) return from;
  const next = after(text, end, SPACES);
  return next === text.clean.length || at(text, end, OF) || takeWhen(text, next, context) ? end : from;
};

const meaningOf = (parsed: ParsedNumber) => ('value' in parsed ? parsed.value : parsed.meant);

/**
 * What follows the name of a KPI: a number, `of` a number, `on` a date or period, then the note.
 * The date may also come first. Of several things wrong the first is said; `meant` mends them all, or is not there.
 */
export const parseReading = (textAfterName: string, context: ReadingContext): ParsedReading => {
  const text = typed(textAfterName);
  if (text.clean.trim() === '') return { kind: 'nothing' };
  const problems: Problem[] = [];
  let place = after(text, 0, LEAD);

  const first = takeWhen(text, place, context);
  const numberAfterFirst = first && takeNumber(text, after(text, first.end, COLON));
  const start = first && numberAfterFirst ? after(text, first.end, COLON) : place;
  const number = takeNumber(text, start);
  if (!number)
    return { kind: 'problem', field: 'value', said: quote(text, place) || quote(text, 0), expected: NUMBER_EXPECTED.not_a_number };

  // "14 Nov 93.2": a date that says no `on` must not become a reading of 14.
  const month = after(text, number.end, SPACES);
  const dated = !first && 'value' in number.parsed && Number.isInteger(number.parsed.value) && number.parsed.value <= DAY_OF_MONTH;
  if (dated && isMonthAt(text, month, context)) {
    const rest = after(text, month, /\S+\s*(?:\d{4}(?=\s))?\s*/u);
    const figure = takeNumber(text, rest);
    if (figure || context.cadence !== 'month') {
      const said = quote(text, place, rest);
      const moved = figure && parseReading(`${cut(text, rest, figure.end)} on ${said} ${cut(text, figure.end)}`, context);
      return {
        kind: 'problem',
        field: 'value',
        said,
        expected: `a number, then \`on ${said}\``,
        ...(moved?.kind === 'reading' && { meant: withoutKind(moved) }),
      };
    }
  }

  if ('problem' in number.parsed)
    problems.push({ field: 'value', said: quote(text, start, number.end), expected: NUMBER_EXPECTED[number.parsed.problem] });
  place = afterUnit(text, number.end, context);

  let value = meaningOf(number.parsed);
  let of: number | undefined;
  let lost = value === undefined;
  const base = takeBase(text, place);
  if (base) {
    of = meaningOf(base.parsed);
    lost ||= of === undefined;
    const said = quote(text, start, base.end);
    if ('problem' in base.parsed)
      problems.push({ field: 'of', said: quote(text, base.start, base.end), expected: NUMBER_EXPECTED[base.parsed.problem] });
    else if (base.parsed.value <= 0) {
      problems.push({ field: 'of', said, expected: 'a number above 0 after `of`' });
      lost = true;
    } else if (value !== undefined && value > base.parsed.value) {
      problems.push({ field: 'of', said, expected: 'the smaller number first, as in 84 of 131' });
      [value, of] = [of, value];
    }
    place = afterUnit(text, base.end, context);
  }

  const next = after(text, place, /[\s,]*/u);
  const second = numberAfterFirst ? undefined : takeWhen(text, next, context);
  const said = numberAfterFirst ? first : second;
  let when: When | undefined;
  if (said) {
    when = 'when' in said.parsed ? said.parsed.when : said.parsed.meant;
    lost ||= when === undefined;
    if ('problem' in said.parsed)
      problems.push({ field: 'when', said: quote(text, second ? next : after(text, 0, LEAD), said.end), expected: said.parsed.problem });
    if (second) place = second.end;
  }

  // "9 3.2": most likely one number that came apart. Saved as 9 with a note, it would be wrong and look right.
  const bare = problems.length === 0 && !base && !second && number.end === place ? after(text, place, BARE) : place;
  const isBare = bare > place && !('percent' in number.parsed && number.parsed.percent);

  const note = cut(text, after(text, place, SEPARATOR));
  const reading: Reading | undefined = lost
    ? undefined
    : {
        value: value as number,
        decimals: 'value' in number.parsed ? number.parsed.decimals : decimalsOf(value as number),
        percent: 'value' in number.parsed && number.parsed.percent,
        ...(of !== undefined && { of }),
        ...(when && { when }),
        ...(typed(note).clean.trim() !== '' && { note }),
      };
  if (isBare) {
    const whole = /^\d+$/u.test(text.clean.slice(start, number.end));
    const joined = whole ? parseReading(`${cut(text, 0, number.end)}${cut(text, bare)}`, context) : undefined;
    return {
      kind: 'problem',
      field: 'value',
      said: quote(text, start, after(text, bare, /[^\s;:!?)]+/u)),
      expected: 'one number, with a comma after it if a note begins with another',
      ...(joined?.kind === 'reading' && { meant: withoutKind(joined) }),
      ...(reading && { noted: reading }),
    };
  }
  const problem = problems[0];
  if (problem) return { kind: 'problem', ...problem, ...(reading && { meant: reading }) };
  return { kind: 'reading', ...(reading as Reading) };
};

const withoutKind = ({ kind: _, ...reading }: { kind: 'reading' } & Reading): Reading => reading;
const decimalsOf = (value: number) => (/\.(\d+)/.exec(String(value))?.[1] ?? '').length;

/** "of 131", "out of 131", "/131"; "of" before anything else begins a note. */
const takeBase = (text: Typed, from: number): { parsed: ParsedNumber; start: number; end: number } | undefined => {
  const of = at(text, from, OF);
  if (!of) return undefined;
  const start = from + of[0].length;
  const number = takeNumber(text, start);
  if (number) return { ...number, start };
  return of[0].includes('/') ? { parsed: { problem: 'not_a_number' }, start, end: after(text, start, /\S+/u) } : undefined;
};
