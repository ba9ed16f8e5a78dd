import type { Tx } from '../db/client.ts';
import type { Kpi } from './kpi.ts';

/** What is published about the council areas of a KPI's locality: context beside its readings, never one of them. */

/** The latest published value of one council area. */
export type Published = {
  area: string;
  value: number;
  unit: string;
  /** As published: "week 45 of 2025", "2024/25". */
  period: string;
  /** Who published it, then what to mind, in sentences. */
  source: string;
  /** Of whom. */
  about: string;
};

/** Which published measure stands beside a KPI of one of these names, and of whom it is: seldom the KPI's own children. */
const MEASURES = [
  { names: ['attendance', 'att'], measure: 'attendance rate', phase: 'Total', about: 'pupils in all schools' },
  { names: ['persistent absence', 'pa'], measure: 'persistent absence rate (10%+)', phase: 'children in need', about: 'children in need' },
  { names: ['suspensions'], measure: 'suspension rate', phase: 'Total', about: 'pupils in all schools' },
  {
    names: ['elective home education', 'home education', 'ehe'],
    measure: 'elective home education: children at any point in the year',
    phase: 'All',
    about: 'at any point in the year',
  },
];

/** The most council areas that a card speaks of. */
const AREAS = 3;

/** The latest published values for a KPI with a matching measure, in the areas' order by name; none, and no statement, for any other. */
export const publishedFor = async (tx: Tx, kpi: Pick<Kpi, 'localityId' | 'name' | 'aliases'>): Promise<Published[]> => {
  const called = [kpi.name, ...kpi.aliases].map((name) => name.toLowerCase());
  const found = MEASURES.find(({ names }) => names.some((name) => called.includes(name)));
  if (!found) return [];
  const rows = await tx.$queryRaw<Omit<Published, 'about'>[]>`
    select distinct on (a.name) a.name as area, p.value::float8 as value, s.unit, p.period, s.source
    from locality_area la
      join council_area a on a.id = la.council_area_id
      join context_series s on s.council_area_id = a.id and s.measure = ${found.measure} and s.phase = ${found.phase}
      join context_point p on p.series_id = s.id
    where la.locality_id = ${kpi.localityId}::uuid
    order by a.name, p.date desc limit ${AREAS}`;
  return rows.map((row) => ({ ...row, about: found.about }));
};
