import { Temporal } from 'temporal-polyfill';
import type { ChatRoute, Route } from '../people/routes.ts';
import type { Line } from './line.ts';
import { earliest, hoursEnd, isQuietAt, mondayOfWeek, sendBy, summaryBy } from './moment.ts';
import type { Nudge } from './nudges.ts';
import type { Person } from './person.ts';
import { keeperOf, type Receives } from './readers.ts';

/** What becomes of a planned message when its moment has come, as everything is then. Pure. */

/** Why one is left, for the administrator: the same words for the same reason, so that they can be counted. */
export const WHY = {
  gone: 'they have left, or hold no role any more',
  unread: 'they do not get this summary any more',
  quiet: 'they asked not to be written to',
  late: 'no working hours of theirs are left in its time',
  nothing: 'nothing waits for them any more',
  noWay: 'there is no way to write to them: no chat that is open, and no e-mail',
  notTheirs: 'there is nothing in it that they may read any more',
} as const;

/**
 * Where one was handed to. `shown`: what its card says, as a digest. `again` (ISO): nothing went that way for a while, as in an outage, and
 * from then on it may be tried once more; without it a way that was tried is closed for good.
 */
export type Handed = { platform: string; tenant?: string; user?: string; shown?: string; again?: string };

export type Planned = {
  kind: 'nudge' | 'summary';
  personId: string;
  subscriptionId: string | null;
  /** It is posted in a conversation that others read. */
  shared: boolean;
  scopeKind: string | null;
  scopeId: string | null;
  week: string;
  moment: Date;
  /** Why it did not go before; null: it was not tried. */
  why: string | null;
  /** The ways that failed, in order. */
  tried: readonly Handed[];
};

/** Somebody who is sent a summary (src/summaries/receivers.ts). */
export type Reader = Receives & {
  channel: (Omit<ChatRoute, 'user'> & { conversation: string; name: string }) | null;
};

/** What the rules say now of those that are looked at together. */
export type Now = {
  moment: Temporal.Instant;
  people: ReadonlyMap<string, Person>;
  nudges: ReadonlyMap<string, Pick<Nudge, 'all' | 'lines'>>;
  receivers: readonly Reader[];
  routes: ReadonlyMap<string, readonly Route[]>;
};

/** Where one goes, and until when it may. `lines`: what a nudge tells; of a summary, whatever waits for its reader. */
export type To = {
  person: Person;
  until: Temporal.Instant;
  channel: Reader['channel'];
  every: Reader['every'];
  route: Route;
  lines: readonly Line[];
};
export type Verdict = { hand: To } | { left: string } | { failed: string } | { waitTo: Temporal.Instant };

const isAfter = (one: Temporal.Instant, other: Temporal.Instant): boolean => Temporal.Instant.compare(one, other) > 0;

/** The same reader and scope: of a conversation by its subscription, of a person by whatever makes it theirs. */
const isReader = (planned: Planned, { personId, subscriptionId, scopeKind, scopeId, channel }: Reader): boolean =>
  personId === planned.personId &&
  scopeKind === planned.scopeKind &&
  scopeId === planned.scopeId &&
  (planned.shared ? subscriptionId === planned.subscriptionId : channel === null);

const isWay = (route: Route, { platform, tenant, user = '' }: Handed): boolean =>
  route.platform === platform && (route.platform === 'email' || (route.tenant === tenant && route.user === user));

type Way = { route: Route /** Not before; none: it was not tried yet. */; from?: Temporal.Instant };

/** The best way that is left: one that was not tried, else the one that may be tried again first. */
const wayOf = (routes: readonly Route[], tried: readonly Handed[]): Way | undefined => {
  const ways = routes.flatMap((route): Way[] => {
    const before = tried.findLast((one) => isWay(route, one));
    if (!before) return [{ route }];
    return before.again === undefined ? [] : [{ route, from: Temporal.Instant.from(before.again) }];
  });
  const soonest = (one: Way, other: Way) => (one.from && other.from ? Temporal.Instant.compare(one.from, other.from) : 0);
  return ways.find(({ from }) => from === undefined) ?? ways.toSorted(soonest)[0];
};

export const verdictOn = (planned: Planned, { moment, people, nudges, receivers, routes }: Now): Verdict => {
  const notAnyMore = (why: string): Verdict => (planned.why === null ? { left: why } : { failed: planned.why });
  const someone = people.get(planned.personId);
  if (!someone) return { left: WHY.gone };
  const reader = receivers.find((one) => isReader(planned, one));
  if (planned.kind === 'summary' && !reader) return { left: WHY.unread };
  const person = planned.kind === 'summary' ? keeperOf(someone, reader) : someone;
  if (isQuietAt(person, moment)) return { left: WHY.quiet };
  const by =
    planned.kind === 'nudge'
      ? sendBy(person, mondayOfWeek(planned.week))
      : summaryBy(person, Temporal.Instant.fromEpochMilliseconds(planned.moment.getTime()));
  const start = earliest(person, moment, by);
  if (!start) return notAnyMore(WHY.late);
  if (isAfter(start, moment)) return { waitTo: start };
  const nudge = nudges.get(planned.personId);
  const lines = (planned.kind === 'nudge' ? nudge?.lines : nudge?.all) ?? [];
  if (planned.kind === 'nudge' && lines.length === 0) return { left: WHY.nothing };
  const channel = (planned.kind === 'summary' && reader?.channel) || null;
  const way = wayOf(channel ? [{ ...channel, user: '' }] : (routes.get(planned.personId) ?? []), planned.tried);
  if (!way) return notAnyMore(WHY.noWay);
  if (way.from && isAfter(way.from, moment)) {
    const again = earliest(person, way.from, by);
    return again ? { waitTo: again } : notAnyMore(WHY.late);
  }
  const ends = hoursEnd(person, moment);
  return { hand: { person, until: isAfter(ends, by) ? by : ends, channel, every: reader?.every ?? 'week', route: way.route, lines } };
};
