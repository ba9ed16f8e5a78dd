import type { Tx } from '../db/client.ts';
import { type Held, readable } from './readable.ts';
import { allPlaces, type ScopeKind } from './scopes.ts';

/** Who is sent a summary without asking for it each time: by role, or because somebody subscribed. */

export type Every = 'week' | 'month';

/** A conversation that others read, as the subscriber's platform names it. */
export type Channel = {
  platform: 'slack' | 'teams';
  /** The platform's own address (Message.to). */
  to: Record<string, unknown>;
  tenant: string;
  conversation: string;
  /** What people call it: "#wakefield". */
  name: string;
};

export type Receiver = {
  /** Who reads it; of a channel, by whose rights it is drawn. */
  personId: string;
  /** None: by their role. */
  subscriptionId: string | null;
  scopeKind: ScopeKind;
  scopeId: string;
  every: Every;
  /** None: the person themselves. */
  channel: Channel | null;
};

type ByRole = Pick<Receiver, 'personId' | 'scopeKind' | 'scopeId' | 'every'>;

/** Coordinators every week, pilot leads every month: of the scope that they hold the role for. */
const byRole = (tx: Tx, day: string, only: readonly string[] | null): Promise<ByRole[]> => tx.$queryRaw<ByRole[]>`
  select distinct r.person_id as "personId", r.scope_kind as "scopeKind", r.scope_id as "scopeId",
    case r.role when 'coordinator' then 'week' else 'month' end as every
  from role r join person p on p.id = r.person_id
  where r.role in ('coordinator', 'lead') and r."from" <= ${day}::date and (r."to" is null or r."to" >= ${day}::date)
    and (p.left_on is null or p.left_on > ${day}::date) and (${only}::uuid[] is null or r.person_id = any(${only}::uuid[]))
  order by 1, 2, 3, 4`;

/** A subscription that has not been ended, with what decides whether it still holds. */
export type Standing = Receiver & {
  subscriptionId: string;
  /** Of a locality, group or project: the locality that it is in; none where there is no such thing any more. */
  localityId: string | null;
  /** The subscriber has left. */
  left: boolean;
  /** The subscriber's roles that count on the day. */
  roles: Held[];
};

/** The subscriptions that nobody has ended, oldest first. @param day YYYY-MM-DD */
export const standing = (tx: Tx, day: string, only: readonly string[] | null): Promise<Standing[]> => tx.$queryRaw<Standing[]>`
  select s.person_id as "personId", s.id as "subscriptionId", s.scope_kind as "scopeKind", s.scope_id as "scopeId", s.every,
    case when s.platform is not null then json_build_object('platform', s.platform, 'to', s."to", 'tenant', s.tenant, 'conversation', s.conversation, 'name', s.name) end as channel,
    case s.scope_kind
      when 'locality' then s.scope_id
      when 'group' then (select g.locality_id from "group" g where g.id = s.scope_id)
      when 'project' then (select j.locality_id from project j where j.id = s.scope_id)
    end as "localityId",
    p.left_on is not null and p.left_on <= ${day}::date as left,
    coalesce((select json_agg(json_build_object('role', r.role, 'scopeKind', r.scope_kind, 'scopeId', r.scope_id))
      from role r where r.person_id = p.id and r."from" <= ${day}::date and (r."to" is null or r."to" >= ${day}::date)), '[]') as roles
  from subscription s join person p on p.id = s.person_id
  where s.ended_at is null and (${only}::uuid[] is null or s.person_id = any(${only}::uuid[]))
  order by s.created_at, s.id`;

/** The same thing to the same reader, whoever asked for it. */
const keyOf = ({ personId, scopeKind, scopeId, channel }: Pick<Receiver, 'personId' | 'scopeKind' | 'scopeId' | 'channel'>) =>
  [...(channel ? [channel.platform, channel.tenant, channel.conversation] : [personId]), scopeKind, scopeId].join(' ');

/** Each reader and scope once, the more frequent one; of equals the first. Pure. */
export const eachOnce = (receivers: readonly Receiver[]): Receiver[] => {
  const kept = new Map<string, Receiver>();
  for (const receiver of receivers) {
    const key = keyOf(receiver);
    const before = kept.get(key);
    if (!before || (before.every === 'month' && receiver.every === 'week')) kept.set(key, receiver);
  }
  return [...kept.values()];
};

/**
 * Who is to be sent the summary of what on a day, in three statements however many there are: by role first, then by subscription, as long
 * as the subscriber is here and may read it. Each person, or channel, and scope once: the more frequent counts.
 * @param only people of whom it is asked; all when none
 */
export const receiversIn = async (
  tx: Tx,
  { day, only }: { /** YYYY-MM-DD */ day: string; only?: Iterable<string> },
): Promise<Receiver[]> => {
  const ids = only ? [...only] : null;
  const roles = await byRole(tx, day, ids);
  const subscribed = await standing(tx, day, ids);
  const places = subscribed.length > 0 ? await allPlaces(tx) : [];
  return eachOnce([
    ...roles.map((one): Receiver => ({ ...one, subscriptionId: null, channel: null })),
    ...subscribed
      .filter((one) => !one.left && readable(one, places))
      .map(
        ({ personId, subscriptionId, scopeKind, scopeId, every, channel }): Receiver => ({
          personId,
          subscriptionId,
          scopeKind,
          scopeId,
          every,
          channel,
        }),
      ),
  ]);
};
