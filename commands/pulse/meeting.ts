import { z } from 'zod';
import { cardVerb } from '../../src/bot/contract.ts';
import { itemsAsked } from '../../src/pulses/items.ts';
import { MOST_ITEMS } from '../../src/pulses/pulse.ts';
import { meetingCard } from '../../src/views/pulse/refused.ts';
import { placesOfRunner } from './context.ts';

/** The questions of a pulse for a meeting, where too few would be asked to hide among: nothing is stored. */

export const MeetingState = z.object({
  title: z.string(),
  items: z.array(z.object({ item: z.string(), version: z.number().int() })).max(MOST_ITEMS),
});

export const meeting = cardVerb({
  state: MeetingState,
  run: async (turn, { state }) => {
    await placesOfRunner(turn);
    return meetingCard(state?.title ?? '', await itemsAsked(turn.tx, state?.items ?? []));
  },
});
