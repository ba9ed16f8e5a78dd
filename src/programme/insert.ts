import type { Tx } from '../db/client.ts';
import type { assessmentRows } from './assessment-rows.ts';
import type { contextRows } from './context.ts';
import type { allKpiRows } from './kpi-rows.ts';
import type { allPlanRows } from './plan-rows.ts';
import type { registerRows } from './register-rows.ts';
import type { programmeRows } from './rows.ts';

/**
 * The long lists, each in one statement with one parameter. createMany sends a parameter for every field:
 * measured on the embedded database, 1,851 organisations took 580 ms with it, and a first start is to take a few seconds.
 */

type Rows = ReturnType<typeof programmeRows>;
type PlanRows = ReturnType<typeof allPlanRows>;

export const insertOrganisations = (tx: Tx, rows: Rows['organisations']) => tx.$executeRaw`
  INSERT INTO organisation (id, locality_id, council_area_id, name, kind, phase, urn)
  SELECT id, "localityId", "councilAreaId", name, kind, phase, urn FROM json_to_recordset(${JSON.stringify(rows)}::json)
    AS row (id uuid, "localityId" uuid, "councilAreaId" uuid, name text, kind text, phase text, urn text)`;

export const insertGroupMembers = (tx: Tx, rows: Rows['groupMembers']) => tx.$executeRaw`
  INSERT INTO group_member (id, group_id, organisation_id, person_id)
  SELECT id, "groupId", "organisationId", "personId" FROM json_to_recordset(${JSON.stringify(rows)}::json)
    AS row (id uuid, "groupId" uuid, "organisationId" uuid, "personId" uuid)`;

export const insertTakingPart = (tx: Tx, rows: Rows['takingPart']) => tx.$executeRaw`
  INSERT INTO taking_part (id, organisation_id, project_id, how, "from")
  SELECT id, "organisationId", "projectId", how, "from" FROM json_to_recordset(${JSON.stringify(rows)}::json)
    AS row (id uuid, "organisationId" uuid, "projectId" uuid, how text, "from" date)`;

/** In their order, which is the order of `seq`. */
export const insertReadings = (tx: Tx, rows: ReturnType<typeof allKpiRows>['readings']) => tx.$executeRaw`
  INSERT INTO reading (id, kpi_id, period, period_start, period_end, version, kind, value, numerator, denominator, note, origin, recorded_at)
  SELECT id, "kpiId", period, "periodStart", "periodEnd", version, kind, value, numerator, denominator, note, origin, "recordedAt"
  FROM json_to_recordset(${JSON.stringify(rows)}::json)
    AS row (id uuid, "kpiId" uuid, period text, "periodStart" date, "periodEnd" date, version int, kind text, value numeric,
            numerator numeric, denominator numeric, note text, origin text, "recordedAt" timestamptz)`;

export const insertContextPoints = (tx: Tx, rows: ReturnType<typeof contextRows>['points']) => tx.$executeRaw`
  INSERT INTO context_point (series_id, date, period, value, published_on)
  SELECT "seriesId", date, period, value, "publishedOn" FROM json_to_recordset(${JSON.stringify(rows)}::json)
    AS row ("seriesId" uuid, date date, period text, value numeric, "publishedOn" date)`;

export const insertActions = (tx: Tx, rows: PlanRows['actions']) => tx.$executeRaw`
  INSERT INTO action (id, locality_id, number, origin)
  SELECT id, "localityId", number, 'demonstration' FROM json_to_recordset(${JSON.stringify(rows)}::json)
    AS row (id uuid, "localityId" uuid, number int)`;

export const insertActionVersions = (tx: Tx, rows: PlanRows['versions']) => tx.$executeRaw`
  INSERT INTO action_version (action_id, version, change, title, success_measure, due, owner_id, deputy_id, criterion_id, project_id, kpi_ids, steps,
    recorded_at, until, recorded_by_id)
  SELECT "actionId", version, change, title, "successMeasure", due, "ownerId", "deputyId", "criterionId", "projectId",
    ARRAY(SELECT json_array_elements_text("kpiIds")::uuid), steps, "recordedAt", until, "recordedById"
  FROM json_to_recordset(${JSON.stringify(rows)}::json)
    AS row ("actionId" uuid, version int, change text, title text, "successMeasure" text, due date, "ownerId" uuid, "deputyId" uuid,
            "criterionId" uuid, "projectId" uuid, "kpiIds" json, steps jsonb, "recordedAt" timestamptz, until timestamptz, "recordedById" uuid)`;

