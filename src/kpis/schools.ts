import type { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { nationalTerms } from '../calendar/terms.ts';
import { isWorkingDay } from '../calendar/working-days.ts';
import type { Tx } from '../db/client.ts';
import { areasOfSchools, type Calendars, calendarsFor } from '../people/calendars.ts';
import type { Kpi } from './kpi.ts';

/** Localities differ in which weeks are without school; in which months, half-terms and terms are, they do not. */
const needsSchools = ({ counts, cadence }: Pick<Kpi, 'counts' | 'cadence'>): boolean => counts === 'children' && cadence === 'week';

const NATIONAL_SCHOOLS = { ...nationalTerms, closedInHolidays: true };
const SATURDAY = 6;
/** Days before and after this week: the last week is what is asked for, and areas begin their holidays a week before or after the others. */
const AROUND = { before: 14, after: 13 };

/** Whether this week or the last may be a holiday somewhere: in the middle of a half-term nobody need be asked. */
const isNearHoliday = (today: Temporal.PlainDate): boolean => {
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  const days = Array.from({ length: AROUND.before + AROUND.after + 1 }, (_, index) => monday.add({ days: index - AROUND.before }));
  return days.some((day) => day.dayOfWeek < SATURDAY && !isWorkingDay(day, NATIONAL_SCHOOLS, bankHolidaysOfEngland));
};

/** Whether it depends on the calendars of a locality's schools what waits of its KPIs on a day. */
export const dependsOnSchools = (today: Temporal.PlainDate): ((kpi: Pick<Kpi, 'counts' | 'cadence'>) => boolean) => {
  const isNear = isNearHoliday(today);
  return (kpi) => isNear && needsSchools(kpi);
};

/** The same KPIs with the calendars of their localities' schools, where it depends on them what waits on a day. */
export const withSchools = async (
  tx: Tx,
  kpis: readonly Kpi[],
  today: Temporal.PlainDate,
  calendars?: Calendars,
): Promise<readonly Kpi[]> => {
  const localityIds = [...new Set(kpis.filter(needsSchools).map(({ localityId }) => localityId))];
  if (localityIds.length === 0 || !isNearHoliday(today)) return kpis;
  const { ofArea } = calendars ?? (await calendarsFor(tx, []));
  const areas = Map.groupBy(await areasOfSchools(tx, localityIds), ({ localityId }) => localityId);
  return kpis.map((kpi) => {
    const here = needsSchools(kpi) ? areas.get(kpi.localityId) : undefined;
    return here ? { ...kpi, schools: here.map(({ areaId }) => ofArea(areaId)) } : kpi;
  });
};
