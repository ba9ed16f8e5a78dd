import type { Temporal } from 'temporal-polyfill';
import type { App, Later, Message } from '../app.ts';
import { PlatformError } from '../errors.ts';
import { faultOf } from '../fault.ts';

/**
 * The outbox and its relay. A message is a row written in the transaction that decided it; the relay sends it once that has committed.
 * The promise: until a request leaves it is tried again; once it may have left it never is. So a row is marked `sending`, and that is
 * committed, before the request leaves; a process that dies then leaves `sending` behind, which becomes `unconfirmed`, and is shown.
 */

/** How often a message is tried before it is given up. */
const MOST_ATTEMPTS = 8;
/** Seconds until the second attempt; each one after that waits twice as long as the one before: 8 attempts take about 11 minutes. */
const FIRST_WAIT = 5;
/** Seconds after which a row that is still being sent must belong to a process that died: far above every platform's time-out. */
const DEAD_AFTER = 30;
/** Milliseconds between looks at the outbox when nothing asks for one: for rows of other processes, and for those left behind. */
const SWEEP = 30_000;
const BATCH = 100;
/** Places that are written to at the same time: what is under way when a process dies is unconfirmed, so not many. */
const AT_ONCE = 10;

/** What becomes of a row after an attempt; pure. `wait` is in seconds. */
export type Outcome = { state: 'waiting'; wait: number } | { state: 'failed' | 'unconfirmed' };
export const outcomeOf = (error: unknown, attempts: number): Outcome => {
  // A bug of ours: nobody knows whether it left, and it would only happen again.
  if (!(error instanceof PlatformError)) return { state: 'unconfirmed' };
  if (error.outcome === 'unconfirmed') return { state: 'unconfirmed' };
  if (error.outcome !== 'again' || attempts >= MOST_ATTEMPTS) return { state: 'failed' };
  return { state: 'waiting', wait: Math.max(FIRST_WAIT * 2 ** (attempts - 1), error.retryAfter ?? 0) };
};

/** A link that lets somebody in is kept only as a hash: not in what was sent either. */
const forgotten = (message: Message) => (message.kind === 'email' && message.secret ? { payload: { ...message, text: '' } } : {});

const date = (instant: Temporal.Instant) => new Date(instant.epochMilliseconds);

export type Outbox = {
  /** What features call: writes one row in the caller's transaction. */
  later: Later;
  /** Call after a commit: if anything was written since the last look, it is sent now rather than at the next sweep. */
  kick: () => void;
  /** Sends everything that is due; resolves when nothing is, or the database is away. */
  drain: () => Promise<void>;
  /** Looks now, and from then on by itself. */
  start: () => void;
  /** Lets what is being sent come to its end; sends nothing more. */
  stop: () => Promise<void>;
};

