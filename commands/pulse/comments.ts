import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import { UserError } from '../../src/errors.ts';
import { commentCounts, commentsIn, type Reach, reachOf, releasedIn, whereWent } from '../../src/pulses/results.ts';
import { allPlaces, type Place } from '../../src/summaries/scopes.ts';
import { commentsCard } from '../../src/views/pulse/comments.ts';
import { LOOKED_THROUGH, meantBy } from './meant.ts';
import { entryOf, type Opened, openRelease } from './released.ts';

/** `pulse comments`: word for word, for the evaluation team and the coordinators of the place. */

const State = z.object({
  wave: z.guid(),
  cell: z.guid().optional(),
  /** Place of the first comment that is shown. */
  from: z.int().min(0).optional(),
});

/** As many as Slack takes in one message where each is as long as it may be. */
const PAGE = 8;
const MOST_OTHERS = 20;

/** What the actor may read of a pulse. That a place is counted in a larger one opens the figures of that, not the comments. */
const readable = async (turn: Turn, { entries, cells }: Opened) => ({
  own: entries.filter(({ instead }) => instead.length === 0),
  counts: await commentCounts(
    turn.tx,
    cells.map(({ id }) => id),
  ),
});

/** The newest pulse with comments for them to read, else the newest. */
const newestOf = async (turn: Turn, reach: Reach, all: readonly Place[]): Promise<Opened | undefined> => {
  const released = await releasedIn(turn.tx, reach, LOOKED_THROUGH);
  for (const { id } of released) {
    const opened = await openRelease(turn, id, 'pulse.comments', all);
    const { own, counts } = await readable(turn, opened);
    if (own.some(({ cell }) => counts.has(cell.id))) return opened;
  }
  const [newest] = released;
  return newest && openRelease(turn, newest.id, 'pulse.comments', all);
};

export const comments = cardVerb({
  state: State,
  run: async (turn, { words, state }) => {
    const refused = noteRefusal(turn.platform, words);
    if (refused) return refused;
    const places = await allPlaces(turn.tx);
    const reach = reachOf(turn.actor, 'pulse.comments', places);
    if (reach.localities.length === 0)
      throw new UserError('Comments are read by the evaluation team and by coordinators, each where they are. Ask yours.');
    const meant = state || words.trim() === '' ? undefined : await meantBy(turn, words.trim(), 'pulse.comments', places);
    if (meant && 'title' in meant) return meant;
    const opened = state
      ? await openRelease(turn, state.wave, 'pulse.comments', places)
      : (meant?.opened ?? (await newestOf(turn, reach, places)));
    if (!opened) return { title: 'There are no comments for you to read yet: they come when a pulse closes.', parts: [] };
    const { wave, cells } = opened;
    const { own, counts } = await readable(turn, opened);
    const chosen = state?.cell ?? meant?.entry?.cell.id ?? own.find((entry) => counts.has(entry.cell.id))?.cell.id;
    const entry = entryOf(opened, chosen);
    const { cell, instead } = entry;
    const all = instead.length > 0 ? 0 : (counts.get(cell.id) ?? 0);
    const from = Math.min(state?.from ?? 0, all);
    const go = (to: string, at = 0) => ({ verb: 'pulse.comments', state: { wave: wave.id, cell: to, from: at } });
    return commentsCard(
      {
        wave,
        name: instead.length > 0 ? instead.join(', ') : cell.name,
        counted: instead.length > 0 ? [] : (meant?.counted ?? []),
        went: whereWent(cells, counts, entry),
        comments: await commentsIn(turn.tx, cell.id, { from, most: all === 0 ? 0 : PAGE }),
        all,
        from,
      },
      {
        others: own
          .filter((other) => other.cell.id !== cell.id && counts.has(other.cell.id))
          .slice(0, MOST_OTHERS)
          .map(({ cell: { id, name } }) => ({
            text: name,
            detail: `${counts.get(id)} comments`,
            button: { label: 'Open', press: go(id), says: `Open the comments of ${name}` },
          })),
        buttons: [
          ...(from + PAGE < all ? [{ label: 'More comments', press: go(cell.id, from + PAGE) }] : []),
          { label: 'Results', press: { verb: 'pulse.results', state: { wave: wave.id, cell: cell.id } } },
        ],
      },
    );
  },
});
