import type { Question, Shown } from '../disclosure.ts';
import { TENS_FROM, WHOLE_FROM } from './rule.ts';

/** How a question's counts are put in words and figures (point 5 of the rule), and what whoever reads them can conclude about the counts. */

/**
 * The ends of each precision: a share at or beyond them is said as the end itself, "95 % or more", "5 % or fewer". So a cell in which everybody
 * agrees looks like one in which two did not, and nobody need be told less because of what they said.
 */
export const ENDS = { tens: { least: 10, most: 90 }, whole: { least: 5, most: 95 } } as const;

/** From the coarsest to the finest. */
export const PRECISIONS = ['words', 'tens', 'whole'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** The finest precision that so many answers allow. */
export function precisionOf(base: number): Precision {
  return base >= WHOLE_FROM ? 'whole' : base >= TENS_FROM ? 'tens' : 'words';
}

/** Answers to the nearest 5. */
export const roundedBase = (base: number) => Math.round(base / 5) * 5;

/** A question's options in the groups that are published. */
export type Groups = {
  /** How many there are. */
  size: number;
  /** By option its group; null: don't know, which is in no base. */
  of: (number | null)[];
  /** The groups that "mostly" can be said of, in the order of `most`. */
  most: number[];
};

const FIXED: { [scale in Exclude<Question['scale'], 'choice'>]: Groups } = {
  agree: { size: 3, of: [0, 0, 1, 2, 2, null], most: [0, 2] },
  ten: { size: 3, of: [2, 2, 2, 2, 1, 1, 1, 0, 0, 0, 0], most: [0, 2] },
  yes_no: { size: 2, of: [0, 1], most: [0, 1] },
};

export function groupsOf(question: Question): Groups {
  if (question.scale !== 'choice') return FIXED[question.scale];
  const options = Array.from({ length: question.options ?? 0 }, (_, index) => index);
  return { size: options.length, of: options, most: options };
}

/** Counters by option as counts by group, don't know left out. */
export function grouped(groups: Groups, counts: readonly number[]): number[] {
  const sums = Array<number>(groups.size).fill(0);
  groups.of.forEach((group, option) => {
    if (group !== null) sums[group] = (sums[group] ?? 0) + (counts[option] ?? 0);
  });
  return sums;
}

/** Everything that is taken to be known of one cell: the finest of it is published, and the coarser is thought to be known beside it. */
export type Said = { words?: number | null; tens?: number[]; whole?: number[] };

/** The fewest of `base` answers that are at least two thirds. */
const twoThirds = (base: number) => Math.ceil((2 * base) / 3);

export function wordFor(groups: Groups, counts: readonly number[], base: number): number | null {
  const found = groups.most.findIndex((group) => (counts[group] ?? 0) >= twoThirds(base));
  return found < 0 ? null : found;
}

const STEP = { tens: 10, whole: 1 } as const;

/** A share of `base` in percent, to the nearest 10 or 1 (halves upwards), not beyond the ends. */
export function share(precision: 'tens' | 'whole', count: number, base: number): number {
  const step = STEP[precision];
  const { least, most } = ENDS[precision];
  return Math.min(Math.max(Math.floor((200 * count + step * base) / (2 * step * base)) * step, least), most);
}

/** The fewest and the most of `base` answers that are said as such a share; none: low is above high. */
function countsSaid(precision: 'tens' | 'whole', said: number, base: number): { low: number; high: number } {
  const step = STEP[precision];
  const { least, most } = ENDS[precision];
  return {
    low: said <= least ? 0 : Math.ceil(((2 * said - step) * base) / 200),
    high: said >= most ? base : Math.ceil(((2 * said + step) * base) / 200) - 1,
  };
}

/** By group the fewest and the most answers that fit what is said of `base` answers. */
export function boundsOf(groups: Groups, said: Said, base: number): { low: number[]; high: number[] } {
  const low = Array<number>(groups.size).fill(0);
  const high = Array<number>(groups.size).fill(base);
  if (said.words === null) for (const group of groups.most) high[group] = twoThirds(base) - 1;
  else if (said.words !== undefined) low[groups.most[said.words] ?? 0] = twoThirds(base);
  for (const precision of ['tens', 'whole'] as const) {
    said[precision]?.forEach((value, group) => {
      const fit = countsSaid(precision, value, base);
      low[group] = Math.max(low[group] ?? 0, fit.low);
      high[group] = Math.min(high[group] ?? 0, fit.high);
    });
  }
  return { low, high };
}

/** What is published of it: the finest of what is said. @param coarse the ledger allows words at most, and no change */
export function shownAs(said: Said, base: number, coarse = false): Shown {
  if (said.whole) return { as: 'whole', shares: said.whole, base: roundedBase(base) };
  if (said.tens) return { as: 'tens', shares: said.tens, base: roundedBase(base) };
  return { as: 'words', most: said.words ?? null, ...(coarse ? { coarse } : {}) };
}
