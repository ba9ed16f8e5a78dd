/** The number of a column: 1 for A, 27 for AA. The letters are trusted to be A to Z. */
export const columnNumber = (letters: string): number => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

/** The letters of a column, as a spreadsheet shows them: A for 1, AA for 27. */
export const columnLetters = (number: number): string =>
  number > 26 ? columnLetters(Math.floor((number - 1) / 26)) + columnLetters(((number - 1) % 26) + 1) : String.fromCharCode(64 + number);

/** Where "D14" is; undefined for what is no address. At most three letters and seven figures, as in any spreadsheet. */
export const parseAddress = (text: string): { column: number; row: number } | undefined => {
  const [, letters, figures] = /^([A-Z]{1,3})([1-9]\d{0,6})$/.exec(text) ?? [];
  return letters && figures ? { column: columnNumber(letters), row: Number(figures) } : undefined;
};

/** "row 14, column D": where a cell is, as every message says it. */
export const whereIs = (row: number, column: string): string => `row ${row}, column ${column}`;
