import { z } from 'zod';
import { RATING_WORDS } from '../../src/actions/differences.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { parseCode, parseRating } from '../../src/bot/grammar.ts';
import { noteRefusal, quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { askRatingCard } from '../../src/views/actions/rated.ts';
import { codeToFront, FORMS } from './finds.ts';
import { list } from './list.ts';
import { rate, ratingOf } from './rate.ts';
import { kindFor } from './rights.ts';
import { show } from './show.ts';
import { askedAction } from './which.ts';

/** What follows `rag`: an action by its code and its rating, else filters of the plan. */

const heard = async (turn: Turn, words: string): Promise<Card> => {
  const found = await askedAction(turn, 'rag', { words });
  if (!('action' in found)) return found;
  const { action, rest } = found;
  if (rest === '') return show(turn, action);
  const said = parseRating(rest);
  if (said && 'rating' in said) {
    const { rating, rest: reason } = said;
    return rate(turn, action, { rating, ...(reason ? { reason } : {}) });
  }
  const refused = noteRefusal(turn.platform, rest);
  if (refused) return refused;
  const kind = kindFor(turn, action);
  if (!kind) return show(turn, action);
  const state = { action: action.id, kind, version: ratingOf(action, kind)?.version ?? 0 };
  if (!said) return askRatingCard(action, kind, `I do not know ${quoted(rest)}. What is it?`, turn.today, { reason: rest });
  const word = quoted(rest.slice(0, rest.length - said.rest.length));
  const reason = said.rest === '' ? {} : { reason: said.rest };
  const asks = said.near === 'red' || (said.near === 'amber' && said.rest === '');
  const verb = asks ? 'rag.rate' : `rag.${FORMS[said.near] ?? 'say'}`;
  const meant = said.near === 'same' ? 'the same as before' : RATING_WORDS[said.near];
  return askRatingCard(action, kind, `${word} is no rating that I know. Did you mean ${meant.toLowerCase()}?`, turn.today, {
    ...reason,
    meant: { label: `Yes, ${meant.toLowerCase()}`, press: { verb, state: { ...state, rating: said.near, ...reason } }, style: 'primary' },
  });
};

export const typed = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const front = codeToFront(words);
    return parseCode(front) ? heard(turn, front) : list(turn, words);
  },
});
