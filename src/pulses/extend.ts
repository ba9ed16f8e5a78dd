import { Temporal } from 'temporal-polyfill';
import { fullDay } from '../calendar/dates.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { refuseLength } from './draft.ts';
import { closingMoment } from './moments.ts';
import { waveById } from './queries.ts';

/**
 * Lets a wave that is open close on a later day: the only thing of it that changes.
 * @param closesOn YYYY-MM-DD
 * @throws UserError where it is not open, the day is not a later one, or it would be open for too long
 */
export const extendWave = async ({ tx, now }: { tx: Tx; now: Temporal.Instant }, waveId: string, closesOn: string): Promise<void> => {
  await tx.$queryRaw`select 1 from pulse_wave where id = ${waveId}::uuid for update`;
  const wave = await waveById(tx, waveId);
  if (!wave) throw new UserError('This pulse is no longer there.');
  const isOver = Temporal.Instant.compare(now, closingMoment(wave.closesOn)) >= 0;
  if (wave.state === 'closed' || (wave.state === 'open' && isOver))
    throw new UserError('This pulse has closed: it cannot be open for longer.');
  if (wave.state !== 'open') throw new UserError('This pulse is not open yet: change its days in its plan.');
  const [before, after] = [Temporal.PlainDate.from(wave.closesOn), Temporal.PlainDate.from(closesOn)];
  if (Temporal.PlainDate.compare(after, before) <= 0)
    throw new UserError(
      `It closes on ${fullDay(before)}. That can be moved to a later day only: people were told that they have until then.`,
    );
  refuseLength(Temporal.PlainDate.from(wave.opensOn), after);
  await tx.$executeRaw`
    update pulse_wave set closes_on = ${closesOn}::date where id = ${waveId}::uuid and state = 'open' and closes_on < ${closesOn}::date`;
};
