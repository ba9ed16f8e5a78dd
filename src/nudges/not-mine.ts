import type { Writer } from '../app.ts';

/** Somebody said that a thing is not theirs: they are not asked for it again until its hands change (src/nudges/gather.ts). */

export type Thing = { kind: 'action' | 'kpi'; id: string };

export const sayNotMine = async ({ tx, now, personId }: Writer, { kind, id }: Thing): Promise<void> => {
  await tx.$executeRaw`
    insert into not_mine (person_id, about_kind, about_id, at) values (${personId}::uuid, ${kind}, ${id}::uuid, ${now.toString()}::timestamptz)
    on conflict (person_id, about_kind, about_id) do update set at = excluded.at`;
};

/** Of these things, those that they said are not theirs. */
export const saidNotMine = async ({ tx, personId }: Pick<Writer, 'tx' | 'personId'>, ids: readonly string[]): Promise<Set<string>> => {
  if (ids.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select about_id as id from not_mine where person_id = ${personId}::uuid and about_id = any(${[...ids]}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
};
