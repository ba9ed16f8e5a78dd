import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Account, Incoming, Where } from '../../bot/contract.ts';
import type { Activity } from './activity.ts';
import { type Address, withoutThread } from './address.ts';
import { type ButtonData, formValues } from './inputs.ts';

/** From a Teams activity to what the bot understands. Pure: it reads, and asks nobody. */

const Data = z.object({ ask: z.enum(['press', 'form', 'submit']), token: z.string(), fields: z.string().optional() });

/** What a button of ours carried. One that is not ours, or is from before a change, has an empty token: the dispatcher says kindly that it is stale. */
const buttonData = (data: unknown): ButtonData => {
  const read = Data.safeParse(data);
  return read.success ? read.data : { ask: 'press', token: '' };
};

const Execute = z.object({ action: z.object({ data: z.unknown().optional() }) });
const Submitted = z.object({ data: z.unknown().optional() });
const Extension = z.object({
  messagePayload: z
    .object({ body: z.object({ content: z.string().optional() }).optional() })
    .optional()
    .catch(undefined),
});
const asRecord = (value: unknown) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

type Words = Extract<Incoming['ask'], { kind: 'words' }>;

/** The words of a message as they were typed: without the mention of the bot itself; others who are mentioned keep their name. */
const wordsOf = (activity: Activity): Words => {
  const mentions: { said: string; user: string }[] = [];
  const text = (activity.entities ?? []).reduce((rest, { type, text: tag, mentioned }) => {
    if (type !== 'mention' || !tag || !mentioned) return rest;
    if (mentioned.id === activity.recipient.id) return rest.replace(tag, '');
    const said = (mentioned.name ?? tag.replace(/<[^>]*>/gu, '')).trim();
    if (said !== '') mentions.push({ said, user: mentioned.aadObjectId ?? mentioned.id });
    return rest.replace(tag, () => said);
  }, activity.text ?? '');
  return { kind: 'words', text: text.replaceAll('&nbsp;', ' ').trim(), ...(mentions.length > 0 ? { mentions } : {}) };
};

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ' };

/** The text of a message that the extension was opened from: Teams hands it over as HTML. */
const textOfHtml = (html: string): string =>
  html
    .replace(/<(?:br|\/p|\/div|\/li)\b[^>]*>/giu, '\n')
    .replace(/<[^>]*>/gu, '')
    .replace(/&(amp|lt|gt|quot|apos|#39|nbsp);/gu, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\n{2,}/gu, '\n')
    .trim();

const isZone = (zone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: zone }));
  } catch {
    return false;
  }
};

/** Who acts. The id in the directory is the same in every conversation; the other is for accounts that have none. */
export const accountOf = (activity: Activity, profile?: Account['profile']): Account => ({
  platform: 'teams',
  tenant: (activity.from.tenantId ?? activity.channelData?.tenant?.id ?? activity.conversation.tenantId ?? '').toLowerCase(),
  user: activity.from.aadObjectId ?? activity.from.id,
  ...(activity.localTimezone && isZone(activity.localTimezone) ? { zone: activity.localTimezone } : {}),
  ...(profile ? { profile } : {}),
});

const KINDS: Record<string, 'personal' | 'group' | 'channel'> = { personal: 'personal', groupChat: 'group', channel: 'channel' };
export const kindOf = (activity: Activity): 'personal' | 'group' | 'channel' =>
  KINDS[activity.conversation.conversationType ?? ''] ?? (activity.conversation.isGroup ? 'group' : 'personal');

/** Where a message to this conversation goes. */
export const addressOf = (activity: Activity): Address => ({
  serviceUrl: activity.serviceUrl,
  tenant: (activity.channelData?.tenant?.id ?? activity.conversation.tenantId ?? '').toLowerCase(),
  conversation: activity.conversation.id,
  kind: kindOf(activity),
  bot: activity.recipient.id,
});

/** Where an answer that only this person may read goes: the chat with them, else a message in the conversation that only they see. */
export const privateAddressOf = (activity: Activity): Address => ({
  ...addressOf(activity),
  member: activity.from.id,
  ...(kindOf(activity) === 'personal' ? {} : { onlyFor: activity.from.id }),
});

const whereOf = (activity: Activity): Where => {
  const kind = kindOf(activity);
  const name = activity.channelData?.channel?.name ?? activity.conversation.name;
  const typedOpenly = activity.type === 'message' && activity.value === undefined && activity.recipient.isTargeted !== true;
  return {
    kind,
    conversation: withoutThread(activity.conversation.id),
    ...(name ? { name } : {}),
    to: addressOf(activity),
    seenByOthers: kind !== 'personal' && typedOpenly,
  };
};

/** How the answer to an asking goes back. */
export type Returns =
  /** A message of its own: the request is answered as soon as all is saved. */
  | 'message'
  /** In place of the card that was pressed. */
  | 'card'
  /** In the dialog. */
  | 'dialog';

export type Received = { incoming: Incoming; returns: Returns };

/** An asking, or undefined for what asks nothing of us. */
export const receive = (activity: Activity, profile: Account['profile']): Received | undefined => {
  const make = (ask: Incoming['ask'], returns: Returns, answerBy: Incoming['answerBy'], key = activity.id): Received => ({
    incoming: {
      key: `${activity.name ?? activity.type}:${key}`,
      account: accountOf(activity, profile),
      where: whereOf(activity),
      ask,
      answerBy,
    },
    returns,
  });
  const pressed = (data: unknown, returns: Returns): Received => {
    const { ask, token, fields } = buttonData(data);
    const values = formValues(asRecord(data), fields);
    if (ask !== 'submit') return make({ kind: 'press', token, ...(fields ? { inputs: values } : {}) }, returns, 'reply');
    // Teams is known to deliver a dialog's answer again under a new id. Every opening of a dialog seals its own token,
    // so the token with the values is the same for the same sending and for no other.
    const key =
      returns === 'dialog'
        ? createHash('sha256')
            .update(JSON.stringify([token, values]))
            .digest('base64url')
        : undefined;
    return make({ kind: 'submit', token, values }, returns, 'reply', key);
  };

  if (activity.type === 'message') {
    if (activity.from.role === 'bot' || activity.from.id === activity.recipient.id) return undefined;
    // Where Action.Execute or a dialog is not known, a button arrives as a message without words; its answer is a message too.
    if (activity.value !== undefined && activity.value !== null) return pressed(activity.value, 'message');
    return make(wordsOf(activity), 'message', { platform: 'teams', to: privateAddressOf(activity) });
  }
  if (activity.type !== 'invoke') return undefined;
  switch (activity.name) {
    case 'adaptiveCard/action':
      return pressed(Execute.safeParse(activity.value).data?.action.data, 'card');
    case 'task/fetch':
    case 'task/submit':
    case 'composeExtension/submitAction':
      return pressed(Submitted.safeParse(activity.value).data?.data, 'dialog');
    case 'composeExtension/fetchTask': {
      const html = Extension.safeParse(activity.value).data?.messagePayload?.body?.content;
      const note = html ? textOfHtml(html) : '';
      return make({ kind: 'open', verb: 'kpi.log', state: note ? { note } : {} }, 'dialog', 'reply');
    }
    default:
      return undefined;
  }
};
