import { after, at, type Typed, typed } from './typed.ts';

/** Why something that looks like a number is not taken as one. */
export type NumberProblem = 'comma_decimal' | 'spaced_thousands' | 'exponent' | 'word' | 'too_precise' | 'too_large' | 'not_a_number';

export type ParsedNumber =
  | {
      value: number;
      /** Places after the point that matter: 1 for 93.2 and for 93.20. */
      decimals: number;
      /** A per cent sign or word followed. */
      percent: boolean;
    }
  | { problem: NumberProblem /** What it most likely means, to be offered, never taken. */; meant?: number };

/** What is expected instead, to end a sentence: "Not saved: write …". */
export const NUMBER_EXPECTED: Record<NumberProblem, string> = {
  comma_decimal: 'a point before the decimals, as in 93.2',
  spaced_thousands: 'a large number without spaces, as in 1765 or 1,765',
  exponent: 'a number in full, as in 1200',
  word: 'a number in figures, as in 90',
  too_precise: 'at most 6 decimals',
  too_large: 'a number below 1,000,000,000,000',
  not_a_number: 'a number, as in 93.2 or 84 of 131',
};

/** What numeric(18,6) in the database holds, and what a double keeps exactly. */
const MAX_DECIMALS = 6;
const MAX_INTEGER_DIGITS = 12;
const MAX_DIGITS = 15;

/** Figures as one chunk, right or wrong: told apart by `classify`. */
const CHUNK = /[+-]?[£$€]?(?:\d[\d.,]*\d|\d|\.\d+)(?:e[+-]?\d+)?/iu;
const PER_CENT = /\s*(?:%|per\s?cent\b|pct\b|pc\b)/iu;
/** What may stand right after a number: the end, a space, `/`, or punctuation that ends it. */
const BOUNDARY = /$|[\s/]|[.,;:!?)]+(?=\s|$)/u;
const SPACED = /(?: \d{3})+(?:\.\d+)?(?=$|[\s%]|[.,;:!?)](?:\s|$))/u;
const MULTIPLIER = /\s?(k|hundred|thousand|million)\b/iu;
const MULTIPLIERS: Record<string, number> = { k: 1e3, hundred: 100, thousand: 1e3, million: 1e6 };
const APPROXIMATE = /(?:[~≈]|(?:about|approximately|approx\.?|around|circa|c\.|roughly|nearly|almost)(?=\s|\d))\s*/iu;

const problem = (kind: NumberProblem, meant?: number): ParsedNumber =>
  meant === undefined || !Number.isFinite(meant) ? { problem: kind } : { problem: kind, meant: meant + 0 };

const number = (digits: string): ParsedNumber => {
  const [, integer = '', decimal = ''] = /^[+-]?0*(\d*)(?:\.(\d*?)0*)?$/.exec(digits) ?? [];
  // `+ 0` makes −0 a plain 0.
  const value = Number(digits) + 0;
  if (integer.length > MAX_INTEGER_DIGITS) return problem('too_large');
  if (decimal.length > MAX_DECIMALS || integer.length + decimal.length > MAX_DIGITS)
    return problem('too_precise', Number(Number(value.toPrecision(MAX_DIGITS)).toFixed(MAX_DECIMALS)));
  return { value, decimals: decimal.length, percent: false };
};

const meaningOf = (parsed: ParsedNumber) => ('value' in parsed ? parsed.value : parsed.meant);

