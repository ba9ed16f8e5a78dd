import { z } from 'zod';
import { type Action, declared } from '../../src/actions/action.ts';
import { changeAction } from '../../src/actions/change.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Button, Card, Part } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { changedCard, showButton, unchangedCard } from '../../src/views/actions/changed.ts';
import { count, dated, headline, shortened } from '../../src/views/actions/parts.ts';
import { mayRate, writerOf } from './context.ts';
import { dayWords } from './form.ts';
import { notTheOwner } from './places.ts';
import { askedAction } from './which.ts';

/** Steps: done, or not done after all. By their number, as they stand in the card. */

const State = z.object({
  action: z.string().optional(),
  /** Counted from 1. */
  step: z.number().int().optional(),
  undo: z.boolean().optional(),
  /** The version that the button was drawn from: steps may have been written anew since. */
  version: z.number().optional(),
});

const SAID =
  /^(?<undo>undo\s+|not\s+)?(?:steps?\s*)?#?(?<step>\d{1,3})\s*[:,-]?\s*(?<after>undo|not done|open|undone|done|is done|complete|completed|finished|✓)?[.!]?$/iu;
const UNDO = /^(?:undo|not done|open|undone)$/iu;

const stepButton = (action: Action, at: number): Button => {
  const isDone = action.steps[at]?.done != null;
  return {
    label: isDone ? 'Not done after all' : 'Done',
    press: { verb: 'rag.step', state: { action: action.id, step: at + 1, undo: isDone, version: action.version } },
    says: `Step ${at + 1} is ${isDone ? 'not done after all' : 'done'}`,
  };
};

const listCard = (turn: Turn, action: Action, why: string): Card => ({
  title: headline(action, why),
  parts: [
    {
      type: 'list',
      items: action.steps.map((step, at) => ({
        text: `Step ${at + 1}: ${step.text}`,
        detail: step.done ? `done ${dated(step.done, turn.today)}` : step.due ? `due ${dayWords(step.due)}` : 'open',
        button: stepButton(action, at),
      })),
    } satisfies Part,
    { type: 'buttons', buttons: [showButton(action)] },
  ],
});

const mark = async (turn: Turn, action: Action, number: number, undo: boolean): Promise<Card> => {
  const at = number - 1;
  const step = action.steps[at];
  if (!step)
    return action.steps.length === 0
      ? unchangedCard(action, 'it has no steps yet')
      : listCard(turn, action, `there is no step ${number}; it has ${count(action.steps.length, 'step')}. Nothing was saved`);
  const before = { label: undo ? 'Done' : 'Not done after all', press: stepButton(action, at) };
  if ((step.done !== null) !== undo)
    return unchangedCard(
      action,
      undo ? `step ${number} is open` : `step ${number} was done on ${dated(step.done as string, turn.today)} already`,
      'press' in before.press ? [before.press] : [],
    );
  const steps = action.steps.map((each, place) => (place === at ? { ...each, done: undo ? null : turn.today.toString() } : each));
  await changeAction(writerOf(turn), action, 'step', { steps });
  const after = { ...action, steps, version: action.version + 1 };
  const open = steps.filter(({ done }) => done === null).length;
  const isAllDone = open === 0 && declared(action) !== 'complete';
  return changedCard({
    action,
    says: undo ? `step ${number} is open again` : `step ${number} done${open === 0 ? ', all steps are done' : `, ${open} open`}`,
    notes: [`Step ${number}: ${shortened(step.text, 150)}`, ...(isAllDone ? ['Is the whole action complete?'] : [])],
    buttons: [
      ...(isAllDone
        ? [{ label: 'It is complete', press: { verb: 'rag.done', state: { action: action.id } }, style: 'primary' } satisfies Button]
        : []),
      { ...stepButton(after, at), label: undo ? 'Done' : 'Undo' },
    ],
  });
};

const run = async (
  turn: Turn,
  { words, state }: { words: string; state: z.infer<typeof State> | undefined },
  undoes: boolean,
): Promise<Card> => {
  const asked = await askedAction(turn, undoes ? 'rag.undo' : 'rag.step', { words, state });
  if (!('action' in asked)) return asked;
  const { action, rest } = asked;
  if (!mayRate(turn, action)) throw notTheOwner(turn, action);
  if (state?.step !== undefined) {
    if (state.version !== undefined && state.version !== action.version)
      return listCard(turn, action, 'changed since you looked; nothing was saved. These are its steps now');
    return mark(turn, action, state.step, state.undo ?? false);
  }
  if (action.steps.length === 0) return unchangedCard(action, 'it has no steps yet');
  if (rest === '' || /^steps?$/iu.test(rest)) return listCard(turn, action, count(action.steps.length, 'step'));
  const said = SAID.exec(rest.trim())?.groups;
  if (!said)
    throw new UserError(
      `Nothing was saved. ${quoted(rest)} is no step of ${action.code}. Write its number, as in: rag ${action.number} step 2`,
    );
  return mark(turn, action, Number(said.step), undoes || said.undo !== undefined || UNDO.test(said.after ?? ''));
};

export const step = cardVerb({ state: State, run: (turn, ask) => run(turn, ask, false) });
/** "12 undo step 2" */
export const undo = cardVerb({ state: State, run: (turn, ask) => run(turn, ask, true) });
