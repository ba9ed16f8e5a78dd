import type { Action } from '../../actions/action.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { PastRating } from '../../actions/history.ts';
import type { Card } from '../../cards/card.ts';
import { count, type Day, dated, headline, reasonWords } from './parts.ts';

/** The last ratings, newest first, whoever gave them. */
export const historyCard = (action: Action, ratings: readonly PastRating[], today: Day): Card => ({
  title: headline(action, ratings.length === 0 ? 'not rated yet' : `its last ${count(ratings.length, 'rating')}`),
  parts: [
    {
      type: 'list',
      items: ratings.map((rating) => ({
        text: `${dated(rating.on, today)}: ${RATING_WORDS[rating.rating]}${rating.kind === 'independent' ? ` (adviser${rating.also ? `, also ${rating.also}` : ''})` : ''}`,
        detail: [reasonWords(rating), rating.by].filter(Boolean).join(' · '),
      })),
    },
    { type: 'buttons', buttons: [{ label: 'Show the action', press: { verb: 'rag.show', state: { action: action.id } } }] },
  ],
});