/** Any number of these, in any number of processes, may work on one outbox table. */
export const createOutbox = ({ db, now, newId, log, send }: Pick<App, 'db' | 'now' | 'newId' | 'log' | 'send'>): Outbox => {
  /** Makes the row ours, unless another relay was first; it counts as an attempt. @returns how many there were, with this one */
  const claim = async (id: string): Promise<number | undefined> => {
    const [row] = await db.$queryRaw<{ attempts: number }[]>`
      UPDATE outbox SET state = 'sending', attempts = attempts + 1, claimed_at = ${now().toString()}::timestamptz
      WHERE id = (SELECT id FROM outbox WHERE id = ${id}::uuid AND state = 'waiting' FOR UPDATE SKIP LOCKED)
      RETURNING attempts`;
    return row?.attempts;
  };

  const settle = (
    id: string,
    data: { state: string; payload?: object; result?: object; error?: string; notBefore?: Date; doneAt?: Date },
  ) => db.outbox.updateMany({ where: { id }, data });

  const timers = new Set<NodeJS.Timeout>();
  let started = false;
  let stopped = false;
  const lookIn = (seconds: number) => {
    if (!started || stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      look();
    }, seconds * 1000).unref();
    timers.add(timer);
  };

  /** @returns whether the next message to the same place may follow */
  const sendOne = async (id: string, message: Message): Promise<boolean> => {
    const attempts = await claim(id);
    if (attempts === undefined) return false; // another relay is at this place
    let result: object;
    try {
      result = await send(message);
    } catch (error) {
      const outcome = outcomeOf(error, attempts);
      const why = error instanceof PlatformError ? error.message : error instanceof Error ? error.name : 'unknown';
      if (outcome.state === 'waiting') {
        await settle(id, { state: 'waiting', error: why, notBefore: date(now().add({ seconds: outcome.wait })) });
        log.info({ outbox: id, attempts, wait: outcome.wait, why }, 'a message is not sent yet');
        lookIn(outcome.wait);
        return false;
      }
      await settle(id, { state: outcome.state, error: why, doneAt: date(now()), ...forgotten(message) });
      log.warn(
        { outbox: id, attempts, why, ...(error instanceof PlatformError ? {} : { fault: faultOf(error) }) },
        `a message is ${outcome.state}`,
      );
      return true;
    }
    await settle(id, { state: 'sent', result, doneAt: date(now()), ...forgotten(message) });
    log.info({ outbox: id }, 'a message is sent');
    return true;
  };

  /** Rows that a dead process was sending: whether they arrived, nobody knows. Links that let somebody in are forgotten here too. */
  const giveUpTheDead = async () => {
    const at = now();
    const count = await db.$executeRaw`
      UPDATE outbox SET state = 'unconfirmed', error = 'the server stopped while it was being sent', done_at = ${at.toString()}::timestamptz,
        payload = CASE WHEN payload ->> 'secret' = 'true' THEN jsonb_set(payload, '{text}', '""') ELSE payload END
      WHERE state = 'sending' AND claimed_at < ${at.subtract({ seconds: DEAD_AFTER }).toString()}::timestamptz`;
    if (count > 0) log.warn({ count }, 'messages are unconfirmed: a server stopped while they were being sent');
  };

  /** What is due, oldest first; not what would overtake an earlier message to the same place that is being sent or tried again. */
  const due = async () => {
    const at = now().toString();
    return db.$queryRaw<{ id: string; payload: Message }[]>`
      SELECT id, payload FROM outbox AS due
      WHERE state = 'waiting' AND not_before <= ${at}::timestamptz AND NOT EXISTS (
        SELECT FROM outbox AS earlier
        WHERE earlier.seq < due.seq AND earlier.payload -> 'to' = due.payload -> 'to'
          AND (earlier.state = 'sending' OR (earlier.state = 'waiting' AND earlier.attempts > 0 AND earlier.not_before > ${at}::timestamptz)))
      ORDER BY seq LIMIT ${BATCH}`;
  };

  /** One message after another to one place. @returns whether all have gone */
  const sendQueue = async (queue: { id: string; payload: Message }[]): Promise<boolean> => {
    for (const { id, payload } of queue) if (stopped || !(await sendOne(id, payload))) return false;
    return true;
  };

  /** @returns whether there may be more */
  const sendBatch = async (): Promise<boolean> => {
    const batch = await due();
    written -= Math.min(written, batch.length);
    const places = Map.groupBy(batch, ({ payload }) => JSON.stringify(payload.to));
    const queues = [...places.values()];
    let moved = false;
    const worker = async () => {
      for (let queue = queues.shift(); queue; queue = queues.shift()) {
        moved = (await sendQueue(queue)) || moved;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return batch.length === BATCH && moved;
  };

  /** Rows that this process has written and not yet seen; more than there are when a transaction was rolled back. */
  let written = 0;
  let wanted = false;
  let working: Promise<void> | undefined;
  const work = async () => {
    try {
      while (wanted && !stopped) {
        wanted = false;
        while (!stopped && (await sendBatch()));
      }
    } catch (error) {
      wanted = false;
      log.warn({ fault: faultOf(error) }, 'the outbox could not be worked on; it is looked at again soon');
    }
  };
  const look = () => {
    wanted = true;
    if (stopped) return;
    working ??= work().finally(() => {
      working = undefined;
      if (wanted) look();
    });
  };
  const sweep = async () => {
    await giveUpTheDead().catch((error: unknown) => log.warn({ fault: faultOf(error) }, 'the outbox could not be tidied'));
    written = 0;
    look();
  };

  return {
    later: async (tx, message, options) => {
      const at = now();
      written += 1;
      const row = {
        id: newId(),
        kind: message.kind,
        payload: message as object,
        notBefore: date(options?.notBefore ?? at),
        createdAt: date(at),
      };
      await tx.outbox.createMany({ data: [row] }); // createMany: one statement, nothing is read back
    },
    kick: () => {
      if (written > 0) look();
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
      while (working) await working;
    },
  };
};
