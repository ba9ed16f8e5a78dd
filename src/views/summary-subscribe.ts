import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import type { Every } from '../summaries/receivers.ts';
import type { Subscription } from '../summaries/subscriptions.ts';
import { capital, shortened, small } from './actions/parts.ts';
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

/** Everything that comes by itself, each with the button that ends it. */
export const subscriptionsPart = (subscriptions: readonly Subscription[], roles: readonly ByRole[], own: string, today: Day): Part[] => {
  const standing = subscriptions.filter(({ ended }) => ended === null);
  const ended = subscriptions.flatMap(({ scope, channel, ended: end }) => (end ? [{ scope, channel, ...end }] : []));
  const items = [
    ...roles.map(({ scope, every }) => ({
      text: `${shortened(scope, LONGEST_NAME)}: ${everyWords(every)} to you`,
      detail: 'by your role',
    })),
    ...standing.map(({ id, personId, scope, every, channel }) => ({
      text: `${shortened(scope, LONGEST_NAME)}: ${everyWords(every)} ${where(channel)}`,
      ...(personId === own
        ? {
            button: {
              label: 'End it',
              press: { verb: 'summary.end', state: { subscription: id } },
              says: `End the summary of ${scope} ${where(channel)}`,
            },
          }
        : { detail: 'somebody else subscribed to it' }),
    })),
  ];
  return [
    ...(items.length > 0
      ? [
          { type: 'text' as const, style: 'heading' as const, text: 'What comes by itself' },
          { type: 'list' as const, items: items.slice(0, MOST_LISTED) },
        ]
      : []),
    ...(items.length > MOST_LISTED ? [small(`and ${items.length - MOST_LISTED} more: they are shown once some of these have ended.`)] : []),
    ...ended.map(({ scope, channel, on, why }) =>
      small(`${scope}${channel ? `, ${channel}` : ''}: ended on ${formatDate(Temporal.PlainDate.from(on), today)}, because ${why}.`),
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
            ? 'What waits for you is first in it. It ends when you end it, or may not read it any more.'
            : 'It has names and reasons only if its preview had them, and while it is known that nobody from outside reads there. It is posted by your rights: it ends when you end it, leave, or may not read it any more.',
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
    title: ended ?? (found ? 'These summaries come by themselves. Which one is to end?' : none),
    parts: [...list, ...(found ? [] : [small(`To have one sent: ${slash}summary subscribe`)])],
  };
};

/** "Every month instead" */
export const insteadLabel = (every: Every) => `${capital(everyWords(every))} instead`;
