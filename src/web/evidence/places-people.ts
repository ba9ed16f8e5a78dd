import type { Action, Rating } from '../../actions/action.ts';
import { capital } from '../../cards/format.ts';
import { rolesIn } from '../../evidence/place-queries.ts';
import type { Ownership } from '../../people/ownership.ts';
import { may } from '../../people/permissions.ts';
import type { Place } from '../../summaries/scopes.ts';
import { ROLE_WORDS } from '../../views/role-words.ts';
import type { Reader } from './page.ts';

/** How a page names people: by their post or, for whoever sees people as groups, by the role that they hold there. */

/** @returns null where there is nobody */
export type Who = (id: string | null, post: string | null) => string | null;

/** @param ids of everybody whom the page may name; null where there is nobody */
export const whoIn = async ({ tx, actor }: Reader, place: Place, ids: Iterable<string | null>): Promise<Who> => {
  if (may(actor, 'names.read', place)) return (_, post) => post;
  const people = new Set([...ids].filter((id) => id !== null));
  const roles = await rolesIn(tx, [...people], place);
  return (id) => {
    if (id === null) return null;
    const role = roles.get(id);
    return role ? capital(ROLE_WORDS[role]) : 'Somebody without a role there';
  };
};

/** Everybody who has a hand in a thing. */
export const handsOf = ({ ownerId, deputyId }: Pick<Ownership, 'ownerId' | 'deputyId'>): (string | null)[] => [ownerId, deputyId];

/** The same thing with its people as its reader may know them. */
export const ownedAs = <T extends Ownership>(thing: T, who: Who): T => ({
  ...thing,
  owner: who(thing.ownerId, thing.owner),
  deputy: who(thing.deputyId, thing.deputy),
});

/** Instead of what names boards and organisations. */
const ANOTHER_PART = 'has another part there';

/** Of a rating: who gave it, what else they are, who decided. @param named whether they may be named */
const ratedAs = (rating: Rating | null, who: Who, named: boolean): Rating | null =>
  rating && {
    ...rating,
    by: who(rating.byId, rating.by),
    also: named || rating.also === null ? rating.also : ANOTHER_PART,
    decidedBy: named ? rating.decidedBy : null,
  };

/** An action with everybody in it as its reader may know them. */
export const actionAs = (action: Action, who: Who, named: boolean): Action => ({
  ...ownedAs(action, who),
  self: ratedAs(action.self, who, named),
  independent: ratedAs(action.independent, who, named),
  atOnce: named
    ? action.atOnce
    : action.atOnce && Object.fromEntries(Object.entries(action.atOnce).map(([kind, said]) => [kind, { ...said, by: null }])),
});
