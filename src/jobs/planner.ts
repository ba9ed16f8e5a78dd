import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Terms } from '../calendar/terms.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import { faultOf } from '../fault.ts';
import {
  earliest,
  isHourIn,
  isQuietAt,
  isSummaryHourIn,
  mondayOf,
  nudgeMoment,
  sendBy,
  summaryBy,
  summaryMoment,
  weekName,
} from '../nudges/moment.ts';
import type { nudgesFor } from '../nudges/nudges.ts';
import { type Hour, hoursOf, type peopleFor } from '../nudges/people.ts';
import type { Person } from '../nudges/person.ts';
import { keeperOf, summaryKey, summarySoon, weeklyOf } from '../nudges/readers.ts';
import { tenantsOf } from '../people/routes.ts';
import type { Receiver, receiversIn } from '../summaries/receivers.ts';
import { endLapsed } from '../summaries/subscriptions.ts';

/**
 * Plans what is to be sent unasked: whose moment lies after the last one that was planned, up to now, and for whom something waits. All in
 * one transaction that holds the planner's row: of two processes one plans; after down-time everything since is looked at, and what is
 * still in its time goes as soon as its reader's hours allow; a clock that jumps back plans nothing until it has caught up, unless that
 * would take longer than a day.
 */

/**
 * Messages a second that are meant for one tenant of a platform. Slack takes "several hundred" a minute of a workspace, Teams 50 a second
 * of a bot and tenant (facts/platforms.md); what people do meanwhile is to have room.
 */
const A_SECOND = 15;
/** Milliseconds between two messages to one person: both platforms take one a second there. */
const TO_ONE = 1_000;

/** Minutes without a planning after which somebody is told: three ticks. */
const TOO_LONG = 15;
/** Hours that a planning may lie ahead of the clock: by more, a clock was wrong, and waiting for it would stop everything until then. */
const TOO_FAR = 24;

/** Nobody waits for a planning; milliseconds. */
const LIMITS = { maxWait: 10_000, timeout: 120_000 };

/** Where the rules are: who there is, what waits for whom, who is sent a summary. */
export type Rules = { people: typeof peopleFor; nudges: typeof nudgesFor; receivers: typeof receiversIn };

/** One message to be: when it is meant for, and when it may go at the earliest. */
type Meant = {
  key: string;
  kind: 'nudge' | 'summary';
  personId: string;
  subscriptionId: string | null;
  scopeKind: string | null;
  scopeId: string | null;
  week: string;
  moment: Temporal.Instant;
  start: Temporal.Instant;
  /** Whose platform it goes by, where it is not the person's own. */
  tenant: string | undefined;
};

const isAfter = (one: Temporal.Instant, other: Temporal.Instant) => Temporal.Instant.compare(one, other) > 0;

/** The summary that is meant for somebody in a window of time; of the week before, where everything was down. */
const summaryIn = (person: Person, receiver: Receiver, from: Temporal.Instant, now: Temporal.Instant): Meant | undefined => {
  const keeper = keeperOf(person, receiver);
  if (isQuietAt(keeper, now)) return undefined;
  const monday = mondayOf(now);
  for (const week of [monday, monday.subtract({ weeks: 1 })]) {
    const moment = summaryMoment(keeper, week, receiver.every);
    if (!moment || !isAfter(moment, from) || isAfter(moment, now)) continue;
    const start = earliest(keeper, now, summaryBy(keeper, moment));
    if (!start) continue;
    const { personId, subscriptionId, scopeKind, scopeId, channel } = receiver;
    const tenant = channel ? `${channel.platform} ${channel.tenant}` : undefined;
    const whose = { kind: 'summary', personId, subscriptionId, scopeKind, scopeId } as const;
    return { key: summaryKey(receiver, week), ...whose, week: weekName(week), moment, start, tenant };
  }
  return undefined;
};

/** What is reckoned from somebody's calendar and hours alone: once for all who keep the same, as most do. */
const sharedBy = <T>(reckon: (person: Person) => T): ((person: Person) => T) => {
  const known = new Map<Terms, Map<string, T>>();
  return (person) => {
    if (person.away.length > 0) return reckon(person);
    const ofTerms = known.get(person.terms) ?? new Map<string, T>();
    known.set(person.terms, ofTerms);
    const hour = `${person.zone} ${person.weekday} ${person.time}`;
    if (!ofTerms.has(hour)) ofTerms.set(hour, reckon(person));
    return ofTerms.get(hour) as T;
  };
};

