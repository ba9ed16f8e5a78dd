import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { commands } from '../commands/index.ts';
import { parseConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/open.ts';
import { inTransaction } from '../src/db/transaction.ts';
import { loadDemonstration } from '../src/programme/demo.ts';
import { loadBank } from '../src/pulses/bank.ts';
import { createWaveKeys } from '../src/wave-keys.ts';
import { buildPlans, PLAN } from '../tests/support/plan-world.ts';
import { startWeb } from '../tests/support/web.ts';
import { buildKpis } from './dashboards-world.ts';
import { type Phase, runPhase } from './measure.ts';

/**
 * The programme's page, as a process of its own, its readers in it: `build` fills a database with large plans and as many KPIs; `again` asks
 * for the page while nothing is written; `anew`, each time after something was, so that everything is counted anew; `statements`, how many
 * that takes.
 */

export type DashboardsJob = { part: 'build' | 'again' | 'anew' | 'statements'; databaseUrl: string; phases: Phase[]; localities: number };

const build = async ({ databaseUrl, localities }: DashboardsJob) => {
  const { db, migrate, close } = await openDatabase({ databaseUrl, dataDir: '' });
  await migrate();
  await loadDemonstration({ db, now: () => Temporal.Now.instant(), newId: () => v7(), log: pino({ level: 'silent' }) });
  await inTransaction(db, (tx) => loadBank({ tx, now: Temporal.Now.instant() }));
  if (localities > 0) {
    await buildPlans(db, { ...PLAN, localities });
    await buildKpis(db, localities);
  }
  await close();
};

/** The page, over HTTP, for somebody who may read all of it. */
const served = async (databaseUrl: string, onStatement = () => {}) => {
  const { db, close } = await openDatabase({ databaseUrl, dataDir: '' }, onStatement);
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
  const site = await startWeb({
    core,
    commands,
    dispatch: () => {
      throw new Error('nobody types here');
    },
  });
  return {
    db,
    page: async () => (await fetch(`${site.origin}/programme?as=programme.coordinator@example.org`)).text(),
    stop: async () => {
      await site.stop();
      await close();
    },
  };
};

const pages = async ({ part, databaseUrl, phases }: DashboardsJob) => {
  const { db, page, stop } = await served(databaseUrl);
  const counted = `${(await db.action.count()).toLocaleString('en-GB')} actions`;
  for (const phase of phases)
    await runPhase(phase, async () => {
      if (part === 'anew') await db.attempt.create({ data: { id: v7(), kind: 'bench', by: 'bench', at: new Date() } });
      const text = await page();
      if (!text.includes(counted)) process.send?.({ complaint: `no “${counted}” in\n${text.slice(0, 2_000)}` });
      return text.includes(counted);
    });
  await stop();
};

const statements = async ({ databaseUrl }: DashboardsJob): Promise<number> => {
  let sent = 0;
  const { page, stop } = await served(databaseUrl, () => {
    sent += 1;
  });
  await page();
  await stop();
  return sent;
};

process.once('message', async (job: DashboardsJob) => {
  if (job.part === 'build') await build(job);
  else if (job.part === 'statements') process.send?.({ statements: await statements(job) });
  else await pages(job);
  process.send?.({ done: true });
  process.disconnect();
});
