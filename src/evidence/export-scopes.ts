import type { Actor, ScopeKind } from '../people/actor.ts';
import { may, type Permission } from '../people/permissions.ts';
import type { Place } from '../summaries/scopes.ts';

/** What somebody may export: the programme, a pilot or a locality, each with its name. */
export type ExportScope = { kind: ScopeKind; id: string; name: string };

/** Everything that an actor may export as one, or make the key of, from the whole to its parts, in their fixed order. Pure. */
export const exportScopes = (actor: Pick<Actor, 'roles'>, places: readonly Place[], permission: Permission = 'export'): ExportScope[] => {
  const scopes = new Map<string, ExportScope>();
  for (const { programmeId, programme, pilotId } of places) {
    if (may(actor, permission, { programmeId })) scopes.set(programmeId, { kind: 'programme', id: programmeId, name: programme });
    const here = places.filter((place) => place.pilotId === pilotId);
    if (may(actor, permission, { programmeId, pilotId }) && here[0])
      scopes.set(pilotId, { kind: 'pilot', id: pilotId, name: here[0].pilot });
    for (const place of here)
      if (may(actor, permission, place)) scopes.set(place.localityId, { kind: 'locality', id: place.localityId, name: place.locality });
  }
  return [...scopes.values()];
};