/** The nudge that is meant for somebody in a window of time, if anything waits. */
const nudgeIn = (from: Temporal.Instant, now: Temporal.Instant): ((person: Person) => Meant | undefined) => {
  const monday = mondayOf(now);
  const week = weekName(monday);
  const momentsOf = sharedBy((person) => {
    const moment = nudgeMoment(person, monday);
    if (!moment || !isAfter(moment, from) || isAfter(moment, now)) return undefined;
    const start = earliest(person, now, sendBy(person, monday));
    return start && { moment, start };
  });
  return (person) => {
    const moments = isQuietAt(person, now) ? undefined : momentsOf(person);
    if (!moments) return undefined;
    const rest = { subscriptionId: null, scopeKind: null, scopeId: null, week, tenant: undefined };
    return { key: `nudge ${person.id} ${week}`, kind: 'nudge', personId: person.id, ...moments, ...rest };
  };
};

/** When each goes, so that no tenant is flooded and nobody gets two at once: in the order in which they may. Pure. */
export const spread = (meant: readonly Meant[], tenants: ReadonlyMap<string, string>): (Meant & { sendAt: Temporal.Instant })[] => {
  /** Milliseconds at which the next may go: by tenant, and by person. */
  const next = new Map<string, number>();
  return meant
    .toSorted((one, other) => Temporal.Instant.compare(one.start, other.start))
    .map((one) => {
      const tenant = one.tenant ?? tenants.get(one.personId) ?? 'email';
      const reader = one.tenant ? one.key : one.personId;
      const at = Math.max(one.start.epochMilliseconds, next.get(tenant) ?? 0, next.get(reader) ?? 0);
      next.set(tenant, at + 1000 / A_SECOND);
      next.set(reader, at + TO_ONE);
      return { ...one, sendAt: Temporal.Instant.fromEpochMilliseconds(Math.ceil(at)) };
    });
};

/** At whose hours it could be a moment: at most ticks nobody's. */
const hoursIn = async (tx: Tx, from: Temporal.Instant, now: Temporal.Instant): Promise<{ nudges: Hour[]; summaries: boolean }> => {
  const hours = await hoursOf(tx);
  return {
    nudges: hours.filter(({ zone, time }) => isHourIn(zone, Temporal.PlainTime.from(time), from, now)),
    summaries: hours.some(({ zone }) => isSummaryHourIn(zone, from, now)),
  };
};

/** Those of some messages that were not planned before: somebody may have chosen a later day after this week's was sent. */
const notPlanned = async (tx: Tx, meant: readonly Meant[]): Promise<Meant[]> => {
  if (meant.length === 0) return [];
  const rows = await tx.$queryRaw<{ key: string }[]>`select key from delivery where key = any(${meant.map(({ key }) => key)}::text[])`;
  const planned = new Set(rows.map(({ key }) => key));
  return meant.filter(({ key }) => !planned.has(key));
};

/** What is meant to be sent in a window of time, and how many people's moment was looked at. */
const meantIn = async (
  tx: Tx,
  { people, nudges, receivers }: Rules,
  { from, now, ...how }: { from: Temporal.Instant; now: Temporal.Instant } & Pick<Parameters<typeof nudges>[1], 'waveKeys' | 'onFault'>,
) => {
  const hours = await hoursIn(tx, from, now);
  if (hours.nudges.length === 0 && !hours.summaries) return { lookedAt: 0, meant: [] };
  const day = dayIn(now).toString();
  const summaries = await receivers(tx, { day });
  const readers = hours.summaries ? await people(tx, { day, only: [...new Set(summaries.map(({ personId }) => personId))] }) : [];
  const reader = new Map(readers.map((person) => [person.id, person]));
  const due = summaries.flatMap((receiver) => {
    const person = reader.get(receiver.personId);
    return (person && summaryIn(person, receiver, from, now)) ?? [];
  });
  const nudge = nudgeIn(from, now);
  const persons = hours.nudges.length > 0 ? await people(tx, { day, hours: hours.nudges }) : [];
  const summariesOf = Map.groupBy(summaries, ({ personId }) => personId);
  const summarised = new Set(due.flatMap(({ personId, tenant }) => (tenant ? [] : [personId])));
  /** A summary of theirs is planned now, or comes within the day: it says what waits. */
  const isInSummary = (person: Person) =>
    summarised.has(person.id) || summarySoon(person, summariesOf.get(person.id) ?? [], now, now) !== undefined;
  const nudged = persons.flatMap((person) => {
    const meant = nudge(person);
    return meant && !isInSummary(person) ? [meant] : [];
  });
  const candidates = await notPlanned(tx, [...due, ...nudged]);
  const asked = candidates.flatMap(({ kind, personId }) => (kind === 'nudge' ? [personId] : []));
  const found = asked.length > 0 ? await nudges(tx, { now, only: asked, weeklySummary: weeklyOf(summaries), ...how }) : [];
  const wanted = new Set(found.flatMap(({ person, lines }) => (lines.length > 0 ? [person.id] : [])));
  return { lookedAt: candidates.length, meant: candidates.filter(({ kind, personId }) => kind === 'summary' || wanted.has(personId)) };
};

