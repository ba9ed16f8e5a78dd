import type { Turn } from '../src/bot/contract.ts';
import type { Button } from '../src/cards/card.ts';
import type { Offer } from '../src/errors.ts';
import type { Place } from '../src/people/directory.ts';
import { may, type ScopePath } from '../src/people/permissions.ts';
import { type About, raiseButton } from '../src/views/raise.ts';

/** One press to tell the coordinator, from any card and under any refusal; none for those who raise no worries there. @param about what it is about, or where */
export const raiseOffer = (turn: Turn, place: ScopePath, about: About): Offer | undefined =>
  may(turn.actor, 'worry.raise', place) ? raiseButton(about) : undefined;

/** The same for a card of several places: where they may raise in more than one of them, it is asked which. */
export const raiseButtons = (turn: Turn, places: readonly Pick<Place, 'localityId' | 'pilotId' | 'programmeId'>[]): Button[] => {
  const [only, ...others] = new Set(places.filter((place) => may(turn.actor, 'worry.raise', place)).map(({ localityId }) => localityId));
  if (only === undefined) return [];
  return [raiseButton(others.length === 0 ? { locality: only } : {})];
};
