import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName, type Named } from '../../src/bot/grammar.ts';
import { noteRefusal, quoted } from '../../src/bot/replies.ts';
import { PROGRAMME_ZONE } from '../../src/calendar/zone.ts';
import type { Button, Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { repliesTo } from '../../src/pulses/reply.ts';
import {
  beforeIn,
  type Entry,
  type Locality,
  partsOf,
  type Reach,
  type Released,
  type ResultCell,
  reaches,
  reachOf,
  releasedIn,
  shownIn,
} from '../../src/pulses/results.ts';
import { allPlaces, type Place } from '../../src/summaries/scopes.ts';
import { type Answered, isAnythingShown, releasedCard, resultsCard } from '../../src/views/pulse/results.ts';
import { entryOf, type Opened, openRelease, reachFor, touches } from './released.ts';

/** `pulse results`: what was released, of the newest wave and the reader's own place unless another is named. */

const State = z.object({
  wave: z.guid().optional(),
  cell: z.guid().optional(),
  /** Of the list of waves, place of the first; it is shown where no wave is chosen. */
  from: z.int().min(0).optional(),
});

const press = (wave: string, cell?: string) => ({ verb: 'pulse.results', state: { wave, ...(cell ? { cell } : {}) } });

/** What is published in a place, question by question, and what what is withheld there is counted in. */
const answeredIn = async (turn: Turn, { wave, cells, covered }: Opened, cell: ResultCell): Promise<Answered[] | undefined> => {
  const above = new Map(cells.map((one) => [one.id, one]));
  const held: ResultCell[] = [];
  for (let at: ResultCell | undefined = cell; at; at = above.get(at.parentId ?? '')) held.push(at);
  const shown = await shownIn(
    turn.tx,
    held.map(({ id }) => id),
  );
  if (shown.size === 0) return undefined;
  const before = await beforeIn(turn.tx, wave, cell);
  return wave.questions.map((item): Answered => {
    const here = shown.get(cell.id)?.get(item.item);
    const holds = here?.as === 'c' && here.in !== null ? held.find(({ id }) => id === here.in) : undefined;
    const there = holds && shown.get(holds.id)?.get(item.item);
    return {
      item,
      shown: here,
      before: before.get(item.item),
      pooled: holds && there ? { name: holds.name, parts: partsOf(holds, covered), shown: there } : undefined,
    };
  });
};

/** What was answered to those of a place: by coordinators of it, or of one that holds it. */
const repliesFor = async (turn: Turn, { wave }: Opened, { cell }: Entry, all: readonly Locality[]) =>
  (await repliesTo(turn.tx, wave.id, PROGRAMME_ZONE)).filter(({ roles }) => {
    const from = reachOf({ roles }, 'pulse.reply', all);
    return cell.kind === 'pool' ? touches(all, from) : reaches(from, cell);
  });

const MOST_OTHERS = 20;

const draw = async (turn: Turn, opened: Opened, entry: Entry): Promise<Card> => {
  const { wave, entries, covered } = opened;
  const { cell, instead } = entry;
  const [comments, reply] = [await reachFor(turn, 'pulse.comments'), await reachFor(turn, 'pulse.reply')];
  const answered = await answeredIn(turn, opened, cell);
  const others = entries.filter((other) => other !== entry);
  const buttons: Button[] = [
    ...(wave.comment && touches(covered, comments)
      ? [{ label: 'Comments', press: { verb: 'pulse.comments', state: { wave: wave.id, cell: cell.id } } }]
      : []),
    ...(isAnythingShown(answered) && touches(covered, reply)
      ? [
          {
            label: 'Say what you did',
            press: { verb: 'pulse.reply', state: { wave: wave.id } },
            says: `Say what you did to everybody who was asked: ${wave.title}`,
          },
        ]
      : []),
    { label: 'All results', press: { verb: 'pulse.results', state: { from: 0 } }, says: 'All results of pulses, latest first' },
  ];
  return resultsCard(
    {
      wave,
      name: cell.name,
      parts: partsOf(cell, covered),
      instead,
      answered,
      replies: await repliesFor(turn, opened, entry, covered),
    },
    {
      others: others.slice(0, MOST_OTHERS).map(({ cell: { id, name } }) => ({
        text: name,
        button: { label: 'Open', press: press(wave.id, id), says: `Open the results of ${name}` },
      })),
      more: Math.max(0, others.length - MOST_OTHERS),
      buttons,
    },
  );
};

const LIST = 10;

const list = (released: readonly Released[], from = 0): Card =>
  releasedCard(
    released.slice(from, from + LIST),
    ({ id, title }) => ({ label: 'Open', press: press(id), says: `Open the results of ${title}` }),
    released.length > from + LIST ? [{ label: 'Earlier ones', press: { verb: 'pulse.results', state: { from: from + LIST } } }] : [],
  );

/** What may be named: a place, or a pulse by its title; of pulses with one title the latest. */
const namesIn = (released: readonly Released[], places: readonly Place[], { pilots, programme }: Reach): Named[] => {
  const byPilot = Map.groupBy(places, ({ pilotId }) => pilotId);
  const titles = new Map(released.toReversed().map(({ id, title }) => [title.toLowerCase(), { id, name: title, aliases: [] }]));
  return [
    ...places.map(({ localityId, locality, prefix }) => ({ id: localityId, name: locality, aliases: [prefix] })),
    ...[...byPilot].flatMap(([id, [first]]) =>
      first && pilots.has(id) ? [{ id, name: first.pilot, aliases: [`pilot ${first.pilotPosition}`] }] : [],
    ),
    ...(programme && places[0] ? [{ id: places[0].programmeId, name: 'programme', aliases: [places[0].programme] }] : []),
    ...titles.values(),
  ];
};

/** The latest waves that are looked through for a place. */
const LOOKED_THROUGH = 10;

const isOf = (placeId: string, places: readonly Place[], { cell, instead }: Entry): boolean => {
  const locality = places.find(({ localityId }) => localityId === placeId);
  if (locality) return cell.localityId === placeId || instead.includes(locality.locality);
  return cell.key === `pilot ${placeId}` || cell.key === `programme ${placeId}`;
};

const named = async (turn: Turn, words: string, released: readonly Released[], places: readonly Place[], reach: Reach): Promise<Card> => {
  const match = matchName(words, namesIn(released, places, reach));
  const id = match.kind === 'one' && match.rest === '' ? match.id : undefined;
  const wave = released.find((one) => one.id === id);
  if (wave) {
    const opened = await openRelease(turn, wave.id, 'pulse.results');
    return draw(turn, opened, entryOf(opened, undefined));
  }
  if (id !== undefined)
    for (const one of released.slice(0, LOOKED_THROUGH)) {
      const opened = await openRelease(turn, one.id, 'pulse.results');
      const entry = opened.entries.find((candidate) => isOf(id, places, candidate));
      if (entry) return draw(turn, opened, entry);
    }
  throw new UserError(
    `I cannot find results of a pulse for ${quoted(words)} among those that you can read. Type pulse results to see yours.`,
  );
};

export const results = cardVerb({
  state: State,
  run: async (turn, { words, state }) => {
    const refused = noteRefusal(turn.platform, words);
    if (refused) return refused;
    if (state?.wave) {
      const opened = await openRelease(turn, state.wave, 'pulse.results');
      return draw(turn, opened, entryOf(opened, state.cell));
    }
    const all = await allPlaces(turn.tx);
    const reach = reachOf(turn.actor, 'pulse.results', all);
    const places = all.filter(({ localityId }) => reaches(reach, { localityId }));
    if (places.length === 0)
      throw new UserError('Results of pulses are for people who work in a locality of the programme. Ask your coordinator to add you.');
    const released = await releasedIn(turn.tx, reach);
    if (words.trim() !== '') return named(turn, words.trim(), released, places, reach);
    const [newest] = released;
    if (!newest) return { title: 'There are no results of a pulse for you to read yet: they come when one closes.', parts: [] };
    if (state?.from !== undefined) return list(released, state.from);
    const opened = await openRelease(turn, newest.id, 'pulse.results');
    return draw(turn, opened, entryOf(opened, undefined));
  },
});
