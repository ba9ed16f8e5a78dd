import type { Writer } from '../app.ts';
import { STANDS, type Tx } from '../db/client.ts';
import type { Progress } from './import.ts';
import { rowsIn, type Writes } from './writes.ts';

/**
 * Writes what was planned, in the order in which rows need one another. Each statement takes one parameter with many rows in it
 * (as src/programme/insert.ts does, where the reason is measured), and few enough of them to end well within a statement's five seconds.
 */

/** Rows of one statement. */
const AT_ONCE = 400;

type By = { at: string; by: string | null };
type Insert = (tx: Tx, json: string, who: By) => Promise<number>;

const insertOrganisations: Insert = (tx, json) => tx.$executeRaw`
  insert into organisation (id, locality_id, council_area_id, name, kind, phase, urn)
  select id, "localityId", "councilAreaId", name, kind, phase, urn from json_to_recordset(${json}::json)
    as row (id uuid, "localityId" uuid, "councilAreaId" uuid, name text, kind text, phase text, urn text)`;

const changeOrganisations: Insert = (tx, json) => tx.$executeRaw`
  update organisation o set name = row.name, kind = row.kind, phase = row.phase, urn = row.urn, council_area_id = row."councilAreaId"
  from json_to_recordset(${json}::json) as row (id uuid, "councilAreaId" uuid, name text, kind text, phase text, urn text) where o.id = row.id`;

const insertPeople: Insert = (tx, json) => tx.$executeRaw`
  insert into person (id, post, email, organisation_id)
  select id, post, email, "organisationId" from json_to_recordset(${json}::json) as row (id uuid, post text, email text, "organisationId" uuid)`;

const changePeople: Insert = (tx, json) => tx.$executeRaw`
  update person p set post = row.post, email = row.email, organisation_id = row."organisationId", left_on = row."leftOn"
  from json_to_recordset(${json}::json) as row (id uuid, post text, email text, "organisationId" uuid, "leftOn" date) where p.id = row.id`;

const insertRoles: Insert = (tx, json, { by }) => tx.$executeRaw`
  insert into role (id, person_id, role, scope_kind, scope_id, "from", "to", granted_by_id)
  select id, "personId", role, "scopeKind", "scopeId", "from", "to", ${by}::uuid from json_to_recordset(${json}::json)
    as row (id uuid, "personId" uuid, role text, "scopeKind" text, "scopeId" uuid, "from" date, "to" date)`;

const changeRoles: Insert = (tx, json) => tx.$executeRaw`
  update role r set "from" = row."from", "to" = row."to"
  from json_to_recordset(${json}::json) as row (id uuid, "from" date, "to" date) where r.id = row.id`;

const insertGroups: Insert = (tx, json) => tx.$executeRaw`
  insert into "group" (id, locality_id, name, kind)
  select id, "localityId", name, kind from json_to_recordset(${json}::json) as row (id uuid, "localityId" uuid, name text, kind text)`;

const changeGroups: Insert = (tx, json) => tx.$executeRaw`
  update "group" g set kind = row.kind from json_to_recordset(${json}::json) as row (id uuid, kind text) where g.id = row.id`;

const insertMembers: Insert = (tx, json) => tx.$executeRaw`
  insert into group_member (id, group_id, organisation_id, person_id)
  select id, "groupId", "organisationId", "personId" from json_to_recordset(${json}::json)
    as row (id uuid, "groupId" uuid, "organisationId" uuid, "personId" uuid)`;

const insertProjects: Insert = (tx, json) => tx.$executeRaw`
  insert into project (id, locality_id, name, theme, theory_of_action, hypothesis)
  select id, "localityId", name, theme, "theoryOfAction", hypothesis from json_to_recordset(${json}::json)
    as row (id uuid, "localityId" uuid, name text, theme text, "theoryOfAction" text, hypothesis text)`;

const changeProjects: Insert = (tx, json) => tx.$executeRaw`
  update project p set theme = row.theme, theory_of_action = row."theoryOfAction", hypothesis = row.hypothesis
  from json_to_recordset(${json}::json) as row (id uuid, theme text, "theoryOfAction" text, hypothesis text) where p.id = row.id`;

const insertTaking: Insert = (tx, json) => tx.$executeRaw`
  insert into taking_part (id, organisation_id, project_id, how, "from", "to")
  select id, "organisationId", "projectId", how, "from", "to" from json_to_recordset(${json}::json)
    as row (id uuid, "organisationId" uuid, "projectId" uuid, how text, "from" date, "to" date)`;

const changeTaking: Insert = (tx, json) => tx.$executeRaw`
  update taking_part t set "to" = row."to" from json_to_recordset(${json}::json) as row (id uuid, "to" date) where t.id = row.id`;

