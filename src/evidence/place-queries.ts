import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';
import { ROLES, type RoleName } from '../people/permissions.ts';
import { HOWS, type How } from '../people/taking.ts';
import type { Item, Wave } from '../pulses/pulse.ts';
import { QUESTIONS } from '../pulses/queries.ts';
import { asksIn, scopesOf } from '../pulses/results.ts';
import type { Shown } from '../statistics/disclosure.ts';
import type { Place } from '../summaries/scopes.ts';

/** What the page of one locality shows beside its plan and its KPIs. */

/** The latest published value of a series about a council area: context, never a reading. */
export type Context = {
  measure: string;
  /** Of whom, as published: "Total", "children in need". */
  phase: string;
  area: string;
  value: number;
  unit: string;
  /** As published: "week 45 of 2025". */
  period: string;
  source: string;
  licence: string;
};

export type PlaceFacts = {
  /** What leads it: council, trust, partnership. */
  ledBy: string;
  /** The posts of its pilot leads on the day. */
  leads: string[];
  /** What its pilot works on. */
  theme: string;
  /** Its council areas, by name. */
  areas: string[];
  schools: number;
  /** Its other organisations: services, trusts, charities. */
  others: number;
  /** What is published about its council areas. */
  context: Context[];
};

/** @param today YYYY-MM-DD */
export const factsOf = async (tx: Tx, localityId: string, today: string): Promise<PlaceFacts> => {
  const [row] = await tx.$queryRaw<PlaceFacts[]>`
    select l.led_by as "ledBy", p.theme,
      coalesce((select json_agg(w.post order by w.post) from role r join person w on w.id = r.person_id and (w.left_on is null or w.left_on > ${today}::date)
        where r.role = 'lead' and r.scope_id = l.id and r."from" <= ${today}::date and (r."to" is null or r."to" >= ${today}::date)), '[]') as leads,
      coalesce((select json_agg(a.name order by a.name) from locality_area la join council_area a on a.id = la.council_area_id where la.locality_id = l.id), '[]') as areas,
      (select count(*) from organisation o where o.locality_id = l.id and o.kind = 'school')::int as schools,
      (select count(*) from organisation o where o.locality_id = l.id and o.kind <> 'school')::int as others,
      coalesce((select json_agg(json_build_object('measure', s.measure, 'phase', s.phase, 'area', a.name, 'value', v.value::float8, 'unit', s.unit,
          'period', v.period, 'source', s.source, 'licence', s.licence) order by s.measure, s.phase, a.name)
        from locality_area la
          join council_area a on a.id = la.council_area_id
          join context_series s on s.council_area_id = a.id
          join lateral (select x.value, x.period from context_point x where x.series_id = s.id order by x.date desc limit 1) v on true
        where la.locality_id = l.id), '[]') as context
    from locality l join pilot p on p.id = l.pilot_id where l.id = ${localityId}::uuid`;
  return row as PlaceFacts;
};

/** What a closed pulse released of a locality as a whole. */
export type Release = Pick<Wave, 'id' | 'title' | 'audience' | 'closesOn' | 'closedAt' | 'k' | 'origin'> & {
  questions: Item[];
  /** Its own reporting group; null: it had none, so that it is counted in a larger one or was asked in parts. */
  key: string | null;
  /** By question; null: nothing could be opened, or there is no group. */
  shown: Record<string, Shown> | null;
  /** Names of the larger groups that it is counted in, by their ids. */
  larger: Record<string, string>;
};

/** Of the latest closed pulses that asked somebody there, latest first. Whether its results may be read is for the caller. */
export const releasesOf = (tx: Tx, place: Place, most: number): Promise<Release[]> => tx.$queryRaw<Release[]>`
  select w.id, w.title, w.audience, w.closes_on::text as "closesOn", ${isoOf(sql`w.closed_at`)} as "closedAt", w.k, w.origin, ${QUESTIONS}, c.key,
    (select json_object_agg(r.item, r.shown) from pulse_result r where r.cell_id = c.id) as shown,
    coalesce((select json_object_agg(x.id, x.name) from pulse_cell x
      where x.id = c.parent_id or x.id = (select up.parent_id from pulse_cell up where up.id = c.parent_id)), '{}') as larger
  from pulse_wave w left join pulse_cell c on c.wave_id = w.id and c.kind = 'locality' and c.scope_id = ${place.localityId}::uuid
  where w.state = 'closed' and ${asksIn(scopesOf([place]))}
  order by w.closed_at desc, w.id desc limit ${most}`;

