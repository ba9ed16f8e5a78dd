import type { Writer } from '../app.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';
import type { AnswerKind, Finding } from './findings.ts';
import { roleGroup } from './role-group.ts';

type Which = {
  /** One of them. */
  id?: string;
};

/** What the evaluators wrote of some localities, every version with its answers, newest first: who may see which is for the caller. */
export const findingsIn = async (tx: Tx, localityIds: readonly string[], { id }: Which = {}): Promise<Finding[]> =>
  localityIds.length === 0
    ? []
    : tx.$queryRaw<Finding[]>`
        select f.id, f.locality_id as "localityId", l.name as locality, l.prefix, pi.id as "pilotId", pi.programme_id as "programmeId",
          f.criterion_id as "criterionId", c.name as criterion, f.round,
          (select json_agg(json_build_object('version', v.version, 'text', v.text, 'recordedAt', ${isoOf(sql`v.recorded_at`)},
              'by', who.post, 'byRole', ${roleGroup(sql`v.recorded_by_id`)},
              'answers', coalesce((select json_agg(json_build_object('id', a.id, 'kind', a.kind, 'text', a.text,
                  'recordedAt', ${isoOf(sql`a.recorded_at`)}, 'byId', a.recorded_by_id, 'by', them.post, 'byRole', ${roleGroup(sql`a.recorded_by_id`)})
                  order by a.seq)
                from finding_answer a left join person them on them.id = a.recorded_by_id
                where a.finding_id = v.finding_id and a.version = v.version), '[]')) order by v.version)
            from finding_version v left join person who on who.id = v.recorded_by_id where v.finding_id = f.id) as versions
        from finding f
          join locality l on l.id = f.locality_id
          join pilot pi on pi.id = l.pilot_id
          left join criterion c on c.id = f.criterion_id
          join finding_version last on last.finding_id = f.id
            and last.version = (select max(x.version) from finding_version x where x.finding_id = f.id)
        where f.locality_id = any(${[...localityIds]}::uuid[]) and (${id ?? null}::uuid is null or f.id = ${id ?? null}::uuid)
        order by last.seq desc`;

export type FindingStart = { id: string; localityId: string; criterionId: string | null; round: string };

/** @returns false where there is one of this id already */
export const insertFinding = async (tx: Tx, { id, localityId, criterionId, round }: FindingStart): Promise<boolean> =>
  (await tx.$executeRaw`
    insert into finding (id, locality_id, criterion_id, round) values (${id}::uuid, ${localityId}::uuid, ${criterionId}::uuid, ${round})
    on conflict do nothing`) === 1;

export const insertText = async ({ tx, now, personId }: Writer, findingId: string, version: number, text: string | null): Promise<void> => {
  await tx.$executeRaw`
    insert into finding_version (finding_id, version, text, recorded_at, recorded_by_id)
    values (${findingId}::uuid, ${version}, ${text}, ${now.toString()}::timestamptz, ${personId}::uuid)`;
};

type AnswerRow = { id: string; findingId: string; version: number; kind: AnswerKind; text: string | null };

export const insertAnswer = async ({ tx, now, personId }: Writer, { id, findingId, version, kind, text }: AnswerRow): Promise<void> => {
  await tx.$executeRaw`
    insert into finding_answer (id, finding_id, version, kind, text, recorded_at, recorded_by_id)
    values (${id}::uuid, ${findingId}::uuid, ${version}, ${kind}, ${text}, ${now.toString()}::timestamptz, ${personId}::uuid)`;
};

/** Lets nobody else write about a finding until this transaction is over. */
export const holdFinding = async (tx: Tx, id: string): Promise<void> => {
  await tx.$queryRaw`select id from finding where id = ${id}::uuid for update`;
};

/** The people who hold a role that reaches a locality on a day (YYYY-MM-DD) and are still here, by that role. */
export const peopleWith = (
  tx: Tx,
  roles: readonly string[],
  { localityId, today }: { localityId: string; today: string },
): Promise<{ id: string; role: string }[]> => tx.$queryRaw`
  select distinct r.person_id as id, r.role from role r
    join person p on p.id = r.person_id and (p.left_on is null or p.left_on > ${today}::date)
    join locality l on l.id = ${localityId}::uuid
    join pilot pi on pi.id = l.pilot_id
  where r.role = any(${[...roles]}::text[]) and r.scope_id in (l.id, pi.id, pi.programme_id)
    and r."from" <= ${today}::date and (r."to" is null or r."to" >= ${today}::date)
  order by 1`;
