import { Temporal } from 'temporal-polyfill';
import { nationalTerms } from '../calendar/terms.ts';
import type { Tx } from '../db/client.ts';
import { HOWS } from '../people/taking.ts';
import { coverageReadings, type Taking } from './coverage.ts';
import type { Kpi, Reading } from './kpi.ts';
import type { Wanted } from './period.ts';

/** How many periods a card looks back over: enough for its range and its words, few enough to read at every turn. */
const PERIODS = 13;

/** As many as a chart draws at most: more than seven years of weeks. */
export const ALL_PERIODS = 400;

type Asked = {
  /** One KPI of these, where its id is known. */
  only?: string | null;
  /** Only these of them. */
  among?: readonly string[] | null;
  /** Only those that are worked out from who takes part. */
  computed?: boolean;
  /** How many of the latest periods of each. */
  periods?: number;
  /** Whose own KPIs, as owner or deputy, come with all their periods all the same. */
  wholeOf?: string | null;
  /** As at this moment (an ISO instant, as Temporal.Instant writes it); none = as they stand now. */
  at?: string | null;
  /** The day on which it is asked, or of that moment, YYYY-MM-DD: who holds a role and who takes part then. */
  day: string;
};

/** Readings worked out from who takes part stand in the place of any that were logged before. */
const withCoverage = ({ taking, ...kpi }: Kpi & { taking: Taking | null }, day: string, periods: number): Kpi =>
  taking
    ? { ...kpi, project: taking.project, readings: coverageReadings(kpi, taking, Temporal.PlainDate.from(day), nationalTerms, periods) }
    : kpi;

/**
 * The KPIs of some scopes as they stand, in the localities' fixed order and their own, in one statement. Its localities are an array
 * so that the plan begins with them, whatever the planner guesses of the rest: with a join it read every KPI of the programme.
 * As at a moment, only what was recorded by then counts, and a KPI defined later is not there; places and posts have the names of now.
 * @param scopeIds ids of localities, pilots or programmes, in any mixture
 */
