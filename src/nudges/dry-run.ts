import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import { sql, type Tx } from '../db/client.ts';
import { routesOf } from '../people/routes.ts';
import { scopeNamed } from '../people/scope-name.ts';
import { type Before, inSummary } from './goes.ts';
import type { Line } from './line.ts';
import { isQuietAt, mondayOf, nudgeMoment, summaryMoment, weekName } from './moment.ts';
import { nudgesFor } from './nudges.ts';
import { peopleFor } from './people.ts';
import { keeperOf, type Receives, summaryKey, summarySoon, weeklyOf } from './readers.ts';
import { toldTo } from './told.ts';

/** Who would be written to at a moment, and why, without writing to anybody: for whoever runs the server. */

/** Minutes of moments that one planning looks at: the planner's own tick. */
const TICK = 5;

export type WouldGo = {
  kind: 'nudge' | 'summary';
  post: string;
  /** The locality, pilot, … of a summary. */
  scope: string | null;
  /** The conversation that it goes to; none: to the person. */
  channel: string | null;
  /** slack | teams | email; none: there is no way to reach them. */
  route: string | null;
  /** What it would tell as waiting. */
  lines: Line[];
  /** How many more it would only count. */
  more: number;
  why: string;
};

export type DryRun = {
  at: Temporal.Instant;
  messages: WouldGo[];
  /** People to whom nothing would go, counted by why. */
  silent: { why: string; count: number }[];
};

/** What is said elsewhere: who is sent a summary, and which of its lines a message shows, by what its reader was told before. */
type Outside = {
  receiversOf: () => Promise<readonly Receives[]>;
  shownOf: (lines: readonly Line[], told: { has: (key: string) => boolean }) => Line[];
};

type Scope = { scopeKind: string; scopeId: string };
const scopeKey = ({ scopeKind, scopeId }: Scope) => `${scopeKind} ${scopeId}`;

const namesOf = async (tx: Tx, scopes: readonly Scope[]): Promise<Map<string, string | null>> => {
  const rows = await tx.$queryRaw<(Scope & { name: string | null })[]>`
    select s.kind as "scopeKind", s.id as "scopeId", ${scopeNamed(sql`s.kind`, sql`s.id`)} as name
    from (select distinct kind, id from unnest(${scopes.map(({ scopeKind }) => scopeKind)}::text[], ${scopes.map(({ scopeId }) => scopeId)}::uuid[]) as x(kind, id)) s`;
  return new Map(rows.map((row) => [scopeKey(row), row.name]));
};

/** Who of these was planned a message of a week already. */
const plannedIn = async (tx: Tx, week: string): Promise<Set<string>> => {
  const rows = await tx.$queryRaw<{ personId: string }[]>`
    select distinct person_id as "personId" from delivery where week = ${week} and kind = 'nudge'`;
  return new Set(rows.map(({ personId }) => personId));
};

/** Which of some messages were planned already, by their keys. */
const plannedOf = async (tx: Tx, keys: readonly string[]): Promise<Set<string>> => {
  const rows = await tx.$queryRaw<{ key: string }[]>`select key from delivery where key = any(${[...keys]}::text[])`;
  return new Set(rows.map(({ key }) => key));
};

/**
 * Whose moment lies in the five minutes up to `at`, and what each of them would get, in a fixed number of statements.
 * It makes its transaction read-only first: nothing can be written in it, whatever is asked.
 */
