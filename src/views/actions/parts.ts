import { Temporal } from 'temporal-polyfill';
import { type Action, declared, isClosed, type Rating } from '../../actions/action.ts';
import type { Age } from '../../actions/cadence.ts';
import type { Definitions } from '../../actions/definitions.ts';
import { type Difference, RATING_WORDS } from '../../actions/differences.ts';
import { formatDate, fullDay } from '../../calendar/dates.ts';
import type { Part } from '../../cards/card.ts';

/** What the cards of actions say alike. */

export type Day = Temporal.PlainDate;

export const LONGEST_TITLE = 150;

export const small = (text: string): Part => ({ type: 'text', style: 'small', text });
export const dated = (iso: string, today: Day) => formatDate(Temporal.PlainDate.from(iso), today);
export const inFull = (iso: string) => fullDay(Temporal.PlainDate.from(iso));
export const count = (many: number, one: string) => `${many} ${many === 1 ? one : `${one}s`}`;
/** "Wakefield, Ealing and Surrey" */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** Shortened to so many characters, and that it is. */
export const shortened = (text: string, most: number) => {
  const letters = [...text];
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
};

/** "WAK-12 Share early-help data with hubs: Amber → Green (you)": all of it but for a title that is too long. */
export const headline = ({ code, title }: Pick<Action, 'code' | 'title'>, says: string, before = '') => {
  const around = `${before}${code} : ${says}`;
  return `${before}${code} ${shortened(title, LONGEST_TITLE - [...around].length)}: ${says}`;
};

/** "Amber" · "Amber, 7 weeks old" · "Not rated yet, 7 weeks in the plan". */
export const ratingWords = (action: Pick<Action, 'self'>, { weeks, past }: Age, always = false): string => {
  const old = (past || always) && weeks > 0 && !isClosed(action);
  if (!action.self) return `Not rated yet${old ? `, ${count(weeks, 'week')} in the plan` : ''}`;
  return `${RATING_WORDS[declared(action)]}${old ? `, ${count(weeks, 'week')} old` : ''}`;
};

const sentence = (text: string) => (/[.!?…]$/u.test(text) ? text : `${text}.`);

/** "two failed adverts. To put it right: a joint post, by 31 January 2027." */
export const reasonWords = ({ reason, remedy, remedyBy }: Pick<Rating, 'reason' | 'remedy' | 'remedyBy'>): string =>
  [
    ...(reason ? [sentence(reason)] : []),
    ...(remedy ? [sentence(`To put it right: ${remedy}${remedyBy ? `, by ${inFull(remedyBy)}` : ''}`)] : []),
  ].join(' ');

/** What the colours mean; shown once to each person before one press is enough. */
export const definitionParts = ({ changed, green, amber, red }: Definitions): Part[] => [
  {
    type: 'text',
    style: 'strong',
    text: changed ? 'What the colours mean now (changed since you last rated)' : 'What the colours mean (shown until your first rating)',
  },
  {
    type: 'facts',
    facts: [
      { label: 'Green', value: green },
      { label: 'Amber', value: amber },
      { label: 'Red', value: red },
    ],
  },
];

const SHORT: Record<Difference['kind'], (difference: Difference) => string> = {
  figures: () => 'the figures differ',
  adviser: ({ says }) => says,
  at_once: ({ says }) => says,
};
/** In a list: that it does not agree, in a few words. */
export const differencesShort = (differences: readonly Difference[]): string =>
  differences.map((difference) => SHORT[difference.kind](difference)).join(', ');
