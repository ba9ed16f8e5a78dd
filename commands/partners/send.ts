import { z } from 'zod';
import { isOwnAction } from '../../src/actions/action.ts';
import { addComment } from '../../src/actions/comments.ts';
import { wasTheirAction } from '../../src/actions/hands.ts';
import { cardVerb } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import { UserError } from '../../src/errors.ts';
import { wasTheirKpi } from '../../src/kpis/define.ts';
import { addToNews } from '../../src/people/news.ts';
import { answersFor } from '../../src/people/ownership.ts';
import { readableKpi } from '../kpi/context.ts';
import { readableAction } from '../rag/context.ts';
import { writerOf } from './context.ts';

/**
 * What somebody was writing when a thing changed hands: sent, by one press, to whoever has it now.
 * Beside an action it is a comment; of a KPI, whose readings are its owner's to give, it is news to them.
 */
export const send = cardVerb({
  state: z.object({ kind: z.enum(['kpi', 'action']), id: z.string() }),
  run: async (turn, { words, state }) => {
    if (!state || words.trim() === '') throw new UserError('There is nothing to send.');
    const refused = noteRefusal(turn.platform, words);
    if (refused) return refused;
    const writer = writerOf(turn);
    const { personId } = turn.actor;
    const thing = state.kind === 'kpi' ? await readableKpi(turn, state.id) : await readableAction(turn, state.id);
    const name = 'code' in thing ? thing.code : `${thing.name}, ${thing.locality}`;
    const was = 'code' in thing ? await wasTheirAction(turn.tx, thing.id, personId) : await wasTheirKpi(turn.tx, thing.id, personId);
    const now = answersFor(thing);
    if (!was || isOwnAction(thing, personId) || !now)
      throw new UserError(`Nothing was sent: ${name} has not passed from you to somebody else.`);
    if ('code' in thing) {
      await addComment(writer, thing.id, { text: words, evidence: null });
      await addToNews(writer, {
        personId: now.id,
        text: `${turn.actor.post} wrote about ${name} before they knew that it is yours: see its comments.`,
        aboutKind: 'action.sent',
        aboutId: thing.id,
      });
    } else {
      await addToNews(writer, {
        personId: now.id,
        text: `${turn.actor.post} wrote about ${name} before they knew that it is yours: “${words}”.`,
        aboutKind: 'kpi.sent',
        aboutId: thing.id,
      });
    }
    return {
      title: `Sent to ${now.post}.`,
      parts: [
        {
          type: 'text',
          text:
            'code' in thing
              ? `It stands among the comments on ${name}.`
              : `They read it with the next thing they ask for. Nothing was logged for ${name}.`,
        },
      ],
    };
  },
});