export const dryRun = async (
  { config }: Pick<Core, 'config'>,
  tx: Tx,
  at: Temporal.Instant,
  { receiversOf, shownOf }: Outside,
): Promise<DryRun> => {
  await tx.$executeRaw`set transaction read only`;
  const receivers = await receiversOf();
  const from = at.subtract({ minutes: TICK });
  const isNow = (moment: Temporal.Instant | undefined) =>
    moment !== undefined && Temporal.Instant.compare(moment, from) > 0 && Temporal.Instant.compare(moment, at) <= 0;
  const day = dayIn(at).toString();
  const monday = mondayOf(at);
  const silent = new Map<string, number>();
  const count = (why: string) => void silent.set(why, (silent.get(why) ?? 0) + 1);

  const people = await peopleFor(tx, { day });
  const planned = await plannedIn(tx, weekName(monday));
  const summariesOf = Map.groupBy(receivers, ({ personId }) => personId);
  const due = people.filter((person) => {
    const moment = nudgeMoment(person, monday);
    if (moment === undefined) count('no working hour of this week is one when it could go');
    else if (!isNow(moment)) count('their moment of this week is another');
    else if (isQuietAt(person, at)) count('they asked not to be written to');
    else if (planned.has(person.id)) count('they have this week’s nudge already');
    else if (summarySoon(person, summariesOf.get(person.id) ?? [], from, at)) count('their summary comes within the day');
    else return true;
    return false;
  });
  const nudges = new Map(
    (await nudgesFor(tx, { now: at, only: due.map(({ id }) => id), weeklySummary: weeklyOf(receivers) })).map((one) => [
      one.person.id,
      one,
    ]),
  );

  const readers = new Map(
    (await peopleFor(tx, { day, only: [...new Set(receivers.map(({ personId }) => personId))] })).map((one) => [one.id, one]),
  );
  const had = await plannedOf(
    tx,
    receivers.map((receiver) => summaryKey(receiver, monday)),
  );
  const summaries = receivers.flatMap((receiver) => {
    const person = readers.get(receiver.personId);
    if (!person) return [];
    const reader = keeperOf(person, receiver);
    if (!isNow(summaryMoment(reader, monday, receiver.every))) return [];
    if (isQuietAt(reader, at)) {
      count('they asked not to be written to');
      return [];
    }
    if (had.has(summaryKey(receiver, monday))) {
      count(`they have this ${receiver.every}’s summary already`);
      return [];
    }
    return [{ ...receiver, person }];
  });
  const waits = new Map(
    (await nudgesFor(tx, { now: at, only: [...new Set(summaries.map(({ personId }) => personId))], weeklySummary: new Set() })).map(
      (one) => [one.person.id, one.all],
    ),
  );
  const writtenTo = new Map([...due, ...summaries.map(({ person }) => person)].map((person) => [person.id, person]));
  const routes = await routesOf({ config }, tx, [...writtenTo.values()]);
  const routeTo = (id: string) => routes.get(id)?.[0]?.platform ?? null;
  const names = await namesOf(tx, summaries);
  const toldBefore = await toldTo(
    tx,
    [...waits, ...[...nudges].map(([id, { lines }]) => [id, lines] as const)].flatMap(([personId, lines]) =>
      lines.map(({ key }) => ({ personId, key })),
    ),
  );
  const told = new Map<string, Before>();
  const before = (id: string): Before => told.get(id) ?? new Map([...toldBefore(id).keys()].map((key) => [key, { thisWeek: false }]));
  /** What a message shows of what it has to tell, and how much it only counts. */
  const saying = (id: string, lines: readonly Line[]) => {
    const shown = shownOf(lines, before(id));
    return { lines: shown, more: lines.length - shown.length };
  };

  const messages: WouldGo[] = [];
  for (const { id, post } of due) {
    const nudge = nudges.get(id);
    if (!nudge) count('nothing waits for them');
    else if (nudge.lines.length === 0) count(nudge.why);
    else messages.push({ kind: 'nudge', post, scope: null, channel: null, route: routeTo(id), ...saying(id, nudge.lines), why: nudge.why });
  }
  for (const { person, channel, every, scopeId, scopeKind } of summaries) {
    const route = channel ? channel.platform : routeTo(person.id);
    // An e-mail says what waits, and no news.
    const theirs = (waits.get(person.id) ?? []).filter(({ kind }) => route !== 'email' || kind !== 'news');
    const said = saying(person.id, channel ? [] : inSummary(theirs, before(person.id)));
    // What one summary of a week says is not said by the next.
    told.set(person.id, new Map([...before(person.id), ...said.lines.map(({ key }) => [key, { thisWeek: true }] as const)]));
    messages.push({
      kind: 'summary',
      post: person.post,
      scope: scopeKind === 'mine' ? 'their own things' : (names.get(scopeKey({ scopeKind, scopeId })) ?? null),
      channel: channel?.name ?? null,
      route,
      ...said,
      why: every === 'week' ? 'every week' : 'every month',
    });
  }
  messages.sort((one, other) => one.post.localeCompare(other.post, 'en-GB'));
  return { at, messages, silent: [...silent].map(([why, of]) => ({ why, count: of })).sort((a, b) => b.count - a.count) };
};
