import { type Action, declared, type RatingKind } from '../../actions/action.ts';
import type { Button } from '../../cards/card.ts';
import type { Day } from './parts.ts';

/** Where somebody is who goes through what waits for them, one after the other: it travels in the buttons. */
export type Flow = {
  /** Codes of the actions that were rated. */
  did: string[];
  skipped: string[];
  /** How many there were. */
  of: number;
};

type Rated = {
  action: Pick<Action, 'id' | 'code' | 'self' | 'independent'>;
  kind: RatingKind;
  today: Day;
  flow?: Flow | undefined;
  /** What was typed, for the form or the rating that it becomes part of. */
  reason?: string | undefined;
  /** False: what stands is another adviser's, and theirs: it is not taken over unsaid. */
  repeats?: boolean | undefined;
};

const stateOf = ({ action, kind, flow, reason }: Rated) => {
  const before = kind === 'self' ? action.self : action.independent;
  return { action: action.id, kind, version: before?.version ?? 0, ...(reason ? { reason } : {}), ...(flow ? { flow } : {}) };
};

/** Whether what would put a red right was to be done by a day that has passed: then it is asked anew. */
export const hasPassed = (day: string | null | undefined, today: Day) => day != null && day < today.toString();

/** *Same as before* first, then the colours. Green is saved at once; amber, red and complete open their form. */
export const ratingButtons = (rated: Rated): Button[] => {
  const { action, kind, today, repeats = true } = rated;
  const before = kind === 'self' ? action.self : action.independent;
  const state = stateOf(rated);
  const says = (word: string) => `${action.code}: ${word}`;
  const colour = (label: string, verb: string, rating: string): Button => ({
    label,
    press: { verb, state: { ...state, rating } },
    says: says(label),
  });
  const same =
    repeats && before && /^(?:green|amber|red)$/u.test(before.rating)
      ? [
          before.rating === 'red' && hasPassed(before.remedyBy, today)
            ? colour('Same as before', 'rag.rate', 'red')
            : colour('Same as before', 'rag.say', 'same'),
        ]
      : [];
  return [
    ...same.map((button) => ({ ...button, style: 'primary' as const })),
    colour('Green', 'rag.say', 'green'),
    colour('Amber', 'rag.rate', 'amber'),
    colour('Red', 'rag.rate', 'red'),
    ...(kind === 'self' ? [colour('Complete', 'rag.done', 'complete')] : []),
    ...(kind === 'independent' && declared(action) === 'complete' ? [colour('Complete', 'rag.say', 'complete')] : []),
  ];
};
