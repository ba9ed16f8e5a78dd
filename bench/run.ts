import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, embedded, type Place, postgresql } from '../tests/support/places.ts';
import { leadsFor } from '../tests/support/world.ts';
import type { DatabaseJob } from './database.ts';
import type { Measured, Phase } from './measure.ts';
import { measureIn } from './processes.ts';
import { measureBareBolt, measureProduct, prepare } from './product.ts';
import { aimsOf, type EngineResult, report } from './report.ts';

/** `npm run bench`: everything in one run on one machine, so that its figures can be held against one another. Loopback only. */

const PHASES: Phase[] = [
  { name: 'warm-up', concurrency: 10, most: 1_500, seconds: 5 },
  { name: 'ten at a time', concurrency: 10, most: 6_000, seconds: 8 },
  { name: 'one at a time', concurrency: 1, most: 1_500, seconds: 6 },
];
const LEADS = leadsFor(PHASES.reduce((sum, { most }) => sum + most, 0));

const say = (text: string) => process.stdout.write(`${text}\n`);

const measureDatabase = async (part: 'prisma' | 'floor', place: Place): Promise<Measured[]> => {
  const measured: Measured[] = [];
  const job: DatabaseJob = { part, ...place, leads: LEADS, phases: PHASES };
  await measureIn('database.ts', job, (told) => {
    if (told.measured) measured.push(told.measured);
  });
  return measured;
};

const statementsOf = async (place: Place): Promise<number> => {
  let statements = 0;
  await measureIn('database.ts', { part: 'statements', ...place, leads: LEADS, phases: [] } satisfies DatabaseJob, (told) => {
    if (told.statements) statements = told.statements;
  });
  return statements;
};

const measureEngine = async (engine: Engine, folder: string): Promise<EngineResult> => {
  say(`${engine.name}: first start, and a world of ${LEADS} leads`);
  const { place, firstStart } = await prepare(engine, folder, LEADS);
  say(`${engine.name}: two hand-written statements`);
  const floor = await measureDatabase('floor', await engine.copy(place, 'floor'));
  say(`${engine.name}: the database part through Prisma`);
  const prisma = await measureDatabase('prisma', await engine.copy(place, 'prisma'));
  const statements = await statementsOf(await engine.copy(place, 'counted'));
  say(`${engine.name}: the whole product`);
  const product = await measureProduct(engine, place, folder, LEADS, PHASES);
  return { engine: engine.name, firstStart, statements, floor, prisma, product };
};

const folder = await mkdtemp(join(tmpdir(), 'common-cause-bench-'));
await chmod(folder, 0o755); // as root, the PostgreSQL server runs as another user and must get in
const startedAt = performance.now();
const server = await postgresql(folder);
try {
  say('a bare Bolt app');
  const bolt = await measureBareBolt(folder, LEADS, PHASES);
  const results: EngineResult[] = [];
  for (const engine of [embedded(folder), server]) results.push(await measureEngine(engine, folder));
  const text = report(bolt, results);
  await writeFile(join(import.meta.dirname, 'results.md'), text);
  say(`\n${text}`);
  say(
    `${aimsOf(results).every(({ met }) => met) ? 'Every aim is met.' : 'Not every aim is met.'} It took ${Math.round((performance.now() - startedAt) / 1000)} s; the table is in bench/results.md.`,
  );
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
