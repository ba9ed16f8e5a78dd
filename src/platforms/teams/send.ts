import type { Client as ApiClient } from '@microsoft/teams.api';
import type { Logger } from 'pino';
import type { Message } from '../../app.ts';
import type { SealedCard } from '../../cards/card.ts';
import { plainText } from '../../cards/plain-text.ts';
import { PlatformError } from '../../errors.ts';
import { Address } from './address.ts';
import { LIMITS } from './limits.ts';
import { closedBy, failureOf, platformError } from './outcome.ts';
import { type Rendered, renderCard } from './render.ts';
import { shorten } from './text.ts';

/** Messages to Teams: by the service URL that was kept with the conversation, each request once. */

type SendParts = {
  api: ApiClient;
  log: Logger;
  /** Where the whole of something shortened can be read. */
  link: string;
  /** Nothing more is to be sent to this conversation. */
  close: (address: Address, why: 'blocked' | 'removed') => Promise<void>;
};

type Content = { rendered: Rendered /** Asked for only where the card is too large. */; plain: () => string };

/** What Teams called a message. */
type Sent = { conversation: string; activity: string | undefined };

const DIRECTLY = 'I have answered you directly, where only you can read it.';
const NOT_REACHED = 'I have an answer for you, but cannot write to you alone. Please add me to your own chats and ask again.';

export const createSender = ({ api, log, link, close }: SendParts) => {
  const conversations = (address: Address) => api.fromServiceUrl({ serviceUrl: address.serviceUrl }).conversations;

  const asCard = ({ rendered }: Content) => ({
    summary: rendered.summary,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' as const, content: rendered.card }],
  });
  /** Without a card, and with nothing in it read as Markdown. */
  const asText = ({ plain }: Content) => ({ text: shorten(plain(), LIMITS.plain), textFormat: 'plain' as const });

  type Body = ReturnType<typeof asCard> | ReturnType<typeof asText> | { text: string; textFormat: 'plain' };

  const message = (address: Address, body: Body) => ({
    type: 'message' as const,
    from: { id: address.bot, role: 'bot' as const },
    conversation: { id: address.conversation },
    ...body,
  });

  /** One message, new or in place of an old one. */
  const post = async (address: Address, body: Body): Promise<Sent> => {
    const activity = message(address, body) as never; // the SDK's types ask for a whole conversation; the connector needs its id
    if (address.onlyFor) {
      const targeted = { ...message(address, body), recipient: { id: address.onlyFor, role: 'user', isTargeted: true } } as never;
      const sent = await conversations(address).createTargetedActivity(address.conversation, targeted);
      return { conversation: address.conversation, activity: sent?.id };
    }
    if (address.activity) {
      try {
        await conversations(address).updateActivity(address.conversation, address.activity, activity);
        return { conversation: address.conversation, activity: address.activity };
      } catch (error) {
        if (failureOf(error).status !== 404 || closedBy(error)) throw error;
        if (address.onlyThere) return { conversation: address.conversation, activity: undefined };
      }
    }
    const sent = await conversations(address).createActivity(address.conversation, activity);
    return { conversation: address.conversation, activity: sent?.id };
  };

  /** The card, or what it says where Teams finds it too large. */
  const postContent = async (address: Address, content: Content): Promise<Sent> => {
    try {
      return await post(address, asCard(content));
    } catch (error) {
      if (failureOf(error).status !== 413) throw error;
      return post(address, asText(content));
    }
  };

  /** The chat with one person. Opening it sends nothing, so a failure here never left a message behind. */
  const chatWith = async (address: Address, member: string): Promise<Address> => {
    try {
      const { id } = await conversations(address).create({
        members: [{ id: member, role: 'user' }],
        tenantId: address.tenant,
        channelData: { tenant: { id: address.tenant } },
        bot: { id: address.bot },
        isGroup: false,
      });
      return { ...address, conversation: id, kind: 'personal', onlyFor: undefined, activity: undefined };
    } catch (error) {
      const known = platformError('opening a chat', error);
      throw known.outcome === 'unconfirmed' ? new PlatformError(known.message, { outcome: 'again' }) : known;
    }
  };

  /** A message that only one member sees was refused: then the chat with them, and the conversation hears that much. */
  const directly = async (address: Address, member: string, content: Content): Promise<Sent> => {
    const tell = (text: string) =>
      post({ ...address, onlyFor: undefined }, { text, textFormat: 'plain' }).catch((error: unknown) => {
        log.info({ why: platformError('a notice', error).message }, 'a notice in a conversation could not be sent');
      });
    try {
      const sent = await postContent(await chatWith(address, member), content);
      await tell(DIRECTLY);
      return sent;
    } catch (error) {
      const known = platformError('a direct message', error);
      if (known.outcome === 'closed' || known.outcome === 'refused') await tell(NOT_REACHED);
      throw known;
    }
  };

  const isRefusal = (error: unknown): boolean => {
    const { outcome } = platformError('a private message', error);
    return outcome === 'refused' || outcome === 'closed';
  };

  /**
   * Sends a drawn card now.
   * @throws PlatformError, which says whether it may be sent again
   */
  const deliver = async (address: Address, content: Content): Promise<Sent> => {
    try {
      return await postContent(address, content);
    } catch (error) {
      if (address.onlyFor && isRefusal(error)) return directly(address, address.onlyFor, content);
      const why = closedBy(error);
      if (why) await close(address, why);
      throw platformError('a message', error);
    }
  };

  const draw = (card: SealedCard): Content => ({ rendered: renderCard(card, { link }), plain: () => plainText(card) });

  return {
    deliver,
    draw,
    /** Sends one message of the outbox now. @throws PlatformError */
    send: async (outgoing: Message): Promise<Record<string, unknown>> => {
      const to = outgoing.kind === 'card' && outgoing.platform === 'teams' ? Address.safeParse(outgoing.to) : undefined;
      if (!to?.success || outgoing.kind !== 'card')
        throw new PlatformError('Teams, a message: its address is not one of Teams', { outcome: 'refused' });
      return deliver(to.data, draw(outgoing.card as SealedCard));
    },
  };
};
