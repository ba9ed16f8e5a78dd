import type { Writer } from '../app.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { sql, type Tx } from '../db/client.ts';
import { leaveNews } from '../people/news.ts';
import { may, type ScopePath } from '../people/permissions.ts';
import { scopeNamed } from '../people/scope-name.ts';
import { type Held, readable } from './readable.ts';
import { type Channel, type Every, type Standing, standing } from './receivers.ts';
import { allPlaces, type Place, type ScopeKind } from './scopes.ts';

/** Summaries that somebody asked to have sent: to themselves, or to the conversation in which they asked. */

export type Subscription = {
  id: string;
  personId: string;
  scopeKind: ScopeKind;
  scopeId: string;
  /** "Wakefield", "Hub East, Wakefield" */
  scope: string;
  every: Every;
  /** "#wakefield"; none: to the person themselves. */
  channel: string | null;
  /** The day on which it ended by itself, and why; none while it stands. */
  ended: { on: string; why: string } | null;
};

/** Days for which one that ended by itself is still listed. */
const LISTED_FOR = 30;

/** Why a subscription ended by itself; one that its subscriber ended has none. */
const WHY = {
  left: 'whoever subscribed has left',
  may_not_read: 'whoever subscribed may not read it any more',
  closed: 'I cannot write there any more',
  others: 'somebody else who may ended it',
} as const;

type Here = Pick<Channel, 'platform' | 'tenant' | 'conversation'>;
type Asked = { personId: string } | Here | { ids: readonly string[] };

/**
 * What stands for a person, for a conversation whoever asked, or under some ids; of a person's own also what ended otherwise than by them
 * lately. Oldest first.
 * @param now ISO 8601
 */
export const subscriptionsFor = (tx: Tx, asked: Asked, now: string): Promise<Subscription[]> => {
  const { personId, platform, tenant, conversation, ids } = {
    personId: null,
    platform: null,
    tenant: null,
    conversation: null,
    ids: [],
    ...asked,
  };
  return tx.$queryRaw<Subscription[]>`
    select s.id, s.person_id as "personId", s.scope_kind as "scopeKind", s.scope_id as "scopeId", s.every,
      case when s.platform is not null then s.name end as channel,
      coalesce(${scopeNamed(sql`s.scope_kind`, sql`s.scope_id`)}, 'A plan that is there no more') as scope,
      case when s.ended_at is not null then json_build_object('on', (s.ended_at at time zone ${PROGRAMME_ZONE})::date, 'why', s.ended_why) end as ended
    from subscription s
    where (s.person_id = ${personId}::uuid
        or (s.id = any(${[...ids]}::uuid[]) and s.ended_at is null)
        or (s.platform = ${platform} and s.tenant = ${tenant} and s.conversation = ${conversation} and s.ended_at is null))
      and (s.ended_at is null or (s.ended_why is not null and s.ended_at > ${now}::timestamptz - make_interval(days => ${LISTED_FOR}::int)))
    order by s.created_at, s.id`;
};

type New = {
  id: string;
  scopeKind: ScopeKind;
  scopeId: string;
  every: Every;
  channel: (Channel & { /** Its preview had names and reasons: what was not seen before is never posted. */ reasons: boolean }) | null;
};

/**
 * Subscribes, in place of what the same reader had of the same scope. One id is subscribed once, however often its button is pressed.
 * @returns what they had before: the same, another rhythm, or nothing
 */
export const subscribe = async (
  { tx, now, newId, personId }: Writer,
  { id, scopeKind, scopeId, every, channel }: New,
): Promise<Every | undefined> => {
  // Whoever asks twice at once waits here for the first.
  await tx.$queryRaw`select id from person where id = ${personId}::uuid for update`;
  const [before] = await tx.$queryRaw<{ id: string; every: Every }[]>`
    select id, every from subscription
    where ended_at is null and scope_kind = ${scopeKind} and scope_id = ${scopeId}::uuid
      and ((${channel === null} and person_id = ${personId}::uuid and platform is null)
        or (platform = ${channel?.platform ?? null} and tenant = ${channel?.tenant ?? null} and conversation = ${channel?.conversation ?? null}))
    order by created_at, id limit 1`;
  if (before?.every === every) return every;
  const at = now.toString();
  if (before) await tx.$executeRaw`update subscription set ended_at = ${at}::timestamptz where id = ${before.id}::uuid`;
  await tx.$executeRaw`
    insert into subscription (id, person_id, scope_kind, scope_id, every, platform, tenant, conversation, name, "to", created_at)
    values (${id}::uuid, ${personId}::uuid, ${scopeKind}, ${scopeId}::uuid, ${every}, ${channel?.platform ?? null}, ${channel?.tenant ?? null},
      ${channel?.conversation ?? null}, ${channel?.name ?? null}, ${channel ? JSON.stringify(channel.to) : null}::jsonb, ${at}::timestamptz)
    on conflict (id) do nothing`;
  if (channel) {
    const { platform, conversation, reasons } = channel;
    const subject = { subjectKind: 'subscription', subjectId: id };
    await tx.auditEvent.create({
      data: {
        id: newId(),
        at: new Date(now.epochMilliseconds),
        personId,
        what: 'summary.subscribed',
        ...subject,
        detail: { platform, conversation, reasons },
      },
    });
  }
  return before?.every;
};

