import { may, type RoleName } from '../people/permissions.ts';
import type { Place, ScopeKind } from './scopes.ts';

/** Whether somebody may know the summary of a scope. */

export type Held = { role: RoleName; scopeKind: 'programme' | 'pilot' | 'locality'; scopeId: string };
type Holder = { roles: readonly Held[] };

export const mayReadPlan = (holder: Holder, place: Place): boolean => may(holder, 'action.read', place);

/** At least how many actions are rated what. */
export const mayReadCounts = (holder: Holder, place: Place): boolean => mayReadPlan(holder, place) || may(holder, 'overview.read', place);

/** @param localityId of a locality, group or project: the locality that it is in. Pure. */
export const readable = (
  { roles, scopeKind, scopeId, localityId }: Holder & { scopeKind: ScopeKind; scopeId: string; localityId: string | null },
  places: readonly Place[],
): boolean => {
  const holder = { roles };
  if (scopeKind === 'mine') return places.some((place) => mayReadPlan(holder, place));
  if (scopeKind === 'programme') return places.some((place) => mayReadCounts(holder, place));
  if (scopeKind === 'pilot') return places.some((place) => place.pilotId === scopeId && mayReadCounts(holder, place));
  const reads = scopeKind === 'locality' ? mayReadCounts : mayReadPlan;
  return places.some((place) => place.localityId === localityId && reads(holder, place));
};
