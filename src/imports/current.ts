import type { Action } from '../actions/action.ts';
import { type Criterion, criteria } from '../actions/criteria.ts';
import { currentDefinitions } from '../actions/definitions.ts';
import { type ProjectDraft, projectsIn } from '../actions/projects.ts';
import { actionsIn } from '../actions/queries.ts';
import type { YearDates } from '../calendar/school-year.ts';
import { STANDS, type Tx } from '../db/client.ts';
import type { Kpi } from '../kpis/kpi.ts';
import { kpisIn } from '../kpis/queries.ts';
import type { Place } from '../people/directory.ts';
import type { RoleName } from '../people/permissions.ts';
import type { How } from '../people/taking.ts';
import type { ClosedWhat } from '../people/term-dates.ts';

/** What there is already in the localities that a file is about: what its rows are held against. */

/** `localityId` null: the programme's own (advisers, evaluators). */
export type Organisation = {
  id: string;
  localityId: string | null;
  name: string;
  kind: string;
  phase: string | null;
  urn: string | null;
  councilAreaId: string | null;
};
/** Days are YYYY-MM-DD. */
export type HeldRole = { id: string; role: RoleName; scopeId: string; from: string; to: string | null };
export type Person = {
  id: string;
  post: string;
  email: string | null;
  leftOn: string | null;
  organisationId: string | null;
  roles: HeldRole[];
};
export type Group = { id: string; localityId: string; name: string; kind: string; members: string[] };
export type Project = ProjectDraft & { id: string; localityId: string };
export type Taking = { id: string; organisationId: string; projectId: string; how: How; from: string; to: string | null };
export type Reading = {
  kpiId: string;
  period: string;
  version: number;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  note: string | null;
  evidence: string | null;
};
export type Area = { localityId: string; id: string; name: string /** GSS. */; code: string };
/** Of a council area or of one organisation. */
export type Whose = { councilAreaId: string | null; organisationId: string | null };
export type TermDates = Whose & { id: string; year: number; dates: YearDates };
export type ClosedDay = Whose & { id: string; day: string; what: ClosedWhat };

export type Current = {
  areas: Area[];
  organisations: Organisation[];
  people: Person[];
  groups: Group[];
  projects: Project[];
  taking: Taking[];
  termDates: TermDates[];
  closedDays: ClosedDay[];
  criteria: Criterion[];
  kpis: Kpi[];
  /** The latest version of every period. */
  readings: Reading[];
  actions: Action[];
  /** The highest number of an action, and the last position of a KPI, by locality: taken-out ones count too. */
  last: { localityId: string; action: number; kpi: number }[];
  definitionVersion: number;
};

/** The scope of whoever runs the server: all there is. */
export const programmeIds = async (tx: Tx): Promise<string[]> =>
  (await tx.programme.findMany({ select: { id: true } })).map(({ id }) => id);

/** Until the transaction ends nobody else brings in a plan there, or names a KPI or a project. */
export const holdPlaces = async (tx: Tx, localityIds: string[]): Promise<void> => {
  await tx.$queryRaw`select 1 from locality where id = any(${localityIds}::uuid[]) order by id for update`;
};

/**
 * Everything that rows of these localities may be about.
 * @param emails addresses that the file names: whoever has one is known wherever they are
 * @param urns of schools that the file names
 */
export const readCurrent = async (
  tx: Tx,
  places: readonly Place[],
  { emails, urns, day }: { emails: string[]; urns: string[]; day: string },
): Promise<Current> => {
  const ids = places.map(({ localityId }) => localityId);
  const scopes = [...new Set(places.flatMap(({ localityId, pilotId, programmeId }) => [localityId, pilotId, programmeId]))];
  return {
    areas: await tx.$queryRaw<Area[]>`
      select la.locality_id as "localityId", c.id, c.name, c.code from locality_area la join council_area c on c.id = la.council_area_id
      where la.locality_id = any(${ids}::uuid[]) order by c.name`,
    organisations: await tx.$queryRaw<Organisation[]>`
      select id, locality_id as "localityId", name, kind, phase, urn, council_area_id as "councilAreaId" from organisation
      where locality_id = any(${ids}::uuid[]) or locality_id is null or urn = any(${urns}::text[]) order by name, id`,
    people: await tx.$queryRaw<Person[]>`
      select p.id, p.post, p.email, p.left_on::text as "leftOn", p.organisation_id as "organisationId",
        coalesce((select json_agg(json_build_object('id', r.id, 'role', r.role, 'scopeId', r.scope_id, 'from', r."from", 'to', r."to") order by r."from", r.id)
          from role r where r.person_id = p.id), '[]') as roles
      from person p
      where p.email = any(${emails}::text[]) or exists (select 1 from role r where r.person_id = p.id and r.scope_id = any(${scopes}::uuid[]))
      order by p.post, p.id`,
    groups: await tx.$queryRaw<Group[]>`
      select g.id, g.locality_id as "localityId", g.name, g.kind,
        array(select coalesce(m.organisation_id, m.person_id) from group_member m where m.group_id = g.id) as members
      from "group" g where g.locality_id = any(${ids}::uuid[]) order by g.name, g.id`,
    projects: await projectsIn(tx, ids),
    taking: await tx.$queryRaw<Taking[]>`
      select t.id, t.organisation_id as "organisationId", t.project_id as "projectId", t.how, t."from"::text as "from", t."to"::text as "to"
      from taking_part t join project p on p.id = t.project_id where p.locality_id = any(${ids}::uuid[]) order by t."from", t.id`,
    termDates: await tx.$queryRaw<TermDates[]>`
      select t.id, t.council_area_id as "councilAreaId", t.organisation_id as "organisationId", t.year, t.dates from term_dates t
        left join organisation o on o.id = t.organisation_id
      where t.until > ${STANDS}::timestamptz and (o.locality_id = any(${ids}::uuid[])
        or t.council_area_id in (select la.council_area_id from locality_area la where la.locality_id = any(${ids}::uuid[])))
      order by t.seq desc`,
    closedDays: await tx.$queryRaw<ClosedDay[]>`
      select c.id, c.council_area_id as "councilAreaId", c.organisation_id as "organisationId", c.day::text as day, c.what from closed_day c
        left join organisation o on o.id = c.organisation_id
      where c.until > ${STANDS}::timestamptz and (o.locality_id = any(${ids}::uuid[])
        or c.council_area_id in (select la.council_area_id from locality_area la where la.locality_id = any(${ids}::uuid[])))
      order by c.day, c.seq`,
    criteria: await criteria(tx),
    kpis: await kpisIn(tx, ids, { day }),
    readings: await tx.$queryRaw<Reading[]>`
      select distinct on (r.kpi_id, r.period) r.kpi_id as "kpiId", r.period, r.version, r.value::float8 as value, r.numerator::float8 as numerator,
        r.denominator::float8 as denominator, r.note, r.evidence
      from kpi k join reading r on r.kpi_id = k.id where k.locality_id = any(${ids}::uuid[]) order by r.kpi_id, r.period, r.version desc`,
    actions: await actionsIn(tx, ids, { day }),
    last: await tx.$queryRaw<Current['last']>`
      select l.id as "localityId", (select coalesce(max(a.number), 0) from action a where a.locality_id = l.id)::int as action,
        (select coalesce(max(k.position), 0) from kpi k where k.locality_id = l.id)::int as kpi
      from locality l where l.id = any(${ids}::uuid[])`,
    definitionVersion: (await currentDefinitions(tx)).version,
  };
};
