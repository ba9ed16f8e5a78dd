import { columnNumber } from './address.ts';
import { type Field, type Headings, headings, isIgnored } from './headings.ts';
import type { Cell, Merge, Row, Sheet } from './sheet.ts';

export type TableRow = {
  /** As the spreadsheet shows it. */
  number: number;
  /** By the key of the field; an empty cell has none. */
  cells: ReadonlyMap<string, Cell>;
};

/** A row that is no line of the plan, and why. */
export type LeftOut = { row: number; why: 'totals' | 'headings again' };

/** A cell merged with others in a way that does not say which column its value belongs to. */
export type AcrossColumns = { row: number; column: string; reference: string };

export type Table = {
  /** The number of the row of headings: the lower one when there are two. */
  header: number;
  /** The letters of each field's column. */
  columns: ReadonlyMap<string, string>;
  /** Headings that belong to no field: they are not read. `meant`: the field that has no column and is spelt nearly so. */
  unknown: readonly { column: string; heading: string; meant?: Field /** Something stands below it. */; filled: boolean }[];
  /** Columns that fit a field as well, less well than the one that was taken: they are not read. */
  spare: readonly { column: string; heading: string; field: Field; taken: string }[];
  /** Fields that are required and have no column; `near`: the heading that was probably meant for it. */
  missing: readonly { field: Field; near?: { column: string; heading: string } }[];
  /** Fields that two columns claim by the same heading: which is meant cannot be known. */
  twice: readonly { field: Field; columns: readonly string[] }[];
  rows: readonly TableRow[];
  leftOut: readonly LeftOut[];
  acrossColumns: readonly AcrossColumns[];
};

/** How far down the headings may be: titles, logos and notes stand above them. */
export const HEADER_WITHIN = 20;

type Named = { column: string; text: string };

const textOf = ({ value }: Cell) => (typeof value === 'string' ? value.trim() : '');
const textsOf = (row: Row): Named[] =>
  row.cells.flatMap((cell) => (textOf(cell) === '' ? [] : [{ column: cell.column, text: textOf(cell) }]));

const isIn = (column: string, { left, right }: Merge) =>
  columnNumber(left) <= columnNumber(column) && columnNumber(column) <= columnNumber(right);

/** The text above a column: a group ("Dates") that is merged across stands above each of its columns. */
const above = (upper: Row, column: string, merges: readonly Merge[]): string => {
  const merge = merges.find((merged) => merged.top <= upper.number && upper.number <= merged.bottom && isIn(column, merged));
  return textsOf(upper).find((named) => named.column === (merge?.left ?? column))?.text ?? '';
};

/** Two rows of headings read as one: "Due" over "date" is "Due date", a group above the real headings is let go. */
const together = (upper: Row, lower: Row, merges: readonly Merge[], known: Headings): Named[] => {
  const lowerTexts = new Map(textsOf(lower).map(({ column, text }) => [column, text]));
  const columns = new Set([...textsOf(upper).map(({ column }) => column), ...lowerTexts.keys()]);
  return [...columns].map((column) => {
    const [top, bottom] = [above(upper, column, merges), lowerTexts.get(column) ?? ''];
    const both = `${top} ${bottom}`.trim();
    // A row of hints in brackets ("(dd/mm/yyyy)") under the headings adds nothing to them.
    return { column, text: [both, bottom].find((text) => known.of(text) !== undefined) ?? (bottom || top) };
  });
};

type Header = { row: number; from: number; named: Named[]; score: number };

/** A heading that is known counts most, one that is nearly so a little: a row of slips is still a row of headings. */
const scoreOf = (named: readonly Named[], known: Headings): number => {
  const found = new Set(named.flatMap(({ text }) => known.of(text) ?? []));
  // A cell of the plan may well be about an owner or a day: only beside a heading that is one does that count.
  const about = (text: string) => (found.size > 0 ? known.about(text) : undefined);
  const near = new Set(named.flatMap(({ text }) => known.near(text) ?? about(text) ?? []).filter((key) => !found.has(key)));
  // What somebody has told us to ignore stands among headings too.
  const ignored = named.filter(({ text }) => isIgnored(text)).length;
  return found.size + (near.size + ignored) / 2;
};

const findHeader = ({ rows, merges }: Sheet, known: Headings, fields: number): Header | undefined => {
  const first = rows.filter(({ number }) => number <= HEADER_WITHIN);
  const candidates = first.flatMap((row, at): Header[] => {
    const single = { row: row.number, from: row.number, named: textsOf(row), score: scoreOf(textsOf(row), known) };
    const lower = first[at + 1];
    if (lower?.number !== row.number + 1) return [single];
    const named = together(row, lower, merges, known);
    // Two rows only when they say more than one: a line of the plan must not pass for headings.
    return [single, { row: lower.number, from: row.number, named, score: scoreOf(named, known) - 0.1 }];
  });
  const best = candidates.reduce<Header | undefined>((found, next) => (found && found.score >= next.score ? found : next), undefined);
  return best && best.score >= Math.min(2, fields) - 0.1 ? best : undefined;
};

