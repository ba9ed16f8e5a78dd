import type { Action } from '../../actions/action.ts';
import type { Definitions } from '../../actions/definitions.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { definitionParts, headline, small } from './parts.ts';

/** A change of an action → the card that says it. */

export type Change = { label: string; from: string; to: string };

type Changed = {
  action: Pick<Action, 'id' | 'code' | 'title'>;
  /** What was done, for the first line: "due Monday 1 March 2027". */
  says: string;
  changes?: readonly Change[];
  /** Sentences: what was understood otherwise, what others did meanwhile. */
  notes?: readonly string[];
  buttons?: readonly Button[];
  /** Only for somebody who has yet to rate by them. */
  definitions?: Definitions | undefined;
};

export const showButton = ({ id, code }: Pick<Action, 'id' | 'code'>): Button => ({
  label: 'Show the action',
  press: { verb: 'rag.show', state: { action: id } },
  says: `Show ${code}`,
});

export const changedCard = ({ action, says, changes = [], notes = [], buttons = [], definitions }: Changed): Card => ({
  title: headline(action, says),
  parts: [
    ...notes.map((text): Part => ({ type: 'text', text })),
    ...(changes.length > 0
      ? [
          {
            type: 'facts',
            facts: changes.map(({ label, from, to }) => ({ label, value: from === '' ? to : `${from} → ${to === '' ? 'none' : to}` })),
          } satisfies Part,
        ]
      : []),
    { type: 'buttons', buttons: [...buttons, showButton(action)] },
    ...(definitions ? definitionParts(definitions) : []),
  ],
});

/** Nothing was written, and why. */
export const unchangedCard = (action: Pick<Action, 'id' | 'code' | 'title'>, why: string, buttons: readonly Button[] = []): Card => ({
  title: headline(action, why),
  parts: [small('Nothing was changed.'), { type: 'buttons', buttons: [...buttons, showButton(action)] }],
});
