/** What an action of the plan is, as plain data. */

export { answersFor, withoutOwnerSince } from '../people/ownership.ts';

export const RATINGS = ['not_started', 'green', 'amber', 'red', 'complete', 'on_hold', 'stopped'] as const;
export type RatingWord = (typeof RATINGS)[number];

/** Self = declared by the owner; independent = by the adviser. Neither replaces the other. */
export type RatingKind = 'self' | 'independent';

/** One step of an action: its day, and the day on which it was done. Days are YYYY-MM-DD. */
export type Step = { text: string; due: string | null; done: string | null };

/** One rating, as it was given. */
export type Rating = {
  id: string;
  version: number;
  rating: RatingWord;
  /** What is in the way; what shows that it is complete; what was learned. */
  reason: string | null;
  /** Of a red: what would put it right, and by when. */
  remedy: string | null;
  remedyBy: string | null; // YYYY-MM-DD
  /** Of one that rests or stopped: who decided it, and on which day. */
  decidedBy: string | null;
  decidedOn: string | null; // YYYY-MM-DD
  evidence: string | null;
  /** What else the adviser is there: "chairs the board". */
  also: string | null;
  /** The day on which it was recorded, in the programme's zone. */
  on: string; // YYYY-MM-DD
  /** The moment, as ISO 8601. */
  at: string;
  byId: string | null;
  /** The post of whoever gave it. */
  by: string | null;
};

/** An action as it stands, or stood at a moment. */
export type Action = {
  id: string;
  number: number;
  /** "WAK-12" */
  code: string;
  localityId: string;
  locality: string;
  prefix: string;
  pilotId: string;
  programmeId: string;
  version: number;
  title: string;
  successMeasure: string;
  due: string | null; // YYYY-MM-DD
  criterionId: string | null;
  projectId: string | null;
  project: string | null;
  kpiIds: string[];
  steps: Step[];
  /** The day on which it came into the plan. */
  since: string; // YYYY-MM-DD
  ownerId: string | null;
  owner: string | null;
  deputyId: string | null;
  deputy: string | null;
  /** The last day of the owner's (the deputy's) last role there; null while they hold one, or where there is none of them. */
  ownerLeft: string | null;
  deputyLeft: string | null;
  /** The kind of the owner's organisation (or of the deputy's, who stands in): whose calendar counts. */
  keeps: 'school' | 'all_year';
  self: Rating | null;
  independent: Rating | null;
  /**
   * Two people at once: what somebody else last said on the same day as what stands, and otherwise. It stands beside it until somebody
   * rates on a later day.
   */
  atOnce: Partial<Record<RatingKind, { rating: RatingWord; by: string | null; on: string }>> | null;
};

/** Whether the action is somebody's own: they answer for it or stand in. */
export const isOwnAction = (action: Pick<Action, 'ownerId' | 'deputyId'>, personId: string) =>
  action.ownerId === personId || action.deputyId === personId;

/** As much of an action as most rules ask for: a summary of thousands of actions reads no more than that of each. */
export type Rated = { self: Pick<Rating, 'rating' | 'on'> | null };

/** What is declared of it: an action that nobody has rated is not started. */
export const declared = (action: Rated): RatingWord => action.self?.rating ?? 'not_started';

/** Nothing is expected any more of an action that is complete or was stopped. */
export const isClosed = (action: Rated) => declared(action) === 'complete' || declared(action) === 'stopped';

/** Somebody works on it: it is neither closed nor resting. */
export const isLive = (action: Rated) => !isClosed(action) && declared(action) !== 'on_hold';

/** The scope path of an action, for permission checks. */
export const placeOfAction = ({ programmeId, pilotId, localityId }: Pick<Action, 'programmeId' | 'pilotId' | 'localityId'>) => ({
  programmeId,
  pilotId,
  localityId,
});
