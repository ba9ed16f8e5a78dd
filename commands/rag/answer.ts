import { z } from 'zod';
import type { Action } from '../../src/actions/action.ts';
import { type Answered, answerRating, answersTo } from '../../src/actions/answers.ts';
import { RATING_WORDS } from '../../src/actions/differences.ts';
import { differ, invites } from '../../src/actions/scrutiny.ts';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { textProblem } from '../../src/people/notes.ts';
import { answersFor } from '../../src/people/ownership.ts';
import { may } from '../../src/people/permissions.ts';
import { answeredBeforeCard, answeredCard } from '../../src/views/actions/answer.ts';
import { alsoWith } from '../../src/views/actions/beside.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { mayRate, readableAction, writerOf } from './context.ts';
import { notTheOwner } from './places.ts';

/** An adviser rates otherwise than the owner: the owner is invited, once, to answer or to leave it. */

const State = z.object({ action: z.string(), rating: z.string() });
type State = z.infer<typeof State>;

/** The answers to the standing independent ratings of some actions; who gave them only for those who may know. */
export const answersAt = async (turn: Turn, actions: readonly Action[]): Promise<Map<string, Answered>> => {
  const answers = await answersTo(
    turn.tx,
    actions.flatMap(({ independent }) => independent?.id ?? []),
  );
  for (const action of actions) {
    const said = action.independent && answers.get(action.independent.id);
    if (said && !may(turn.actor, 'people.read', action))
      answers.set(said.ratingId, { ...said, by: said.by && `somebody in ${action.locality}` });
  }
  return answers;
};

/** The actions whose difference waits for the actor's answer: they answer for them, and nobody has answered yet. */
export const invitationsFor = async (turn: Turn, actions: readonly Action[]): Promise<Action[]> => {
  const theirs = actions.filter((action) => answersFor(action)?.id === turn.actor.personId && differ(action));
  const answers = await answersAt(turn, theirs);
  return theirs.filter((action) => invites(action, answers));
};

/** Whether the actor may answer for the owner: owner, deputy, or whoever leads the plan. */
export const mayAnswer = mayRate;

/** The action whose adviser is to be answered, with the answer that is there already. */
const asked = async (turn: Turn, state: State | undefined) => {
  if (!state) throw new UserError('Name an action first, as in: rag 12');
  const action = await readableAction(turn, state.action);
  if (!mayAnswer(turn, action)) throw notTheOwner(turn, action);
  if (action.independent?.id !== state.rating)
    throw new UserError(`Nothing was saved. The adviser has rated ${action.code} anew: look at it again.`, {
      label: 'Show the action',
      press: { verb: 'rag.show', state: { action: action.id } },
    });
  return { action, independent: action.independent, said: (await answersAt(turn, [action])).get(state.rating) };
};

const save = async (turn: Turn, state: State | undefined, text: string | null): Promise<Card> => {
  const { action, independent, said } = await asked(turn, state);
  if (said) {
    // The same press once more says that it is done.
    const same = said.text === text && said.by === turn.actor.post;
    return same ? answeredCard(action, said, turn.today, true) : answeredBeforeCard(action, said, turn.today, text);
  }
  await answerRating(writerOf(turn), action.id, independent.id, text);
  return answeredCard(action, { ratingId: independent.id, text, on: turn.today.toString(), by: turn.actor.post }, turn.today, false);
};

export const answer = formVerb({
  state: State,
  form: async (turn, { state }) => {
    const { action, independent, said } = await asked(turn, state);
    if (said) return answeredBeforeCard(action, said, turn.today, null);
    const reason = independent.reason ? `: ${independent.reason}` : '';
    return {
      title: `${action.code}: answer`,
      intro: `${shortened(action.title, 100)}. The adviser${alsoWith(independent)} says ${RATING_WORDS[independent.rating].toLowerCase()}${reason}`,
      fields: [
        {
          kind: 'longtext',
          name: 'answer',
          label: 'What do you say to it?',
          hint: 'A sentence is enough. Others in the partnership read it: do not name anybody.',
          maxLength: 1_000,
        },
      ],
      submit: { label: 'Save', press: { verb: 'rag.answer', state: { action: action.id, rating: independent.id } } },
    };
  },
  submit: async (turn, { values, state }) => {
    const text = values.answer?.trim() ?? '';
    const problem = text === '' ? 'Write a sentence, or close this and press Leave it.' : textProblem(text);
    return problem ? { fields: { answer: problem } } : save(turn, state, text);
  },
});

/** No answer is needed: it never comes back for this rating. */
export const leave = cardVerb({ state: State, run: (turn, { state }) => save(turn, state, null) });
