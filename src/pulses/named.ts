import type { Tx } from '../db/client.ts';
import { type Known, marking } from './marks.ts';

/** What the wording of a question looks as if it named: somebody, a school, a pupil. Anybody may be asked it, so all organisations are looked at. */
export const namedIn = async (tx: Tx, wording: readonly string[]): Promise<ReturnType<ReturnType<typeof marking>>> => {
  const [known] = await tx.$queryRaw<Known[]>`
    select (select coalesce(json_agg(name), '[]') from organisation) as organisations, json_build_array() as posts,
      (select coalesce(json_agg(name), '[]') from (select name from programme union select name from pilot union select name from locality
        union select name from council_area union select name from "group" union select name from project) x) as places`;
  return marking(known as Known)(wording.join('\n'));
};
