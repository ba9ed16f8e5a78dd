import { availableParallelism } from 'node:os';
import { PLAN, READERS } from '../tests/support/plan-world.ts';
import type { Exported } from './export.ts';
import type { Measured } from './measure.ts';
import type { MessagesResult, PlanningResult } from './messages.ts';
import type { Loaded } from './product.ts';
import type { CountryResult, MinuteResult, PulsesResult } from './pulses.ts';
import { COMMENTS } from './pulses-world.ts';
import type { Step } from './step.ts';
import { ALLOWANCE } from './tenants.ts';

/** What was measured → a table, and which aims it meets. */

export type EngineResult = {
  engine: 'embedded' | 'PostgreSQL';
  firstStart: number;
  statements: number;
  floor: Measured[];
  prisma: Measured[];
  product: { laterStart: number; idle: number | undefined; after: number | undefined; phases: Loaded['phases'] };
};
type BoltResult = { idle: number | undefined; after: number | undefined; phases: Loaded['phases'] };

/** What is aimed at: readings a second are for ten at a time on two cores; times in milliseconds, memory in megabytes. */
const AIMS = {
  ofFloor: 0.35,
  rate: { embedded: 400, PostgreSQL: 800 },
  p99: 100,
  p50: 5,
  statements: 6,
  laterStart: 3_000,
  firstStart: 6_000,
  idle: 200,
  summary: 300,
  exported: 0.1,
  grown: 100,
  planned: 10,
  growth: 150,
  delivered: 500,
  answered: 500,
  closed: 10,
};

const find = <P extends Measured>(phases: P[], name: string): P => {
  const phase = phases.find((candidate) => candidate.name === name);
  if (!phase) throw new Error(`nothing was measured ${name}`);
  return phase;
};
export const ten = <P extends Measured>(phases: P[]) => find(phases, 'ten at a time');
export const single = <P extends Measured>(phases: P[]) => find(phases, 'one at a time');

export const whole = (value: number) => Math.round(value).toLocaleString('en-GB');
export const fine = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(value < 10 ? 1 : 0));
const cpu = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2));

export type Aim = { said: string; measured: string; met: boolean };

export const aimsOf = (results: EngineResult[]): Aim[] =>
  results.flatMap(({ engine, firstStart, statements, floor, product }) => {
    const share = ten(product.phases).rate / ten(floor).rate;
    const { rate, p99 } = ten(product.phases);
    const { p50 } = single(product.phases);
    const aim = (what: string, measured: string, met: boolean): Aim => ({ said: `${engine}: ${what}`, measured, met });
    return [
      aim(`at least ${AIMS.ofFloor} of the two statements`, share.toFixed(2), share >= AIMS.ofFloor),
      aim(`at least ${AIMS.rate[engine]} readings a second, ten at a time`, whole(rate), rate >= AIMS.rate[engine]),
      aim(`99 of 100 answered within ${AIMS.p99} ms, ten at a time`, `${fine(p99)} ms`, p99 <= AIMS.p99),
      aim(`half answered within ${AIMS.p50} ms, one at a time`, `${fine(p50)} ms`, p50 <= AIMS.p50),
      aim(`at most ${AIMS.statements} SQL statements for one command`, String(statements), statements <= AIMS.statements),
      aim(`ready in ${AIMS.firstStart / 1000} s on a first start`, `${fine(firstStart / 1000)} s`, firstStart <= AIMS.firstStart),
      aim(
        `ready in ${AIMS.laterStart / 1000} s with data there`,
        `${fine(product.laterStart / 1000)} s`,
        product.laterStart <= AIMS.laterStart,
      ),
      ...(engine === 'PostgreSQL' && product.idle !== undefined
        ? [aim(`at most ${AIMS.idle} MB when idle`, `${whole(product.idle)} MB`, product.idle <= AIMS.idle)]
        : []),
    ];
  });

const row = (
  what: string,
  phases: (Measured & { cpu?: number | undefined; databaseCpu?: number | undefined })[],
  memory?: { idle: number | undefined; after: number | undefined },
) => {
  const [many, one] = [ten(phases), single(phases)];
  const processor =
    many.cpu === undefined ? '–' : many.databaseCpu === undefined ? cpu(many.cpu) : `${cpu(many.cpu)} + ${cpu(many.databaseCpu)}`;
  const held = memory?.idle === undefined || memory.after === undefined ? '–' : `${whole(memory.idle)} → ${whole(memory.after)}`;
  return `| ${what} | ${whole(many.rate)} | ${fine(many.p50)} | ${fine(many.p99)} | ${fine(one.p50)} | ${fine(one.p99)} | ${processor} | ${held} |`;
};

