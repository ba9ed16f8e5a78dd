import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import type { RoleName } from './permissions.ts';

export type ScopeKind = 'programme' | 'pilot' | 'locality';

/** Who acts, with the roles they hold today. Read from the database at every turn; nothing is cached that decides permission. */
export type Actor = {
  personId: string;
  /** "Wakefield pilot lead" */
  post: string;
  email: string | null;
  /** IANA zone, from the platform or the programme. */
  zone: string;
  organisationId: string | null;
  roles: { role: RoleName; scopeKind: ScopeKind; scopeId: string }[];
};

type Account = { platform: string; tenant: string; user: string };

/**
 * The person behind an account, with the roles held on that day, in one statement.
 * On the web the account's user is the person: the session proved it.
 * @returns undefined for an account that is not linked, or a person who has left.
 */
export const findActor = async (tx: Tx, account: Account, today: string): Promise<Actor | undefined> => {
  const who = account.platform === 'web' ? { platform: '', tenant: '', user: '', person: account.user } : { ...account, person: null };
  const [row] = await tx.$queryRaw<Actor[]>`
    select p.id as "personId", p.post, p.email, coalesce(p.zone, ${PROGRAMME_ZONE}) as zone, p.organisation_id as "organisationId",
      coalesce((select json_agg(json_build_object('role', r.role, 'scopeKind', r.scope_kind, 'scopeId', r.scope_id))
        from role r where r.person_id = p.id and r."from" <= ${today}::date and (r."to" is null or r."to" >= ${today}::date)), '[]') as roles
    from person p
    where p.id = coalesce(${who.person}::uuid, (select i.person_id from identity i where i.platform = ${who.platform} and i.tenant = ${who.tenant} and i."user" = ${who.user}))
      and (p.left_on is null or p.left_on > ${today}::date)`;
  return row;
};
