import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';
import { waveOfKey } from './line.ts';
import { leftOutOf } from './pulses.ts';

/** A nudge that was sent, as its card needs it; and where it stands, so that it can be brought up to date. */

export type Delivered = {
  id: string;
  /** When it was meant to go. */
  moment: Temporal.Instant;
  /** The keys of what it told, in its order. */
  keys: string[];
  /** Those that its card does not have: pulses that were answered when it was sent. */
  leftOut: string[];
  /** As of when the nudge before it said what had changed; none: it is the first in a chat (an e-mail does not say). */
  before: Temporal.Instant | undefined;
};

type Row = { id: string; moment: string; before: string | null; keys: string[] };

/** A nudge to this person; undefined for one that is not theirs. */
export const deliveredTo = async (tx: Tx, id: string, personId: string): Promise<Delivered | undefined> => {
  const [row] = await tx.$queryRaw<Row[]>`
    select d.id, ${isoOf(sql`d.moment`)} as moment,
      (select ${isoOf(sql`(case when b.refreshed_at <= d.send_at then b.refreshed_at else b.send_at end)`)} from delivery b
        where b.person_id = d.person_id and b.kind = 'nudge' and b.moment < d.moment and b.state in ('handed', 'sent', 'unconfirmed')
          and b.route ->> 'platform' is distinct from 'email'
        order by b.moment desc limit 1) as before,
      coalesce((select json_agg(l.key order by l.position) from delivery_line l where l.delivery_id = d.id), '[]') as keys
    from delivery d where d.id = ${id}::uuid and d.person_id = ${personId}::uuid and d.kind = 'nudge'`;
  if (!row) return undefined;
  return {
    id: row.id,
    moment: Temporal.Instant.from(row.moment),
    keys: row.keys,
    leftOut: await leftOutOf(tx, row.id, row.keys),
    before: row.before === null ? undefined : Temporal.Instant.from(row.before),
  };
};

/** Whether a person has had, or is being sent, the nudge of a week ("2026-W48"). */
export const hasNudgeOf = async (tx: Tx, personId: string, week: string): Promise<boolean> => {
  const found = await tx.delivery.findFirst({
    where: { personId, week, kind: 'nudge', state: { in: ['handed', 'sent', 'unconfirmed', 'done'] } },
    select: { id: true },
  });
  return found !== null;
};

/** A message on a chat platform, by which it is brought up to date: an outbox message to this address takes its place. */
export type Sent = {
  platform: 'slack' | 'teams';
  /** The account that it was sent to. */
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

/** The card of a delivery has been looked at: what it says is so now. */
export const refreshed = async (tx: Tx, deliveryId: string, now: Temporal.Instant): Promise<void> => {
  await tx.$executeRaw`update delivery set refreshed_at = ${now.toString()}::timestamptz where id = ${deliveryId}::uuid`;
};

/**
 * The card of a delivery says something else now, where its reader pressed it. Of what has nothing but a pulse it is not kept that it came.
 * @param shown its digest (src/cards/digest.ts)
 */
export const keepShown = async (tx: Tx, deliveryId: string, shown: string, now: Temporal.Instant): Promise<void> => {
  await tx.$executeRaw`
    update delivery set route = route || ${JSON.stringify({ shown })}::jsonb, refreshed_at = ${now.toString()}::timestamptz
    where id = ${deliveryId}::uuid and state <> 'done'`;
};

/** Puts a card in the place of the one that a delivery shows, unless that says the same. @param shown its digest (src/cards/digest.ts) */
export const updateCard = async (
  { later }: Pick<Core, 'later'>,
  tx: Tx,
  { delivery, sent, card, shown }: { delivery: Pick<Delivered, 'id' | 'keys'>; sent: Sent; card: unknown; shown: string },
  now: Temporal.Instant,
): Promise<void> => {
  const [row] = await tx.$queryRaw<{ shown: string | null }[]>`
    select route ->> 'shown' as shown from delivery where id = ${delivery.id}::uuid for update`;
  if (row?.shown === shown) return refreshed(tx, delivery.id, now);
  const forget = delivery.keys.some((key) => waveOfKey(key)) ? { forget: 'words' as const } : {};
  await later(tx, { kind: 'card', platform: sent.platform, to: sent.to, card, delivery: delivery.id, ...forget });
  await keepShown(tx, delivery.id, shown, now);
};

/** As of when somebody's last nudge in a chat said what had changed; undefined: there was none. */
export const lastNudgeOf = async (tx: Tx, personId: string): Promise<Temporal.Instant | undefined> => {
  const [last] = await tx.$queryRaw<{ at: string }[]>`
    select ${isoOf(sql`coalesce(refreshed_at, send_at)`)} as at from delivery
    where person_id = ${personId}::uuid and kind = 'nudge' and state in ('handed', 'sent', 'unconfirmed')
      and route ->> 'platform' is distinct from 'email'
    order by moment desc limit 1`;
  return last && Temporal.Instant.from(last.at);
};
