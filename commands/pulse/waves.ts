import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { Button, Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { isPaused, isToBegin } from '../../src/pulses/key.ts';
import { cellsOf } from '../../src/pulses/queries.ts';
import { openCard as openToAnswer } from '../../src/views/pulse/thanks.ts';
import {
  beginsAnewCard,
  closedCard,
  openCard,
  pausedCard,
  pausedParts,
  type Run,
  runsTitle,
  wavesParts,
  whichCard,
} from '../../src/views/pulse/waves.ts';
import { placeIn } from '../sharing.ts';
import { openCalled, openList, openPulses } from './answer.ts';
import { type MyWave, myWaves, namedWave, runsPulses, WaveState, wavesToReopen, waveToReopen } from './context.ts';
import { draftCard } from './plan.ts';

/** `pulse`: what is open for whoever asks and, for whoever runs pulses, theirs; and each of these in its state. */

export const runOf = ({ wave, names }: MyWave, paused = false): Run => ({ wave, places: names, paused });

export const pausedNow = ({ core }: Turn, { wave }: MyWave): Promise<boolean> => isPaused(core.waveKeys, wave);

/** How many it asks. */
export const askedBy = async (turn: Turn, { wave }: MyWave): Promise<number> =>
  (await cellsOf(turn.tx, wave.id)).find(({ parentId }) => parentId === null)?.invited ?? 0;

/** One that is open. @param done what has just been done */
export const shownOpen = async (turn: Turn, mine: MyWave, done?: string): Promise<Card> => {
  const state = { wave: mine.wave.id };
  const later: Button = { label: 'Close later', press: { verb: 'pulse.later', state } };
  const ofRunner = mine.reopens ? [] : [later];
  if (isToBegin(mine.wave)) return beginsAnewCard(runOf(mine), ofRunner);
  if (await pausedNow(turn, mine))
    return pausedCard(runOf(mine, true), [{ label: 'Begin anew, empty', press: { verb: 'pulse.anew', state } }, ...ofRunner]);
  if (mine.reopens) throw new UserError('This pulse takes answers: its key is there.');
  const place = placeIn(turn);
  const share: Button = { label: place ? `Post in ${place.name}`.slice(0, 30) : 'Share', press: { verb: 'pulse.share', state } };
  return openCard({ run: runOf(mine), asked: await askedBy(turn, mine), buttons: [share, later], ...(done ? { done } : {}) }, turn.today);
};

export const shown = (turn: Turn, mine: MyWave): Promise<Card> | Card => {
  if (mine.wave.state === 'open') return shownOpen(turn, mine);
  return mine.wave.state === 'closed' ? closedCard(runOf(mine), turn.today) : draftCard(turn, mine);
};

/** One of those that the actor runs, or one that is paused and others run. */
export const wave = cardVerb({ state: WaveState, run: async (turn, { state }) => shown(turn, await waveToReopen(turn, state?.wave)) });

/** Those that others run, as long as they are paused or begin anew. */
const pausedOfOthers = async (turn: Turn, mine: readonly MyWave[]): Promise<Run[]> => {
  const runs: Run[] = [];
  for (const one of await wavesToReopen(turn, mine)) if (await pausedNow(turn, one)) runs.push(runOf(one, true));
  return runs;
};

/** What is open for who asks, then what they run. Quiet: it says who was asked what. */
export const typed = cardVerb({
  quiet: true,
  state: z.undefined(),
  run: async (turn, ask) => {
    if (!runsPulses(turn)) {
      const card = await openList.run(turn, ask);
      return { ...card, parts: [...card.parts, ...pausedParts(await pausedOfOthers(turn, []), turn.today)] };
    }
    const waves = await myWaves(turn);
    if (ask.words !== '') {
      const others = (await openCalled(turn, ask.words)).filter(({ waveId }) => !waves.some((mine) => mine.wave.id === waveId));
      const named = namedWave(waves, ask.words, (title, some) => {
        const card = whichCard(
          title,
          some.map((one) => runOf(one)),
          (id) => ({ label: 'Look', press: { verb: 'pulse.wave', state: { wave: id } } }),
          turn.today,
        );
        if (others.length === 0) return card;
        // None of theirs is called so: those that they can answer are.
        return some === waves ? openToAnswer(others) : { title, parts: [...openToAnswer(others).parts, ...card.parts] };
      });
      return 'wave' in named ? shown(turn, named) : named;
    }
    const runs: Run[] = [];
    for (const mine of waves) runs.push(runOf(mine, mine.wave.state === 'open' && (await pausedNow(turn, mine))));
    const asked = await openPulses(turn);
    const card = await openList.run(turn, ask);
    const others = pausedParts(await pausedOfOthers(turn, waves), turn.today);
    return { title: asked.length > 0 ? card.title : runsTitle(runs), parts: [...asked, ...others, ...wavesParts(runs, turn.today)] };
  },
});
