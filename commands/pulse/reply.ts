import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { textProblem } from '../../src/people/notes.ts';
import { saveReply, toBeAnswered } from '../../src/pulses/reply.ts';
import { allPlaces } from '../../src/summaries/scopes.ts';
import { replyForm, replyNews, replyPreview } from '../../src/views/pulse/reply.ts';
import { figure } from '../../src/views/summary-words.ts';
import { writerOf } from './context.ts';
import { noSuchResults, openRelease } from './released.ts';

/** "You said, we did": a coordinator answers everybody of their places who was asked; first as a preview. */

const State = z.object({ wave: z.guid() });

/** The wave, and whom it is answered to. @throws UserError where they coordinate none of its places */
const asked = async (turn: Turn, state: z.infer<typeof State> | undefined) => {
  if (!state) throw new UserError('Type pulse results first, then press Say what you did.');
  const { wave, reach } = await openRelease(turn, state.wave, 'pulse.reply', await allPlaces(turn.tx));
  return { wave, to: await toBeAnswered(turn.tx, wave.id, reach, { today: turn.today.toString(), except: turn.actor.personId }) };
};

/** What was answered is checked again when it is sent: nothing in a card is trusted but its seal. */
const problemOf = (text: string) => (text === '' ? 'Say in a few words what has changed, or will.' : textProblem(text));

export const reply = formVerb({
  state: State,
  form: async (turn, { state }) => {
    const { wave, to } = await asked(turn, state);
    return replyForm(wave, to.length, { verb: 'pulse.reply', state: { wave: wave.id } });
  },
  submit: async (turn, { values, state }) => {
    const { wave, to } = await asked(turn, state);
    const text = (values.text ?? '').trim();
    const problem = problemOf(text);
    if (problem) return { fields: { text: problem } };
    return replyPreview(wave, text, to.length, turn.today.toString(), {
      verb: 'pulse.replied',
      state: { wave: wave.id, id: turn.core.newId(), text },
    });
  },
});

const people = (many: number) => `${figure(many)} ${many === 1 ? 'person' : 'people'}`;

export const replied = cardVerb({
  state: State.extend({
    /** Of this answer, so that it is sent once however often the button is pressed. */ id: z.guid(),
    text: z.string(),
  }),
  run: async (turn, { state }) => {
    if (!state) throw noSuchResults();
    const { wave, to } = await asked(turn, state);
    const problem = problemOf(state.text);
    if (problem) throw new UserError(`Nothing was sent. ${problem}`);
    const isNew = await saveReply(writerOf(turn), {
      id: state.id,
      wave,
      text: state.text,
      to,
      news: replyNews(wave, state.text, turn.today.toString()),
    });
    return {
      title: isNew
        ? `Sent: ${people(to.length)} who were asked read it with their next message.`
        : 'It was sent already: nothing was sent again.',
      parts: [{ type: 'buttons', buttons: [{ label: 'Results', press: { verb: 'pulse.results', state: { wave: wave.id } } }] }],
    };
  },
});
