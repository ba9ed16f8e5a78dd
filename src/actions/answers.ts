import type { Writer } from '../app.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';

/** What owners answer to an adviser who rates otherwise: once for each rating, and the unique key on `answers_id` is the promise. */

export type Answered = {
  ratingId: string;
  /** Null: the owner saw it and left it as it is. */
  text: string | null;
  on: string; // YYYY-MM-DD
  by: string | null;
};

/** The answers to some independent ratings, by the rating's id. */
export const answersTo = async (tx: Tx, ratingIds: readonly string[]): Promise<Map<string, Answered>> => {
  if (ratingIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<Answered[]>`
    select c.answers_id as "ratingId", c.text, (c.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as "on", p.post as by
    from action_comment c left join person p on p.id = c.recorded_by_id
    where c.answers_id = any(${[...ratingIds]}::uuid[])`;
  return new Map(rows.map((row) => [row.ratingId, row]));
};

/** Keeps the answer to an independent rating; null leaves it as it is. Throws when somebody else answered first: the turn then runs again and sees it. */
export const answerRating = async (
  { tx, now, newId, personId }: Writer,
  actionId: string,
  ratingId: string,
  text: string | null,
): Promise<void> => {
  await tx.$executeRaw`
    insert into action_comment (id, action_id, text, answers_id, recorded_at, recorded_by_id)
    values (${newId()}::uuid, ${actionId}::uuid, ${text}, ${ratingId}::uuid, ${now.toString()}::timestamptz, ${personId}::uuid)`;
};
