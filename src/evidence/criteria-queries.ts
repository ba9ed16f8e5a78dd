import type { Writer } from '../app.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';
import type { About, Area, Lens, RecordedStep, StepNumber } from './criteria.ts';
import { roleGroup } from './role-group.ts';

/** The four areas with their questions, in their fixed order. */
export const criteriaOf = (tx: Tx): Promise<Area[]> => tx.$queryRaw<Area[]>`
  select c.id, c.position, c.name, coalesce(json_agg(json_build_object('id', q.id, 'position', q.position, 'text', q.text) order by q.position)
    filter (where q.id is not null), '[]') as questions
  from criterion c left join criterion_question q on q.criterion_id = c.id
  group by c.id order by c.position`;

/** What stands of the steps of some localities, in every round, earliest recorded first: who may see which is for the caller. */
export const stepsIn = async (tx: Tx, localityIds: readonly string[]): Promise<RecordedStep[]> =>
  localityIds.length === 0
    ? []
    : tx.$queryRaw<RecordedStep[]>`
        select s.locality_id as "localityId", pi.id as "pilotId", pi.programme_id as "programmeId", s.lens, s.round,
          s.about_kind as "aboutKind", s.about_id as "aboutId", coalesce(q.criterion_id, s.about_id) as "criterionId",
          s.version, s.step, s.evidence, ${isoOf(sql`s.recorded_at`)} as "recordedAt", who.post as by,
          ${roleGroup(sql`s.recorded_by_id`)} as "byRole",
          s.lens = 'evaluator' and exists (select 1 from finding f join finding_answer a on a.finding_id = f.id
            where f.locality_id = s.locality_id and (f.criterion_id is null or f.criterion_id = coalesce(q.criterion_id, s.about_id))
              and (f.round = s.round or f.round like s.round || '-%') and a.recorded_at > s.recorded_at) as answered
        from (select distinct on (locality_id, lens, round, about_id) * from assessment_step
            where locality_id = any(${[...localityIds]}::uuid[]) order by locality_id, lens, round, about_id, version desc) s
          join locality l on l.id = s.locality_id
          join pilot pi on pi.id = l.pilot_id
          left join criterion_question q on s.about_kind = 'question' and q.id = s.about_id
          left join person who on who.id = s.recorded_by_id
        order by s.seq`;

/** A version of a step as it was written. */
export type StepVersion = { aboutId: string; version: number; step: StepNumber | null; evidence: string | null; by: string | null };

export type Chain = { localityId: string; lens: Lens; round: string };

/** All versions of the steps of one round, oldest first. */
export const stepVersions = (tx: Tx, { localityId, lens, round }: Chain): Promise<StepVersion[]> => tx.$queryRaw<StepVersion[]>`
  select s.about_id as "aboutId", s.version, s.step, s.evidence, who.post as by
  from assessment_step s left join person who on who.id = s.recorded_by_id
  where s.locality_id = ${localityId}::uuid and s.lens = ${lens} and s.round = ${round} order by s.version`;

/** Writes one version. @returns false where somebody else wrote it first: the key is the promise */
export const insertStep = async (
  { tx, now, newId, personId }: Writer,
  { localityId, lens, round }: Chain,
  { kind, id }: About,
  { version, step, evidence }: Pick<StepVersion, 'version' | 'step' | 'evidence'>,
): Promise<boolean> =>
  (await tx.$executeRaw`
    insert into assessment_step (id, locality_id, lens, round, about_kind, about_id, version, step, evidence, recorded_at, recorded_by_id)
    values (${newId()}::uuid, ${localityId}::uuid, ${lens}, ${round}, ${kind}, ${id}::uuid, ${version}, ${step}::smallint, ${evidence},
      ${now.toString()}::timestamptz, ${personId}::uuid)
    on conflict do nothing`) === 1;