export const insertRatings = (tx: Tx, rows: PlanRows['ratings']) => tx.$executeRaw`
  INSERT INTO rating (id, action_id, kind, version, rating, reason, remedy, remedy_by, decided_by, decided_on, also, definition_version, origin,
    recorded_at, until, recorded_by_id)
  SELECT id, "actionId", kind, version, rating, reason, remedy, "remedyBy", "decidedBy", "decidedOn", also, 1, 'demonstration', "recordedAt", until, "recordedById"
  FROM json_to_recordset(${JSON.stringify(rows)}::json)
    AS row (id uuid, "actionId" uuid, kind text, version int, rating text, reason text, remedy text, "remedyBy" date, "decidedBy" text, "decidedOn" date,
            also text, "recordedAt" timestamptz, until timestamptz, "recordedById" uuid)`;

export const insertRegister = async (tx: Tx, { entries, versions }: ReturnType<typeof registerRows>): Promise<void> => {
  await tx.$executeRaw`
    INSERT INTO register_entry (id, locality_id)
    SELECT id, "localityId" FROM json_to_recordset(${JSON.stringify(entries)}::json) AS row (id uuid, "localityId" uuid)`;
  await tx.$executeRaw`
    INSERT INTO register_version (entry_id, version, kind, date, end_date, method, criterion_ids, project_id, kpi_id, summary, quote, consent,
      few_children, checked, recorded_at, recorded_by_id)
    SELECT "entryId", version, kind, date, "endDate", method, ARRAY(SELECT json_array_elements_text("criterionIds")::uuid), "projectId", "kpiId", summary,
      quote, quote IS NOT NULL, "fewChildren", checked, "recordedAt", "recordedById"
    FROM json_to_recordset(${JSON.stringify(versions)}::json)
      AS row ("entryId" uuid, version int, kind text, date date, "endDate" date, method text, "criterionIds" json, "projectId" uuid, "kpiId" uuid,
              summary text, quote text, "fewChildren" boolean, checked boolean, "recordedAt" timestamptz, "recordedById" uuid)`;
};

/** Steps in their order, which is the order of `seq`; texts and their answers. */
export const insertAssessments = (tx: Tx, { steps, findings, texts, answers }: ReturnType<typeof assessmentRows>) => tx.$executeRaw`
  WITH step AS (
    INSERT INTO assessment_step (id, locality_id, lens, round, about_kind, about_id, version, step, evidence, recorded_at)
    SELECT id, "localityId", lens, round, "aboutKind", "aboutId", version, step, evidence, "recordedAt"
    FROM json_to_recordset(${JSON.stringify(steps)}::json)
      AS row (id uuid, "localityId" uuid, lens text, round text, "aboutKind" text, "aboutId" uuid, version int, step smallint, evidence text,
              "recordedAt" timestamptz)
  ), finding AS (
    INSERT INTO finding (id, locality_id, criterion_id, round)
    SELECT id, "localityId", "criterionId", round FROM json_to_recordset(${JSON.stringify(findings)}::json)
      AS row (id uuid, "localityId" uuid, "criterionId" uuid, round text)
  ), version AS (
    INSERT INTO finding_version (finding_id, version, text, recorded_at)
    SELECT "findingId", version, text, "recordedAt" FROM json_to_recordset(${JSON.stringify(texts)}::json)
      AS row ("findingId" uuid, version int, text text, "recordedAt" timestamptz)
  )
  INSERT INTO finding_answer (id, finding_id, version, kind, text, recorded_at)
  SELECT id, "findingId", version, kind, text, "recordedAt" FROM json_to_recordset(${JSON.stringify(answers)}::json)
    AS row (id uuid, "findingId" uuid, version int, kind text, text text, "recordedAt" timestamptz)`;
