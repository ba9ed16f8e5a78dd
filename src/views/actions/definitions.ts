import type { Definitions } from '../../actions/definitions.ts';
import type { Card, Part } from '../../cards/card.ts';
import { small } from './parts.ts';

/** What the colours and the other words of a rating mean. */
export const definitionsCard = ({ green, amber, red, version }: Definitions, mayChange: boolean, said?: string): Card => ({
  title: said ?? 'What the colours mean',
  parts: [
    {
      type: 'facts',
      facts: [
        { label: 'Green', value: green },
        { label: 'Amber', value: amber },
        { label: 'Red', value: red },
        { label: 'Complete', value: 'done, and its success measure was checked' },
        { label: 'On hold, stopped', value: 'by decision: who decided, when, and what was learned' },
      ],
    },
    ...(version > 1 ? [small(`Version ${version}. Ratings given before keep the words they were given under.`)] : []),
    ...(mayChange ? [{ type: 'buttons', buttons: [{ label: 'Change', press: { verb: 'rag.define' } }] } satisfies Part] : []),
  ],
});
