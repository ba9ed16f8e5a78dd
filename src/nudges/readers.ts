import { Temporal } from 'temporal-polyfill';
import { isQuietAt, mondayOf, summaryMoment, summarySpan } from './moment.ts';
import type { Person } from './person.ts';

/** What a summary that somebody is sent, as src/summaries/receivers.ts says, means for what else they are told and when. */

export type Receives = {
  personId: string;
  /** None: by their role. */
  subscriptionId: string | null;
  scopeKind: string;
  scopeId: string;
  every: 'week' | 'month';
  /** A conversation that others read; none: the person themselves. */
  channel: { platform: string; name: string } | null;
};

/** By what a summary is planned once: its reader, what it is of, and its week or month. @param monday of the week in which it goes */
export const summaryKey = ({ personId, subscriptionId, scopeId, channel, every }: Receives, monday: Temporal.PlainDate): string =>
  `summary ${channel ? subscriptionId : personId} ${scopeId} ${summarySpan(monday, every)}`;

/** Those who are told what waits by a summary every week. */
export const weeklyOf = (receivers: readonly Pick<Receives, 'personId' | 'every' | 'channel'>[]): Set<string> =>
  new Set(receivers.filter(({ every, channel }) => every === 'week' && channel === null).map(({ personId }) => personId));

/** Whoever reads in a channel is nobody in particular: it has the working days of who subscribed, is never away and asks for no quiet. */
export const keeperOf = (person: Person, receiver: Pick<Receives, 'channel'> | undefined): Person =>
  receiver?.channel ? { ...person, away: [], quietUntil: null } : person;

/** Hours: a nudge is not worth a message of its own when a summary comes so soon, because what waits is the first thing in it. */
export const SOON = 24;

/** When the first summary comes that somebody is sent themselves, after one moment, up to a day after another; undefined: none does. */
export const summarySoon = (
  person: Person,
  theirs: readonly Pick<Receives, 'every' | 'channel'>[],
  from: Temporal.Instant,
  at: Temporal.Instant,
): Temporal.Instant | undefined =>
  theirs
    .flatMap(({ every, channel }) => (channel === null ? (summaryMoment(person, mondayOf(at), every) ?? []) : []))
    .filter((moment) => Temporal.Instant.compare(moment, from) > 0 && Temporal.Instant.compare(moment, at.add({ hours: SOON })) <= 0)
    .find((moment) => !isQuietAt(person, moment));