/** Markdown for the README. */
export const report = (bolt: BoltResult, results: EngineResult[]): string =>
  [
    `One logged reading (\`/kpi attendance 93.2\`), on ${availableParallelism()} cores shared by the server, the database, the load and a stub of Slack; times in milliseconds, memory in megabytes.`,
    '',
    '| | a second, ten at a time | p50 | p99 | p50, one at a time | p99 | processor for each | memory idle → after |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...results.flatMap(({ engine, floor, prisma, product }) => [
      row(`**Common Cause, ${engine}**: signed request to committed answer`, product.phases, product),
      row(`its database part alone, through Prisma, ${engine}`, prisma),
      row(`the same in two hand-written SQL statements, ${engine}`, floor),
    ]),
    row('a bare Bolt app that acknowledges and posts', bolt.phases, bolt),
    '',
    'Processor for each: the server, and the database where it is a server of its own.',
    '',
    '| aim | measured | |',
    '|---|---:|---|',
    ...aimsOf(results).map(({ said, measured, met }) => `| ${said} | ${measured} | ${met ? 'met' : '**not met**'} |`),
    '',
  ].join('\n');

export type PlanResult = {
  /** For the demonstration's nine localities, and with the large ones beside them. */
  statements: { few: number; many: number };
  floor: Measured[];
  summary: Measured[];
};

export const planAims = ({ statements, summary }: PlanResult): Aim[] => [
  {
    said: `summary: 95 of 100 answered within ${AIMS.summary} ms, ${READERS} readers at once`,
    measured: `${fine(ten(summary).p95)} ms`,
    met: ten(summary).p95 <= AIMS.summary,
  },
  {
    said: `summary: as many SQL statements for ${9 + PLAN.localities} localities as for 9`,
    measured: `${statements.many} and ${statements.few}`,
    met: statements.many === statements.few,
  },
];

const planRow = (what: string, phases: Measured[]) => {
  const [many, one] = [ten(phases), single(phases)];
  return `| ${what} | ${fine(many.rate)} | ${fine(many.p50)} | ${fine(many.p95)} | ${fine(one.p50)} | ${fine(one.p95)} |`;
};

const PLAN_BEGINS = 'One summary of the programme';
export const EVIDENCE_BEGINS = 'Pages of the dashboards';
const UNASKED_BEGINS = 'Messages that nobody asked for';

/** Markdown for the README. */
export const planReport = (plan: PlanResult): string =>
  [
    `${PLAN_BEGINS} (\`/summary programme\`) on PostgreSQL, on ${availableParallelism()} cores shared by the bot, the database and its ${READERS} readers: ${PLAN.localities} localities with ${PLAN.actions} actions each and ${PLAN.years} years of ratings, beside the demonstration's nine; times in milliseconds.`,
    '',
    '| | a second, ten at a time | p50 | p95 | p50, one at a time | p95 |',
    '|---|---:|---:|---:|---:|---:|',
    planRow('**Common Cause**: words to card, rights checked', plan.summary),
    planRow('the counts alone, in one hand-written SQL statement', plan.floor),
    '',
    '| aim | measured | |',
    '|---|---:|---|',
    ...planAims(plan).map(({ said, measured, met }) => `| ${said} | ${measured} | ${met ? 'met' : '**not met**'} |`),
    '',
  ].join('\n');

const EXPORT_BEGINS = 'An export of everything';

export type ExportResult = { made: Exported; copied: Exported };

const rateOf = ({ rows, seconds }: Exported) => rows / seconds;

export const exportAims = ({ made, copied }: ExportResult): Aim[] => [
  {
    said: `an export: at least ${AIMS.exported} of the rows a second of COPY`,
    measured: (rateOf(made) / rateOf(copied)).toFixed(2),
    met: rateOf(made) >= AIMS.exported * rateOf(copied),
  },
  {
    said: `an export: the process grows by less than ${AIMS.grown} MB`,
    measured: `${whole(made.grown)} MB`,
    met: made.grown < AIMS.grown,
  },
];

const exportRow = (what: string, measured: Exported) =>
  `| ${what} | ${whole(measured.rows)} | ${measured.seconds.toFixed(1)} | ${whole(rateOf(measured))} | ${whole(measured.megabytes)} | ${whole(measured.grown)} |`;

/** Markdown for the README. */
export const exportReport = (result: ExportResult): string =>
  [
    `${EXPORT_BEGINS} (\`npm run export\`) on PostgreSQL, on ${availableParallelism()} cores shared by both: ${PLAN.localities} localities with a million readings and their plans, beside the demonstration's nine.`,
    '',
    '| | rows | seconds | rows a second | megabytes written | megabytes of memory more |',
    '|---|---:|---:|---:|---:|---:|',
    exportRow('**Common Cause**: every table, rights checked, telling figures left out, in one zip', result.made),
    exportRow('COPY of the readings as CSV, thrown away', result.copied),
    '',
    '| aim | measured | |',
    '|---|---:|---|',
    ...exportAims(result).map(({ said, measured, met }) => `| ${said} | ${measured} | ${met ? 'met' : '**not met**'} |`),
    '',
  ].join('\n');