const TOTALS = /^(?:(?:grand|sub) ?-?totals?|totals?|sum|overall total)\b *:?$/iu;
const isNumeric = ({ value, date }: Cell) =>
  (typeof value === 'number' && !date) || (typeof value === 'string' && /^[-+]?£?\d[\d,.]*\s?%?$/u.test(value.trim()));

/** "Total" in the first cell that holds anything, and mostly numbers beside it. */
const isTotals = ([first, ...others]: readonly Cell[]) =>
  first !== undefined && TOTALS.test(textOf(first)) && others.filter(isNumeric).length * 2 > others.length;

const repeats = (row: Row, header: Row) => {
  const [texts, wanted] = [textsOf(row), new Map(textsOf(header).map(({ column, text }) => [column, text.toLowerCase()]))];
  return (
    texts.length === row.cells.length &&
    texts.length >= Math.min(2, wanted.size) &&
    texts.every(({ column, text }) => wanted.get(column) === text.toLowerCase())
  );
};

/** A cell merged downwards speaks for every row it spans. */
const filledDown = (sheet: Sheet, header: number): Row[] => {
  const byNumber = new Map(sheet.rows.map((row) => [row.number, row]));
  const repeated = new Map<number, Cell[]>();
  for (const { top, bottom, left, right } of sheet.merges) {
    const cell = byNumber.get(top)?.cells.find(({ column }) => column === left);
    if (!cell || left !== right || top <= header) continue;
    // Only rows that hold something of their own: a merge to the end of the sheet makes no lines.
    for (const { number } of sheet.rows)
      if (number > top && number <= bottom) repeated.set(number, [...(repeated.get(number) ?? []), cell]);
  }
  return sheet.rows
    .filter(({ number }) => number > header)
    .map(({ number, cells }) => ({
      number,
      cells: [...cells, ...(repeated.get(number) ?? [])].sort((one, other) => columnNumber(one.column) - columnNumber(other.column)),
    }));
};

/**
 * The table on a sheet: where its headings are, which column is which, and its lines; undefined when no row looks like the headings.
 * Blank rows, totals and headings that a page break repeats are left out; the last two are told.
 */
export const findTable = (sheet: Sheet, fields: readonly Field[]): Table | undefined => {
  const known = headings(fields);
  const header = findHeader(sheet, known, fields.length);
  if (!header) return undefined;

  const claims = new Map<string, { column: string; text: string; rank: number }[]>();
  for (const { column, text } of header.named) {
    const key = known.of(text);
    if (key !== undefined)
      claims.set(
        key,
        [...(claims.get(key) ?? []), { column, text, rank: known.rank(text) }].sort((one, other) => one.rank - other.rank),
      );
  }
  const columns = new Map([...claims].map(([key, [first]]) => [key, first?.column as string]));
  const lines = filledDown(sheet, header.row);
  const without = fields.filter(({ key }) => !columns.has(key));
  const unknown = header.named
    .filter(({ text }) => known.of(text) === undefined)
    .map(({ column, text }) => {
      const meant = [known.near(text), known.about(text)].flatMap((key) => without.find((field) => field.key === key) ?? [])[0];
      const filled = lines.some(({ cells }) => cells.some((cell) => cell.column === column));
      return { column, heading: text, ...(meant ? { meant } : {}), filled };
    });
  const missing = without
    .filter(({ required }) => required)
    .map((field) => {
      const near = unknown.find(({ meant }) => meant === field);
      return { field, ...(near ? { near: { column: near.column, heading: near.heading } } : {}) };
    });

  const headerRows = sheet.rows.filter(({ number }) => header.from <= number && number <= header.row);
  const leftOut: LeftOut[] = [];
  const rows: TableRow[] = [];
  for (const row of lines) {
    const why = headerRows.some((headerRow) => repeats(row, headerRow)) ? 'headings again' : isTotals(row.cells) ? 'totals' : undefined;
    const cells = new Map(
      [...columns].flatMap(([key, column]) =>
        row.cells.filter((cell) => cell.column === column).map((cell): [string, Cell] => [key, cell]),
      ),
    );
    if (why) leftOut.push({ row: row.number, why });
    else if (cells.size > 0) rows.push({ number: row.number, cells });
  }

  const numbers = new Set(rows.map(({ number }) => number));
  const mapped = [...columns.values()];
  const acrossColumns = sheet.merges
    .filter((merge) => numbers.has(merge.top) && merge.left !== merge.right && mapped.some((column) => isIn(column, merge)))
    .map(({ top, left, reference }) => ({ row: top, column: left, reference }));
  const twice = fields.flatMap((field) => {
    const best = (claims.get(field.key) ?? []).filter(({ rank }, _, [first]) => rank === first?.rank);
    return best.length > 1 ? [{ field, columns: best.map(({ column }) => column) }] : [];
  });
  const spare = fields.flatMap((field) => {
    const [first, ...others] = claims.get(field.key) ?? [];
    return others
      .filter(({ rank }) => rank !== first?.rank)
      .map(({ column, text }) => ({ column, heading: text, field, taken: first?.text as string }));
  });
  return { header: header.row, columns, unknown, spare, missing, twice, rows, leftOut, acrossColumns };
};
