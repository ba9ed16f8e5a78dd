import type { Turn } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import type { Permission } from '../../src/people/permissions.ts';
import type { Wave } from '../../src/pulses/pulse.ts';
import { type Placed, placesNamed, waveById } from '../../src/pulses/queries.ts';
import {
  coveredBy,
  type Entry,
  entriesFor,
  type Locality,
  type Reach,
  type ResultCell,
  reaches,
  reachOf,
  resultCells,
} from '../../src/pulses/results.ts';
import type { Place } from '../../src/summaries/scopes.ts';

/** A released wave as somebody may know it: which of its cells they may open. */

export type Opened = {
  wave: Wave;
  cells: ResultCell[];
  /** What it was about. */
  places: Placed[];
  /** The localities that it asked somebody of. */
  covered: Locality[];
  /** What the actor may open, larger before smaller; at least one. */
  entries: Entry[];
  reach: Reach;
  /** Every locality there is: where the actor may do something else follows from it. */
  all: readonly Place[];
};

export const noSuchResults = () => new UserError('I cannot find these results. Type pulse results to see those that you can read.');

/**
 * @param all every locality there is: read once in a turn, however many are opened
 * @throws UserError the same whether there is no such wave, it has not closed, or it asked nobody within reach
 */
export const openRelease = async (turn: Turn, waveId: string, permission: Permission, all: readonly Place[]): Promise<Opened> => {
  const wave = await waveById(turn.tx, waveId);
  if (wave?.state !== 'closed') throw noSuchResults();
  const places = await placesNamed(turn.tx, wave.places);
  const reach = reachOf(turn.actor, permission, all);
  const cells = await resultCells(turn.tx, wave.id);
  const covered = coveredBy(places, all);
  const entries = entriesFor(cells, places, covered, reach);
  if (entries.length === 0) throw noSuchResults();
  return { wave, cells, places, covered, entries, reach, all };
};

/** The one that was chosen, else the first of their own that lies in no other. */
export const entryOf = ({ entries }: Opened, cellId: string | undefined): Entry => {
  const found = cellId === undefined ? entries[0] : entries.find(({ cell }) => cell.id === cellId);
  if (!found) throw noSuchResults();
  return found;
};

/** Whether what may be done within reach may be done about some of the wave. */
export const touches = (covered: readonly Locality[], reach: Reach): boolean =>
  covered.some(({ localityId }) => reaches(reach, { localityId }));
