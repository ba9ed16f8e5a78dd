import pg from 'pg';
import pino from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import type { Db } from '../src/db/client.ts';
import { openDatabase } from '../src/db/open.ts';
import { exportByScript } from '../src/evidence/export/script.ts';
import { loadDemonstration } from '../src/programme/demo.ts';
import { loadBank } from '../src/pulses/bank.ts';
import { buildPlans, PLAN } from '../tests/support/plan-world.ts';
import { buildKpis, DASHBOARDS } from './dashboards-world.ts';

/**
 * An export of a programme as large as England, as a process of its own: `build` fills a database with a million readings; `copy` reads them with
 * COPY, the fastest that there is; `export` makes the whole file as somebody who asks for it gets it, and throws it away.
 */

export type ExportJob = { part: 'build' | 'copy' | 'export'; databaseUrl: string; localities: number };

/** @param grown megabytes of memory more than before, at most */
export type Exported = { rows: number; seconds: number; megabytes: number; grown: number };

/** Weeks more than those of the dashboards: with them there are a million readings. */
const MORE_WEEKS = 172;
const AT_ONCE = 4;

/** The same measures read for years before. */
const addReadings = async (db: Db, localities: number) => {
  for (let from = 0; from < MORE_WEEKS; from += AT_ONCE)
    await db.$executeRawUnsafe(`insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, origin, recorded_at)
      select gen_random_uuid(), k.id, to_char(monday, 'IYYY"-W"IW'), monday, monday + 6, 1, 'reading', 90 + w % 40 / 10.0, 'demonstration', monday + 5
      from (select id from kpi where locality_id in (select md5('plan locality ' || n)::uuid from generate_series(1, ${localities}) as n)) k,
        generate_series(${DASHBOARDS.weeks + from + 1}, ${DASHBOARDS.weeks + from + AT_ONCE}) as w,
        lateral (select date_trunc('week', now())::date - (7 * w)::int as monday) as weeks`);
  await db.$executeRawUnsafe('analyze');
};

const build = async ({ databaseUrl, localities }: ExportJob) => {
  const { db, migrate, close } = await openDatabase({ databaseUrl, dataDir: '' });
  const now = () => Temporal.Now.instant();
  await migrate();
  await loadDemonstration({ db, now, newId: () => v7(), log: pino({ level: 'silent' }) });
  await db.$transaction((tx) => loadBank({ tx, now: now() }));
  await close();
  // Of the bare driver, that lets a statement take as long as it needs.
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const bare = {
    $executeRawUnsafe: (text: string) => client.query(text),
    $queryRawUnsafe: async (text: string) => (await client.query(text)).rows,
  } as unknown as Db;
  await buildPlans(bare, { ...PLAN, localities });
  await buildKpis(bare, localities);
  await addReadings(bare, localities);
  await client.end();
};

/** What comes of COPY … TO STDOUT, counted and thrown away: the driver hands its pieces to whoever asked. */
const copyOut = (client: pg.Client, table: string): Promise<{ rows: number; bytes: number }> =>
  new Promise((resolve, reject) => {
    let [rows, bytes] = [0, 0];
    const done = () => resolve({ rows, bytes });
    const nothing = () => {};
    client.query({
      submit: (connection: { query: (text: string) => void }) => connection.query(`copy ${table} to stdout (format csv)`),
      handleCopyData: ({ chunk }: { chunk: Uint8Array }) => {
        rows += 1; // the server sends each row in a message of its own
        bytes += chunk.length;
      },
      handleCommandComplete: nothing,
      handleRowDescription: nothing,
      handleReadyForQuery: done,
      handleError: reject,
    } as unknown as pg.Submittable);
  });

const MEGABYTE = 1024 * 1024;

const measured = async (work: () => Promise<{ rows: number; bytes: number }>): Promise<Exported> => {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  const from = performance.now();
  const { rows, bytes } = await work();
  clearInterval(watch);
  return {
    rows,
    seconds: (performance.now() - from) / 1000,
    megabytes: bytes / MEGABYTE,
    grown: (Math.max(most, process.memoryUsage.rss()) - before) / MEGABYTE,
  };
};

/** Those that nearly all rows of an export come from. */
const COPIED = ['reading', 'rating', 'action_version', 'kpi_definition', 'kpi_target', 'organisation', 'context_point'];

const copy = async ({ databaseUrl }: ExportJob) => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const all = async () => {
    const sum = { rows: 0, bytes: 0 };
    for (const table of COPIED) {
      const { rows, bytes } = await copyOut(client, table);
      sum.rows += rows;
      sum.bytes += bytes;
    }
    return sum;
  };
  await all(); // warm
  process.send?.({ exported: await measured(all) });
  await client.end();
};

const make = async ({ databaseUrl }: ExportJob) => {
  const { db, close } = await openDatabase({ databaseUrl, dataDir: '' });
  const around = { db, now: () => Temporal.Now.instant(), newId: () => v7(), secret: new Uint8Array(32) };
  const asked = { out: 'nowhere', freeText: true, xlsx: false, key: false };
  const exported = async (scope?: string) => {
    let bytes = 0;
    const said = await exportByScript(
      around,
      { ...asked, scope },
      async (some) => {
        bytes += some.length;
      },
      () => {},
    );
    return { rows: Number(/ ([\d,]+) rows/u.exec(said)?.[1]?.replaceAll(',', '')), bytes };
  };
  await exported('wakefield'); // warm
  process.send?.({ exported: await measured(() => exported()) });
  await close();
};

const PARTS = { build, copy, export: make };

process.once('message', async (job: ExportJob) => {
  await PARTS[job.part](job);
  process.send?.({ done: true });
  process.disconnect();
});
