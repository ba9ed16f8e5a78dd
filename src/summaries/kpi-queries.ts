import type { Tx } from '../db/client.ts';
import type { Kpi } from '../kpis/kpi.ts';

/** As much of a KPI as its computed status needs. */
export type Figures = Pick<
  Kpi,
  | 'id'
  | 'localityId'
  | 'name'
  | 'improvement'
  | 'counts'
  | 'unit'
  | 'decimals'
  | 'tolerance'
  | 'baseline'
  | 'baselineDate'
  | 'target'
  | 'targetDate'
> & {
  milestones: Kpi['milestones'];
  /** Readings that stand, oldest first. */
  readings: readonly { end: string; value: number; numerator: number | null; denominator: number | null }[];
};

/** How many periods are looked back over: as many as a KPI's own card does, so that both say the same. */
const PERIODS = 13;

type Row = [
  place: number,
  id: string,
  name: string,
  improvement: Kpi['improvement'],
  counts: Kpi['counts'],
  unit: string,
  decimals: number,
  tolerance: number,
  baseline: number | null,
  baselineDate: string | null,
  target: number | null,
  targetDate: string | null,
  milestones: Kpi['milestones'] | null,
  readings: [end: string, value: number, numerator: number | null, denominator: number | null][] | null,
];

/**
 * The figures of the KPIs that people log in some localities, in the KPIs' own order, in one statement; those that are worked out from who takes part
 * are not among them. @param at ISO 8601: what was recorded by then
 */
export const figuresIn = async (tx: Tx, localityIds: readonly string[], at: string): Promise<Figures[]> => {
  if (localityIds.length === 0) return [];
  const [found] = await tx.$queryRaw<{ rows: string | null }[]>`
    with place as materialized (
      select id, nth::int - 1 as nth from unnest(${[...localityIds]}::uuid[]) with ordinality as wanted(id, nth)
    ), mine as materialized (
      select k.id, k.position, l.nth from place l join kpi k on k.locality_id = l.id
    ), definition as materialized (
      select distinct on (kpi_id) * from kpi_definition where recorded_at <= ${at}::timestamptz and kpi_id in (select id from mine) order by kpi_id, version desc
    ), target as materialized (
      select distinct on (kpi_id) * from kpi_target where recorded_at <= ${at}::timestamptz and kpi_id in (select id from mine) order by kpi_id, version desc
    )
    select json_agg(json_build_array(k.nth, k.id, d.name, d.improvement, d.counts, d.unit, d.decimals, d.tolerance, d.baseline, d.baseline_date,
      t.value, t.date, nullif(t.milestones, '[]'), r.readings) order by k.nth, k.position)::text as rows
    from mine k
      join definition d on d.kpi_id = k.id and not d.retired and d.coverage is null
      left join target t on t.kpi_id = k.id
      left join lateral (
        select json_agg(json_build_array(y.period_end, y.value, y.numerator, y.denominator) order by y.period_start, y.period) filter (where y.value is not null) as readings
        from (
          select distinct on (x.period_start, x.period) x.period_start, x.period, x.period_end, x.value, x.numerator, x.denominator
          from reading x where x.kpi_id = k.id and x.recorded_at <= ${at}::timestamptz
          order by x.period_start desc, x.period desc, x.version desc limit ${PERIODS}
        ) y
      ) r on true`;
  return (JSON.parse(found?.rows ?? '[]') as Row[]).map(
    ([
      place,
      id,
      name,
      improvement,
      counts,
      unit,
      decimals,
      tolerance,
      baseline,
      baselineDate,
      target,
      targetDate,
      milestones,
      readings,
    ]): Figures => ({
      id,
      localityId: localityIds[place] as string,
      name,
      improvement,
      counts,
      unit,
      decimals,
      tolerance,
      baseline,
      baselineDate,
      target,
      targetDate,
      milestones: milestones ?? [],
      readings: (readings ?? []).map(([end, value, numerator, denominator]) => ({ end, value, numerator, denominator })),
    }),
  );
};
