import { createHash, timingSafeEqual } from 'node:crypto';
import type { Express, Request, RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
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

/** Counts that are asked of the database when somebody looks, and of the process. */
export const createMetrics = (db: () => Db | undefined): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'common_cause_outbox_messages',
    help: 'Messages in the outbox, by what became of them.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = (await db()?.outbox.groupBy({ by: ['state'], _count: { _all: true } })) ?? [];
      for (const { state, _count } of rows) this.set({ state }, _count._all);
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