export const kpisIn = async (
  tx: Tx,
  scopeIds: string[],
  { only = null, among = null, computed = false, periods = PERIODS, wholeOf = null, at = null, day }: Asked,
): Promise<Kpi[]> => {
  if (scopeIds.length === 0 || among?.length === 0) return [];
  const kpis = await tx.$queryRaw<(Kpi & { taking: Taking | null })[]>`
    select k.id, k.position, k.locality_id as "localityId", l.name as locality, l.prefix, l.pilot_id as "pilotId", pi.programme_id as "programmeId",
      (select min(x.recorded_at)::date::text from kpi_definition x where x.kpi_id = k.id) as since, d.version as "definitionVersion", d.name, d.aliases, d.unit, d.kind, d.improvement, d.decimals::int as decimals, d.counts, d.base, d.cadence,
      array(select distinct x.unit from kpi_definition x where x.kpi_id = k.id and x.counts = 'children') as "countedChildrenIn",
      d.baseline::float8 as baseline, d.baseline_date::text as "baselineDate", d.tolerance::float8 as tolerance, d.definition, d.source,
      d.criterion_id as "criterionId", d.project_id as "projectId", d.coverage, null as project, c.taking,
      coalesce(t.version, 0) as "targetVersion", t.value::float8 as target, t.date::text as "targetDate", coalesce(t.milestones, '[]'::jsonb) as milestones,
      (select coalesce(json_agg(json_build_object('date', b.date, 'reason', b.reason, 'version', b.version) order by b.date), '[]') from (
        select distinct on (x.date) x.* from kpi_rebase x where x.kpi_id = k.id and (${at}::timestamptz is null or x.recorded_at <= ${at}::timestamptz) order by x.date, x.version desc
      ) b where not b.withdrawn) as rebases,
      coalesce(o.version, 0) as "ownerVersion", o.owner_id as "ownerId", op.post as owner, o.deputy_id as "deputyId", dp.post as deputy,
      ol.left_on as "ownerLeft", dl.left_on as "deputyLeft",
      coalesce(r.readings, '[]'::json) as readings
    from kpi k
      join locality l on l.id = k.locality_id
      join pilot pi on pi.id = l.pilot_id
      join lateral (select * from kpi_definition x where x.kpi_id = k.id and (${at}::timestamptz is null or x.recorded_at <= ${at}::timestamptz) order by x.version desc limit 1) d on not d.retired
      left join lateral (select * from kpi_target x where x.kpi_id = k.id and (${at}::timestamptz is null or x.recorded_at <= ${at}::timestamptz) order by x.version desc limit 1) t on true
      left join lateral (select * from kpi_owner x where x.kpi_id = k.id and (${at}::timestamptz is null or x.recorded_at <= ${at}::timestamptz) order by x.version desc limit 1) o on true
      left join person op on op.id = o.owner_id
      left join person dp on dp.id = o.deputy_id
      left join lateral (
        select coalesce(least(op.left_on, max(r."to")), ${day}::date)::text as left_on from role r
        where r.person_id = op.id and r.scope_id in (l.id, l.pilot_id, pi.programme_id) and r."from" <= ${day}::date
        having op.left_on <= ${day}::date or coalesce(bool_and(coalesce(r."to" < ${day}::date, false)), true)
      ) ol on op.id is not null
      left join lateral (
        select coalesce(least(dp.left_on, max(r."to")), ${day}::date)::text as left_on from role r
        where r.person_id = dp.id and r.scope_id in (l.id, l.pilot_id, pi.programme_id) and r."from" <= ${day}::date
        having dp.left_on <= ${day}::date or coalesce(bool_and(coalesce(r."to" < ${day}::date, false)), true)
      ) dl on dp.id is not null
      left join lateral (
        select json_agg(json_build_object('period', y.period, 'periodStart', y.period_start, 'periodEnd', y.period_end, 'version', y.version, 'kind', y.kind,
          'value', y.value::float8, 'numerator', y.numerator::float8, 'denominator', y.denominator::float8, 'note', y.note, 'evidence', y.evidence,
          'origin', y.origin, 'recordedById', y.recorded_by_id) order by y.period_start, y.period) as readings
        from (
          select distinct on (x.period_start, x.period) x.* from reading x where x.kpi_id = k.id and (${at}::timestamptz is null or x.recorded_at <= ${at}::timestamptz)
          order by x.period_start desc, x.period desc, x.version desc limit case when ${wholeOf}::uuid in (o.owner_id, o.deputy_id) then ${ALL_PERIODS}::int else ${periods}::int end
        ) y
      ) r on true
      left join lateral (
        select json_build_object('project', pr.name, 'first', (select min(y."from") from taking_part y where y.project_id = pr.id),
          'of', (select count(*) from organisation z where z.locality_id = k.locality_id and (z.kind = 'school' or d.counts in ('people', 'other'))),
          'intervals', (
            select coalesce(json_agg(json_build_array(y.organisation_id, y."from", y."to")), '[]')
            from organisation z join taking_part y on y.organisation_id = z.id and y.project_id = pr.id
            where z.locality_id = k.locality_id and (z.kind = 'school' or d.counts in ('people', 'other'))
              and array_position(${HOWS}::text[], y.how) >= array_position(${HOWS}::text[], d.coverage)
          )) as taking
        from project pr where pr.id = d.project_id and d.coverage is not null limit 1
      ) c on true
    where k.locality_id = any(array(
        select id from locality where id = any(${scopeIds}::uuid[])
        union all select id from locality where pilot_id = any(${scopeIds}::uuid[])
        union all select s.id from pilot p join locality s on s.pilot_id = p.id where p.programme_id = any(${scopeIds}::uuid[])
      ))
      and (${only}::uuid is null or k.id = ${only}::uuid)
      and (${among === null ? null : [...among]}::uuid[] is null or k.id = any(${among === null ? null : [...among]}::uuid[]))
      and (not ${computed} or d.coverage is not null)
    order by pi.position, l.position, k.position`;
  return kpis.map((kpi) => withCoverage(kpi, day, periods));
};

/**
 * Ids of the KPIs of some scopes of which something can wait on a day (YYYY-MM-DD), and perhaps of some more: those whose owner is not there,
 * or none, and of these people's own those that lack a reading that is wanted. Most have theirs, and of those no more need be read.
 */
