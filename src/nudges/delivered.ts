import { Temporal } from 'temporal-polyfill';
import type { Tx } from '../db/client.ts';

/** A nudge that was sent, as its card needs it; and where it stands, so that it can be brought up to date. */

export type Delivered = {
  id: string;
  /** When it was meant to go. */
  moment: Temporal.Instant;
  /** The keys of what it told, in its order. */
  keys: string[];
  /** When the nudge before it was meant to go; none: it is the first. */
  before: Temporal.Instant | undefined;
};

type Row = { id: string; moment: string; before: string | null; keys: string[] };

const ISO = `YYYY-MM-DD"T"HH24:MI:SS.MS"Z"`;

/** A nudge to this person; undefined for one that is not theirs. */
export const deliveredTo = async (tx: Tx, id: string, personId: string): Promise<Delivered | undefined> => {
  const [row] = await tx.$queryRaw<Row[]>`
    select d.id, to_char(d.moment at time zone 'UTC', ${ISO}) as moment,
      (select to_char(max(b.moment) at time zone 'UTC', ${ISO}) from delivery b
        where b.person_id = d.person_id and b.kind = 'nudge' and b.moment < d.moment and b.state in ('handed', 'sent', 'unconfirmed')) as before,
      coalesce((select json_agg(l.key order by l.position) from delivery_line l where l.delivery_id = d.id), '[]') as keys
    from delivery d where d.id = ${id}::uuid and d.person_id = ${personId}::uuid and d.kind = 'nudge'`;
  if (!row) return undefined;
  return {
    id: row.id,
    moment: Temporal.Instant.from(row.moment),
    keys: row.keys,
    before: row.before === null ? undefined : Temporal.Instant.from(row.before),
  };
};

/** Whether a person has had, or is being sent, the nudge of a week ("2026-W48"). */
export const hasNudgeOf = async (tx: Tx, personId: string, week: string): Promise<boolean> => {
  const found = await tx.delivery.findFirst({
    where: { personId, week, kind: 'nudge', state: { in: ['handed', 'sent', 'unconfirmed'] } },
    select: { id: true },
  });
  return found !== null;
};

/** A message on a chat platform, by which it is brought up to date: an outbox message to this address takes its place. */
export type Sent = {
  platform: 'slack' | 'teams' /** The account that it was sent to. */;
  tenant: string;
  user: string;
  to: Record<string, unknown>;
};

type SentRow = {
  platform: 'slack' | 'teams';
  route: { tenant?: string; user?: string } | null;
  to: Record<string, unknown>;
  result: { channel?: string; ts?: string; conversation?: string; activity?: string } | null;
};

/** Where the message of a delivery stands; undefined where it is no chat message, or nobody knows where it is. */
export const sentMessage = async (tx: Tx, deliveryId: string): Promise<Sent | undefined> => {
  const [row] = await tx.$queryRaw<SentRow[]>`
    select o.payload ->> 'platform' as platform, d.route, o.payload -> 'to' as "to", o.result
    from delivery d join outbox o on o.id = d.outbox_id
    where d.id = ${deliveryId}::uuid and o.state = 'sent' and o.kind = 'card'`;
  const { route, result } = row ?? {};
  if (!row || !result || !route?.tenant || !route.user) return undefined;
  const { platform } = row;
  const account = { platform, tenant: route.tenant, user: route.user };
  if (platform === 'slack') return result.channel && result.ts ? { ...account, to: { channel: result.channel, ts: result.ts } } : undefined;
  if (!result.conversation || !result.activity) return undefined;
  return { ...account, to: { ...row.to, conversation: result.conversation, activity: result.activity, onlyThere: true } };
};

/** The card of a delivery is as it is now. */
export const refreshed = async (tx: Tx, deliveryId: string, now: Temporal.Instant): Promise<void> => {
  await tx.$executeRaw`update delivery set refreshed_at = ${now.toString()}::timestamptz where id = ${deliveryId}::uuid`;
};

/** When somebody was last sent a nudge; undefined: never. */
export const lastNudgeOf = async (tx: Tx, personId: string): Promise<Temporal.Instant | undefined> => {
  const last = await tx.delivery.findFirst({
    where: { personId, kind: 'nudge', state: { in: ['handed', 'sent', 'unconfirmed'] } },
    orderBy: { moment: 'desc' },
    select: { moment: true },
  });
  return last ? Temporal.Instant.fromEpochMilliseconds(last.moment.getTime()) : undefined;
};
