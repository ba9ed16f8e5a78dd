import { randomBytes, randomUUID } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import pino from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { commands } from '../commands/index.ts';
import { createDispatch } from '../src/bot/dispatch.ts';
import { dayIn } from '../src/calendar/zone.ts';
import { parseConfig } from '../src/config.ts';
import type { Tx } from '../src/db/client.ts';
import { openDatabase } from '../src/db/open.ts';
import { inTransaction } from '../src/db/transaction.ts';
import { insertReading, kpisIn } from '../src/kpis/queries.ts';
import { findActor } from '../src/people/actor.ts';
import { createWaveKeys } from '../src/wave-keys.ts';
import { readingAt, TEAM } from '../tests/support/world.ts';
import { FLOOR_READ, FLOOR_WRITE } from './floor.ts';
import { type Phase, runPhase } from './measure.ts';

/**
 * One logged reading without its platform, as a process of its own: `prisma`, our own functions in one transaction;
 * `floor`, the same in two hand-written statements over the raw driver; `statements`, how many a whole command takes.
 */

export type DatabaseJob = {
  part: 'prisma' | 'floor' | 'statements';
  databaseUrl: string | undefined;
  dataDir: string;
  leads: number;
  phases: Phase[];
};

/** Most of a card is kept with the de-duplication row: as many bytes as a real one has. */
const ANSWER = JSON.stringify({ title: 'x'.repeat(60), parts: ['x'.repeat(2_000)] });
const CONNECTIONS = 10;

type One = (index: number) => Promise<boolean>;
type Part = { one: One; close: () => Promise<void> };

/** Last week first, then this one. */
const periodOf = (index: number, leads: number, today: Temporal.PlainDate) => {
  const monday = today.subtract({ days: today.dayOfWeek - 1 + (Math.floor(index / leads) % 2 === 0 ? 7 : 0) });
  return {
    key: `${monday.yearOfWeek}-W${String(monday.weekOfYear).padStart(2, '0')}`,
    start: monday.toString(),
    end: monday.add({ days: 6 }).toString(),
  };
};

const prisma = async ({ leads, ...where }: DatabaseJob): Promise<Part> => {
  const { db, close } = await openDatabase(where);
  return {
    close,
    one: (index) =>
      inTransaction(db, async (tx: Tx) => {
        const { user, kpi: name, value } = readingAt(index, leads);
        const now = Temporal.Now.instant();
        const today = dayIn(now);
        const actor = await findActor(tx, { platform: 'slack', tenant: TEAM, user }, today.toString());
        if (!actor) return false;
        const kpis = await kpisIn(
          tx,
          actor.roles.map(({ scopeId }) => scopeId),
          { day: today.toString() },
        );
        const kpi = kpis.find((candidate) => candidate.name === name);
        if (!kpi) return false;
        const period = periodOf(index, leads, today);
        await insertReading(tx, {
          id: v7(),
          kpiId: kpi.id,
          period: period.key,
          periodStart: period.start,
          periodEnd: period.end,
          version: 1,
          kind: 'reading',
          value: Number(value),
          numerator: null,
          denominator: null,
          note: null,
          evidence: null,
          origin: 'person',
          recordedAt: now.toString(),
          recordedById: actor.personId,
        });
        await tx.$executeRaw`insert into inbound_event (platform, key, at, person_id, answer)
          values ('slack', ${`${TEAM}:${user}:${index}`}, ${now.toString()}::timestamptz, ${actor.personId}::uuid, ${ANSWER}::jsonb) on conflict do nothing`;
        return true;
      }),
  };
};

type Query = (name: string, text: string, values: unknown[]) => Promise<Record<string, unknown>[]>;

const rawDriver = async ({ databaseUrl, dataDir }: DatabaseJob): Promise<{ query: Query; close: () => Promise<void> }> => {
  if (databaseUrl) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
    return { query: async (name, text, values) => (await pool.query({ name, text, values })).rows, close: () => pool.end() };
  }
  const engine = await PGlite.create({ dataDir: `${dataDir}/postgresql` });
  return {
    query: async (_, text, values) => (await engine.query<Record<string, unknown>>(text, values)).rows,
    close: () => engine.close(),
  };
};

const floor = async (job: DatabaseJob): Promise<Part> => {
  const { query, close } = await rawDriver(job);
  return {
    close,
    one: async (index) => {
      const { user, kpi: name, value } = readingAt(index, job.leads);
      const now = Temporal.Now.instant();
      const today = dayIn(now);
      const rows = await query('read', FLOOR_READ, [TEAM, user, today.toString()]);
      const kpi = rows.find((row) => row.name === name);
      if (!kpi) return false;
      const period = periodOf(index, job.leads, today);
      const written = await query('write', FLOOR_WRITE, [
        v7(),
        kpi.kpi_id,
        period.key,
        period.start,
        period.end,
        value,
        now.toString(),
        kpi.person_id,
        `${TEAM}:${user}:${index}`,
        ANSWER,
      ]);
      return written.length === 1;
    },
  };
};

/** Every statement of one command through the whole bot, BEGIN and COMMIT included. */
const countStatements = async ({ leads, ...where }: DatabaseJob): Promise<number> => {
  const statements: string[] = [];
  const { db, close } = await openDatabase(where, (sql) => statements.push(sql));
  const config = parseConfig({});
  const core = {
    db,
    now: () => Temporal.Now.instant(),
    newId: () => v7(),
    log: pino({ level: 'silent' }),
    config,
    secret: new Uint8Array(32),
    later: async () => {},
    waveKeys: createWaveKeys(config, randomBytes),
  };
  const dispatch = createDispatch({ core, commands, kick: () => {} });
  const { user, kpi, value } = readingAt(0, leads);
  const account = { platform: 'slack' as const, tenant: TEAM, user };
  const where_ = { kind: 'personal' as const, seenByOthers: false };
  const ask = { kind: 'words' as const, text: `/kpi ${kpi} ${value}` };
  const answer = await dispatch({ key: randomUUID(), account, where: where_, ask, answerBy: 'reply' });
  await close();
  if (answer.kind !== 'card' || !answer.card.title.includes('→')) throw new Error(`not saved: ${JSON.stringify(answer).slice(0, 500)}`);
  return statements.length;
};

process.once('message', async (job: DatabaseJob) => {
  if (job.part === 'statements') {
    process.send?.({ statements: await countStatements(job) });
  } else {
    const { one, close } = await (job.part === 'prisma' ? prisma(job) : floor(job));
    let next = 0;
    for (const phase of job.phases) await runPhase(phase, () => one(next++));
    await close();
  }
  process.send?.({ done: true });
  process.disconnect();
});
