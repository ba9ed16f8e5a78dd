import { distance } from 'fastest-levenshtein';

/** Something that people call by a name or one of its aliases. */
export type Named = { id: string; name: string; aliases: readonly string[] };

export type NameMatch =
  | { kind: 'one'; id: string /** What follows the name, as typed. */; rest: string }
  /** It fits several equally well: ask which. */
  | { kind: 'several'; ids: string[]; rest: string }
  /** It fits none, but is near to these, the nearest first: ask whether one is meant. */
  | { kind: 'near'; ids: string[]; rest: string }
  | { kind: 'none' };

/** How much of a name may be mistyped, as a part of its length. */
const NEAR = 0.4;
const MOST_NEAR = 5;
/** A long name with a letter wrong is that name before it is the beginning of another. */
const SLIP = 0.2;
const LONG = 8;
/** From this many letters a word inside a name tells it from others. */
const TELLING = 4;
/** One letter is the beginning of too much. */
const SHORTEST_BEGINNING = 2;

type Word = { folded: string; end: number };

const LETTERS = /^\p{L}+$/u;
const DIGITS = /^\p{N}+$/u;

const PLAIN = /^[\x20-\x7e]*$/u;

/** Words without case, accents and punctuation, each with the place in the original where it ends; letters and figures are words apart. */
const wordsOf = (text: string): Word[] => {
  // Most names have nothing but plain letters, and a programme has hundreds of them.
  if (PLAIN.test(text))
    return [...text.toLowerCase().matchAll(/[a-z]+|\d+/gu)].map(({ 0: folded, index }) => ({ folded, end: index + folded.length }));
  const words: Word[] = [];
  let open = false;
  let place = 0;
  for (const character of text) {
    place += character.length;
    // Invisible marks and accents belong to no letter of their own.
    const folded = character
      .normalize('NFKD')
      .replace(/[\p{M}\p{Cf}]/gu, '')
      .toLowerCase();
    const last = words.at(-1);
    if (folded === '') {
      if (open && last) last.end = place;
    } else if (LETTERS.test(folded) || DIGITS.test(folded)) {
      if (open && last && LETTERS.test(last.folded) === LETTERS.test(folded)) {
        last.folded += folded;
        last.end = place;
      } else words.push({ folded, end: place });
      open = true;
    } else open = false;
  }
  return words;
};

const fold = (text: string) =>
  wordsOf(text)
    .map((word) => word.folded)
    .join(' ');

/** "6" in "6.5" is no word of a name. */
const insideNumber = (text: string, word: Word | undefined) =>
  word !== undefined && DIGITS.test(word.folded) && /^[.,]\d/.test(text.slice(word.end));

const unique = (ids: string[]) => [...new Set(ids)];

/**
 * Finds the name at the beginning of what was typed: the longest name, alias or beginning of one, from the left;
 * else the names that are near. Case, accents, spaces and punctuation do not matter.
 */
export const matchName = (text: string, candidates: readonly Named[]): NameMatch => {
  const labels = candidates.flatMap(({ id, name, aliases }) =>
    [name, ...aliases].map((label) => ({ id, label: fold(label) })).filter(({ label }) => label !== ''),
  );
  const words = wordsOf(text);
  const longest = Math.min(words.length, Math.max(0, ...labels.map(({ label }) => label.split(' ').length)));
  const head = (count: number) =>
    words
      .slice(0, count)
      .map((word) => word.folded)
      .join(' ');
  const rest = (count: number) => text.slice(words[count - 1]?.end ?? 0).trim();

  for (let count = longest; count > 0; count -= 1) {
    if (insideNumber(text, words[count - 1])) continue;
    const typed = head(count);
    const whole = labels.filter(({ label }) => label === typed);
    const beginnings = labels.filter(({ label }) => typed.length >= SHORTEST_BEGINNING && label.startsWith(typed));
    // "Primary school 1" is the beginning of "Primary school 1, Wakefield" before it is that of "Primary school 12".
    const numbered = DIGITS.test(words[count - 1]?.folded ?? '') ? beginnings.filter(({ label }) => label.startsWith(`${typed} `)) : [];
    const found = unique([whole, numbered, beginnings].find((some) => some.length > 0)?.map(({ id }) => id) ?? []);
    if (found.length === 1) return { kind: 'one', id: found[0] as string, rest: rest(count) };
    if (found.length > 1) return { kind: 'several', ids: found, rest: rest(count) };
    if (
      typed.length >= LONG &&
      labels.some(({ label }) => label.split(' ').length === count && distance(typed, label) <= typed.length * SLIP)
    )
      break;
  }

  const scored = labels
    .flatMap(({ id, label }) => {
      const size = label.split(' ').length;
      return [size - 1, size, size + 1]
        .filter((count) => count > 0 && count <= words.length)
        .map((count) => ({ id, count, score: distance(head(count), label) / Math.max(head(count).length, label.length) }))
        .concat(
          // "absence" says "Persistent absence" to the one who typed it; short words ("of", "in") say nothing.
          label
            .split(' ')
            .filter((word) => word.length >= TELLING)
            .map((word) => ({ id, count: 1, score: (distance(head(1), word) / Math.max(head(1).length, word.length) + NEAR) / 1.5 })),
        );
    })
    .filter(({ score }) => score <= NEAR)
    .sort((one, other) => one.score - other.score);
  const best = scored[0];
  return best ? { kind: 'near', ids: unique(scored.map(({ id }) => id)).slice(0, MOST_NEAR), rest: rest(best.count) } : { kind: 'none' };
};
