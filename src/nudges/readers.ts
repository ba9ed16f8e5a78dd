import type { Person } from './person.ts';

/** What a summary that somebody is sent, as src/summaries/receivers.ts says, means for what else they are told and when. */

export type Receives = {
  personId: string;
  scopeKind: string;
  scopeId: string;
  every: 'week' | 'month';
  /** A conversation that others read; none: the person themselves. */
  channel: { platform: string; name: string } | null;
};

/** Those who are told what waits by a summary every week. */
export const weeklyOf = (receivers: readonly Pick<Receives, 'personId' | 'every' | 'channel'>[]): Set<string> =>
  new Set(receivers.filter(({ every, channel }) => every === 'week' && channel === null).map(({ personId }) => personId));

/** Whoever reads in a channel is nobody in particular: it has the working days of who subscribed, is never away and asks for no quiet. */
export const keeperOf = (person: Person, receiver: Pick<Receives, 'channel'> | undefined): Person =>
  receiver?.channel ? { ...person, away: [], quietUntil: null } : person;
