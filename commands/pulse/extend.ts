import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { parseDue } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import { dayWords, formatDate } from '../../src/calendar/dates.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import type { Card } from '../../src/cards/card.ts';
import { type Offer, UserError } from '../../src/errors.ts';
import { optionalDate } from '../../src/kpis/define.ts';
import { extendWave, holdToExtend, refuseExtension } from '../../src/pulses/extend.ts';
import { askingDays, LONGEST } from '../../src/pulses/half-term.ts';
import { endsByItselfCard, extendCard, whichCard } from '../../src/views/pulse/waves.ts';
import { dateExpected } from '../dates.ts';
import { type MyWave, myWave, myWaves, namedWave, notARunner, recordEvent, runsPulses, WaveState } from './context.ts';
import { runOf, shown, shownOpen } from './waves.ts';

/** `pulse extend TITLE to 11 December`: an open pulse closes on a later day. Nothing else of it can be changed. */

const State = WaveState.extend({ on: z.iso.date().optional() });

/** What is agreed to: the day on which it closes, and the one on which it closed when that was asked. */
const Agreed = WaveState.extend({ on: z.iso.date(), from: z.iso.date() });

/** "TITLE to 11 December", "to 11 December", "TITLE": the last such word is the one before the day. */
const split = (words: string): { title: string; day: string } => {
  const mark = [...words.matchAll(/(?:^|\s)(?:to|until|till|by)\s+/giu)].at(-1);
  return mark
    ? { title: words.slice(0, mark.index).trim(), day: words.slice(mark.index + mark[0].length).trim() }
    : { title: words.trim(), day: '' };
};

const extendTo = async (turn: Turn, { wave }: MyWave, on: string): Promise<Card> => {
  await extendWave({ tx: turn.tx, now: turn.now }, wave.id, on);
  await recordEvent(turn, 'pulse.extended', wave, { from: wave.closesOn, to: on });
  const until = formatDate(Temporal.PlainDate.from(on), turn.today);
  return shownOpen(
    turn,
    await myWave(turn, wave.id),
    `Extended: it closes on ${until} instead of ${formatDate(Temporal.PlainDate.from(wave.closesOn), turn.today)}.`,
  );
};

/** Asked for twice, because it cannot be taken back. @param changed it was asked before, and its last day has changed since */
const confirm = async (turn: Turn, { wave }: MyWave, on: string, changed = false): Promise<Card> => {
  await refuseExtension({ tx: turn.tx, now: turn.now }, wave, on);
  const state = { wave: wave.id };
  return extendCard(wave, { on, changed }, [
    { label: 'Yes, extend it', press: { verb: 'pulse.extended', state: { ...state, on, from: wave.closesOn } }, style: 'primary' },
    { label: 'Not yet', press: { verb: 'pulse.wave', state } },
  ]);
};

/** One that the actor may run, as it is until the transaction ends. @throws UserError */
const heldWave = async (turn: Turn, id: string | undefined): Promise<MyWave> => {
  if (id && runsPulses(turn)) await holdToExtend(turn.tx, id);
  return myWave(turn, id);
};

/** The press behind "Yes, extend it": does what was agreed to and nothing else, once. */
export const extended = cardVerb({
  state: Agreed,
  run: async (turn, { state }) => {
    const mine = await heldWave(turn, state?.wave);
    if (!state || mine.wave.closesOn === state.on) return shown(turn, mine); // pressed twice
    return mine.wave.closesOn === state.from ? extendTo(turn, mine, state.on) : confirm(turn, mine, state.on, true);
  },
});

const dayMeant = (turn: Turn, { wave }: MyWave, said: string): string => {
  const parsed = parseDue(said, { today: turn.today, terms: nationalTerms });
  if ('date' in parsed) return parsed.date.toString();
  const offer: Offer | undefined = parsed.meant && {
    label: dayWords(parsed.meant),
    press: { verb: 'pulse.extend', state: { wave: wave.id, on: parsed.meant.toString() } },
  };
  throw new UserError(`Nothing was changed. ${quoted(said)}: write ${parsed.problem}.`, offer);
};

/** Where no day is said, the button that asks for one. */
const dayAsked = ({ wave }: MyWave): Card => ({
  title: `Until when is “${wave.title}” to be open?`,
  parts: [{ type: 'buttons', buttons: [{ label: 'Choose the day', press: { verb: 'pulse.later', state: { wave: wave.id } } }] }],
});

export const extend = cardVerb({
  state: State,
  run: async (turn, { words, state }) => {
    if (!runsPulses(turn)) throw notARunner();
    const done = (mine: MyWave, day: string): Promise<Card> | Card =>
      day === '' ? dayAsked(mine) : confirm(turn, mine, dayMeant(turn, mine, day));
    if (state) {
      const mine = await myWave(turn, state.wave);
      return state.on ? confirm(turn, mine, state.on) : done(mine, split(words).day);
    }
    const open = (await myWaves(turn)).filter(({ wave }) => wave.state === 'open');
    const [only, ...others] = open;
    if (!only) throw new UserError('None of your pulses is open: there is nothing to extend.');
    const { title, day } = split(words);
    const which = (asked: string, some: readonly MyWave[]) =>
      whichCard(
        asked,
        some.map((one) => runOf(one)),
        (wave) => ({ label: 'This one', press: { verb: 'pulse.extend', state: { wave }, words } }),
        turn.today,
      );
    if (title === '') return others.length === 0 ? done(only, day) : which('Which pulse is to be open for longer?', open);
    const named = namedWave(open, title, which);
    return 'wave' in named ? done(named, day) : named;
  },
});

/** The same with a day of the calendar; sending the form is what is asked for twice otherwise. */
export const later = formVerb({
  state: WaveState,
  form: async (turn, { state }) => {
    const { wave } = await myWave(turn, state?.wave);
    const closes = Temporal.PlainDate.from(wave.closesOn);
    const most = Temporal.PlainDate.from(wave.opensOn).add({ days: LONGEST });
    const likely = (await askingDays(turn.tx, wave)).from(closes.add({ weeks: 1 }));
    const value = Temporal.PlainDate.compare(likely, most) > 0 ? {} : { value: likely.toString() };
    return {
      title: 'Close later',
      intro: `“${wave.title}” closes on ${dayWords(closes)}. It can close on a later day, at most on ${dayWords(most)}: ${LONGEST} days after it opened. This cannot be taken back.`,
      fields: [{ kind: 'date', name: 'on', label: 'On which day does it close?', ...value }],
      submit: { label: 'Close it then', press: { verb: 'pulse.later', state: { wave: wave.id } } },
    };
  },
  submit: async (turn, { values, state }) => {
    const mine = await heldWave(turn, state?.wave);
    const on = optionalDate(values.on);
    if (!on) return { fields: { on: dateExpected(turn.today.add({ weeks: 1 })) } };
    try {
      return await extendTo(turn, mine, on);
    } catch (error) {
      if (error instanceof UserError && mine.wave.state === 'open') return { fields: { on: error.message } };
      throw error;
    }
  },
});

/** `pulse close`: nobody can, and what can be done instead. */
export const close = cardVerb({
  state: z.undefined(),
  run: async (turn) => {
    if (!runsPulses(turn)) throw notARunner();
    const open = (await myWaves(turn)).filter(({ wave }) => wave.state === 'open');
    return endsByItselfCard(open.map((one) => runOf(one)));
  },
});
