import type { Problem, Where } from './import.ts';

/** How many problems are said; the rest are counted. */
const SAID = 50;

/** What is to be put right, gathered over all files: everything at once, so that nobody mends a sheet one cell at a time. */
export type Problems = {
  /** `text` goes on after the place: "there is no 31 February". `heading` is the column's own. */
  add: (where: Where, text: string, heading?: string) => void;
  said: () => Problem[];
  count: () => number;
};

export const gatherProblems = (files: number): Problems => {
  const found: Problem[] = [];
  let count = 0;
  const place = ({ file, sheet, row, column }: Where, heading: string | undefined) =>
    [
      ...(files > 1 ? [file] : []),
      sheet,
      ...(row === undefined ? [] : [`row ${row}`]),
      ...(column === undefined ? [] : [`column ${column}${heading ? ` (${heading})` : ''}`]),
    ].join(', ');
  return {
    add: (where, text, heading) => {
      count += 1;
      if (found.length < SAID) found.push({ ...where, text: `${place(where, heading)}: ${text}` });
    },
    said: () => found,
    count: () => count,
  };
};