export const wantingIn = async (
  tx: Tx,
  scopeIds: readonly string[],
  { people, day, wanted }: { people: readonly string[]; day: string; wanted: readonly Wanted[] },
): Promise<string[]> => {
  if (scopeIds.length === 0) return [];
  const rows = await tx.$queryRaw<{ ids: string[] | null }[]>`
    with place as materialized (
      select l.id, l.pilot_id, p.programme_id from locality l join pilot p on p.id = l.pilot_id
      where l.id = any(${[...scopeIds]}::uuid[]) or p.id = any(${[...scopeIds]}::uuid[]) or p.programme_id = any(${[...scopeIds]}::uuid[])
    ), mine as materialized (
      select k.id, l.id as locality_id, l.pilot_id, l.programme_id from place l join kpi k on k.locality_id = l.id
    ), definition as materialized (
      select distinct on (kpi_id) kpi_id, cadence, counts = 'children' as children, coverage, retired
      from kpi_definition where kpi_id in (select id from mine) order by kpi_id, version desc
    ), hands as materialized (
      select distinct on (kpi_id) kpi_id, owner_id, deputy_id from kpi_owner where kpi_id in (select id from mine) order by kpi_id, version desc
    ), owner as materialized (
      select distinct h.owner_id as id, k.locality_id, k.pilot_id, k.programme_id from mine k join hands h on h.kpi_id = k.id and h.owner_id is not null
    ), here as materialized (
      select o.id, o.locality_id from owner o join person p on p.id = o.id
      where (p.left_on is null or p.left_on > ${day}::date) and exists (
        select 1 from role r where r.person_id = o.id and r.scope_id in (o.locality_id, o.pilot_id, o.programme_id)
          and r."from" <= ${day}::date and (r."to" is null or r."to" >= ${day}::date))
    ), wanted as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as wanted(cadence text, children boolean, "from" date, keys text[])
    )
    select array_agg(k.id) as ids
    from mine k
      join definition d on d.kpi_id = k.id and not d.retired
      left join hands h on h.kpi_id = k.id
      left join here o on o.id = h.owner_id and o.locality_id = k.locality_id
      left join wanted w on w.cadence = d.cadence and w.children = d.children
    where o.id is null or d.coverage is null and (h.owner_id = any(${[...people]}::uuid[]) or h.deputy_id = any(${[...people]}::uuid[])) and (w.keys is null or cardinality(w.keys) > (
      select count(z.value) from (
        select distinct on (x.period) x.value from reading x
        where x.kpi_id = k.id and x.period_start >= w."from" and x.period = any(w.keys) order by x.period, x.version desc
      ) z))`;
  return rows[0]?.ids ?? [];
};

/** All versions of one period, oldest first: who gave what, for a correction and an undo. */
export const versionsOf = (tx: Tx, kpiId: string, period: string): Promise<Reading[]> => tx.$queryRaw<Reading[]>`
  select period, period_start::text as "periodStart", period_end::text as "periodEnd", version, kind, value::float8 as value, numerator::float8 as numerator,
    denominator::float8 as denominator, note, evidence, origin, recorded_by_id as "recordedById"
  from reading where kpi_id = ${kpiId}::uuid and period = ${period} order by version`;

/** The very last version that a person wrote, of any kind and of any KPI; `current`: nobody has written its period since. */
export const lastBy = async (
  tx: Tx,
  personId: string,
): Promise<{ kpi: string; period: string; version: number; kind: Reading['kind']; recordedAt: Date; current: boolean } | undefined> => {
  const [row] = await tx.$queryRaw<NonNullable<Awaited<ReturnType<typeof lastBy>>>[]>`
    select r.kpi_id as kpi, r.period, r.version, r.kind, r.recorded_at as "recordedAt",
      not exists (select 1 from reading later where later.kpi_id = r.kpi_id and later.period = r.period and later.version > r.version) as current
    from reading r where r.recorded_by_id = ${personId}::uuid
    order by r.seq desc limit 1`;
  return row;
};

/** Writes one version of a reading. The unique key (KPI, period, version) throws when somebody else was first. */
export const insertReading = async (
  tx: Tx,
  row: Omit<Reading, 'recordedById'> & { id: string; kpiId: string; recordedAt: string; recordedById: string },
): Promise<void> => {
  await tx.$executeRaw`
    insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, numerator, denominator, note, evidence, origin, recorded_at, recorded_by_id)
    values (${row.id}::uuid, ${row.kpiId}::uuid, ${row.period}, ${row.periodStart}::date, ${row.periodEnd}::date, ${row.version}, ${row.kind},
      ${row.value}::numeric, ${row.numerator}::numeric, ${row.denominator}::numeric, ${row.note}, ${row.evidence}, ${row.origin}, ${row.recordedAt}::timestamptz, ${row.recordedById}::uuid)`;
};
