import { isoOf, sql, type Tx } from '../db/client.ts';
import type { ScopePath } from '../people/permissions.ts';
import type { CellKind, PulsePlace, Wave } from './pulse.ts';

/** Waves as they are kept, and the places that they are about. */

/** The questions of a wave that is called w, in their order, worded as it asks them. */
export const QUESTIONS = sql`
  (select json_agg(json_build_object('item', i.item, 'version', i.version, 'text', i.text, 'scale', i.scale, 'options', i.options,
      'criterionId', i.criterion_id) order by a.place)
    from jsonb_array_elements(w.items) with ordinality as a (asked, place)
      join pulse_item i on i.item = a.asked ->> 'item' and i.version = (a.asked ->> 'version')::int) as questions`;

const WAVE = sql`
  w.id, w.survey_id as "surveyId", w.number, w.title, w.state, w.run_by_id as "runById", w.audience, w.places, w.split, w.items, w.comment, w.k,
  w.opens_on::text as "opensOn", w.closes_on::text as "closesOn", ${isoOf(sql`w.opened_at`)} as "openedAt", ${isoOf(sql`w.closed_at`)} as "closedAt",
  ${isoOf(sql`w.reopened_at`)} as "reopenedAt", w.key_fingerprint as "keyFingerprint", w.turnout, w.origin, ${QUESTIONS}`;

/** Every place that a wave may be about, with what is above it. */
const PLACES = sql`
  select 'programme' as kind, g.id, g.name, g.id as programme_id, null::uuid as pilot_id, null::uuid as locality_id from programme g
  union all select 'pilot', p.id, p.name, p.programme_id, p.id, null from pilot p
  union all select 'locality', l.id, l.name, p.programme_id, p.id, l.id from locality l join pilot p on p.id = l.pilot_id
  union all select 'group', x.id, x.name || ', ' || l.name, p.programme_id, p.id, l.id
    from "group" x join locality l on l.id = x.locality_id join pilot p on p.id = l.pilot_id
  union all select 'project', x.id, x.name || ', ' || l.name, p.programme_id, p.id, l.id
    from project x join locality l on l.id = x.locality_id join pilot p on p.id = l.pilot_id`;

export const waveById = async (tx: Tx, id: string): Promise<Wave | undefined> => {
  const [wave] = await tx.$queryRaw<Wave[]>`select ${WAVE} from pulse_wave w where w.id = ${id}::uuid`;
  return wave;
};

/**
 * The waves of every state all of whose places lie in some scopes (ids of localities, pilots or the programme), those that are open first,
 * then what is to open, then what has closed, latest first.
 */
export const wavesRunIn = (tx: Tx, scopeIds: readonly string[]): Promise<Wave[]> => tx.$queryRaw<Wave[]>`
  with here as (select x.kind, x.id from (${PLACES}) x
    where x.programme_id = any(${[...scopeIds]}::uuid[]) or x.pilot_id = any(${[...scopeIds]}::uuid[]) or x.locality_id = any(${[...scopeIds]}::uuid[]))
  select ${WAVE} from pulse_wave w
  where not exists (select 1 from jsonb_array_elements(w.places) p
    where not exists (select 1 from here where here.kind = p ->> 'kind' and here.id = (p ->> 'id')::uuid))
  order by array_position(array['open', 'scheduled', 'draft', 'closed'], w.state), w.closed_at desc, w.opens_on, w.created_at, w.id`;

/** The waves of a survey, first one first. */
export const wavesOf = (tx: Tx, surveyId: string): Promise<Wave[]> =>
  tx.$queryRaw<Wave[]>`select ${WAVE} from pulse_wave w where w.survey_id = ${surveyId}::uuid order by w.number`;

export type OpenWave = {
  personId: string;
  waveId: string;
  title: string;
  /** How many questions it asks. */
  taps: number;
  /** YYYY-MM-DD, both. */
  openedOn: string;
  closesOn: string;
  /** The moment at which it began anew, empty; null: it never did. */
  reopenedAt: string | null;
};

