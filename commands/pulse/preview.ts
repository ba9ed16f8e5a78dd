import { formVerb } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { operatorName } from '../../src/pulses/operator.ts';
import { readSent } from '../../src/pulses/sent.ts';
import { pulseForm } from '../../src/views/pulse/form.ts';
import { myWave, WaveState } from './context.ts';

/** A pulse as whoever is asked will see it. Sending it counts nothing and keeps nothing. */

const seen = (wave: string): Card => ({
  title: 'This was a preview: nothing was counted, and nothing kept.',
  parts: [{ type: 'buttons', buttons: [{ label: 'Back to the pulse', press: { verb: 'pulse.wave', state: { wave } } }] }],
});

export const preview = formVerb({
  state: WaveState,
  form: async (turn, { state }) => {
    const { wave } = await myWave(turn, state?.wave);
    const form = pulseForm(wave, operatorName(turn.core.config), { verb: 'pulse.preview', state: { wave: wave.id } });
    return { ...form, title: 'Preview of a pulse' };
  },
  submit: async (turn, { values, state }) => {
    const { wave } = await myWave(turn, state?.wave);
    const sent = readSent(wave, values);
    return 'fields' in sent ? sent : seen(wave.id);
  },
});
