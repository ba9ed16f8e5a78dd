import type { Tx } from '../db/client.ts';
import type { Wave } from '../pulses/pulse.ts';
import { asksIn } from '../pulses/results.ts';

/** The pulses that a summary speaks of. */

export type PulseNow = Pick<Wave, 'id' | 'title' | 'places' | 'closesOn' | 'turnout'> & { state: 'open' | 'closed' };

/**
 * Those that ask somebody of some localities: what is open, then what has closed since a moment (ISO), latest first.
 * @param scopes ids of these localities and of what is above them
 */
export const pulsesNow = (tx: Tx, scopes: readonly string[], since: string): Promise<PulseNow[]> => tx.$queryRaw<PulseNow[]>`
  select w.id, w.title, w.places, w.closes_on::text as "closesOn", w.turnout, w.state from pulse_wave w
  where (w.state = 'open' or (w.state = 'closed' and w.closed_at >= ${since}::timestamptz)) and ${asksIn(scopes)}
  order by w.state desc, w.closed_at desc, w.closes_on, w.id`;
