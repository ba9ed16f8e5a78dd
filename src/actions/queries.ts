import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { type Sql, STANDS, sql, type Tx } from '../db/client.ts';
import type { Action } from './action.ts';

export type Asked = {
  /** One action, where its id is known. */
  only?: string;
  /** Those of this number: one in each locality. */
  number?: number;
  /** Only in the locality of this prefix, in capitals. */
  prefix?: string;
  /** ISO 8601: what stood at that moment. What stands now when none. */
  at?: string;
  /** The day of that moment in the programme's zone, YYYY-MM-DD: who holds a role then. */
  day: string;
};

/**
 * The rating of a kind that stood of an action `a`. Looked for from the end of its chain, where what stands now is found at once; of
 * all that stand at a moment those of one locality are few.
 */
const given = (kind: 'self' | 'independent', at: string): Sql => sql`(
        select x.version, x.rating as word, x.recorded_by_id, (x.recorded_at at time zone ${PROGRAMME_ZONE})::date as "on",
          json_build_object('id', x.id, 'version', x.version, 'rating', x.rating, 'reason', x.reason, 'remedy', x.remedy, 'remedyBy', x.remedy_by,
            'decidedBy', x.decided_by, 'decidedOn', x.decided_on, 'evidence', x.evidence, 'also', x.also, 'on', (x.recorded_at at time zone ${PROGRAMME_ZONE})::date,
            'at', x.recorded_at, 'byId', x.recorded_by_id, 'by', p.post) as rating
        from rating x left join person p on p.id = x.recorded_by_id
        where x.action_id = a.id and x.kind = ${kind} and x.recorded_at <= ${at}::timestamptz and x.until > ${at}::timestamptz
        order by x.version desc limit 1
      )`;

/**
 * The actions of some scopes as they stand or stood, in the localities' fixed order and their own, in one statement.
 * @param scopeIds ids of localities, pilots or programmes, in any mixture
 */
export const actionsIn = async (tx: Tx, scopeIds: string[], { only, number, prefix, at = STANDS, day }: Asked): Promise<Action[]> => {
  if (scopeIds.length === 0) return [];
  return tx.$queryRaw<Action[]>`
    with place as materialized (
      select l.id, l.name, l.prefix, l.position, pi.id as pilot_id, pi.position as pilot_position, pi.programme_id
      from locality l join pilot pi on pi.id = l.pilot_id
      where (l.id = any(${scopeIds}::uuid[]) or pi.id = any(${scopeIds}::uuid[]) or pi.programme_id = any(${scopeIds}::uuid[]))
        and (${prefix ?? null}::text is null or l.prefix = ${prefix ?? null})
    )
    select a.id, a.number, l.prefix || '-' || a.number as code, l.id as "localityId", l.name as locality, l.prefix, l.pilot_id as "pilotId", l.programme_id as "programmeId",
      v.version, v.title, v.success_measure as "successMeasure", v.due::text as due, v.criterion_id as "criterionId", v.project_id as "projectId", pr.name as project,
      v.kpi_ids as "kpiIds", v.steps,
      (select (x.recorded_at at time zone ${PROGRAMME_ZONE})::date::text from action_version x where x.action_id = a.id and x.version = 1) as since,
      v.owner_id as "ownerId", o.post as owner, v.deputy_id as "deputyId", d.post as deputy,
      ol.left_on as "ownerLeft", dl.left_on as "deputyLeft",
      case when coalesce(case when ol.left_on is null then oo.kind end, case when dl.left_on is null then od.kind end, oo.kind) = 'school' then 'school' else 'all_year' end as keeps,
      s.rating as self, i.rating as independent,
      (select json_object_agg(n.kind, o.said) from (values ('self', s.version, s.word, s.recorded_by_id, s."on"), ('independent', i.version, i.word, i.recorded_by_id, i."on")) as n(kind, version, word, by_id, "on")
        join rating b on b.action_id = a.id and b.kind = n.kind and b.version = n.version - 1 and (b.recorded_at at time zone ${PROGRAMME_ZONE})::date = n."on"
        cross join lateral (
          select json_build_object('rating', y.rating, 'by', q.post, 'on', n."on") as said from rating y left join person q on q.id = y.recorded_by_id
          where y.action_id = a.id and y.kind = n.kind and y.version < n.version and y.rating <> n.word and y.recorded_by_id <> n.by_id
            and (y.recorded_at at time zone ${PROGRAMME_ZONE})::date = n."on"
            and not exists (select 1 from rating z where z.action_id = a.id and z.kind = n.kind and z.version > y.version and z.version < n.version and z.recorded_by_id = y.recorded_by_id)
          order by y.version desc limit 1
        ) as o) as "atOnce"
    from place l
      join action a on a.locality_id = l.id and (${only ?? null}::uuid is null or a.id = ${only ?? null}::uuid)
        and (${number ?? null}::int is null or a.number = ${number ?? null}::int)
      join action_version v on v.action_id = a.id and v.recorded_at <= ${at}::timestamptz and v.until > ${at}::timestamptz
      left join project pr on pr.id = v.project_id
      left join person o on o.id = v.owner_id
      left join organisation oo on oo.id = o.organisation_id
      left join person d on d.id = v.deputy_id
      left join organisation od on od.id = d.organisation_id
      left join lateral (
        select coalesce(least(o.left_on, max(r."to")), ${day}::date)::text as left_on from role r
        where r.person_id = o.id and r.scope_id in (l.id, l.pilot_id, l.programme_id) and r."from" <= ${day}::date
        having o.left_on <= ${day}::date or coalesce(bool_and(coalesce(r."to" < ${day}::date, false)), true)
      ) ol on v.owner_id is not null
      left join lateral (
        select coalesce(least(d.left_on, max(r."to")), ${day}::date)::text as left_on from role r
        where r.person_id = d.id and r.scope_id in (l.id, l.pilot_id, l.programme_id) and r."from" <= ${day}::date
        having d.left_on <= ${day}::date or coalesce(bool_and(coalesce(r."to" < ${day}::date, false)), true)
      ) dl on v.deputy_id is not null
      left join lateral ${given('self', at)} s on true
      left join lateral ${given('independent', at)} i on true
    order by l.pilot_position, l.position, a.number`;
};

