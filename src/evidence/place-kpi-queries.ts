import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { type Sql, sql, type Tx } from '../db/client.ts';
import type { Kpi, Reading } from '../kpis/kpi.ts';
import { ALL_PERIODS } from '../kpis/queries.ts';

/** The history of one KPI: every version of every chain, as it was written and by whom. */

/** Who wrote a version, and on which day (YYYY-MM-DD, in the programme's zone). */
type Written = { on: string; byId: string | null; by: string | null };

type Figure = Pick<Reading, 'value' | 'numerator' | 'denominator'>;

/** One version of a reading, with the one that it replaced. */
export type ReadingVersion = Written &
  Pick<Reading, 'period' | 'version' | 'kind' | 'note' | 'evidence' | 'origin'> &
  Figure & { was: Figure | null };

const onDay = (moment: Sql): Sql => sql`(${moment} at time zone ${PROGRAMME_ZONE})::date`;

/** Versions of a KPI's readings, the latest period first and of each the latest version; with how many there are in all. */
export const readingVersions = async (
  tx: Tx,
  kpiId: string,
  { skip, most }: { skip: number; most: number },
): Promise<{ versions: ReadingVersion[]; all: number }> => {
  const rows = await tx.$queryRaw<(ReadingVersion & { all: number })[]>`
    select r.period, r.version, r.kind, r.value::float8 as value, r.numerator::float8 as numerator, r.denominator::float8 as denominator, r.note, r.evidence, r.origin,
      ${onDay(sql`r.recorded_at`)}::text as "on", r.recorded_by_id as "byId", p.post as by, count(*) over ()::int as "all",
      case when w.kpi_id is not null then json_build_object('value', w.value::float8, 'numerator', w.numerator::float8, 'denominator', w.denominator::float8) end as was
    from reading r
      left join reading w on w.kpi_id = r.kpi_id and w.period = r.period and w.version = r.version - 1
      left join person p on p.id = r.recorded_by_id
    where r.kpi_id = ${kpiId}::uuid
    order by r.period_start desc, r.period desc, r.version desc limit ${most} offset ${skip}`;
  return { versions: rows.map(({ all: _, ...version }) => version), all: rows[0]?.all ?? 0 };
};

export type DefinitionVersion = Written &
  Pick<
    Kpi,
    | 'name'
    | 'unit'
    | 'kind'
    | 'improvement'
    | 'decimals'
    | 'counts'
    | 'base'
    | 'cadence'
    | 'baseline'
    | 'baselineDate'
    | 'tolerance'
    | 'definition'
    | 'source'
    | 'coverage'
  > & { version: number; criterion: string | null; project: string | null };
export type TargetVersion = Written & Pick<Kpi, 'target' | 'targetDate' | 'milestones'> & { version: number };
export type OwnerVersion = Written & Pick<Kpi, 'ownerId' | 'owner' | 'deputyId' | 'deputy'> & { version: number };
/** A date from which on the limits begin anew, or that was taken back. */
export type RebaseVersion = Written & { version: number; date: string; reason: string; withdrawn: boolean };

/** Each chain latest first. */
export type KpiChains = {
  definitions: DefinitionVersion[];
  targets: TargetVersion[];
  owners: OwnerVersion[];
  rebases: RebaseVersion[];
};

const written = (version: Sql): Sql =>
  sql`'on', ${onDay(sql`${version}.recorded_at`)}, 'byId', ${version}.recorded_by_id, 'by', (select p.post from person p where p.id = ${version}.recorded_by_id)`;

