import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../src/db/open.ts';
import { freePort, startChild } from '../tests/support/child.ts';
import type { Engine, Place } from '../tests/support/places.ts';
import { buildWorld, savedReadings, TEAM } from '../tests/support/world.ts';
import type { LoadJob } from './load.ts';
import type { Measured, Phase } from './measure.ts';
import { measureIn, memoryOf, processorTime, startSlackApi } from './processes.ts';

/** A server under load, measured from outside: what came out, and what it took. */

export const SIGNING_SECRET = 'a signing secret of the benchmark';
/** The server's secret key. */
export const SECRET = Buffer.alloc(32, 7);
/** Milliseconds that a server is left alone before its idle memory is read. */
export const SETTLES = 1_500;

export type Loaded = {
  phases: (Measured & {
    /** Milliseconds of the server's processor for one request. */ cpu: number | undefined /** The same of the database's. */;
    databaseCpu: number | undefined;
  })[];
};

/** Loads the server with that process, and says what each stretch came to. */
const load = async (job: LoadJob, pid: number, databasePid: number | undefined): Promise<Loaded['phases']> => {
  const phases: Loaded['phases'] = [];
  const used = () => ({ server: processorTime(pid), database: databasePid === undefined ? undefined : processorTime(databasePid) });
  let before = used();
  await measureIn('load.ts', job, ({ begins, measured }) => {
    if (begins) before = used();
    if (!measured) return;
    const after = used();
    const each = (from: number | undefined, to: number | undefined) =>
      from === undefined || to === undefined ? undefined : (to - from) / measured.count;
    phases.push({ ...measured, cpu: each(before.server, after.server), databaseCpu: each(before.database, after.database) });
  });
  return phases;
};

export type ProductResult = {
  /** Milliseconds until it may be sent work, on an empty database and on one with data. */
  firstStart: number;
  laterStart: number;
  /** Megabytes of the server's process. */
  idle: number | undefined;
  after: number | undefined;
  phases: Loaded['phases'];
};

const environment = (place: Place, port: number, slackApi: string) => ({
  PORT: String(port),
  DATA_DIR: place.dataDir,
  ...(place.databaseUrl && { DATABASE_URL: place.databaseUrl }),
  DEMO: '1',
  SECRET_KEY: SECRET.toString('base64'),
  SLACK_BOT_TOKEN: 'xoxb-bench',
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
  SLACK_API_URL: slackApi,
});

/** What `npm start`, or another of our scripts, gives to Node before the name of its file. */
export const startOptions = async (script: 'start' | 'export' = 'start'): Promise<string[]> => {
  const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<typeof script, string>;
  };
  return scripts[script].split(' ').slice(1, -1);
};

/** @param more of its environment */
export const startProduct = async (
  place: Place,
  folder: string,
  slackApi: string,
  { nodeOptions = [], more = {} }: { nodeOptions?: string[]; more?: Record<string, string> } = {},
) =>
  startChild(
    { ...environment(place, await freePort(), slackApi), ...more },
    { logFile: join(folder, 'product.log'), nodeOptions: [...(await startOptions()), ...nodeOptions] },
  );

/** Starts the product on an empty place, fills it, and hands back the place with nobody on it. */
export const prepare = async (
  engine: Engine,
  folder: string,
  leads: number,
  name = 'first',
): Promise<{ place: Place; firstStart: number }> => {
  const api = await startSlackApi(TEAM);
  const place = await engine.place(name);
  const product = await startProduct(place, folder, api.url);
  const firstStart = await product.ready();
  await product.stop();
  api.stop();
  const database = await openDatabase(place);
  await buildWorld(database.db, leads);
  await database.close();
  return { place, firstStart };
};

/** The whole product: signed commands over HTTP. Fails unless every reading it acknowledged is in the database. */
export const measureProduct = async (
  engine: Engine,
  place: Place,
  folder: string,
  leads: number,
  phases: Phase[],
  nodeOptions: string[] = [],
) => {
  const api = await startSlackApi(TEAM);
  const product = await startProduct(place, folder, api.url, { nodeOptions });
  const laterStart = await product.ready();
  await new Promise((resolve) => setTimeout(resolve, SETTLES));
  const pid = product.process.pid as number;
  const idle = memoryOf(pid);
  const measured = await load({ port: product.port, secret: SIGNING_SECRET, hooks: api.hooks, leads, phases, holds: '→' }, pid, engine.pid);
  const after = memoryOf(pid);
  await product.stop();
  api.stop();
  const database = await openDatabase(place);
  const saved = await savedReadings(database.db);
  await database.close();
  const answered = measured.reduce((sum, { count }) => sum + count, 0);
  if (saved !== answered) throw new Error(`${answered} readings were acknowledged and ${saved} are saved`);
  return { laterStart, idle, after, phases: measured };
};

/** The bare Bolt app, under the same load. */
export const measureBareBolt = async (folder: string, leads: number, phases: Phase[]) => {
  const api = await startSlackApi(TEAM);
  const port = await freePort();
  const env = { PORT: String(port), SLACK_BOT_TOKEN: 'xoxb-bench', SLACK_SIGNING_SECRET: SIGNING_SECRET, SLACK_API_URL: api.url };
  const bolt = startChild(env, { logFile: join(folder, 'bolt.log'), script: 'bench/bare-bolt.ts' });
  await new Promise((resolve) => bolt.process.once('message', resolve));
  await new Promise((resolve) => setTimeout(resolve, SETTLES));
  const pid = bolt.process.pid as number;
  const idle = memoryOf(pid);
  const measured = await load({ port, secret: SIGNING_SECRET, hooks: api.hooks, leads, phases, holds: 'noted' }, pid, undefined);
  const after = memoryOf(pid);
  await bolt.kill();
  api.stop();
  if (api.called('chat.postMessage') === 0) throw new Error('the bare app posted nothing');
  return { idle, after, phases: measured };
};
