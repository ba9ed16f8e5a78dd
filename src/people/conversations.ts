import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** Where a platform can be written to, kept from what it told us; and whether people from outside read along there. */

/** How long it counts, in hours, once learnt that nobody from outside reads somewhere: a day, then one more to press Share in. */
const COUNTS_FOR = 25;
/** Hours until a platform is asked again; sooner where it could not say. */
const ASKED_AGAIN_AFTER = { learnt: 24, unknown: 1 };

type KnownConversation = {
  platform: 'slack' | 'teams';
  /** The tenant or workspace of the conversation. */
  tenant: string;
  /** The platform's own id. */
  conversation: string;
  kind: 'personal' | 'group' | 'channel';
  /** The account that it is a chat with; for a personal conversation only. */
  user?: string;
  /** Whether people from outside read along; undefined = not known, and what was known counts no longer. */
  outsiders?: boolean | undefined;
  /** The platform's own address, as `Message.to` takes it. */
  reference: Record<string, unknown>;
};

/**
 * Keeps a conversation, or what has changed of it, in one statement. Being written to again opens what was closed.
 * A personal one belongs to the person whose account it is with, if that account is linked.
 */
const rememberConversation = async (tx: Tx, known: KnownConversation, id: string, now: Temporal.Instant): Promise<void> => {
  await tx.$executeRaw`
    insert into conversation_reference (id, platform, tenant, conversation, kind, person_id, outsiders, reference, seen_at)
    values (${id}::uuid, ${known.platform}, ${known.tenant}, ${known.conversation}, ${known.kind},
      (select i.person_id from identity i where i.platform = ${known.platform} and i.tenant = ${known.tenant} and i."user" = ${known.user ?? ''}),
      ${known.outsiders ?? null}::boolean, ${JSON.stringify(known.reference)}::jsonb, ${now.toString()}::timestamptz)
    on conflict (platform, tenant, conversation) do update set
      kind = excluded.kind, person_id = excluded.person_id, outsiders = excluded.outsiders, reference = excluded.reference,
      seen_at = excluded.seen_at, closed_at = null, closed_why = null`;
};

/** Nothing more is sent there: we were blocked, or removed. */
const closeConversation = async (
  tx: Tx,
  known: Pick<KnownConversation, 'platform' | 'tenant' | 'conversation'>,
  why: 'blocked' | 'removed',
  now: Temporal.Instant,
): Promise<void> => {
  await tx.conversationReference.updateMany({
    where: { platform: known.platform, tenant: known.tenant, conversation: known.conversation, closedAt: null },
    data: { closedAt: new Date(now.epochMilliseconds), closedWhy: why },
  });
};

/** Whether people from outside read along there. Not known, or learnt too long ago, counts as yes. */
export const hasOutsiders = async (tx: Tx, platform: 'slack' | 'teams', conversation: string, now: Temporal.Instant): Promise<boolean> => {
  const since = new Date(now.subtract({ hours: COUNTS_FOR }).epochMilliseconds);
  const inside = await tx.conversationReference.findFirst({
    where: { platform, conversation, outsiders: false, seenAt: { gt: since } },
    select: { id: true },
  });
  return inside === null;
};

type Address = { tenant: string; conversation: string; kind: KnownConversation['kind'] };
/** What this process learnt last of a conversation, and until when the platform is not asked again. */
type Learnt = { outsiders: boolean | undefined; until: Temporal.Instant };

/** Keeping and closing the conversations of one platform, for a platform that knows no database. */
export const conversationsOf = ({ db, now, newId }: Pick<Core, 'db' | 'now' | 'newId'>, platform: 'slack' | 'teams') => {
  /** Spares a statement at every asking; what counts is in the database. */
  const learnt = new Map<string, Learnt>();
  const keyOf = ({ tenant, conversation }: Pick<Address, 'tenant' | 'conversation'>) => `${tenant} ${conversation}`;

  const keep = (address: Address, rest: Pick<KnownConversation, 'user' | 'outsiders'>): Promise<void> => {
    const { tenant, conversation, kind } = address;
    return rememberConversation(db, { platform, tenant, conversation, kind, reference: address, ...rest }, newId(), now());
  };

  const isCurrent = (known: Learnt | undefined) => known !== undefined && Temporal.Instant.compare(now(), known.until) < 0;

  /** Until when what is kept needs no asking again: another process, or this one before it was started anew, may have asked. */
  const keptUntil = async ({ tenant, conversation }: Address): Promise<Learnt | undefined> => {
    const row = await db.conversationReference.findUnique({
      where: { platform_tenant_conversation: { platform, tenant, conversation } },
      select: { outsiders: true, seenAt: true },
    });
    if (!row || row.outsiders === null) return undefined;
    const until = Temporal.Instant.fromEpochMilliseconds(row.seenAt.getTime()).add({ hours: ASKED_AGAIN_AFTER.learnt });
    return { outsiders: row.outsiders, until };
  };

  return {
    /** Keeps it as something has changed there: who reads along is to be learnt anew. */
    remember: (address: Address, user: string | undefined): Promise<void> => {
      learnt.delete(keyOf(address));
      return keep(address, user ? { user } : {});
    },
    close: (address: Pick<Address, 'tenant' | 'conversation'>, why: 'blocked' | 'removed'): Promise<void> => {
      learnt.delete(keyOf(address)); // what is being learnt there must not open it again
      return closeConversation(db, { platform, tenant: address.tenant, conversation: address.conversation }, why, now());
    },
    /**
     * Learns whether people from outside read along there, at most once a day; never on the way of an answer.
     * @param look asks the platform; undefined = it does not say. Throws what `look` throws, and then it is not known.
     */
    learnOutsiders: async (address: Address, look: () => Promise<boolean | undefined>): Promise<void> => {
      const key = keyOf(address);
      if (isCurrent(learnt.get(key))) return;
      const mine: Learnt = { outsiders: undefined, until: now().add({ hours: ASKED_AGAIN_AFTER.unknown }) };
      learnt.set(key, mine); // before anything is waited for, so that two askings at once look once
      const kept = await keptUntil(address);
      if (isCurrent(kept)) return void Object.assign(mine, kept);
      try {
        mine.outsiders = await look();
        if (mine.outsiders !== undefined) mine.until = now().add({ hours: ASKED_AGAIN_AFTER.learnt });
      } finally {
        // Unless somebody from outside was met there meanwhile.
        if (learnt.get(key) === mine) await keep(address, { outsiders: mine.outsiders });
      }
    },
    /** Somebody from outside was met there: counts at once, whatever was learnt today. */
    foundOutsiders: async (address: Address): Promise<void> => {
      const key = keyOf(address);
      const known = learnt.get(key);
      if (known?.outsiders && isCurrent(known)) return;
      learnt.set(key, { outsiders: true, until: now().add({ hours: ASKED_AGAIN_AFTER.learnt }) });
      await keep(address, { outsiders: true }).catch((error: unknown) => {
        learnt.delete(key);
        throw error;
      });
    },
  };
};
