import type { Logger } from 'pino';
import { z } from 'zod';
import type { Incoming } from '../../bot/contract.ts';
import { type SlackApi, SlackCallError } from './client.ts';

/**
 * Whether people from outside read along in a channel: it is shared with another organisation, or a guest is in it.
 * Slack is asked after the answer, so that it is known by the time Share is pressed.
 */

/** What Slack says of a user: whose they are. */
export const User = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
});

/** A guest, or anybody of another organisation. */
export const isFromOutside = (user: z.infer<typeof User>, team: string): boolean =>
  Boolean(user.is_restricted || user.is_ultra_restricted || user.is_stranger) || user.team_id !== team;

const Info = z.object({
  channel: z.object({
    is_ext_shared: z.boolean(),
    is_pending_ext_shared: z.boolean().default(false),
    is_shared: z.boolean().default(false),
    is_org_shared: z.boolean().default(false),
  }),
});
/** Shared within one organisation is not outside; whatever else is shared, or about to be, is. */
const isShared = ({ channel }: z.infer<typeof Info>) =>
  channel.is_ext_shared || channel.is_pending_ext_shared || (channel.is_shared && !channel.is_org_shared);

const Members = z.object({ members: z.array(z.string()).min(1) });
const Users = z.object({ members: z.array(User) });
const Cursor = z.object({ response_metadata: z.object({ next_cursor: z.string().default('') }).default({ next_cursor: '' }) });

/** People on one page, and pages that are read: Slack allows some twenty lists of users a minute. */
const PAGE = 500;
const MOST_PAGES = 10;

export type Conversations = {
  learnOutsiders: (address: SlackConversation, look: () => Promise<boolean | undefined>) => Promise<void>;
  foundOutsiders: (address: SlackConversation) => Promise<void>;
};
type SlackConversation = { tenant: string; conversation: string; kind: 'group' | 'channel'; channel: string };

type OutsidersParts = { api: SlackApi; log: Logger; conversations: Conversations };

export const createOutsiders = ({ api, log, conversations }: OutsidersParts) => {
  /** A list page by page; undefined where it is longer than we read. */
  const listed = async <T>(method: string, args: Record<string, unknown>, read: (answer: unknown) => T[]): Promise<T[] | undefined> => {
    const all: T[] = [];
    let cursor = '';
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await api.call(method, { ...args, limit: PAGE, ...(cursor && { cursor }) });
      all.push(...read(answer));
      cursor = Cursor.parse(answer).response_metadata.next_cursor;
      if (cursor === '') return all;
    }
    return undefined;
  };

  /** Slack does not say of a channel that guests are in it, so everybody in it is looked up among the people of the workspace. */
  const look = async (channel: string, team: string): Promise<boolean | undefined> => {
    if (isShared(Info.parse(await api.call('conversations.info', { channel })))) return true;
    const readers = await listed('conversations.members', { channel }, (answer) => Members.parse(answer).members);
    const users = await listed('users.list', {}, (answer) => Users.parse(answer).members);
    if (!readers || !users) return undefined;
    const ours = new Set(users.filter((user) => !isFromOutside(user, team)).map(({ id }) => id));
    return !readers.every((reader) => ours.has(reader));
  };

  /**
   * To be called once somebody has been answered. Never throws: what could not be learnt is not known.
   * @param met somebody from outside was met there, or Slack said so by itself
   */
  return async ({ account, where }: Incoming, team: string, met: boolean): Promise<void> => {
    const { kind, conversation } = where;
    if (conversation === undefined || (kind !== 'channel' && kind !== 'group')) return;
    const address = { tenant: team, conversation, kind, channel: conversation };
    try {
      await (met || account.tenant !== team
        ? conversations.foundOutsiders(address)
        : conversations.learnOutsiders(address, () => look(conversation, team)));
    } catch (error) {
      log.warn(
        { slack: error instanceof SlackCallError ? error.message : 'failed' },
        'it could not be learnt whether people from outside read in a channel: notes are not shared there',
      );
    }
  };
};
