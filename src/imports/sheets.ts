import { UserError } from '../errors.ts';
import { type Column, SHEETS } from './fields.ts';
import type { ImportFile } from './import.ts';
import { KINDS, type Kind } from './kinds.ts';
import { type Problems, someOf } from './problems.ts';
import { whereIs } from './sheet/address.ts';
import { type Cell, readWorkbook, type Sheet } from './sheet/sheet.ts';
import { findTable, type Table } from './sheet/table.ts';
import { HOW_TO_SHEET } from './sheet/template.ts';

/** One line of a sheet, as its cells stand. */
export type Line = {
  kind: Kind;
  file: string;
  sheet: string;
  /** As the spreadsheet shows it. */
  row: number;
  /** By the key of the column; an empty cell has none. */
  cells: ReadonlyMap<string, Cell>;
  /** The letters of each column that the sheet has. */
  columns: ReadonlyMap<string, string>;
};

const plain = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const isNamed = (kind: Kind, name: string) => [plain(SHEETS[kind].name), ...SHEETS[kind].also].includes(plain(name));

const without = (columns: readonly Column[], key: string) => columns.filter((column) => column.key !== key);

/** In a plan that says no remedy, "By when" is when the action is due. */
const withDue = (columns: readonly Column[]): readonly Column[] =>
  without(columns, 'remedyBy').map((column) => (column.key === 'due' ? { ...column, also: [...(column.also ?? []), 'By when'] } : column));

const tableOf = (kind: Kind, sheet: Sheet): Table | undefined => {
  const table = findTable(sheet, SHEETS[kind].columns);
  const has = (key: string) => table?.columns.has(key);
  return kind === 'actions' && has('remedyBy') && !has('due') && !has('remedy') ? findTable(sheet, withDue(SHEETS[kind].columns)) : table;
};

type Told = { kind: Kind; table: Table };

/** Which of the documented sheets this is: by its name, else by its headings; undefined when it is none of them. */
const tell = (sheet: Sheet): Told | undefined => {
  const named = KINDS.find((kind) => isNamed(kind, sheet.name));
  const table = named && tableOf(named, sheet);
  if (named && table) return { kind: named, table };
  const fits = KINDS.flatMap((kind): Told[] => {
    const found = tableOf(kind, sheet);
    return found && found.missing.length === 0 ? [{ kind, table: found }] : [];
  });
  const score = ({ table: { columns, unknown } }: Told) => columns.size - unknown.length / 2;
  return fits.sort((one, other) => score(other) - score(one))[0];
};

const lookAtTable = ({ kind, table }: Told, { name, merges }: Sheet, file: string, problems: Problems, notes: string[]): void => {
  const at = { file, sheet: name };
  for (const { field, near } of table.missing)
    problems.add(
      { ...at, row: table.header },
      `there is no column “${field.heading}”.${near ? ` Did you mean it by “${near.heading}” (column ${near.column})?` : ''}`,
    );
  for (const { field, columns } of table.twice)
    problems.add({ ...at, row: table.header }, `columns ${columns.join(' and ')} both say ${field.heading}. Keep one of them.`);
  for (const { row, column, reference } of table.acrossColumns)
    problems.add(
      { ...at, row, column },
      `the cells ${reference} are merged across columns, so it cannot be known which one is meant. Unmerge them.`,
    );
  for (const { column, heading, meant, filled } of table.unknown)
    if (meant?.important && !meant.required && filled)
      problems.add(
        { ...at, row: table.header, column },
        `“${heading.slice(0, 60)}” is not known: did you mean ${meant.heading}? Call it “${meant.heading}”, or write “Ignore” before it and it is left out.`,
      );
  const said = `Sheet “${at.sheet}”`;
  for (const { column, heading, field, taken } of table.spare)
    notes.push(`${said}: “${heading}” (${column}) was not read, because “${taken}” says ${field.heading} already.`);
  if (table.unknown.length > 0)
    notes.push(
      `${said}: not read, because ${SHEETS[kind].name} has no such column: ${someOf(table.unknown.map(({ column, heading, meant }) => `“${heading.slice(0, 60)}” (${column})${meant ? `, perhaps meant as “${meant.heading}”` : ''}`))}.`,
    );
  for (const why of ['totals', 'headings again'] as const) {
    const rows = table.leftOut.filter((left) => left.why === why).map(({ row }) => String(row));
    if (rows.length > 0)
      notes.push(`${said}: left out as ${why === 'totals' ? 'a row of totals' : 'the headings once more'}: row ${someOf(rows)}.`);
  }
  const downwards = merges.filter(({ top, bottom, left, right }) => left === right && top > table.header && bottom > top);
  if (downwards.length > 0)
    notes.push(
      `${said}: cells merged downwards, of which the value was taken for each row: ${someOf(downwards.map(({ reference }) => reference))}.`,
    );
  const formulas = table.rows.flatMap(({ number, cells }) =>
    [...cells].filter(([, cell]) => cell.formula && !cell.problem).map(([, cell]) => whereIs(number, cell.column)),
  );
  if (formulas.length > 0)
    notes.push(`${said}: formulas, of which the value when the file was last saved was taken: ${someOf(formulas, 3)}.`);
};

/**
 * The lines of some files, by kind, each file's sheets in their order.
 * @throws UserError that names the file, for one that cannot be read at all
 */
export const readLines = async (files: readonly ImportFile[], problems: Problems, notes: string[]): Promise<Line[]> => {
  const lines: Line[] = [];
  for (const { name: file, bytes } of files) {
    const workbook = await readWorkbook(bytes, file).catch((error) => {
      throw error instanceof UserError ? new UserError(`${file}: ${error.message}`) : error;
    });
    notes.push(...workbook.notes);
    for (const sheet of workbook.sheets) {
      if (sheet.name === HOW_TO_SHEET || sheet.rows.length === 0) continue;
      const at = { file, sheet: sheet.name };
      problems.sheet(at);
      const told = tell(sheet);
      if (!told && KINDS.some((kind) => isNamed(kind, sheet.name))) {
        problems.add(
          at,
          'no row of headings was found within the first 20 rows. Write the headings of the template above the lines, at least two of them.',
        );
        continue;
      }
      if (!told) {
        notes.push(
          `Sheet “${sheet.name}” was left out: neither its name nor its headings are those of ${someOf(KINDS.map((kind) => SHEETS[kind].name))}.`,
        );
        continue;
      }
      lookAtTable(told, sheet, file, problems, notes);
      const { columns, rows } = told.table;
      lines.push(...rows.map(({ number, cells }) => ({ kind: told.kind, ...at, row: number, cells, columns })));
    }
  }
  return lines;
};
