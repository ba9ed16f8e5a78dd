import { joined, type Sql, sql } from '../../db/client.ts';
import { may, type Permission } from '../../people/permissions.ts';
import { groupCode, orderKey, organisationCode, takingPartCode } from '../codes.ts';
import { dayOf, roleGroupsOf } from './role-groups.ts';
import { BadCursor, type Column, type Extent, type Table, type Value } from './table.ts';

/** Tables that are read from the database page by page, each page by its key in one short statement. */

/** What takes the place of an id that is read: a code, or the role group of a person, of which `roleGroupOf` is read. */
type As = keyof typeof CODES | 'role_group';

const CODES = { organisation: organisationCode, group: groupCode, taking_part: takingPartCode };

/** A column with what is read for it. `hidden`: only for `conceal`, and after all that are not. */
export type ReadColumn = Column & { from: Sql | ((extent: Extent) => Sql); as?: As; hidden?: true };

/** One part of the key that orders the rows: together they are unique. */
export type KeyPart = { from: Sql | ((extent: Extent) => Sql); type: 'uuid' | 'text' | 'int' | 'date' };

/**
 * An id by which nothing can be told from the order of the rows, nor from a cursor. Ids are given out one after the other, so that those
 * of organisations that were brought in by name stand in the order of their names.
 */
export const unordered = (id: Sql): KeyPart => ({
  from: ({ secret }) => sql`encode(sha256(decode(${orderKey(secret)}, 'hex') || uuid_send(${id})), 'hex')`,
  type: 'text',
});

/** A row with its cells by the name of their column. */
export type Row = Record<string, Value>;

/** The place of a column in a row, by its name. */
export type Places = (column: string) => number;

export type Read = Omit<Table, 'columns' | 'page'> & {
  /** What somebody must be allowed to in a locality for its rows to be among theirs, besides exporting it. */
  needs?: Permission;
  columns: readonly ReadColumn[];
  key: readonly [KeyPart, ...KeyPart[]];
  /** `from … where …`, with a where: the condition of the page is added to it. */
  source: (extent: Extent) => Sql;
  /** Rows that do not hold this are passed over: each page reads no more rows for it, however few do. */
  keep?: Sql;
  /** The rows of a page as whoever asked may see them. @param at the place of each column in a row */
  conceal?: (extent: Extent, rows: Value[][], at: Places) => Promise<Value[][]>;
};

/** A table with how it is read: what was written about its rows is read alike. */
export type ReadTable = Table & { read: Read };

/** The part of an extent in which its actor may do something. */
export const allowed = (extent: Extent, permission: Permission): Extent => {
  const reached = new Set(extent.places.filter((place) => may(extent.actor, permission, place)).map(({ localityId }) => localityId));
  return { ...extent, localityIds: extent.localityIds.filter((id) => reached.has(id)) };
};

/** What stands between the cells and the rows of a page: no text that is kept has them, and what has is written without. */
const [CELL, ROW] = ['\u001f', '\u001e'];

const sqlOf = (extent: Extent, from: ReadColumn['from']): Sql => (typeof from === 'function' ? from(extent) : from);

/** A column as text; '' for nothing. */
const readOf = (extent: Extent, { type, from, hidden, as }: ReadColumn): Sql => {
  const read = sqlOf(extent, from);
  if (as === 'role_group') return read;
  if (type === 'moment') return sql`(${read})::timestamptz at time zone 'UTC'`;
  return type === 'text' || hidden ? sql`translate((${read})::text, ${CELL + ROW}, '')` : read;
};

/** "2026-11-19 14:00:00.5" as ISO 8601. */
const momentOf = (text: string): string =>
  `${text.slice(0, 10)}T${text.length === 19 ? `${text.slice(11)}.000` : text.slice(11).padEnd(12, '0')}Z`;

const READ: Partial<Record<Column['type'], (text: string) => Value>> = {
  integer: Number,
  number: Number,
  boolean: (text) => text === 't' || text === 'true',
  moment: momentOf,
};

const CASTS: Record<KeyPart['type'], (value: string) => Sql> = {
  uuid: (value) => sql`${value}::uuid`,
  text: (value) => sql`${value}::text`,
  int: (value) => sql`${value}::int`,
  date: (value) => sql`${value}::date`,
};

/** What each part of a cursor looks like: it may come from outside. */
const LOOKS: Record<KeyPart['type'], RegExp> = {
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
  text: /^[^\0]{0,200}$/u,
  int: /^-?\d{1,9}$/u,
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$|^\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)$|^\d{4}-(?:0[13578]|1[02])-31$|^\d{4}-02-29$/u,
};

