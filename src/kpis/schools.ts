import type { Tx } from '../db/client.ts';
import { areasOfSchools, type Calendars, calendarsFor } from '../people/calendars.ts';
import type { Kpi } from './kpi.ts';

/** Whether one of its periods can be without a school day: no half-term or term is. */
const needsSchools = ({ counts, cadence }: Kpi): boolean => counts === 'children' && (cadence === 'week' || cadence === 'month');

/** The same KPIs with the calendars of their localities' schools, where it depends on them what waits. */
export const withSchools = async (tx: Tx, kpis: readonly Kpi[], calendars?: Calendars): Promise<Kpi[]> => {
  const localityIds = [...new Set(kpis.filter(needsSchools).map(({ localityId }) => localityId))];
  if (localityIds.length === 0) return [...kpis];
  const { ofArea } = calendars ?? (await calendarsFor(tx, []));
  const areas = Map.groupBy(await areasOfSchools(tx, localityIds), ({ localityId }) => localityId);
  return kpis.map((kpi) => {
    const here = needsSchools(kpi) ? areas.get(kpi.localityId) : undefined;
    return here ? { ...kpi, schools: here.map(({ areaId }) => ofArea(areaId)) } : kpi;
  });
};
