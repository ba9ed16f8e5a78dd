import type { Action, Rating } from '../../src/actions/action.ts';
import { type RatingWish, rateAction } from '../../src/actions/change.ts';
import { type Definitions, definitionsFor } from '../../src/actions/definitions.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { writerOf } from './context.ts';

/** What is declared by a form of its own (complete, on hold, stopped), saved beside what others said while it was open. */

/** Whether the same form was sent before: the same person said the same words. A part that is not given says nothing else. */
export const saidAlready = (turn: Turn, { self }: Action, wish: RatingWish): boolean =>
  self !== null &&
  self.byId === turn.actor.personId &&
  (['rating', 'reason', 'decidedBy', 'decidedOn', 'evidence'] as const).every(
    (part) => wish[part] === undefined || wish[part] === self[part],
  );

type Decided = {
  /** What somebody else said after the form was opened: both are kept. */
  meanwhile: Rating | undefined;
  /** Only for somebody who has yet to rate by them. */
  definitions: Definitions | undefined;
};

/** @param seen the version that stood when the form was opened */
export const decide = async (turn: Turn, action: Action, wish: RatingWish, seen = 0): Promise<Decided> => {
  const { self } = action;
  const { definitions, isFirst } = await definitionsFor(turn.tx, turn.actor.personId);
  await rateAction(writerOf(turn), action, 'self', wish, definitions.version);
  return {
    meanwhile: self && self.version > seen && self.byId !== turn.actor.personId ? self : undefined,
    definitions: isFirst ? definitions : undefined,
  };
};
