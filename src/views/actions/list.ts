import { type Action, declared, isClosed, type RatingWord } from '../../actions/action.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { ownerless } from '../ownership.ts';
import type { Flow } from './buttons.ts';
import { count, dated, differencesShort, ratingWords, shortened, small } from './parts.ts';
import type { Look } from './show.ts';

/** Actions in lists → cards. The first line says it all; what waits stands first. */

/** Actions on one page; the rest is one press away. */
export const PAGE = 20;

export type Line = Look & {
  /** The reader answers for it or stands in. */
  mine: boolean;
  /** Its rating waits for the reader. */
  waits: boolean;
};

const ORDER: RatingWord[] = ['red', 'amber', 'not_started', 'green', 'on_hold', 'complete', 'stopped'];

/** What waits first; then reds, ambers, what nobody has rated, greens; what is closed last. By date among equals. */
export const inOrder = (one: Line, other: Line): number =>
  Number(other.waits) - Number(one.waits) ||
  ORDER.indexOf(declared(one.action)) - ORDER.indexOf(declared(other.action)) ||
  (one.action.due ?? '9999').localeCompare(other.action.due ?? '9999');

const LONGEST = 70;

/** "Amber, 7 weeks old · 6 days past its date (13 Nov)" */
const detail = ({ action, age, status, differences, today }: Line): string => {
  const nobody = ownerless(action, today);
  return [
    ratingWords(action, age),
    ...(status.status === 'late' || status.status === 'step_late' ? [status.word] : []),
    ...(isClosed(action) || !action.due ? [] : [`due ${dated(action.due, today)}`]),
    ...(nobody && !isClosed(action) ? [nobody] : []),
    ...(differences.length > 0 ? [differencesShort(differences)] : []),
  ].join(' · ');
};

const item = (line: Line) => {
  const { action, mine } = line;
  return {
    text: `${action.code} ${shortened(action.title, LONGEST)}`,
    detail: detail(line),
    button: {
      label: mine && !isClosed(action) ? 'Rate' : 'Show',
      press: { verb: 'rag.show', state: { action: action.id } },
      says: `${mine && !isClosed(action) ? 'Rate' : 'Show'} ${action.code}`,
    } satisfies Button,
  };
};

export type Listed = {
  title: string;
  lines: Line[];
  /** Place of the first of this page. */
  from: number;
  /** What was typed, for the next page. */
  words: string;
  /** Id of the only project that is listed, for the next page. */
  project?: string | undefined;
  /** What waits besides: above the list. */
  above?: Part[];
  /** Said under the list: what it leaves out. */
  notes: string[];
  buttons: Button[];
};

export const listCard = ({ title, lines, from, words, project, above = [], notes, buttons }: Listed): Card => {
  const page = lines.slice(from, from + PAGE);
  const left = lines.length - from - page.length;
  const next: Button[] =
    left > 0
      ? [
          {
            label: `Show the ${left > PAGE ? 'next' : 'last'} ${Math.min(PAGE, left)}`,
            press: { verb: 'rag.more', state: { words, from: from + PAGE, ...(project ? { project } : {}) } },
          },
        ]
      : [];
  return {
    title: from === 0 ? title : `${title}: ${from + 1} to ${from + page.length}`,
    parts: [
      ...above,
      ...(page.length > 0 ? [{ type: 'list', items: page.map(item) } satisfies Part] : []),
      ...notes.map(small),
      ...(next.length + buttons.length > 0 ? [{ type: 'buttons', buttons: [...next, ...buttons] } satisfies Part] : []),
    ],
  };
};

/** The end of going through what waits, one after the other. */
export const doneCard = (
  { did, skipped }: Flow,
  rated: readonly (Pick<Action, 'code' | 'title'> & { rating: RatingWord })[],
  saved: string | undefined,
): Card => ({
  title:
    did.length === 0
      ? skipped.length === 0
        ? 'Nothing waits for you.'
        : `Nothing was rated. ${count(skipped.length, 'action')} skipped: ${skipped.length === 1 ? 'it waits' : 'they wait'} for you still.`
      : `Done: you rated ${count(did.length, 'action')}${skipped.length > 0 ? `; ${skipped.length} skipped, which ${skipped.length === 1 ? 'waits' : 'wait'} for you still` : ''}.`,
  parts: [
    ...(saved && rated.length === 0 ? [small(saved)] : []),
    ...(rated.length > 0
      ? [
          {
            type: 'list',
            items: rated.map(({ code, title, rating }) => ({
              text: `${code} ${shortened(title, LONGEST)}`,
              detail: RATING_WORDS[rating],
            })),
          } satisfies Part,
        ]
      : []),
    ...(skipped.length > 0
      ? [
          { type: 'text', text: `Skipped: ${skipped.join(', ')}.` } satisfies Part,
          { type: 'buttons', buttons: [{ label: 'Go through them again', press: { verb: 'rag.next' } }] } satisfies Part,
        ]
      : []),
  ],
});

export const emptyCard = (title: string, text: string | undefined, buttons: Button[]): Card => ({
  title,
  parts: [
    ...(text ? [{ type: 'text', text } satisfies Part] : []),
    ...(buttons.length > 0 ? [{ type: 'buttons', buttons } satisfies Part] : []),
  ],
});

/** On the home card: ratings that wait, in one line with one press. */
export const ratingsWaitPart = (waiting: readonly Action[]): Part[] => {
  const [only, ...others] = waiting;
  if (!only) return [];
  const text =
    others.length === 0
      ? `${only.code} ${shortened(only.title, LONGEST)}`
      : `${waiting.length} of your actions: ${shortened(waiting.map(({ code }) => code).join(', '), LONGEST)}`;
  return [{ type: 'list', items: [{ text, detail: 'a new rating is waiting', button: { label: 'Rate', press: { verb: 'rag.next' } } }] }];
};
