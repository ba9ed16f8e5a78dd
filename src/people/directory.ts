import type { Tx } from '../db/client.ts';
import type { ScopeKind } from './actor.ts';
import type { RoleName } from './permissions.ts';

/** One person in the directory: the post, never a personal name. */
export type Entry = {
  personId: string;
  post: string;
  organisation: string | null;
  role: RoleName;
  scopeKind: ScopeKind;
  scopeId: string;
  locality: string | null;
  linked: boolean;
  /** The role's last day, YYYY-MM-DD; none = without an end. */
  until: string | null;
};

/** Who holds a role for some scopes today, leads and coordinators first, in one statement. */
export const directory = (tx: Tx, scopeIds: string[], today: string): Promise<Entry[]> => tx.$queryRaw<Entry[]>`
  select p.id as "personId", p.post, o.name as organisation, r.role, r.scope_kind as "scopeKind", r.scope_id as "scopeId", l.name as locality,
    exists (select 1 from identity i where i.person_id = p.id) as linked, r."to"::text as until
  from role r
    join person p on p.id = r.person_id
    left join organisation o on o.id = p.organisation_id
    left join locality l on r.scope_kind = 'locality' and l.id = r.scope_id
  where r.scope_id = any(${scopeIds}::uuid[]) and r."from" <= ${today}::date and (r."to" is null or r."to" >= ${today}::date)
    and (p.left_on is null or p.left_on > ${today}::date)
  order by l.position nulls first, array_position(array['lead', 'coordinator', 'adviser', 'evaluator', 'administrator', 'partner'], r.role), p.post`;

/** A place that somebody's roles reach, with what is above it. */
export type Place = { localityId: string; locality: string; prefix: string; pilotId: string; programmeId: string };

/** The localities under some scopes (ids of localities, pilots or programmes), in their fixed order. */
export const localitiesIn = (tx: Tx, scopeIds: string[]): Promise<Place[]> => tx.$queryRaw<Place[]>`
  select l.id as "localityId", l.name as locality, l.prefix, p.id as "pilotId", p.programme_id as "programmeId"
  from locality l join pilot p on p.id = l.pilot_id
  where l.id = any(${scopeIds}::uuid[]) or p.id = any(${scopeIds}::uuid[]) or p.programme_id = any(${scopeIds}::uuid[])
  order by p.position, l.position`;

/** Whom a search of people is among: those who hold one of these roles, begun by that day. */
export type Among = {
  roles: readonly RoleName[];
  /** YYYY-MM-DD */
  begunBy: string;
};

/** People of a locality by post or address: exact first, else every post that contains the words. At most 6. */
export const findPeople = (
  tx: Tx,
  localityId: string,
  words: string,
  today: string,
  { roles, begunBy }: Among,
): Promise<{ id: string; post: string }[]> => tx.$queryRaw<{ id: string; post: string }[]>`
  with here as (
    select distinct p.id, p.post, p.email from person p
      join role r on r.person_id = p.id
      join locality l on l.id = ${localityId}::uuid
      join pilot pi on pi.id = l.pilot_id
    where r.scope_id in (l.id, pi.id, pi.programme_id) and r.role = any(${roles}::text[])
      and r."from" <= ${begunBy}::date and (r."to" is null or r."to" >= ${today}::date)
      and (p.left_on is null or p.left_on > ${today}::date)
  ), exact as (
    select id, post from here where lower(post) = lower(${words}) or email = lower(${words})
  )
  select id, post from exact
  union all
  (select id, post from here where not exists (select 1 from exact) and strpos(lower(post), lower(${words})) > 0 order by post limit 6)`;