/** A cursor of so many parts, each text. @throws BadCursor */
export const readCursor = (cursor: string, looks: readonly RegExp[]): string[] => {
  let parts: unknown;
  try {
    parts = JSON.parse(cursor);
  } catch {
    throw new BadCursor();
  }
  const fits =
    Array.isArray(parts) &&
    parts.length === looks.length &&
    looks.every((look, index) => typeof parts[index] === 'string' && look.test(parts[index]));
  if (!fits) throw new BadCursor();
  return parts as string[];
};

const afterCursor = (cursor: string | null, key: Read['key'], parts: readonly Sql[]): Sql => {
  if (cursor === null) return sql`true`;
  const values = readCursor(
    cursor,
    key.map(({ type }) => LOOKS[type]),
  ).map((value, index) => CASTS[(key[index] as KeyPart).type](value));
  // The first part by itself too: where a later one is of another table no index knows the whole.
  return sql`${parts[0] as Sql} >= ${values[0] as Sql} and (${joined(parts)}) > (${joined(values)})`;
};

/** A person as the role group that they were of in a locality on the day of a moment. @param person their id; null: nobody did */
export const roleGroupOf = (person: Sql, locality: Sql, moment: Sql): Sql =>
  sql`${person}::text || ' ' || ${locality}::text || ' ' || ${dayOf(moment)}::text`;
type Hand = [personId: string, localityId: string, day: string];
const handOf = (cell: Value | undefined): Hand | null => (cell ? ((cell as string).split(' ') as Hand) : null);

/** Codes in the place of ids. */
const coded = async (extent: Extent, columns: readonly ReadColumn[], rows: Value[][]): Promise<void> => {
  const wanted = (what: As) => columns.flatMap(({ as }, index) => (as === what ? [index] : []));
  for (const what of Object.keys(CODES) as (keyof typeof CODES)[])
    for (const index of wanted(what)) for (const row of rows) if (row[index]) row[index] = CODES[what](extent.secret, row[index] as string);
  const hands = wanted('role_group');
  if (hands.length === 0 || rows.length === 0) return;
  const people = new Set<string>();
  for (const row of rows)
    for (const index of hands) {
      const hand = handOf(row[index]);
      if (hand) people.add(hand[0]);
    }
  if (people.size === 0) return;
  const groups = await roleGroupsOf(extent, people);
  for (const row of rows)
    for (const index of hands) {
      const hand = handOf(row[index]);
      if (hand) row[index] = groups.codeOf(...hand);
    }
};

const placesOf = (columns: readonly Column[]): Places => {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  return (name) => places.get(name) as number;
};

export const readTable = (read: Read): ReadTable => {
  const { needs, columns, key, source, keep = sql`true`, conceal, ...about } = read;
  const shown = columns.filter(({ hidden }) => !hidden);
  const at = placesOf(columns);
  const reads = columns.map(({ type, as }) => (as ? undefined : READ[type]));
  return {
    ...about,
    read,
    columns: shown.map(({ from: _, as: __, ...column }) => column),
    page: async (whole, after, limit) => {
      const extent = needs ? allowed(whole, needs) : whole;
      const parts = key.map((part) => sqlOf(extent, part.from));
      const from = afterCursor(after, key, parts);
      const order = joined(parts);
      const keys = joined(parts.map((part) => sql`${part}::text`));
      if (extent.localityIds.length === 0) return { rows: [], next: null };
      // One text for the page: as JSON it took twice as long to write, as rows it took half of the time to take them apart.
      const [found] = await extent.tx.$queryRaw<{ rows: string | null; last: string | null }[]>`
        select string_agg(page.cells, ${ROW}) as rows, max(page.key) as last from (
          select case when ${keep} then concat(${joined(
            columns.map((column) => readOf(extent, column)),
            `, '${CELL}', `,
          )}) end as cells,
            case when row_number() over (order by ${order}) = ${limit} then json_build_array(${keys})::text end as key
          ${source(extent)} and ${from} order by ${order} limit ${limit}) page`;
      const rows = (found?.rows ? found.rows.split(ROW) : []).map((text) =>
        text.split(CELL).map((cell, index): Value => (cell === '' ? null : (reads[index]?.(cell) ?? cell))),
      );
      await coded(extent, columns, rows);
      const seen = conceal ? await conceal(extent, rows, at) : rows;
      return { rows: shown.length < columns.length ? seen.map((row) => row.slice(0, shown.length)) : seen, next: found?.last ?? null };
    },
  };
};

