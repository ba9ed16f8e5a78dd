import { Temporal } from 'temporal-polyfill';
import { fullDay } from '../calendar/dates.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { refuseClosing } from './draft.ts';
import { askingDays } from './half-term.ts';
import { closingMoment } from './moments.ts';
import type { Wave } from './pulse.ts';
import { waveById } from './queries.ts';

/** Nobody else changes the wave until the transaction ends. */
export const holdToExtend = async (tx: Tx, waveId: string): Promise<void> => {
  await tx.$queryRaw`select 1 from pulse_wave where id = ${waveId}::uuid for update`;
};

type Extending = { tx: Tx; now: Temporal.Instant };

/**
 * Refuses a day on which a wave cannot close instead.
 * @param closesOn YYYY-MM-DD
 * @throws UserError where it is not open, the day is not a later one or none of those it asks, or it would be open for too long
 */
export const refuseExtension = async ({ tx, now }: Extending, wave: Wave, closesOn: string): Promise<void> => {
  const isOver = Temporal.Instant.compare(now, closingMoment(wave.closesOn)) >= 0;
  if (wave.state === 'closed' || (wave.state === 'open' && isOver))
    throw new UserError('This pulse has closed: it cannot be open for longer.');
  if (wave.state !== 'open') throw new UserError('This pulse is not open yet: change its days in its plan.');
  const [before, after] = [Temporal.PlainDate.from(wave.closesOn), Temporal.PlainDate.from(closesOn)];
  if (Temporal.PlainDate.compare(after, before) <= 0)
    throw new UserError(
      `It closes on ${fullDay(before)}. That can be moved to a later day only: people were told that they have until then.`,
    );
  refuseClosing(await askingDays(tx, wave), Temporal.PlainDate.from(wave.opensOn), after);
};

/**
 * Lets a wave that is open close on a later day: the only thing of it that changes.
 * @param closesOn YYYY-MM-DD
 * @throws UserError where it cannot close on that day
 */
export const extendWave = async ({ tx, now }: Extending, waveId: string, closesOn: string): Promise<void> => {
  await holdToExtend(tx, waveId);
  const wave = await waveById(tx, waveId);
  if (!wave) throw new UserError('This pulse is no longer there.');
  await refuseExtension({ tx, now }, wave, closesOn);
  await tx.$executeRaw`
    update pulse_wave set closes_on = ${closesOn}::date where id = ${waveId}::uuid and state = 'open' and closes_on < ${closesOn}::date`;
};