export type UnaskedResult = { planning: PlanningResult; messages: MessagesResult };

export const unaskedAims = ({ planning: { crowd, many, few }, messages: { relay } }: UnaskedResult): Aim[] => [
  {
    said: `planning a week within ${AIMS.planned} s`,
    measured: `${many.seconds.toFixed(1)} s`,
    met: many.seconds < AIMS.planned,
  },
  {
    said: `planning: the process grows by less than ${AIMS.growth} MB`,
    measured: `${whole(many.growth)} MB`,
    met: many.growth < AIMS.growth,
  },
  {
    said: `planning: as many SQL statements for ${whole(crowd.people)} people as for few`,
    measured: `${many.statements} and ${few.statements}`,
    met: many.statements === few.statements,
  },
  {
    said: `delivery: at least ${AIMS.delivered} messages a second`,
    measured: whole(relay.rate),
    met: relay.rate >= AIMS.delivered,
  },
];

const planningRow = (what: string, { seconds, planned, statements, growth }: PlanningResult['many'], memory = true) =>
  `| ${what} | ${seconds.toFixed(1)} | ${whole(planned)} | ${statements} | ${memory ? whole(growth) : '–'} |`;
const sentRow = (what: string, { rate, refused, statements, cpu: processor }: MessagesResult['relay']) =>
  `| ${what} | ${whole(rate)} | ${whole(refused)} | ${statements.toFixed(2)} | ${processor.toFixed(1)} |`;

/** Markdown for the README. */
export const unaskedReport = (result: UnaskedResult): string => {
  const { crowd, many, few, floor } = result.planning;
  const { messages, tenants, processes, relay, bare } = result.messages;
  return [
    `${UNASKED_BEGINS}, on PostgreSQL, on ${availableParallelism()} cores shared by all processes. A week planned for ${whole(crowd.organisations)} organisations and ${whole(crowd.people)} people in ${crowd.localities} localities, beside the demonstration: who holds a role, what waits for whom, and when they may be written to by their calendar.`,
    '',
    '| | seconds | messages planned | statements | megabytes more |',
    '|---|---:|---:|---:|---:|',
    planningRow('**Common Cause**: a week for everybody', many),
    planningRow(`the same for ${whole(few.planned)} messages`, few),
    planningRow('moments found and rows inserted by one hand-written SQL statement, which knows no calendar', floor, false),
    '',
    `${whole(messages)} messages, all due at once, from ${processes} processes to ${tenants} tenants that each refuse what is above ${ALLOWANCE} a second and answer after 50 ms. Each arrived once.`,
    '',
    '| | a second | refused and sent again | statements for each | milliseconds of processor for each |',
    '|---|---:|---:|---:|---:|',
    sentRow('**Common Cause**: outbox, relay and sender of Teams', relay),
    sentRow('the same by bare fetch, without a database', bare),
    '',
    '| aim | measured | |',
    '|---|---:|---|',
    ...unaskedAims(result).map(({ said, measured, met }) => `| ${said} | ${measured} | ${met ? 'met' : '**not met**'} |`),
    '',
  ].join('\n');
};

const PULSES_BEGIN = 'A pulse answered and closed';

const minuteAims = ({ engine, minute }: MinuteResult): Aim[] =>
  [
    { what: 'answers', measured: minute.answers },
    { what: 'readings meanwhile', measured: minute.readings },
  ].map(({ what, measured: { p99 } }) => ({
    said: `${engine}: 99 of 100 ${what} within ${AIMS.answered} ms`,
    measured: `${fine(p99)} ms`,
    met: p99 < AIMS.answered,
  }));

const countryAims = ({ engine, answered, one, first, next }: CountryResult): Aim[] => [
  ...[
    { what: `a wave of ${whole(answered)} answers`, step: first },
    { what: 'the next wave', step: next },
  ].map(({ what, step: { seconds } }) => ({
    said: `${engine}: closing ${what} within ${AIMS.closed} s`,
    measured: `${seconds.toFixed(1)} s`,
    met: seconds < AIMS.closed,
  })),
  { said: `${engine}: no answer reads all seats of a wave`, measured: `${one.scans} times`, met: one.scans === 0 },
];

export const pulsesAims = ({ minutes, countries }: PulsesResult): Aim[] => [
  ...minutes.flatMap(minuteAims),
  ...countries.flatMap(countryAims),
];

