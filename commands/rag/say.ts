import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { parseCode, parseRating } from '../../src/bot/grammar.ts';
import { noteRefusal, quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { askRatingCard } from '../../src/views/actions/rated.ts';
import { codeToFront } from './finds.ts';
import { list } from './list.ts';
import { rate } from './rate.ts';
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
  const why = said ? `${quoted(rest.slice(0, rest.length - said.rest.length))} is no colour that I know` : `I do not know ${quoted(rest)}`;
  return askRatingCard(action, kind, `${why}. What is it?`, turn.today);
};

export const typed = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const front = codeToFront(words);
    return parseCode(front) ? heard(turn, front) : list(turn, words);
  },
});
