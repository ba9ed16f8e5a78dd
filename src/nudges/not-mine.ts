import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** Somebody said that a thing is not theirs: they are not asked for it again until its hands change. */

export type Thing = { kind: 'action' | 'kpi'; id: string };

export const sayNotMine = async ({ tx, now, personId }: Writer, { kind, id }: Thing): Promise<void> => {
  await tx.$executeRaw`
    insert into not_mine (person_id, about_kind, about_id, at) values (${personId}::uuid, ${kind}, ${id}::uuid, ${now.toString()}::timestamptz)
    on conflict (person_id, about_kind, about_id) do update set at = excluded.at`;
};

/** They take it back, as long as its hands have not changed since. @returns the moment at which they had said it (ISO); undefined: nothing to take back */
export const takeBackNotMine = async ({ tx, personId }: Writer, { kind, id }: Thing): Promise<string | undefined> => {
  const said = await saidNotMine(tx, [personId]);
  if (!said.some((thing) => thing.kind === kind && thing.id === id)) return undefined;
  const [row] = await tx.$queryRaw<{ at: string }[]>`
    delete from not_mine where person_id = ${personId}::uuid and about_kind = ${kind} and about_id = ${id}::uuid returning at::text`;
  return row?.at;
};

/** What these people said is not theirs, as long as its hands have not changed since. */
export const saidNotMine = (tx: Tx, people: readonly string[]): Promise<(Thing & { personId: string })[]> => tx.$queryRaw`
  select n.person_id as "personId", n.about_kind as kind, n.about_id as id from not_mine n
  where n.person_id = any(${[...people]}::uuid[])
    and not (n.about_kind = 'kpi' and exists (select 1 from kpi_owner o where o.kpi_id = n.about_id and o.recorded_at > n.at))
    and not (n.about_kind = 'action' and exists (
      select 1 from action_version v join action_version b on b.action_id = v.action_id and b.version = v.version - 1
      where v.action_id = n.about_id and v.recorded_at > n.at and (v.owner_id is distinct from b.owner_id or v.deputy_id is distinct from b.deputy_id)))`;
