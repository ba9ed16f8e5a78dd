import type { Tx } from '../db/client.ts';
import { hasAnswered } from '../pulses/seat.ts';
import { pulseKey, waveOfKey } from './line.ts';

/**
 * Pulses in a message. What is kept of it has the line of a wave for everybody who was invited. Whether its card has it is known only as
 * long as the wave is open, from the seat; and where it is drawn anew, the line is where it was, whatever was answered since.
 */

const wavesOf = (keys: readonly string[]): string[] => keys.flatMap((key) => waveOfKey(key) ?? []);

/** Of some lines, by their keys, those of waves that somebody has answered: they are left out of what is drawn for them now. */
export const answeredBy = async (tx: Tx, personId: string, keys: readonly string[]): Promise<ReadonlySet<string>> => {
  const answered = new Set<string>();
  for (const waveId of wavesOf(keys)) if (await hasAnswered(tx, waveId, personId)) answered.add(pulseKey(waveId));
  return answered;
};

/**
 * A nudge to somebody is drawn to be sent: notes in the seats of its waves that it has their line. The waves are held open first, as by who
 * answers, so that none closes meanwhile.
 */
export const keepShownIn = async (tx: Tx, { id, personId }: { id: string; personId: string }, keys: readonly string[]): Promise<void> => {
  const waves = wavesOf(keys);
  if (waves.length === 0) return;
  await tx.$executeRaw`
    with held as materialized (select w.id from pulse_wave w where w.id = any(${waves}::uuid[]) and w.state = 'open' order by w.id for key share)
    update pulse_seat s set shown_in = case when not s.answered then ${id}::uuid when s.shown_in <> ${id}::uuid then s.shown_in end
    from held where s.wave_id = held.id and s.person_id = ${personId}::uuid`;
};

/**
 * The keys of the lines of open waves that the card of a nudge does not have, because they had been answered when it was sent. What a later
 * message of theirs has, it had too.
 */
export const leftOutOf = async (tx: Tx, deliveryId: string, keys: readonly string[]): Promise<string[]> => {
  const waves = wavesOf(keys);
  if (waves.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select w.id from delivery d join pulse_wave w on w.id = any(${waves}::uuid[]) and w.state = 'open'
    where d.id = ${deliveryId}::uuid and not exists (select from pulse_seat s join delivery l on l.id = s.shown_in
      where s.wave_id = w.id and s.person_id = d.person_id and l.moment >= d.moment)`;
  return rows.map(({ id }) => pulseKey(id));
};
