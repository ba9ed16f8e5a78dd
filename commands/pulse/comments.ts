import { z } from 'zod';
import { cardVerb } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { commentCounts, commentsIn, releasedIn } from '../../src/pulses/results.ts';
import { commentsCard } from '../../src/views/pulse/comments.ts';
import { entryOf, openRelease, reachFor } from './released.ts';

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

export const comments = cardVerb({
  state: State,
  run: async (turn, { state }) => {
    const reach = await reachFor(turn, 'pulse.comments');
    if (reach.localities.length === 0)
      throw new UserError('Comments are read by the evaluation team and by coordinators, each where they are. Ask yours.');
    const [newest] = state ? [] : await releasedIn(turn.tx, reach, 1);
    const waveId = state?.wave ?? newest?.id;
    if (!waveId) return { title: 'There are no comments for you to read yet: they come when a pulse closes.', parts: [] };

    const opened = await openRelease(turn, waveId, 'pulse.comments');
    const { wave, entries, cells } = opened;
    // That a place is counted in a larger one opens the figures of that, not the comments.
    const own = entries.filter(({ instead }) => instead.length === 0);
    const counts = await commentCounts(
      turn.tx,
      own.map(({ cell }) => cell.id),
    );
    const { cell, instead } = entryOf(opened, state?.cell ?? own.find((entry) => counts.has(entry.cell.id))?.cell.id);
    const all = counts.get(cell.id) ?? 0;
    const from = Math.min(state?.from ?? 0, all);
    const go = (to: string, at = 0) => ({ verb: 'pulse.comments', state: { wave: wave.id, cell: to, from: at } });
    return commentsCard(
      {
        wave,
        name: instead.length > 0 ? instead.join(', ') : cell.name,
        within: instead.length > 0 ? cell.name : cells.find(({ id }) => id === cell.parentId)?.name,
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
