import { z } from 'zod';
import { type CardVerb, cardVerb, type FormVerb, formVerb, type Verb } from '../../src/bot/contract.ts';
import { staleCard } from '../../src/bot/replies.ts';
import type { Card, Form } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { log } from '../kpi/log.ts';
import { answer, leave } from '../rag/answer.ts';
import { create } from '../rag/create.ts';
import { done } from '../rag/done.ts';
import { meet, notThisMonth } from '../rag/meeting.ts';
import { say } from '../rag/rate.ts';
import { rateForm } from '../rag/rate-form.ts';
import { heard, reply } from '../rag/worry.ts';
import { anew, bringUpToDate, cardNow, inPlace, theirs, waitsAt } from './context.ts';

/** The card of a message that was sent, and what is done from it: by the very verbs that do it elsewhere. */

/** The verbs that a line may be answered by, under the names that they have elsewhere. */
const VERBS: Readonly<Record<string, Verb>> = {
  'rag.say': say,
  'rag.leave': leave,
  'rag.notthismonth': notThisMonth,
  'rag.rate': rateForm,
  'rag.done': done,
  'rag.answer': answer,
  'rag.new': create,
  'rag.reply': reply,
  'rag.heard': heard,
  'rag.meet': meet,
  'kpi.log': log,
};

const Step = z.object({
  delivery: z.string(),
  /** The line that is answered. */
  key: z.string(),
  verb: z.string(),
  state: z.record(z.string(), z.unknown()),
});
type Step = z.infer<typeof Step>;

/** The verb that a step is done by, with its own state; undefined: a card from before a change of ours. */
const stepOf = (asked: Step | undefined, opens: Verb['opens']): { verb: Verb; state: unknown } | undefined => {
  const verb = asked && Object.hasOwn(VERBS, asked.verb) ? VERBS[asked.verb] : undefined;
  const state = verb?.state.safeParse(asked?.state);
  return verb?.opens === opens && state?.success ? { verb, state: state.data } : undefined;
};

const noMessage = () => new UserError('Nothing was changed. Type nudge to see what waits for you.');

/** The card itself, as it is now. */
export const card = cardVerb({
  state: z.object({
    delivery: z.string(),
    /** What is left out of one that is being sent, and of what it is kept as; of one that was sent, what was left out of it. */
    leftOut: z.array(z.string()).optional(),
  }),
  run: async (turn, { state }) => {
    if (!state) throw noMessage();
    const delivered = await theirs(turn, state.delivery);
    return cardNow(turn, { ...delivered, leftOut: state.leftOut ?? delivered.leftOut });
  },
});

/** One press answers a line: the card comes back with it done, or what is to be asked first. */
export const act = cardVerb({
  state: Step,
  run: async (turn, { state }) => {
    if (!state) throw noMessage();
    const delivered = await theirs(turn, state.delivery);
    const step = stepOf(state, 'card');
    if (!step) return staleCard();
    const said = await (step.verb as CardVerb).run(turn, { words: '', state: step.state, inputs: {} });
    const waits = (await waitsAt(turn))?.all.some(({ key }) => key === state.key);
    return waits ? inPlace(turn, delivered, said) : anew(turn, delivered, said);
  },
});

/** A form's own fields, sent back to here. */
const sentHere = (form: Form | Card, { delivery, key }: Step): Form | Card => {
  if (!('submit' in form)) return form;
  const { verb, state = {} } = form.submit.press;
  return { ...form, submit: { ...form.submit, press: { verb: 'nudge.fill', state: { delivery, key, verb, state } } } };
};

/** A form answers a line: what it says is its own, and the message is brought up to date. */
export const fill = formVerb({
  state: Step,
  form: async (turn, { words, state }) => {
    if (!state) throw noMessage();
    await theirs(turn, state.delivery);
    const step = stepOf(state, 'form');
    return step ? sentHere(await (step.verb as FormVerb).form(turn, { words, state: step.state }), state) : staleCard();
  },
  submit: async (turn, { values, state }) => {
    if (!state) throw noMessage();
    const delivered = await theirs(turn, state.delivery);
    const step = stepOf(state, 'form');
    if (!step) return staleCard();
    const said = await (step.verb as FormVerb).submit(turn, { values, state: step.state });
    if (!('fields' in said)) await bringUpToDate(turn, delivered);
    return said;
  },
});
