import type { Tx } from '../db/client.ts';

/**
 * Forgets what a wave that closes would leave behind of who was written to about it, and so had not answered: answers with a card of a message,
 * which has its line or has not, for everybody who was invited alike; and messages of which nothing is to be kept that have not gone. The
 * same delivery of an event is answered with less afterwards. In the transaction that closes it.
 */
export const forgetTraces = async (tx: Tx, waveId: string): Promise<void> => {
  await tx.$executeRaw`
    update inbound_event e set answer = null from pulse_invited i
    where i.wave_id = ${waveId}::uuid and e.person_id = i.person_id and e.answer is not null`;
  await tx.$executeRaw`
    delete from outbox o using delivery_line l
    where l.key = 'pulse:' || ${waveId}::text and o.payload ->> 'delivery' = l.delivery_id::text and o.payload ->> 'forget' = 'true'
      and o.state in ('waiting', 'failed')`;
};
