import { Temporal } from 'temporal-polyfill';
import { dayWords } from '../calendar/dates.ts';
import { type Action, declared, type Rated, type RatingWord } from './action.ts';
import { differ } from './scrutiny.ts';
import type { ActionStatus } from './status.ts';

/** Where what is declared and what is known otherwise do not agree: said in one line, in one place. */
export type Difference =
  /** Declared green or complete, and the data say something else. */
  | { kind: 'figures'; says: string }
  /** The adviser rates it otherwise than the owner. */
  | { kind: 'adviser'; rating: RatingWord; says: string }
  /** Two people, or two advisers, rated it otherwise on the same day. */
  | { kind: 'at_once'; says: string };

export const RATING_WORDS: Record<RatingWord, string> = {
  not_started: 'Not started',
  green: 'Green',
  amber: 'Amber',
  red: 'Red',
  complete: 'Complete',
  on_hold: 'On hold',
  stopped: 'Stopped',
};

/** What the data say of the KPIs that an action should move: the KPIs' own words. */
export type KpiWord = { name: string; status: 'on_track' | 'close' | 'off_track' | 'too_early' | 'none'; word: string };

/** A line of a list has room for so many characters of what else the adviser is; the action's own card says all of it. */
const LONGEST_TIE = 60;

/** It may be read long after. */
const dayInFull = (iso: string) => dayWords(Temporal.PlainDate.from(iso));

/** "adviser (also chairs the board) says amber" */
export const adviserSays = ({ rating, also }: { rating: RatingWord; also?: string | null }): string => {
  const other = also ? ` (also ${also.length <= LONGEST_TIE ? also : 'has another part there'})` : '';
  return `adviser${other} says ${RATING_WORDS[rating].toLowerCase()}`;
};

export const differencesOf = (
  action: Rated & { independent: { rating: RatingWord; also?: string | null } | null } & Pick<Action, 'atOnce'>,
  status: ActionStatus,
  kpis: readonly KpiWord[] = [],
): Difference[] => {
  const own = declared(action);
  const said: Difference[] = [];
  if (own === 'green' || own === 'complete') {
    const off = kpis.filter((kpi) => kpi.status === 'off_track').map(({ name }) => `${name} is off track`);
    const against = [...(status.status === 'late' || status.status === 'step_late' ? [status.word] : []), ...off];
    if (against.length > 0) said.push({ kind: 'figures', says: `rated ${own}, but ${against.join(' and ')}` });
  }
  if (differ(action)) {
    const { rating } = action.independent;
    said.push({ kind: 'adviser', rating, says: adviserSays(action.independent) });
  }
  for (const { rating, by, on } of Object.values(action.atOnce ?? {}))
    said.push({
      kind: 'at_once',
      says: `${by ?? 'somebody else'} said ${RATING_WORDS[rating].toLowerCase()} on the same day (${dayInFull(on)})`,
    });
  return said;
};
