import { z } from 'zod';
import { cardVerb } from '../../src/bot/contract.ts';
import { readableActions } from './context.ts';

/** What follows `rag`. */
export const typed = cardVerb({
  state: z.undefined(),
  run: async (turn) => ({ title: `${(await readableActions(turn)).length} actions`, parts: [] }),
});
