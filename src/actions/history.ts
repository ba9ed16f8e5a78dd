import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import type { Rating, RatingKind } from './action.ts';

/** What was said of an action over time. */

export type PastRating = Omit<Rating, 'id' | 'version' | 'at' | 'byId'> & {
  kind: RatingKind;
  /** Of the words that its colour had then. */
  definitionVersion: number;
};

/** Ratings of an action of either kind, the newest first: so many after those that are skipped. */
export const ratingsOf = (tx: Tx, actionId: string, { skip, most }: { skip: number; most: number }): Promise<PastRating[]> => tx.$queryRaw<
  PastRating[]
>`
  select r.kind, r.rating, r.reason, r.remedy, r.remedy_by::text as "remedyBy", r.decided_by as "decidedBy", r.decided_on::text as "decidedOn", r.evidence, r.also,
    r.definition_version as "definitionVersion", (r.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as "on", p.post as by
  from rating r left join person p on p.id = r.recorded_by_id
  where r.action_id = ${actionId}::uuid
  order by r.recorded_at desc, r.seq desc limit ${most} offset ${skip}`;

/** One rating of an action as it was given, whatever came after it: what a card showed that was drawn then. */
export const ratingAt = async (
  tx: Tx,
  actionId: string,
  kind: RatingKind,
  version: number,
): Promise<Pick<Rating, 'rating' | 'reason' | 'remedy' | 'remedyBy' | 'byId'> | null> => {
  const [row] = await tx.$queryRaw<Pick<Rating, 'rating' | 'reason' | 'remedy' | 'remedyBy' | 'byId'>[]>`
    select rating, reason, remedy, remedy_by::text as "remedyBy", recorded_by_id as "byId"
    from rating where action_id = ${actionId}::uuid and kind = ${kind} and version = ${version}`;
  return row ?? null;
};

export type Comment = { text: string | null; evidence: string | null; on: string; by: string | null };

/** The latest comments on an action, the newest first; answers to an adviser stand with the rating that they answer. */
export const commentsOf = (tx: Tx, actionId: string, most: number): Promise<Comment[]> => tx.$queryRaw<Comment[]>`
  select c.text, c.evidence, (c.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as "on", p.post as by
  from action_comment c left join person p on p.id = c.recorded_by_id
  where c.action_id = ${actionId}::uuid and c.answers_id is null
  order by c.seq desc limit ${most}`;
