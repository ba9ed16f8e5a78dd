import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Unasked } from '../bot/unasked.ts';
import { dayIn } from '../calendar/zone.ts';
import { sql, type Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import { faultOf } from '../fault.ts';
import { keepShownIn, type PulsesIn } from '../nudges/pulses.ts';
import { weeklyOf } from '../nudges/readers.ts';
import { type Handed, type Now, type Planned, type To, type Verdict, verdictOn, WHY } from '../nudges/verdict.ts';
import { routesOf } from '../people/routes.ts';
import { createDraw, type Drawn } from './draw.ts';
import { createFollow, triedWays } from './follow.ts';
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
/** Days for which a message is looked at again of which nothing is kept: a nudge goes in its week or not at all. */
const FOLLOWED_DAYS = 7;
/** Why one failed that could not be drawn as long as it was to be sent, for the administrator. */
const FAULT = 'it could not be drawn, by a fault of ours that the log names';

type Row = Planned & { id: string };
const ROW = sql`
  d.id, d.kind, d.person_id as "personId", d.subscription_id as "subscriptionId", d.scope_kind as "scopeKind", d.scope_id as "scopeId", d.week, d.moment,
  exists (select from subscription s where s.id = d.subscription_id and s.platform is not null) as shared`;

export type Deliveries = {
  /** Hands over what is due, once it was looked at again. @returns when the next is due; undefined: none is planned */
  handOver: () => Promise<Temporal.Instant | undefined>;
  /** Reads in the outbox what became of those that were handed over; what certainly did not arrive is planned again, for another way. */
  follow: () => Promise<void>;
  /** Brings the cards of this week up to date whose readers did something since, and which say something else now. */
  refresh: () => Promise<void>;
};

export const createDeliveries = (
  core: Pick<Core, 'db' | 'now' | 'newId' | 'log' | 'config' | 'secret' | 'later' | 'waveKeys'>,
  { unasked, ...rules }: Rules & { unasked: Unasked },
): Deliveries => {
  const { db, now, newId, log, waveKeys } = core;
  const draw = createDraw(core, unasked);

  const look = async (tx: Tx, rows: readonly Row[], moment: Temporal.Instant): Promise<Now> => {
    const day = dayIn(moment).toString();
    const ids = [...new Set(rows.map(({ personId }) => personId))];
    const people = await rules.people(tx, { day, only: ids });
    const receivers = await rules.receivers(tx, { day, only: ids });
    const nudges = await rules.nudges(tx, { now: moment, only: ids, weeklySummary: weeklyOf(receivers), waveKeys });
    return {
      moment,
      people: new Map(people.map((person) => [person.id, person])),
      nudges: new Map(nudges.map((nudge) => [nudge.person.id, nudge])),
      receivers,
      routes: await routesOf(core, tx, people),
    };
  };

  const end = (tx: Tx, id: string, state: 'left' | 'failed' | 'done', why: string | null, at: Temporal.Instant) => tx.$executeRaw`
    update delivery set state = ${state}, why = ${why}, changed_at = ${at.toString()}::timestamptz where id = ${id}::uuid`;

  /** Where one goes, as it is kept. */
  const handedTo = ({ route, channel }: To): Handed => ({
    platform: route.platform,
    ...(route.platform === 'email' ? {} : { tenant: route.tenant, ...(channel ? {} : { user: route.user }) }),
  });

  /** Hands over what has nothing but pulses, or does not: nothing that is kept says which, not even a gap among the numbers of messages. */
  const handPulses = async (tx: Tx, row: Row, to: To, { message }: Drawn, nothing: boolean): Promise<void> => {
    if (nothing) await tx.$queryRaw`select nextval(pg_get_serial_sequence('outbox', 'seq'))::text`;
    else await core.later(tx, { ...message, delivery: row.id, until: to.until.toString(), ways: [...row.tried, handedTo(to)] });
  };

  const hand = async (tx: Tx, row: Row, to: To, at: Temporal.Instant): Promise<PulsesIn[]> => {
    const drawn = await draw(tx, row, to, at);
    if (!drawn) {
      await end(tx, row.id, 'left', WHY.notTheirs, at);
      return [];
    }
    const { message, shown, only, pulses } = drawn;
    const noted = pulses ? [pulses] : [];
    if (only) {
      await handPulses(tx, row, to, drawn, only.nothing);
      await end(tx, row.id, 'done', null, at);
      return noted;
    }
    const outboxId = newId();
    await core.later(tx, { ...message, delivery: row.id, until: to.until.toString() }, { id: outboxId });
    const kept: Handed = { ...handedTo(to), ...(shown === undefined ? {} : { shown }) };
    await tx.$executeRaw`
      update delivery set state = 'handed', outbox_id = ${outboxId}::uuid, route = ${JSON.stringify(kept)}::jsonb,
        refreshed_at = ${at.toString()}::timestamptz, changed_at = ${at.toString()}::timestamptz
      where id = ${row.id}::uuid`;
    return noted;
  };

  /** @returns what is to be noted of pulses */
  const settle = async (tx: Tx, row: Row, verdict: Verdict, at: Temporal.Instant): Promise<PulsesIn[]> => {
    if ('hand' in verdict) return hand(tx, row, verdict.hand, at);
    if ('left' in verdict) await end(tx, row.id, 'left', verdict.left, at);
    else if ('failed' in verdict) await end(tx, row.id, 'failed', verdict.failed, at);
    else
      await tx.$executeRaw`
        update delivery set send_at = ${verdict.waitTo.toString()}::timestamptz, changed_at = ${at.toString()}::timestamptz where id = ${row.id}::uuid`;
    return [];
  };

  /**
   * Those that are due and nobody else is looking at, in one transaction; of two to one person the first, so that the second is looked at
   * once it is known what that told. @param most how many @returns how many of them are done
   */
  const handBatch = (most: number, at: Temporal.Instant, begun: (ids: string[]) => void) =>
    inTransaction(db, async (tx) => {
      const since = now();
      const rows = await tx.$queryRaw<Row[]>`
        select ${ROW}, d.why, d.tried from delivery d where state = 'planned' and send_at <= ${at.toString()}::timestamptz
          and not exists (select from delivery e where e.person_id = d.person_id and e.state = 'planned' and (e.send_at, e.id) < (d.send_at, d.id))
        order by send_at, id limit ${most} for update of d skip locked`;
      begun(rows.map(({ id }) => id));
      if (rows.length === 0) return 0;
      const found = await look(tx, rows, at);
      let done = 0;
      const pulses: PulsesIn[] = [];
      for (const row of rows) {
        if (done > 0 && now().since(since).total('milliseconds') >= LONG_ENOUGH) break;
        pulses.push(...(await settle(tx, row, verdictOn(row, found), at)));
        done += 1;
      }
      await keepShownIn(tx, pulses);
      return done;
    });

  /** One that cannot be drawn, by a fault of ours, holds up no other; it is looked at again as long as its time lasts. */
  const putOff = async (ids: string[], at: Temporal.Instant, error: unknown) => {
    log.error({ deliveries: ids, fault: faultOf(error) }, 'a message could not be drawn; it is looked at again in a few minutes');
    const later = at.add({ minutes: AFTER_FAULT }).toString();
    await db.$executeRaw`
      update delivery set send_at = ${later}::timestamptz, why = ${FAULT} where id = any(${ids}::uuid[]) and state = 'planned'`;
  };

  /**
   * One that has nothing but pulses and certainly did not arrive goes its next way, if there is one; its delivery does not say so. What it was
   * to say is what it told, as far as that waits still. @param seen those that were looked at just now
   * @returns whether it is lost; undefined: there is none
   */
  const nextWay = (at: Temporal.Instant, seen: readonly string[], begun: (id: string) => void) =>
    inTransaction(db, async (tx) => {
      const [row] = await tx.$queryRaw<(Row & { outboxId: string; error: string; ways: Handed[]; keys: string[] })[]>`
        select ${ROW}, o.id as "outboxId", o.error, o.payload -> 'ways' as ways, array(select key from delivery_line l where l.delivery_id = d.id) as keys
        from outbox o join delivery d on d.id = (o.payload ->> 'delivery')::uuid
        where o.state = 'failed' and o.payload ->> 'forget' = 'true' and o.not_before <= ${at.toString()}::timestamptz
          and o.not_before > ${at.subtract({ hours: 24 * FOLLOWED_DAYS }).toString()}::timestamptz and o.id <> all(${[...seen]}::uuid[])
        order by o.seq limit 1 for update of o skip locked`;
      if (!row) return undefined;
      begun(row.outboxId);
      const found = await look(tx, [row], at);
      const nudge = found.nudges.get(row.personId);
      const lines = nudge?.all.filter(({ key }) => row.keys.includes(key)) ?? [];
      const planned = { ...row, ...triedWays(row, at), again: true as const };
      const verdict = verdictOn(planned, { ...found, nudges: new Map([[row.personId, { all: lines, lines }]]) });
      if ('waitTo' in verdict) {
        await tx.$executeRaw`update outbox set not_before = ${verdict.waitTo.toString()}::timestamptz where id = ${row.outboxId}::uuid`;
        return { lost: false };
      }
      await tx.$executeRaw`delete from outbox where id = ${row.outboxId}::uuid`;
      const drawn = 'hand' in verdict ? await draw(tx, planned, verdict.hand, at) : undefined;
      if ('hand' in verdict && drawn) {
        await handPulses(tx, planned, verdict.hand, drawn, drawn.only?.nothing ?? true);
        await keepShownIn(tx, drawn.pulses ? [drawn.pulses] : []);
      }
      return { lost: 'failed' in verdict };
    });

  /** Of those that are lost, how many: to whom they were, nothing says. */
  const nextWays = async () => {
    const at = now();
    const seen: string[] = [];
    let count = 0;
    for (let more = true; more; ) {
      const before = seen.length;
      try {
        const ended = await nextWay(at, seen, (id) => void seen.push(id));
        more = ended !== undefined;
        if (ended?.lost) count += 1;
      } catch (error) {
        if (seen.length === before) throw error;
        log.error(
          { fault: faultOf(error) },
          'a message with nothing but a pulse could not be drawn; it is looked at again in a few minutes',
        );
      }
    }
    if (count > 0) log.warn({ count }, 'messages with nothing but a pulse did not arrive by any way');
  };

  const follow = createFollow(core);

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
      await follow();
      await nextWays();
    },
    refresh: createRefresh(core, unasked),
  };
};
