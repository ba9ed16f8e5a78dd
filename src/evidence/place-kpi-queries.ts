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

/** A period of a KPI as it stands; `value` null: withdrawn. */
export type Given = Pick<Reading, 'period' | 'periodStart' | 'value' | 'numerator' | 'denominator'>;

/** A column after the other with a comma between the values, one for each version of each period, in no order. */
type Columns = [
  kpiId: string,
  /** "2026-W47"; from its second version on with its number, "2026-W47 2". */
  versions: string | null,
  periodStart: string,
  /** '' of one that was withdrawn. */
  value: string,
  /** Of those that are out of something. */
  parts: [period: string, version: number, numerator: number, denominator: number | null][] | null,
];

const inTime = (one: Given, other: Given) =>
  one.periodStart < other.periodStart || (one.periodStart === other.periodStart && one.period < other.period) ? -1 : 1;

/** The latest version of each of the latest periods, oldest first. */
const standingOf = ([, written, starts, values, parts]: Columns): Given[] => {
  const [versions, periodStarts, figures] = [written?.split(',') ?? [], starts?.split(','), values?.split(',')];
  const latest = new Map<string, Given & { version: number }>();
  versions.forEach((key, at) => {
    const space = key.indexOf(' ');
    const [period, version] = space < 0 ? [key, 1] : [key.slice(0, space), Number(key.slice(space))];
    if ((latest.get(period)?.version ?? 0) > version) return;
    const [periodStart, figure] = [periodStarts[at] as string, figures[at] as string];
    latest.set(period, { period, periodStart, value: figure === '' ? null : Number(figure), numerator: null, denominator: null, version });
  });
  for (const [period, version, numerator, denominator] of parts ?? []) {
    const found = latest.get(period);
    if (found?.version === version) Object.assign(found, { numerator, denominator });
  }
  return [...latest.values()].sort(inTime).slice(-ALL_PERIODS);
};

/**
 * The readings of some KPIs that are drawn in their charts, oldest first, by the KPI's id: the latest version of each period, withdrawn ones
 * among them. Every version is read, column by column and in no order, because there are few more of them than periods: to sort them in
 * the database, and to make an array of each, took twice as long as to read them; and arrays of columns half as long again as words.
 */
export const seriesOf = async (tx: Tx, kpiIds: readonly string[]): Promise<Map<string, Given[]>> => {
  if (kpiIds.length === 0) return new Map();
  // As text: what reads a statement's answer would otherwise look at every value of it.
  const [row] = await tx.$queryRaw<{ series: string | null }[]>`
    select json_agg(r.columns)::text as series
    from unnest(${[...kpiIds]}::uuid[]) as k(id)
      cross join lateral (
        select json_build_array(k.id, string_agg(case x.version when 1 then x.period else x.period || ' ' || x.version end, ','),
          string_agg(x.period_start::text, ','), string_agg(coalesce(x.value::text, ''), ','),
          json_agg(json_build_array(x.period, x.version, x.numerator, x.denominator)) filter (where x.numerator is not null)) as columns
        from reading x where x.kpi_id = k.id
      ) r`;
  return new Map((JSON.parse(row?.series ?? '[]') as Columns[]).map((columns) => [columns[0], standingOf(columns)]));
};
