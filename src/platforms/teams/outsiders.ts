import type { Client as ApiClient } from '@microsoft/teams.api';
import type { Logger } from 'pino';
import { z } from 'zod';
import { faultOf } from '../../fault.ts';
import type { Activity } from './activity.ts';
import { type Address, withoutThread } from './address.ts';
import { failureOf } from './outcome.ts';
import { accountOf, addressOf, kindOf } from './receive.ts';

/**
 * Whether people from outside read along in a conversation: guests, or members of another tenant.
 * Teams is asked after the answer, so that it is known by the time Share is pressed.
 */

const Member = z.object({
  tenantId: z.string().optional(),
  userPrincipalName: z.string().optional(),
  userRole: z.string().default('user'),
});
const Page = z.object({ members: z.array(Member), continuationToken: z.string().optional() });

/** Members that are asked for: the largest page that Teams gives, which may be shorter. */
const MOST_MEMBERS = 500;

/** Of this tenant and no guest; somebody of whom Teams says less is not known to be. */
const isInside = ({ tenantId, userPrincipalName, userRole }: z.infer<typeof Member>, tenant: string): boolean =>
  tenantId?.toLowerCase() === tenant && userRole === 'user' && userPrincipalName !== undefined && !/#EXT#/iu.test(userPrincipalName);

export type OutsidersParts = {
  api: ApiClient;
  log: Logger;
  conversations: {
    learnOutsiders: (address: Address, look: () => Promise<boolean | undefined>) => Promise<void>;
    foundOutsiders: (address: Address) => Promise<void>;
  };
};

export const createOutsiders = ({ api, log, conversations }: OutsidersParts) => {
  const look = async ({ serviceUrl, conversation, tenant }: Address): Promise<boolean | undefined> => {
    let seen = 0;
    let more: string | undefined;
    do {
      const page = Page.parse(
        await api.fromServiceUrl({ serviceUrl }).conversations.getPagedMembers(conversation, MOST_MEMBERS, more || undefined),
      );
      if (page.members.some((member) => !isInside(member, tenant))) return true;
      seen += page.members.length;
      more = page.members.length > 0 ? page.continuationToken : undefined;
    } while (more && seen < MOST_MEMBERS);
    return more || seen === 0 ? undefined : false;
  };

  /** To be called once an activity has been answered. Never throws: what could not be learnt is not known. */
  return async (activity: Activity): Promise<void> => {
    if (kindOf(activity) === 'personal') return;
    const here = addressOf(activity);
    const address = { ...here, conversation: withoutThread(here.conversation) };
    // A shared channel is made for people of other teams and tenants.
    const met = activity.channelData?.channel?.type === 'shared' || accountOf(activity).tenant !== here.tenant;
    try {
      await (met ? conversations.foundOutsiders(address) : conversations.learnOutsiders(address, () => look(address)));
    } catch (error) {
      log.warn(
        { status: failureOf(error).status, fault: faultOf(error) },
        'it could not be learnt whether people from outside read in a conversation: notes are not shared there',
      );
    }
  };
};
