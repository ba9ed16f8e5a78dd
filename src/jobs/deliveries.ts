import { Temporal } from 'temporal-polyfill';
import type { Core, Message } from '../app.ts';
import type { Unasked } from '../bot/unasked.ts';
import { dayIn } from '../calendar/zone.ts';
import { digestOf } from '../cards/digest.ts';
import type { Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import { faultOf } from '../fault.ts';
import type { Told } from '../nudges/goes.ts';
import type { Line } from '../nudges/line.ts';
import type { Person } from '../nudges/person.ts';
import { weeklyOf } from '../nudges/readers.ts';
import { toldTo } from '../nudges/told.ts';
import { type Handed, type Now, type Planned, type To, type Verdict, verdictOn, WHY } from '../nudges/verdict.ts';
import { routesOf } from '../people/routes.ts';
import { scopeName } from '../people/scope-name.ts';
import { nudgeEmail } from '../views/nudge-email.ts';
import { type AskingLine, asks, lineTitle, shownOf } from '../views/nudge-words.ts';
import { summaryEmail } from '../views/summary-email.ts';
import { createFollow } from './follow.ts';
import type { Rules } from './planner.ts';
import { createRefresh } from './refresh.ts';

/**
 * What was planned, when its moment has come: claimed, looked at again, drawn and handed to the outbox, in one transaction; or left, with
 * why. Its fate is read from the outbox later (follow.ts), and its card is brought up to date (refresh.ts).
 */

/** Deliveries that are looked at together at most, in one transaction: on the embedded database everybody waits meanwhile. */
const BATCH = 20;
/** Milliseconds after which a transaction begins with no other; the next one does. */
const LONG_ENOUGH = 1_000;
/** Minutes after which one is looked at again that could not be drawn. */
const AFTER_FAULT = 5;
/** Why one failed that could not be drawn as long as it was to be sent, for the administrator. */
const FAULT = 'it could not be drawn, by a fault of ours that the log names';

type Row = Planned & { id: string };

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

  const toldOf = async (tx: Tx, { personId }: Row, lines: readonly Line[]): Promise<Told> => {
    const told = await toldTo(
      tx,
      lines.map(({ key }) => ({ personId, key })),
    );
    return told(personId);
  };

  /** What is told is kept before the card is drawn, because the card is drawn from it; what is only counted there is for the next message. */
  const keepLines = async (tx: Tx, { id, personId }: Row, lines: readonly Line[], told: Told) => {
    const keys = shownOf(lines, told).map(({ key }) => key);
    await tx.$executeRaw`delete from delivery_line where delivery_id = ${id}::uuid`;
    await tx.$executeRaw`
      insert into delivery_line (delivery_id, position, key, person_id)
      select ${id}::uuid, nth::int - 1, key, ${personId}::uuid from unnest(${keys}::text[]) with ordinality as told(key, nth)`;
  };

  /** A summary by e-mail: whose it is, and the titles of what it tells that waits. */
  const summaryMail = async (tx: Tx, { id, scopeKind, scopeId }: Row, { person, lines, every }: To, at: Temporal.Instant) => {
    const told = new Set((await tx.deliveryLine.findMany({ where: { deliveryId: id }, select: { key: true } })).map(({ key }) => key));
    const today = dayIn(at);
    const waiting = lines.filter((line) => asks(line) && told.has(line.key)).map((line) => lineTitle(line as AskingLine, today));
    return summaryEmail(await scopeName(tx, scopeKind as string, scopeId as string), { ...readerOf(person), every, waiting });
  };

  /** Draws it for where it goes to. A summary keeps itself what it tells. */
  const draw = async (tx: Tx, row: Row, to: To, at: Temporal.Instant) => {
    const { person, channel, route, lines } = to;
    const told = row.kind === 'nudge' ? await toldOf(tx, row, lines) : undefined;
    if (told) await keepLines(tx, row, lines, told);
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
    const mail = told ? nudgeEmail(lines, { ...readerOf(person), today: dayIn(at), told }) : await summaryMail(tx, row, to, at);
    return { message: { kind: 'email', to: route.to, ...mail } satisfies Message, shown: undefined };
  };

  const hand = async (tx: Tx, row: Row, to: To, at: Temporal.Instant): Promise<void> => {
    const drawn = await draw(tx, row, to, at);
    if (!drawn) return void (await end(tx, row.id, 'left', WHY.notTheirs, at));
    const { route, until } = to;
    const outboxId = newId();
    await core.later(tx, { ...drawn.message, delivery: row.id, until: until.toString() }, { id: outboxId });
    const kept: Handed = {
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

  /**
   * Those that are due and nobody else is looking at, in one transaction; of two to one person the first, so that the second is looked at
   * once it is known what that told. @param most how many @returns how many of them are done
   */
  const handBatch = (most: number, at: Temporal.Instant, begun: (ids: string[]) => void) =>
    inTransaction(db, async (tx) => {
      const since = now();
      const rows = await tx.$queryRaw<Row[]>`
        select id, kind, person_id as "personId", subscription_id as "subscriptionId", scope_kind as "scopeKind", scope_id as "scopeId", week, moment, why, tried,
          exists (select from subscription s where s.id = subscription_id and s.platform is not null) as shared
        from delivery d where state = 'planned' and send_at <= ${at.toString()}::timestamptz
          and not exists (select from delivery e where e.person_id = d.person_id and e.state = 'planned' and (e.send_at, e.id) < (d.send_at, d.id))
        order by send_at, id limit ${most} for update of d skip locked`;
      begun(rows.map(({ id }) => id));
      if (rows.length === 0) return 0;
      const found = await look(tx, rows, at);
      let done = 0;
      for (const row of rows) {
        if (done > 0 && now().since(since).total('milliseconds') >= LONG_ENOUGH) break;
        await settle(tx, row, verdictOn(row, found), at);
        done += 1;
      }
      return done;
    });

  /** One that cannot be drawn, by a fault of ours, holds up no other; it is looked at again as long as its time lasts. */
  const putOff = async (ids: string[], at: Temporal.Instant, error: unknown) => {
    log.error({ deliveries: ids, fault: faultOf(error) }, 'a message could not be drawn; it is looked at again in a few minutes');
    const later = at.add({ minutes: AFTER_FAULT }).toString();
    await db.$executeRaw`
      update delivery set send_at = ${later}::timestamptz, why = ${FAULT} where id = any(${ids}::uuid[]) and state = 'planned'`;
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

    follow: createFollow(core),
    refresh: createRefresh(core, unasked),
  };
};