/** The nearest role in which each of some people may speak for a locality, today or before; who never held one is left out. */
export const rolesIn = async (
  tx: Tx,
  personIds: readonly string[],
  { localityId, pilotId, programmeId }: Pick<Place, 'localityId' | 'pilotId' | 'programmeId'>,
): Promise<Map<string, RoleName>> => {
  if (personIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ id: string; role: RoleName }[]>`
    select distinct on (r.person_id) r.person_id as id, r.role from role r
    where r.person_id = any(${[...personIds]}::uuid[]) and r.scope_id = any(${[localityId, pilotId, programmeId]}::uuid[])
    order by r.person_id, array_position(array['locality', 'pilot', 'programme'], r.scope_kind), array_position(${[...ROLES]}::text[], r.role)`;
  return new Map(rows.map(({ id, role }) => [id, role]));
};

/** One thing that happened in a locality, on a day (YYYY-MM-DD). */
export type Happening =
  /** Readings of a KPI that stand, by the month that their periods end in; `on`: the last of these days. */
  | { kind: 'readings'; on: string; about: { kpiId: string; many: number } }
  /** A rating that is another than the one before it, with what was decided where it rests or stopped. */
  | {
      kind: 'rating';
      on: string;
      about: {
        number: number;
        title: string;
        by: 'self' | 'independent';
        from: string | null;
        to: string;
        decidedBy: string | null;
        decidedOn: string | null;
      };
    }
  | { kind: 'meeting'; on: string; about: null }
  | { kind: 'pulse'; on: string; about: { title: string } };

/**
 * What happened between two days, both in it, latest first, in one statement; and the day on which anything was first known of the place.
 * What is looked up by its KPI or action stays so (`lateral`, `offset 0`): joined, every rating of the programme was read. Of an action's
 * chain the end is read, back to what was recorded a day before `from`; of a KPI's, back by the longest period that it was ever read for.
 * Days that are selected stay unknown to the planner, so that it plans once and not for every span.
 * @param from YYYY-MM-DD @param to YYYY-MM-DD
 */
export const happeningsIn = async (
  tx: Tx,
  place: Place,
  { from, to }: { from: string; to: string },
): Promise<{ began: string | null; happenings: Happening[] }> => {
  const [row] = await tx.$queryRaw<{ began: string | null; happenings: Happening[] }[]>`
    with own as materialized (
      select k.id, (select max(case d.cadence when 'week' then 7 when 'month' then 31 else 366 end) from kpi_definition d where d.kpi_id = k.id) as longest
      from kpi k where k.locality_id = ${place.localityId}::uuid
    ), acting as materialized (
      select a.id, a.number, v.title from action a
        join lateral (select x.title from action_version x where x.action_id = a.id order by x.version desc limit 1) v on true
      where a.locality_id = ${place.localityId}::uuid
    ), there as (
      select 'readings' as kind, max(z.period_end) as "on", json_build_object('kpiId', k.id, 'many', count(*)) as about
      from own k cross join lateral (
        select distinct on (x.period_start, x.period) x.period_end, x.value from reading x
        where x.kpi_id = k.id and x.period_start between ${from}::date - k.longest and ${to}::date and x.period_end between ${from}::date and ${to}::date
        order by x.period_start, x.period, x.version desc
      ) z where z.value is not null group by k.id, date_trunc('month', z.period_end)
      union all
      select 'rating', (r.recorded_at at time zone ${PROGRAMME_ZONE})::date, json_build_object('number', a.number, 'title', a.title, 'by', r.kind, 'from', w.rating,
        'to', r.rating, 'decidedBy', r.decided_by, 'decidedOn', r.decided_on)
      from acting a cross join (values ('self'), ('independent')) as g(kind)
        cross join lateral (
          select coalesce((select x.version from rating x where x.action_id = a.id and x.kind = g.kind and x.recorded_at < (select ${from}::date - 1)
            order by x.version desc limit 1), 0) as version
        ) before
        cross join lateral (
          select x.* from rating x where x.action_id = a.id and x.kind = g.kind and x.version > before.version
            and x.recorded_at >= (select ${from}::date::timestamp at time zone ${PROGRAMME_ZONE})
            and x.recorded_at < (select (${to}::date + 1)::timestamp at time zone ${PROGRAMME_ZONE})
          offset 0
        ) r
        left join lateral (
          select x.rating from rating x where x.action_id = r.action_id and x.kind = r.kind and x.version = r.version - 1 limit 1
        ) w on true
      where w.rating is distinct from r.rating
      union all
      select 'meeting', m.date, null::json from (select distinct date from meeting
        where locality_id = ${place.localityId}::uuid and withdrawn_at is null and date between ${from}::date and ${to}::date) m
      union all
      select 'pulse', w.closes_on, json_build_object('title', w.title) from pulse_wave w
      where w.state = 'closed' and w.closes_on between ${from}::date and ${to}::date and ${asksIn(scopesOf([place]))}
    )
    select least(
        (select min(f.period_start) from own k cross join lateral (select x.period_start from reading x where x.kpi_id = k.id order by x.period_start limit 1) f),
        (select (min(v.recorded_at) at time zone ${PROGRAMME_ZONE})::date from acting a join action_version v on v.action_id = a.id and v.version = 1)
      )::text as began,
      coalesce((select json_agg(json_build_object('kind', t.kind, 'on', t."on", 'about', t.about) order by t."on" desc, t.kind, t.about::text) from there t), '[]') as happenings`;
  return row as { began: string | null; happenings: Happening[] };
};

