import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** Where a platform can be written to, kept from what it told us. */

type KnownConversation = {
  platform: 'slack' | 'teams';
  /** The tenant or workspace of the conversation. */
  tenant: string;
  /** The platform's own id. */
  conversation: string;
  kind: 'personal' | 'group' | 'channel';
  /** The account that it is a chat with; for a personal conversation only. */
  user?: string;
  /** The platform's own address, as `Message.to` takes it. */
  reference: Record<string, unknown>;
};

/**
 * Keeps a conversation, or what has changed of it, in one statement. Being written to again opens what was closed.
 * A personal one belongs to the person whose account it is with, if that account is linked.
 */
const rememberConversation = async (tx: Tx, known: KnownConversation, id: string, now: Temporal.Instant): Promise<void> => {
  await tx.$executeRaw`
    insert into conversation_reference (id, platform, tenant, conversation, kind, person_id, reference, seen_at)
    values (${id}::uuid, ${known.platform}, ${known.tenant}, ${known.conversation}, ${known.kind},
      (select i.person_id from identity i where i.platform = ${known.platform} and i.tenant = ${known.tenant} and i."user" = ${known.user ?? ''}),
      ${JSON.stringify(known.reference)}::jsonb, ${now.toString()}::timestamptz)
    on conflict (platform, tenant, conversation) do update set
      kind = excluded.kind, person_id = excluded.person_id, reference = excluded.reference, seen_at = excluded.seen_at, closed_at = null, closed_why = null`;
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

/** Whether people from outside read along there; not known counts as yes. */
export const hasOutsiders = async (tx: Tx, platform: 'slack' | 'teams', conversation: string): Promise<boolean> => {
  const known = await tx.conversationReference.findFirst({ where: { platform, conversation }, select: { outsiders: true } });
  return known?.outsiders ?? true;
};

/** Keeping and closing the conversations of one platform, for a platform that knows no database. */
export const conversationsOf = ({ db, now, newId }: Pick<Core, 'db' | 'now' | 'newId'>, platform: 'slack' | 'teams') => ({
  remember: (address: { tenant: string; conversation: string; kind: KnownConversation['kind'] }, user: string | undefined): Promise<void> =>
    rememberConversation(
      db,
      {
        platform,
        tenant: address.tenant,
        conversation: address.conversation,
        kind: address.kind,
        reference: address,
        ...(user ? { user } : {}),
      },
      newId(),
      now(),
    ),
  close: (address: { tenant: string; conversation: string }, why: 'blocked' | 'removed'): Promise<void> =>
    closeConversation(db, { platform, tenant: address.tenant, conversation: address.conversation }, why, now()),
});
