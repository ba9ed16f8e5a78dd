import { STANDS, type Tx } from '../db/client.ts';
import type { Line } from './line.ts';

/** The titles of some actions as they stand or stood, by "LOCALITY NUMBER"; no statement for none. @param at ISO 8601 */
export const titlesOf = async (
  tx: Tx,
  lines: readonly Pick<Line, 'localityId' | 'number'>[],
  at: string = STANDS,
): Promise<Map<string, string>> => {
  if (lines.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ key: string; title: string }[]>`
    select a.locality_id || ' ' || a.number as key, v.title
    from unnest(${lines.map(({ localityId }) => localityId)}::uuid[], ${lines.map(({ number }) => number)}::int[]) with ordinality as wanted(locality_id, number, nth)
      join action a on a.locality_id = wanted.locality_id and a.number = wanted.number
      join action_version v on v.action_id = a.id and v.recorded_at <= ${at}::timestamptz and v.until > ${at}::timestamptz
    order by wanted.nth`;
  return new Map(rows.map(({ key, title }) => [key, title]));
};
