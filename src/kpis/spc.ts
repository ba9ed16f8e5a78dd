import type { Cadence } from '../calendar/periods.ts';
import type { ShownSpc } from '../statistics/spc/shown.ts';
import { analyseSpc, type Spc, type SpcInput, shownSpc } from '../statistics/spc.ts';
import type { Kpi, Reading } from './kpi.ts';

/** What may be said of a KPI's readings as a process chart, and what can be told from chance. */

/**
 * A chart compares like with like: weeks with weeks. A Map, because it is asked of every reading: of an object V8 would take each KPI's own
 * "week", as it came from the database, for another key, and compile anew.
 */
const KEYS: ReadonlyMap<Cadence, RegExp> = new Map([
  ['week', /-W\d{2}$/u],
  ['month', /^\d{4}-\d{2}$/u],
  ['half_term', /-[12]$/u],
  ['term', /-(?:autumn|spring|summer)$/u],
  ['year', /^\d{4}\/\d{2}$/u],
]);

/** Whether a reading is for a kind of period; those from before the cadence was changed are for another. */
export const isFor = (cadence: Cadence, { period }: Pick<Reading, 'period'>) => (KEYS.get(cadence) as RegExp).test(period);

/** `points` are the readings that stand, by the first day of their periods. */
export type KpiSpc = ShownSpc & {
  /** Of each rebase date on which no period with a reading begins: the first day of the next one that has one; null: none follows. */
  snapped: NonNullable<Spc['snapped']>;
};

type Charted = Pick<Kpi, 'cadence' | 'improvement' | 'target' | 'rebases'> & {
  readings: readonly Pick<Reading, 'period' | 'periodStart' | 'value'>[];
};

/** The readings of a KPI, all its periods, that stand in its chart: withdrawn and concealed ones are gaps, as is a period without one. */
export const spcOf = (kpi: Charted): KpiSpc => {
  const points: SpcInput[] = [];
  for (const reading of kpi.readings)
    if (reading.value !== null && isFor(kpi.cadence, reading)) points.push({ date: reading.periodStart, value: reading.value });
  const spc = analyseSpc(points, {
    improvement: kpi.improvement,
    ...(kpi.target === null ? {} : { target: kpi.target }),
    rebase: kpi.rebases.map(({ date }) => date),
  });
  return { ...shownSpc(spc), snapped: spc.snapped ?? [] };
};
