import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { type Action, declared, isLive, type Rated, type RatingKind, type RatingWord } from './action.ts';

/** Independent scrutiny: what an adviser is to rate before each meeting, which rating somebody gives, and who is invited to answer. */

/** A meeting that an adviser noted, with its locality. */
export type Meeting = { id: string; localityId: string; locality: string; date: string }; // YYYY-MM-DD

/** Days before a meeting from which on its actions wait for the adviser. */
export const BEFORE_MEETING = 14;
/** How old an independent rating may be on the day of a meeting when there was none before it. */
const WITHOUT_PREVIOUS = 28;

export type ToRate<A> = { action: A /** The day of the meeting it is for. */; meeting: string };

type Scrutinised = Rated & { localityId: string; independent: { on: string } | null };

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
export const kindAmong = ({ own, self, independent }: { own: boolean; self: boolean; independent: boolean }): RatingKind | undefined => {
  if (self && (own || !independent)) return 'self';
  return independent ? 'independent' : undefined;
};

type RatedTwice = Rated & { independent: { rating: RatingWord } | null };

/**
 * The adviser rates it otherwise than the owner, and something can still be said to it. A green says nothing against an action that
 * nobody has rated yet, or that was completed since.
 */
export const differ = <A extends RatedTwice>(action: A): action is A & { independent: NonNullable<A['independent']> } => {
  const other = action.independent?.rating;
  const own = declared(action);
  if (other === undefined || other === own) return false;
  if (other === 'green' && (action.self === null || own === 'complete')) return false;
  return isLive(action) || own === 'complete';
};

/** Whether an answer to the adviser's rating is still open; once for each rating. */
export const invites = (action: Rated & Pick<Action, 'independent'>, answered: { has: (ratingId: string) => boolean }): boolean =>
  differ(action) && !answered.has(action.independent.id);

const MOST_BACK = { years: 1 };
const MOST_AHEAD = { years: 2 };
/** A day without its year is the next such day: when that is so far off, the one just past may be meant. */
const FAR_DAYS = 183;
const JUST_PAST_DAYS = 60;

export type Doubt =
  | { kind: 'none' }
  | { kind: 'impossible'; why: string }
  /** A slip is likely. `met`: the day just past that may be meant instead. */
  | { kind: 'asked'; why: string[]; past: boolean; met?: Temporal.PlainDate };

/** What is odd about a day on which somebody says that they meet a locality. */
export const meetingDoubts = (
  date: Temporal.PlainDate,
  localityId: string,
  meetings: readonly Meeting[],
  today: Temporal.PlainDate,
): Doubt => {
  const compare = Temporal.PlainDate.compare;
  if (compare(date, today.subtract(MOST_BACK)) < 0) return { kind: 'impossible', why: 'This day is more than a year ago.' };
  if (compare(date, today.add(MOST_AHEAD)) > 0) return { kind: 'impossible', why: 'This day is more than two years away.' };
  const onDay = meetings.filter((meeting) => meeting.date === date.toString());
  if (onDay.some((meeting) => meeting.localityId === localityId)) return { kind: 'none' };
  const past = compare(date, today) < 0;
  const lastYear = date.subtract({ years: 1 });
  const met =
    date.since(today).days > FAR_DAYS && compare(lastYear, today) < 0 && today.since(lastYear).days <= JUST_PAST_DAYS
      ? lastYear
      : undefined;
  const why = [
    ...(past ? ['that day has passed'] : []),
    ...(date.since(today).days > FAR_DAYS ? ['that is more than half a year away'] : []),
    ...(date.dayOfWeek > 5 ? [`it is a ${date.dayOfWeek === 6 ? 'Saturday' : 'Sunday'}`] : []),
    ...(bankHolidaysOfEngland.has(date.toString()) ? ['it is a bank holiday'] : []),
    ...(onDay.length > 0 ? [`you meet ${onDay.map(({ locality }) => locality).join(' and ')} on the same day`] : []),
  ];
  return why.length === 0 ? { kind: 'none' } : { kind: 'asked', why, past, ...(met ? { met } : {}) };
};
