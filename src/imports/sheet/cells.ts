import { Temporal } from 'temporal-polyfill';
import { dayWords } from '../../calendar/dates.ts';
import { readDateText } from './dates.ts';
import { count } from './limits.ts';
import type { Cell } from './sheet.ts';

/** What a cell says, null when it is empty; or why it cannot be read, in a sentence for whoever fills the sheet in. */
export type Reading<T> = { value: T | null } | { problem: string };

/** A cell that holds something, or none. */
type Given = Cell | undefined;

/** Characters that nobody sees and a copied cell often carries: zero-width marks, directions, soft hyphens, byte order marks. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;
/** Each line trimmed, spaces of every kind made one, new lines kept. */
const tidy = (text: string) =>
  text
    .normalize('NFC')
    .replaceAll(INVISIBLE, '')
    .split(/\r\n|\r|\n/u)
    .map((line) => line.replaceAll(/[^\S\n]+/gu, ' ').trim())
    .join('\n')
    .trim();

/** What the database keeps: numeric(18,6). */
const PLACES = 6;
const MOST = 1e12;
const rounded = (value: number) => Number(value.toFixed(PLACES)) + 0;

const shownNumber = ({ value, percent }: Cell) => (percent ? `${rounded((value as number) * 100)}%` : String(rounded(value as number)));

/** Words. A number is written out; a date where words are wanted is usually a spreadsheet's mistake ("1/2" became 1 February). */
export const readText = (cell: Given): Reading<string> => {
  if (cell?.problem) return { problem: cell.problem };
  if (cell === undefined || cell.value === null) return { value: null };
  if (cell.date)
    return {
      problem: `This is a date (${dayWords(Temporal.PlainDate.from(cell.value as string))}) where words belong. Format the cell as text and write it again.`,
    };
  if (typeof cell.value === 'number') return { value: shownNumber(cell) };
  if (typeof cell.value === 'boolean') return { value: cell.value ? 'Yes' : 'No' };
  return { value: tidy(cell.value) || null };
};

/** Words divided by semicolons or new lines; empty when the cell is. A comma divides nothing: names have them. */
export const readList = (cell: Given): { value: string[] } | { problem: string } => {
  const read = readText(cell);
  if ('problem' in read) return read;
  const items = (read.value ?? '').split(/[;\n]/u).map((item) => item.trim());
  return { value: items.filter((item) => item !== '') };
};

/** A day: a real date, or one written out (src/imports/sheet/dates.ts). */
export const readDate = (cell: Given): Reading<Temporal.PlainDate> => {
  if (cell?.problem) return { problem: cell.problem };
  if (cell === undefined || cell.value === null) return { value: null };
  if (typeof cell.value === 'boolean') return { problem: 'This is yes or no, not a date. Write the date as in 1 March 2027.' };
  // A real date is read as text too, so that a year no plan can be about is refused alike.
  const text = tidy(String(cell.value));
  return text === '' ? { value: null } : readDateText(text);
};

const EXPECTED = 'Write a number, as in 93.2 or 1,765.';

type Figure = { value: number; isPercent: boolean };
const numberFromText = (text: string): Figure | { problem: string } => {
  const [, sign = '', figures = '', percent] = /^([-+\u2212]?)£?([\d.,]+) ?(%)?$/u.exec(text) ?? [];
  const whole = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/u.test(figures) ? figures.replaceAll(',', '') : figures;
  if (/^\d+(?:\.\d+)?$|^\.\d+$/u.test(whole))
    return { value: Number(whole) * (sign === '-' || sign === '\u2212' ? -1 : 1), isPercent: percent !== undefined };
  const comma = /^\d+,\d+$/u.test(figures) ? ` Did you mean ${figures.replace(',', '.')}?` : '';
  return { problem: `“${text.slice(0, 60)}” is no number that can be read.${comma} ${EXPECTED}` };
};

/** A number as the cell shows it: one shown as a percentage comes times 100. */
const readFigure = (cell: Given): Reading<Figure> => {
  if (cell?.problem) return { problem: cell.problem };
  if (cell === undefined || cell.value === null) return { value: null };
  if (cell.date || typeof cell.value === 'boolean')
    return { problem: `This is ${cell.date ? 'a date' : 'yes or no'}, not a number. Format the cell as a number and write it again.` };
  const text = typeof cell.value === 'string' ? tidy(cell.value) : undefined;
  if (text === '') return { value: null };
  const read =
    text === undefined
      ? { value: (cell.value as number) * (cell.percent ? 100 : 1), isPercent: cell.percent === true }
      : numberFromText(text);
  if ('problem' in read) return read;
  if (Math.abs(read.value) >= MOST) return { problem: `This number is too large: at most ${count(MOST)}.` };
  return { value: { ...read, value: rounded(read.value) } };
};

/** A plain number, rounded to 6 decimals, below 10¹². A percentage is refused: "93%" is no number of children. */
export const readNumber = (cell: Given): Reading<number> => {
  const read = readFigure(cell);
  if ('problem' in read || read.value === null) return read as Reading<number>;
  const { value, isPercent } = read.value;
  return isPercent ? { problem: `This is ${value}%, a percentage, where a plain number belongs. ${EXPECTED}` } : { value };
};

/**
 * The percentages of one KPI, in the order of its cells: "93%", 93, and 0.93 in a cell formatted as a percentage are all 93.
 * A plain number from 0 to 1 could be a share (93 %) or a small percentage (0.93 %), so it is asked about and never guessed; 0 is 0.
 */
export const readPercentages = (cells: readonly Given[]): Reading<number>[] => {
  const figures = cells.map(readFigure);
  const plain = figures.flatMap((read) => ('value' in read && read.value && !read.value.isPercent ? [read.value.value] : []));
  const large = plain.find((value) => Math.abs(value) > 1);
  return figures.map((read) => {
    if ('problem' in read || read.value === null) return read as Reading<number>;
    const { value, isPercent } = read.value;
    if (isPercent || value === 0 || Math.abs(value) > 1) return { value };
    const share = rounded(value * 100);
    const mend =
      large === undefined
        ? `Format the column as a percentage or write ${share}%`
        : `Others here are like ${large}: write ${share}% or ${value}%`;
    return { problem: `${value}: is that ${value} % or ${share} %? ${mend}.` };
  });
};
