import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../db/client.ts';
import { type Actor, findActor } from '../people/actor.ts';
import { may, type Permission } from '../people/permissions.ts';

/**
 * What became of the messages that nobody asked for, for whoever runs the programme: each run with its counts, and what did not arrive
 * or may not have. Whom they were to is said by post; what was in them and where they went is not.
 */

/** Runs that are listed, newest first. */
const MOST_RUNS = 20;
/** Messages that are listed of each state, newest first; all of these days are counted. */
const MOST_LISTED = 50;
/** Days back to which they are: what is older is nobody's to mend any more. */
const LOOKS_BACK = 92;

/** One planning that found somebody to write to, and where its messages are now: these add up to `planned`. */
export type Run = {
  id: string;
  /** It looked at the moments after `from`, up to and with `to`. */
  from: Date;
  to: Date;
  /** People whose moment it was. */
  lookedAt: number;
  planned: number;
  /** Planned, or handed over and not yet gone. */
  waiting: number;
  /** Or done: of what has nothing but a pulse it is not said who had answered, to whom none went. */
  sent: number;
  /** Not sent, because when its moment had come it was no longer to be. */
  left: number;
  failed: number;
  unconfirmed: number;
};

type Listed = {
  id: string;
  state: 'failed' | 'unconfirmed';
  at: Date;
  /** In words, without an address; none where nobody knows. */
  why: string | null;
  /** How many there are of this state, listed or not. */
  all: number;
};
/** A nudge or a summary that did not arrive, or nobody knows. */
export type LostDelivery = Listed & {
  kind: 'nudge' | 'summary';
  /** 2026-W48 */
  week: string;
  post: string;
  /** What people call the conversation that it was for: "#wakefield"; none where it was for the person themselves. */
  channel: string | null;
};
/** An answer or a notice that did not arrive, or nobody knows. */
export type LostMessage = Listed & {
  kind: 'card' | 'home' | 'email';
  /** slack | teams; none for an e-mail. */
  platform: string | null;
  /** It held a link that lets somebody in, which is forgotten. */
  secret: boolean;
  /** Null: a channel, or an account that nobody here has. */
  post: string | null;
};

export type Runs = {
  /** Up to which moment everything has been planned; null: nothing ever was. */
  plannedTo: Date | null;
  runs: Run[];
  /** Why messages of these runs were left, most frequent first. */
  left: { why: string | null; count: number }[];
  deliveries: LostDelivery[];
  messages: LostMessage[];
};

/** Whether somebody may, for the whole programme: a run is of all of it. */
export const mayWithRuns = ({ roles }: Pick<Actor, 'roles'>, permission: Extract<Permission, `runs.${string}`>): boolean =>
  roles.some((held) => held.scopeKind === 'programme' && may({ roles: [held] }, permission, { programmeId: held.scopeId }));

/** What a person may do with runs today (YYYY-MM-DD). */
export const runRights = async (tx: Tx, personId: string, today: string): Promise<{ read: boolean; again: boolean }> => {
  const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: personId }, today);
  return { read: actor !== undefined && mayWithRuns(actor, 'runs.read'), again: actor !== undefined && mayWithRuns(actor, 'runs.again') };
};

/** Everything of the page, in five statements. */
export const readRuns = async (tx: Tx, now: Temporal.Instant): Promise<Runs> => {
  const since = now.subtract({ hours: 24 * LOOKS_BACK }).toString();
  const planner = await tx.planner.findFirst();
  const runs = await tx.$queryRaw<Run[]>`
    select r.id, r."from", r."to", r.looked_at as "lookedAt", r.planned,
      (count(*) filter (where d.state in ('planned', 'handed')))::int as waiting, (count(*) filter (where d.state in ('sent', 'done')))::int as sent,
      (count(*) filter (where d.state = 'left'))::int as "left", (count(*) filter (where d.state = 'failed'))::int as failed,
      (count(*) filter (where d.state = 'unconfirmed'))::int as unconfirmed
    from (select * from run order by created_at desc, id desc limit ${MOST_RUNS}) r left join delivery d on d.run_id = r.id
    group by r.id, r."from", r."to", r.looked_at, r.planned, r.created_at
    order by r.created_at desc, r.id desc`;
  const left = await tx.$queryRaw<Runs['left']>`
    select why, count(*)::int as count from delivery
    where state = 'left' and run_id = any(${runs.map(({ id }) => id)}::uuid[])
    group by why order by 2 desc, 1`;
  const deliveries = await tx.$queryRaw<LostDelivery[]>`
    select * from (
      select d.id, d.kind, d.state, d.week, d.changed_at as at, coalesce(d.why, o.error) as why, p.post, s.name as channel,
        (count(*) over (partition by d.state))::int as "all", row_number() over (partition by d.state order by d.changed_at desc, d.id) as nth
      from delivery d join person p on p.id = d.person_id
        left join subscription s on s.id = d.subscription_id
        left join outbox o on o.id = d.outbox_id
      where d.state in ('failed', 'unconfirmed') and d.send_at > ${since}::timestamptz) lost
    where nth <= ${MOST_LISTED} order by state, nth`;
  const messages = await tx.$queryRaw<LostMessage[]>`
    select * from (
      select o.id, o.kind, o.state, coalesce(o.done_at, o.created_at) as at, o.error as why, o.payload ->> 'platform' as platform,
        o.payload -> 'secret' is not null as secret,
        coalesce(
          (select p.post from person p where o.kind = 'email' and p.email = o.payload ->> 'to'),
          (select min(p.post) from identity i join person p on p.id = i.person_id
            where o.kind <> 'email' and i.platform = o.payload ->> 'platform' and i."user" = o.payload -> 'to' ->> 'user'
              and i.tenant = coalesce(o.payload -> 'to' ->> 'tenant', i.tenant))) as post,
        (count(*) over (partition by o.state))::int as "all", row_number() over (partition by o.state order by o.seq desc) as nth
      from outbox o
      where o.state in ('failed', 'unconfirmed') and o.not_before > ${since}::timestamptz and o.payload -> 'delivery' is null) lost
    where nth <= ${MOST_LISTED} order by state, nth`;
  return { plannedTo: planner?.plannedTo ?? null, runs, left, deliveries, messages };
};
