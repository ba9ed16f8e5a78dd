import type { Value } from './tables/table.ts';

/**
 * Tables as CSV: RFC 4180, so commas between cells, lines that end in CR LF, quotation marks round what needs them; UTF-8 without a byte order
 * mark, which R and Python would read as part of the first name.
 */

/**
 * What a spreadsheet would take for a formula, full-width signs among it, and whatever stands before them that it would pass over.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20])/u;
const QUOTED = /[",\r\n]|^\s|\s$/u;

/** A text that a spreadsheet shows as it is: one that looks like a formula begins with an apostrophe. */
export const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

const cell = (value: Value): string => {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = harmless(value);
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line with its end. Numbers are never changed: -5 stays -5. */
export const csvLine = (cells: readonly Value[]): string => `${cells.map(cell).join(',')}\r\n`;
