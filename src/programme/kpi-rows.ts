import { Temporal } from 'temporal-polyfill';
import { type Period, periodOf } from '../calendar/periods.ts';
import { nationalTerms } from '../calendar/terms.ts';
import { dayIn } from '../calendar/zone.ts';
import { dayOf, recordedOn } from './day.ts';
import type { Demonstration, KpiInFile, LocalityInFile } from './format.ts';
import { demoId } from './ids.ts';
import { personId } from './people.ts';
import { seededPeriods, seededValues } from './seeded.ts';

/** KPIs as rows of their chains. Every row is version 1, and recorded when it would have been: "as at" a past day then shows that day. */

const utcDay = (date: Temporal.PlainDate | string) => new Date(`${date}T00:00:00Z`);

/** One load: what is loaded, when, and the periods that readings are made up for. */
type Load = { demonstration: Demonstration; now: Temporal.Instant; today: Temporal.PlainDate; periodsOf: ReturnType<typeof seededPeriods> };
type Papers = Demonstration['programme']['papers'];
type Valued = { value: number; numerator: number | null; denominator: number | null };

/** A count of schools or children is kept as the count; a percentage made of n of m as the percentage. Both keep n and m. */
const nOfM = (kpi: KpiInFile, count: number, of: number): Valued => ({
  value: kpi.unit === '%' ? (100 * count) / of : count,
  numerator: count,
  denominator: of,
});
const plain = (value: number): Valued => ({ value, numerator: null, denominator: null });

const paperReadings = (kpi: KpiInFile, papers: Papers) =>
  kpi.papers.map((figure) => {
    const paper = papers[figure.paper];
    if (!paper) throw new RangeError(`${figure.paper} is no paper of the programme`);
    return {
      period: periodOf(kpi.cadence, Temporal.PlainDate.from(figure.on), nationalTerms),
      origin: 'papers',
      note: `${paper.title} (${paper.month}), ${figure.section}: “${figure.words}”`,
      recordedOn: Temporal.PlainDate.from(paper.published),
      ...(figure.count !== undefined && figure.of !== undefined ? nOfM(kpi, figure.count, figure.of) : plain(figure.value ?? Number.NaN)),
    };
  });

const seededReadings = (key: string, kpi: KpiInFile, { today, periodsOf }: Load) => {
  const { from, of, waits } = kpi.seeded;
  const periods = periodsOf(kpi.cadence, dayOf(from, today), waits);
  const values = seededValues(
    key,
    kpi,
    periods.map(({ period }) => period),
  );
  return periods.map(({ period, due }, at) => {
    const value = values[at] as number;
    return { period, origin: 'demonstration', note: null, recordedOn: due, ...(of ? nOfM(kpi, value, of) : plain(value)) };
  });
};

const readingRows = (
  kpiId: string,
  readings: ({ period: Period; origin: string; note: string | null; recordedOn: Temporal.PlainDate } & Valued)[],
  now: Temporal.Instant,
) =>
  readings.map(({ period, recordedOn: on, ...reading }) => ({
    id: demoId('reading', kpiId, period.key),
    kpiId,
    period: period.key,
    periodStart: utcDay(period.start),
    periodEnd: utcDay(period.end),
    version: 1,
    kind: 'reading',
    ...reading,
    recordedAt: recordedOn(on, now),
  }));

const kpiRows = (locality: LocalityInFile, kpi: KpiInFile, at: number, load: Load) => {
  const { now, today } = load;
  const { programme, criteria } = load.demonstration;
  const date = (day: Parameters<typeof dayOf>[0]) => dayOf(day, today);
  const key = `${locality.key}: ${kpi.name}`;
  const id = demoId('kpi', locality.key, kpi.name);
  const began = Temporal.PlainDate.from(programme.began);
  const agreedOn = kpi.baseline && Temporal.PlainDate.compare(date(kpi.baseline.date), began) > 0 ? date(kpi.baseline.date) : began;
  const chain = { kpiId: id, version: 1, recordedAt: recordedOn(agreedOn, now) };
  const { papers, seeded, baseline, target, owner, deputy, criterion, project, ...definition } = kpi;
  return {
    kpi: { id, localityId: demoId('locality', locality.key), position: at + 1 },
    definition: {
      ...chain,
      ...definition,
      baseline: baseline?.value ?? null,
      baselineDate: baseline ? utcDay(date(baseline.date)) : null,
      criterionId: demoId('criterion', criteria[criterion - 1]?.name as string),
      projectId: project ? demoId('project', locality.key, project) : null,
    },
    target: target && {
      ...chain,
      value: target.value,
      date: utcDay(date(target.date)),
      milestones: target.milestones.map((milestone) => ({ date: date(milestone.date).toString(), value: milestone.value })),
    },
    owner: { ...chain, ownerId: personId(`${locality.key}.${owner}`), deputyId: personId(`${locality.key}.${deputy}`) },
    readings: readingRows(id, [...paperReadings(kpi, programme.papers), ...seededReadings(key, kpi, load)], now),
  };
};

/**
 * The rows of every KPI. Readings come in the order in which they would have been recorded, which is the order of `seq`.
 * @param now the moment of the load: readings reach up to it.
 */
export const allKpiRows = (demonstration: Demonstration, now: Temporal.Instant) => {
  const today = dayIn(now, demonstration.programme.zone);
  const load: Load = { demonstration, now, today, periodsOf: seededPeriods(today) };
  const all = demonstration.localities.flatMap((locality) => locality.kpis.map((kpi, at) => kpiRows(locality, kpi, at, load)));
  return {
    kpis: all.map(({ kpi }) => kpi),
    definitions: all.map(({ definition }) => definition),
    targets: all.flatMap(({ target }) => target ?? []),
    owners: all.map(({ owner }) => owner),
    readings: all.flatMap(({ readings }) => readings).sort((one, other) => Number(one.recordedAt) - Number(other.recordedAt)),
  };
};
