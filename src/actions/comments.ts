import type { Writer } from '../app.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';

/** What was said about an action, with links to what shows it. */

export type Remark = { text: string | null; evidence: string | null };
export type Comment = Remark & {
  id: string;
  /** The day in the programme's zone, and the post of whoever said it. */
  on: string; // YYYY-MM-DD
  by: string | null;
  byId: string | null;
};

/** The latest comments on an action, newest first; answers to an adviser stand with the rating that they answer. */
export const commentsOn = (tx: Tx, actionId: string, most = 5): Promise<Comment[]> => tx.$queryRaw<Comment[]>`
  select c.id, c.text, c.evidence, (c.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as "on", p.post as by, c.recorded_by_id as "byId"
  from action_comment c left join person p on p.id = c.recorded_by_id
  where c.action_id = ${actionId}::uuid and c.answers_id is null
  order by c.seq desc limit ${most}`;

/** Adds a comment, a link, or both. `again`: it is the last thing said of the action, by the same person: nothing is added. */
export const addComment = async (writer: Writer, actionId: string, { text, evidence }: Remark): Promise<{ again: boolean }> => {
  const [last] = await commentsOn(writer.tx, actionId, 1);
  if (last && last.byId === writer.personId && last.text === text && last.evidence === evidence) return { again: true };
  await writer.tx.$executeRaw`
    insert into action_comment (id, action_id, text, evidence, recorded_at, recorded_by_id)
    values (${writer.newId()}::uuid, ${actionId}::uuid, ${text}, ${evidence}, ${writer.now.toString()}::timestamptz, ${writer.personId}::uuid)`;
  return { again: false };
};
