import { ALSO_A_WORD, monthOf, WEEKDAY } from './days.ts';
import { after, at, cut, typed } from './typed.ts';

/** The code of an action as it was said; without its prefix it is one of the reader's own locality. */
export type ParsedCode = {
  prefix?: string;
  number: number /** What follows it, as typed, without the colon or dash between. */;
  rest: string;
};

/** A locality's prefix is 2 to 4 letters; one more, so that a slip is answered as a code that nobody knows. */
const CODE = /(?:(\p{L}{2,5})(\s*-\s*|\s+#?|#)?|#\s*)?(\d{1,6})(?![\p{L}\d%])(?![.,/:-]\d)/iu;
/** What people write before a number that is no code, each in place of a prefix. */
const NO_PREFIX = new RegExp(
  `^(?:at|by|due|for|from|in|my|no|of|on|only|over|step|steps|than|the|to|until|up|week|weeks|wk|year|years|term|about|after|and|half|level|band|ks|q|stage|room|still|all|just|or|with|now|is|was|${WEEKDAY})$`,
  'iu',
);
/** As we write it ourselves: whatever the letters are, it is a code. */
const OURS = /^[A-Z]{2,4}-\d/u;
/** What makes a bare number an amount: "2 weeks", "84 of 131", "12 per cent". */
const AMOUNT = /\s*(?:%|(?:per\s?cent|pct|days?|weeks?|months?|years?|of|out of)(?![\p{L}\p{N}]))/iu;
const BETWEEN = /\s*(?:[:;,.!]+\s*|-+(?:\s+|$))*/u;

/** "12 March", not "12 may be late". */
const isDate = (rest: string): boolean => {
  const [, word = '', more = ''] = /^\s*(?:of\s+)?(\p{L}{3,9})\.?(?![\p{L}\p{N}])\s*(.*)$/su.exec(rest) ?? [];
  const month = monthOf(word);
  return month !== undefined && !month.near && !(ALSO_A_WORD.test(word) && more !== '' && !/^\d{2,4}(?!\d)/u.test(more));
};

/**
 * The code of an action at the beginning of a text: `WAK-12`, `wak12`, `WAK 12`, `#12`, `12`. Undefined: it begins with none;
 * dates, amounts and percentages are none.
 */
export const parseCode = (input: string): ParsedCode | undefined => {
  const text = typed(input);
  const start = after(text, 0, /\s+/u);
  const found = at(text, start, CODE);
  if (!found) return undefined;
  const [whole, letters, , digits] = found;
  const number = Number(digits);
  const end = start + whole.length;
  const rest = cut(text, after(text, end, BETWEEN));
  if (number === 0) return undefined;
  if (letters === undefined)
    return !whole.startsWith('#') && (at(text, end, AMOUNT) || isDate(text.clean.slice(end))) ? undefined : { number, rest };
  const month = monthOf(letters);
  const isWord = (month && !month.near) || NO_PREFIX.test(letters);
  return isWord && !OURS.test(whole) ? undefined : { prefix: letters.toUpperCase(), number, rest };
};
