import { Temporal } from 'temporal-polyfill';
import { type Action, declared, isLive, type Rating, type RatingKind } from './action.ts';

/** Independent scrutiny: what an adviser is to rate before each meeting, which rating somebody gives, and who is invited to answer. */

/** A meeting that an adviser noted, with its locality. */
export type Meeting = { id: string; localityId: string; locality: string; date: string }; // YYYY-MM-DD

/** Days before a meeting from which on its actions wait for the adviser. */
const BEFORE_MEETING = 14;
/** How old an independent rating may be on the day of a meeting when there was none before it. */
const WITHOUT_PREVIOUS = 28;

export type ToRate<A> = { action: A /** The day of the meeting it is for. */; meeting: string };

type Scrutinised = Pick<Action, 'localityId' | 'self' | 'independent'>;

/** The first meeting of a locality that is today or to come, and the last one before today. */
export const meetingsAround = (localityId: string, meetings: readonly Meeting[], today: string) => {
  const days = meetings
    .filter((meeting) => meeting.localityId === localityId)
    .map(({ date }) => date)
    .sort();
  return { next: days.find((day) => day >= today), previous: days.filter((day) => day < today).at(-1) };
};

/**
 * What an adviser is to rate: live actions of a locality whose next meeting is at most 14 days off, without an independent rating since
 * the meeting before it (28 days, when there was none). The nearest meeting comes first, then the plan's own order.
 * @param meetings those of this adviser; what was withdrawn is not among them
 */
export const toScrutinise = <A extends Scrutinised>(
  actions: readonly A[],
  meetings: readonly Meeting[],
  today: Temporal.PlainDate,
): ToRate<A>[] => {
  const day = today.toString();
  const last = today.add({ days: BEFORE_MEETING }).toString();
  const due = new Map(
    [...new Set(meetings.map(({ localityId }) => localityId))].flatMap((localityId) => {
      const { next, previous } = meetingsAround(localityId, meetings, day);
      if (next === undefined || next > last) return [];
      const since = previous ?? Temporal.PlainDate.from(next).subtract({ days: WITHOUT_PREVIOUS }).toString();
      return [[localityId, { next, since }] as const];
    }),
  );
  return actions
    .flatMap((action) => {
      const at = due.get(action.localityId);
      return at && isLive(action) && (action.independent === null || action.independent.on <= at.since)
        ? [{ action, meeting: at.next }]
        : [];
    })
    .sort((one, other) => one.meeting.localeCompare(other.meeting));
};

/** The places of which an adviser is asked when they meet next: no meeting is to come, and none was in this month. */
export const withoutMeeting = <P extends { localityId: string }>(
  places: readonly P[],
  meetings: readonly Meeting[],
  today: Temporal.PlainDate,
): P[] => {
  const from = today.with({ day: 1 }).toString();
  return places.filter(({ localityId }) => !meetings.some((meeting) => meeting.localityId === localityId && meeting.date >= from));
};

/**
 * Which rating somebody gives who says only a colour: of their own action as its owner; else as the adviser they are;
 * else as whoever leads the plan. Undefined: none.
 */
export const kindFor = ({ own, self, independent }: { own: boolean; self: boolean; independent: boolean }): RatingKind | undefined => {
  if (self && (own || !independent)) return 'self';
  return independent ? 'independent' : undefined;
};

/** The adviser rates it otherwise than the owner, and something can still be said to it. */
export const differ = (action: Pick<Action, 'self' | 'independent'>): action is { self: Rating | null; independent: Rating } =>
  action.independent !== null && action.independent.rating !== declared(action) && (isLive(action) || declared(action) === 'complete');

/** Whether an answer to the adviser's rating is still open; once for each rating. */
export const invites = (action: Pick<Action, 'self' | 'independent'>, answered: { has: (ratingId: string) => boolean }): boolean =>
  differ(action) && !answered.has(action.independent.id);