export type Planned = { run: string; lookedAt: number; planned: number };

export const createPlanner = (
  { db, now, newId, log, waveKeys }: Pick<Core, 'db' | 'now' | 'newId' | 'log' | 'waveKeys'>,
  rules: Rules,
): (() => Promise<Planned | undefined>) => {
  /** Up to when was planned; a day back where a clock was wrong. What was planned since is not planned twice: each has its key. */
  const reached = (plannedTo: Date, at: Temporal.Instant): Temporal.Instant => {
    const to = Temporal.Instant.fromEpochMilliseconds(plannedTo.getTime());
    if (!isAfter(to, at.add({ hours: TOO_FAR }))) return to;
    log.error(
      { plannedTo: to.toString(), at: at.toString() },
      'messages are planned far ahead of the clock, as if it had been wrong: a day is planned anew',
    );
    return at.subtract({ hours: TOO_FAR });
  };

  /** Says so where nothing could be planned for a while: one person's data may stop everybody's messages. */
  const alarm = async (at: Temporal.Instant) => {
    const row = await db.planner.findFirst();
    const plannedTo = row?.plannedTo.getTime() ?? at.epochMilliseconds;
    const minutes = Math.floor((at.epochMilliseconds - plannedTo) / 60_000);
    if (minutes >= TOO_LONG)
      log.error({ minutes }, 'messages that nobody asked for could not be planned for a while: nobody gets one meanwhile');
  };

  /** Up to when was planned, with the row held; undefined: another process is at it, or nothing was ever planned and it begins now. */
  const hold = async (tx: Tx, at: Temporal.Instant): Promise<Temporal.Instant | undefined> => {
    const [row] = await tx.$queryRaw<{ at: Date }[]>`select planned_to as at from planner where id = 1 for update skip locked`;
    if (row) return reached(row.at, at);
    await tx.$executeRaw`insert into planner (id, planned_to) values (1, ${at.toString()}::timestamptz) on conflict do nothing`;
    return undefined;
  };

  const keep = async (
    tx: Tx,
    from: Temporal.Instant,
    at: Temporal.Instant,
    lookedAt: number,
    meant: readonly Meant[],
  ): Promise<Planned> => {
    const tenants = await tenantsOf(tx, [...new Set(meant.flatMap(({ tenant, personId }) => (tenant ? [] : [personId])))]);
    const rows = spread(meant, tenants).map(({ key, kind, personId, subscriptionId, scopeKind, scopeId, week, moment, sendAt }) => ({
      id: newId(),
      key,
      kind,
      personId,
      subscriptionId,
      scopeKind,
      scopeId,
      week,
      moment: moment.toString(),
      sendAt: sendAt.toString(),
    }));
    const run = newId();
    await tx.$executeRaw`
      insert into run (id, "from", "to", looked_at, planned, created_at)
      values (${run}::uuid, ${from.toString()}::timestamptz, ${at.toString()}::timestamptz, ${lookedAt}, ${rows.length}, ${at.toString()}::timestamptz)`;
    // The unique key holds the promise: a message that was planned before ends this transaction.
    await tx.$executeRaw`
      insert into delivery (id, run_id, key, kind, person_id, subscription_id, scope_kind, scope_id, week, moment, send_at, changed_at)
      select id, ${run}::uuid, key, kind, "personId", "subscriptionId", "scopeKind", "scopeId", week, moment, "sendAt", ${at.toString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, key text, kind text, "personId" uuid, "subscriptionId" uuid,
        "scopeKind" text, "scopeId" uuid, week text, moment timestamptz, "sendAt" timestamptz)`;
    return { run, lookedAt, planned: rows.length };
  };

  const onFault = (personId: string, error: unknown) =>
    log.error({ personId, fault: faultOf(error) }, 'what waits for somebody could not be reckoned: they get no message of this week');

  const plan = (at: Temporal.Instant) =>
    inTransaction(
      db,
      async (tx) => {
        const from = await hold(tx, at);
        if (!from || !isAfter(at, from)) return undefined;
        await endLapsed({ tx, now: at, newId, personId: null }, dayIn(at).toString());
        const { lookedAt, meant } = await meantIn(tx, rules, { from, now: at, waveKeys, onFault });
        const kept = meant.length > 0 ? await keep(tx, from, at, lookedAt, meant) : undefined;
        await tx.$executeRaw`update planner set planned_to = ${at.toString()}::timestamptz where id = 1`;
        return kept;
      },
      LIMITS,
    );

  return async () => {
    const at = now();
    try {
      const planned = await plan(at);
      if (planned) log.info(planned, 'messages that nobody asked for are planned');
      return planned;
    } catch (error) {
      await alarm(at).catch(() => {}); // the database is away: that is the error
      throw error;
    }
  };
};
