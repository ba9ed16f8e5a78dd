import { PROGRAMME_ZONE } from '../../calendar/zone.ts';
import { type Sql, sql } from '../../db/client.ts';
import { ROLES, type RoleName } from '../../people/permissions.ts';
import type { Extent } from './table.ts';

/** People as what they are to a place, never as themselves: "lead-WAK", "partner-primary-WAK", "evaluator". */

/** @param phase of their school, none where they are of no school or it is withheld; @param place as in Scope */
export const roleGroupCode = ({ role, phase, place }: { role: string; phase: string | null; place: string | null }): string =>
  [role, phase, place].filter((part) => part !== null).join('-');

/** Of somebody who never held a role that reaches the locality. */
export const NO_ROLE = 'none';

type Scope = {
  /** A locality's prefix, "P1" for the first pilot; none: the programme. */
  place: string | null;
  /** Ids of the localities that it reaches. */
  reaches: ReadonlySet<string>;
};

/** By the id of a locality, a pilot or the programme. */
const scopesOf = (places: Extent['places']): ReadonlyMap<string, Scope> => {
  const scopes = new Map<string, { place: string | null; reaches: Set<string> }>();
  const add = (id: string, place: string | null, localityId: string) => {
    const scope = scopes.get(id) ?? { place, reaches: new Set() };
    scope.reaches.add(localityId);
    scopes.set(id, scope);
  };
  for (const { localityId, prefix, pilotId, pilotPosition, programmeId } of places) {
    add(programmeId, null, localityId);
    add(pilotId, `P${pilotPosition}`, localityId);
    add(localityId, prefix, localityId);
  }
  return scopes;
};

/** The day that a moment falls on where the programme is. */
export const dayOf = (moment: Sql): Sql => sql`(${moment} at time zone ${PROGRAMME_ZONE}::text)::date`;

/** Everybody who holds, or held, a role for some scopes: from a day to a day on which they were still here. @param scopes ids, a select */
export const heldRoles = (scopes: Sql): Sql => sql`
  select * from (
    select r.person_id, r.role, r.scope_kind, r.scope_id, r."from", least(r."to", p.left_on - 1) as "to", o.phase
    from role r join person p on p.id = r.person_id left join organisation o on o.id = p.organisation_id where r.scope_id in (${scopes})) e
  where e."to" is null or e."to" >= e."from"`;

/** Of `heldRoles` `h` those who do so at a moment. @param to ISO 8601 */
export const holdsThen = (to: string): Sql => {
  const day = dayOf(sql`${to}::timestamptz`);
  return sql`(h."from" <= ${day} and (h."to" is null or h."to" >= ${day}))`;
};

/** Fewer than so many who hold a role in a place could be told by the phase of their school: a place may have one special school. */
const FEWEST = 5;

/**
 * The phases that are said of who holds a role somewhere: role, scope_id, phase, and `shown`, the same or nothing. Who is without one is
 * together with who is of no school; where these are few all phases are withheld, or what is left of them would tell.
 */
export const shownPhases = (scopes: Sql, to: string): Sql => sql`
  select x.role, x.scope_id, x.phase,
    case when x.many >= ${FEWEST} and not (bool_or(x.few) over w and coalesce(sum(x.many) filter (where x.few or x.phase is null) over w, 0) < ${FEWEST})
      then x.phase end as shown
  from (
    select s.*, s.phase is not null and s.many < ${FEWEST} as few from (
      select h.role, h.scope_id, h.phase, count(distinct h.person_id) filter (where ${holdsThen(to)}) as many
      from (${heldRoles(scopes)}) h group by h.role, h.scope_id, h.phase) s) x
  window w as (partition by x.role, x.scope_id)`;

type Held = Scope & { personId: string; role: RoleName; phase: string | null; from: string; to: string | null };

export type RoleGroups = {
  /** The role group that somebody was of in a locality on a day (YYYY-MM-DD). */
  codeOf: (personId: string, localityId: string, day: string) => string;
};

/** Of some people, in one statement. */
export const roleGroupsOf = async (
  { tx, to, places }: Pick<Extent, 'tx' | 'to' | 'places'>,
  personIds: Iterable<string>,
): Promise<RoleGroups> => {
  const people = sql`${[...new Set(personIds)]}::uuid[]`;
  const ofSchools = sql`select y.scope_id from role y join person q on q.id = y.person_id join organisation u on u.id = q.organisation_id
    where y.person_id = any(${people}) and u.phase is not null`;
  const [found] = await tx.$queryRaw<{ rows: string }[]>`
    select coalesce(json_agg(json_build_array(r.person_id, r.role, r.scope_id, s.shown, r."from", r."to")), '[]')::text as rows
    from role r join person p on p.id = r.person_id left join organisation o on o.id = p.organisation_id
      left join (${shownPhases(ofSchools, to)}) s on s.role = r.role and s.scope_id = r.scope_id and s.phase = o.phase
    where r.person_id = any(${people})`;
  const scopes = scopesOf(places);
  const held = (JSON.parse(found?.rows ?? '[]') as [string, RoleName, string, string | null, string, string | null][]).flatMap(
    ([personId, role, scopeId, phase, from, to]): Held[] => {
      const scope = scopes.get(scopeId);
      return scope ? [{ personId, role, ...scope, phase, from, to }] : [];
    },
  );
  // The nearest place first, then as roles are listed; of the same, the one begun last.
  held.sort((a, b) => a.reaches.size - b.reaches.size || ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || (a.from < b.from ? 1 : -1));
  const byPerson = Map.groupBy(held, ({ personId }) => personId);
  return {
    codeOf: (personId, localityId, day) => {
      const theirs = (byPerson.get(personId) ?? []).filter(({ reaches }) => reaches.has(localityId));
      const one = theirs.find(({ from, to }) => from <= day && (to === null || to >= day)) ?? theirs[0];
      return one ? roleGroupCode(one) : NO_ROLE;
    },
  };
};
