import { cardVerb } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { notPosted, Previewed, postOnce, previewCard } from '../sharing.ts';
import { drawFor } from './say.ts';
import { State } from './scope.ts';

/** Sharing a summary with others. */

export const share = cardVerb({
  state: State,
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Type summary first, then press Share.');
    return previewCard(turn, drawFor(turn, state), { verb: 'summary.post', state });
  },
});

export const post = cardVerb({
  state: State.extend(Previewed.shape),
  run: async (turn, { state }) => {
    if (!state) throw notPosted();
    const { id, reasons, ...shown } = state;
    return postOnce(turn, drawFor(turn, shown), {
      previewed: { id, reasons },
      subject: { kind: shown.kind, id: shown.scope, detail: { what: 'summary', ...(shown.at ? { at: shown.at } : {}) } },
    });
  },
});
