import type { Writer } from '../app.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import type { Meeting } from './scrutiny.ts';

/** When an adviser meets a locality. */

/** The meetings of some advisers that were not withdrawn, by their day. */
export const meetingsOfAll = (tx: Tx, adviserIds: readonly string[]): Promise<(Meeting & { adviserId: string })[]> => tx.$queryRaw<
  (Meeting & { adviserId: string })[]
>`
  select m.id, m.adviser_id as "adviserId", m.locality_id as "localityId", l.name as locality, m.date::text as date
  from meeting m join locality l on l.id = m.locality_id
  where m.adviser_id = any(${[...adviserIds]}::uuid[]) and m.withdrawn_at is null
  order by m.date, l.position`;

/** The meetings of an adviser that were not withdrawn, by their day. */
export const meetingsOf = (tx: Tx, adviserId: string): Promise<Meeting[]> => meetingsOfAll(tx, [adviserId]);

/** Notes a meeting and gives its id; undefined when it was noted already. One that was withdrawn counts again. */
export const noteMeeting = async ({ tx, now, newId, personId }: Writer, localityId: string, date: string): Promise<string | undefined> => {
  const [noted] = await tx.$queryRaw<{ id: string }[]>`
    insert into meeting (id, locality_id, adviser_id, date, recorded_at)
    values (${newId()}::uuid, ${localityId}::uuid, ${personId}::uuid, ${date}::date, ${now.toString()}::timestamptz)
    on conflict (locality_id, adviser_id, date) do update set withdrawn_at = null, recorded_at = excluded.recorded_at where meeting.withdrawn_at is not null
    returning id`;
  return noted?.id;
};

/** Takes a meeting back; undefined when it is not this adviser's. */
export const withdrawMeeting = async ({ tx, now, personId }: Writer, id: string): Promise<Meeting | undefined> => {
  const [meeting] = await tx.$queryRaw<Meeting[]>`
    update meeting m set withdrawn_at = coalesce(m.withdrawn_at, ${now.toString()}::timestamptz) from locality l
    where m.id = ${id}::uuid and m.adviser_id = ${personId}::uuid and l.id = m.locality_id
    returning m.id, m.locality_id as "localityId", l.name as locality, m.date::text as date`;
  return meeting;
};

const PUT_OFF = 'meeting.put_off';

/** The localities with which some advisers said, on that day (YYYY-MM-DD) or since, that they do not meet in that month. */
export const putOffByAll = (tx: Tx, adviserIds: readonly string[], day: string): Promise<{ adviserId: string; localityId: string }[]> =>
  tx.$queryRaw<{ adviserId: string; localityId: string }[]>`
    select distinct person_id as "adviserId", subject_id as "localityId" from audit_event
    where subject_kind = 'locality' and what = ${PUT_OFF} and person_id = any(${[...adviserIds]}::uuid[]) and (at at time zone ${PROGRAMME_ZONE})::date >= ${day}::date`;

/** The same of one adviser. */
export const putOffSince = async (tx: Tx, adviserId: string, day: string): Promise<Set<string>> =>
  new Set((await putOffByAll(tx, [adviserId], day)).map(({ localityId }) => localityId));

/** Of these localities the adviser is not asked again in this month. */
export const putOffMeetings = async ({ tx, now, newId, personId }: Writer, localityIds: readonly string[]): Promise<void> => {
  await tx.auditEvent.createMany({
    data: localityIds.map((localityId) => ({
      id: newId(),
      at: new Date(now.epochMilliseconds),
      personId,
      what: PUT_OFF,
      subjectKind: 'locality',
      subjectId: localityId,
    })),
  });
};
