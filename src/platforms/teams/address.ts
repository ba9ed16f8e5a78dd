import { z } from 'zod';

/** Where a message goes in Teams: what is kept of a conversation, and what an outbox row is addressed with. */
export const Address = z.object({
  /** The Bot Connector that serves this conversation; it differs by region. */
  serviceUrl: z.url(),
  tenant: z.string(),
  conversation: z.string().min(1),
  kind: z.enum(['personal', 'group', 'channel']),
  /** Our own id there. */
  bot: z.string(),
  /** The person's id there, for writing to them alone. */
  member: z.string().optional(),
  /** Only this member of the conversation may see the message. */
  onlyFor: z.string().optional(),
  /** The message to be replaced; where it is gone, a new one is posted. */
  activity: z.string().optional(),
  /** Only in that place: where it is gone, nothing is posted. */
  onlyThere: z.boolean().optional(),
});
export type Address = z.infer<typeof Address>;

/** The conversation itself: a thread in a channel is no conversation of its own. */
export const withoutThread = (conversation: string): string => conversation.split(';')[0] ?? conversation;
