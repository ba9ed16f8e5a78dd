import { z } from 'zod';
import type { Message } from '../../app.ts';
import type { SealedCard } from '../../cards/card.ts';
import { type SlackApi, SlackCallError } from './client.ts';
import type { Surface } from './limits.ts';
import { type Drawn, renderCard, renderHome } from './render.ts';

/** A message of the outbox → Slack: one try at each way of reaching a person, in order of privacy. */

/** Slack's address: to a person in a channel (only they see it), to a channel, to a person directly, or in place of a message of ours. */
const Address = z.object({
  channel: z.string().optional(),
  user: z.string().optional(),
  thread: z.string().optional(),
  /** Which message in the channel: it is brought up to date, and nothing new is posted. */
  ts: z.string().optional(),
});
export type SlackAddress = z.infer<typeof Address>;

/** Slack would not draw it: the same card in the plainest blocks is tried once. */
const NOT_DRAWN = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_blocks_too_long',
  'msg_too_long',
  'invalid_arguments',
]);
const isNotDrawn = (error: unknown) => error instanceof SlackCallError && NOT_DRAWN.has(error.code);

/** An answer only for one person cannot be put into this conversation: they get it directly. */
const NOT_HERE = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'user_not_in_channel',
  'messages_tab_disabled',
  'restricted_action',
  'no_permission',
]);

/** A message of ours that is not there any more, or can no longer be changed: whoever reads it no longer needs it changed. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** Links to us are for the person they were made for: previews would open them. `mrkdwn` is off because the text is plain. */
const QUIETLY = { unfurl_links: false, unfurl_media: false, mrkdwn: false };

/** Does it with the card drawn in full and, where Slack will not draw that, plainly. Throws what Slack said otherwise. */
export const drawnEitherWay = async <T>(card: SealedCard, surface: Surface, act: (drawn: Drawn) => Promise<T>): Promise<T> => {
  try {
    return await act(renderCard(card, surface));
  } catch (error) {
    if (!isNotDrawn(error)) throw error;
    return act(renderCard(card, 'acknowledgement'));
  }
};

type Send = (message: Message) => Promise<Record<string, unknown>>;

export const createSend = (api: SlackApi) => {
  /** A direct conversation stays what it is, so it is asked for once. */
  const direct = new Map<string, string>();

  const directWith = async (user: string): Promise<string> => {
    const known = direct.get(user);
    if (known) return known;
    const opened = await api.call('conversations.open', { users: user }).catch((error: unknown) => {
      // Opening it sends nothing: whatever became of the request, no message has left.
      throw error instanceof SlackCallError && error.outcome === 'unconfirmed'
        ? new SlackCallError('conversations.open', error.code, { outcome: 'again' })
        : error;
    });
    const { id } = z.object({ id: z.string() }).parse(opened.channel);
    direct.set(user, id);
    return id;
  };

  const post = async (channel: string, card: SealedCard, thread?: string) =>
    drawnEitherWay(card, 'message', async (drawn) => {
      const { ts } = await api.call('chat.postMessage', { channel, ...drawn, ...QUIETLY, ...(thread && { thread_ts: thread }) });
      return { channel, ts };
    });

  const postPrivately = (channel: string, user: string, card: SealedCard, thread?: string) =>
    drawnEitherWay(card, 'message', async (drawn) => {
      const { message_ts } = await api.call('chat.postEphemeral', {
        channel,
        user,
        ...drawn,
        mrkdwn: false,
        ...(thread && { thread_ts: thread }),
      });
      return { channel, ephemeral: message_ts };
    });

  /** Only for this person, where they asked; directly where that cannot be, as in a conversation that we are not in. */
  const toPersonIn = async (channel: string, user: string, card: SealedCard, thread?: string) => {
    try {
      return await (channel.startsWith('D') ? post(channel, card, thread) : postPrivately(channel, user, card, thread));
    } catch (error) {
      if (!(error instanceof SlackCallError && NOT_HERE.has(error.code))) throw error;
      const own = await directWith(user);
      if (own === channel) throw error;
      return post(own, card);
    }
  };

  /** The same message, with what it says now. */
  const update = async (channel: string, ts: string, card: SealedCard) => {
    try {
      await drawnEitherWay(card, 'message', (drawn) => api.call('chat.update', { channel, ts, ...drawn }));
      return { channel, ts };
    } catch (error) {
      if (error instanceof SlackCallError && GONE.has(error.code)) return { channel, gone: true };
      throw error;
    }
  };

  const sendCard = async (to: SlackAddress, card: SealedCard) => {
    const { channel, user, thread, ts } = to;
    if (channel && ts) return update(channel, ts, card);
    if (channel && user) return toPersonIn(channel, user, card, thread);
    if (channel) return post(channel, card, thread);
    if (user) return post(await directWith(user), card);
    throw new SlackCallError('send', 'no_address', { outcome: 'refused' });
  };

  const publishHome = async (user: string, card: SealedCard) => {
    await api.call('views.publish', { user_id: user, view: renderHome(card) });
    return { home: user };
  };

  const send: Send = async (message) => {
    if (message.kind === 'email') throw new SlackCallError('send', 'not_for_slack', { outcome: 'refused' });
    const to = Address.parse(message.to);
    const card = message.card as SealedCard;
    if (message.kind === 'home') return publishHome(to.user ?? '', card);
    return sendCard(to, card);
  };
  return { send, sendCard, publishHome };
};