const CHANNEL = (channel: Standing['channel']) => (channel ? ` in ${channel.name}` : '');

/** The scopes that one of a locality, group, project, pilot or of the whole programme lies in, as a right is held for. */
const pathOf = ({ scopeKind, scopeId, localityId }: Standing, places: readonly Place[]): ScopePath | undefined => {
  if (scopeKind === 'mine') return undefined;
  const isIn = (place: Place) =>
    scopeKind === 'programme' || (scopeKind === 'pilot' ? place.pilotId === scopeId : place.localityId === localityId);
  const place = places.find(isIn);
  if (!place || scopeKind === 'programme') return place && { programmeId: place.programmeId };
  return scopeKind === 'pilot' ? { programmeId: place.programmeId, pilotId: place.pilotId } : place;
};

/** Whether somebody may end one: their own; of a channel also whoever coordinates its scope, or reads in that channel and may read the scope. Pure. */
const mayEnd = (
  { personId, roles, here }: { personId: string; roles: readonly Held[]; here: Here | undefined },
  one: Standing,
  places: readonly Place[],
): boolean => {
  if (one.personId === personId) return true;
  const { channel } = one;
  if (channel === null) return false;
  const path = pathOf(one, places);
  if (path && may({ roles }, 'subscription.end', path)) return true;
  const isHere = channel.platform === here?.platform && channel.tenant === here.tenant && channel.conversation === here.conversation;
  return isHere && readable({ ...one, roles }, places);
};

type Ender = Parameters<typeof mayEnd>[0];

/** Those that somebody may end, by their ids. @param day YYYY-MM-DD @param here the channel in which they ask */
export const endableBy = async (tx: Tx, day: string, ender: Ender): Promise<Map<string, Standing>> => {
  const all = await standing(tx, day, null);
  const places = all.length > 0 ? await allPlaces(tx) : [];
  return new Map(all.filter((one) => mayEnd(ender, one, places)).map((one) => [one.subscriptionId, one]));
};

const endOne = async ({ tx, now }: Writer<string | null>, id: string, why: string | null): Promise<boolean> => {
  const count = await tx.$executeRaw`
    update subscription set ended_at = ${now.toString()}::timestamptz, ended_why = ${why} where id = ${id}::uuid and ended_at is null`;
  return count > 0;
};

const tellSubscriber = (writer: Writer<string | null>, { subscriptionId, personId, channel }: Standing, what: string) =>
  leaveNews(writer, {
    personId,
    text: `A summary that you subscribed to${CHANNEL(channel)} ${what} Type summary unsubscribe to see which.`,
    aboutKind: 'subscription',
    aboutId: subscriptionId,
  });

/** Ends one that its ender may end; its subscriber is told who did, if it was somebody else. @param by their post @returns whether it stood until now */
export const endSubscription = async (writer: Writer, one: Standing, by: string): Promise<boolean> => {
  const isOwn = one.personId === writer.personId;
  const ended = await endOne(writer, one.subscriptionId, isOwn ? null : WHY.others);
  if (!ended || isOwn) return ended;
  await tellSubscriber(writer, one, `was ended by ${by}.`);
  await writer.tx.auditEvent.create({
    data: {
      id: writer.newId(),
      at: new Date(writer.now.epochMilliseconds),
      personId: writer.personId,
      what: 'summary.ended',
      subjectKind: 'subscription',
      subjectId: one.subscriptionId,
      detail: { platform: one.channel?.platform, conversation: one.channel?.conversation },
    },
  });
  return true;
};

/** A channel is certainly closed to us: what was posted there has ended, and its subscriber is told. @param day YYYY-MM-DD */
export const endClosed = async (writer: Writer<null>, id: string, day: string): Promise<void> => {
  const one = (await standing(writer.tx, day, null)).find(({ subscriptionId }) => subscriptionId === id);
  if (!one?.channel || !(await endOne(writer, id, WHY.closed)) || one.left) return;
  await tellSubscriber(writer, one, `has ended, because ${WHY.closed}.`);
};

/**
 * Ends what has had its day: of a subscriber who has left, or who may not read the scope any more; in a fixed number of statements but for
 * those that end. Who is still here is told why with the next thing they read. `receiversIn` leaves these out whether or not this has run.
 * @param day YYYY-MM-DD in the programme's zone
 * @param only whose; everybody's when none
 */
export const endLapsed = async (writer: Writer<string | null>, day: string, only?: readonly string[]): Promise<number> => {
  const { tx } = writer;
  const all = await standing(tx, day, only ? [...only] : null);
  if (all.length === 0) return 0;
  const places = await allPlaces(tx);
  const lapsed = all.filter((one) => one.left || !readable(one, places));
  for (const one of lapsed) {
    await endOne(writer, one.subscriptionId, one.left ? WHY.left : WHY.may_not_read);
    if (!one.left) await tellSubscriber(writer, one, 'has ended, because you may not read it any more.');
  }
  return lapsed.length;
};
