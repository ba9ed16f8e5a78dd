import { createHash, timingSafeEqual } from 'node:crypto';
import type { Express, Request, RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Temporal } from 'temporal-polyfill';
import type { Config } from '../config.ts';
import type { Db } from '../db/client.ts';
import { isFromThisMachine } from './local.ts';

/** What machines ask: does the process live, may it be sent work, and how does it do. */

export type Health = {
  /** What hinders: shown by /readyz with 503. Undefined: ready, as far as the process itself knows. */
  hindrance: () => 'starting' | 'stopping' | undefined;
  /** Asks the database. Rejects when it does not answer. */
  ping: () => Promise<void>;
  config: Pick<Config, 'metricsToken'>;
  metrics: Registry;
};

const sameToken = (given: string, expected: string) => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
};

const mayReadMetrics = (request: Request, token: string | undefined): boolean => {
  const [, given] = /^Bearer (\S+)$/u.exec(request.headers.authorization ?? '') ?? [];
  return (token !== undefined && given !== undefined && sameToken(given, token)) || isFromThisMachine(request);
};

/** Days of messages that nobody asked for that are counted: this week's and last week's. */
const DAYS_COUNTED = 14;

/** Counts that are asked of the database when somebody looks, and of the process. No label says anything about a person. */
export const createMetrics = (db: () => Db | undefined, now: () => Temporal.Instant): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: 'common_cause_outbox_messages',
    help: 'Messages in the outbox, by what became of them.',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      const rows = (await db()?.outbox.groupBy({ by: ['state'], _count: { _all: true } })) ?? [];
      for (const { state, _count } of rows) this.set({ state }, _count._all);
    },
  });
  new Gauge({
    name: 'common_cause_outbox_oldest_waiting_seconds',
    help: 'Age of the oldest message in the outbox that waits to be sent; 0: none waits.',
    registers,
    async collect() {
      const { _min } = (await db()?.outbox.aggregate({ where: { state: 'waiting' }, _min: { createdAt: true } })) ?? {};
      this.set(_min?.createdAt ? Math.max(0, (now().epochMilliseconds - _min.createdAt.getTime()) / 1000) : 0);
    },
  });
  new Gauge({
    name: 'common_cause_deliveries',
    help: `Nudges and summaries meant for the last ${DAYS_COUNTED} days, by what became of them.`,
    labelNames: ['kind', 'state'],
    registers,
    async collect() {
      this.reset();
      const from = new Date(now().subtract({ hours: DAYS_COUNTED * 24 }).epochMilliseconds);
      const rows =
        (await db()?.delivery.groupBy({ by: ['kind', 'state'], where: { sendAt: { gte: from } }, _count: { _all: true } })) ?? [];
      // What has nothing but a pulse counts as sent: to whom none went, because they had answered, nothing says.
      for (const { kind, state, _count } of rows) this.inc({ kind, state: state === 'done' ? 'sent' : state }, _count._all);
    },
  });
  new Gauge({
    name: 'common_cause_planned_to_timestamp_seconds',
    help: 'Up to which moment nudges and summaries have been planned, as Unix time; 0: never yet. It moves on every five minutes.',
    registers,
    async collect() {
      const planner = await db()?.planner.findFirst();
      this.set(planner ? planner.plannedTo.getTime() / 1000 : 0);
    },
  });
  return registry;
};

/** Adds /healthz, /readyz and /metrics; they answer before the rest of the server is ready. */
export const mountHealth = (web: Express, { hindrance, ping, config, metrics }: Health): void => {
  let asked: Promise<string | undefined> | undefined;
  /** One question at a time: a hung database must not get every probe's as well. */
  const databaseHindrance = () => {
    asked ??= ping()
      .then(
        () => undefined,
        () => 'the database does not answer',
      )
      .finally(() => {
        asked = undefined;
      });
    return asked;
  };

  const plain: RequestHandler = (_request, response, next) => {
    response.set('Cache-Control', 'no-store').type('text/plain');
    next();
  };
  web.get('/healthz', plain, (_request, response) => void response.send('alive\n'));
  web.get('/readyz', plain, async (_request, response) => {
    const why = hindrance() ?? (await databaseHindrance());
    response.status(why ? 503 : 200).send(`${why ?? 'ready'}\n`);
  });
  web.get('/metrics', plain, async (request, response) => {
    if (!mayReadMetrics(request, config.metricsToken)) {
      response.status(403).send('Only from this machine, or with METRICS_TOKEN as a bearer token.\n');
      return;
    }
    response.type(metrics.contentType).send(await metrics.metrics());
  });
};