/** One chunk of figures: `1,765` is thousands, `93,2` is asked. */
const classify = (chunk: string): ParsedNumber => {
  const digits = chunk.replace(/[£$€]/u, '');
  if (/^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/.test(digits)) return number(digits);
  if (/^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(digits)) return number(digits.replaceAll(',', ''));
  if (/e/i.test(digits)) return problem('exponent', Math.abs(Number(digits)) < 10 ** MAX_INTEGER_DIGITS ? Number(digits) : undefined);
  if (/^[+-]?\d+,\d+$/.test(digits)) return problem('comma_decimal', meaningOf(number(digits.replace(',', '.'))));
  if (/^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/.test(digits))
    return problem('comma_decimal', meaningOf(number(digits.replaceAll('.', '').replace(',', '.'))));
  if (/^[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}$/.test(digits)) return problem('not_a_number', meaningOf(number(digits.replaceAll('.', ''))));
  return problem('not_a_number');
};

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SMALL = new Map<string, number>([
  ...ONES.map((word, value): [string, number] => [word, value]),
  ...TENS.map((word, tens): [string, number] => [word, tens * 10]),
  ['nil', 0],
  ['fourty', 40],
]);
SMALL.delete('_');
const WORD = [...SMALL.keys(), 'hundred', 'thousand', 'million'].join('|');
const WORDS = new RegExp(
  `(?:minus )?(?:an? (?=hundred|thousand|million))?(?:${WORD})(?:(?: |-| and )(?:${WORD}))*(?: point(?: (?:${ONES.slice(0, 10).join('|')}))+)?(?![\\p{L}\\p{N}])`,
  'iu',
);

/** "ninety-three point two" → 93.2 */
const fromWords = (words: string): number => {
  const [whole = '', fraction] = words.toLowerCase().split(' point ');
  let total = 0;
  let group = 0;
  for (const word of whole.split(/[ -]/)) {
    if (word === 'hundred') group = (group || 1) * 100;
    else if (word === 'thousand' || word === 'million') {
      total += (group || 1) * (MULTIPLIERS[word] as number);
      group = 0;
    } else group += SMALL.get(word) ?? 0;
  }
  const decimals = fraction
    ? fraction
        .split(' ')
        .map((word) => ONES.indexOf(word))
        .join('')
    : '';
  return Number(`${total + group}${decimals && `.${decimals}`}`) * (words.toLowerCase().startsWith('minus ') ? -1 : 1);
};

/** A number at a place in what was typed, right or wrong, and the place after it; undefined when nothing there looks like one. */
export const takeNumber = (text: Typed, from: number): { parsed: ParsedNumber; end: number } | undefined => {
  const approximate = at(text, from, APPROXIMATE);
  if (approximate) {
    const exact = takeNumber(text, from + approximate[0].length);
    return exact && { parsed: problem('not_a_number', meaningOf(exact.parsed)), end: exact.end };
  }
  const words = at(text, from, WORDS);
  if (words) return { parsed: problem('word', fromWords(words[0])), end: after(text, from + words[0].length, PER_CENT) };
  const chunk = at(text, from, CHUNK)?.[0];
  if (chunk === undefined) return undefined;

  const parsed = classify(chunk);
  const end = from + chunk.length;
  const spaced = /^[+-]?[1-9]\d{0,2}$/.test(chunk) && at(text, end, SPACED)?.[0];
  if (spaced)
    return {
      parsed: problem('spaced_thousands', Number((chunk + spaced).replaceAll(' ', ''))),
      end: after(text, end + spaced.length, PER_CENT),
    };
  const multiplier = at(text, end, MULTIPLIER);
  if (multiplier)
    return {
      parsed: problem('word', (meaningOf(parsed) ?? Number.NaN) * (MULTIPLIERS[(multiplier[1] as string).toLowerCase()] as number)),
      end: end + multiplier[0].length,
    };
  const sign = at(text, end, PER_CENT);
  if (sign) return { parsed: 'value' in parsed ? { ...parsed, percent: true } : parsed, end: end + sign[0].length };
  if (at(text, end, BOUNDARY)) return { parsed, end };
  const rest = after(text, end, /\S+/u);
  return { parsed: problem('not_a_number'), end: rest };
};

/**
 * A field that holds a number and nothing else but its unit. `unit` is the KPI's own ("visits"); a per cent sign is always understood.
 * The value is any finite number below 10^12 with at most 6 decimals; whether it can be is for the caller.
 */
export const parseNumber = (input: string, unit = ''): ParsedNumber => {
  const text = typed(input);
  const found = takeNumber(text, after(text, 0, /\s+/u));
  if (!found) return { problem: 'not_a_number' };
  const rest = text.clean
    .slice(found.end)
    .trim()
    .replace(/[.,;:]$/u, '')
    .toLowerCase();
  if (rest === '' || rest === unit.toLowerCase()) return found.parsed;
  return problem('not_a_number', meaningOf(found.parsed));
};
