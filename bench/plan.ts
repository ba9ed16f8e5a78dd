import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import pino from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { commands } from '../commands/index.ts';
import { createDispatch } from '../src/bot/dispatch.ts';
import { plainText } from '../src/cards/plain-text.ts';
import { parseConfig } from '../src/config.ts';
import type { Db } from '../src/db/client.ts';
import { openDatabase } from '../src/db/open.ts';
import { loadDemonstration } from '../src/programme/demo.ts';
import { createWaveKeys } from '../src/wave-keys.ts';
import { buildPlans, PLAN, READERS, readersOf } from '../tests/support/plan-world.ts';
import { type Phase, runPhase } from './measure.ts';

/**
 * The programme's summary, as a process of its own: `build` fills a database with large plans; `summary` asks the whole bot, rights
 * checked; `floor` counts the ratings in one hand-written statement over the raw driver; `statements`, how many a summary takes.
 */

export type PlanJob = { part: 'build' | 'summary' | 'floor' | 'statements'; databaseUrl: string; phases: Phase[]; localities: number };

/** What each locality's actions are counted as, and nothing else of the summary. */
export const PLAN_FLOOR = `
  select a.locality_id, r.rating, count(*)::int as count
  from action a left join rating r on r.action_id = a.id and r.kind = 'self' and r.until > '9999-12-30T00:00:00Z'
  group by a.locality_id, r.rating`;

const asking = (db: Db) => {
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
  return async (user: string): Promise<string> => {
    const answer = await dispatch({
      key: randomUUID(),
      account: { platform: 'web', tenant: 'web', user },
      where: { kind: 'web', seenByOthers: false },
      ask: { kind: 'words', text: '/summary programme' },
      answerBy: 'reply',
    });
    return answer.kind === 'card' && !answer.failed ? plainText(answer.card) : JSON.stringify(answer).slice(0, 500);
  };
};

/** The demonstration's nine localities, and beside them as many large ones as are asked for. */
const build = async ({ databaseUrl, localities }: PlanJob) => {
  const { db, migrate, close } = await openDatabase({ databaseUrl, dataDir: '' });
  await migrate();
  await loadDemonstration({ db, now: () => Temporal.Now.instant(), newId: () => v7(), log: pino({ level: 'silent' }) });
  if (localities > 0) await buildPlans(db, { ...PLAN, localities });
  await close();
};

const summaries = async ({ databaseUrl, phases }: PlanJob) => {
  const { db, close } = await openDatabase({ databaseUrl, dataDir: '' });
  const readers = await readersOf(db);
  const ask = asking(db);
  const counted = `${await db.action.count()} actions`;
  const isOfAll = (text: string) => text.replaceAll(/(?<=\d),(?=\d)/gu, '').includes(counted);
  for (const phase of phases)
    await runPhase(phase, async (worker) => {
      const text = await ask(readers[worker % READERS] as string);
      if (!isOfAll(text)) process.send?.({ complaint: `no “${counted}” in\n${text.slice(0, 2_000)}` });
      return isOfAll(text);
    });
  await close();
};

const floor = async ({ databaseUrl, phases, localities }: PlanJob) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: READERS });
  for (const phase of phases)
    await runPhase(phase, async () => {
      const { rows } = await pool.query<{ count: number }>({ name: 'counts', text: PLAN_FLOOR });
      return rows.reduce((sum, row) => sum + row.count, 0) >= localities * PLAN.actions;
    });
  await pool.end();
};

const statements = async ({ databaseUrl }: PlanJob): Promise<number> => {
  const sent: string[] = [];
  const { db, close } = await openDatabase({ databaseUrl, dataDir: '' }, (sql) => sent.push(sql));
  const { id } = await db.person.findFirstOrThrow({ where: { email: 'programme.coordinator@example.org' } });
  sent.length = 0;
  await asking(db)(id);
  await close();
  return sent.length;
};

process.once('message', async (job: PlanJob) => {
  if (job.part === 'build') {
    await build(job);
  } else if (job.part === 'statements') process.send?.({ statements: await statements(job) });
  else await (job.part === 'summary' ? summaries : floor)(job);
  process.send?.({ done: true });
  process.disconnect();
});
