import { cardVerb } from '../../src/bot/contract.ts';
import { isToBegin } from '../../src/pulses/key.ts';
import { reopenWave } from '../../src/pulses/keys-check.ts';
import { beginAnewCard } from '../../src/views/pulse/waves.ts';
import { recordEvent, WaveState, waveToReopen } from './context.ts';
import { askedBy, pausedNow, runOf, shown, shownOpen } from './waves.ts';

/** Beginning an open pulse anew, empty, because its key is lost: never by itself, because a key may only be out of reach. */

/** What beginning anew means is said before it is done: by the next tick, because so many boxes may take longer than somebody waits. */
export const anew = cardVerb({
  state: WaveState,
  run: async (turn, { state }) => {
    const mine = await waveToReopen(turn, state?.wave);
    if (mine.wave.state !== 'open' || isToBegin(mine.wave) || !(await pausedNow(turn, mine))) return shown(turn, mine);
    return beginAnewCard(runOf(mine), await askedBy(turn, mine), [
      { label: 'Yes, begin anew', press: { verb: 'pulse.begun', state: { wave: mine.wave.id } }, style: 'warning' },
      { label: 'No, wait for the key', press: { verb: 'pulse.wave', state: { wave: mine.wave.id } } },
    ]);
  },
});

export const begun = cardVerb({
  state: WaveState,
  run: async (turn, { state }) => {
    const mine = await waveToReopen(turn, state?.wave);
    await reopenWave({ tx: turn.tx, waveKeys: turn.core.waveKeys }, mine.wave.id);
    await recordEvent(turn, 'pulse.begun_anew', mine.wave);
    return shownOpen(turn, await waveToReopen(turn, mine.wave.id));
  },
});
