import { z } from 'zod';
import { cardVerb } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { isOfKey } from '../../src/nudges/line.ts';
import { lineCard, waitingCard } from '../../src/views/nudge.ts';
import { asks } from '../../src/views/nudge-words.ts';
import { waitsAt } from './context.ts';

/** Everything that waits for the actor, whether or not a message has told it. */

/** A further page of it. */
export const waiting = cardVerb({
  state: z.object({ from: z.number().int().min(0) }),
  run: async (turn, { state }) => waitingCard((await waitsAt(turn))?.all ?? [], state?.from ?? 0, turn.today),
});

/** One of them, with all that answers it. */
export const line = cardVerb({
  state: z.object({ key: z.string() }),
  run: async (turn, { state }) => {
    const found = (await waitsAt(turn))?.all.filter(asks).find((one) => state && isOfKey(one, state.key));
    if (!found) throw new UserError('This does not wait for you any more: type nudge to see what does.');
    return lineCard(found, turn.today);
  },
});
