import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';
import type { Thing } from './not-mine.ts';

/** Why there is no update of what waits: said once, by the key of its line (src/nudges/line.ts). */

export const sayNoUpdate = async (
  { tx, now, personId }: Writer,
  { key, about, localityId, reason }: { key: string; about: Thing; localityId: string; reason: string },
): Promise<void> => {
  await tx.$executeRaw`
    insert into no_update (key, person_id, locality_id, about_kind, about_id, reason, recorded_at)
    values (${key}, ${personId}::uuid, ${localityId}::uuid, ${about.kind}, ${about.id}::uuid, ${reason}, ${now.toString()}::timestamptz)
    on conflict (key) do update set person_id = excluded.person_id, reason = excluded.reason, recorded_at = excluded.recorded_at`;
};

/** What was said of these lines, by their key. */
export const reasonsOf = async (tx: Tx, keys: readonly string[]): Promise<Map<string, string>> => {
  if (keys.length === 0) return new Map();
  const rows = await tx.$queryRaw<
    { key: string; reason: string }[]
  >`select key, reason from no_update where key = any(${[...keys]}::text[])`;
  return new Map(rows.map(({ key, reason }) => [key, reason]));
};