/** The version before ends in the same statement. */
const insertTermDates: Insert = (tx, json, { at, by }) => tx.$executeRaw`
  with row as (
    select * from json_to_recordset(${json}::json) as row (id uuid, "councilAreaId" uuid, "organisationId" uuid, year int, dates jsonb)
  ), ended as (
    update term_dates t set until = ${at}::timestamptz from row
    where t.year = row.year and (t.council_area_id = row."councilAreaId" or t.organisation_id = row."organisationId")
      and t.until > ${STANDS}::timestamptz
  )
  insert into term_dates (id, council_area_id, organisation_id, year, dates, recorded_at, recorded_by_id)
  select id, "councilAreaId", "organisationId", year, dates, ${at}::timestamptz, ${by}::uuid from row`;

const insertClosedDays: Insert = (tx, json, { at, by }) => tx.$executeRaw`
  with row as (
    select * from json_to_recordset(${json}::json) as row (id uuid, "councilAreaId" uuid, "organisationId" uuid, day date, what text)
  ), ended as (
    update closed_day c set until = ${at}::timestamptz from row
    where c.day = row.day and (c.council_area_id = row."councilAreaId" or c.organisation_id = row."organisationId")
      and c.until > ${STANDS}::timestamptz
  )
  insert into closed_day (id, council_area_id, organisation_id, day, what, recorded_at, recorded_by_id)
  select id, "councilAreaId", "organisationId", day, what, ${at}::timestamptz, ${by}::uuid from row`;

const insertKpis: Insert = (tx, json) => tx.$executeRaw`
  insert into kpi (id, locality_id, position)
  select id, "localityId", position from json_to_recordset(${json}::json) as row (id uuid, "localityId" uuid, position int)`;

const insertDefinitions: Insert = (tx, json, { at, by }) => tx.$executeRaw`
  insert into kpi_definition (kpi_id, version, name, aliases, unit, kind, improvement, decimals, counts, base, cadence, baseline, baseline_date, tolerance,
    definition, source, criterion_id, project_id, coverage, recorded_at, recorded_by_id)
  select "kpiId", version, name, array(select json_array_elements_text(aliases)), unit, kind, improvement, decimals, counts, base, cadence, baseline, "baselineDate",
    tolerance, definition, source, "criterionId", "projectId", coverage, ${at}::timestamptz, ${by}::uuid
  from json_to_recordset(${json}::json)
    as row ("kpiId" uuid, version int, name text, aliases json, unit text, kind text, improvement text, decimals smallint, counts text, base text, cadence text,
            baseline numeric, "baselineDate" date, tolerance numeric, definition text, source text, "criterionId" uuid, "projectId" uuid, coverage text)`;

const insertTargets: Insert = (tx, json, { at, by }) => tx.$executeRaw`
  insert into kpi_target (kpi_id, version, value, date, milestones, recorded_at, recorded_by_id)
  select "kpiId", version, value, date, milestones, ${at}::timestamptz, ${by}::uuid from json_to_recordset(${json}::json)
    as row ("kpiId" uuid, version int, value numeric, date date, milestones jsonb)`;

const insertOwners: Insert = (tx, json, { at, by }) => tx.$executeRaw`
  insert into kpi_owner (kpi_id, version, owner_id, deputy_id, recorded_at, recorded_by_id)
  select "kpiId", version, "ownerId", "deputyId", ${at}::timestamptz, ${by}::uuid from json_to_recordset(${json}::json)
    as row ("kpiId" uuid, version int, "ownerId" uuid, "deputyId" uuid)`;

const insertReadings: Insert = (tx, json, { by }) => tx.$executeRaw`
  insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, numerator, denominator, note, evidence, origin, recorded_at, recorded_by_id)
  select id, "kpiId", period, "periodStart", "periodEnd", version, kind, value, numerator, denominator, note, evidence, 'import', "recordedAt", ${by}::uuid
  from json_to_recordset(${json}::json)
    as row (id uuid, "kpiId" uuid, period text, "periodStart" date, "periodEnd" date, version int, kind text, value numeric,
            numerator numeric, denominator numeric, note text, evidence text, "recordedAt" timestamptz)`;

const insertActions: Insert = (tx, json) => tx.$executeRaw`
  insert into action (id, locality_id, number, origin)
  select id, "localityId", number, 'import' from json_to_recordset(${json}::json) as row (id uuid, "localityId" uuid, number int)`;

