import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';
import type { RoleName } from '../people/permissions.ts';

/** What else an adviser is in a locality: it stands beside every rating they give there, so that readers can weigh it. */

export type Ties = {
  /** Roles but the adviser's own that reach the locality. */
  roles: RoleName[];
  /** Their organisation, when it is one of the locality. */
  organisation: string | null;
  /** Boards and trusts there of which they or their organisation are members. */
  groups: string[];
  /** In their own words: "chairs the partnership board". */
  declared: string | null;
};

const IN_ROLE: Record<Exclude<RoleName, 'adviser'>, string> = {
  partner: 'is a partner',
  lead: 'is pilot lead',
  coordinator: 'is coordinator',
  evaluator: 'is an evaluator',
  administrator: 'is an administrator',
};

/** "chairs the partnership board; is a partner; works for Wakefield Council"; null for nothing. It follows the word "also". */
export const alsoWords = ({ roles, organisation, groups, declared }: Ties): string | null => {
  const words = [
    ...(declared ? [declared] : []),
    ...roles.flatMap((role) => (role === 'adviser' ? [] : [IN_ROLE[role]])),
    ...(organisation ? [`works for ${organisation}`] : []),
    ...groups.map((group) => `sits on ${group}`),
  ];
  return words.length === 0 ? null : [...new Set(words)].join(', ');
};

const NO_TIES: Ties = { roles: [], organisation: null, groups: [], declared: null };

/** What somebody is in some localities on a day (YYYY-MM-DD) besides their adviser, in one statement. */
export const tiesOf = async (
  tx: Tx,
  personId: string,
  localityIds: readonly string[],
  day: string,
): Promise<(localityId: string) => Ties> => {
  const rows = await tx.$queryRaw<(Ties & { localityId: string })[]>`
    select l.id as "localityId",
      coalesce((select json_agg(distinct r.role) from role r
        where r.person_id = p.id and r.role <> 'adviser' and r.scope_id in (l.id, pi.id, pi.programme_id)
          and r."from" <= ${day}::date and (r."to" is null or r."to" >= ${day}::date)), '[]') as roles,
      (select o.name from organisation o where o.id = p.organisation_id and o.locality_id = l.id) as organisation,
      coalesce((select json_agg(distinct g.name) from "group" g join group_member m on m.group_id = g.id
        where g.locality_id = l.id and g.kind in ('board', 'trust') and (m.person_id = p.id or m.organisation_id = p.organisation_id)), '[]') as groups,
      (select t.words from adviser_tie t where t.person_id = p.id and t.locality_id = l.id order by t.seq desc limit 1) as declared
    from locality l join pilot pi on pi.id = l.pilot_id, person p
    where l.id = any(${[...localityIds]}::uuid[]) and p.id = ${personId}::uuid`;
  const ties = new Map(rows.map(({ localityId, ...each }) => [localityId, each]));
  return (localityId) => ties.get(localityId) ?? NO_TIES;
};

/** Keeps what an adviser declares of themselves in a locality; null takes it back. What was said before stays. */
export const declareTie = async ({ tx, now, newId, personId }: Writer, localityId: string, words: string | null): Promise<void> => {
  await tx.$executeRaw`
    insert into adviser_tie (id, person_id, locality_id, words, recorded_at)
    values (${newId()}::uuid, ${personId}::uuid, ${localityId}::uuid, ${words}, ${now.toString()}::timestamptz)`;
};
