import type { Action } from '../../src/actions/action.ts';
import type { Turn } from '../../src/bot/contract.ts';
import type { Part } from '../../src/cards/card.ts';
import { adviserTitle, waitsBesidesParts } from '../../src/views/actions/besides.ts';
import { adviserWaits } from './adviser.ts';
import { invitationsFor } from './answer.ts';

/** What waits for somebody besides the ratings of their own actions: shown above their list and on the home card. */
export type Besides = {
  /** How many things. */
  count: number;
  parts: Part[];
  /** What waits for them as an adviser, for a first line. */
  adviser: string | undefined;
};

/** @param actions those that they may read @param asks whether they are asked for an answer about one of them, where that was reckoned already */
export const waitsBesides = async (
  turn: Turn,
  actions: readonly Action[],
  asks: (action: Action) => boolean = () => true,
): Promise<Besides> => {
  const { toRate, ask } = await adviserWaits(turn, actions);
  const invited = (await invitationsFor(turn, actions)).filter(asks);
  return {
    count: toRate.length + invited.length + (ask.length > 0 ? 1 : 0),
    parts: waitsBesidesParts({ toRate, ask: ask.map(({ locality }) => locality), invited, today: turn.today }),
    adviser: adviserTitle(toRate, turn.today),
  };
};
