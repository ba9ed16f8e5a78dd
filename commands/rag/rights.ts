import type { Action, RatingKind } from '../../src/actions/action.ts';
import { kindFor as kindAmong } from '../../src/actions/scrutiny.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { may } from '../../src/people/permissions.ts';
import { ownerWords } from '../../src/views/ownership.ts';
import { isMine, mayRate, mayRateIndependently } from './context.ts';

/** As whom somebody may rate an action. */

/** As whom somebody rates an action who says only a colour; undefined: they may not. */
export const kindFor = (turn: Turn, action: Action): RatingKind | undefined =>
  kindAmong({ own: isMine(turn, action), self: mayRate(turn, action), independent: mayRateIndependently(turn, action) });

/** The kind of rating that is meant, if they may give it. Throws a refusal that says whose it is, with what they can do instead. */
export const checkMayRate = (turn: Turn, action: Action, wanted?: RatingKind): RatingKind => {
  const allowed = { self: mayRate, independent: mayRateIndependently };
  const kind = wanted === undefined ? kindFor(turn, action) : allowed[wanted](turn, action) ? wanted : undefined;
  if (kind) return kind;
  const owner = ownerWords(action, turn.today);
  const raise = may(turn.actor, 'worry.raise', action) && { label: 'Raise it', press: { verb: 'rag.raise', state: { action: action.id } } };
  throw new UserError(
    `Not saved. ${action.code} is not yours to rate. ${owner.startsWith('without') ? `It is ${owner}.` : `It belongs to: ${owner}.`}`,
    raise || undefined,
  );
};