/** The open waves that some people were invited to, whoever has answered, the one that closes first before the others. */
export const openWavesFor = (tx: Tx, personIds: readonly string[]): Promise<OpenWave[]> => tx.$queryRaw<OpenWave[]>`
  select i.person_id as "personId", w.id as "waveId", w.title, jsonb_array_length(w.items) as taps, w.opens_on::text as "openedOn", w.closes_on::text as "closesOn",
    ${isoOf(sql`w.reopened_at`)} as "reopenedAt"
  from pulse_wave w join pulse_invited i on i.wave_id = w.id
  where w.state = 'open' and i.person_id = any(${[...personIds]}::uuid[])
  order by w.closes_on, w.id, i.person_id`;

/** A place of a wave, with what it is called and what is above it, for permission checks. */
export type Placed = PulsePlace & { name: string; path: ScopePath };

/** Whether one place lies in another, and is not it. */
export const liesIn = (inner: Pick<Placed, 'id' | 'path'>, outer: Pick<Placed, 'id'>): boolean =>
  inner.id !== outer.id && Object.values(inner.path).includes(outer.id);

/** Some places, in their order; one that is not there is left out. */
export const placesNamed = async (tx: Tx, places: readonly PulsePlace[]): Promise<Placed[]> => {
  const rows = await tx.$queryRaw<
    (PulsePlace & { name: string; programmeId: string; pilotId: string | null; localityId: string | null })[]
  >`
    select x.kind, x.id, x.name, x.programme_id as "programmeId", x.pilot_id as "pilotId", x.locality_id as "localityId"
    from jsonb_array_elements(${JSON.stringify(places)}::jsonb) with ordinality as a (asked, place)
      join (${PLACES}) x on x.kind = a.asked ->> 'kind' and x.id = (a.asked ->> 'id')::uuid
    order by a.place`;
  return rows.map(({ kind, id, name, programmeId, pilotId, localityId }) => ({
    kind,
    id,
    name,
    path: { programmeId, ...(pilotId ? { pilotId } : {}), ...(localityId ? { localityId } : {}) },
  }));
};

/** What the cells of a tree are called, and what is above what; each in its fixed order. */
export type Names = {
  programmes: ReadonlyMap<string, { name: string }>;
  pilots: ReadonlyMap<string, { name: string }>;
  localities: ReadonlyMap<string, { name: string; pilotId: string }>;
  /** "District 1 hub, Wakefield"; `ofOrganisations`: it has organisations, so that it can part a locality. */
  groups: ReadonlyMap<string, { name: string; kind: string; localityId: string; ofOrganisations: boolean }>;
  projects: ReadonlyMap<string, { name: string }>;
};

export const namesOf = async (tx: Tx): Promise<Names> => {
  const by = <T extends { id: string }>(rows: T[]): ReadonlyMap<string, T> => new Map(rows.map((row) => [row.id, row]));
  return {
    programmes: by(await tx.$queryRaw<{ id: string; name: string }[]>`select id, name from programme`),
    pilots: by(await tx.$queryRaw<{ id: string; name: string }[]>`select id, name from pilot order by position, id`),
    localities: by(
      await tx.$queryRaw<{ id: string; name: string; pilotId: string }[]>`
        select l.id, l.name, l.pilot_id as "pilotId" from locality l join pilot p on p.id = l.pilot_id order by p.position, l.position, l.id`,
    ),
    groups: by(
      await tx.$queryRaw<{ id: string; name: string; kind: string; localityId: string; ofOrganisations: boolean }[]>`
        select g.id, g.name || ', ' || l.name as name, g.kind, g.locality_id as "localityId",
          exists (select 1 from group_member m where m.group_id = g.id and m.organisation_id is not null) as "ofOrganisations"
        from "group" g join locality l on l.id = g.locality_id order by g.name, g.id`,
    ),
    projects: by(
      await tx.$queryRaw<{ id: string; name: string }[]>`
        select p.id, p.name || ', ' || l.name as name from project p join locality l on l.id = p.locality_id order by p.name, p.id`,
    ),
  };
};

/** A cell of a wave that has opened, in the order of its tree: a parent before its children. */
export type OpenedCell = {
  id: string;
  parentId: string | null;
  key: string;
  kind: CellKind;
  scopeId: string | null;
  name: string;
  invited: number;
};

export const cellsOf = (tx: Tx, waveId: string): Promise<OpenedCell[]> => tx.$queryRaw<OpenedCell[]>`
  select id, parent_id as "parentId", key, kind, scope_id as "scopeId", name, invited from pulse_cell
  where wave_id = ${waveId}::uuid order by position`;
