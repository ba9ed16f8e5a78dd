import type { Writer } from '../app.ts';

/** Saying something about an action, with a link to what shows it. */

export type Remark = { text: string | null; evidence: string | null };

/** Adds a comment, a link, or both. `again`: it is the last thing said of the action, by the same person: nothing is added. */
export const addComment = async (writer: Writer, actionId: string, { text, evidence }: Remark): Promise<{ again: boolean }> => {
  const [last] = await writer.tx.$queryRaw<{ same: boolean }[]>`
    select recorded_by_id = ${writer.personId}::uuid and answers_id is null and text is not distinct from ${text} and evidence is not distinct from ${evidence} as same
    from action_comment where action_id = ${actionId}::uuid order by seq desc limit 1`;
  if (last?.same) return { again: true };
  await writer.tx.$executeRaw`
    insert into action_comment (id, action_id, text, evidence, recorded_at, recorded_by_id)
    values (${writer.newId()}::uuid, ${actionId}::uuid, ${text}, ${evidence}, ${writer.now.toString()}::timestamptz, ${writer.personId}::uuid)`;
  return { again: false };
};
