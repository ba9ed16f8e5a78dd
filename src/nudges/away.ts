import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** Days on which somebody is away: first and last, both in it. Nobody is told why. */

export type Away = { id: string; from: string; to: string };

/** Those that have not passed, in order. @param today YYYY-MM-DD */
export const awayOf = (tx: Tx, personId: string, today: string): Promise<Away[]> => tx.$queryRaw<Away[]>`
  select id, "from"::text as "from", "to"::text as "to" from away_days
  where person_id = ${personId}::uuid and withdrawn_at is null and "to" >= ${today}::date order by "from", "to"`;

/**
 * Notes days: joined with those that they overlap, which they then stand for.
 * `again`: they were within days noted already, and nothing was changed. `joined`: those that they were joined with.
 */
export const noteAway = async (
  { tx, now, newId, personId }: Writer,
  { from, to }: Omit<Away, 'id'>,
): Promise<Omit<Away, 'id'> & { again: boolean; joined: Omit<Away, 'id'>[] }> => {
  await tx.$queryRaw`select 1 from person where id = ${personId}::uuid for no key update`;
  const before = await tx.$queryRaw<Away[]>`
    select id, "from"::text as "from", "to"::text as "to" from away_days
    where person_id = ${personId}::uuid and withdrawn_at is null and "from" <= ${to}::date and "to" >= ${from}::date order by "from", "to"`;
  const around = before.find((days) => days.from <= from && days.to >= to);
  if (around) return { from: around.from, to: around.to, again: true, joined: [] };
  const [first, last] = [[from, ...before.map((days) => days.from)].sort()[0], [to, ...before.map((days) => days.to)].sort().at(-1)];
  const whole = { from: first as string, to: last as string };
  await tx.$executeRaw`
    update away_days set withdrawn_at = ${now.toString()}::timestamptz where id = any(${before.map(({ id }) => id)}::uuid[])`;
  await tx.$executeRaw`
    insert into away_days (id, person_id, "from", "to", recorded_at)
    values (${newId()}::uuid, ${personId}::uuid, ${whole.from}::date, ${whole.to}::date, ${now.toString()}::timestamptz)`;
  return { ...whole, again: false, joined: before };
};

/** Takes days back; undefined when they are not this person's. */
export const withdrawAway = async ({ tx, now, personId }: Writer, id: string): Promise<Away | undefined> => {
  const [away] = await tx.$queryRaw<Away[]>`
    update away_days set withdrawn_at = coalesce(withdrawn_at, ${now.toString()}::timestamptz)
    where id = ${id}::uuid and person_id = ${personId}::uuid returning id, "from"::text as "from", "to"::text as "to"`;
  return away;
};
