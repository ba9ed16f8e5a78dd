import { distance } from 'fastest-levenshtein';
import { END, sameLetters } from './days.ts';
import { after, at, cut, type Typed, typed } from './typed.ts';

/** The rating of an action as people say it; `same` is the one that it has. */
export type SaidRating = 'not_started' | 'green' | 'amber' | 'red' | 'complete' | 'on_hold' | 'stopped' | 'same';
export type ParsedRating =
  | { rating: SaidRating /** What follows it, as typed, without the dash or colon between. */; rest: string }
  /** It looks mistyped, or is a letter that may be a word: ask whether this is meant. */
  | { near: SaidRating; rest: string };

/** The longer of two that begin alike stands first. */
const WORDS: [SaidRating, string][] = [
  ['not_started', 'not (?:yet )?(?:started|begun)(?: yet)?|unstarted'],
  ['green', 'green|on[ -]track'],
  ['amber', 'amber|yellow|orange|at[ -]risk'],
  ['red', 'red|off[ -]track'],
  ['complete', 'completed?|done|finished'],
  ['on_hold', 'on[ -]hold|hold|paused?'],
  ['stopped', 'stop(?:ped)?|cancell?ed'],
  ['same', '(?:the )?same(?: as (?:before|last time))?|unchanged|no change'],
];
const PATTERNS = WORDS.map(([rating, source]) => [rating, new RegExp(`(?:${source})${END}`, 'iu')] as const);

const SIGNS: Record<string, SaidRating> = { '🟢': 'green', '🟠': 'amber', '🟡': 'amber', '🔴': 'red', '=': 'same' };
/** An emoji may bring a mark that says how it is drawn. */
const SIGN = /[🟢🟠🟡🔴=]\uFE0F?/u;

const LETTERS: Record<string, SaidRating> = { g: 'green', a: 'amber', r: 'red', c: 'complete' };
/** Only where nothing else can be meant: "a new plan" and "A-level results" are no amber. */
const LETTER = /([garc])(?=\s*$|\s*[:,;](?!\p{L})|\s*[.!]+\s*$|\s*-+(?:\s|$))/iu;
/** "r waiting for health": no word, so the colour is likely; `a` is a word. */
const LONELY = /([grc])(?=\s)/iu;

/** What is asked about when a letter is wrong; shorter and commoner words are too near to others ("cause", "some", "step"). */
const SPELT: [string, SaidRating][] = [
  ['green', 'green'],
  ['amber', 'amber'],
  ['yellow', 'amber'],
  ['orange', 'amber'],
  ['complete', 'complete'],
  ['completed', 'complete'],
  ['finished', 'complete'],
  ['stopped', 'stopped'],
  ['cancelled', 'stopped'],
  ['unchanged', 'same'],
];
const MISTYPED = /\p{L}{4,}(?![\p{L}\p{N}])/u;
const BETWEEN = /\s*(?:[:;,.!]+\s*|-+(?=\s|$)\s*)*/u;
const BEHIND_WORD = /\s*(?:[:;,.!]+\s*|-+(?!\d)\s*)*/u;

const restFrom = (text: Typed, end: number, between = BETWEEN) => cut(text, after(text, end, between));

/**
 * The rating at the beginning of a text: "amber waiting for health", "on track", "🔴", "A: late". Undefined: it begins with none.
 * A single letter counts when it stands alone or something sets it off from what follows.
 */
export const parseRating = (input: string): ParsedRating | undefined => {
  const text = typed(input);
  const start = after(text, 0, /\s+/u);
  const sign = at(text, start, SIGN);
  if (sign) return { rating: SIGNS[sign[0].replace('\uFE0F', '')] as SaidRating, rest: restFrom(text, start + sign[0].length) };
  for (const [rating, pattern] of PATTERNS) {
    const found = at(text, start, pattern);
    if (found) return { rating, rest: restFrom(text, start + found[0].length, BEHIND_WORD) };
  }
  const letter = at(text, start, LETTER);
  if (letter) return { rating: LETTERS[(letter[1] as string).toLowerCase()] as SaidRating, rest: restFrom(text, start + 1) };
  const lonely = at(text, start, LONELY);
  if (lonely) return { near: LETTERS[(lonely[1] as string).toLowerCase()] as SaidRating, rest: restFrom(text, start + 1) };
  const word = at(text, start, MISTYPED)?.[0].toLowerCase();
  if (word === undefined) return undefined;
  const near = SPELT.find(([name]) => distance(name, word) === 1 || sameLetters(name, word));
  return near && { near: near[1], rest: restFrom(text, start + word.length) };
};
