import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../db/client.ts';
import { concealTelling } from '../kpis/conceal.ts';
import type { Kpi } from '../kpis/kpi.ts';
import { ALL_PERIODS, kpisIn } from '../kpis/queries.ts';
import { figuresOf, type KpiState, type MaySeeTelling, stateOf } from './kpis.ts';

/**
 * The KPIs of one locality with all their periods, for what their charts say, and their states; one statement.
 * Figures that their reader may not see are left out of the KPIs.
 * @param at ISO 8601: what was recorded by then; what stands now when none
 */
export const chartedIn = async (
  tx: Tx,
  localityId: string,
  { at, today, maySeeTelling }: { at?: string | undefined; today: Temporal.PlainDate; maySeeTelling: MaySeeTelling },
): Promise<{ states: KpiState[]; kpis: Kpi[] }> => {
  const maySee = maySeeTelling(localityId);
  const day = today.toString();
  const kpis = await kpisIn(tx, [localityId], { periods: ALL_PERIODS, at: at ?? null, day });
  return {
    states: kpis.map((kpi) => stateOf(figuresOf(kpi), day, maySee)),
    kpis: maySee ? kpis : kpis.map(concealTelling),
  };
};
