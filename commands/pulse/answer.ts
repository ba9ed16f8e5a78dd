import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { SLASH } from '../../src/bot/help.ts';
import { givenBack } from '../../src/bot/replies.ts';
import type { Card, Part } from '../../src/cards/card.ts';
import { type Answered, answerWave } from '../../src/pulses/answer.ts';
import { isPaused } from '../../src/pulses/key.ts';
import { operatorName } from '../../src/pulses/operator.ts';
import type { Wave } from '../../src/pulses/pulse.ts';
import { openWavesFor, waveById } from '../../src/pulses/queries.ts';
import { readSent } from '../../src/pulses/sent.ts';
import { standingOf } from '../../src/pulses/standing.ts';
import { pulseForm } from '../../src/views/pulse/form.ts';
import { closed, noKey, notInvited, type Open, openCard, openParts, thanks, toldCard } from '../../src/views/pulse/thanks.ts';

/** Answering a pulse. Every turn here is quiet: nothing that is kept, and no line in a log, says who asked or what. */

const State = z.object({ wave: z.guid() });

const means = ({ tx, now, core }: Turn) => ({ tx, now, waveKeys: core.waveKeys });

/** Those that are open for who asks, whoever has answered, and which of them are paused. */
export const openFor = async ({ tx, actor, core }: Turn): Promise<Open[]> => {
  const open: Open[] = [];
  for (const wave of await openWavesFor(tx, [actor.personId])) {
    const kept = await waveById(tx, wave.waveId);
    open.push({ ...wave, paused: kept === undefined || (await isPaused(core.waveKeys, kept)) });
  }
  return open;
};

/** Of those that are open for who asks, the one that words mean, or those whose titles they begin. */
export const openCalled = async (turn: Turn, words: string): Promise<Open[]> => {
  const open = await openFor(turn);
  const match = matchName(
    words,
    open.map(({ waveId, title }) => ({ id: waveId, name: title, aliases: [] })),
  );
  if ((match.kind !== 'one' && match.kind !== 'several') || match.rest !== '') return [];
  const ids = match.kind === 'one' ? [match.id] : match.ids;
  return open.filter(({ waveId }) => ids.includes(waveId));
};

/** What is open for who asks, whoever has answered: the parts of a card. */
export const openPulses = async (turn: Turn): Promise<Part[]> => openParts(await openFor(turn));

/** What is open for who asks, as a card of its own. */
export const openList = cardVerb({ quiet: true, state: z.undefined(), run: async (turn) => openCard(await openFor(turn)) });

/** What somebody is told instead of the form, or after it. */
const answeredCard = (turn: Turn, wave: Wave, answered: Answered, comment = ''): Card => {
  const command = `${SLASH[turn.platform]}pulse`;
  switch (answered) {
    case 'counted':
    case 'already':
      return toldCard(thanks(wave));
    case 'closed':
      return toldCard(closed(wave, command));
    case 'not_invited':
      return toldCard(notInvited(command));
    case 'no_key': {
      const card = toldCard(noKey());
      const back = givenBack(comment);
      return back ? { ...card, parts: [...card.parts, back] } : card;
    }
  }
};

export const answer = formVerb({
  quiet: true,
  anyone: true,
  state: State,
  form: async (turn, { state }) => {
    const open = await openFor(turn);
    const [only] = open;
    const id = state?.wave ?? (open.length === 1 ? only?.waveId : undefined);
    if (id === undefined) return openCard(open);
    const wave = await waveById(turn.tx, id);
    if (!wave) return toldCard(closed(undefined, `${SLASH[turn.platform]}pulse`));
    const standing = await standingOf(means(turn), wave, turn.actor.personId);
    if (standing !== 'open') return answeredCard(turn, wave, standing);
    return pulseForm(wave, operatorName(turn.core.config), { verb: 'pulse.answer', state: { wave: id } });
  },
  submit: async (turn, { values, state }) => {
    const wave = state && (await waveById(turn.tx, state.wave));
    if (!wave) return toldCard(closed(undefined, `${SLASH[turn.platform]}pulse`));
    const sent = readSent(wave, values);
    if ('fields' in sent) return sent;
    const answered = await answerWave(means(turn), wave.id, turn.actor.personId, sent.answers);
    return answeredCard(turn, wave, answered, sent.answers.comment ?? '');
  },
});
