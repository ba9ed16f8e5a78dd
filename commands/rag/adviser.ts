import type { Action } from '../../src/actions/action.ts';
import { meetingsOf, putOffSince } from '../../src/actions/meetings.ts';
import { type Meeting, meetingsAround, type ToRate, toScrutinise, withoutMeeting } from '../../src/actions/scrutiny.ts';
import { changeWords, happenedSince, lastLook } from '../../src/actions/since.ts';
import { alsoWords, tiesOf } from '../../src/actions/ties.ts';
import type { Turn } from '../../src/bot/contract.ts';
import type { Place } from '../../src/people/directory.ts';
import type { Beside } from '../../src/views/actions/adviser.ts';
import { advisedPlaces } from './advised.ts';
import { answersAt } from './answer.ts';
import { mayRate, mayRateIndependently } from './context.ts';

/** What an adviser is shown, and what waits for them. */

/** What else the actor is in the locality of an action, to be kept beside their rating. */
export const alsoOf = async (turn: Turn, { localityId }: Pick<Action, 'localityId'>): Promise<string | null> =>
  alsoWords((await tiesOf(turn.tx, turn.actor.personId, [localityId], turn.today.toString()))(localityId));

/** What stands beside the owner's rating of an action, for its adviser. */
export const besideOf = async (turn: Turn, action: Action): Promise<Beside> => {
  const meetings = await meetingsOf(turn.tx, turn.actor.personId);
  const { previous } = meetingsAround(action.localityId, meetings, turn.today.toString());
  const look = lastLook(action.independent, previous);
  return {
    mine: action.independent?.byId === turn.actor.personId,
    since: look && { words: look.words, changes: changeWords(await happenedSince(turn.tx, action.id, look.since), turn.today) },
    answered: action.independent ? (await answersAt(turn, [action])).get(action.independent.id) : undefined,
    also: await alsoOf(turn, action),
    otherwise: mayRate(turn, action),
  };
};

/** The localities of which the actor is asked when they meet next: where no meeting is noted, nor that there is none in this month. */
export const asked = async (turn: Turn, meetings: readonly Meeting[]): Promise<Place[]> => {
  const places = withoutMeeting(await advisedPlaces(turn), meetings, turn.today);
  const month = turn.today.with({ day: 1 }).toString();
  const off = places.length === 0 ? new Set() : await putOffSince(turn.tx, turn.actor.personId, month);
  return places.filter(({ localityId }) => !off.has(localityId));
};

export type AdviserWaits = {
  toRate: ToRate<Action>[];
  /** Of these localities they are asked when they meet next. */
  ask: Place[];
  meetings: Meeting[];
};

/** What waits for the actor as an adviser; nothing for those who are none. @param actions those that they may read */
export const adviserWaits = async (turn: Turn, actions: readonly Action[]): Promise<AdviserWaits> => {
  const isAdviser = turn.actor.roles.some(({ role }) => role === 'adviser');
  if (!isAdviser) return { toRate: [], ask: [], meetings: [] };
  const meetings = await meetingsOf(turn.tx, turn.actor.personId);
  return {
    toRate: toScrutinise(
      actions.filter((action) => mayRateIndependently(turn, action)),
      meetings,
      turn.today,
    ),
    ask: await asked(turn, meetings),
    meetings,
  };
};
