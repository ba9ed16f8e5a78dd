import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openDatabase } from '../src/db/open.ts';
import type { Engine } from '../tests/support/places.ts';
import { CROWD, type Crowd, FEW } from './people-world.ts';
import type { Planning, PlanningJob } from './planning.ts';
import { measureIn } from './processes.ts';
import { startOptions } from './product.ts';
import type { Relayed, RelayJob } from './relay.ts';
import type { Arrived, ConnectorJob } from './tenants.ts';

/**
 * What is written unasked: a week of it planned for everybody, and by one hand-written statement; and messages over many tenants that each
 * refuse what is too much, sent by two processes, with the outbox and by bare fetch.
 */

const TENANTS = 40;
/** Messages to each tenant, so that it refuses some: all are due at once. */
const EACH = 250;
const PROCESSES = 2;
/** How often a week is planned. */
const TIMES = 3;

type Sent = Arrived & { rate: number /** For one message, in all processes. */; statements: number; cpu: number };
export type MessagesResult = { messages: number; tenants: number; processes: number; relay: Sent; bare: Sent };

const startConnector = async () => {
  const child = fork(join(import.meta.dirname, 'connector.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  child.send({ tenants: TENANTS } satisfies ConnectorJob);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return {
    url,
    /** What arrived since it was last asked. */
    arrived: async (): Promise<Arrived> => {
      child.send({});
      const [{ arrived }] = (await once(child, 'message')) as [{ arrived: Arrived }];
      return arrived;
    },
    stop: () => child.kill(),
  };
};

export const measureMessages = async (server: Engine): Promise<MessagesResult> => {
  const place = await server.place('messages');
  const connector = await startConnector();
  const messages = TENANTS * EACH;
  const job: Omit<RelayJob, 'part'> = { databaseUrl: place.databaseUrl as string, connector: connector.url, tenants: TENANTS, each: EACH };

  const sent = async (part: 'relay' | 'bare'): Promise<Sent> => {
    const all: Relayed[] = [];
    const one = (at: number) =>
      measureIn('relay.ts', { ...job, part, share: [at, PROCESSES] } satisfies RelayJob, ({ relayed }) => {
        if (relayed) all.push(relayed);
      });
    await Promise.all(Array.from({ length: PROCESSES }, (_, at) => one(at)));
    const arrived = await connector.arrived();
    if (arrived.taken !== messages || arrived.people !== messages)
      throw new Error(`${part}: of ${messages} messages ${arrived.taken} arrived, for ${arrived.people} people`);
    const each = (of: (one: Relayed) => number) => all.reduce((sum, relayed) => sum + of(relayed), 0) / messages;
    return { ...arrived, rate: messages / arrived.seconds, statements: each(({ statements }) => statements), cpu: each(({ cpu }) => cpu) };
  };

  const { db, migrate, close } = await openDatabase(place);
  try {
    await migrate();
    const bare = await sent('bare');
    await measureIn('relay.ts', { ...job, part: 'fill' } satisfies RelayJob, () => {});
    const relay = await sent('relay');
    const unsent = await db.outbox.count({ where: { state: { not: 'sent' } } });
    if (unsent > 0) throw new Error(`${unsent} messages arrived and are not marked as sent`);
    return { messages, tenants: TENANTS, processes: PROCESSES, relay, bare };
  } finally {
    await close();
    connector.stop();
  }
};

export type PlanningResult = { crowd: Crowd; many: Planning; few: Planning; floor: Planning };

export const measurePlanning = async (server: Engine): Promise<PlanningResult> => {
  const options = await startOptions();
  const inPlace = async (name: string, crowd: Crowd) => {
    const { databaseUrl } = await server.place(name);
    const run = async (part: PlanningJob['part']) => {
      let measured: Planning | undefined;
      const job = { part, databaseUrl: databaseUrl as string, crowd } satisfies PlanningJob;
      await measureIn(
        'planning.ts',
        job,
        ({ planning }) => {
          measured ??= planning;
        },
        options,
      );
      return measured as Planning;
    };
    await run('build');
    return run;
  };
  const [few, many] = [await inPlace('few_people', FEW), await inPlace('many_people', CROWD)];
  /** Each in a process of its own; the slowest, and the largest. */
  const worst = async (run: typeof many, part: PlanningJob['part']): Promise<Planning> => {
    const all: Planning[] = [];
    for (let time = 1; time <= TIMES; time += 1) all.push(await run(part));
    const most = (of: (one: Planning) => number) => Math.max(...all.map(of));
    return { ...(all[0] as Planning), seconds: most(({ seconds }) => seconds), growth: most(({ growth }) => growth) };
  };
  return { crowd: CROWD, few: await worst(few, 'plan'), floor: await worst(many, 'floor'), many: await worst(many, 'plan') };
};
