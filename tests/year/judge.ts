import type pg from 'pg';
import type { Act } from './acts.ts';
import { isOpen, mondayOf, wall } from './days.ts';
import type { YearPerson } from './people.ts';
import type { Received, Stubs } from './stubs.ts';
import { missingSummaries } from './summaries.ts';
import { untold } from './untold.ts';

/**
 * What must hold of everything that the stubs received, reckoned anew: it shares no rule, no date and no constant with src/. Never twice and
 * missing only where marked; nothing unasked but nudges and summaries; in hours, in term, where they were last, once a week; at most ten to
 * who owns one action; every summary; and everything that waited, of the kinds that untold.ts names.
 */

export type Evidence = {
  database: pg.Client;
  people: readonly YearPerson[];
  received: readonly Received[];
  acts: readonly Act[];
  /** When somebody is not to be written to, first and last day; who has blocked the bot in a chat is written to elsewhere. */
  events: readonly { person: string; what: 'left' | 'away' | 'quiet' | 'blocked'; from: string; to: string }[];
  /** The day of the week that somebody chose for their nudge; Tuesday unless said. */
  weekdays: ReadonlyMap<string, number>;
  /** How many summaries somebody has subscribed to for themselves. */
  subscribers: ReadonlyMap<string, number>;
  /** Where a summary is posted every week, and who asked for it: by their working days. */
  channels: ReadonlyMap<string, YearPerson>;
  from: string;
  to: string;
  outage: { from: number; to: number } | undefined;
  stubs: Stubs;
};

type Row = {
  id: string;
  state: string;
  payload: { to: Record<string, string> | string; card?: { title: string }; subject?: string };
  result: Record<string, string> | null;
  claimedAt: Date | null;
  deliveryId: string | null;
};
export type DeliveryRow = {
  id: string;
  kind: 'nudge' | 'summary';
  personId: string;
  state: string;
  sendAt: Date;
  why: string | null;
  /** Ways on which it certainly did not arrive before. */
  tried: number;
  channel: boolean;
};

/** A message as the judge understands it. */
export type Known = Received & { person: YearPerson | undefined; row: Row | undefined; delivery: DeliveryRow | undefined };

const HOUR = 3_600_000;
const WORKS_FROM = '08:00';
const WORKS_TO = '17:30';
/** Simulated milliseconds between a message's claim and what the stub received; a claim is made at the same moment of a clock that stands. */
const SAME_MOMENT = 60_000;
const MOST_TO_ONE = 10;

/** Said at once to somebody who wrote, without the database, which may be what failed. */
const NOT_SAVED_YET = /^Not saved yet: something did not answer just now\./u;
const LINKED = /account was linked to you|is linked on/u;

const idIn = (result: Record<string, string> | null) => result?.ts ?? result?.activity ?? result?.messageId;

