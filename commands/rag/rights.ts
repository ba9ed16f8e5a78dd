import type { Action, RatingKind } from '../../src/actions/action.ts';
import { kindAmong } from '../../src/actions/scrutiny.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { raiseOffer } from '../raising.ts';
import { sendOffer } from '../sending.ts';
import { isMine, mayRate, mayRateIndependently } from './context.ts';
import { whoseItIs } from './places.ts';

/** As whom somebody may rate an action. */

/** As whom somebody rates an action who says only a colour; undefined: they may not. */
export const kindFor = (turn: Turn, action: Action): RatingKind | undefined =>
  kindAmong({ own: isMine(turn, action), self: mayRate(turn, action), independent: mayRateIndependently(turn, action) });

/** The other rating of it that they may give: who may give both is told which one this was, and one press gives the other. */
export const otherKindOf = (turn: Turn, action: Action, kind: RatingKind): RatingKind | undefined => {
  if (!mayRate(turn, action) || !mayRateIndependently(turn, action)) return undefined;
  return kind === 'self' ? 'independent' : 'self';
};

/** The kind of rating that is meant, if they may give it. Throws a refusal that says whose it is, with what they can do instead. */
export const checkMayRate = (turn: Turn, action: Action, wanted?: RatingKind): RatingKind => {
  const allowed = { self: mayRate, independent: mayRateIndependently };
  const kind = wanted === undefined ? kindFor(turn, action) : allowed[wanted](turn, action) ? wanted : undefined;
  if (kind) return kind;
  throw new UserError(
    `Not saved. ${action.code} is not yours to rate. ${whoseItIs(turn, action)}`,
    // Who says as whom has had a card or form of it: it has changed hands since, and what they wrote can go where it is now.
    wanted === 'self' ? sendOffer('action', action) : undefined,
    raiseOffer(turn, action, { action: action.id }),
  );
};
