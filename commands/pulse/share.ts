import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { operatorName } from '../../src/pulses/operator.ts';
import type { Wave } from '../../src/pulses/pulse.ts';
import { invitationCard } from '../../src/views/pulse/waves.ts';
import { notPosted, Previewed, postOnce, previewCard } from '../sharing.ts';
import { myWave, WaveState } from './context.ts';

/** Telling a channel that a pulse is open: its button opens the form privately, for whoever presses it and is asked. */

const openWave = async (turn: Turn, id: string): Promise<Wave> => {
  const { wave } = await myWave(turn, id);
  if (wave.state !== 'open') throw new UserError('Nothing was posted: this pulse is not open.');
  return wave;
};

/** There are no names in it, whoever reads it. */
const drawFor = (turn: Turn, id: string) => async (): Promise<Card> =>
  invitationCard(await openWave(turn, id), operatorName(turn.core.config));

export const share = cardVerb({
  state: WaveState,
  run: async (turn, { state }) => {
    if (!state) throw notPosted();
    return previewCard(turn, drawFor(turn, state.wave), { verb: 'pulse.post', state });
  },
});

export const post = cardVerb({
  state: WaveState.extend(Previewed.shape),
  run: async (turn, { state }) => {
    if (!state) throw notPosted();
    const { id, reasons, wave } = state;
    return postOnce(turn, drawFor(turn, wave), {
      previewed: { id, reasons },
      subject: { kind: 'pulse', id: wave, detail: { what: 'pulse' } },
    });
  },
});
