import { type Action, declared, isClosed } from '../../actions/action.ts';
import type { Card } from '../../cards/card.ts';
import { raiseButton } from '../raise.ts';
import { showButton } from './changed.ts';
import { headline } from './parts.ts';

/** Everything that can be done with an action besides rating it: each with its button and the words that do the same. */

export type Doing = { rate: boolean; change: boolean; raise: boolean };

type Verb = { label: string; verb: string; does: string; typed: string };

const verbsFor = (action: Action, { rate, change }: Doing): Verb[] => {
  const closed = isClosed(action);
  const rests = ['on_hold', 'stopped', 'complete'].includes(declared(action));
  const steps = action.steps.length > 0;
  return [
    ...(rate && steps ? [{ label: 'Steps', verb: 'step', does: 'Mark a step as done, or as not done after all', typed: 'step 1' }] : []),
    ...(rate ? [{ label: 'Comment', verb: 'comment', does: 'Say something beside it', typed: 'comment and your words' }] : []),
    ...(change && !closed ? [{ label: 'Due', verb: 'due', does: 'Change its date', typed: 'due 1 March' }] : []),
    ...(change
      ? [
          { label: 'Owner', verb: 'owner', does: 'Give it to somebody else', typed: 'owner @person' },
          { label: 'Deputy', verb: 'deputy', does: 'Say who stands in', typed: 'deputy @person' },
        ]
      : []),
    ...(change && declared(action) !== 'on_hold'
      ? [{ label: 'On hold', verb: 'hold', does: 'Let it rest, by decision', typed: 'hold' }]
      : []),
    ...(change && declared(action) !== 'stopped' ? [{ label: 'Stop', verb: 'stop', does: 'End it, by decision', typed: 'stop' }] : []),
    ...(rate && rests ? [{ label: 'Open it again', verb: 'reopen', does: 'Rate it again', typed: 'reopen' }] : []),
    ...(change ? [{ label: 'Edit', verb: 'edit', does: 'Change its words, steps or KPIs', typed: 'edit' }] : []),
    { label: 'History', verb: 'history', does: 'See its last ratings', typed: 'history' },
    { label: 'Why?', verb: 'why', does: 'See what the data say, and by which rule', typed: 'why' },
  ];
};

export const moreCard = (action: Action, doing: Doing): Card => ({
  title: headline(action, 'what else can be done'),
  parts: [
    {
      type: 'list',
      items: verbsFor(action, doing).map(({ label, verb, does, typed }) => ({
        text: does,
        detail: `or type: rag ${action.code} ${typed}`,
        button: { label, press: { verb: `rag.${verb}`, state: { action: action.id } }, says: `${label}: ${action.code}` },
      })),
    },
    { type: 'buttons', buttons: [showButton(action), ...(doing.raise ? [raiseButton({ action: action.id }, action.code)] : [])] },
  ],
});
