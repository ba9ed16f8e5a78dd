import { isoOf, sql, type Tx } from '../db/client.ts';

/** What a summary can be of, and when somebody read it last. */

export type ScopeKind = 'locality' | 'group' | 'project' | 'pilot' | 'programme' | 'mine';

/** A locality with what is above it, by name. */
export type Place = {
  localityId: string;
  locality: string;
  prefix: string;
  pilotId: string;
  pilot: string;
  pilotPosition: number;
  programmeId: string;
  programme: string;
};

/** Every locality there is, in their fixed order: whose plan may be read is for the caller. */
export const allPlaces = (tx: Tx): Promise<Place[]> => tx.$queryRaw<Place[]>`
  select l.id as "localityId", l.name as locality, l.prefix, p.id as "pilotId", p.name as pilot, p.position as "pilotPosition",
    g.id as "programmeId", g.name as programme
  from locality l join pilot p on p.id = l.pilot_id join programme g on g.id = p.programme_id
  order by p.position, l.position`;

/** A part of a locality's plan that has a name of its own. */
export type Part = { kind: 'group' | 'project'; id: string; name: string; localityId: string };

/** The groups and projects of some localities, by name. */
export const partsIn = async (tx: Tx, localityIds: readonly string[]): Promise<Part[]> =>
  localityIds.length === 0
    ? []
    : tx.$queryRaw<Part[]>`
        select 'project' as kind, id, name, locality_id as "localityId" from project where locality_id = any(${[...localityIds]}::uuid[])
        union all select 'group', id, name, locality_id from "group" where locality_id = any(${[...localityIds]}::uuid[])
        order by name, kind desc`;

/** The people of a group: those named in it, and everybody of an organisation that is. */
export const peopleOfGroup = async (tx: Tx, groupId: string): Promise<Set<string>> => {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select person_id as id from group_member where group_id = ${groupId}::uuid and person_id is not null
    union select p.id from group_member m join person p on p.organisation_id = m.organisation_id where m.group_id = ${groupId}::uuid`;
  return new Set(rows.map(({ id }) => id));
};

type Seen = {
  /** A person; of what is posted where others read, its subscription. */
  personId: string;
  scopeKind: ScopeKind;
  scopeId: string;
  /** YYYY-MM-DD */
  day: string;
};

/**
 * The moment (ISO 8601) at which somebody read the summary of a scope on the last earlier day on which they did; undefined when they never
 * have. One that was drawn to be sent and did not arrive was not read: what it said is still to be told.
 */
export const lastSeen = async (tx: Tx, { personId, scopeKind, scopeId, day }: Seen): Promise<string | undefined> => {
  const lost = sql`d.kind = 'summary' and d.state in ('planned', 'failed', 'left') and d.scope_kind = ${scopeKind} and d.scope_id = ${scopeId}::uuid
    and d.moment <= seen.at and seen.at <= d.changed_at`;
  const [row] = await tx.$queryRaw<{ at: string }[]>`
    select ${isoOf(sql`at`)} as at from summary_seen seen
    where person_id = ${personId}::uuid and scope_kind = ${scopeKind} and scope_id = ${scopeId}::uuid and day < ${day}::date
      and not exists (select 1 from delivery d where d.person_id = ${personId}::uuid and ${lost})
      and not exists (select 1 from delivery d join subscription s on s.person_id = d.person_id and s.id = d.subscription_id
        where s.id = ${personId}::uuid and ${lost})
    order by day desc limit 1`;
  return row?.at;
};

/** Keeps that they read it today; the first time of a day counts. */
export const markSeen = async (tx: Tx, { personId, scopeKind, scopeId, day }: Seen, now: string): Promise<void> => {
  await tx.$executeRaw`
    insert into summary_seen (person_id, scope_kind, scope_id, day, at)
    values (${personId}::uuid, ${scopeKind}, ${scopeId}::uuid, ${day}::date, ${now}::timestamptz) on conflict do nothing`;
};

/** The day (YYYY-MM-DD) on which the first action of some localities came into their plans; undefined when none has. */
export const planBegan = async (tx: Tx, localityIds: readonly string[], zone: string): Promise<string | undefined> => {
  const [row] = await tx.$queryRaw<{ day: string | null }[]>`
    select (min(v.recorded_at) at time zone ${zone})::date::text as day
    from action a join action_version v on v.action_id = a.id and v.version = 1 where a.locality_id = any(${[...localityIds]}::uuid[])`;
  return row?.day ?? undefined;
};
