import { Temporal } from 'temporal-polyfill';
import type { App, Later, Message } from '../app.ts';
import { sql, withoutWords } from '../db/client.ts';
import { PlatformError } from '../errors.ts';
import { faultOf } from '../fault.ts';
import { createLanes, type Due } from './lanes.ts';

/**
 * The outbox and its relay. A message is a row written in the transaction that decided it; the relay sends it once that has committed.
 * The promise: until a request leaves it is tried again; once it may have left it never is. So a row is marked `sending`, and that is
 * committed, before the request leaves; a process that dies then leaves `sending` behind, which becomes `unconfirmed`, and is shown.
 */

/** How often a message is tried before it is given up. */
const MOST_ATTEMPTS = 8;
/** Seconds until the second attempt; each one after that waits twice as long as the one before: 8 attempts take about 11 minutes. */
const FIRST_WAIT = 5;
/** So often a platform that says when to come again is taken at its word. */
const TAKEN_AT_ITS_WORD = 3;
/** Seconds after which a row that is still being sent must belong to a process that died: far above every platform's time-out. */
const DEAD_AFTER = 30;
/** Milliseconds between looks at the outbox when nothing asks for one: for rows of other processes, and for those left behind. */
const SWEEP = 30_000;
/** Rows of one lane that are read at a time. */
const READ_OF_LANE = 40;
/** Milliseconds between two readings as long as there is something to send: reading goes through all that waits. */
const READ_EVERY = 250;

/** What becomes of a row after an attempt; pure. `wait` is in seconds. */
export type Outcome = { state: 'waiting'; wait: number } | { state: 'failed' | 'unconfirmed' };
export const outcomeOf = (error: unknown, attempts: number): Outcome => {
  // A bug of ours: nobody knows whether it left, and it would only happen again.
  if (!(error instanceof PlatformError)) return { state: 'unconfirmed' };
  if (error.outcome === 'unconfirmed') return { state: 'unconfirmed' };
  if (error.outcome !== 'again' || attempts >= MOST_ATTEMPTS) return { state: 'failed' };
  const { retryAfter } = error;
  if (retryAfter !== undefined && attempts <= TAKEN_AT_ITS_WORD) return { state: 'waiting', wait: retryAfter };
  return { state: 'waiting', wait: Math.max(FIRST_WAIT * 2 ** (attempts - 1), retryAfter ?? 0) };
};

/** Why a message did not leave that was too late; its decider looks again. */
export const TOO_LATE = 'its moment has passed';
/** How it begins to say why a message did not leave that was tried often enough: its platform was not to be had, and may be later. */
export const GIVEN_UP = `given up after ${MOST_ATTEMPTS} tries`;

/** Who refuses and hangs together: a platform's tenant. */
const laneOf = (message: Message): string => {
  if (message.kind === 'email') return 'email';
  const { tenant } = message.to;
  return message.platform === 'teams' && typeof tenant === 'string' ? `teams ${tenant}` : message.platform;
};

/** Where a message goes: what goes to one place keeps its order. */
const placeOf = (message: Message): string => {
  if (message.kind === 'email') return `email ${message.to}`;
  const { tenant, conversation, channel, user, onlyFor } = message.to;
  const said = [tenant, conversation, channel, user, onlyFor].filter((part) => typeof part === 'string');
  return [message.platform, message.kind, ...said].join(' ');
};

/** What is kept of what a message said once it has gone, or may have: no link that lets somebody in, nor what is to be forgotten. */
const KEPT = sql`case
  when payload ->> 'secret' = 'true' then jsonb_set(payload, '{text}', '""')
  when payload ->> 'forget' = 'words' then payload || ${withoutWords(sql`kind`)}
  else payload end`;

const date = (instant: Temporal.Instant) => new Date(instant.epochMilliseconds);

/** What became of an attempt, as it is written to its row. Moments are ISO. */
type Settled = {
  id: string;
  state: 'waiting' | 'sent' | 'failed' | 'unconfirmed';
  result?: object;
  error?: string;
  notBefore?: string;
  doneAt?: string;
  closed?: boolean;
  /** Nothing of it is kept. */
  gone?: boolean;
};

export type Outbox = {
  /** What features call: writes one row in the caller's transaction. */
  later: Later;
  /** Call after a commit: if anything was written since the last look, it is sent now rather than at the next sweep. */
  kick: () => void;
  /** Calls back each time nothing is under way any more, after a message was tried that nobody asked for. */
  atRest: (then: () => void) => void;
  /** Sends everything that is due; resolves when nothing is, or the database is away. */
  drain: () => Promise<void>;
  /** Looks now, and from then on by itself. */
  start: () => void;
  /** Lets what is being sent come to its end; sends nothing more. */
  stop: () => Promise<void>;
};

