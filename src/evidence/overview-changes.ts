import type { RatingWord } from '../actions/action.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { sql, type Tx } from '../db/client.ts';
import type { Kpi, Reading } from '../kpis/kpi.ts';

/** What changed in some localities within a month: a statement for each kind of thing, however many localities there are. */

/** The month that is asked about, as moments (ISO 8601): what was recorded after the first, up to and with the second. */
export type Span = { after: string; upTo: string };

type About = {
  localityId: string;
  /** The day on which it was recorded, YYYY-MM-DD. */
  on: string;
};

/** The localities asked for, each with its place in the fixed order of all. */
const places = (localityIds: readonly string[]) => sql`
  place as materialized (
    select l.id, row_number() over (order by p.position, l.position) as nth from locality l join pilot p on p.id = l.pilot_id where l.id = any(${[...localityIds]}::uuid[])
  )`;

export type ActionChange = About & {
  number: number;
  title: string;
  criterionId: string | null;
  /** Null: it came into the plan within the month. */
  was: RatingWord | null;
  is: RatingWord;
};

/** Actions that their owners rate otherwise at the end of the month than before it, and those that came into the plan, rated or not. */
export const actionChangesIn = (tx: Tx, localityIds: readonly string[], { after, upTo }: Span): Promise<ActionChange[]> =>
  tx.$queryRaw<ActionChange[]>`
    with ${places(localityIds)}, mine as materialized (
      select a.id, a.number, a.locality_id, l.nth from place l join action a on a.locality_id = l.id
    ), given as materialized (
      select action_id, rating, recorded_at, until from rating
      where kind = 'self' and recorded_at <= ${upTo}::timestamptz and until > ${after}::timestamptz and action_id in (select id from mine)
    )
    select a.locality_id as "localityId", a.number, v.title, v.criterion_id as "criterionId",
      case when f.recorded_at <= ${after}::timestamptz then coalesce(w.rating, 'not_started') end as was, coalesce(s.rating, 'not_started') as is,
      (greatest(s.recorded_at, f.recorded_at) at time zone ${PROGRAMME_ZONE})::date::text as on
    from mine a
      join action_version f on f.action_id = a.id and f.version = 1 and f.recorded_at <= ${upTo}::timestamptz
      join action_version v on v.action_id = a.id and v.recorded_at <= ${upTo}::timestamptz and v.until > ${upTo}::timestamptz
      left join given s on s.action_id = a.id and s.until > ${upTo}::timestamptz
      left join given w on w.action_id = a.id and w.recorded_at <= ${after}::timestamptz
    where f.recorded_at > ${after}::timestamptz or coalesce(s.rating, 'not_started') <> coalesce(w.rating, 'not_started')
    order by a.nth, a.number`;

type AboutKpi = About & Pick<Kpi, 'name' | 'criterionId'> & { kpiId: string };

/** The current definition of a KPI `k`. */
const definition = sql`join lateral (select * from kpi_definition x where x.kpi_id = k.id order by x.version desc limit 1) d on true`;
const kpi = sql`k.locality_id as "localityId", k.id as "kpiId", d.name, d.criterion_id as "criterionId"`;

/** What can change of a KPI. */
export type KpiPart =
  | 'new'
  | 'name'
  | 'unit'
  | 'improvement'
  | 'cadence'
  | 'baseline'
  | 'tolerance'
  | 'definition'
  | 'source'
  | 'criterion'
  | 'project'
  | 'retired'
  | 'other';

export type DefinitionChange = AboutKpi & { parts: KpiPart[] };

/** KPIs that were defined, or defined anew. */
export const definitionChangesIn = (tx: Tx, localityIds: readonly string[], { after, upTo }: Span): Promise<DefinitionChange[]> =>
  tx.$queryRaw<DefinitionChange[]>`
    with ${places(localityIds)}
    select ${kpi}, (n.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as on, coalesce(nullif(array_remove(array[
      case when w.kpi_id is null then 'new' end,
      case when n.name <> w.name then 'name' end,
      case when (n.unit, n.decimals, n.counts, n.base) <> (w.unit, w.decimals, w.counts, w.base) then 'unit' end,
      case when n.improvement <> w.improvement then 'improvement' end,
      case when n.cadence <> w.cadence then 'cadence' end,
      case when w.kpi_id is not null and (n.baseline, n.baseline_date) is distinct from (w.baseline, w.baseline_date) then 'baseline' end,
      case when n.tolerance <> w.tolerance then 'tolerance' end,
      case when n.definition <> w.definition then 'definition' end,
      case when n.source <> w.source then 'source' end,
      case when w.kpi_id is not null and n.criterion_id is distinct from w.criterion_id then 'criterion' end,
      case when w.kpi_id is not null and (n.project_id, n.coverage) is distinct from (w.project_id, w.coverage) then 'project' end,
      case when n.retired and not w.retired then 'retired' end
    ], null), '{}'), array['other']) as parts
    from place l
      join kpi k on k.locality_id = l.id
      join kpi_definition n on n.kpi_id = k.id and n.recorded_at > ${after}::timestamptz and n.recorded_at <= ${upTo}::timestamptz
      left join kpi_definition w on w.kpi_id = k.id and w.version = n.version - 1
      ${definition}
    order by l.nth, k.position, n.version`;

