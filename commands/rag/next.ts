import { type Action, declared, isLive, type RatingKind } from '../../src/actions/action.ts';
import { definitionsFor } from '../../src/actions/definitions.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { answersFor } from '../../src/people/ownership.ts';
import { may } from '../../src/people/permissions.ts';
import type { Flow as Where } from '../../src/views/actions/buttons.ts';
import { doneCard } from '../../src/views/actions/list.ts';
import { nextCard } from '../../src/views/actions/next.ts';
import { adviserWaits } from './adviser.ts';
import { agesOf, readableActions } from './context.ts';
import { Flow } from './flow.ts';
import { kindFor } from './rights.ts';
import { lookAt, showBeside } from './show.ts';

/** What waits, one after the other: each answer brings the next card. */

export type Waiting = { action: Action; kind: RatingKind };

/** Whether a rating of an action waits for somebody: they answer for it, and its last one is too old. */
export const waitsFor = (turn: Turn) => {
  const ageOf = agesOf(turn);
  return (action: Action) => answersFor(action)?.id === turn.actor.personId && isLive(action) && ageOf(action).waits !== null;
};

const URGENT = { red: 0, due: 1, half_term: 2 } as const;

/** The actions whose rating waits for the actor: their own, reds first, then what is nearly due; then what their next meetings want of an adviser. */
const waiting = async (turn: Turn, actions: readonly Action[]): Promise<Waiting[]> => {
  const ageOf = agesOf(turn);
  const own = actions
    .filter(waitsFor(turn))
    .map((action) => ({ action, urgent: URGENT[ageOf(action).waits ?? 'half_term'] }))
    .sort((one, other) => one.urgent - other.urgent)
    .map(({ action }): Waiting => ({ action, kind: 'self' }));
  const { toRate } = await adviserWaits(turn, actions);
  return [...own, ...toRate.map(({ action }): Waiting => ({ action, kind: 'independent' }))];
};

/** The next card; at the end what was done. @param saved what was just saved, for its first line */
export const goOn = async (turn: Turn, flow: Where | undefined, saved?: string): Promise<Card> => {
  const actions = await readableActions(turn);
  const all = await waiting(turn, actions);
  const left = all.filter(({ action }) => !flow?.did.includes(action.code) && !flow?.skipped.includes(action.code));
  const [next] = left;
  const at: Where = flow ?? { did: [], skipped: [], of: left.length };
  if (!next) {
    const done = actions.filter(({ code }) => at.did.includes(code));
    // Each as they rated it: an adviser reads their own ratings, not the owners'.
    const rated = done.map((action) => ({
      ...action,
      rating: (kindFor(turn, action) === 'independent' ? action.independent?.rating : undefined) ?? declared(action),
    }));
    return doneCard(at, rated, saved);
  }
  if (next.kind === 'independent') return showBeside(turn, next.action, at, saved);
  const { definitions, isFirst } = await definitionsFor(turn.tx, turn.actor.personId);
  return nextCard({
    look: await lookAt(turn, next.action),
    kind: next.kind,
    flow: at,
    definitions: isFirst ? definitions : undefined,
    saved,
    raise: may(turn.actor, 'worry.raise', next.action),
  });
};

export const next = cardVerb({
  state: Flow,
  run: (turn, { state }) => goOn(turn, state),
});
