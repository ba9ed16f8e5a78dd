import { randomBytes } from 'node:crypto';
import pg from 'pg';
import pino from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { commands } from '../commands/index.ts';
import type { Core } from '../src/app.ts';
import { dayIn } from '../src/calendar/zone.ts';
import { parseConfig } from '../src/config.ts';
import type { Db, Tx } from '../src/db/client.ts';
import { openDatabase, openServer } from '../src/db/open.ts';
import { inTransaction } from '../src/db/transaction.ts';
import { kpisIn } from '../src/kpis/queries.ts';
import { spcOf } from '../src/kpis/spc.ts';
import { findActor } from '../src/people/actor.ts';
import { linkForChat, useLink } from '../src/people/sign-in.ts';
import { loadDemonstration } from '../src/programme/demo.ts';
import { loadBank } from '../src/pulses/bank.ts';
import { createWaveKeys } from '../src/wave-keys.ts';
import { withSeries } from '../src/web/evidence/places-kpis.ts';
import { buildPlans, PLAN, readersOf } from '../tests/support/plan-world.ts';
import { startWeb } from '../tests/support/web.ts';
import { buildKpis } from './dashboards-world.ts';
import { SERIES_FLOOR } from './evidence-floors.ts';
import { SECRET } from './product.ts';

/**
 * What of the dashboards is measured without their server, as a process of its own: `build` fills a database with a programme as large as England
 * and signs its readers in; `million` adds readings to an embedded one; `spc` reads every series and works it out, and reads it by one
 * hand-written statement; `statements`, how many a page takes.
 */

export type EvidenceJob =
  | { part: 'build' | 'spc' | 'statements'; databaseUrl: string; localities: number }
  | { part: 'million'; databaseUrl: string | undefined; dataDir: string; localities: number; weeks: number };

/** A lead who has signed in, and what they may open: their own locality and its KPIs. */
export type SignedIn = { session: string; prefix: string; locality: string; kpis: string[] };

export type Spc = { series: number; readings: number; seconds: number; ofReckoning: number; floor: number };

export type EvidenceTold = { readers?: SignedIn[]; spc?: Spc; statements?: Record<string, number> };

const tell = (evidence: EvidenceTold) => process.send?.({ evidence });

/** For filling, and for what is asked of a busy machine: a statement may take as long as it needs. */
const PATIENCE = { connect: 30_000, statement: 300_000, answer: 300_000 };
const LIMITS = { maxWait: 30_000, timeout: 300_000 };

const coreOf = (db: Db): Core => {
  const config = parseConfig({});
  return {
    db,
    now: () => Temporal.Now.instant(),
    newId: () => v7(),
    log: pino({ level: 'silent' }),
    config,
    secret: SECRET,
    later: async () => {},
    waveKeys: createWaveKeys(config, randomBytes),
  };
};

/** As whoever types `evidence` in a chat and opens the link. */
const signIn = (core: Core, personId: string): Promise<string> =>
  inTransaction(core.db, async (tx) => {
    const link = await linkForChat(core, tx, { personId, page: '/programme' }, core.now());
    const used = link === 'tooMany' ? link : await useLink(core, tx, { token: link.token, network: undefined }, core.now());
    if (typeof used === 'string') throw new Error(`could not sign in: ${used}`);
    return used.session;
  });

const build = async ({ databaseUrl, localities }: { databaseUrl: string; localities: number }) => {
  const { db, migrate, close } = openServer(databaseUrl, () => {}, PATIENCE);
  const core = coreOf(db);
  await migrate();
  await loadDemonstration(core);
  await inTransaction(db, (tx) => loadBank({ tx, now: core.now() }));
  if (localities > 0) {
    await buildPlans(db, { ...PLAN, localities });
    await buildKpis(db, localities);
  }
  const owners = await db.$queryRaw<(Omit<SignedIn, 'session'> & { personId: string })[]>`
    select r.person_id as "personId", l.prefix, l.name as locality, (select array_agg(k.id order by k.position) from kpi k where k.locality_id = l.id) as kpis
    from locality l join role r on r.scope_id = l.id and r.role = 'lead' where l.name like 'Large place %' order by l.position`;
  const readers: SignedIn[] = [];
  for (const { personId, ...place } of owners) readers.push({ ...place, session: await signIn(core, personId) });
  tell({ readers });
  await close();
};

