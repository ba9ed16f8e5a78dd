import { ROLES, type RoleName } from '../../people/permissions.ts';
import type { Extent } from './table.ts';

/** People as what they are to a place, never as themselves: "lead-WAK", "partner-primary-WAK", "evaluator". */

/** @param phase of their school, none where they are of no school; @param place as in Scope */
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

type Held = Scope & { personId: string; role: RoleName; phase: string | null; from: string; to: string | null };

export type RoleGroups = {
  /** The role group that somebody was of in a locality on a day (YYYY-MM-DD). */
  codeOf: (personId: string, localityId: string, day: string) => string;
};

/** Of some people, in one statement. */
export const roleGroupsOf = async ({ tx, places }: Pick<Extent, 'tx' | 'places'>, personIds: Iterable<string>): Promise<RoleGroups> => {
  const [found] = await tx.$queryRaw<{ rows: string }[]>`
    select coalesce(json_agg(json_build_array(r.person_id, r.role, r.scope_id, o.phase, r."from", r."to")), '[]')::text as rows
    from role r join person p on p.id = r.person_id left join organisation o on o.id = p.organisation_id
    where r.person_id = any(${[...new Set(personIds)]}::uuid[])`;
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
