import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { Core, Message } from '../app.ts';
import type { Unasked } from '../bot/unasked.ts';
import { dayIn } from '../calendar/zone.ts';
import type { SealedCard } from '../cards/card.ts';
import { plainText } from '../cards/plain-text.ts';
import type { Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import { faultOf } from '../fault.ts';
import { refreshed, sentMessage } from '../nudges/delivered.ts';
import type { Line } from '../nudges/line.ts';
import { earliest, hoursEnd, isQuietAt, mondayOf, mondayOfWeek, sendBy, summaryBy, weekName } from '../nudges/moment.ts';
import type { Nudge } from '../nudges/nudges.ts';
import type { Person } from '../nudges/person.ts';
import { keeperOf, weeklyOf } from '../nudges/readers.ts';
import { closeAccount, type Route, routesOf } from '../people/routes.ts';
import { scopeName } from '../people/scope-name.ts';
import type { Receiver } from '../summaries/receivers.ts';
import type { ScopeKind } from '../summaries/scopes.ts';
import { nudgeEmail } from '../views/nudge-email.ts';
import { type AskingLine, asks, lineTitle } from '../views/nudge-words.ts';
import { summaryEmail } from '../views/summary-email.ts';
import { TOO_LATE } from './outbox.ts';
import type { Rules } from './planner.ts';

/**
 * What was planned, when its moment has come: claimed, looked at again, drawn and handed to the outbox, in one transaction; or left, with
 * why. Later its fate is read from the outbox: what certainly did not arrive goes another way, as long as its hours last.
 */

/** Deliveries that are looked at in one transaction: on the embedded database everybody waits meanwhile. */
const BATCH = 20;
/** Minutes after which one is looked at again that could not be drawn. */
const AFTER_FAULT = 5;

/** Hours since when it is asked who did something: ticks are far closer together, and nobody does anything while everything is down. */
const LOOKS_BACK = 24;

/** Why one is left, for the administrator: the same words for the same reason, so that they can be counted. */
const WHY = {
  gone: 'they have left, or hold no role any more',
  unread: 'they do not get this summary any more',
  quiet: 'they asked not to be written to',
  late: 'no working hours of theirs are left in its time',
  nothing: 'nothing waits for them any more',
  noWay: 'there is no way to write to them: no chat that is open, and no e-mail',
  notTheirs: 'there is nothing in it that they may read any more',
} as const;

/** Where one went, and what its card says, as a digest: it is brought up to date when it says something else. */
type Kept = { platform: string; tenant?: string; user?: string; shown?: string };

type Row = {
  id: string;
  kind: 'nudge' | 'summary';
  personId: string;
  subscriptionId: string | null;
  /** It is posted in a conversation that others read. */
  shared: boolean;
  scopeKind: ScopeKind | null;
  scopeId: string | null;
  week: string;
  moment: Date;
  why: string | null;
  tried: Kept[];
};

/** What the rules say now of those that are looked at together. */
type Now = {
  moment: Temporal.Instant;
  people: ReadonlyMap<string, Person>;
  nudges: ReadonlyMap<string, Nudge>;
  receivers: readonly Receiver[];
  routes: ReadonlyMap<string, readonly Route[]>;
};

/** `lines`: what a nudge tells; of a summary, whatever waits for its reader. */
type To = {
  person: Person;
  until: Temporal.Instant;
  channel: Receiver['channel'];
  every: Receiver['every'];
  route: Route;
  lines: readonly Line[];
};
type Verdict = { hand: To } | { left: string } | { failed: string } | { waitTo: Temporal.Instant };

const digestOf = (card: SealedCard): string => createHash('sha256').update(plainText(card)).digest('base64url').slice(0, 16);
const isSame = (route: Route, { platform, tenant, user }: Kept): boolean =>
  route.platform === platform && (route.platform === 'email' || (route.tenant === tenant && route.user === user));

/** The same reader and scope: of a conversation by its subscription, of a person by whatever makes it theirs. */
const isReceiver = (row: Row, { personId, subscriptionId, scopeKind, scopeId, channel }: Receiver): boolean =>
  personId === row.personId &&
  scopeKind === row.scopeKind &&
  scopeId === row.scopeId &&
  (row.shared ? subscriptionId === row.subscriptionId : channel === null);

/** Looks at one again, as everything is now. Pure. */
const verdictOn = (row: Row, now: Now): Verdict => {
  const someone = now.people.get(row.personId);
  if (!someone) return { left: WHY.gone };
  const receiver = now.receivers.find((one) => isReceiver(row, one));
  if (row.kind === 'summary' && !receiver) return { left: WHY.unread };
  const person = row.kind === 'summary' ? keeperOf(someone, receiver) : someone;
  if (isQuietAt(person, now.moment)) return { left: WHY.quiet };
  const by =
    row.kind === 'nudge'
      ? sendBy(person, mondayOfWeek(row.week))
      : summaryBy(person, Temporal.Instant.fromEpochMilliseconds(row.moment.getTime()));
  const start = earliest(person, now.moment, by);
  if (!start) return row.why === null ? { left: WHY.late } : { failed: row.why };
  if (Temporal.Instant.compare(start, now.moment) > 0) return { waitTo: start };
  const nudge = now.nudges.get(row.personId);
  const lines = (row.kind === 'nudge' ? nudge?.lines : nudge?.all) ?? [];
  if (row.kind === 'nudge' && lines.length === 0) return { left: WHY.nothing };
  const channel = receiver?.channel ?? null;
  const routes: readonly Route[] = channel ? [{ ...channel, user: '' }] : (now.routes.get(row.personId) ?? []);
  const route = routes.find((one) => !row.tried.some((before) => isSame(one, channel ? { ...before, user: '' } : before)));
  if (!route) return row.why === null ? { left: WHY.noWay } : { failed: row.why };
  const ends = hoursEnd(person, now.moment);
  const until = Temporal.Instant.compare(ends, by) < 0 ? ends : by;
  return { hand: { person, until, channel, every: receiver?.every ?? 'week', route, lines } };
};

export type Deliveries = {
  /** Hands over what is due, once it was looked at again. @returns when the next is due; undefined: none is planned */
  handOver: () => Promise<Temporal.Instant | undefined>;
  /** Reads in the outbox what became of those that were handed over; what certainly did not arrive is planned again, for another way. */
  follow: () => Promise<void>;
  /** Brings the cards of this week up to date whose readers did something since, and which say something else now. */
  refresh: () => Promise<void>;
};

export const createDeliveries = (
  core: Pick<Core, 'db' | 'now' | 'newId' | 'log' | 'config' | 'later'>,
  { unasked, ...rules }: Rules & { unasked: Unasked },
): Deliveries => {
  const { db, now, newId, log, config } = core;

  /** Where the links of an e-mail lead. */
  const readerOf = ({ email }: Person) => ({ publicUrl: config.publicUrl, as: config.demo ? (email ?? undefined) : undefined });

  const look = async (tx: Tx, rows: readonly Row[], moment: Temporal.Instant): Promise<Now> => {
    const day = dayIn(moment).toString();
    const ids = [...new Set(rows.map(({ personId }) => personId))];
    const people = await rules.people(tx, { day, only: ids });
    const receivers = await rules.receivers(tx, { day, only: ids });
    const nudges = await rules.nudges(tx, { now: moment, only: ids, weeklySummary: weeklyOf(receivers) });
    return {
      moment,
      people: new Map(people.map((person) => [person.id, person])),
      nudges: new Map(nudges.map((nudge) => [nudge.person.id, nudge])),
      receivers,
      routes: await routesOf(core, tx, people),
    };
  };

  const end = (tx: Tx, id: string, state: 'left' | 'failed', why: string, at: Temporal.Instant) => tx.$executeRaw`
    update delivery set state = ${state}, why = ${why}, changed_at = ${at.toString()}::timestamptz where id = ${id}::uuid`;

  /** What is told is kept before the card is drawn, because the card is drawn from it. */
  const keepLines = async (tx: Tx, { id, personId }: Row, lines: readonly Line[]) => {
    await tx.$executeRaw`delete from delivery_line where delivery_id = ${id}::uuid`;
    await tx.$executeRaw`
      insert into delivery_line (delivery_id, position, key, person_id)
      select ${id}::uuid, nth::int - 1, key, ${personId}::uuid from unnest(${lines.map(({ key }) => key)}::text[]) with ordinality as told(key, nth)`;
  };

  /** A summary by e-mail: whose it is, and the titles of what it tells that waits. */
  const summaryMail = async (tx: Tx, { id, scopeKind, scopeId }: Row, { person, lines, every }: To, at: Temporal.Instant) => {
    const told = new Set((await tx.deliveryLine.findMany({ where: { deliveryId: id }, select: { key: true } })).map(({ key }) => key));
    const today = dayIn(at);
    const waiting = lines.filter((line) => asks(line) && told.has(line.key)).map((line) => lineTitle(line as AskingLine, today));
    return summaryEmail(await scopeName(tx, scopeKind as ScopeKind, scopeId as string), { ...readerOf(person), every, waiting });
  };

  /** Draws it for where it goes to. A summary keeps itself what it tells. */
  const draw = async (tx: Tx, row: Row, to: To, at: Temporal.Instant) => {
    const { person, channel, route, lines } = to;
    if (row.kind === 'nudge') await keepLines(tx, row, lines);
    const isMail = route.platform === 'email';
    const account = isMail ? { platform: 'web' as const, tenant: 'web', user: row.personId } : route;
    const ask = { personId: row.personId, account, verb: row.kind === 'nudge' ? 'nudge.card' : 'summary.due', state: { delivery: row.id } };
    const where = channel
      ? { kind: 'channel' as const, conversation: channel.conversation, name: channel.name, to: channel.to, seenByOthers: true }
      : { kind: isMail ? ('web' as const) : ('personal' as const), seenByOthers: false };
    const card = await unasked(tx, { ...ask, where }, at);
    if (!card) return undefined;
    if (!isMail)
      return { message: { kind: 'card', platform: route.platform, to: route.to, card } satisfies Message, shown: digestOf(card) };
    const mail = row.kind === 'nudge' ? nudgeEmail(lines, { ...readerOf(person), today: dayIn(at) }) : await summaryMail(tx, row, to, at);
    return { message: { kind: 'email', to: route.to, ...mail } satisfies Message, shown: undefined };
  };

  const hand = async (tx: Tx, row: Row, to: To, at: Temporal.Instant): Promise<void> => {
    const drawn = await draw(tx, row, to, at);
    if (!drawn) return void (await end(tx, row.id, 'left', WHY.notTheirs, at));
    const { route, until } = to;
    const outboxId = newId();
    await core.later(tx, { ...drawn.message, delivery: row.id, until: until.toString() }, { id: outboxId });
    const kept: Kept = {
      platform: route.platform,
      ...(route.platform === 'email' ? {} : { tenant: route.tenant, ...(to.channel ? {} : { user: route.user }) }),
      ...(drawn.shown === undefined ? {} : { shown: drawn.shown }),
    };
    await tx.$executeRaw`
      update delivery set state = 'handed', outbox_id = ${outboxId}::uuid, route = ${JSON.stringify(kept)}::jsonb,
        refreshed_at = ${at.toString()}::timestamptz, changed_at = ${at.toString()}::timestamptz
      where id = ${row.id}::uuid`;
  };

  const settle = async (tx: Tx, row: Row, verdict: Verdict, at: Temporal.Instant): Promise<void> => {
    if ('hand' in verdict) await hand(tx, row, verdict.hand, at);
    else if ('left' in verdict) await end(tx, row.id, 'left', verdict.left, at);
    else if ('failed' in verdict) await end(tx, row.id, 'failed', verdict.failed, at);
    else
      await tx.$executeRaw`
        update delivery set send_at = ${verdict.waitTo.toString()}::timestamptz, changed_at = ${at.toString()}::timestamptz where id = ${row.id}::uuid`;
  };

  /** Those that are due and nobody else is looking at, in one transaction. @param most how many @returns their ids */
  const handBatch = (most: number, at: Temporal.Instant, begun: (ids: string[]) => void) =>
    inTransaction(db, async (tx) => {
      const rows = await tx.$queryRaw<Row[]>`
        select id, kind, person_id as "personId", subscription_id as "subscriptionId", scope_kind as "scopeKind", scope_id as "scopeId", week, moment, why, tried,
          exists (select from subscription s where s.id = subscription_id and s.platform is not null) as shared
        from delivery where state = 'planned' and send_at <= ${at.toString()}::timestamptz
        order by send_at, id limit ${most} for update skip locked`;
      begun(rows.map(({ id }) => id));
      if (rows.length === 0) return 0;
      const found = await look(tx, rows, at);
      for (const row of rows) await settle(tx, row, verdictOn(row, found), at);
      return rows.length;
    });

  /** One that cannot be drawn, by a fault of ours, holds up no other; it is looked at again as long as its time lasts. */
  const putOff = async (ids: string[], at: Temporal.Instant, error: unknown) => {
    log.error({ deliveries: ids, fault: faultOf(error) }, 'a message could not be drawn; it is looked at again in a few minutes');
    const later = at.add({ minutes: AFTER_FAULT }).toString();
    await db.$executeRaw`update delivery set send_at = ${later}::timestamptz where id = any(${ids}::uuid[]) and state = 'planned'`;
  };

  return {
    handOver: async () => {
      const at = now();
      for (let most = BATCH, count = 1; count > 0; ) {
        let ids: string[] = [];
        try {
          count = await handBatch(most, at, (begun) => {
            ids = begun;
          });
        } catch (error) {
          if (ids.length === 0) throw error;
          if (most === 1) await putOff(ids, at, error);
          most = 1; // one by one from here: who cannot be drawn is found
        }
      }
      const [next] = await db.$queryRaw<{ at: Date | null }[]>`select min(send_at) as at from delivery where state = 'planned'`;
      return next?.at ? Temporal.Instant.fromEpochMilliseconds(next.at.getTime()) : undefined;
    },

    follow: async () => {
      const at = now();
      await inTransaction(db, async (tx) => {
        const ended = await tx.$queryRaw<{ state: string; closed: boolean; route: Kept }[]>`
          with ended as (
            select d.id, d.route, o.state, o.error, o.closed, o.error <> ${TOO_LATE} as tried
            from delivery d join outbox o on o.id = d.outbox_id
            where d.state = 'handed' and o.state in ('sent', 'unconfirmed', 'failed') for update of d skip locked
          )
          update delivery d set changed_at = ${at.toString()}::timestamptz,
            state = case ended.state when 'failed' then 'planned' else ended.state end,
            send_at = case ended.state when 'failed' then ${at.toString()}::timestamptz else d.send_at end,
            why = case when ended.state = 'failed' and ended.tried then ended.error when ended.state = 'failed' then d.why end,
            tried = case when ended.state = 'failed' and ended.tried then d.tried || jsonb_build_array(d.route) else d.tried end
          from ended where d.id = ended.id
          returning ended.state, ended.closed, ended.route`;
        for (const { closed, route } of ended) {
          const { platform, tenant, user } = route;
          if (closed && tenant && user) await closeAccount(tx, { platform, tenant, user }, at);
        }
      });
    },

    refresh: async () => {
      const at = now();
      const week = weekName(mondayOf(at));
      const rows = await db.$queryRaw<{ id: string }[]>`
        select d.id from delivery d
          join (select person_id, max(at) as at from inbound_event where at > ${at.subtract({ hours: LOOKS_BACK }).toString()}::timestamptz group by person_id) did
            on did.person_id = d.person_id and did.at > d.refreshed_at
        where d.kind = 'nudge' and d.state = 'sent' and d.week = ${week} and d.route ->> 'platform' <> 'email'`;
      for (const { id } of rows) await inTransaction(db, (tx) => bringUpToDate(tx, id, at));
    },
  };

  /** One card, unless another process is at it. */
  async function bringUpToDate(tx: Tx, id: string, at: Temporal.Instant): Promise<void> {
    const [row] = await tx.$queryRaw<{ personId: string; route: Kept }[]>`
      select person_id as "personId", route from delivery where id = ${id}::uuid and refreshed_at < ${at.toString()}::timestamptz for update skip locked`;
    const sent = row && (await sentMessage(tx, id));
    if (!row) return;
    const ask = {
      personId: row.personId,
      where: { kind: 'personal' as const, seenByOthers: false },
      verb: 'nudge.card',
      state: { delivery: id },
    };
    const card = sent && (await unasked(tx, { ...ask, account: sent }, at));
    const shown = card && digestOf(card);
    if (card && shown !== row.route.shown) {
      await core.later(tx, { kind: 'card', platform: sent.platform, to: sent.to, card, delivery: id });
      await tx.$executeRaw`update delivery set route = route || ${JSON.stringify({ shown })}::jsonb where id = ${id}::uuid`;
    }
    await refreshed(tx, id, at);
  }
};
