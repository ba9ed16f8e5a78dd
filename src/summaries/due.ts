import { sql, type Tx } from '../db/client.ts';
import type { ScopeKind } from './scopes.ts';

/** A summary that is sent because its day has come, and what it tells. */

export type Due = {
  id: string;
  personId: string;
  scopeKind: ScopeKind;
  scopeId: string;
  /** 2026-W47 */
  week: string;
  /** Where others read it; none: the person themselves does. */
  channel: {
    subscriptionId: string;
    platform: 'slack' | 'teams';
    conversation: string;
    /** Its preview had names and reasons. */
    reasons: boolean;
  } | null;
};

/** A summary, and where it is posted. */
const DUE = sql`
  select d.id, d.person_id as "personId", d.scope_kind as "scopeKind", d.scope_id as "scopeId", d.week,
    case when s.platform is not null then json_build_object('subscriptionId', s.id, 'platform', s.platform, 'conversation', s.conversation, 'reasons', exists (
      select 1 from audit_event a where a.subject_kind = 'subscription' and a.subject_id = s.id::text and a.detail ->> 'reasons' = 'true')) end as channel
  from delivery d left join subscription s on s.id = d.subscription_id`;

/** Undefined where there is none of that id. */
export const dueSummary = async (tx: Tx, id: string): Promise<Due | undefined> => {
  const [row] = await tx.$queryRaw<Due[]>`${DUE} where d.id = ${id}::uuid and d.kind = 'summary'`;
  return row;
};

/** The last summary that came to a person themselves; undefined where none has. */
export const lastSummary = async (tx: Tx, personId: string): Promise<Due | undefined> => {
  const [row] = await tx.$queryRaw<Due[]>`
    ${DUE} where d.person_id = ${personId}::uuid and d.kind = 'summary' and d.state in ('handed', 'sent', 'unconfirmed') and s.platform is null
    order by d.moment desc, d.id desc limit 1`;
  return row;
};

/** What of some lines this person was told by other messages; `thisWeek`: by another summary of the same week. */
export const toldBefore = async (
  tx: Tx,
  { id, personId, week }: Due,
  keys: readonly string[],
): Promise<Map<string, { thisWeek: boolean }>> => {
  if (keys.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ key: string; thisWeek: boolean }[]>`
    select t.key, bool_or(d.kind = 'summary' and d.week = ${week}) as "thisWeek"
    from delivery_line t join delivery d on d.id = t.delivery_id
    where t.person_id = ${personId}::uuid and t.key = any(${[...keys]}::text[]) and d.id <> ${id}::uuid and d.state in ('handed', 'sent', 'unconfirmed', 'done')
    group by t.key`;
  return new Map(rows.map(({ key, thisWeek }) => [key, { thisWeek }]));
};

/** Keeps what a message tells; what it tells already is kept once. */
export const keepTold = async (tx: Tx, { id, personId }: Due, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  await tx.$executeRaw`
    insert into delivery_line (delivery_id, position, key, person_id)
    select ${id}::uuid, nth::int - 1, key, ${personId}::uuid from unnest(${[...keys]}::text[]) with ordinality as told(key, nth)
    on conflict do nothing`;
};

/**
 * Forgets what was told and read by an earlier drawing, which did not arrive: another way to the same reader may tell less.
 * @param reader a person; of what is posted where others read, its subscription
 */
export const forgetDrawing = async (tx: Tx, { id, scopeKind, scopeId }: Due, reader: string): Promise<void> => {
  await tx.$executeRaw`delete from delivery_line where delivery_id = ${id}::uuid`;
  await tx.$executeRaw`
    delete from summary_seen where person_id = ${reader}::uuid and scope_kind = ${scopeKind} and scope_id = ${scopeId}::uuid
      and at = (select refreshed_at from delivery where id = ${id}::uuid)`;
};
