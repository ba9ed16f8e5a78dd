import type { Temporal } from 'temporal-polyfill';
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

/** The same as the KPI's own card says to the same reader: where its last figure or its baseline is not shown, neither is its status. */
export const stateOf = (kpi: Figures, today: string, maySee: boolean): KpiState => {
  const { id, localityId, name, baseline, baselineDate, target, targetDate } = kpi;
  const isTold = (figure: Parameters<typeof isTelling>[1]) => maySee || !isTelling(kpi, figure);
  const last = kpi.readings.at(-1);
  if (!isTold({ value: baseline, numerator: null, denominator: null }) || (last && !isTold(last)))
    return { id, localityId, name, status: 'not_shown', word: 'not shown' };
  const { status, word } = computedStatus({
    improvement: kpi.improvement,
    baseline: baseline !== null && baselineDate !== null ? { date: baselineDate, value: baseline } : null,
    target: target !== null && targetDate !== null ? { date: targetDate, value: target } : null,
    milestones: kpi.milestones,
    tolerance: kpi.tolerance,
    decimals: kpi.decimals,
    readings: kpi.readings.filter(isTold),
    at: today,
  });
  return { id, localityId, name, status, word };
};

/** What its status needs of a whole KPI. */
export const figuresOf = (kpi: Kpi): Figures => ({
  ...kpi,
  readings: kpi.readings.flatMap(({ periodEnd, value, numerator, denominator }) =>
    value === null ? [] : [{ date: periodEnd, value, numerator, denominator }],
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
  const day = today.toString();
  const { logged, computedIn } = await figuresIn(tx, localityIds, at ?? STANDS);
  const computed = await kpisIn(tx, computedIn, { computed: true, at: at ?? null, day });
  const kpis = [...logged, ...computed.map(figuresOf)];
  /** Of those of which everybody knows the same, worked out once. */
  const alike = new Map<Figures, KpiState>();
  const stateFor = (kpi: Figures, maySee: boolean): KpiState => {
    const state = alike.get(kpi) ?? stateOf(kpi, day, maySee);
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
