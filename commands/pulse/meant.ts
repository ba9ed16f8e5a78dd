import type { Turn } from '../../src/bot/contract.ts';
import { matchName, type Named } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Button, Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { openWavesFor } from '../../src/pulses/queries.ts';
import { type Entry, holderOf, type Reach, type Released, reaches, reachOf, releasedIn } from '../../src/pulses/results.ts';
import type { Place } from '../../src/summaries/scopes.ts';
import { stillOpenCard, whichResultsCard } from '../../src/views/pulse/results.ts';
import { openFor } from './answer.ts';
import { myWaves } from './context.ts';
import { type Opened, openRelease } from './released.ts';

/** Which pulse and which place the words after `pulse results` and `pulse comments` mean. */

/** The latest waves that are looked through. */
export const LOOKED_THROUGH = 10;

type Wanted = 'pulse.results' | 'pulse.comments';

/** An open wave that the actor may know of. */
type Open = Pick<Released, 'id' | 'title' | 'closesOn'>;

/** Those that they run, and those that ask them, whether they have answered or not. */
const openKnown = async (turn: Turn): Promise<Open[]> => [
  ...(await myWaves(turn)).filter(({ wave }) => wave.state === 'open').map(({ wave }) => wave),
  ...(await openWavesFor(turn.tx, [turn.actor.personId])).map(({ waveId, ...wave }) => ({ ...wave, id: waveId })),
];

const placeNames = (places: readonly Place[], { pilots, programme }: Reach): Named[] => [
  ...places.map(({ localityId, locality, prefix }) => ({ id: localityId, name: locality, aliases: [prefix] })),
  ...[...Map.groupBy(places, ({ pilotId }) => pilotId)].flatMap(([id, [first]]) =>
    first && pilots.has(id) ? [{ id, name: first.pilot, aliases: [`pilot ${first.pilotPosition}`] }] : [],
  ),
  ...(programme && places[0] ? [{ id: places[0].programmeId, name: 'programme', aliases: [places[0].programme] }] : []),
];

/** Of pulses with one title the latest. */
const titles = (waves: readonly Pick<Released, 'id' | 'title'>[]): Named[] => [
  ...new Map(waves.toReversed().map(({ id, title }) => [title.toLowerCase(), { id, name: title, aliases: [] }])).values(),
];

/** "in Wakefield" after a title. */
const INTO = /^[\s,]*(?:in|at|for|of)\s+/iu;

/** The one that is named, then the one of the other kind that what follows names; nothing where something is left over. */
const idsIn = (words: string, places: readonly Named[], waves: readonly Named[]): string[] => {
  const match = matchName(words, [...places, ...waves]);
  if (match.kind !== 'one') return [];
  if (match.rest === '') return [match.id];
  const others = places.some(({ id }) => id === match.id) ? waves : places;
  const next = matchName(match.rest.replace(INTO, ''), others);
  return next.kind === 'one' && next.rest === '' ? [match.id, next.id] : [];
};

/** Those of some waves that words begin alike, with what can be done with each; undefined where these mean no two of them. */
const whichOf = async (
  turn: Turn,
  { words, names, wanted }: { words: string; names: readonly Named[]; wanted: Wanted },
  { open, released }: { open: readonly Open[]; released: readonly Released[] },
): Promise<Card | undefined> => {
  const match = matchName(words, names);
  const isMeant = ({ id }: { id: string }) => match.kind === 'several' && match.rest === '' && match.ids.includes(id);
  const [opened, closed] = [[...new Map(open.filter(isMeant).map((one) => [one.id, one])).values()], released.filter(isMeant)];
  if (opened.length + closed.length < 2) return undefined;
  const answerable = (await openFor(turn)).filter(({ paused }) => !paused);
  const answer = ({ id, title }: Open): Button | undefined =>
    answerable.some(({ waveId }) => waveId === id)
      ? { label: 'Answer', says: `Answer: ${title}`, press: { verb: 'pulse.answer', state: { wave: id } } }
      : undefined;
  return whichResultsCard(
    `Which pulse do you mean by ${quoted(words)}?`,
    opened.map((one) => ({ ...one, button: answer(one) })),
    closed.map((one) => ({
      ...one,
      button: { label: 'Look', says: `Look: ${one.title}`, press: { verb: wanted, state: { wave: one.id } } },
    })),
    turn.today,
  );
};

