import { type Sql, sql, type Tx } from '../db/client.ts';
import { may, type Permission, type ScopePath } from '../people/permissions.ts';
import type { Shown } from '../statistics/disclosure.ts';
import type { CellKind, Item, Wave } from './pulse.ts';
import type { Placed } from './queries.ts';

/** What was released of closed waves, and who reads which of it. Nothing here knows more of an answer than the release does. */

/** A locality with what is above it. */
export type Locality = Required<ScopePath> & { locality: string; pilot: string };

/** Where somebody may do something. */
export type Reach = {
  localities: readonly Locality[];
  /** Ids of pilots as a whole. */
  pilots: ReadonlySet<string>;
  programme: boolean;
};

type Holder = Parameters<typeof may>[0];

/** @param all every locality there is */
export const reachOf = (holder: Holder, permission: Permission, all: readonly Locality[]): Reach => {
  const [first] = all;
  return {
    localities: all.filter((place) => may(holder, permission, place)),
    pilots: new Set(
      all.filter(({ programmeId, pilotId }) => may(holder, permission, { programmeId, pilotId })).map(({ pilotId }) => pilotId),
    ),
    programme: first !== undefined && may(holder, permission, { programmeId: first.programmeId }),
  };
};

/** Whether a place, as a whole, is within reach. */
export const reaches = (
  { localities, pilots, programme }: Reach,
  { localityId, pilotId }: { localityId?: string | null; pilotId?: string | null },
): boolean => {
  if (localityId) return localities.some((place) => place.localityId === localityId);
  return pilotId ? pilots.has(pilotId) : programme;
};

/** Ids of some localities and of what is above them. */
export const scopesOf = (localities: readonly Required<ScopePath>[]): string[] => [
  ...new Set(localities.flatMap(({ localityId, pilotId, programmeId }) => [localityId, pilotId, programmeId])),
];

/** Of a wave `w`: one of its places is, or lies in, one of some localities, or holds it. @param scopes ids as of `scopesOf` */
export const asksIn = (scopes: readonly string[]): Sql => sql`exists (select 1 from jsonb_array_elements(w.places) p
  where coalesce(
    (select g.locality_id from "group" g where p ->> 'kind' = 'group' and g.id = (p ->> 'id')::uuid),
    (select j.locality_id from project j where p ->> 'kind' = 'project' and j.id = (p ->> 'id')::uuid),
    (p ->> 'id')::uuid) = any(${[...scopes]}::uuid[]))`;

export type Released = Pick<Wave, 'id' | 'title' | 'closesOn'>;

/** The closed waves that asked somebody within reach, latest first. @param most so many of them */
export const releasedIn = async (tx: Tx, { localities }: Reach, most = 100): Promise<Released[]> =>
  localities.length === 0
    ? []
    : tx.$queryRaw<Released[]>`
        select w.id, w.title, w.closes_on::text as "closesOn" from pulse_wave w
        where w.state = 'closed' and ${asksIn(scopesOf(localities))} order by w.closed_at desc, w.id desc limit ${most}`;

/** A reporting group of a wave. */
export type ResultCell = {
  id: string;
  parentId: string | null;
  key: string;
  kind: CellKind;
  name: string;
  /** Where it lies; none: it is larger, or a pool. */
  localityId: string | null;
  pilotId: string | null;
};

/** The cells of a wave, a parent before its children. */
export const resultCells = (tx: Tx, waveId: string): Promise<ResultCell[]> => tx.$queryRaw<ResultCell[]>`
  select c.id, c.parent_id as "parentId", c.key, c.kind, c.name, l.id as "localityId",
    coalesce(l.pilot_id, case when c.kind = 'pilot' then c.scope_id end) as "pilotId"
  from pulse_cell c
    left join "group" g on c.kind = 'group' and g.id = c.scope_id
    left join project j on c.kind = 'project' and j.id = c.scope_id
    left join locality l on l.id = coalesce(g.locality_id, j.locality_id, case when c.kind in ('locality', 'phase') then c.scope_id end)
  where c.wave_id = ${waveId}::uuid order by c.position`;

/** The localities that a wave asked somebody of. */
export const coveredBy = (places: readonly Placed[], all: readonly Locality[]): Locality[] =>
  all.filter((locality) =>
    places.some(({ kind, path }) =>
      kind === 'programme' ? true : kind === 'pilot' ? path.pilotId === locality.pilotId : path.localityId === locality.localityId,
    ),
  );

/** A cell that somebody may open; `instead`: names of their localities that are counted in it and have none of their own. */
export type Entry = { cell: ResultCell; instead: string[] };

/** The smallest cell that a locality is counted in that has none of its own. */
export const holderOf = (cells: readonly ResultCell[], { pilotId }: Pick<Locality, 'pilotId'>): ResultCell | undefined =>
  cells.find((cell) => cell.kind === 'pilot' && cell.pilotId === pilotId) ?? cells.find(({ parentId }) => parentId === null);

/**
 * The cells that somebody may open: those of their places, and where one of these has no cell of its own, the smallest that it is counted in.
 * Never one of somebody else's place. A parent before its children. Pure.
 */
