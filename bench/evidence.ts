import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../src/db/open.ts';
import { freePort, startChild } from '../tests/support/child.ts';
import type { Engine, Place } from '../tests/support/places.ts';
import { PLAN, READERS } from '../tests/support/plan-world.ts';
import { savedReadings, TEAM } from '../tests/support/world.ts';
import type { EvidenceLoadJob, EvidenceLoadTold, PageKind } from './evidence-load.ts';
import type { EvidenceJob, EvidenceTold, SignedIn, Spc } from './evidence-work.ts';
import type { Measured, Phase } from './measure.ts';
import { measureIn, memoryOf, startSlackApi } from './processes.ts';
import { prepare, SETTLES, SIGNING_SECRET, startOptions, startProduct } from './product.ts';

/** The dashboards: their pages over HTTP with everybody signed in, every series and what can be told of it, and readings during an export. */

const PHASES: Phase[] = [
  { name: 'warm-up', concurrency: READERS, most: 200, seconds: 6 },
  { name: 'ten at a time', concurrency: READERS, most: 2_000, seconds: 12 },
  { name: 'one at a time', concurrency: 1, most: 200, seconds: 5 },
];

/** A page, by each who reads it, and what it is held against in the same run. */
export type PageResult = {
  /** By leads of different localities; of what is kept while nothing is written: while something is, the whole time. */
  page: Measured[];
  /** The same while nothing is written. */
  again?: Measured[];
  floor: Measured[];
  /** A bare Express page of as many bytes. */
  bare: Measured[];
  bytes: number;
  /** SQL statements of one page: in a programme of nine localities, and of many. */
  statements: { few: number; many: number };
};

export type ExportingResult = {
  rows: number;
  seconds: number;
  before: Measured;
  meanwhile: Measured;
  memory: { idle: number | undefined; most: number | undefined };
};

export type EvidenceResult = { pages: Record<PageKind, PageResult>; spc: Spc; exporting: ExportingResult };

export type Sizes = {
  localities: number /** Of the embedded database: weeks for which each KPI is read. */;
  weeks: number;
  phases: Phase[];
};
/** 153 localities with 16 KPIs beside those of their plan and 412 weeks: a million readings. */
export const SIZES: Sizes = { localities: PLAN.localities, weeks: 412, phases: PHASES };

const work = async (job: EvidenceJob): Promise<EvidenceTold> => {
  const all: EvidenceTold = {};
  const told = ({ evidence }: { evidence?: EvidenceTold }) => void Object.assign(all, evidence);
  await measureIn('evidence-work.ts', job, told, await startOptions());
  return all;
};

const load = async (job: EvidenceLoadJob): Promise<EvidenceLoadTold & { measured: Measured[] }> => {
  const all: EvidenceLoadTold & { measured: Measured[] } = { measured: [] };
  await measureIn('evidence-load.ts', job, ({ measured, loaded }) => {
    if (measured) all.measured.push(measured);
    Object.assign(all, loaded);
  });
  return all;
};

const PAGES: PageKind[] = ['programme', 'locality', 'kpi'];

/** The pages of the product's own server, in which people sign in: nobody acts as anybody. */
const measurePages = async (
  place: Place,
  folder: string,
  readers: readonly SignedIn[],
  { phases }: Sizes,
): Promise<Record<PageKind, Omit<PageResult, 'statements' | 'bare'>>> => {
  const url = place.databaseUrl as string;
  const keys = join(folder, 'keys-dashboards');
  await mkdir(keys);
  const api = await startSlackApi(TEAM);
  const product = await startProduct(place, folder, api.url, {
    more: { DEMO: '0', KEYS_DIR: keys, OPERATOR_NAME: 'the benchmark' },
  });
  await product.ready();
  const { port } = product;
  const found: Partial<Record<PageKind, Omit<PageResult, 'statements' | 'bare'>>> = {};
  for (const page of PAGES) {
    const asked = { part: 'pages', port, page, readers, phases } as const;
    const isKept = page === 'programme';
    const read = await load({ ...asked, ...(isKept && { writing: url }) });
    found[page] = {
      page: read.measured,
      ...(isKept && { again: (await load(asked)).measured }),
      bytes: read.bytes as number,
      floor: (await load({ part: 'floor', page, databaseUrl: url, readers, phases })).measured,
    };
  }
  await product.stop();
  api.stop();
  return found as Record<PageKind, Omit<PageResult, 'statements' | 'bare'>>;
};

