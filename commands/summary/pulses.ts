import type { Turn } from '../../src/bot/contract.ts';
import type { Part } from '../../src/cards/card.ts';
import { may } from '../../src/people/permissions.ts';
import { placesNamed } from '../../src/pulses/queries.ts';
import { scopesOf } from '../../src/pulses/results.ts';
import { pulsesNow } from '../../src/summaries/pulses.ts';
import { pulsePart } from '../../src/views/summary-pulse.ts';
import type { Scope } from './scope.ts';

/** The pulses of a summary's places, for its reader alone. */

/** Hours for which it says that there are results to read. */
const TWO_WEEKS = 14 * 24;

/**
 * Open ones for those who run pulses there; how many have answered only where they run them in all of its places. Released ones for whoever
 * may read them. Nothing of either on a part of a locality, and never "as at".
 */
export const pulsesPart = async (turn: Turn, { kind, places }: Scope): Promise<Part[]> => {
  if (kind === 'group' || kind === 'project') return [];
  const [run, read] = (['pulse.run', 'pulse.results'] as const).map((permission) =>
    places.filter((place) => may(turn.actor, permission, place)),
  );
  if (!run || !read || run.length + read.length === 0) return [];
  const pulses = await pulsesNow(turn.tx, scopesOf(read), turn.now.subtract({ hours: TWO_WEEKS }).toString());
  const open = run.length > 0 ? pulses.filter(({ state }) => state === 'open') : [];
  const asked = open.flatMap((pulse) => pulse.places);
  const placed = new Map((asked.length > 0 ? await placesNamed(turn.tx, asked) : []).map(({ id, path }) => [id, path]));
  const runs = (ids: readonly { id: string }[]) =>
    ids.every(({ id }) => {
      const path = placed.get(id);
      return path !== undefined && may(turn.actor, 'pulse.run', path);
    });
  return pulsePart(
    pulses
      .filter((pulse) => pulse.state === 'closed' || open.includes(pulse))
      .map((pulse) => ({ ...pulse, told: pulse.state === 'open' && runs(pulse.places) })),
    turn.today,
  );
};
