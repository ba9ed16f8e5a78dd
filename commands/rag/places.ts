import type { Action } from '../../src/actions/action.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { localitiesIn, type Place } from '../../src/people/directory.ts';
import { may, type Permission } from '../../src/people/permissions.ts';
import { ownerWords } from '../../src/views/ownership.ts';
import { raiseOffer } from '../raising.ts';
import { sendOffer } from '../sending.ts';

/** Where the actor may do something, and what helps instead where they may not. */

export const scopesOf = (turn: Turn): string[] => [...new Set(turn.actor.roles.map(({ scopeId }) => scopeId))];

/** The localities in which they may do it, in their fixed order. */
export const placesFor = async (turn: Turn, permission: Permission): Promise<Place[]> =>
  (await localitiesIn(turn.tx, scopesOf(turn))).filter((place) => may(turn.actor, permission, place));

/** Of something that belongs there. */
export const placeFrom = ({ localityId, locality, prefix, pilotId, programmeId }: Place): Place => ({
  localityId,
  locality,
  prefix,
  pilotId,
  programmeId,
});

/** Why they may not, who may, and one press to ask for it. @param what as in "The date of WAK-12 is changed" */
export const notTheirs = (turn: Turn, action: Action, what: string): UserError =>
  new UserError(
    `Nothing was changed. ${what} by the pilot lead or the coordinator of ${action.locality}.`,
    raiseOffer(turn, action, { action: action.id }),
  );

/** Whose it is, to be said under a refusal: "It belongs to: …." */
export const whoseItIs = (turn: Turn, action: Action): string => {
  const owner = ownerWords(action, turn.today);
  return owner.startsWith('without') ? `It is ${owner}.` : `It belongs to: ${owner}.`;
};

/** The same for what the owner may do too. */
export const notTheOwner = (turn: Turn, action: Action): UserError =>
  new UserError(
    `Nothing was changed. ${action.code} is not yours. ${whoseItIs(turn, action)}`,
    sendOffer('action', action),
    raiseOffer(turn, action, { action: action.id }),
  );
