import { availableParallelism } from 'node:os';
import { PLAN, READERS } from '../tests/support/plan-world.ts';
import { DASHBOARDS } from './dashboards-world.ts';
import type { EvidenceResult, PageResult } from './evidence.ts';
import type { Measured } from './measure.ts';
import { type Aim, EVIDENCE_BEGINS, fine, single, ten, whole } from './report.ts';

/** What was measured of the dashboards → tables, and which aims it meets. */

/** Milliseconds, but for the series: seconds. */
const AIMS = { programme: 300, locality: 150, series: 1.5, readings: 500 };

export const evidenceAims = ({ pages, spc, exporting }: EvidenceResult): Aim[] => [
  ...(['programme', 'locality'] as const).map((page) => ({
    said: `the ${page}’s page${pages[page].again ? ' while something is written' : ''}: 95 of 100 answered within ${AIMS[page]} ms, ${READERS} readers at once`,
    measured: `${fine(ten(pages[page].page).p95)} ms`,
    met: ten(pages[page].page).p95 <= AIMS[page],
  })),
  ...(pages.programme.again
    ? [
        {
          said: `the programme’s page while nothing is written: 95 of 100 answered within ${AIMS.programme} ms, ${READERS} readers at once`,
          measured: `${fine(ten(pages.programme.again).p95)} ms`,
          met: ten(pages.programme.again).p95 <= AIMS.programme,
        },
      ]
    : []),
  ...(['programme', 'locality'] as const).map((page) => ({
    said: `the ${page}’s page: as many SQL statements for ${9 + PLAN.localities} localities as for 9`,
    measured: `${pages[page].statements.many} and ${pages[page].statements.few}`,
    met: pages[page].statements.many <= pages[page].statements.few,
  })),
  {
    said: `${whole(spc.series)} series read and worked out within ${AIMS.series} s`,
    measured: `${spc.seconds.toFixed(1)} s`,
    met: spc.seconds <= AIMS.series,
  },
  {
    said: `embedded: 99 of 100 readings within ${AIMS.readings} ms while ${whole(exporting.rows)} rows are exported`,
    measured: `${fine(exporting.meanwhile.p99)} ms`,
    met: exporting.meanwhile.p99 <= AIMS.readings,
  },
];

const row = (what: string, phases: Measured[], more: string) => {
  const [many, one] = [ten(phases), single(phases)];
  return `| ${what} | ${fine(many.rate)} | ${fine(many.p50)} | ${fine(many.p95)} | ${fine(one.p50)} | ${fine(one.p95)} | ${more} |`;
};

const pageRows = (name: string, { page, again, floor, bare, bytes, statements }: PageResult): string[] => [
  row(`**Common Cause**: ${name}${again ? ', counted anew' : ''}`, page, `${whole(bytes / 1024)} kB, ${statements.many} statements`),
  ...(again ? [row('the same while nothing is written', again, '')] : []),
  row('what it shows, in one hand-written SQL statement', floor, ''),
  row('a bare Express page of as many bytes', bare, ''),
];

const readingsRow = (what: string, { count, p50, p99, slowest }: Measured) =>
  `| ${what} | ${whole(count)} | ${fine(p50)} | ${fine(p99)} | ${fine(slowest)} |`;

/** Markdown for the README. */
export const evidenceReport = (result: EvidenceResult): string => {
  const { pages, spc, exporting } = result;
  const { idle, most } = exporting.memory;
  const held = idle === undefined || most === undefined ? '' : ` Its memory went from ${whole(idle)} to at most ${whole(most)} MB.`;
  return [
    `${EVIDENCE_BEGINS}, on ${availableParallelism()} cores shared by the server, the database and their ${READERS} readers: ${PLAN.localities} localities with ${PLAN.actions} actions, ${DASHBOARDS.kpis} KPIs and ${DASHBOARDS.weeks} weeks of each, beside the demonstration's nine. Everybody has signed in, each page is asked for by the lead of another locality, and whom it is for is found each time. No page is kept. What the programme's page counts is kept as long as nothing at all is written, and who asks while somebody else counts something older waits for the next count: so it is measured while something is written every 2 ms, and once more while nothing is. Times in milliseconds.`,
    '',
    '| PostgreSQL | a second, ten at a time | p50 | p95 | p50, one at a time | p95 | |',
    '|---|---:|---:|---:|---:|---:|---|',
    ...pageRows('the programme', pages.programme),
    ...pageRows('a locality with its plan and a chart of each KPI', pages.locality),
    ...pageRows('a KPI with its chart and its history', pages.kpi),
    '',
    `Every series as somebody of the whole programme may see it, by the statement that a locality's charts are drawn from: ${whole(spc.series)} of ${whole(spc.readings)} readings in ${spc.seconds.toFixed(2)} s, ${spc.ofReckoning.toFixed(2)} s of it to work out means, limits and signs. One hand-written statement that reads periods and values alone takes ${spc.floor.toFixed(2)} s.`,
    '',
    `Five readings a second logged on the embedded database, while somebody exports ${whole(exporting.rows)} rows from the same process (${whole(exporting.seconds)} s, ${whole(exporting.rows / exporting.seconds)} rows a second). Each at a moment of its own, whoever else is being answered; milliseconds from that moment.${held}`,
    '',
    '| | how many | p50 | p99 | slowest |',
    '|---|---:|---:|---:|---:|',
    readingsRow('**Common Cause, embedded**: readings during the export', exporting.meanwhile),
    readingsRow('the same before it', exporting.before),
    '',
    '| aim | measured | |',
    '|---|---:|---|',
    ...evidenceAims(result).map(({ said, measured, met }) => `| ${said} | ${measured} | ${met ? 'met' : '**not met**'} |`),
    '',
  ].join('\n');
};
