import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { digestOfData } from '../../src/cards/digest.ts';
import { UserError } from '../../src/errors.ts';
import { inviteesOf } from '../../src/pulses/audience.ts';
import { changeDraft, closesByDefault } from '../../src/pulses/draft.ts';
import { holdToOpen, openWave, schedule } from '../../src/pulses/open.ts';
import { operatorName } from '../../src/pulses/operator.ts';
import type { Invitee, Wave } from '../../src/pulses/pulse.ts';
import { namesOf } from '../../src/pulses/queries.ts';
import { treeOf } from '../../src/pulses/tree.ts';
import { confirmCard } from '../../src/views/pulse/plan.ts';
import { whichCard } from '../../src/views/pulse/waves.ts';
import {
  type MyWave,
  myWave,
  myWaves,
  namedWave,
  notARunner,
  recordEvent,
  runsPulses,
  WaveState,
  waveCalled,
  withKeys,
} from './context.ts';
import { draftCard, planFrom, shownAgain, subjectOf } from './plan.ts';
import { runOf, shown, shownOpen } from './waves.ts';

/** Opening a pulse: asked for twice, because nothing of it but its closing day can be changed after that. */

/** As many are asked in the turn itself; more take longer than somebody waits, and are asked at the next tick. */
const MOST_AT_ONCE = 2_000;

const isPlan = ({ wave }: MyWave) => wave.state === 'draft' || wave.state === 'scheduled';

/** What is agreed to: the day on which it opens, and a digest of what it asks whom, where and until when. */
const Agreed = WaveState.extend({ day: z.iso.date(), seen: z.string() });
type Agreed = Pick<z.infer<typeof Agreed>, 'day' | 'seen'>;

/** What it opens on later, if it is not to open now; what is to open by itself is asked to open now. */
const dayToOpen = ({ today }: Turn, { state, opensOn }: Wave): string =>
  state === 'draft' && opensOn > today.toString() ? opensOn : today.toString();

const agreedTo = (turn: Turn, wave: Wave, asked: readonly Invitee[]): Agreed => {
  const day = dayToOpen(turn, wave);
  return { day, seen: digestOfData([planFrom(wave), wave.state, asked.length, day, day > turn.today.toString()]) };
};

/** What cannot be changed any more is said first. @param changed it was asked before, and something of it has changed since */
const confirm = async (turn: Turn, mine: MyWave, changed = false): Promise<Card> => {
  const { wave, names } = mine;
  const operator = operatorName(turn.core.config);
  const asked = await inviteesOf(turn.tx, wave, dayToOpen(turn, wave));
  const tree = treeOf(wave, asked, await namesOf(turn.tx));
  if ('tooFew' in tree || wave.opensOn < turn.today.toString()) return draftCard(turn, mine);
  const state = { wave: wave.id };
  return confirmCard(
    { plan: wave, questions: wave.questions, places: names, tree: tree.cells, now: wave.state === 'scheduled', changed },
    operator,
    [
      { label: 'Yes, open it', press: { verb: 'pulse.opened', state: { ...state, ...agreedTo(turn, wave, asked) } }, style: 'primary' },
      { label: 'Not yet', press: { verb: 'pulse.wave', state } },
    ],
    turn.today,
  );
};

/** `pulse open TITLE`, and the button of a draft. */
export const open = cardVerb({
  state: WaveState,
  run: async (turn, { words, state }) => {
    if (!runsPulses(turn)) throw notARunner();
    if (state) {
      const mine = await myWave(turn, state.wave);
      return isPlan(mine) ? confirm(turn, mine) : shown(turn, mine);
    }
    const mine = await myWaves(turn);
    const plans = mine.filter(isPlan);
    // What has opened is shown as it is: another one is never offered in its place.
    const begun = waveCalled(
      mine.filter(({ wave }) => wave.state === 'open'),
      words,
    );
    if (begun && !waveCalled(plans, words)) return shown(turn, begun);
    if (plans.length === 0)
      throw new UserError('There is no pulse to open. Plan one first.', { label: 'New pulse', press: { verb: 'pulse.new' } });
    const which = (title: string, some: readonly MyWave[]) =>
      whichCard(
        title,
        some.map((one) => runOf(one)),
        (wave) => ({ label: 'This one', press: { verb: 'pulse.open', state: { wave } } }),
        turn.today,
      );
    const [only, ...others] = plans;
    if (words === '') return only && others.length === 0 ? confirm(turn, only) : which('Which pulse do you want to open?', plans);
    const named = namedWave(plans, words, which);
    return 'wave' in named ? confirm(turn, named) : named;
  },
});

const NOT_OPENED = 'It was not opened.';
const SETTLED = 'Settled: they are asked from 08:00 on. Until then all of it can be changed; a change makes it a draft again.';
const MANY = 'Settled: so many people are asked that it takes some minutes. It opens by itself, from 08:00 on.';

/** It opens by itself in the morning of its first day; what stands in its way is on the card of the draft. */
const scheduled = async (turn: Turn, id: string, said: string): Promise<Card> => {
  const done = await schedule({ ...turn.core, tx: turn.tx, now: turn.now }, id);
  if (!('scheduled' in done)) return shownAgain(turn, id, NOT_OPENED);
  await recordEvent(turn, 'pulse.scheduled', { id }, { opensOn: done.scheduled.opensOn });
  return shownAgain(turn, id, said);
};

/** The press behind "Yes, open it": does what was agreed to and nothing else, once. */
export const opened = cardVerb({
  state: Agreed,
  run: async (turn, { state }) => {
    if (state && runsPulses(turn)) await holdToOpen(turn.tx, state.wave);
    const mine = await myWave(turn, state?.wave);
    if (!state || !isPlan(mine)) return shown(turn, mine); // pressed twice
    const { wave } = mine;
    const asked = await inviteesOf(turn.tx, wave, dayToOpen(turn, wave));
    if (state.seen !== agreedTo(turn, wave, asked).seen) {
      const isDone = wave.state === 'scheduled' && wave.opensOn === state.day;
      return isDone ? shown(turn, mine) : confirm(turn, mine, true);
    }
    if (state.day > turn.today.toString()) return scheduled(turn, wave.id, SETTLED);
    const today = turn.today.toString();
    if (asked.length > MOST_AT_ONCE) {
      if (wave.opensOn !== today) await changeDraft({ tx: turn.tx, now: turn.now }, wave.id, { ...wave, opensOn: today });
      return scheduled(turn, wave.id, MANY);
    }
    const done = await withKeys(() => openWave({ ...turn.core, tx: turn.tx, now: turn.now }, wave.id));
    if (!('opened' in done)) return shownAgain(turn, wave.id, NOT_OPENED);
    await recordEvent(turn, 'pulse.opened', wave);
    return shownOpen(turn, await myWave(turn, wave.id));
  },
});

/** The next free half-term, where somebody would be asked twice in this one. */
export const next = cardVerb({
  state: WaveState.extend({ on: z.iso.date() }),
  run: async (turn, { state }) => {
    const { plan, wave } = await subjectOf(turn, state);
    if (!state || !wave) throw new UserError('I cannot find this pulse. Type pulse to see yours.');
    const closesOn = await closesByDefault(turn.tx, plan, state.on);
    await changeDraft({ tx: turn.tx, now: turn.now }, wave.id, { ...plan, opensOn: state.on, closesOn });
    return scheduled(turn, wave.id, SETTLED);
  },
});
