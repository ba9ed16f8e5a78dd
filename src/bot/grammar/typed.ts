/**
 * What somebody typed, in a form that patterns can read, with the way back: a note is cut from the original, exactly as typed.
 * Phones, right-to-left keyboards and copied text bring marks that nobody sees; they must not change what a number is.
 */
export type Typed = {
  original: string;
  /** Without invisible marks; every space is " ", every minus "-", digits and signs are ASCII. Letters keep their case. */
  clean: string;
  /** For each unit of `clean` its place in `original`; one more for the end. */
  places: number[];
};

/** Marks of direction, joiners, soft hyphens, byte order marks. */
const INVISIBLE = /\p{Cf}/u;
const SPACE = /\s/u;
const CONTROL = /\p{Cc}/u;
/** U+2212 minus, and the dashes that editors put in its place. */
const MINUS = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/u;
/** The zero of each set of digits that keyboards of England's schools are known to give: Arabic, Persian and full-width. */
const ZEROS = [0x0660, 0x06f0, 0xff10];
const SIGNS: Record<string, string> = {
  '\u066A': '%',
  '\u066B': '.',
  '\u066C': ',',
  '\u2044': '/',
  '\u2215': '/',
  '\u2018': "'",
  '\u2019': "'",
};

const plain = (character: string): string => {
  if (INVISIBLE.test(character)) return '';
  if (SPACE.test(character)) return ' ';
  if (CONTROL.test(character)) return '';
  if (MINUS.test(character)) return '-';
  const code = character.codePointAt(0) as number;
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  if (zero !== undefined) return String(code - zero);
  // Full-width forms of ASCII stand 0xFEE0 above it.
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCodePoint(code - 0xfee0);
  return SIGNS[character] ?? character;
};

export const typed = (original: string): Typed => {
  let clean = '';
  const places: number[] = [];
  let place = 0;
  for (const character of original) {
    const shown = plain(character);
    for (let unit = 0; unit < shown.length; unit += 1) places.push(place);
    clean += shown;
    place += character.length;
  }
  places.push(original.length);
  return { original, clean, places };
};

/** What stands at a place in `clean`, by a sticky pattern. */
export const at = (text: Typed, place: number, pattern: RegExp): RegExpExecArray | undefined => {
  const sticky = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}y`);
  sticky.lastIndex = place;
  return sticky.exec(text.clean) ?? undefined;
};

/** The place after what a pattern takes there; the same place when it takes nothing. */
export const after = (text: Typed, place: number, pattern: RegExp): number => place + (at(text, place, pattern)?.[0].length ?? 0);

/**
 * The original from one place in `clean` to another (its end when not given), trimmed. Marks that nobody sees right before it
 * belong to it: a note keeps the mark of direction that it begins with.
 */
export const cut = (text: Typed, from: number, to = text.clean.length): string => {
  const before = text.places[from - 1];
  const start = before === undefined ? 0 : before + String.fromCodePoint(text.original.codePointAt(before) as number).length;
  return text.original.slice(start, text.places[to]).trim();
};
