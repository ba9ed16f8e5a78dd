import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';
import { isPaused } from '../pulses/key.ts';
import { waveOfKey } from './line.ts';

/**
 * Pulses in a message. What is kept of it has the line of a wave for everybody who was invited. Whether its card has it is known only as
 * long as the wave is open, from the seat; and where it is drawn anew, the line is where it was, whatever was answered since.
 */

const wavesOf = (keys: readonly string[]): string[] => keys.flatMap((key) => waveOfKey(key) ?? []);

/**
 * Of some lines, by their keys, those of waves that somebody has answered: they are left out of what is drawn now to be sent to them. The
 * waves are held open, as by who answers, so that none closes meanwhile; the seats are not, so that nobody who answers waits for a drawing.
 */
export const answeredBy = async (tx: Tx, personId: string, keys: readonly string[]): Promise<ReadonlySet<string>> => {
  const waves = wavesOf(keys);
  if (waves.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ id: string; answered: boolean | null }[]>`
    select w.id, s.answered from pulse_wave w left join pulse_seat s on s.wave_id = w.id and s.person_id = ${personId}::uuid
    where w.id = any(${waves}::uuid[]) and w.state = 'open' order by w.id for key share of w`;
  const answered = new Set(rows.flatMap((row) => (row.answered ? [row.id] : [])));
  return new Set(keys.filter((key) => answered.has(waveOfKey(key) ?? '')));
};

/**
 * Of some waves, by their ids, those that nobody can answer just now, because their key is not there: nobody is asked meanwhile, whoever has
 * answered.
 */
export const pausedOf = async (tx: Tx, waveKeys: Core['waveKeys'], waveIds: readonly string[]): Promise<ReadonlySet<string>> => {
  const paused = new Set<string>();
  if (waveIds.length === 0) return paused;
  const waves = await tx.$queryRaw<{ id: string; keyFingerprint: string | null }[]>`
    select id, key_fingerprint as "keyFingerprint" from pulse_wave where id = any(${[...waveIds]}::uuid[])`;
  for (const wave of waves) if (await isPaused(waveKeys, wave)) paused.add(wave.id);
  return paused;
};

/** A nudge that is to be sent, and the keys of the lines of pulses that it has, and does not have. */
export type PulsesIn = { delivery: string; personId: string; shown: string[]; leftOut: string[] };

/**
 * Notes in the seats which nudges have their lines: once all of a transaction are drawn, and as the last that it does, because whoever answers
 * waits for it. Their waves are held open.
 */
export const keepShownIn = async (tx: Tx, nudges: readonly PulsesIn[]): Promise<void> => {
  const seats = nudges.flatMap(({ delivery, personId, shown, leftOut }) => [
    ...wavesOf(shown).map((wave) => ({ wave, person: personId, delivery, shown: true })),
    ...wavesOf(leftOut).map((wave) => ({ wave, person: personId, delivery, shown: false })),
  ]);
  if (seats.length === 0) return;
  await tx.$executeRaw`
    update pulse_seat s set shown_in = case when told.shown then told.delivery end
    from jsonb_to_recordset(${JSON.stringify(seats)}::jsonb) as told (wave uuid, person uuid, delivery uuid, shown boolean)
    where s.wave_id = told.wave and s.person_id = told.person and (told.shown or s.shown_in = told.delivery)`;
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
  const leftOut = new Set(rows.map(({ id }) => id));
  return keys.filter((key) => leftOut.has(waveOfKey(key) ?? ''));
};
