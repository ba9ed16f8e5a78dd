import { Temporal } from 'temporal-polyfill';
import { type Action, declared, type Rating, type RatingKind, type RatingWord } from '../../actions/action.ts';
import type { Definitions } from '../../actions/definitions.ts';
import { type KpiWord, RATING_WORDS } from '../../actions/differences.ts';
import type { ActionStatus } from '../../actions/status.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import { alsoWith, besideWords, otherKindButton } from './beside.ts';
import { type Flow, ratingButtons } from './buttons.ts';
import { count, type Day, dated, definitionParts, headline, listed, reasonWords, small } from './parts.ts';

/** A rating that was given → cards: old → new in the first line, then what is to be asked. */

export type Rated = {
  /** As it is now. */
  action: Action;
  kind: RatingKind;
  before: Rating | null;
  now: Rating;
  status: ActionStatus;
  kpis: KpiWord[];
  today: Day;
  /** The reader's own (IANA). */
  zone: string;
  /** Whose action it is, where somebody else rated it for them. */
  forOwner: string | undefined;
  /** What somebody else said after the reader looked, or on the same day. */
  meanwhile: Rating | undefined;
  /** It was saved before: this is the same press once more. */
  again: boolean;
  /** The reader may give this other rating of it, too. */
  otherKind?: RatingKind | undefined;
  definitions: Definitions | undefined;
  flow: Flow | undefined;
};

const REST = new Set(['complete', 'on_hold', 'stopped']);

/** "Amber → Green (you)" */
export const changeWords = (before: Rating | null, now: Rating): string => {
  const word = RATING_WORDS[now.rating];
  if (!before) return `${word} (you)`;
  return before.rating === now.rating ? `${word} as before (you)` : `${RATING_WORDS[before.rating]} → ${word} (you)`;
};

/** The same of what is declared by a form of its own: "Not started → Complete (you)" */
export const declaredWords = (action: Pick<Action, 'self'>, rating: RatingWord): string =>
  declared(action) === rating
    ? `${RATING_WORDS[rating]} as before (you)`
    : `${RATING_WORDS[declared(action)]} → ${RATING_WORDS[rating]} (you)`;

/** "Meanwhile Wakefield coordinator said amber, 14:02: waiting for health. Both are kept." */
export const meanwhileWords = (said: Rating, today: Day, zone: string): string => {
  const { hour, minute } = Temporal.Instant.from(said.at).toZonedDateTimeISO(zone);
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  const when = said.on === today.toString() ? time : `${dated(said.on, today)}, ${time}`;
  const reason = reasonWords(said);
  return `Meanwhile ${said.by ?? 'somebody else'}${alsoWith(said)} said ${RATING_WORDS[said.rating].toLowerCase()}, ${when}${reason ? `: ${reason}` : '.'} Both are kept.`;
};

/** "It was due on 13 Nov and one step is open." Nothing when nothing speaks against green. */
export const againstGreen = ({ action, status, kpis, today }: Pick<Rated, 'action' | 'status' | 'kpis' | 'today'>): string => {
  const open = action.steps.filter(({ done }) => done === null).length;
  const step = action.steps.findIndex(({ done, due }) => done === null && due !== null && due < today.toString());
  const against = [
    ...(status.status === 'late' && action.due ? [`it was due on ${dated(action.due, today)}`] : []),
    ...(status.status === 'late' && open > 0 ? [`${open === 1 ? 'one step is' : `${count(open, 'step')} are`} open`] : []),
    ...(status.status === 'step_late'
      ? [`step ${step + 1} was due on ${dated(action.steps[step]?.due as string, today)} and is open`]
      : []),
    ...kpis.filter((kpi) => kpi.status === 'off_track').map(({ name }) => `${name} is off track`),
  ];
  return against.length === 0 ? '' : `${capital(listed(against))}.`;
};

/** "Attendance is off track. What makes it complete?" Nothing when no KPI that it should move is. */
export const againstComplete = (kpis: readonly KpiWord[]): string => {
  const off = kpis.filter(({ status }) => status === 'off_track').map(({ name }) => name);
  if (off.length === 0) return '';
  return `${listed(off)} ${off.length === 1 ? 'is' : 'are'} off track. What makes it complete?`;
};