/** An organisation that takes, or took, part in a project, in every way in which it did. */
export type Taker = {
  id: string;
  name: string;
  kind: string;
  phase: string | null;
  /** Days as YYYY-MM-DD, both in it; `to` null: it still does. Earliest first. */
  parts: { how: How; from: string; to: string | null }[];
};

/** Everybody who ever took part in a project, in no order. */
export const takersOf = (tx: Tx, projectId: string): Promise<Taker[]> => tx.$queryRaw<Taker[]>`
  select o.id, o.name, o.kind, o.phase,
    json_agg(json_build_object('how', t.how, 'from', t."from", 'to', t."to") order by t."from", array_position(${[...HOWS]}::text[], t.how)) as parts
  from taking_part t join organisation o on o.id = t.organisation_id
  where t.project_id = ${projectId}::uuid group by o.id, o.name, o.kind, o.phase`;

export type OrganisationFacts = {
  id: string;
  name: string;
  kind: string;
  phase: string | null;
  localityId: string;
  area: string | null;
  groups: { name: string; kind: string }[];
  /** By project, as in Taker. */
  taking: { projectId: string; project: string; localityId: string; how: How; from: string; to: string | null }[];
};

/** An organisation of a locality; undefined where there is none of this id. */
export const organisationOf = async (tx: Tx, id: string): Promise<OrganisationFacts | undefined> => {
  const [row] = await tx.$queryRaw<OrganisationFacts[]>`
    select o.id, o.name, o.kind, o.phase, o.locality_id as "localityId", a.name as area,
      coalesce((select json_agg(json_build_object('name', g.name, 'kind', g.kind) order by g.name)
        from group_member m join "group" g on g.id = m.group_id where m.organisation_id = o.id), '[]') as groups,
      coalesce((select json_agg(json_build_object('projectId', p.id, 'project', p.name, 'localityId', p.locality_id, 'how', t.how, 'from', t."from", 'to', t."to")
          order by p.name, p.id, t."from", array_position(${[...HOWS]}::text[], t.how))
        from taking_part t join project p on p.id = t.project_id where t.organisation_id = o.id), '[]') as taking
    from organisation o left join council_area a on a.id = o.council_area_id
    where o.id = ${id}::uuid and o.locality_id is not null`;
  return row;
};

/** The ids of all organisations of a locality. */
export const organisationIdsIn = async (tx: Tx, localityId: string): Promise<string[]> => {
  const rows = await tx.$queryRaw<{ id: string }[]>`select id from organisation where locality_id = ${localityId}::uuid`;
  return rows.map(({ id }) => id);
};
