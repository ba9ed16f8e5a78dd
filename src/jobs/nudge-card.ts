import type { Temporal } from 'temporal-polyfill';
import type { Unasked } from '../bot/unasked.ts';
import type { SealedCard } from '../cards/card.ts';
import { digestOf } from '../cards/digest.ts';
import type { Tx } from '../db/client.ts';
import type { Delivered } from '../nudges/delivered.ts';

/**
 * The card of a nudge as it is now, and as what it is kept: as if nothing were left out, because what is kept of one without a pulse would
 * tell that its reader has answered it. Undefined: there is nobody any more.
 */
export const drawNudge = async (
  unasked: Unasked,
  tx: Tx,
  ask: Omit<Parameters<Unasked>[1], 'verb' | 'state'>,
  { id, leftOut }: Pick<Delivered, 'id' | 'leftOut'>,
  at: Temporal.Instant,
): Promise<{ card: SealedCard; shown: string } | undefined> => {
  const without = (left: readonly string[]) => unasked(tx, { ...ask, verb: 'nudge.card', state: { delivery: id, leftOut: left } }, at);
  const card = await without(leftOut);
  const whole = leftOut.length > 0 ? await without([]) : card;
  return card && whole && { card, shown: digestOf(whole) };
};
