import { distance } from 'fastest-levenshtein';

/** A column that a sheet may have. */
export type Field = {
  key: string;
  /** As the template writes it: "Due date". */
  heading: string;
  /** Other headings for the same: "deadline", "by when". */
  also?: readonly string[];
  required?: boolean;
  /** Without it a plan means little: a heading that may have been meant for it is asked about. */
  important?: boolean;
};

/** Words that say nothing about which column it is. */
const FILLERS = new Set(['the', 'a', 'an', 'of', 'for', 'in', 'is', 'this', 'please', 'required', 'optional']);

/** One spelling of all headings that mean the same: "DUE-DATE *", "Date (due)" and "the due date" alike. */
const normal = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/['’]/gu, '')
    .split(/[^\p{L}\p{N}%]+/u)
    .filter((word) => word !== '' && !FILLERS.has(word))
    .sort()
    .join(' ');

/** “Ignore: BRAG” is nothing that is asked about. */
export const isIgnored = (text: string) => /^\W*ignored?\b/iu.test(text);

/** A longer text is no heading, whatever it says. */
const LONGEST = 200;

/** A heading as it is, and without its hint in brackets ("Due date (dd/mm/yyyy)"). */
const spellings = (text: string): string[] =>
  text.length > LONGEST ? [] : [...new Set([normal(text), normal(text.replaceAll(/\([^)]*\)|\[[^\]]*\]/gu, ' '))])].filter(Boolean);

/** How a heading is told: `of` gives the key of its field; `near` the one it was probably meant for. */
export type Headings = {
  of: (text: string) => string | undefined;
  /** Which of the headings of its field it is, from 0 for the field's own: of two columns for one field the lower is taken. */
  rank: (text: string) => number;
  near: (text: string) => string | undefined;
  /** The important field that its words are about: “Responsible team” has all of “Responsible”. Too weak to tell headings from lines. */
  about: (text: string) => string | undefined;
};

/** A heading of more words is about something of its own. */
const MOST_WORDS = 4;

/** Letters that may differ for a heading to be taken for a slip: one in four, at least one. */
const slips = (length: number) => Math.max(1, Math.floor(length / 4));

/** @throws Error when two fields claim one heading: a mistake of ours, not of a sheet. */
export const headings = (fields: readonly Field[]): Headings => {
  const known = new Map<string, string>();
  const important = new Set(fields.filter((field) => field.important).map(({ key }) => key));
  const ranks = new Map<string, number>();
  for (const { key, heading, also = [] } of fields)
    for (const [at, text] of [heading, ...also].entries()) {
      const spelling = normal(text);
      const other = known.get(spelling);
      if (other !== undefined && other !== key) throw new Error(`the heading “${text}” is claimed by ${other} and by ${key}`);
      known.set(spelling, key);
      if (!ranks.has(spelling)) ranks.set(spelling, at);
    }
  return {
    of: (text) => spellings(text).flatMap((spelling) => known.get(spelling) ?? [])[0],
    rank: (text) => spellings(text).flatMap((spelling) => ranks.get(spelling) ?? [])[0] ?? known.size,
    about: (text) => {
      const words = new Set(spellings(text).flatMap((spelling) => spelling.split(' ')));
      if (isIgnored(text) || words.size > MOST_WORDS) return undefined;
      const hits = [...known].filter(([name, key]) => important.has(key) && name.split(' ').every((word) => words.has(word)));
      return hits.sort(([one], [other]) => other.length - one.length)[0]?.[1];
    },
    near: (text) =>
      isIgnored(text)
        ? undefined
        : spellings(text)
            .flatMap((spelling) => [...known].map(([name, key]) => ({ key, off: distance(spelling, name), allowed: slips(name.length) })))
            .filter(({ off, allowed }) => off <= allowed)
            .sort((one, other) => one.off - other.off)[0]?.key,
  };
};