/** Localities beside what is there, of which nothing is known but the readings of their KPIs. */
const million = async ({ localities, weeks, ...where }: Extract<EvidenceJob, { part: 'million' }>) => {
  const { db, close } = await openDatabase(where);
  await buildPlans(db, { localities, actions: 0, years: 0 });
  await buildKpis(db, localities, weeks);
  await close();
};

/** The series of all localities as a coordinator may see them, by the statement that the charts of a locality's page are drawn from. */
const readSeries = async (tx: Tx, programmeId: string, actor: NonNullable<Awaited<ReturnType<typeof findActor>>>, day: string) =>
  withSeries({ tx, actor }, await kpisIn(tx, [programmeId], { day, periods: 1 }));

const spc = async (databaseUrl: string) => {
  const { db, close } = openServer(databaseUrl, () => {}, PATIENCE);
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c TimeZone=UTC -c jit=off' });
  await client.connect();
  const day = dayIn(Temporal.Now.instant()).toString();
  const [reader] = await readersOf(db);
  const { id } = await db.programme.findFirstOrThrow();
  const once = async (): Promise<Spc> => {
    const from = performance.now();
    const kpis = await inTransaction(
      db,
      async (tx) => {
        const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: reader as string }, day);
        if (!actor) throw new Error('nobody reads');
        return readSeries(tx, id, actor, day);
      },
      LIMITS,
    );
    const read = performance.now();
    const readings = kpis.reduce((sum, kpi) => sum + spcOf(kpi).points.length, 0);
    const done = performance.now();
    await client.query(SERIES_FLOOR);
    const floor = performance.now() - done;
    return { series: kpis.length, readings, seconds: (done - from) / 1000, ofReckoning: (done - read) / 1000, floor: floor / 1000 };
  };
  await once(); // warm
  const runs = [await once(), await once(), await once()].toSorted((one, other) => one.seconds - other.seconds);
  tell({ spc: runs[1] as Spc });
  await client.end();
  await close();
};

/** Of the pages of the demonstration's coordinator, by their path: with the large localities beside, or without. */
const statements = async (databaseUrl: string, localities: number) => {
  let sent = 0;
  const { db, close } = openServer(databaseUrl, () => {
    sent += 1;
  });
  const site = await startWeb({
    core: coreOf(db),
    commands,
    dispatch: () => {
      throw new Error('nobody types here');
    },
  });
  const place = await db.locality.findFirstOrThrow({
    where: localities > 0 ? { name: 'Large place 1' } : { prefix: 'WAK' },
    include: { kpis: { take: 1 } },
  });
  const counted: Record<string, number> = {};
  for (const [name, path] of [
    ['programme', '/programme'],
    ['locality', `/localities/${place.prefix}`],
    ['kpi', `/kpis/${place.kpis[0]?.id}`],
  ] as const) {
    sent = 0;
    const answer = await fetch(`${site.origin}${path}?as=programme.coordinator@example.org`);
    await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    counted[name] = sent;
  }
  tell({ statements: counted });
  await site.stop();
  await close();
};

const perform = (job: EvidenceJob): Promise<void> => {
  switch (job.part) {
    case 'build':
      return build(job);
    case 'million':
      return million(job);
    case 'spc':
      return spc(job.databaseUrl);
    case 'statements':
      return statements(job.databaseUrl, job.localities);
  }
};

process.once('message', async (job: EvidenceJob) => {
  await perform(job);
  // Not before it was handed over: what was told before may be long.
  process.send?.({ done: true }, () => process.disconnect());
});