const minuteRow = (what: string, { count, p50, p99, slowest }: Measured) =>
  `| ${what} | ${whole(count)} | ${fine(p50)} | ${fine(p99)} | ${fine(slowest)} |`;
const fastRow = ({ engine, answers, readings, tidied, memory }: MinuteResult) => {
  const held = memory.idle === undefined || memory.after === undefined ? '–' : `${whole(memory.idle)} → ${whole(memory.after)}`;
  return `| ${engine} | ${whole(answers.rate)} | ${whole(readings.rate)} | ${(answers.rate / readings.rate).toFixed(2)} | ${tidied.seconds.toFixed(1)} of ${whole(tidied.megabytes)} MB | ${held} |`;
};
const closingRow = (what: string, { seconds, cpu: processor, statements, growth }: Step) =>
  `| ${what} | ${seconds.toFixed(1)} | ${processor.toFixed(1)} | ${statements} | ${whole(growth)} |`;

/** Markdown for the README. */
export const pulsesReport = (result: PulsesResult): string => {
  const { sizes, minutes, countries } = result;
  const [country] = countries;
  if (!country) throw new Error('no country was measured');
  return [
    `${PULSES_BEGIN}, on ${availableParallelism()} cores shared by all processes. Within ${sizes.seconds} s ${whole(sizes.respondents)} people of one group each open the form and send five answers, one in ${COMMENTS} with a comment, half of them in Slack and half by their personal link, while ${sizes.readings} readings a second are logged. Each at a moment of their own, whoever else is being answered; milliseconds from that moment. What was then in the boxes, and the base of the release, is ${whole(sizes.respondents)} for each question.`,
    '',
    '| | how many | p50 | p99 | slowest |',
    '|---|---:|---:|---:|---:|',
    ...minutes.flatMap(({ engine, minute }) => [
      minuteRow(`**${engine}**: five answers sent`, minute.answers),
      minuteRow(`${engine}: the form opened`, minute.opened),
      minuteRow(`${engine}: readings meanwhile`, minute.readings),
    ]),
    '',
    'As fast as ten at a time can, in the same servers before that minute; and how long the tables of the open wave take to be written anew after it, which a tick does when they have grown, and for which answering waits.',
    '',
    '| | answers a second | readings a second | ratio | seconds to write anew | memory idle → after |',
    '|---|---:|---:|---:|---:|---:|',
    ...minutes.map(fastRow),
    '',
    `A wave of ${whole(country.invited)} headteachers in ${country.localities} localities, ${whole(country.answered)} of whom answered, half of these with a comment; and the next wave, where one in 33 is another person and the ledger looks at the first. Closing is the release, its audit, comments, and the destruction of everything else. Processor and memory: of the bot's process, with the database in it where that is embedded. One answer takes ${country.one.statements} SQL statements, beginning and commit among them.`,
    '',
    '| | seconds | of processor | statements | megabytes more |',
    '|---|---:|---:|---:|---:|',
    ...countries.flatMap(({ engine, opening, boxes, first, next }) => [
      closingRow(`**${engine}**: closed`, first),
      closingRow(`${engine}: the next wave closed`, next),
      closingRow(`${engine}: boxes opened and added up, and nothing else`, boxes),
      closingRow(`${engine}: opened, with everybody's seats and boxes`, opening),
    ]),
    '',
    '| aim | measured | |',
    '|---|---:|---|',
    ...pulsesAims(result).map(({ said, measured, met }) => `| ${said} | ${measured} | ${met ? 'met' : '**not met**'} |`),
    '',
  ].join('\n');
};

const BEGINNINGS = {
  plan: PLAN_BEGINS,
  evidence: EVIDENCE_BEGINS,
  exported: EXPORT_BEGINS,
  unasked: UNASKED_BEGINS,
  pulses: PULSES_BEGIN,
};
type Part = keyof typeof BEGINNINGS;

/** What was measured before, with what is measured now in place of what stood there of it. Readings come first, then summaries, dashboards, exports, messages and pulses. */
export const withParts = (text: string, parts: Partial<Record<Part, string>>): string => {
  const [readings = '', ...rest] = text.split(new RegExp(`^(?=${Object.values(BEGINNINGS).join('|')})`, 'mu'));
  const was = (part: Part) => rest.find((each) => each.startsWith(BEGINNINGS[part]));
  const all = [
    readings,
    parts.plan ?? was('plan'),
    parts.evidence ?? was('evidence'),
    parts.exported ?? was('exported'),
    parts.unasked ?? was('unasked'),
    parts.pulses ?? was('pulses'),
  ];
  return `${all.flatMap((each) => (each === undefined ? [] : each.trim())).join('\n\n')}\n`;
};
