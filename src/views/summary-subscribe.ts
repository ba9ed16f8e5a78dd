import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import { capital } from '../cards/format.ts';
import { NEVER } from '../nudges/settings.ts';
import type { Every } from '../summaries/receivers.ts';
import type { Subscription } from '../summaries/subscriptions.ts';
import { shortened, small } from './actions/parts.ts';
import type { Day } from './summary-words.ts';

/** Which summaries come by themselves → cards. */

const MOST_LISTED = 15;
const LONGEST_NAME = 60;

export const everyWords = (every: Every): string => (every === 'week' ? 'every week' : 'every month');
export const otherEvery = (every: Every): Every => (every === 'week' ? 'month' : 'week');

/** When it comes. */
const WHEN: Record<Every, string> = {
  week: 'It comes on Thursdays at 08:30; where that is no working day of yours, on the next one.',
  month: 'It comes at 08:30 on the first Thursday of a month that is a working day of yours.',
};

/** What comes by role, which no subscription is needed for. */
export type ByRole = { scope: string; every: Every };

const where = (channel: string | null) => (channel === null ? 'to you' : `to ${channel}`);

/** Whoever reads it. */
export type Reader = {
  personId: string;
  /** Ids of those that they may end. */
  endable: ReadonlySet<string>;
  /** The first day on which they may be written to again, YYYY-MM-DD; undefined: today. */
  quiet: string | undefined;
  today: Day;
  /** How words are typed here: "/" or "". */
  slash: string;
};

/** What comes to them waits as long as they are quiet, and by a role it ends in no other way. */
const quietPart = ({ quiet, today, slash }: Reader): Part => {
  if (quiet === undefined)
    return small(`To have none come to you for a while: ${slash}nudge quiet until 1 March. For good: ${slash}nudge quiet always.`);
  const until = quiet === NEVER ? '' : ` until ${formatDate(Temporal.PlainDate.from(quiet), today)}`;
  return small(`You asked for quiet: none of these comes to you${until}. To have them again: ${slash}nudge on again.`);
};

/** Everything that comes by itself: each has the button that ends it, or is by a role, and stops while its reader is quiet. */
export const subscriptionsPart = (subscriptions: readonly Subscription[], roles: readonly ByRole[], reader: Reader): Part[] => {
  const standing = subscriptions.filter(({ ended }) => ended === null);
  const ended = subscriptions.flatMap(({ scope, channel, ended: end }) => (end ? [{ scope, channel, ...end }] : []));
  const items = [
    ...roles.map(({ scope, every }) => ({
      text: `${shortened(scope, LONGEST_NAME)}: ${everyWords(every)} to you`,
      detail: 'by your role',
    })),
    ...standing.map(({ id, personId, scope, every, channel }) => ({
      text: `${shortened(scope, LONGEST_NAME)}: ${everyWords(every)} ${where(channel)}`,
      ...(personId === reader.personId ? {} : { detail: 'somebody else subscribed to it' }),
      ...(reader.endable.has(id)
        ? {
            button: {
              label: 'End it',
              press: { verb: 'summary.end', state: { subscription: id } },
              says: `End the summary of ${scope} ${where(channel)}`,
            },
          }
        : {}),
    })),
  ];
  const toThem = roles.length > 0 || standing.some(({ personId, channel }) => personId === reader.personId && channel === null);
  return [
    ...(items.length > 0
      ? [
          { type: 'text' as const, style: 'heading' as const, text: 'What comes by itself' },
          { type: 'list' as const, items: items.slice(0, MOST_LISTED) },
        ]
      : []),
    ...(items.length > MOST_LISTED ? [small(`and ${items.length - MOST_LISTED} more: they are shown once some of these have ended.`)] : []),
    ...(toThem ? [quietPart(reader)] : []),
    ...ended.map(({ scope, channel, on, why }) =>
      small(`${scope}${channel ? `, ${channel}` : ''}: ended on ${formatDate(Temporal.PlainDate.from(on), reader.today)}, because ${why}.`),
    ),
  ];
};

type Subscribed = {
  scope: string;
  every: Every;
  /** "#wakefield"; none: to the person themselves. */
  channel: string | null;
  /** What was there before: the same, another rhythm, or nothing. */
  before: Every | undefined;
  /** Changes the rhythm. */
  other: Button[];
  list: readonly Part[];
};

const titleOf = ({ scope, every, channel, before }: Subscribed): string => {
  const what = `The summary of ${shortened(scope, LONGEST_NAME)}`;
  const to = channel === null ? 'to you' : `to ${channel}`;
  if (before === every) return `${what} comes ${to} ${everyWords(every)} already. Nothing was changed.`;
  return `${what} comes ${to} ${everyWords(every)} from now on${before ? `, instead of ${everyWords(before)}` : ''}.`;
};

export const subscribedCard = (subscribed: Subscribed): Card => {
  const { every, channel, other, list } = subscribed;
  return {
    title: titleOf(subscribed),
    parts: [
      { type: 'text', text: WHEN[every] },
      {
        type: 'text',
        text:
          channel === null
            ? 'What waits for you is first in it. It comes until you end it, or until you may no longer read it.'
            : 'It has names and reasons only if its preview had them, and while it is known that nobody from outside reads there. It is posted by your rights: it comes until you end it, leave, or may no longer read it.',
      },
      ...(other.length > 0 ? [{ type: 'buttons' as const, buttons: other }] : []),
      ...list,
    ],
  };
};

/** What they get by their role at least as often needs no subscription. */
export const byRoleCard = (scope: string, every: Every, list: readonly Part[]): Card => ({
  title: `The summary of ${shortened(scope, LONGEST_NAME)} comes to you ${everyWords(every)} already, by your role. Nothing was changed.`,
  parts: [...list],
});

export const listCard = (ended: string | undefined, list: readonly Part[], slash: string): Card => {
  const none = 'No summary comes by itself.';
  const found = list.length > 0;
  return {
    title: ended ?? (found ? 'These summaries come by themselves.' : none),
    parts: [...list, ...(found ? [] : [small(`To have one sent: ${slash}summary subscribe`)])],
  };
};

/** "Every month instead" */
export const insteadLabel = (every: Every) => `${capital(everyWords(every))} instead`;
