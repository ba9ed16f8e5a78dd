import type { Tx } from '../db/client.ts';
import { ANSWERING } from './permissions.ts';

/** Who can answer for things in a locality. */

type Here = { post: string };

/** Somebody whose role there lets them answer for things; undefined for anybody else. */
export const personHere = async (tx: Tx, localityId: string, personId: string, today: string): Promise<Here | undefined> => {
  const [row] = await tx.$queryRaw<Here[]>`
    select p.post from person p
      join locality l on l.id = ${localityId}::uuid
      join pilot pi on pi.id = l.pilot_id
    where p.id = ${personId}::uuid and (p.left_on is null or p.left_on > ${today}::date)
      and exists (select 1 from role r where r.person_id = p.id and r.scope_id in (l.id, pi.id, pi.programme_id)
        and r.role = any(${ANSWERING}::text[]) and r."from" <= ${today}::date and (r."to" is null or r."to" >= ${today}::date))`;
  return row;
};

/** The post of somebody who worked there and does not any more, by their whole post or address. */
export const whoLeft = async (tx: Tx, localityId: string, words: string, today: string): Promise<string | undefined> => {
  const said = words.trim().replace(/^@/u, '').toLowerCase();
  const [row] = await tx.$queryRaw<{ post: string }[]>`
    select p.post from person p
      join role r on r.person_id = p.id
      join locality l on l.id = ${localityId}::uuid
      join pilot pi on pi.id = l.pilot_id
    where r.scope_id in (l.id, pi.id, pi.programme_id) and (lower(p.post) = ${said} or p.email = ${said})
    group by p.id, p.post, p.left_on
    having p.left_on <= ${today}::date or bool_and(coalesce(r."to" < ${today}::date, false))
    limit 1`;
  return row?.post;
};