/** Everything of an action version but what the database adds. */
export type VersionRow = Pick<
  Action,
  'version' | 'title' | 'successMeasure' | 'due' | 'ownerId' | 'deputyId' | 'criterionId' | 'projectId' | 'kpiIds' | 'steps'
> & {
  actionId: string;
  change: 'created' | 'edited' | 'due' | 'owner' | 'step' | 'handover';
  recordedAt: string;
  recordedById: string | null;
};

/**
 * Writes the next version of an action and ends what counted then. That is more than the one before where two people act at once: whoever
 * waited may write last with the earlier moment. The key (action, version) throws when somebody else was first.
 */
export const insertVersion = async (tx: Tx, row: VersionRow): Promise<void> => {
  await tx.$executeRaw`
    with ended as (
      update action_version set until = ${row.recordedAt}::timestamptz where action_id = ${row.actionId}::uuid and version < ${row.version} and until > ${row.recordedAt}::timestamptz
    )
    insert into action_version (action_id, version, change, title, success_measure, due, owner_id, deputy_id, criterion_id, project_id, kpi_ids, steps, recorded_at, recorded_by_id)
    values (${row.actionId}::uuid, ${row.version}, ${row.change}, ${row.title}, ${row.successMeasure}, ${row.due}::date, ${row.ownerId}::uuid, ${row.deputyId}::uuid,
      ${row.criterionId}::uuid, ${row.projectId}::uuid, ${row.kpiIds}::uuid[], ${JSON.stringify(row.steps)}::jsonb, ${row.recordedAt}::timestamptz, ${row.recordedById}::uuid)`;
};

/** The next version of many actions at once, in which nothing but their hands has changed, and days that are given; one statement, however many there are. */
export type HandRow = { actionId: string; version: number; ownerId: string | null; deputyId: string | null } & Partial<
  Pick<Action, 'due' | 'steps'>
>;

/** Writes versions as insertVersion does. The key (action, version) throws when somebody else was first. */
export const insertHands = async (
  tx: Tx,
  rows: readonly HandRow[],
  by: Pick<VersionRow, 'change' | 'recordedAt' | 'recordedById'>,
): Promise<void> => {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    with moved as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row ("actionId" uuid, version int, "ownerId" uuid, "deputyId" uuid, due date, steps jsonb)
    ), ended as (
      update action_version v set until = ${by.recordedAt}::timestamptz from moved m
      where v.action_id = m."actionId" and v.version < m.version and v.until > ${by.recordedAt}::timestamptz
    )
    insert into action_version (action_id, version, change, title, success_measure, due, owner_id, deputy_id, criterion_id, project_id, kpi_ids, steps, recorded_at, recorded_by_id)
    select m."actionId", m.version, ${by.change}, v.title, v.success_measure, coalesce(m.due, v.due), m."ownerId", m."deputyId",
      v.criterion_id, v.project_id, v.kpi_ids, coalesce(m.steps, v.steps), ${by.recordedAt}::timestamptz, ${by.recordedById}::uuid
    from moved m join action_version v on v.action_id = m."actionId" and v.version = m.version - 1`;
};

export type RatingRow = {
  id: string;
  actionId: string;
  kind: 'self' | 'independent';
  version: number;
  rating: string;
  reason: string | null;
  remedy: string | null;
  remedyBy: string | null;
  decidedBy: string | null;
  decidedOn: string | null;
  evidence: string | null;
  also: string | null;
  definitionVersion: number;
  origin: 'person' | 'import';
  recordedAt: string;
  recordedById: string | null;
};

/** Writes the next rating of its kind and ends what counted then, as insertVersion does. The key (action, kind, version) throws when somebody else was first. */
export const insertRating = async (tx: Tx, row: RatingRow): Promise<void> => {
  await tx.$executeRaw`
    with ended as (
      update rating set until = ${row.recordedAt}::timestamptz where action_id = ${row.actionId}::uuid and kind = ${row.kind} and version < ${row.version}
        and until > ${row.recordedAt}::timestamptz
    )
    insert into rating (id, action_id, kind, version, rating, reason, remedy, remedy_by, decided_by, decided_on, evidence, also, definition_version, origin, recorded_at, recorded_by_id)
    values (${row.id}::uuid, ${row.actionId}::uuid, ${row.kind}, ${row.version}, ${row.rating}, ${row.reason}, ${row.remedy}, ${row.remedyBy}::date, ${row.decidedBy},
      ${row.decidedOn}::date, ${row.evidence}, ${row.also}, ${row.definitionVersion}, ${row.origin}, ${row.recordedAt}::timestamptz, ${row.recordedById}::uuid)`;
};
