import { z } from 'zod';
import type { Action, RatingKind } from '../../src/actions/action.ts';
import { definitionsFor } from '../../src/actions/definitions.ts';
import { differencesOf } from '../../src/actions/differences.ts';
import { commentsOf } from '../../src/actions/history.ts';
import { invites } from '../../src/actions/scrutiny.ts';
import { actionStatus } from '../../src/actions/status.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { may } from '../../src/people/permissions.ts';
import { adviserCard } from '../../src/views/actions/adviser.ts';
import type { Flow } from '../../src/views/actions/buttons.ts';
import { moreCard } from '../../src/views/actions/more.ts';
import { type Look, showCard } from '../../src/views/actions/show.ts';
import { whyCard } from '../../src/views/actions/why.ts';
import { dashboardButton, withButton } from '../dashboard.ts';
import { besideOf } from './adviser.ts';
import { answersAt, mayAnswer } from './answer.ts';
import { agesOf, kpiWordsOf, mayChange, mayRate } from './context.ts';
import { checkMayRate, kindFor, otherKindOf } from './rights.ts';
import { askedAction } from './which.ts';

/** One action: what is declared of it, what the data say, and why. */

const MOST_COMMENTS = 3;

const State = z.object({ action: z.string() });

/** What the reader may know of some actions, with what the data say of them. */
export const looksAt = async (turn: Turn, actions: readonly Action[]): Promise<Look[]> => {
  const kpiWords = await kpiWordsOf(turn, actions);
  const ageOf = agesOf(turn);
  return actions.map((action) => {
    const status = actionStatus(action, turn.today);
    const kpis = kpiWords(action);
    return { action, age: ageOf(action), status, kpis, differences: differencesOf(action, status, kpis), today: turn.today };
  });
};

export const lookAt = async (turn: Turn, action: Action): Promise<Look> => (await looksAt(turn, [action]))[0] as Look;

/** All that is known of an action; `rates`: as whom the reader may rate it from this card. */
const showWhole = async (turn: Turn, action: Action, rates: RatingKind | undefined): Promise<Card> => {
  const { definitions, isFirst } = await definitionsFor(turn.tx, turn.actor.personId);
  const answers = await answersAt(turn, [action]);
  const comments = await commentsOf(turn.tx, action.id, MOST_COMMENTS);
  const card = showCard({
    ...(await lookAt(turn, action)),
    // Evaluators see people as groups.
    comments: may(turn.actor, 'people.read', action)
      ? comments
      : comments.map((one) => ({ ...one, by: one.by && `somebody in ${action.locality}` })),
    rights: { rates, change: mayChange(turn, action), raise: may(turn.actor, 'worry.raise', action) },
    definitions: rates && isFirst ? definitions : undefined,
    answered: action.independent ? answers.get(action.independent.id) : undefined,
    invited: mayAnswer(turn, action) && invites(action, answers),
    otherKind: rates && otherKindOf(turn, action, rates),
  });
  return withButton(card, dashboardButton(turn, `/localities/${action.prefix}#${action.code}`, action.locality));
};

/** What an adviser sees of it: both ratings and what happened since they looked. */
export const showBeside = async (turn: Turn, action: Action, flow?: Flow, saved?: string): Promise<Card> => {
  const { definitions, isFirst } = await definitionsFor(turn.tx, turn.actor.personId);
  return adviserCard({
    ...(await lookAt(turn, action)),
    beside: await besideOf(turn, action),
    definitions: isFirst ? definitions : undefined,
    raise: may(turn.actor, 'worry.raise', action),
    flow,
    saved,
  });
};

/** @param as whom they wish to rate it, where they may do so as either */
export const show = async (turn: Turn, action: Action, as?: RatingKind): Promise<Card> => {
  const rates = as === undefined ? kindFor(turn, action) : checkMayRate(turn, action, as);
  return rates === 'independent' ? showBeside(turn, action) : showWhole(turn, action, rates);
};

/** A verb about one action that only looks at it. */
const looking = (verb: string, draw: (turn: Turn, action: Action) => Promise<Card>) =>
  cardVerb({
    state: State,
    run: async (turn, { words, state }) => {
      const found = await askedAction(turn, verb, { words, state });
      return 'action' in found ? draw(turn, found.action) : found;
    },
  });

export const shown = cardVerb({
  state: State.extend({ as: z.enum(['self', 'independent']).optional() }),
  run: async (turn, { words, state }) => {
    const found = await askedAction(turn, 'rag.show', { words, state });
    return 'action' in found ? show(turn, found.action, state?.as) : found;
  },
});

/** All that is known of it, for an adviser too. */
export const details = looking('rag.details', (turn, action) => showWhole(turn, action, kindFor(turn, action)));

/** What else can be done with it, for those who may. */
export const manage = looking('rag.manage', async (turn, action) =>
  moreCard(action, { rate: mayRate(turn, action), change: mayChange(turn, action), raise: may(turn.actor, 'worry.raise', action) }),
);

export const why = looking('rag.why', async (turn, action) => whyCard(await lookAt(turn, action)));
