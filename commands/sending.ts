import type { Offer } from '../src/errors.ts';
import { answersFor, type Ownership } from '../src/people/ownership.ts';

/** What was being written when a thing changed hands goes to whoever has it now. */

const LONGEST_LABEL = 30;

/** One press that sends the words of a form to whoever answers for the thing; undefined where nobody does. */
export const sendOffer = (kind: 'kpi' | 'action', thing: Ownership & { id: string }): Offer | undefined => {
  const now = answersFor(thing);
  if (!now) return undefined;
  const label = `Send it to ${now.post}`;
  return {
    label: label.length <= LONGEST_LABEL ? label : 'Send it to them',
    press: { verb: 'partners.send', state: { kind, id: thing.id } },
    carries: true,
  };
};
