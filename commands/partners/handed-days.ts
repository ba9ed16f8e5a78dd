import { Temporal } from 'temporal-polyfill';
import { daysFor } from '../../src/actions/due.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { calendarsOfPeople } from '../../src/people/calendars.ts';
import type { Move, Moved, MovedDay } from '../../src/people/handover.ts';
import { answersFor } from '../../src/people/ownership.ts';
import type { Thing } from './context.ts';

/** The days of actions that change hands: they follow the calendar of whoever must act from then on. */

export type ThingMove = Move & { thing: Thing };

/** Whoever must act once a thing is in these hands. Whoever is new among them was seen to hold a role there. */
const actsThen = ({ thing, is }: ThingMove): string | null => {
  const leftOf = (id: string | null) => (id === thing.ownerId ? thing.ownerLeft : id === thing.deputyId ? thing.deputyLeft : null);
  const hands = { ...is, owner: null, deputy: null, ownerLeft: leftOf(is.ownerId), deputyLeft: leftOf(is.deputyId) };
  return answersFor(hands)?.id ?? is.ownerId;
};
const actsNow = ({ thing }: ThingMove): string | null => answersFor(thing)?.id ?? thing.ownerId;

/** The moves with the days that slide: as many statements for hundreds of things as for one. */
export const withDays = async (turn: Turn, moves: readonly ThingMove[]): Promise<ThingMove[]> => {
  const actions = moves.filter(({ thing }) => thing.kind === 'action');
  const of = await calendarsOfPeople(turn.tx, [...new Set(actions.flatMap((move) => [actsNow(move), actsThen(move)]))]);
  return moves.map((move) => {
    const theirs = of(actsThen(move));
    if (move.thing.kind !== 'action' || theirs === of(actsNow(move))) return move;
    return { ...move, slides: daysFor(move.thing.source, turn.today, theirs).slides };
  });
};

/**
 * What becomes of the days of things in somebody's name whose roles there end: those after their last day are of whoever stands in then.
 * @param theirs things of theirs that no other role of theirs reaches
 */
export const withDaysAfter = async (
  turn: Turn,
  theirs: readonly Thing[],
  personId: string,
  last: Temporal.PlainDate,
): Promise<ThingMove[]> => {
  const passing = theirs.flatMap((thing) =>
    thing.kind === 'action' && thing.ownerId === personId && thing.deputyId !== null && thing.deputyLeft === null ? [thing] : [],
  );
  const of = await calendarsOfPeople(turn.tx, [...new Set([personId, ...passing.map(({ deputyId }) => deputyId)])]);
  const next = last.add({ days: 1 });
  const from = Temporal.PlainDate.compare(next, turn.today) < 0 ? turn.today : next;
  return passing.flatMap((thing): ThingMove[] => {
    const hands = { ownerId: thing.ownerId, deputyId: thing.deputyId };
    const isAnother = of(thing.deputyId) !== of(personId);
    const slides = isAnother ? daysFor(thing.source, from, of(thing.deputyId)).slides : [];
    return slides.length > 0 ? [{ thing, was: hands, is: hands, slides }] : [];
  });
};

/** A handover that is taken back: days that moved with it are again what they were, where nobody has changed them and they are still to come. */
export const withDaysBack = async (turn: Turn, moves: readonly ThingMove[], moved: readonly Moved[]): Promise<ThingMove[]> =>
  (await withDays(turn, moves)).map((move): ThingMove => {
    const { thing, slides = [] } = move;
    if (thing.kind !== 'action') return move;
    const { due, steps } = thing.source;
    const dayNow = (step?: number) => {
      const of = step === undefined ? undefined : steps[step - 1];
      return step === undefined ? due : of?.done === null ? of.due : null;
    };
    const isToCome = (day: string) => Temporal.PlainDate.compare(Temporal.PlainDate.from(day), turn.today) >= 0;
    const back = (moved.find(({ id }) => id === thing.id)?.slides ?? [])
      .filter(({ step, was, is }) => dayNow(step) === is && isToCome(was))
      .map(({ was, is, ...of }): MovedDay => ({ ...of, was: is, is: was, why: 'as it was before' }));
    return { ...move, slides: [...back, ...slides.filter(({ step }) => !back.some((one) => one.step === step))] };
  });
