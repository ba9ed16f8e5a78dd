import type { Temporal } from 'temporal-polyfill';
import { type Action, declared, isLive, type Rated, type Step } from './action.ts';

/** What the data say of an action: past its date, else a step past its date, else on time; none without a date or when nothing is expected. */
export type ActionStatus = {
  status: 'late' | 'step_late' | 'on_time' | 'none';
  /** In words: "6 days past its date" · "step 2 is 9 days past its date" · "on time" · "no date". */
  word: string;
  /** The rule that gave it, as a sentence. */
  why: string;
};

const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
const days = (count: number) => `${count} ${count === 1 ? 'day' : 'days'}`;

/** @param today a day, or its ISO form where thousands of actions are looked at */
export const actionStatus = (
  action: Rated & Pick<Action, 'due'> & { steps: readonly Pick<Step, 'due' | 'done'>[] },
  today: Temporal.PlainDate | string,
): ActionStatus => {
  const day = today.toString();
  if (!isLive(action))
    return { status: 'none', word: '', why: `Nothing is expected of an action that is ${declared(action).replace('_', ' ')}.` };
  if (action.due !== null && action.due < day)
    return {
      status: 'late',
      word: `${days(daysBetween(action.due, day))} past its date`,
      why: 'It is not complete and its due date has passed.',
    };
  const step = action.steps.findIndex(({ done, due }) => done === null && due !== null && due < day);
  const late = action.steps[step];
  if (late?.due)
    return {
      status: 'step_late',
      word: `step ${step + 1} is ${days(daysBetween(late.due, day))} past its date`,
      why: `Its due date is still to come, but step ${step + 1} is open and its date has passed.`,
    };
  if (action.due === null) return { status: 'none', word: 'no date', why: 'Without a due date nothing can be worked out.' };
  return { status: 'on_time', word: 'on time', why: 'Its due date is still to come and no open step is past its date.' };
};