type Made<P extends { id: string }> = Omit<Table, 'page'> & {
  /** What it is made of, with what is known of each. */
  parts: (extent: Extent) => Promise<readonly P[]>;
  /** Rows of one part, always in the same order. @param from the place of the first, from 0 @param most so many of them */
  rowsOf: (extent: Extent, part: P, from: number, most: number) => Promise<readonly Row[]>;
};

/** Of parts that are small: all rows of one are worked out, and some are taken. */
export const someOf =
  <P>(allOf: (extent: Extent, part: P) => Promise<readonly Row[]>) =>
  async (extent: Extent, part: P, from: number, most: number): Promise<readonly Row[]> =>
    (await allOf(extent, part)).slice(from, from + most);

/** A page is worked out of so many parts at most, however few rows they have: nobody waits for all. */
const PARTS = 20;

const PART = /^[^\0]{1,100}$/u;
const PLACE = /^\d{1,9}$/u;

/** A table that is worked out part by part, a wave or a council area each. */
export const madeTable = <P extends { id: string }>({ parts, rowsOf, ...about }: Made<P>): Table => ({
  ...about,
  page: async (extent, after, limit) => {
    const [part, place] = after === null ? ['', '0'] : readCursor(after, [PART, PLACE]);
    const open = (await parts(extent)).filter(({ id }) => id >= (part as string)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const rows: Value[][] = [];
    for (const one of open.slice(0, PARTS)) {
      const begins = one.id === part ? Number(place) : 0;
      const some = await rowsOf(extent, one, begins, limit - rows.length);
      rows.push(...some.map((row) => about.columns.map(({ name }) => row[name] ?? null)));
      if (rows.length === limit) return { rows, next: JSON.stringify([one.id, String(begins + some.length)]) };
    }
    const next = open[PARTS];
    return { rows, next: next ? JSON.stringify([next.id, '0']) : null };
  },
});

/** Tables of the same columns one after the other, as one. */
export const chained = (about: Omit<Table, 'page'>, tables: readonly Table[]): Table => ({
  ...about,
  page: async (extent, after, limit) => {
    const [place, inner] = after === null ? ['0', ''] : readCursor(after, [PLACE, /^[^\0]{0,1000}$/u]);
    const at = Number(place);
    const table = tables[at];
    if (!table) throw new BadCursor();
    const { rows, next } = await table.page(extent, inner === '' ? null : (inner as string), limit);
    if (next !== null) return { rows, next: JSON.stringify([place, next]) };
    return { rows, next: at + 1 < tables.length ? JSON.stringify([String(at + 1), '']) : null };
  },
});

/** The localities that are asked for, for `= any(…)`. */
export const within = ({ localityIds }: Extent): Sql => sql`${[...localityIds]}::uuid[]`;

/** Whether it had been recorded. @param moment when it was */
export const by = ({ to }: Extent, moment: Sql): Sql => sql`${moment} <= ${to}::timestamptz`;

/** What chains have in common. */
export const version = (from: Sql): ReadColumn => ({
  name: 'version',
  type: 'integer',
  meaning: '1 for what was recorded first, then one more with each change.',
  from,
});

/**
 * Whether no later version had been recorded by then: the next row says it, so that nothing more is read.
 * @param of what it is a version of; with the version the beginning of the table's key, or the version comes later in it
 */
export const latest = (of: Sql, version: Sql): ReadColumn => ({
  name: 'latest',
  type: 'boolean',
  meaning: 'Whether it is the version that counts, of those recorded by the moment of the export.',
  from: sql`lead(${version}) over (partition by ${of} order by ${version}) is null`,
});

export const recordedAt = (from: Sql): ReadColumn => ({ name: 'recorded_at', type: 'moment', meaning: 'When it was recorded.', from });

/** Who answers for something, and who stands in: as role groups. @param locality of which the role groups are */
export const answerers = ([owner, deputy]: readonly [Sql, Sql], locality: Sql, moment: Sql): ReadColumn[] => [
  {
    name: 'owner',
    type: 'code',
    meaning: 'The role group of who answers for it; empty: nobody.',
    from: roleGroupOf(owner, locality, moment),
    as: 'role_group',
  },
  {
    name: 'deputy',
    type: 'code',
    meaning: 'The role group of who stands in; empty: nobody.',
    from: roleGroupOf(deputy, locality, moment),
    as: 'role_group',
  },
];

/** @param locality of which the role group is */
export const recordedBy = (person: Sql, locality: Sql, moment: Sql): ReadColumn => ({
  name: 'recorded_by',
  type: 'code',
  meaning: 'The role group of who recorded it (role_groups); empty where it was brought in.',
  from: roleGroupOf(person, locality, moment),
  as: 'role_group',
});