/** The version before ends in the same statement, as src/actions/queries.ts does it for one. */
const insertVersions: Insert = (tx, json, { at, by }) => tx.$executeRaw`
  with row as (
    select * from json_to_recordset(${json}::json)
      as row ("actionId" uuid, version int, change text, title text, "successMeasure" text, due date, "ownerId" uuid, "deputyId" uuid,
              "criterionId" uuid, "projectId" uuid, "kpiIds" json, steps jsonb)
  ), ended as (
    update action_version v set until = ${at}::timestamptz from row where v.action_id = row."actionId" and v.version = row.version - 1
  )
  insert into action_version (action_id, version, change, title, success_measure, due, owner_id, deputy_id, criterion_id, project_id, kpi_ids, steps,
    recorded_at, recorded_by_id)
  select "actionId", version, change, title, "successMeasure", due, "ownerId", "deputyId", "criterionId", "projectId",
    array(select json_array_elements_text("kpiIds")::uuid), steps, ${at}::timestamptz, ${by}::uuid
  from row`;

const insertRatings: Insert = (tx, json, { by }) => tx.$executeRaw`
  with row as (
    select * from json_to_recordset(${json}::json)
      as row (id uuid, "actionId" uuid, kind text, version int, rating text, reason text, remedy text, "remedyBy" date, "decidedBy" text, "decidedOn" date,
              "definitionVersion" int, "recordedAt" timestamptz)
  ), ended as (
    update rating r set until = row."recordedAt" from row where r.action_id = row."actionId" and r.kind = row.kind and r.version = row.version - 1
  )
  insert into rating (id, action_id, kind, version, rating, reason, remedy, remedy_by, decided_by, decided_on, definition_version, origin, recorded_at, recorded_by_id)
  select id, "actionId", kind, version, rating, reason, remedy, "remedyBy", "decidedBy", "decidedOn", "definitionVersion", 'import', "recordedAt", ${by}::uuid
  from row`;

const TABLES: [keyof Writes, Insert][] = [
  ['organisations', insertOrganisations],
  ['organisationsChanged', changeOrganisations],
  ['people', insertPeople],
  ['peopleChanged', changePeople],
  ['roles', insertRoles],
  ['rolesChanged', changeRoles],
  ['groups', insertGroups],
  ['groupsChanged', changeGroups],
  ['members', insertMembers],
  ['projects', insertProjects],
  ['projectsChanged', changeProjects],
  ['taking', insertTaking],
  ['takingChanged', changeTaking],
  ['termDates', insertTermDates],
  ['closedDays', insertClosedDays],
  ['kpis', insertKpis],
  ['definitions', insertDefinitions],
  ['targets', insertTargets],
  ['owners', insertOwners],
  ['readings', insertReadings],
  ['actions', insertActions],
  ['versions', insertVersions],
  ['ratings', insertRatings],
];

/** Says in the audit trail that a plan was brought in, and who was given which role: counts and ids, no text of anybody's. */
const audit = async (writer: Writer<string | null>, writes: Writes, localityIds: readonly string[]): Promise<void> => {
  const counts = Object.fromEntries(TABLES.flatMap(([name]) => (writes[name].length > 0 ? [[name, writes[name].length]] : [])));
  const events = [
    ...localityIds.map((id) => ({ what: 'plan.imported', subjectKind: 'locality', subjectId: id, detail: counts })),
    ...[...writes.roles, ...writes.rolesChanged].map(({ personId, role, scopeKind, scopeId, from, to }) => ({
      what: 'role.granted',
      subjectKind: 'person',
      subjectId: personId,
      detail: { role, scopeKind, scopeId, from, to },
    })),
  ].map((event) => ({ id: writer.newId(), ...event }));
  await writer.tx.$executeRaw`
    insert into audit_event (id, at, person_id, what, subject_kind, subject_id, detail)
    select id, ${writer.now.toString()}::timestamptz, ${writer.personId}::uuid, what, "subjectKind", "subjectId", detail
    from json_to_recordset(${JSON.stringify(events)}::json) as row (id uuid, what text, "subjectKind" text, "subjectId" text, detail jsonb)`;
};

/** Rows from which on the database is told to look at its tables anew. */
const MANY = 500;

/** So much at once makes the planner's guesses wrong, and the embedded database has nobody who looks at its tables by and by. */
const lookAnew = (tx: Tx) =>
  tx.$executeRaw`analyze organisation, person, role, taking_part, kpi, kpi_definition, reading, action, action_version, rating`;

/** Writes all of it in the caller's transaction. Returns how many rows that were; with none, not even the audit trail grows. */
export const write = async (
  writer: Writer<string | null>,
  writes: Writes,
  localityIds: readonly string[],
  progress: Progress = () => {},
): Promise<number> => {
  const total = rowsIn(writes);
  if (total === 0) return 0;
  const who = { at: writer.now.toString(), by: writer.personId };
  let done = 0;
  for (const [name, insert] of TABLES) {
    const rows = writes[name];
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const some = rows.slice(from, from + AT_ONCE);
      await insert(writer.tx, JSON.stringify(some), who);
      done += some.length;
      await progress(done, total);
    }
  }
  await audit(writer, writes, localityIds);
  if (total >= MANY) await lookAnew(writer.tx);
  return total;
};