/** As many bytes as each page has, from a bare Express app. */
const measureBare = async (folder: string, bytes: number, { phases }: Sizes): Promise<Measured[]> => {
  const port = await freePort();
  const bare = startChild({ PORT: String(port) }, { logFile: join(folder, 'bare.log'), script: 'bench/bare-express.ts' });
  await new Promise((resolve) => bare.process.once('message', resolve));
  const { measured } = await load({ part: 'bare', port, bytes, phases });
  await bare.kill();
  return measured;
};

/** Milliseconds between two looks at the server's memory. */
const LOOKS = 50;
/** Five readings a second, beginning so many seconds before the export. */
const READINGS = { every: 200, before: 15 };
/** Enough for an export of ten minutes. */
const LEADS = 400;

/** Readings logged while somebody exports a million rows, all in one process. */
const measureExporting = async (engine: Engine, folder: string, { localities, weeks }: Sizes): Promise<ExportingResult> => {
  const { place } = await prepare(engine, folder, LEADS, 'exporting');
  await work({ part: 'million', ...place, localities, weeks });
  const api = await startSlackApi(TEAM);
  const product = await startProduct(place, folder, api.url);
  await product.ready();
  await new Promise((resolve) => setTimeout(resolve, SETTLES));
  const pid = product.process.pid as number;
  const idle = memoryOf(pid);
  let most = idle;
  const looking = setInterval(() => {
    most = Math.max(most ?? 0, memoryOf(pid) ?? 0);
  }, LOOKS);
  const { measured, exported } = await load({
    part: 'export',
    port: product.port,
    secret: SIGNING_SECRET,
    hooks: api.hooks,
    leads: LEADS,
    ...READINGS,
  });
  clearInterval(looking);
  await product.stop();
  api.stop();
  const database = await openDatabase(place);
  const saved = await savedReadings(database.db);
  await database.close();
  const answered = measured.reduce((sum, { count }) => sum + count, 0);
  if (saved !== answered) throw new Error(`${answered} readings were acknowledged and ${saved} are saved`);
  const [before, meanwhile] = measured as [Measured, Measured];
  return { ...(exported as NonNullable<typeof exported>), before, meanwhile, memory: { idle, most } };
};

/**
 * @param server a PostgreSQL server
 * @param embedded the embedded engine
 */
export const measureEvidence = async (
  server: Engine,
  embedded: Engine,
  folder: string,
  say: (text: string) => void,
  sizes: Sizes = SIZES,
): Promise<EvidenceResult> => {
  const { localities } = sizes;
  const [few, many] = [await server.place('few_dashboards'), await server.place('many_dashboards')];
  say(`PostgreSQL: the plans, KPIs and readings of ${localities} localities`);
  const url = (place: Place) => place.databaseUrl as string;
  await work({ part: 'build', databaseUrl: url(few), localities: 0 });
  const { readers } = await work({ part: 'build', databaseUrl: url(many), localities });
  const counted = {
    few: (await work({ part: 'statements', databaseUrl: url(few), localities: 0 })).statements ?? {},
    many: (await work({ part: 'statements', databaseUrl: url(many), localities })).statements ?? {},
  };
  say('PostgreSQL: the pages of the dashboards');
  const served = await measurePages(many, folder, readers as SignedIn[], sizes);
  say('PostgreSQL: every series');
  const { spc } = await work({ part: 'spc', databaseUrl: url(many), localities });
  say('bare Express pages');
  const pages: Partial<Record<PageKind, PageResult>> = {};
  for (const page of PAGES)
    pages[page] = {
      ...served[page],
      bare: await measureBare(folder, served[page].bytes, sizes),
      statements: { few: counted.few[page] as number, many: counted.many[page] as number },
    };
  say('embedded: readings while a million rows are exported');
  const exporting = await measureExporting(embedded, folder, sizes);
  return { pages: pages as Record<PageKind, PageResult>, spc: spc as Spc, exporting };
};