type Target = Pick<Kpi, 'target' | 'targetDate'>;
export type TargetChange = AboutKpi & Pick<Kpi, 'unit' | 'decimals'> & Target & { was: Target | null };

/** Targets that were set, moved or withdrawn; not those that a new KPI came with. */
export const targetChangesIn = (tx: Tx, localityIds: readonly string[], { after, upTo }: Span): Promise<TargetChange[]> =>
  tx.$queryRaw<TargetChange[]>`
    with ${places(localityIds)}
    select ${kpi}, d.unit, d.decimals::int as decimals, (n.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as on,
      n.value::float8 as target, n.date::text as "targetDate",
      case when w.kpi_id is not null then json_build_object('target', w.value::float8, 'targetDate', w.date) end as was
    from place l
      join kpi k on k.locality_id = l.id
      join kpi_target n on n.kpi_id = k.id and n.recorded_at > ${after}::timestamptz and n.recorded_at <= ${upTo}::timestamptz
      left join kpi_target w on w.kpi_id = k.id and w.version = n.version - 1
      join kpi_definition f on f.kpi_id = k.id and f.version = 1 and (n.version > 1 or f.recorded_at < n.recorded_at)
      ${definition}
    order by l.nth, k.position, n.version`;

type Given = Pick<Reading, 'value' | 'numerator' | 'denominator'>;
export type Correction = AboutKpi &
  Pick<Kpi, 'unit' | 'decimals' | 'countedChildrenIn'> &
  Pick<Reading, 'period'> & { was: Given; is: Given };

/** Readings that were corrected, undone or withdrawn. */
export const correctionsIn = (tx: Tx, localityIds: readonly string[], { after, upTo }: Span): Promise<Correction[]> =>
  tx.$queryRaw<Correction[]>`
    with ${places(localityIds)}
    select ${kpi}, d.unit, d.decimals::int as decimals, n.period, (n.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as on,
      array(select distinct x.unit from kpi_definition x where x.kpi_id = k.id and x.counts = 'children') as "countedChildrenIn",
      json_build_object('value', n.value::float8, 'numerator', n.numerator::float8, 'denominator', n.denominator::float8) as is,
      json_build_object('value', w.value::float8, 'numerator', w.numerator::float8, 'denominator', w.denominator::float8) as was
    from place l
      join kpi k on k.locality_id = l.id
      join reading n on n.kpi_id = k.id and n.version > 1 and n.recorded_at > ${after}::timestamptz and n.recorded_at <= ${upTo}::timestamptz
      join reading w on w.kpi_id = k.id and w.period = n.period and w.version = n.version - 1
      ${definition}
    order by l.nth, k.position, n.period_start, n.version`;

export type RebaseChange = AboutKpi & {
  /** From which day on, YYYY-MM-DD. */
  from: string;
  reason: string;
  withdrawn: boolean;
};

/** Days from which on the limits of charts were worked out anew, or no longer are. */
export const rebaseChangesIn = (tx: Tx, localityIds: readonly string[], { after, upTo }: Span): Promise<RebaseChange[]> =>
  tx.$queryRaw<RebaseChange[]>`
    with ${places(localityIds)}
    select ${kpi}, (n.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as on, n.date::text as "from", n.reason, n.withdrawn
    from place l
      join kpi k on k.locality_id = l.id
      join kpi_rebase n on n.kpi_id = k.id and n.recorded_at > ${after}::timestamptz and n.recorded_at <= ${upTo}::timestamptz
      ${definition}
    order by l.nth, k.position, n.version`;

export type NewProject = About & { id: string; name: string };

/** Projects that were made; those that a programme began with are not among them. */
export const newProjectsIn = (tx: Tx, localityIds: readonly string[], { after, upTo }: Span): Promise<NewProject[]> =>
  tx.$queryRaw<NewProject[]>`
    with ${places(localityIds)}
    select p.locality_id as "localityId", p.id, p.name, (e.at at time zone ${PROGRAMME_ZONE})::date::text as on
    from place l
      join project p on p.locality_id = l.id
      join audit_event e on e.subject_kind = 'project' and e.subject_id = p.id::text and e.what = 'project.added'
    where e.at > ${after}::timestamptz and e.at <= ${upTo}::timestamptz
    order by l.nth, e.seq`;
