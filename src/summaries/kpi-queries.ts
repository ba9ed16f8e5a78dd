import type { Tx } from '../db/client.ts';
import type { Kpi } from '../kpis/kpi.ts';
import type { DatedValue } from '../kpis/status.ts';

/** As much of a KPI as its computed status needs. */
export type Figures = Pick<
  Kpi,
  | 'id'
  | 'localityId'
  | 'name'
  | 'improvement'
  | 'countedChildrenIn'
  | 'decimals'
  | 'tolerance'
  | 'baseline'
  | 'baselineDate'
  | 'target'
  | 'targetDate'
> & {
  milestones: Kpi['milestones'];
  /** Readings that stand, oldest first: the last two, or more of a KPI of children, of which some may not be seen. */
  readings: readonly (DatedValue & { numerator: number | null; denominator: number | null })[];
};

/** How many periods are looked back over: as many as a KPI's own card does, so that both say the same. */
const PERIODS = 13;
/** The last one is compared, and whether there are two since the baseline: no more of them is needed where all may be seen. */
const NEEDED = 2;

type Figure = [end: string, value: number, numerator: number | null, denominator: number | null];
type Row = [
  place: number,
  id: string,
  name: string,
  improvement: Kpi['improvement'],
  decimals: number,
  tolerance: number,
  baseline: number | null,
  baselineDate: string | null,
  target: number | null,
  targetDate: string | null,
  milestones: Kpi['milestones'] | null,
  /** The last two, the last one first. */
  ends: string[] | null,
  values: number[] | null,
  /** Of the few that can tell of children, or that were read for other periods once; the last one first. */
  more: [countedChildrenIn: string[] | null, readings: Figure[] | null] | null,
];

/**
 * The figures of the KPIs that people log in some localities, in the KPIs' own order, in one statement; those that are worked out from who takes part
 * are not among them, only in which localities there are such (`computedIn`). Periods of one cadence never begin on one day, and the index has
 * their readings in this order: two rows of it are read for a KPI. Only of those whose cadence was changed they are sorted, and only of those
 * that have counted children there are more, and what they are out of.
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
      select distinct on (kpi_id) kpi_id, name, improvement, decimals, tolerance, baseline, baseline_date, cadence, coverage, retired
      from kpi_definition where recorded_at <= ${at}::timestamptz and kpi_id in (select id from mine) order by kpi_id, version desc
    ), target as materialized (
      select distinct on (kpi_id) kpi_id, value, date, nullif(milestones, '[]') as milestones
      from kpi_target where recorded_at <= ${at}::timestamptz and kpi_id in (select id from mine) order by kpi_id, version desc
    ), particular as materialized (
      select o.kpi_id, array_agg(distinct o.unit) filter (where o.counts = 'children') as units
      from kpi_definition o join definition d on d.kpi_id = o.kpi_id where o.counts = 'children' or o.cadence <> d.cadence group by o.kpi_id
    )
    select json_agg(json_build_array(k.nth, k.id, d.name, d.improvement, d.decimals, d.tolerance, d.baseline, d.baseline_date,
      t.value, t.date, t.milestones, r.ends, r.values, case when p.kpi_id is not null then json_build_array(p.units, m.readings) end) order by k.nth, k.position)::text as rows,
      (select array_agg(distinct k.nth) from mine k join definition d on d.kpi_id = k.id and not d.retired and d.coverage is not null) as computed
    from mine k
      join definition d on d.kpi_id = k.id and not d.retired and d.coverage is null
      left join target t on t.kpi_id = k.id
      left join particular p on p.kpi_id = k.id
      cross join lateral (
        select array_agg(y.period_end) as ends, array_agg(y.value) as values from (
          select z.* from (
            select distinct on (x.period_start) x.period_end, x.value
            from reading x where p.kpi_id is null and x.kpi_id = k.id and x.recorded_at <= ${at}::timestamptz
            order by x.period_start desc, x.version desc limit ${PERIODS}::int
          ) z where z.value is not null limit ${NEEDED}::int
        ) y
      ) r
      cross join lateral (
        select json_agg(json_build_array(z.period_end, z.value, z.numerator, z.denominator)) as readings from (
          select distinct on (x.period_start, x.period) x.period_end, x.value, x.numerator, x.denominator
          from reading x where p.kpi_id is not null and x.kpi_id = k.id and x.recorded_at <= ${at}::timestamptz
          order by x.period_start desc, x.period desc, x.version desc limit ${PERIODS}::int
        ) z where z.value is not null
      ) m`;
  const logged = (JSON.parse(found?.rows ?? '[]') as Row[]).map(
    ([
      place,
      id,
      name,
      improvement,
      decimals,
      tolerance,
      baseline,
      baselineDate,
      target,
      targetDate,
      milestones,
      ends,
      values,
      more,
    ]): Figures => {
      const [countedChildrenIn, given] = more ?? [];
      const latest = given ?? (ends ?? []).map((end, nth): Figure => [end, (values ?? [])[nth] as number, null, null]);
      return {
        id,
        localityId: localityIds[place] as string,
        name,
        improvement,
        countedChildrenIn: countedChildrenIn ?? [],
        decimals,
        tolerance,
        baseline,
        baselineDate,
        target,
        targetDate,
        milestones: milestones ?? [],
        readings: latest.map(([date, value, numerator, denominator]) => ({ date, value, numerator, denominator })).reverse(),
      };
    },
  );
  return { logged, computedIn: (found?.computed ?? []).map((nth) => localityIds[nth] as string) };
};
