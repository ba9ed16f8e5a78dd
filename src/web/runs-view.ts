import { dayWords } from '../calendar/dates.ts';
import { periodFromKey } from '../calendar/periods.ts';
import { nationalTerms } from '../calendar/terms.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { LostDelivery, LostMessage, Run, Runs } from '../nudges/runs.ts';

/** Runs as their page shows them: in words, with counts as people in England read them. */

const number = (value: number) => value.toLocaleString('en-GB');
const when = (at: Date) => at.toLocaleString('en-GB', { timeZone: PROGRAMME_ZONE, dateStyle: 'medium', timeStyle: 'short' });

/** The columns of a run, in order, each with its heading. */
const COUNTS = [
  ['lookedAt', 'Looked at'],
  ['planned', 'Planned'],
  ['sent', 'Sent'],
  ['waiting', 'Waiting'],
  ['left', 'Left'],
  ['failed', 'Failed'],
  ['unconfirmed', 'Unconfirmed'],
] as const satisfies [keyof Run, string][];

const PLATFORMS: Record<string, string> = { slack: 'Slack', teams: 'Microsoft Teams' };

const deliveryWhat = ({ kind, week }: LostDelivery) =>
  `${kind === 'nudge' ? 'Nudge' : 'Summary'}, week of ${dayWords(periodFromKey(week, nationalTerms).start)}`;
const deliveryTo = ({ post, channel }: LostDelivery) => (channel === null ? post : `${channel}, as ${post} subscribed`);

const messageWhat = ({ kind, platform, secret }: LostMessage) => {
  if (kind === 'email') return secret ? 'E-mail with a link that lets somebody in' : 'E-mail';
  return `${kind === 'home' ? 'Home page' : 'Answer or notice'} in ${PLATFORMS[platform ?? ''] ?? 'a chat'}`;
};

type View = { id: string; what: string; to: string; at: string; why: string; again: boolean };
/** What has failed and what is unconfirmed, each with how many there are. */
const byState = <T extends LostDelivery | LostMessage>(all: readonly T[], view: (one: T) => Omit<View, 'id' | 'at' | 'why'>) => {
  const of = (state: T['state']) => {
    const these = all.filter((one) => one.state === state);
    const count = these[0]?.all ?? 0;
    return {
      count: number(count),
      /** "the newest 50 of 612" when not all are listed. */
      part: count > these.length ? `the newest ${number(these.length)} of ${number(count)}` : undefined,
      rows: these.map((one): View => ({ id: one.id, at: when(one.at), why: one.why ?? 'Nobody knows why.', ...view(one) })),
    };
  };
  return { failed: of('failed'), unconfirmed: of('unconfirmed') };
};

/** @param again whether whoever looks may send again what has failed */
export const runsView = ({ plannedTo, runs, left, deliveries, messages }: Runs, again: boolean) => ({
  plannedTo: plannedTo ? when(plannedTo) : undefined,
  headings: COUNTS.map(([, heading]) => heading),
  runs: runs.map((run) => ({ name: when(run.to), counts: COUNTS.map(([key]) => number(run[key])) })),
  left: left.map(({ why, count }) => ({ why: why ?? 'Nobody knows why.', count: number(count) })),
  deliveries: byState(deliveries, (one) => ({ what: deliveryWhat(one), to: deliveryTo(one), again: again && one.state === 'failed' })),
  messages: byState(messages, (one) => ({
    what: messageWhat(one),
    to: one.post ?? (one.kind === 'card' ? 'a channel, or an account that nobody here has' : 'somebody whom nobody here knows'),
    again: again && one.state === 'failed' && !one.secret && one.kind !== 'home',
  })),
});
