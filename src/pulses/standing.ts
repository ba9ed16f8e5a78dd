import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';
import type { Answered } from './answer.ts';
import { isPaused } from './key.ts';
import { closingMoment } from './moments.ts';
import type { Wave } from './pulse.ts';
import { openWavesFor } from './queries.ts';
import { hasAnswered } from './seat.ts';

/** How somebody stands to a wave before they answer, so that nobody fills in a form that could not be sent. Only ever told to themselves. */
export type Standing = 'open' | Exclude<Answered, 'counted'>;

export const standingOf = async (
  { tx, now, waveKeys }: { tx: Tx; now: Temporal.Instant; waveKeys: Core['waveKeys'] },
  wave: Wave,
  personId: string,
): Promise<Standing> => {
  if (wave.state !== 'open' || Temporal.Instant.compare(now, closingMoment(wave.closesOn)) >= 0) return 'closed';
  const invited = await openWavesFor(tx, [personId]);
  if (!invited.some(({ waveId }) => waveId === wave.id)) return 'not_invited';
  if (await hasAnswered(tx, wave.id, personId)) return 'already';
  return (await isPaused(waveKeys, wave)) ? 'no_key' : 'open';
};
