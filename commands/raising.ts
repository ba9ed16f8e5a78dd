import type { Turn } from '../src/bot/contract.ts';
import type { Offer } from '../src/errors.ts';
import { may, type ScopePath } from '../src/people/permissions.ts';

/** One press to tell the coordinator, from any card and under any refusal; none for those who raise no worries there. @param about what it is about, or where */
export const raiseOffer = (
  turn: Turn,
  place: ScopePath,
  about: { action: string } | { kpi: string } | { locality: string },
): Offer | undefined =>
  may(turn.actor, 'worry.raise', place) ? { label: 'Raise it', press: { verb: 'rag.worry', state: about } } : undefined;
