import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** Days on which somebody is away: first and last, both in it. Nobody is told why. */

export type Away = { id: string; from: string; to: string };

/** Those that have not passed, in order. @param today YYYY-MM-DD */
export const awayOf = (tx: Tx, personId: string, today: string): Promise<Away[]> => tx.$queryRaw<Away[]>`
  select id, "from"::text as "from", "to"::text as "to" from away_days
  where person_id = ${personId}::uuid and withdrawn_at is null and "to" >= ${today}::date order by "from", "to"`;

/** Notes days; `again`: they were noted already. */
export const noteAway = async (
  { tx, now, newId, personId }: Writer,
  { from, to }: Omit<Away, 'id'>,
): Promise<{ id: string; again: boolean }> => {
  const [before] = await tx.$queryRaw<{ id: string }[]>`
    select id from away_days where person_id = ${personId}::uuid and "from" = ${from}::date and "to" = ${to}::date and withdrawn_at is null limit 1`;
  if (before) return { id: before.id, again: true };
  const id = newId();
  await tx.$executeRaw`
    insert into away_days (id, person_id, "from", "to", recorded_at)
    values (${id}::uuid, ${personId}::uuid, ${from}::date, ${to}::date, ${now.toString()}::timestamptz)`;
  return { id, again: false };
};

/** Takes days back; undefined when they are not this person's. */
export const withdrawAway = async ({ tx, now, personId }: Writer, id: string): Promise<Away | undefined> => {
  const [away] = await tx.$queryRaw<Away[]>`
    update away_days set withdrawn_at = coalesce(withdrawn_at, ${now.toString()}::timestamptz)
    where id = ${id}::uuid and person_id = ${personId}::uuid returning id, "from"::text as "from", "to"::text as "to"`;
  return away;
};
