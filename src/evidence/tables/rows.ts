import { isoOf, joined, type Sql, sql } from '../../db/client.ts';
import { groupCode, organisationCode } from '../codes.ts';
import { roleGroupsOf } from './role-groups.ts';
import { BadCursor, type Column, type Extent, type Table, type Value } from './table.ts';

/** Tables that are read from the database page by page, each page by its key in one short statement. */

/**
 * What takes the place of an id that is read: an organisation's or a group's code, or the role group of a person. Of the last the cell
 * holds [person's id, locality's id, day].
 */
type As = 'organisation' | 'group' | 'role_group';

/** A column with what is read for it. */
export type ReadColumn = Column & { from: Sql | ((extent: Extent) => Sql); as?: As };

/** One part of the key that orders the rows: together they are unique. */
export type KeyPart = { from: Sql; type: 'uuid' | 'text' | 'int' | 'date' };

/** Rows with their cells by the name of their column. */
export type Row = Record<string, Value>;

type Read = Omit<Table, 'columns' | 'page'> & {
  columns: readonly ReadColumn[];
  key: readonly [KeyPart, ...KeyPart[]];
  /** `from … where …`, with a where: the condition of the page is added to it. */
  source: (extent: Extent) => Sql;
  /** What of a page is not shown to whoever asked. */
  conceal?: (extent: Extent, rows: Row[]) => Promise<void> | void;
};

const readOf = (extent: Extent, { type, from }: ReadColumn): Sql => {
  const read = typeof from === 'function' ? from(extent) : from;
  return type === 'moment' ? isoOf(read) : read;
};

const CASTS: Record<KeyPart['type'], (value: string) => Sql> = {
  uuid: (value) => sql`${value}::uuid`,
  text: (value) => sql`${value}::text`,
  int: (value) => sql`${value}::int`,
  date: (value) => sql`${value}::date`,
};

/** What each part of a cursor looks like: it came from outside. */
const LOOKS: Record<KeyPart['type'], RegExp> = {
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
  text: /^[^\0]{0,200}$/u,
  int: /^-?\d{1,9}$/u,
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/u,
};

const readCursor = (cursor: string, key: Read['key']): string[] => {
  let parts: unknown;
  try {
    parts = JSON.parse(cursor);
  } catch {
    throw new BadCursor();
  }
  const fits =
    Array.isArray(parts) &&
    parts.length === key.length &&
    key.every(({ type }, index) => typeof parts[index] === 'string' && LOOKS[type].test(parts[index]));
  if (!fits) throw new BadCursor();
  return parts as string[];
};

const afterCursor = (cursor: string | null, key: Read['key']): Sql => {
  if (cursor === null) return sql`true`;
  const values = readCursor(cursor, key).map((value, index) => CASTS[(key[index] as KeyPart).type](value));
  return sql`(${joined(key.map(({ from }) => from))}) > (${joined(values)})`;
};

/** [person's id, locality's id, day] */
type Hand = [string | null, string, string];

/** Codes in the place of ids. */
const coded = async (extent: Extent, columns: readonly ReadColumn[], rows: Value[][]): Promise<void> => {
  const wanted = (what: As) => columns.flatMap(({ as }, index) => (as === what ? [index] : []));
  for (const [what, codeOf] of [
    ['organisation', organisationCode],
    ['group', groupCode],
  ] as const)
    for (const index of wanted(what)) for (const row of rows) if (row[index]) row[index] = codeOf(extent.secret, row[index] as string);
  const hands = wanted('role_group');
  if (hands.length === 0) return;
  const handOf = (row: Value[], index: number) => row[index] as unknown as Hand;
  const people = rows.flatMap((row) => hands.flatMap((index) => handOf(row, index)[0] ?? []));
  const groups = await roleGroupsOf(extent, people);
  for (const row of rows)
    for (const index of hands) {
      const [person, locality, day] = handOf(row, index);
      row[index] = person === null ? null : groups.codeOf(person, locality, day);
    }
};

/** A person as the role group that they were of in a locality on the day of a moment. @param person their id; none: nobody did */
export const roleGroupOf = (person: Sql, locality: Sql, moment: Sql): Sql =>
  sql`json_build_array(${person}, ${locality}, (${moment} at time zone 'UTC')::date)`;

export const readTable = ({ columns, key, source, conceal, ...about }: Read): Table => ({
  ...about,
  columns: columns.map(({ from: _, as: __, ...column }) => column),
  page: async (extent, after, limit) => {
    if (extent.localityIds.length === 0) return { rows: [], next: null };
    const order = joined(key.map(({ from }) => from));
    // One JSON text for the page: read as rows, half of the time went into taking them apart.
    const [found] = await extent.tx.$queryRaw<{ rows: string }[]>`
      select coalesce(json_agg(page.cells), '[]')::text as rows from (
        select json_build_array(json_build_array(${joined(columns.map((column) => readOf(extent, column)))}), json_build_array(${joined(key.map(({ from }) => sql`${from}::text`))})) as cells
        ${source(extent)} and ${afterCursor(after, key)} order by ${order} limit ${limit}) page`;
    const read = JSON.parse(found?.rows ?? '[]') as [cells: Value[], key: string[]][];
    let rows = read.map(([cells]) => cells);
    await coded(extent, columns, rows);
    if (conceal) {
      const named = rows.map((cells): Row => Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? null])));
      await conceal(extent, named);
      rows = named.map((row) => columns.map(({ name }) => row[name] ?? null));
    }
    return { rows, next: read.length < limit ? null : JSON.stringify(read.at(-1)?.[1]) };
  },
});

/** The localities that are asked for, as the ids of a condition. */
export const within = ({ localityIds }: Extent): Sql => sql`${[...localityIds]}::uuid[]`;

/** Whether it had been recorded. @param moment when it was */
export const by = ({ to }: Extent, moment: Sql): Sql => sql`${moment} <= ${to}::timestamptz`;
