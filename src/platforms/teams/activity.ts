import { z } from 'zod';

/**
 * What we read of a Teams activity, checked once at the door. Everything else in it is left alone.
 * The SDK only casts what it receives, so this is the shape that is trusted afterwards.
 */

const AccountOnWire = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  aadObjectId: z.string().optional(),
  tenantId: z.string().optional(),
  role: z.string().optional(),
});

export const Activity = z.object({
  type: z.string(),
  id: z.string().min(1),
  name: z.string().optional(),
  channelId: z.string(),
  serviceUrl: z.string(),
  from: AccountOnWire,
  recipient: AccountOnWire.extend({ isTargeted: z.boolean().optional() }),
  conversation: z.object({
    id: z.string().min(1),
    conversationType: z.string().optional(),
    tenantId: z.string().optional(),
    name: z.string().optional(),
    isGroup: z.boolean().optional(),
  }),
  channelData: z
    .object({
      tenant: z.object({ id: z.string() }).optional(),
      channel: z.object({ id: z.string(), name: z.string().optional(), type: z.string().optional() }).optional(),
      eventType: z.string().optional(),
    })
    .optional()
    .catch(undefined),
  entities: z
    .array(
      z.object({
        type: z.string(),
        text: z.string().optional(),
        mentioned: z.object({ id: z.string(), name: z.string().optional(), aadObjectId: z.string().optional() }).optional(),
      }),
    )
    .optional()
    .catch(undefined),
  text: z.string().optional().catch(undefined),
  textFormat: z.string().optional().catch(undefined),
  localTimezone: z.string().optional().catch(undefined),
  value: z.unknown().optional(),
  replyToId: z.string().optional().catch(undefined),
  action: z.string().optional().catch(undefined),
  membersRemoved: z
    .array(z.object({ id: z.string() }))
    .optional()
    .catch(undefined),
});
export type Activity = z.infer<typeof Activity>;

/** Every tenant that an activity names as its own, in lower case: of the conversation, of the team, of who acts. */
export const tenantsNamed = (activity: Activity): string[] =>
  [activity.channelData?.tenant?.id, activity.conversation.tenantId]
    .filter((tenant) => tenant !== undefined)
    .map((tenant) => tenant.toLowerCase());
