import { type Sql, sql, type Tx } from '../db/client.ts';
import type { Kpi } from '../kpis/kpi.ts';

/** As much of a KPI as its computed status needs. */
export type Figures = Pick<
  Kpi,
  | 'id'
  | 'localityId'
  | 'name'
  | 'improvement'
  | 'countedChildrenIn'
  | 'unit'
  | 'decimals'
  | 'tolerance'
  | 'baseline'
  | 'baselineDate'
  | 'target'
  | 'targetDate'
> & {
  milestones: Kpi['milestones'];
  /** Readings that stand, oldest first: the last two, or more of a KPI of children, of which some may not be seen. */
  readings: readonly { end: string; value: number; numerator: number | null; denominator: number | null }[];
};

/** How many periods are looked back over: as many as a KPI's own card does, so that both say the same. */
const PERIODS = 13;
/** The last one is compared, and whether there are two since the baseline: no more of them is needed where all may be seen. */
const NEEDED = 2;

/** The latest readings that stand of a KPI `k`, with the units `n` in which it has counted children, from periods that are told apart and ordered in one way. */
const latest = (at: string, only: Sql, apart: Sql, order: Sql) => sql`(
          select z.* from (
            select distinct on (${apart}) x.period_start, x.period, x.period_end, x.value, x.numerator, x.denominator
            from reading x where x.kpi_id = k.id and x.recorded_at <= ${at}::timestamptz and ${only}
            order by ${order} limit ${PERIODS}::int
          ) z where z.value is not null
          limit case when n.units is not null then ${PERIODS}::int else ${NEEDED}::int end
        )`;

type Row = [
  place: number,
  id: string,
  name: string,
  improvement: Kpi['improvement'],
  countedChildrenIn: Kpi['countedChildrenIn'] | null,
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
 * are not among them, only in which localities there are such (`computedIn`). Periods of one cadence never begin on one day, and the index has
 * their readings in this order: two rows of it are read for a KPI, and only one whose cadence was changed is sorted.
 * @param at ISO 8601: what was recorded by then
 */
export const figuresIn = async (
  tx: Tx,
  localityIds: readonly string[],
  at: string,
): Promise<{ logged: Figures[]; computedIn: string[] }> => {
  if (localityIds.length === 0) return { logged: [], computedIn: [] };
  const [found] = await tx.$queryRaw<{ rows: string | null; computed: number[] | null }[]>`
    with place as materialized (
      select id, nth::int - 1 as nth from unnest(${[...localityIds]}::uuid[]) with ordinality as wanted(id, nth)
    ), mine as materialized (
      select k.id, k.position, l.nth from place l join kpi k on k.locality_id = l.id
    ), definition as materialized (
      select distinct on (kpi_id) kpi_id, name, improvement, unit, decimals, tolerance, baseline, baseline_date, cadence, coverage, retired
      from kpi_definition where recorded_at <= ${at}::timestamptz and kpi_id in (select id from mine) order by kpi_id, version desc
    ), target as materialized (
      select distinct on (kpi_id) kpi_id, value, date, milestones
      from kpi_target where recorded_at <= ${at}::timestamptz and kpi_id in (select id from mine) order by kpi_id, version desc
    ), of_children as materialized (
      select kpi_id, array_agg(distinct unit) as units from kpi_definition where counts = 'children' and kpi_id in (select id from mine) group by kpi_id
    ), recadenced as materialized (
      select distinct d.kpi_id from definition d join kpi_definition o on o.kpi_id = d.kpi_id and o.cadence <> d.cadence
    )
    select json_agg(json_build_array(k.nth, k.id, d.name, d.improvement, n.units, d.unit, d.decimals, d.tolerance, d.baseline, d.baseline_date,
      t.value, t.date, nullif(t.milestones, '[]'), r.readings) order by k.nth, k.position)::text as rows,
      (select array_agg(distinct k.nth) from mine k join definition d on d.kpi_id = k.id and not d.retired and d.coverage is not null) as computed
    from mine k
      join definition d on d.kpi_id = k.id and not d.retired and d.coverage is null
      left join target t on t.kpi_id = k.id
      left join of_children n on n.kpi_id = k.id
      left join recadenced c on c.kpi_id = k.id
      left join lateral (
        select json_agg(json_build_array(y.period_end, y.value, y.numerator, y.denominator) order by y.period_start, y.period) as readings
        from (
          ${latest(at, sql`c.kpi_id is null`, sql`x.period_start`, sql`x.period_start desc, x.version desc`)}
          union all
          ${latest(at, sql`c.kpi_id is not null`, sql`x.period_start, x.period`, sql`x.period_start desc, x.period desc, x.version desc`)}
        ) y
      ) r on true`;
  const logged = (JSON.parse(found?.rows ?? '[]') as Row[]).map(
    ([
      place,
      id,
      name,
      improvement,
      countedChildrenIn,
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
      countedChildrenIn: countedChildrenIn ?? [],
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
  return { logged, computedIn: (found?.computed ?? []).map((nth) => localityIds[nth] as string) };
};
