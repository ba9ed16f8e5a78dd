import type { Age } from '../../actions/cadence.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { Card } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import { dated, headline, ratingWords } from './parts.ts';
import type { Look } from './show.ts';

const RULES: Record<NonNullable<Age['waits']>, string> = {
  half_term: 'A rating is given once in each half-term, and the last one is from before this one.',
  due: 'A fresh rating is wanted within two weeks of the due date.',
  red: 'A red is looked at every two weeks.',
};

/** Which rule gave what the card says. */
export const whyCard = ({ action, age, status, kpis, differences, today }: Look): Card => ({
  title: headline(action, `why ${status.word || RATING_WORDS[action.self?.rating ?? 'not_started'].toLowerCase()}?`),
  parts: [
    {
      type: 'facts',
      facts: [
        { label: 'What the data say', value: `${status.word ? `${capital(status.word)}. ` : ''}${status.why}` },
        {
          label: 'The rating',
          value: `${ratingWords(action, age, true)}. ${age.waits ? `${RULES[age.waits]}${age.past ? ' Until there is one, it is counted as without an update.' : ''}` : 'No new one is wanted now.'}`,
        },
        ...kpis.map(({ name, word }) => ({
          label: name,
          value: `${word}: its last reading against a straight line from the baseline to the target`,
        })),
        ...(differences.length > 0 ? [{ label: 'Does not agree', value: differences.map(({ says }) => says).join('; ') }] : []),
        ...(action.due ? [{ label: 'Due', value: dated(action.due, today) }] : []),
      ],
    },
    { type: 'buttons', buttons: [{ label: 'Show the action', press: { verb: 'rag.show', state: { action: action.id } } }] },
  ],
});
