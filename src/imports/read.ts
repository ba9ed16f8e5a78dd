import type { Temporal } from 'temporal-polyfill';
import type { Step } from '../actions/action.ts';
import { textProblem } from '../people/notes.ts';
import { type Due, readDue } from './due.ts';
import { type Column, SHEETS } from './fields.ts';
import type { Where } from './import.ts';
import type { Kind } from './kinds.ts';
import { type Problems, someOf } from './problems.ts';
import { readDate, readList, readText } from './sheet/cells.ts';
import type { Cell } from './sheet/sheet.ts';
import type { Line } from './sheets.ts';
import { readSteps } from './steps.ts';

/** A line whose cells mean something: words, lists, days (YYYY-MM-DD), steps; figures wait until it is known what they are of. */
export type Row = Omit<Line, 'cells'> & {
  /** By column; an empty cell has none, null = "none": take out what is there. */
  values: ReadonlyMap<string, string | string[] | Step[] | null>;
  figures: ReadonlyMap<string, Cell>;
  /** Columns whose cell could not be read, which has been said: nothing is concluded from their being empty. */
  wrong: ReadonlySet<string>;
};

export type Rows = Record<Kind, Row[]>;

/** What was said in a column: undefined = nothing, so what is there stays; null = that there is none. */
export const saidText = (row: Row, key: string) => row.values.get(key) as string | null | undefined;
export const saidList = (row: Row, key: string) => row.values.get(key) as string[] | null | undefined;
export const saidSteps = (row: Row, key: string) => row.values.get(key) as Step[] | null | undefined;

const columnOf = (kind: Kind, key: string): Column => SHEETS[kind].columns.find((column) => column.key === key) as Column;

/** Says what is wrong with a cell of a row. Where the sheet has no such column that is said, at the column `instead` or the row. */
export const problemIn = (
  problems: Problems,
  row: Pick<Row, 'kind' | 'file' | 'sheet' | 'row' | 'columns'>,
  key: string,
  text: string,
  instead?: string,
): void => {
  const { file, sheet, row: number, kind } = row;
  const shown = row.columns.has(key) ? key : (instead ?? key);
  const column = row.columns.get(shown);
  const where: Where = { file, sheet, row: number, ...(column === undefined ? {} : { column }) };
  const lacking = row.columns.has(key) ? '' : ` The sheet has no column “${columnOf(kind, key).heading}”.`;
  problems.add(where, `${text}${lacking}`, columnOf(kind, shown).heading);
};

export const placeOfRow = ({ file, sheet, row }: Pick<Row, 'file' | 'sheet' | 'row'>) => ({ file, sheet, row });

const NONE = /^(?:none|nobody|no one|nothing|-|–|—|n\/a)$/iu;
/** Words in which "none" is an answer like any other. */
const REQUIRED_SAY = 'this is needed.';

const simple = (text: string) => text.replaceAll(/\s+/gu, ' ').trim();
/** Names are found however they are written: capitals, spaces and kinds of apostrophes make no difference. */
export const folded = (text: string) => simple(text).replaceAll(/[‘’]/gu, "'").toLowerCase();

const cellProblem = (text: string, most: number | undefined): string | undefined => {
  const length = [...text].length;
  if (most !== undefined && length > most) return `at most ${most} characters fit; this has ${length}.`;
  return textProblem(text, 'this');
};

/** "Amber: waiting" is no list's word: the words of the list are said. */
const choose = (words: string, list: Readonly<Record<string, string>>): { value: string } | { problem: string } => {
  const found = list[folded(words)];
  if (found !== undefined) return { value: found };
  const offered = [
    ...new Map(
      Object.entries(list)
        .map(([word, meaning]) => [meaning, word] as const)
        .reverse(),
    ).values(),
  ].reverse();
  return { problem: `“${words.slice(0, 60)}” is none of: ${offered.join(', ')}.` };
};

type Value = string | string[] | Step[];
type Found = { value: Value | null; note?: string | undefined } | { problem: string };
const read = (cell: Cell, { reads, most }: Column, today: Temporal.PlainDate): Found => {
  if (reads === 'day' || reads === 'due') {
    const words = readText(cell.date ? undefined : cell);
    if ('value' in words && words.value !== null && NONE.test(words.value)) return { value: '' };
    const day: Due = reads === 'due' ? readDue(cell, today) : readDate(cell);
    return 'problem' in day ? day : { value: day.value?.toString() ?? null, note: day.note };
  }
  const words = readText(cell);
  if ('problem' in words || words.value === null) return words;
  if (NONE.test(words.value) && !(typeof reads === 'object' && folded(words.value) in reads)) return { value: '' };
  if (typeof reads === 'object') return choose(words.value, reads);
  if (reads === 'list') {
    const list = readList(cell);
    const wrong = 'value' in list ? list.value.map((item) => cellProblem(item, undefined)).find(Boolean) : undefined;
    return wrong ? { problem: wrong } : list;
  }
  if (reads === 'steps') return readSteps(words.value);
  const text = reads === 'text' ? simple(words.value) : words.value;
  const wrong = cellProblem(text, most);
  return wrong ? { problem: wrong } : { value: text };
};

/** What words were taken for a day, said once for all rows that have them. */
const noteWords = (notes: string[], said: readonly { sheet: string; row: number; words: string }[]) => {
  for (const [words, rows] of Map.groupBy(said, ({ sheet, words }) => `Sheet “${sheet}”: ${words}`))
    notes.push(`${words}: row ${someOf(rows.map(({ row }) => String(row)))}.`);
};

/** Reads every cell of every line; what is wrong with each is said by its place. */
export const readRows = (lines: readonly Line[], problems: Problems, notes: string[], today: Temporal.PlainDate): Rows => {
  const taken: { sheet: string; row: number; words: string }[] = [];
  const rows = Object.fromEntries(Object.keys(SHEETS).map((kind) => [kind, [] as Row[]])) as Rows;
  for (const { cells, ...line } of lines) {
    const values = new Map<string, Value | null>();
    const figures = new Map<string, Cell>();
    const wrong = new Set<string>();
    for (const column of SHEETS[line.kind].columns) {
      const cell = cells.get(column.key);
      if (cell === undefined) {
        if (column.required && line.columns.has(column.key)) problemIn(problems, line, column.key, REQUIRED_SAY);
        continue;
      }
      if (column.reads === 'figure') {
        figures.set(column.key, cell);
        continue;
      }
      const found = read(cell, column, today);
      if ('problem' in found) {
        wrong.add(column.key);
        problemIn(problems, line, column.key, found.problem);
        continue;
      }
      if (found.note)
        taken.push({ ...placeOfRow(line), words: `“${String(cell.value).trim().slice(0, 60)}” ${found.note} (${column.heading})` });
      if (found.value === '' && column.required) problemIn(problems, line, column.key, REQUIRED_SAY);
      else if (found.value === null && column.required) problemIn(problems, line, column.key, REQUIRED_SAY);
      else if (found.value !== null) values.set(column.key, found.value === '' ? null : found.value);
    }
    rows[line.kind].push({ ...line, values, figures, wrong });
  }
  noteWords(notes, taken);
  return rows;
};
