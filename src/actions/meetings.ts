import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';
import type { Meeting } from './scrutiny.ts';

/** When an adviser meets a locality. */

/** The meetings of an adviser that were not withdrawn, by their day. */
export const meetingsOf = (tx: Tx, adviserId: string): Promise<Meeting[]> => tx.$queryRaw<Meeting[]>`
  select m.id, m.locality_id as "localityId", l.name as locality, m.date::text as date
  from meeting m join locality l on l.id = m.locality_id
  where m.adviser_id = ${adviserId}::uuid and m.withdrawn_at is null
  order by m.date, l.position`;

/** Notes a meeting; false when it was noted already. One that was withdrawn counts again. */
export const noteMeeting = async ({ tx, now, newId, personId }: Writer, localityId: string, date: string): Promise<boolean> => {
  const written = await tx.$executeRaw`
    insert into meeting (id, locality_id, adviser_id, date, recorded_at)
    values (${newId()}::uuid, ${localityId}::uuid, ${personId}::uuid, ${date}::date, ${now.toString()}::timestamptz)
    on conflict (locality_id, adviser_id, date) do update set withdrawn_at = null, recorded_at = excluded.recorded_at where meeting.withdrawn_at is not null`;
  return written > 0;
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

/** Whether the adviser said in this month that there is no meeting in it. */
export const putOffSince = async (tx: Tx, adviserId: string, day: string): Promise<boolean> => {
  const [row] = await tx.$queryRaw<{ yes: boolean }[]>`
    select exists (select 1 from audit_event where subject_kind = 'person' and subject_id = ${adviserId} and what = ${PUT_OFF} and at >= ${day}::date) as yes`;
  return row?.yes ?? false;
};

/** The adviser is not asked again in this month. */
export const putOffMeetings = async ({ tx, now, newId, personId }: Writer): Promise<void> => {
  await tx.$executeRaw`
    insert into audit_event (id, at, person_id, what, subject_kind, subject_id)
    values (${newId()}::uuid, ${now.toString()}::timestamptz, ${personId}::uuid, ${PUT_OFF}, 'person', ${personId})`;
};
