import type { Action } from '../../src/actions/action.ts';
import type { Turn } from '../../src/bot/contract.ts';
import type { Terms } from '../../src/calendar/terms.ts';
import { calendarsOfPeople } from '../../src/people/calendars.ts';
import { personHere } from '../../src/people/here.ts';
import { answersFor, type Ownership } from '../../src/people/ownership.ts';

/** Whose calendar the days of an action follow: that of whoever must act. */

/** Whoever answers for it; once nobody does, still its owner. */
const whoActs = (thing: Ownership): string | null => answersFor(thing)?.id ?? thing.ownerId;

/** The calendar of whoever must act now. */
export const theirTerms = async (turn: Turn, action: Action): Promise<Terms> => {
  const id = whoActs(action);
  return (await calendarsOfPeople(turn.tx, [id]))(id);
};

type Hands = Pick<Action, 'ownerId' | 'deputyId'>;

const whoWouldAct = async (turn: Turn, localityId: string, { ownerId, deputyId }: Hands): Promise<string | null> => {
  for (const id of [ownerId, deputyId]) if (id && (await personHere(turn.tx, localityId, id, turn.today.toString()))) return id;
  return ownerId;
};

/**
 * The calendar of whoever will act once an action is in these hands.
 * @param before whose it is now, where there is one
 * @returns `isAnother`: it is not the one that its days were chosen by
 */
export const termsOnceHanded = async (
  turn: Turn,
  localityId: string,
  hands: Hands,
  before: Hands | undefined,
): Promise<{ theirs: Terms; isAnother: boolean }> => {
  const acts = await whoWouldAct(turn, localityId, hands);
  const stays = before === undefined || (hands.ownerId === before.ownerId && hands.deputyId === before.deputyId);
  const acted = stays ? acts : await whoWouldAct(turn, localityId, before);
  const of = await calendarsOfPeople(turn.tx, [acts, acted]);
  return { theirs: of(acts), isAnother: of(acts) !== of(acted) };
};
