import { type Action, declared } from '../../src/actions/action.ts';
import { raisersOf } from '../../src/actions/worries.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { leaveNews } from '../../src/people/news.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { writerOf } from './context.ts';
import { dayWords } from './form.ts';

/** Who is told of a change with the next thing they read: whoever has something in hand now, or no longer. Nobody hears of their own doing. */

const SHORT_TITLE = 80;
const named = ({ code, title }: Pick<Action, 'code' | 'title'>) => `${code} ${shortened(title, SHORT_TITLE)}`;

type Hands = Pick<Action, 'ownerId' | 'deputyId'>;

const tell = async (turn: Turn, personId: string | null, aboutKind: string, action: Action, text: string) => {
  if (personId !== null && personId !== turn.actor.personId)
    await leaveNews(writerOf(turn), { personId, text, aboutKind, aboutId: action.id });
};

/** @param after as it is now, with its owner's post */
export const tellHands = async (turn: Turn, before: Hands, after: Action): Promise<void> => {
  const by = turn.actor.post;
  if (before.ownerId !== after.ownerId) {
    const due = after.due ? `, due ${dayWords(after.due)}` : '';
    await tell(turn, after.ownerId, 'owner', after, `${named(after)} is yours now${due}: given to you by ${by}.`);
    const whose = after.owner ? `belongs to ${after.owner} now` : 'has no owner now';
    await tell(turn, before.ownerId, 'owner', after, `${named(after)} is not yours any more, it ${whose}: changed by ${by}.`);
  }
  if (before.deputyId !== after.deputyId) {
    await tell(turn, after.deputyId, 'deputy', after, `You stand in for ${named(after)} now: asked by ${by}.`);
    if (before.deputyId !== after.ownerId)
      await tell(turn, before.deputyId, 'deputy', after, `You do not stand in for ${named(after)} any more: changed by ${by}.`);
  }
};

/** Because of what somebody said, something was done: they hear of it. */
export const tellRaisers = async (turn: Turn, action: Action): Promise<void> => {
  if (declared(action) === 'complete') return;
  for (const personId of await raisersOf(turn.tx, action.id))
    await tell(turn, personId, 'done', action, `Because of what you raised: ${named(action)} is done.`);
};
