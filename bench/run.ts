import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, embedded, type Place, postgresql } from '../tests/support/places.ts';
import { PLAN, READERS } from '../tests/support/plan-world.ts';
import { leadsFor } from '../tests/support/world.ts';
import type { DatabaseJob } from './database.ts';
import { measureEvidence } from './evidence.ts';
import { evidenceAims, evidenceReport } from './evidence-report.ts';
import type { Exported, ExportJob } from './export.ts';
import type { Measured, Phase } from './measure.ts';
import { measureMessages, measurePlanning } from './messages.ts';
import type { PlanJob } from './plan.ts';
import { measureIn } from './processes.ts';
import { measureBareBolt, measureProduct, prepare, startOptions } from './product.ts';
import { measureCountry, measureMinute, type PulsesResult, SIZES } from './pulses.ts';
import {
  aimsOf,
  type EngineResult,
  type ExportResult,
  exportAims,
  exportReport,
  type PlanResult,
  planAims,
  planReport,
  pulsesAims,
  pulsesReport,
  report,
  type UnaskedResult,
  unaskedAims,
  unaskedReport,
  withParts,
} from './report.ts';

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

const PLAN_PHASES: Phase[] = [
  { name: 'warm-up', concurrency: READERS, most: 60, seconds: 10 },
  { name: 'ten at a time', concurrency: READERS, most: 400, seconds: 20 },
  { name: 'one at a time', concurrency: 1, most: 60, seconds: 10 },
];

/** The programme's summary, on PostgreSQL: few localities, then many. */
const measurePlans = async (server: Engine): Promise<PlanResult> => {
  const inPlace = async (place: Place, part: PlanJob['part'], localities: number) => {
    const measured: Measured[] = [];
    let statements = 0;
    const job: PlanJob = { part, databaseUrl: place.databaseUrl as string, phases: PLAN_PHASES, localities };
    await measureIn('plan.ts', job, (told) => {
      if (told.measured) measured.push(told.measured);
      if (told.statements) statements = told.statements;
    });
    return { measured, statements };
  };
  const [few, many] = [await server.place('few_plans'), await server.place('many_plans')];
  say(`PostgreSQL: the plans of ${PLAN.localities} localities`);
  await inPlace(few, 'build', 0);
  await inPlace(many, 'build', PLAN.localities);
  say('PostgreSQL: their summary');
  return {
    statements: {
      few: (await inPlace(few, 'statements', 0)).statements,
      many: (await inPlace(many, 'statements', PLAN.localities)).statements,
    },
    floor: (await inPlace(many, 'floor', PLAN.localities)).measured,
    summary: (await inPlace(many, 'summary', PLAN.localities)).measured,
  };
};

/** A million rows as one file, on PostgreSQL. */
const measureExport = async (server: Engine): Promise<ExportResult> => {
  const place = await server.place('exported');
  const inPlace = async (part: ExportJob['part']): Promise<Exported | undefined> => {
    let exported: Exported | undefined;
    const job: ExportJob = { part, databaseUrl: place.databaseUrl as string, localities: PLAN.localities };
    const told = (message: { exported?: Exported }) => {
      exported = message.exported ?? exported;
    };
    await measureIn('export.ts', job, told, await startOptions('export'));
    return exported;
  };
  say('PostgreSQL: a million readings');
  await inPlace('build');
  say('PostgreSQL: their export');
  return { made: (await inPlace('export')) as Exported, copied: (await inPlace('copy')) as Exported };
};

const measureUnasked = async (): Promise<UnaskedResult> => {
  say('PostgreSQL: planning a week for everybody');
  const planning = await measurePlanning(server);
  say('PostgreSQL: messages to many tenants');
  return { planning, messages: await measureMessages(server) };
};

const measurePulses = async (): Promise<PulsesResult> => {
  const result: PulsesResult = { sizes: SIZES, minutes: [], countries: [] };
  for (const engine of [embedded(folder), server]) {
    say(`${engine.name}: ${SIZES.respondents} people answer a pulse within ${SIZES.seconds} s`);
    result.minutes.push(await measureMinute(engine, folder, SIZES));
    say(`${engine.name}: a wave of ${SIZES.answered} answers closes, and the next`);
    result.countries.push(await measureCountry(engine, folder, SIZES));
  }
  return result;
};

const RESULTS = join(import.meta.dirname, 'results.md');
/** `npm run bench -- summary`, `-- evidence` (with it `export`), `-- export`, `-- nudges` or `-- pulses` measures those alone, and leaves the other figures as they are. */
const PARTS = ['summary', 'evidence', 'export', 'nudges', 'pulses'];
const only = process.argv[2];
if (only !== undefined && !PARTS.includes(only)) throw new Error(`${only} is not measured: ${PARTS.join(', ')}, or all of it`);
const isMeasured = (part: string) => only === undefined || only === part;
const folder = await mkdtemp(join(tmpdir(), 'common-cause-bench-'));
await chmod(folder, 0o755); // as root, the PostgreSQL server runs as another user and must get in
const startedAt = performance.now();
const server = await postgresql(folder);
try {
  const results: EngineResult[] = [];
  let text = await readFile(RESULTS, 'utf8');
  if (only === undefined) {
    say('a bare Bolt app');
    const bolt = await measureBareBolt(folder, LEADS, PHASES);
    for (const engine of [embedded(folder), server]) results.push(await measureEngine(engine, folder));
    text = report(bolt, results);
  }
  const plan = isMeasured('summary') ? await measurePlans(server) : undefined;
  const evidence = isMeasured('evidence') ? await measureEvidence(server, embedded(folder), folder, say) : undefined;
  const exported = evidence || isMeasured('export') ? await measureExport(server) : undefined;
  const unasked = isMeasured('nudges') ? await measureUnasked() : undefined;
  const pulses = isMeasured('pulses') ? await measurePulses() : undefined;
  text = withParts(text, {
    ...(plan && { plan: planReport(plan) }),
    ...(evidence && { evidence: evidenceReport(evidence) }),
    ...(exported && { exported: exportReport(exported) }),
    ...(unasked && { unasked: unaskedReport(unasked) }),
    ...(pulses && { pulses: pulsesReport(pulses) }),
  });
  await writeFile(RESULTS, text);
  const aims = [
    ...aimsOf(results),
    ...(plan ? planAims(plan) : []),
    ...(evidence ? evidenceAims(evidence) : []),
    ...(exported ? exportAims(exported) : []),
    ...(unasked ? unaskedAims(unasked) : []),
    ...(pulses ? pulsesAims(pulses) : []),
  ];
  say(`\n${text}`);
  say(
    `${aims.every(({ met }) => met) ? 'Every aim is met.' : 'Not every aim is met.'} It took ${Math.round((performance.now() - startedAt) / 1000)} s; the table is in bench/results.md.`,
  );
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