export const judge = async (evidence: Evidence) => {
  const { database, people, received, acts, events, stubs, subscribers, channels } = evidence;
  const broken: string[] = [];
  const { rows: outbox } = await database.query<Row>(
    `select o.id, o.state, o.payload, o.result, o.claimed_at as "claimedAt", d.id as "deliveryId" from outbox o left join delivery d on d.outbox_id = o.id order by o.seq`,
  );
  const { rows: deliveries } = await database.query<DeliveryRow>(
    `select d.id, d.kind, d.person_id as "personId", d.state, d.send_at as "sendAt", d.why, jsonb_array_length(d.tried) as tried,
       coalesce((select s.platform is not null from subscription s where s.id = d.subscription_id), false) as channel from delivery d order by d.send_at`,
  );
  const deliveryById = new Map(deliveries.map((delivery) => [delivery.id, delivery]));

  // ── Whose message it is, and which of ours ──
  const byPlace = new Map<string, YearPerson>();
  for (const person of people) {
    byPlace.set(stubs.slack.directChannel(person.slackUser), person);
    if (person.teams) byPlace.set(person.teams.conversation.id, person);
    byPlace.set(person.email, person);
  }
  const placeOf = ({ payload: { to } }: Row): string =>
    typeof to === 'string' ? to : (to.conversation ?? (to.channel || stubs.slack.directChannel(to.user ?? '')));
  const byId = new Map(outbox.flatMap((row) => (idIn(row.result) && !isUpdate(row) ? [[idIn(row.result) as string, row] as const] : [])));
  const unconfirmed = Map.groupBy(
    outbox.filter(({ state, claimedAt }) => (state === 'unconfirmed' || state === 'sending') && claimedAt),
    placeOf,
  );
  const timesReceived = new Map<string, number>();
  const known: Known[] = received.map((message) => {
    const open = unconfirmed.get(message.place) ?? [];
    const title = (row: Row) => row.payload.card?.title ?? row.payload.subject ?? '';
    const row =
      byId.get(message.id) ??
      open.find((each) => Math.abs((each.claimedAt as Date).getTime() - message.at) <= SAME_MOMENT && message.text.includes(title(each)));
    if (row) timesReceived.set(row.id, (timesReceived.get(row.id) ?? 0) + 1);
    return {
      ...message,
      person: byPlace.get(message.place),
      row,
      delivery: row?.deliveryId ? deliveryById.get(row.deliveryId) : undefined,
    };
  });
  const what = ({ person, at, text }: Known) =>
    `${person?.key ?? 'a channel'}, ${wall(at, 'Europe/London').day} ${wall(at, 'Europe/London').time}: ${text.split('\n')[0]}`;

  // ── Never twice, and missing only where marked ──
  const actsOf = Map.groupBy(acts, ({ personId }) => personId);
  const isAnswer = ({ person, at }: Known) => (actsOf.get(person?.id ?? '') ?? []).some((act) => act.at <= at && at - act.at <= HOUR);
  for (const message of known)
    if (!message.row && !(NOT_SAVED_YET.test(message.text) && isAnswer(message)))
      broken.push(`nobody says that it was sent: ${what(message)}`);
  for (const row of outbox) {
    const times = timesReceived.get(row.id) ?? 0;
    const title = row.payload.card?.title ?? row.payload.subject ?? '';
    if (times > 1) broken.push(`received ${times} times: ${title}`);
    if (row.state === 'sent' && times === 0 && idIn(row.result) && !isUpdate(row))
      broken.push(`marked as sent and never received: ${title}`);
    if (row.state === 'failed' && times > 0) broken.push(`marked as failed and received: ${title}`);
  }
  for (const { state, sendAt, kind } of deliveries)
    if ((state === 'planned' || state === 'handed') && sendAt.getTime() < Math.max(...received.map(({ at }) => at)) - 48 * HOUR)
      broken.push(`a ${kind} of ${sendAt.toISOString()} is ${state} for ever`);

  // ── What is unasked, and may be ──
  const isLinking = ({ text }: Known) => LINKED.test(text);
  const unasked = known.filter((message) => message.delivery || !(isAnswer(message) || isLinking(message)));
  for (const message of unasked)
    if (!message.delivery) broken.push(`unasked, and none of the three exceptions: ${what(message)}`);
    else if (message.person && message.delivery.personId !== message.person.id) broken.push(`to somebody else: ${what(message)}`);

  // ── Hours, terms, closed days ──
  for (const message of unasked) {
    const { at } = message;
    const person = message.person ?? channels.get(message.place);
    if (!person) continue;
    const { day, time } = wall(at, person.zone);
    if (time < WORKS_FROM || time > WORKS_TO) broken.push(`out of hours: ${what(message)}`);
    if (!isOpen(person.place, day)) broken.push(`on a day on which ${person.place.name} is closed: ${what(message)}`);
    const event = events.find((each) => each.person === person.id && each.from <= day && day <= each.to);
    if (event && event.what !== 'blocked') broken.push(`to somebody who is ${event.what}: ${what(message)}`);
  }

  // ── Where they were last ──
  for (const message of unasked) {
    const { person, at, platform, delivery } = message;
    const last = person && (actsOf.get(person.id) ?? []).findLast((act) => act.at < at && act.platform !== 'email');
    if (!last || last.platform === platform || delivery?.tried) continue; // what certainly did not arrive goes another way
    const { day } = wall(at, person.zone);
    if (events.some((each) => each.person === person.id && each.what === 'blocked' && each.from <= day && day <= each.to)) continue;
    broken.push(`in ${platform}, and they were last seen in ${last.platform}: ${what(message)}`);
  }

  // ── One a week ──
  const weekOf = ({ at }: { at: number }) => mondayOf(wall(at, 'Europe/London').day);
  const sameWords = Map.groupBy(unasked, (message) => `${message.place} ${wall(message.at, 'Europe/London').day} ${message.text}`);
  for (const [first, second] of sameWords.values()) if (first && second) broken.push(`the same words twice on a day: ${what(first)}`);
  const summariesOf = ({ id, roles }: YearPerson, wanted: readonly string[]) =>
    roles.filter(({ role }) => wanted.includes(role)).length + (subscribers.get(id) ?? 0);
  for (const messages of Map.groupBy(unasked, (message) => `${message.place} ${weekOf(message)}`).values()) {
    const [first] = messages;
    if (first && !first.person && (messages.length > 1 || !channels.has(first.place))) broken.push(`in a channel: ${what(first)}`);
  }
  for (const messages of Map.groupBy(unasked, (message) => `${message.person?.id} ${weekOf(message)}`).values()) {
    const [first] = messages;
    if (!first?.person) continue;
    const { person } = first;
    const nudges = messages.filter(({ delivery }) => delivery?.kind === 'nudge').length;
    if (nudges > 1) broken.push(`${nudges} nudges in a week: ${what(first)}`);
    for (const { delivery, at } of messages)
      if (delivery?.kind === 'nudge' && !delivery.tried && messages.some((other) => isSummarySoon(other, at)))
        broken.push(`a nudge, and a summary within a day: ${what(first)}`);
    const scopes = summariesOf(person, ['coordinator', 'lead']);
    if (messages.length - nudges > scopes)
      broken.push(`${messages.length - nudges} summaries in a week for ${scopes} scopes: ${what(first)}`);
  }
  const monthly = known.filter(
    ({ person, delivery }) => delivery?.kind === 'summary' && person && !person.roles.some(({ role }) => role === 'coordinator'),
  );
  for (const messages of Map.groupBy(monthly, ({ person, at }) => `${person?.id} ${wall(at, 'Europe/London').day.slice(0, 7)}`).values())
    if (messages[0]?.person && messages.length > summariesOf(messages[0].person, ['lead']))
      broken.push(`more than one summary in a month: ${what(messages[0] as Known)}`);

  // ── A headteacher who owns one action ──
  const { rows: owners } = await database.query<{ id: string }>(`
    select p.id from person p where (select count(distinct v.action_id) from action_version v where v.owner_id = p.id) = 1
      and not exists (select from kpi_owner k where k.owner_id = p.id)`);
  const ownsOne = people.filter(({ id, key }) => key.includes('.head.') && owners.some((owner) => owner.id === id));
  const nudgesTo = (id: string) => known.filter(({ person, delivery }) => person?.id === id && delivery?.kind === 'nudge').length;
  for (const { id, key } of ownsOne) if (nudgesTo(id) > MOST_TO_ONE) broken.push(`${nudgesTo(id)} messages to ${key}, who owns one action`);

  // ── Everything that waited was told ──
  const told = await untold(evidence, known, deliveries);
  const summaries = missingSummaries(evidence, known, deliveries);
  broken.push(...told.broken, ...summaries.broken);

  return {
    broken,
    known,
    deliveries,
    outbox: outbox.length,
    asked: { ...told.asked, summary: summaries.asked },
    ownsOne: ownsOne.map(({ id, key }) => ({ key, messages: nudgesTo(id) })),
  };
};

const isSummarySoon = ({ delivery, at }: Known, after: number) => delivery?.kind === 'summary' && at >= after && at - after <= 24 * HOUR;

/** A card that is brought up to date is the message that it was. */
const isUpdate = ({ payload: { to } }: Row) => typeof to === 'object' && ('ts' in to || 'activity' in to);