/** Any number of these, in any number of processes, may work on one outbox table. */
export const createOutbox = ({ db, now, newId, log, send }: Pick<App, 'db' | 'now' | 'newId' | 'log' | 'send'>): Outbox => {
  /** Makes rows ours, but for those that another relay has; each counts as an attempt. @returns with how many there were, with this one */
  const claim = async (ids: string[]): Promise<{ id: string; attempts: number; payload: Message }[]> => {
    const at = now().toString();
    return db.$queryRaw<{ id: string; attempts: number; payload: Message }[]>`
      UPDATE outbox SET state = 'sending', attempts = attempts + 1, claimed_at = ${at}::timestamptz
      WHERE id IN (SELECT id FROM outbox WHERE id = ANY(${ids}::uuid[]) AND state = 'waiting' AND not_before <= ${at}::timestamptz FOR UPDATE SKIP LOCKED)
      RETURNING id, attempts, payload`;
  };

  /** Attempts that have come to their end and are not in the database yet. */
  let settled: Settled[] = [];
  /** Writes them, all in one statement, and deletes those of which nothing is kept. */
  const settle = async () => {
    const these = settled;
    if (these.length === 0) return;
    settled = [];
    const [gone, kept] = [these.filter((one) => one.gone).map(({ id }) => id), these.filter((one) => !one.gone)];
    try {
      if (gone.length > 0) await db.$executeRaw`DELETE FROM outbox WHERE id = ANY(${gone}::uuid[])`;
      if (kept.length === 0) return;
      await db.$executeRaw`
        UPDATE outbox SET state = s.state, result = s.result, error = s.error, not_before = coalesce(s."notBefore", outbox.not_before),
          done_at = s."doneAt", closed = coalesce(s.closed, false),
          payload = CASE WHEN s.state <> 'waiting' THEN ${KEPT} ELSE payload END
        FROM jsonb_to_recordset(${JSON.stringify(kept)}::jsonb)
          AS s(id uuid, state text, result jsonb, error text, "notBefore" timestamptz, "doneAt" timestamptz, closed boolean)
        WHERE outbox.id = s.id`;
    } catch (error) {
      settled = [...these, ...settled]; // they are written once the database is back
      throw error;
    }
  };

  const timers = new Set<NodeJS.Timeout>();
  let started = false;
  let stopped = false;
  /** Moments (milliseconds) at which a look is already due. */
  const looks = new Set<number>();
  const lookIn = (seconds: number) => {
    const at = Math.ceil((now().epochMilliseconds + seconds * 1000) / READ_EVERY) * READ_EVERY;
    if (!started || stopped || looks.has(at)) return;
    looks.add(at);
    const timer = setTimeout(() => {
      timers.delete(timer);
      looks.delete(at);
      look();
    }, at - now().epochMilliseconds).unref();
    timers.add(timer);
  };

  const lanes = createLanes(now);
  /** Whether a delivery was tried since they were last told of one. */
  let triedDelivery = false;
  let tellAtRest = () => {};

  /**
   * One attempt. It never throws: what became of it is to be settled. Of a message that is forgotten no line in the log says that it went,
   * or which it was: among those of the others its place would tell to whom.
   */
  const attempt = async (row: Due, attempts: number, message: Message) => {
    const at = now();
    triedDelivery ||= message.delivery !== undefined;
    const forget = message.forget === true;
    const which = forget ? {} : { outbox: row.id };
    if (message.until !== undefined && Temporal.Instant.compare(at, message.until) >= 0) {
      settled.push({ id: row.id, state: 'failed', error: TOO_LATE, doneAt: at.toString(), gone: forget && !message.delivery });
      lanes.done(row);
      log.info(which, `a message does not leave: ${TOO_LATE}`);
      return;
    }
    try {
      const result = await send(message);
      settled.push({ id: row.id, state: 'sent', result, doneAt: now().toString(), gone: forget });
      lanes.done(row);
      if (!forget) log.info(which, 'a message is sent');
    } catch (error) {
      const outcome = outcomeOf(error, attempts);
      const known = error instanceof PlatformError ? error : undefined;
      const why = known?.message ?? (error instanceof Error ? error.name : 'unknown');
      if (outcome.state === 'waiting') {
        settled.push({ id: row.id, state: 'waiting', error: why, notBefore: now().add({ seconds: outcome.wait }).toString() });
        lanes.refused(row, known?.retryAfter);
        if (!forget) log.info({ ...which, attempts, wait: outcome.wait, why }, 'a message is not sent yet');
        lookIn(outcome.wait);
        if (known?.retryAfter !== undefined) lookIn(known.retryAfter);
        return;
      }
      const said = outcome.state === 'failed' && known?.outcome === 'again' ? `${GIVEN_UP}: ${why}` : why;
      // A delivery that has failed goes another way, if there is one: its row says that until it was looked for.
      const gone = forget && !(outcome.state === 'failed' && message.delivery !== undefined);
      settled.push({ id: row.id, state: outcome.state, error: said, doneAt: now().toString(), closed: known?.outcome === 'closed', gone });
      if (known?.outcome === 'unconfirmed') lanes.hung(row);
      else lanes.done(row);
      log.warn({ ...which, attempts, why, ...(known ? {} : { fault: faultOf(error) }) }, `a message is ${outcome.state}`);
    }
  };

  /** Rows that a dead process was sending: whether they arrived, nobody knows. What is to be forgotten is forgotten here too. */
  const giveUpTheDead = async () => {
    const at = now();
    const died = at.subtract({ seconds: DEAD_AFTER }).toString();
    await db.$executeRaw`
      DELETE FROM outbox WHERE state = 'sending' AND claimed_at < ${died}::timestamptz AND payload ->> 'forget' = 'true'`;
    const count = await db.$executeRaw`
      UPDATE outbox SET state = 'unconfirmed', error = 'the server stopped while it was being sent', done_at = ${at.toString()}::timestamptz,
        payload = ${KEPT}
      WHERE state = 'sending' AND claimed_at < ${died}::timestamptz`;
    if (count > 0) log.warn({ count }, 'messages are unconfirmed: a server stopped while they were being sent');
  };

  /**
   * What is due, oldest first and so much of each lane, but for lanes that are held; not what would overtake an earlier message to the same
   * place that is being sent or tried again.
   */
  const due = async (): Promise<Due[]> => {
    const at = now().toString();
    return db.$queryRaw<Due[]>`
      WITH first AS (
        SELECT place, min(seq) AS seq FROM outbox
        WHERE state = 'sending' OR (state = 'waiting' AND attempts > 0 AND not_before > ${at}::timestamptz) GROUP BY place
      ), due AS (
        SELECT o.id, o.lane, o.place, o.seq, row_number() OVER (PARTITION BY o.lane ORDER BY o.seq) AS nth
        FROM outbox o LEFT JOIN first f ON f.place = o.place AND f.seq < o.seq
        WHERE o.state = 'waiting' AND o.not_before <= ${at}::timestamptz AND f.place IS NULL AND o.lane <> ALL(${lanes.held()}::text[])
      )
      SELECT id, lane, place FROM due WHERE nth <= ${READ_OF_LANE} ORDER BY seq`;
  };

  /** Rows that this process has written and not yet seen; more than there are when a transaction was rolled back. */
  let written = 0;
  let wanted = false;
  let readAt = Temporal.Instant.fromEpochMilliseconds(0);
  const read = async () => {
    wanted = false;
    written = 0;
    readAt = now();
    lanes.fill(await due(), READ_OF_LANE);
  };
  const readLately = () => Temporal.Instant.compare(now(), readAt.add({ milliseconds: READ_EVERY })) < 0;

  /** Begins what can be begun. @returns whether there was anything */
  const begin = async (): Promise<boolean> => {
    const rows = lanes.take();
    if (rows.length === 0) return false;
    const ours = new Map(
      await claim(rows.map(({ id }) => id)).then(
        (claimed) => claimed.map((row) => [row.id, row] as const),
        (error: unknown) => {
          for (const row of rows) lanes.lost(row);
          throw error;
        },
      ),
    );
    for (const row of rows) {
      const { attempts, payload } = ours.get(row.id) ?? {};
      if (attempts === undefined || payload === undefined)
        lanes.lost(row); // another relay is at this place
      else void attempt(row, attempts, payload);
    }
    return true;
  };

  const work = async () => {
    try {
      for (;;) {
        await settle();
        if (wanted && !stopped && !(lanes.hasRows() && readLately())) await read();
        if (!stopped && (await begin())) continue;
        if (!stopped && (wanted || lanes.mayHaveMore())) await read();
        else if (settled.length > 0) continue;
        else if (lanes.sending()) await lanes.ended();
        else return;
      }
    } catch (error) {
      wanted = false;
      log.warn({ fault: faultOf(error) }, 'the outbox could not be worked on; it is looked at again soon');
    }
  };
  let working: Promise<void> | undefined;
  const look = () => {
    wanted = true;
    lanes.ring();
    if (stopped) return;
    working ??= work().finally(() => {
      working = undefined;
      if (wanted) look();
      else if (triedDelivery) {
        triedDelivery = false;
        tellAtRest();
      }
    });
  };
  const sweep = async () => {
    await settle()
      .then(giveUpTheDead)
      .catch((error: unknown) => log.warn({ fault: faultOf(error) }, 'the outbox could not be tidied'));
    look();
  };

  return {
    later: async (tx, message, options) => {
      const at = now();
      written += 1;
      const row = {
        id: options?.id ?? newId(),
        kind: message.kind,
        payload: message as object,
        lane: laneOf(message),
        place: placeOf(message),
        notBefore: date(options?.notBefore ?? at),
        createdAt: date(at),
      };
      await tx.outbox.createMany({ data: [row] }); // createMany: one statement, nothing is read back
    },
    kick: () => {
      if (written > 0) look();
    },
    atRest: (then) => {
      tellAtRest = then;
    },
    drain: async () => {
      await sweep();
      while (working) await working;
    },
    start: () => {
      started = true;
      void sweep();
      timers.add(setInterval(() => void sweep(), SWEEP).unref());
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      lanes.ring();
      while (working) await working;
      await work(); // what was under way when the database failed
    },
  };
};
