import { z } from 'zod';
import { allDefinitions, meantThen } from '../../src/actions/definitions.ts';
import { ratingsOf } from '../../src/actions/history.ts';
import { cardVerb } from '../../src/bot/contract.ts';
import { may } from '../../src/people/permissions.ts';
import { historyCard } from '../../src/views/actions/history.ts';
import { asGroup } from './context.ts';
import { askedAction } from './which.ts';

/** What was said of an action over time, a few ratings at once. */

const MOST_RATINGS = 5;

export const history = cardVerb({
  state: z.object({
    action: z.string(),
    /** How many newer ones were shown before. */
    skip: z.number().int().min(0).optional(),
  }),
  run: async (turn, { words, state }) => {
    const found = await askedAction(turn, 'rag.history', { words, state });
    if (!('action' in found)) return found;
    const { action } = found;
    const skip = state?.skip ?? 0;
    const ratings = await ratingsOf(turn.tx, action.id, { skip, most: MOST_RATINGS + 1 });
    const definitions = await allDefinitions(turn.tx);
    const names = may(turn.actor, 'people.read', action);
    return historyCard({
      action,
      ratings: ratings.slice(0, MOST_RATINGS).map((rating) => ({
        ...(names ? rating : asGroup(rating, rating.kind, action.locality)),
        meant: meantThen(definitions, rating.rating, rating.definitionVersion),
      })),
      skip,
      more: ratings.length > MOST_RATINGS,
      today: turn.today,
    });
  },
});