export const entriesFor = (
  cells: readonly ResultCell[],
  places: readonly Placed[],
  covered: readonly Locality[],
  reach: Reach,
): Entry[] => {
  const isTheirs = (cell: ResultCell) => (cell.kind === 'pool' ? places.every(({ path }) => reaches(reach, path)) : reaches(reach, cell));
  const instead = new Map<string, string[]>();
  for (const { localityId, pilotId, locality } of covered) {
    if (!reaches(reach, { localityId }) || cells.some((cell) => cell.localityId === localityId)) continue;
    const holds = holderOf(cells, { pilotId });
    if (holds && !isTheirs(holds)) instead.set(holds.id, [...(instead.get(holds.id) ?? []), locality]);
  }
  return cells.filter((cell) => isTheirs(cell) || instead.has(cell.id)).map((cell) => ({ cell, instead: instead.get(cell.id) ?? [] }));
};

/** What is in a cell of several places, by name; none where its own name says it. */
export const partsOf = ({ kind, pilotId }: ResultCell, covered: readonly Locality[]): string[] => {
  if (kind === 'programme') return [...new Set(covered.map(({ pilot }) => pilot))];
  return kind === 'pilot' ? covered.filter((place) => place.pilotId === pilotId).map(({ locality }) => locality) : [];
};

/** What is published in some cells, by cell and question; nothing where nothing could be released. */
export const shownIn = async (tx: Tx, cellIds: readonly string[]): Promise<Map<string, Map<string, Shown>>> => {
  const rows = await tx.$queryRaw<{ cellId: string; item: string; shown: Shown }[]>`
    select cell_id as "cellId", item, shown from pulse_result where cell_id = any(${[...cellIds]}::uuid[])`;
  const by = Map.groupBy(rows, ({ cellId }) => cellId);
  return new Map([...by].map(([cellId, found]) => [cellId, new Map(found.map(({ item, shown }) => [item, shown]))]));
};

/** What the wave before said of a question in the same cell. */
export type Before = Pick<Item, 'version'> & { shown: Shown /** Its last day. */; closesOn: string };

/** By question: the latest release before this wave's that asked the same kind of people the same in the same cell, however it was worded. */
export const beforeIn = async (
  tx: Tx,
  { id, audience, closedAt }: Pick<Wave, 'id' | 'audience' | 'closedAt'>,
  { key }: Pick<ResultCell, 'key'>,
): Promise<Map<string, Before>> => {
  const rows = await tx.$queryRaw<(Before & { item: string })[]>`
    select distinct on (r.item) r.item, r.version, r.shown, w.closes_on::text as "closesOn"
    from pulse_cell c join pulse_wave w on w.id = c.wave_id join pulse_result r on r.cell_id = c.id
    where c.key = ${key} and w.state = 'closed' and w.audience = ${audience} and w.id <> ${id}::uuid and w.closed_at < ${closedAt}::timestamptz
    order by r.item, w.closed_at desc, w.id desc`;
  return new Map(rows.map(({ item, ...before }) => [item, before]));
};

/** A comment that is read, and what it looks as if it named. */
export type Comment = { text: string; marks: ('person' | 'school' | 'pupil')[] };

/** How many comments there are to read in some cells; a cell with none is left out: fewer than ten commented there, or nobody. */
export const commentCounts = async (tx: Tx, cellIds: readonly string[]): Promise<Map<string, number>> => {
  const rows = await tx.$queryRaw<{ cellId: string; many: number }[]>`
    select cell_id as "cellId", count(*)::int as many from pulse_comment where cell_id = any(${[...cellIds]}::uuid[]) group by cell_id`;
  return new Map(rows.map(({ cellId, many }) => [cellId, many]));
};

/** By name, where comments are read that are not read in a cell of their own: with a larger cell, in parts of it; else they were destroyed unread. */
export type Went = { above: string | undefined; below: string[] };

/** Where the comments went of what somebody may open. Follows from the release alone. Pure. @param counts of every cell of the wave */
export const whereWent = (cells: readonly ResultCell[], counts: ReadonlyMap<string, number>, { cell, instead }: Entry): Went => {
  const by = new Map(cells.map((one) => [one.id, one]));
  const held = (of: ResultCell): ResultCell[] => {
    const above = by.get(of.parentId ?? '');
    return above ? [above, ...held(above)] : [];
  };
  const isPart = instead.length > 0;
  return {
    above: (isPart ? [cell, ...held(cell)] : held(cell)).find(({ id }) => counts.has(id))?.name,
    below: isPart ? [] : cells.filter((one) => counts.has(one.id) && held(one).includes(cell)).map(({ name }) => name),
  };
};

/** In an order that says nothing. @param from place of the first, from 0 */
export const commentsIn = (tx: Tx, cellId: string, { from, most }: { from: number; most: number }): Promise<Comment[]> =>
  tx.$queryRaw<Comment[]>`select text, marks from pulse_comment where cell_id = ${cellId}::uuid order by id offset ${from} limit ${most}`;
