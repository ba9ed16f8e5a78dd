import type { Core } from '../app.ts';
import { type Sql, sql, type Tx } from '../db/client.ts';

/** How somebody can be written to when they did not ask: the chat they used last first, e-mail at the end. */

/** An account on a chat platform, with the platform's own address for writing to it. */
export type ChatRoute = { platform: 'slack' | 'teams'; tenant: string; user: string; to: Record<string, unknown> };
export type Route = ChatRoute | { platform: 'email'; to: string };

/**
 * Accounts that can be written to, with when they were last used. In Slack by the user; in Teams by the chat that was kept, if it is open.
 * Where nothing arrived any more (`closed_at`) it can be again once the person has written from there.
 */
const open = (personIds: readonly string[]): Sql => sql`
  with used as (
    select person_id, platform, max(at) as at from inbound_event where person_id = any(${[...personIds]}::uuid[]) group by person_id, platform
  )
  select i.person_id, i.platform, i.tenant, i."user", c.reference, u.at as used_at, i.linked_at
  from identity i
    left join used u on u.person_id = i.person_id and u.platform = i.platform
    left join lateral (
      select reference from conversation_reference
      where i.platform = 'teams' and platform = 'teams' and tenant = i.tenant and person_id = i.person_id and kind = 'personal' and closed_at is null
      order by seen_at desc limit 1) c on true
  where i.person_id = any(${[...personIds]}::uuid[]) and (i.platform = 'slack' or (i.platform = 'teams' and c.reference is not null))
    and (i.closed_at is null or exists (select from inbound_event e where e.person_id = i.person_id and e.platform = i.platform
      and e.at > i.closed_at and starts_with(e.key, i.tenant || ':' || i."user" || ':')))`;

type Row = Omit<ChatRoute, 'to'> & { personId: string; reference: Record<string, unknown> | null };

/** Every way to each of some people, best first, in one statement. E-mail where there is a server for it, or the demonstration shows it. */
export const routesOf = async (
  { config }: Pick<Core, 'config'>,
  tx: Tx,
  people: readonly { id: string; email: string | null }[],
): Promise<Map<string, Route[]>> => {
  const rows = await tx.$queryRaw<Row[]>`
    select person_id as "personId", platform, tenant, "user", reference from (${open(people.map(({ id }) => id))}) o
    order by used_at desc nulls last, linked_at desc`;
  const chats = Map.groupBy(rows, ({ personId }) => personId);
  const mails = config.mail !== undefined || config.demo;
  return new Map(
    people.map(({ id, email }) => [
      id,
      [
        ...(chats.get(id) ?? []).map(
          ({ platform, tenant, user, reference }): Route => ({ platform, tenant, user, to: { tenant, user, ...reference } }),
        ),
        ...(email !== null && mails ? [{ platform: 'email', to: email } as const] : []),
      ],
    ]),
  );
};

/** Which tenant of which platform each of some people is written to, in one statement; nothing of those who have no chat. */
export const tenantsOf = async (tx: Tx, personIds: readonly string[]): Promise<Map<string, string>> => {
  const rows = await tx.$queryRaw<{ personId: string; lane: string }[]>`
    select distinct on (person_id) person_id as "personId", platform || ' ' || tenant as lane from (${open(personIds)}) o
    order by person_id, used_at desc nulls last, linked_at desc`;
  return new Map(rows.map(({ personId, lane }) => [personId, lane]));
};

/** Nothing arrives at some accounts any more, since a moment: they are not tried again until the person writes from there. */
export const closeAccounts = async (
  tx: Tx,
  accounts: readonly { platform: string; tenant: string; user: string; at: Date }[],
): Promise<void> => {
  if (accounts.length === 0) return;
  await tx.$executeRaw`
    update identity i set closed_at = c.at from jsonb_to_recordset(${JSON.stringify(accounts)}::jsonb) as c(platform text, tenant text, "user" text, at timestamptz)
    where i.platform = c.platform and i.tenant = c.tenant and i."user" = c."user"`;
};
