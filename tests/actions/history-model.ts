/**
 * What a plan is said to be, in the plainest way there is: a list of what happened, folded up to a moment. Written without the product,
 * so that it cannot make the product's mistakes: it imports nothing.
 */

export type Word = 'not_started' | 'green' | 'amber' | 'red' | 'complete' | 'on_hold' | 'stopped';
export type Happened = {
  /** Milliseconds since 1970: what was recorded then. */
  at: number;
  by: string;
  action: string;
} & (
  | { what: 'created'; code: string; title: string; due: string | null; owner: string | null }
  | { what: 'titled'; title: string }
  | { what: 'due'; due: string | null }
  | { what: 'owned'; owner: string | null; deputy: string | null }
  | { what: 'step added'; text: string }
  | { what: 'step done'; step: number }
  | { what: 'rated'; kind: 'self' | 'independent'; rating: Word; reason: string }
  | { what: 'commented'; text: string }
);

type Said = { rating: Word; reason: string; by: string; at: number; on: string; version: number };
type Other = { rating: Word; by: string; on: string };
export type Known = {
  code: string;
  title: string;
  due: string | null;
  owner: string | null;
  deputy: string | null;
  steps: { text: string; due: null; done: string | null }[];
  since: string;
  version: number;
  self: Said | null;
  independent: Said | null;
  /** Who else said something else on the same day, and last. */
  atOnce: { self?: Other; independent?: Other } | null;
};

const LONDON = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' });
const dayOf = (at: number) => LONDON.format(at);

/** A moment shows everything up to the last thing that was recorded by then, in the order in which it was kept. */
const upTo = <One extends { at: number }>(chain: One[], moment: number): One[] =>
  chain.slice(0, chain.findLastIndex(({ at }) => at <= moment) + 1);

type Draft = Omit<Known, 'self' | 'independent' | 'atOnce'>;

const change = (known: Draft, happened: Happened): Draft => {
  const next = { ...known, version: known.version + 1 };
  switch (happened.what) {
    case 'titled':
      return { ...next, title: happened.title };
    case 'due':
      return { ...next, due: happened.due };
    case 'owned':
      return { ...next, owner: happened.owner, deputy: happened.deputy };
    case 'step added':
      return { ...next, steps: [...known.steps, { text: happened.text, due: null, done: null }] };
    case 'step done':
      return { ...next, steps: known.steps.map((step, at) => (at === happened.step ? { ...step, done: dayOf(happened.at) } : step)) };
    default:
      return known;
  }
};

const isRating = (happened: Happened) => happened.what === 'rated';
const saidIn = (history: Happened[], kind: 'self' | 'independent', moment: number): Said[] =>
  upTo(
    history.filter(isRating).filter((rated) => rated.kind === kind),
    moment,
  ).map(({ rating, reason, by, at }, index) => ({
    rating,
    reason,
    by,
    at,
    on: dayOf(at),
    version: index + 1,
  }));

/** Of the others who said something on the day of the last rating, the latest whose last word is another one. */
const otherIn = (said: Said[]): Other | undefined => {
  const last = said.at(-1);
  const thatDay = said.slice(said.findLastIndex(({ on }) => on !== last?.on) + 1, -1);
  const lastWords = [...new Map(thatDay.map((one) => [one.by, one])).values()].sort((one, other) => other.version - one.version);
  const other = lastWords.find(({ by, rating }) => by !== last?.by && rating !== last?.rating);
  return other && { rating: other.rating, by: other.by, on: other.on };
};

/** The state of one action at a moment (milliseconds since 1970); undefined while there is none. */
const stateOf = (history: Happened[], moment: number): Known | undefined => {
  const [first, ...changes] = upTo(
    history.filter(({ what }) => what !== 'rated' && what !== 'commented'),
    moment,
  );
  if (first?.what !== 'created') return undefined;
  const { code, title, due, owner } = first;
  const draft = changes.reduce(change, { code, title, due, owner, deputy: null, steps: [], since: dayOf(first.at), version: 1 });
  const self = saidIn(history, 'self', moment);
  const independent = saidIn(history, 'independent', moment);
  const [one, other] = [otherIn(self), otherIn(independent)];
  return {
    ...draft,
    self: self.at(-1) ?? null,
    independent: independent.at(-1) ?? null,
    atOnce: one || other ? { ...(one ? { self: one } : {}), ...(other ? { independent: other } : {}) } : null,
  };
};

/** Every action that there is at a moment, in the order in which they were made. */
export const statesAt = (history: Happened[], moment: number): Known[] =>
  Map.groupBy(history, ({ action }) => action)
    .values()
    .toArray()
    .flatMap((ofOne) => stateOf(ofOne, moment) ?? []);

/** What was said of an action, newest first. */
export const commentsOf = (history: Happened[], action: string): string[] =>
  history.flatMap((happened) => (happened.action === action && happened.what === 'commented' ? happened.text : [])).reverse();

/** When each version of a chain ended: when a later one was recorded. */
export const endsOf = (recorded: number[]): number[] => recorded.map((_, at) => Math.min(...recorded.slice(at + 1)));