/** What a place is read in, and its name where that is larger; nothing of a wave that did not ask there, or that the actor may not open. */
const readIn = (placeId: string, places: readonly Place[], opened: Opened): Pick<Meant, 'entry' | 'counted'> | undefined => {
  const { cells, covered, entries } = opened;
  const entryFor = (id: string | undefined) => entries.find(({ cell }) => cell.id === id);
  const own = entries.find(({ cell }) => [cell.localityId, cell.key.replace(/^(?:pilot|programme) /u, '')].includes(placeId));
  if (own) return { entry: own, counted: [] };
  const locality = covered.find(({ localityId }) => localityId === placeId);
  const holder = locality && entryFor(holderOf(cells, locality)?.id);
  if (locality && holder) return { entry: holder, counted: [locality.locality] };
  const pilot = opened.places.some(({ kind, id }) => kind === 'programme' || id === placeId)
    ? places.find(({ pilotId }) => pilotId === placeId)
    : undefined;
  // A pilot that is one locality is read as that; one in which too few were asked, as the whole.
  const within = pilot && entryFor(cells.find(({ pilotId }) => pilotId === placeId)?.id);
  if (within) return { entry: within, counted: [] };
  const root = pilot && entryFor(cells.find(({ parentId }) => parentId === null)?.id);
  return root && { entry: root, counted: [pilot.pilot] };
};

export type Meant = {
  opened: Opened;
  /** None: no place was named. */
  entry: Entry | undefined;
  /** The place that was named, where it is counted in a larger one. */
  counted: string[];
  /** The last day (YYYY-MM-DD) of an open one of the title that was named. */
  openUntil?: string | undefined;
};

const WHAT: Record<Wanted, string> = { 'pulse.results': 'results', 'pulse.comments': 'comments' };

/**
 * The newest pulse that is meant, by its title, a place, or both; for everybody the newest that asked there, though it be counted in a larger one.
 * A card where it is open. @param all every locality there is @throws UserError the same whether there is none or they may not read it
 */
export const meantBy = async (turn: Turn, words: string, wanted: Wanted, all: readonly Place[]): Promise<Meant | Card> => {
  const reach = reachOf(turn.actor, wanted, all);
  const places = all.filter(({ localityId }) => reaches(reach, { localityId }));
  const released = await releasedIn(turn.tx, reach);
  const open = await openKnown(turn);
  // What is open is meant where nothing of that title has closed.
  const [named, waves] = [placeNames(places, reach), titles([...released, ...open])];
  const ids = idsIn(words, named, waves);
  const which = await whichOf(turn, { words, names: [...named, ...waves], wanted }, { open, released });
  if (which) return which;
  const stillOpen = open.find(({ id }) => ids.includes(id));
  if (stillOpen) return stillOpenCard(stillOpen, turn.today);
  const titled = released.find(({ id }) => ids.includes(id));
  const placeId = ids.find((id) => id !== titled?.id);
  const alike = ({ title }: Pick<Released, 'title'>) => title.toLowerCase() === titled?.title.toLowerCase();
  const openUntil = open.find(alike)?.closesOn;
  if (titled && placeId === undefined)
    return { opened: await openRelease(turn, titled.id, wanted, all), entry: undefined, counted: [], openUntil };
  const candidates = titled ? released.filter(alike) : released;
  if (placeId !== undefined)
    for (const { id } of candidates.slice(0, LOOKED_THROUGH)) {
      const opened = await openRelease(turn, id, wanted, all);
      const found = readIn(placeId, places, opened);
      if (found) return { opened, ...found, openUntil };
    }
  throw new UserError(
    `I cannot find ${WHAT[wanted]} of a pulse for ${quoted(words)} among those that you can read. Type pulse ${WHAT[wanted]} to see yours.`,
  );
};
