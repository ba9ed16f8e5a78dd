import type { Action, Rating, RatingKind } from '../../actions/action.ts';
import type { Button } from '../../cards/card.ts';

/** What every card says of an adviser's rating. */

/** "also chairs the partnership board" behind the adviser's name; nothing for one who is only that. */
export const alsoWith = (rating: Pick<Rating, 'also'> | null) => (rating?.also ? ` (also ${rating.also})` : '');

/** @param also what else the reader is there, to stand beside what they say */
export const besideWords = (also: string | null): string =>
  `Your rating stands beside the owner's; it replaces nothing.${also ? ` With it stands that you also: ${also}.` : ''}`;

/** For those who may rate it either way: one press chooses the other. */
export const otherKindButton = ({ id, code }: Pick<Action, 'id' | 'code'>, kind: RatingKind): Button => {
  const label = kind === 'independent' ? 'Rate it as its adviser' : 'Rate it for its owner';
  return { label, press: { verb: 'rag.show', state: { action: id, as: kind } }, says: `${label}: ${code}` };
};
