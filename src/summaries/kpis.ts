import { Temporal } from 'temporal-polyfill';
import type { KpiWord } from '../actions/differences.ts';
import { STANDS, type Tx } from '../db/client.ts';
import { canTell, isTelling } from '../kpis/conceal.ts';
import type { Kpi } from '../kpis/kpi.ts';
import { kpisIn } from '../kpis/queries.ts';
import { computedStatus } from '../kpis/status.ts';
import { type Figures, figuresIn } from './kpi-queries.ts';

/** What the data say of the KPIs of some localities, as somebody may know it. */

export type KpiState = { id: string; localityId: string; name: string; status: KpiWord['status'] | 'not_shown'; word: string };

/** Whether somebody may see figures about 1 to 4 children in a locality. */
export type MaySeeTelling = (localityId: string) => boolean;

/** Days are read once each: a programme's KPIs share few of them, and Temporal takes its time. */
export const dayReader = () => {
  const read = new Map<string, Temporal.PlainDate>();
  return (iso: string): Temporal.PlainDate => {
    const known = read.get(iso) ?? Temporal.PlainDate.from(iso);
    read.set(iso, known);
    return known;
  };
};

/** The same as the KPI's own card says to the same reader: where its last figure or its baseline is not shown, neither is its status. */
export const stateOf = (kpi: Figures, today: Temporal.PlainDate, maySee: boolean, day: (iso: string) => Temporal.PlainDate): KpiState => {
  const { id, localityId, name } = kpi;
  const tells = (figure: Pick<Figures['readings'][number], 'value' | 'numerator' | 'denominator'>) => !maySee && isTelling(kpi, figure);
  const last = kpi.readings.at(-1);
  const tellingBaseline = !maySee && isTelling(kpi, { value: kpi.baseline, numerator: null, denominator: null });
  if (tellingBaseline || (last && tells(last))) return { id, localityId, name, status: 'not_shown', word: 'not shown' };
  const dated = (date: string, value: number) => ({ date: day(date), value });
  const { status, word } = computedStatus({
    improvement: kpi.improvement,
    baseline: kpi.baseline !== null && kpi.baselineDate !== null ? dated(kpi.baselineDate, kpi.baseline) : null,
    target: kpi.target !== null && kpi.targetDate !== null ? dated(kpi.targetDate, kpi.target) : null,
    milestones: kpi.milestones.map(({ date, value }) => dated(date, value)),
    tolerance: kpi.tolerance,
    decimals: kpi.decimals,
    // The last one is compared, and whether there are two since the baseline: no more of them is needed.
    readings: kpi.readings
      .filter((reading) => !tells(reading))
      .slice(-2)
      .map(({ end, value }) => dated(end, value)),
    at: today,
  });
  return { id, localityId, name, status, word };
};

/** What its status needs of a whole KPI. */
export const figuresOf = (kpi: Kpi): Figures => ({
  ...kpi,
  readings: kpi.readings.flatMap(({ periodEnd, value, numerator, denominator }) =>
    value === null ? [] : [{ end: periodEnd, value, numerator, denominator }],
  ),
});

/**
 * All KPIs of some localities as they stand on a day: the states of them as somebody may know them, and those that are worked out from who
 * takes part, whole; two statements. @param at ISO 8601: what was recorded by then; what stands now when none
 */
export const kpisStandingIn = async (
  tx: Tx,
  localityIds: readonly string[],
  { at, today }: { at?: string | undefined; today: Temporal.PlainDate },
): Promise<{ statesFor: (maySeeTelling: MaySeeTelling) => KpiState[]; computed: Kpi[] }> => {
  const { logged, computedIn } = await figuresIn(tx, localityIds, at ?? STANDS);
  const computed = await kpisIn(tx, computedIn, { computed: true, at: at ?? null, day: today.toString() });
  const day = dayReader();
  const kpis = [...logged, ...computed.map(figuresOf)];
  /** Of those of which everybody knows the same, worked out once. */
  const alike = new Map<Figures, KpiState>();
  const stateFor = (kpi: Figures, maySee: boolean): KpiState => {
    const state = alike.get(kpi) ?? stateOf(kpi, today, maySee, day);
    if (!canTell(kpi)) alike.set(kpi, state);
    return state;
  };
  return { statesFor: (maySeeTelling) => kpis.map((kpi) => stateFor(kpi, maySeeTelling(kpi.localityId))), computed };
};

/** The states alone. */
export const kpiStatesIn = async (
  tx: Tx,
  localityIds: readonly string[],
  { at, today, maySeeTelling }: { at?: string | undefined; today: Temporal.PlainDate; maySeeTelling: MaySeeTelling },
): Promise<KpiState[]> => (await kpisStandingIn(tx, localityIds, { at, today })).statesFor(maySeeTelling);
