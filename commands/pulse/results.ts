import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import { PROGRAMME_ZONE } from '../../src/calendar/zone.ts';
import type { Button, Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { mayOpen } from '../../src/evidence/overview.ts';
import { repliesTo } from '../../src/pulses/reply.ts';
import {
  beforeIn,
  commentCounts,
  type Entry,
  entriesFor,
  type Locality,
  partsOf,
  type Released,
  type ResultCell,
  reaches,
  reachOf,
  releasedIn,
  shownIn,
  whereWent,
} from '../../src/pulses/results.ts';
import { allPlaces } from '../../src/summaries/scopes.ts';
import { type Answered, isAnythingShown, type Results, releasedCard, resultsCard } from '../../src/views/pulse/results.ts';
import { dashboardButton, dashboardOf, withButton } from '../dashboard.ts';
import { type Meant, meantBy } from './meant.ts';
import { entryOf, type Opened, openRelease, touches } from './released.ts';

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

/** Of what is open: whether the actor reads comments in it, or where these went; neither where they are not the actor's to read. */
const commentsOf = async (
  turn: Turn,
  { wave, cells, places, covered, all }: Opened,
  cell: ResultCell,
): Promise<{ here: boolean; went?: Results['went'] }> => {
  const entry = entriesFor(cells, places, covered, reachOf(turn.actor, 'pulse.comments', all)).find((one) => one.cell.id === cell.id);
  if (!wave.comment || !entry) return { here: false };
  const counts = await commentCounts(
    turn.tx,
    cells.map(({ id }) => id),
  );
  if (entry.instead.length === 0 && counts.has(cell.id)) return { here: true };
  return { here: false, went: { ...whereWent(cells, counts, entry), of: entry.instead.length > 0 ? entry.instead : [cell.name] } };
};

const MOST_OTHERS = 20;

const draw = async (turn: Turn, opened: Opened, entry: Entry, meant?: Meant): Promise<Card> => {
  const { wave, entries, covered, all } = opened;
  const { cell } = entry;
  const instead = entry.instead.length > 0 ? entry.instead : (meant?.counted ?? []);
  const comments = await commentsOf(turn, opened, cell);
  const reply = reachOf(turn.actor, 'pulse.reply', all);
  const answered = await answeredIn(turn, opened, cell);
  const others = entries.filter((other) => other !== entry);
  const buttons: Button[] = [
    ...(comments.here ? [{ label: 'Comments', press: { verb: 'pulse.comments', state: { wave: wave.id, cell: cell.id } } }] : []),
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
  const card = resultsCard(
    {
      wave,
      name: cell.name,
      parts: partsOf(cell, covered),
      instead,
      answered,
      replies: await repliesFor(turn, opened, entry, covered),
      // Where nothing could be opened, that says what became of them.
      went: answered && comments.went,
      openUntil: meant?.openUntil,
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
  const mine = all.filter((place) => mayOpen(turn.actor, place));
  const there = mine.find(({ localityId }) => localityId === cell.localityId);
  if (there) return withButton(card, dashboardButton(turn, `/localities/${there.prefix}#pulses`, there.locality));
  return mine.length > 0 ? withButton(card, dashboardOf(turn, [])) : card;
};

const LIST = 10;

const list = (released: readonly Released[], from = 0): Card =>
  releasedCard(
    released.slice(from, from + LIST),
    ({ id, title }) => ({ label: 'Open', press: press(id), says: `Open the results of ${title}` }),
    released.length > from + LIST ? [{ label: 'Earlier ones', press: { verb: 'pulse.results', state: { from: from + LIST } } }] : [],
  );

export const results = cardVerb({
  state: State,
  run: async (turn, { words, state }) => {
    const refused = noteRefusal(turn.platform, words);
    if (refused) return refused;
    const all = await allPlaces(turn.tx);
    if (state?.wave) {
      const opened = await openRelease(turn, state.wave, 'pulse.results', all);
      return draw(turn, opened, entryOf(opened, state.cell));
    }
    const reach = reachOf(turn.actor, 'pulse.results', all);
    if (reach.localities.length === 0)
      throw new UserError('Results of pulses are for people who work in a locality of the programme. Ask your coordinator to add you.');
    if (words.trim() !== '') {
      const meant = await meantBy(turn, words.trim(), 'pulse.results', all);
      return 'title' in meant ? meant : draw(turn, meant.opened, meant.entry ?? entryOf(meant.opened, undefined), meant);
    }
    const released = await releasedIn(turn.tx, reach);
    const [newest] = released;
    if (!newest) return { title: 'There are no results of a pulse for you to read yet: they come when one closes.', parts: [] };
    if (state?.from !== undefined) return list(released, state.from);
    const opened = await openRelease(turn, newest.id, 'pulse.results', all);
    return draw(turn, opened, entryOf(opened, undefined));
  },
});
