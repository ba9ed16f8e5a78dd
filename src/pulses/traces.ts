import { sql, type Tx, withoutWords } from '../db/client.ts';

/** A moment before every other: what was to go until then does not go, and is planned again (src/jobs/follow.ts). */
const LONG_PAST = '1970-01-01T00:00:00Z';

/**
 * Forgets what a wave that closes would leave behind of who was written to about it, and so had not answered, for everybody who was invited
 * alike. In the transaction that closes it.
 */
export const forgetTraces = async (tx: Tx, waveId: string): Promise<void> => {
  // Answers with a card of a message, which has its line or has not: the same delivery of an event is answered with less afterwards.
  await tx.$executeRaw`
    update inbound_event e set answer = null from pulse_invited i
    where i.wave_id = ${waveId}::uuid and e.person_id = i.person_id and e.answer is not null`;
  // Messages that have nothing but pulses and have not gone.
  await tx.$executeRaw`
    delete from outbox o using delivery_line l
    where split_part(l.key, ':', 1) = 'pulse' and split_part(l.key, ':', 2) = ${waveId}::text and o.payload ->> 'delivery' = l.delivery_id::text and o.payload ->> 'forget' = 'true'
      and o.state in ('waiting', 'failed')`;
  // Messages that have other lines too and have not gone lose their words: they are drawn again, as of a wave that has closed.
  const drawn = await tx.$queryRaw<{ delivery: string }[]>`
    update outbox o set payload = o.payload || jsonb_build_object('until', ${LONG_PAST}::text) || ${withoutWords(sql`o.kind`)}
    from delivery d join pulse_invited i on i.person_id = d.person_id
    where i.wave_id = ${waveId}::uuid and o.payload ->> 'delivery' = d.id::text and o.payload ->> 'forget' = 'words'
      and o.state in ('waiting', 'sending')
    returning d.id as delivery`;
  // E-mails that are kept to be shown, as the demonstration's are: one that has nothing but pulses is there for who had not answered alone, and
  // of the others the words tell. What has not gone goes as above.
  await tx.$executeRaw`
    delete from outbox o using delivery_line l, delivery d
    where split_part(l.key, ':', 1) = 'pulse' and split_part(l.key, ':', 2) = ${waveId}::text and d.id = l.delivery_id and d.state = 'done'
      and o.kind = 'email' and o.payload ->> 'forget' is null and o.payload ->> 'delivery' = l.delivery_id::text`;
  await tx.$executeRaw`
    update outbox o set payload = o.payload || ${withoutWords(sql`o.kind`)}
      || case when o.state in ('waiting', 'sending') then jsonb_build_object('until', ${LONG_PAST}::text) else '{}' end
    from delivery_line l
    where split_part(l.key, ':', 1) = 'pulse' and split_part(l.key, ':', 2) = ${waveId}::text
      and o.kind = 'email' and o.payload ->> 'forget' is null and o.payload ->> 'delivery' = l.delivery_id::text`;
  // Of a card that was to be brought up to date, its reader has the earlier one. Whoever is at it now draws it once this wave has closed.
  await tx.$executeRaw`
    update delivery set route = route - 'shown', refreshed_at = send_at
    where id in (select id from delivery where id = any(${drawn.map(({ delivery }) => delivery)}::uuid[]) and state = 'sent' for update skip locked)`;
};
