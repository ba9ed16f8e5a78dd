import type { Action, RatingWord, Step } from '../actions/action.ts';
import type { Aged } from '../actions/cadence.ts';

/** What an action was at the moment since which a summary says what moved. */
export type Before = Pick<Aged, 'self' | 'due'>;

/**
 * As much of an action as its place in a summary needs: thousands of them are looked at in one answer. Whose calendar it keeps is
 * looked up for reds only: nothing else depends on it. The day on which it came into the plan is right where nobody has rated it.
 */
export type Line = Aged &
  Pick<Action, 'localityId' | 'number' | 'kpiIds'> & {
    /** Only where an open one has a date. */
    steps: readonly Pick<Step, 'due' | 'done'>[];
    independent: { rating: RatingWord } | null;
    /** Who answers for it; null = nobody. Without an owner it is whenever that is not its owner. */
    answers: 'owner' | 'deputy' | null;
    /** None: it came into the plan since. */
    before: Before | null;
  };