const askParts = (rated: Rated, against: string): Part[] => {
  const { action, kind, now, flow } = rated;
  const state = { action: action.id, kind, version: now.version, ...(flow ? { flow } : {}) };
  const buttons: Button[] = [
    { label: 'Say why', press: { verb: 'rag.explain', state }, style: 'primary' },
    { label: 'Make it amber', press: { verb: 'rag.rate', state: { ...state, rating: 'amber' } } },
    ...(kind === 'self' ? [{ label: 'It is complete', press: { verb: 'rag.done', state: { ...state, rating: 'complete' } } }] : []),
    ...(flow ? [{ label: 'Go on', press: { verb: 'rag.next', state: flow } }] : []),
  ];
  return [
    { type: 'text', text: `${against} What makes it green?` },
    { type: 'buttons', buttons },
  ];
};

/** An adviser's green beside an owner's red or amber helps nobody without a word about it. */
const againstOwner = ({ self }: Pick<Action, 'self'>): string =>
  self?.rating === 'red' || self?.rating === 'amber' ? 'The owner sees it otherwise.' : '';

/** What is asked once a green is saved, because the figures or, to an adviser, the owner say something else; empty when nothing is. */
export const askedAfter = (rated: Pick<Rated, 'action' | 'kind' | 'now' | 'status' | 'kpis' | 'today'>): string => {
  if (rated.now.rating !== 'green' || rated.now.reason) return '';
  return rated.kind === 'self' ? againstGreen(rated) : againstOwner(rated.action);
};

export const ratedCard = (rated: Rated): Card => {
  const { action, kind, before, now, today, zone, forOwner, meanwhile, again, otherKind, definitions } = rated;
  const asked = askedAfter(rated);
  const reason = reasonWords(now);
  const other = kind === 'self' ? action.independent : action.self;
  return {
    title: headline(action, changeWords(before, now)),
    parts: [
      ...(again ? [small('It was saved already: nothing changed.')] : []),
      ...(meanwhile ? [{ type: 'text', text: meanwhileWords(meanwhile, today, zone) } satisfies Part] : []),
      ...(before && REST.has(before.rating) && !REST.has(now.rating)
        ? [{ type: 'text', text: `It was ${RATING_WORDS[before.rating].toLowerCase()}: it is open again.` } satisfies Part]
        : []),
      ...(reason ? [{ type: 'text', text: reason } satisfies Part] : []),
      ...(forOwner ? [small(`You rated it for: ${forOwner}.`)] : []),
      ...(other && other.rating !== now.rating
        ? [
            small(
              `${kind === 'self' ? `The adviser${alsoWith(other)}` : 'The owner'} said ${RATING_WORDS[other.rating].toLowerCase()} on ${dated(other.on, today)}.`,
            ),
          ]
        : []),
      ...(kind === 'independent' ? [small(besideWords(now.also))] : []),
      ...(otherKind
        ? [
            small(
              kind === 'self'
                ? 'This is its own rating. You are its adviser too.'
                : 'This is your rating as its adviser. You may rate it for its owner too.',
            ),
          ]
        : []),
      ...(asked
        ? [
            ...askParts(rated, asked),
            ...(otherKind ? [{ type: 'buttons', buttons: [otherKindButton(action, otherKind)] } satisfies Part] : []),
          ]
        : [
            {
              type: 'buttons',
              buttons: [
                { label: 'Show the action', press: { verb: 'rag.show', state: { action: action.id } }, says: `Show ${action.code}` },
                ...(otherKind ? [otherKindButton(action, otherKind)] : []),
              ],
            } satisfies Part,
          ]),
      ...(definitions ? definitionParts(definitions) : []),
    ],
  };
};

/** Something is to be said or chosen before anything is saved; what was typed travels in the buttons. */
export const askRatingCard = (
  action: Action,
  kind: RatingKind,
  why: string,
  today: Day,
  {
    flow,
    reason,
    meant,
    repeats,
  }: { flow?: Flow | undefined; reason?: string | undefined /** Offered first. */; meant?: Button; repeats?: boolean } = {},
): Card => ({
  title: headline(action, why, 'Not saved. '),
  parts: [
    ...(reason ? [{ type: 'text', text: `Your words: ${reason}` } satisfies Part] : []),
    { type: 'buttons', buttons: [...(meant ? [meant] : []), ...ratingButtons({ action, kind, today, flow, reason, repeats })] },
  ],
});
