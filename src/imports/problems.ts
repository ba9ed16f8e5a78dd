import type { Problem, Where } from './import.ts';
import { columnNumber } from './sheet/address.ts';

/** How many problems are said; the rest are counted. */
const SAID = 50;

/** What is to be put right, gathered over all files: everything at once, so that nobody mends a sheet one cell at a time. */
export type Problems = {
  /** `text` goes on after the place: "there is no 31 February". `heading` is the column's own. */
  add: (where: Where, text: string, heading?: string) => void;
  /** Names a sheet, in the order in which problems are said: by file, sheet and row. */
  sheet: (where: Pick<Where, 'file' | 'sheet'>) => void;
  said: () => Problem[];
  count: () => number;
};

export const gatherProblems = (files: number): Problems => {
  const found: Problem[] = [];
  const sheets = new Map<string, number>();
  const name = ({ file, sheet }: Pick<Where, 'file' | 'sheet'>) => `${file}|${sheet}`;
  const inOrder = (one: Problem, other: Problem) =>
    (sheets.get(name(one)) ?? 0) - (sheets.get(name(other)) ?? 0) ||
    (one.row ?? 0) - (other.row ?? 0) ||
    columnNumber(one.column ?? '') - columnNumber(other.column ?? '');
  const place = ({ file, sheet, row, column }: Where, heading: string | undefined) =>
    [
      ...(files > 1 ? [file] : []),
      sheet,
      ...(row === undefined ? [] : [`row ${row}`]),
      ...(column === undefined ? [] : [`column ${column}${heading ? ` (${heading})` : ''}`]),
    ].join(', ');
  return {
    add: (where, text, heading) => {
      found.push({ ...where, text: `${place(where, heading)}: ${text}` });
    },
    sheet: (where) => void (sheets.has(name(where)) || sheets.set(name(where), sheets.size)),
    said: () => found.toSorted(inOrder).slice(0, SAID),
    count: () => found.length,
  };
};

/** At most so many of a list, and how many more. */
export const someOf = (words: readonly string[], most = 8) =>
  words.length > most ? `${words.slice(0, most).join(', ')} and ${words.length - most} more` : words.join(', ');