/** Every version of what a KPI is, of its target, its owner and its rebases, in one statement. */
export const kpiChains = async (tx: Tx, kpiId: string): Promise<KpiChains> => {
  const [row] = await tx.$queryRaw<KpiChains[]>`
    select
      (select coalesce(json_agg(json_build_object('version', v.version, 'name', v.name, 'unit', v.unit, 'kind', v.kind, 'improvement', v.improvement,
          'decimals', v.decimals, 'counts', v.counts, 'base', v.base, 'cadence', v.cadence, 'baseline', v.baseline::float8, 'baselineDate', v.baseline_date,
          'tolerance', v.tolerance::float8, 'definition', v.definition, 'source', v.source, 'coverage', v.coverage, 'criterion', c.name, 'project', j.name,
          ${written(sql`v`)}) order by v.version desc), '[]')
        from kpi_definition v left join criterion c on c.id = v.criterion_id left join project j on j.id = v.project_id where v.kpi_id = ${kpiId}::uuid) as definitions,
      (select coalesce(json_agg(json_build_object('version', v.version, 'target', v.value::float8, 'targetDate', v.date, 'milestones', v.milestones,
          ${written(sql`v`)}) order by v.version desc), '[]') from kpi_target v where v.kpi_id = ${kpiId}::uuid) as targets,
      (select coalesce(json_agg(json_build_object('version', v.version, 'ownerId', v.owner_id, 'owner', o.post, 'deputyId', v.deputy_id, 'deputy', d.post,
          ${written(sql`v`)}) order by v.version desc), '[]')
        from kpi_owner v left join person o on o.id = v.owner_id left join person d on d.id = v.deputy_id where v.kpi_id = ${kpiId}::uuid) as owners,
      (select coalesce(json_agg(json_build_object('version', v.version, 'date', v.date, 'reason', v.reason, 'withdrawn', v.withdrawn,
          ${written(sql`v`)}) order by v.version desc), '[]') from kpi_rebase v where v.kpi_id = ${kpiId}::uuid) as rebases`;
  return row as KpiChains;
};

/** The locality that a thing lies in; undefined where there is no such thing. */
const localityOf = async (tx: Tx, table: Sql, id: string): Promise<string | undefined> => {
  const [row] = await tx.$queryRaw<
    { localityId: string | null }[]
  >`select locality_id as "localityId" from ${table} where id = ${id}::uuid`;
  return row?.localityId ?? undefined;
};

export const localityOfKpi = (tx: Tx, id: string): Promise<string | undefined> => localityOf(tx, sql`kpi`, id);
export const localityOfProject = (tx: Tx, id: string): Promise<string | undefined> => localityOf(tx, sql`project`, id);

/** A column after the other, a value for each version of each period, in no order. */
type Columns = [
  kpiId: string,
  period: string[] | null,
  periodStart: string[],
  periodEnd: string[],
  version: number[],
  value: (number | null)[],
  numerator: (number | null)[],
  denominator: (number | null)[],
];

/** The latest version of each of the latest periods, oldest first. */
const standingOf = ([, periods, periodStart, periodEnd, version, value, numerator, denominator]: Columns): Reading[] => {
  const latest = new Map<string, number>();
  for (const [at, period] of (periods ?? []).entries()) {
    const known = latest.get(period);
    if (known === undefined || (version[at] as number) > (version[known] as number)) latest.set(period, at);
  }
  const readings = [...latest].map(
    ([period, at]): Reading => ({
      period,
      periodStart: periodStart[at] as string,
      periodEnd: periodEnd[at] as string,
      version: version[at] as number,
      kind: 'reading',
      value: value[at] ?? null,
      numerator: numerator[at] ?? null,
      denominator: denominator[at] ?? null,
      note: null,
      evidence: null,
      origin: 'person',
      recordedById: null,
    }),
  );
  const order = ({ periodStart: start, period }: Reading) => `${start} ${period}`;
  return readings.sort((one, other) => (order(one) < order(other) ? -1 : 1)).slice(-ALL_PERIODS);
};

/**
 * The readings of some KPIs that are drawn in their charts, oldest first, by the KPI's id: the latest version of each period, withdrawn ones
 * among them. Every version is read, column by column and in no order, because there are few more of them than periods: to sort them in
 * the database, and to make an array of each, took twice as long as to read them.
 */
export const seriesOf = async (tx: Tx, kpiIds: readonly string[]): Promise<Map<string, Reading[]>> => {
  if (kpiIds.length === 0) return new Map();
  // As text: what reads a statement's answer would otherwise look at every value of it.
  const [row] = await tx.$queryRaw<{ series: string | null }[]>`
    select json_agg(r.columns)::text as series
    from unnest(${[...kpiIds]}::uuid[]) as k(id)
      cross join lateral (
        select json_build_array(k.id, array_agg(x.period), array_agg(x.period_start), array_agg(x.period_end), array_agg(x.version),
          array_agg(x.value), array_agg(x.numerator), array_agg(x.denominator)) as columns
        from reading x where x.kpi_id = k.id
      ) r`;
  return new Map((JSON.parse(row?.series ?? '[]') as Columns[]).map((columns) => [columns[0], standingOf(columns)]));
};
