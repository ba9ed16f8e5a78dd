import { seeded } from '../kill/seeded.ts';
import type { Mood } from '../support/mail.ts';
import type { SlackWrong } from '../support/slack-stub.ts';
import type { Kind, Trouble } from '../support/teams-stub.ts';

/** What goes wrong by chance with what is sent: the same for the same seed and the same order of requests. */

export type Rates = {
  /** Refused for now, and surely not done: 429 with Retry-After, 412, 4yz of a mail server. */
  refused: number;
  /** Nobody can know: done and the connection reset, or a 5xx. */
  lost: number;
};
export const NO_FAULTS: Rates = { refused: 0, lost: 0 };

/** Seconds of Retry-After: sometimes far longer than the relay would wait by itself. */
const RETRY_AFTER = [3, 20, 90, 1_800];

export const faultMaker = (seed: number, rates: Rates) => {
  const random = seeded(seed);
  const counts: Record<string, number> = {};
  let quiet = true;
  const among = <T>(things: readonly T[]): T => things[Math.floor(random() * things.length)] as T;
  const count = <T>(what: string, wrong: T): T => {
    counts[what] = (counts[what] ?? 0) + 1;
    return wrong;
  };
  const fate = (): 'refused' | 'lost' | undefined => {
    if (quiet) return undefined;
    const drawn = random();
    return drawn < rates.lost ? 'lost' : drawn < rates.lost + rates.refused ? 'refused' : undefined;
  };
  const SENT_BY_SLACK = new Set(['chat.postMessage', 'chat.postEphemeral', 'chat.update', 'conversations.open']);
  const SENT_BY_TEAMS = new Set<Kind>(['activity', 'update', 'targeted', 'conversation']);
  return {
    counts,
    /** From now on, or not for now: what people do themselves is not to fail, or nobody would know what waits. */
    on: (is: boolean) => {
      quiet = !is;
    },
    slack: (method: string): SlackWrong | undefined => {
      if (!SENT_BY_SLACK.has(method)) return undefined;
      const what = fate();
      if (what === 'refused') return count('Slack 429', { status: 429, retryAfter: among(RETRY_AFTER) });
      if (what === 'lost')
        return random() < 0.5 ? count('Slack done, answer lost', { lost: true }) : count('Slack 503', { status: 503, text: 'upset' });
      return undefined;
    },
    teams: (kind: Kind): Trouble | undefined => {
      if (!SENT_BY_TEAMS.has(kind)) return undefined;
      const what = fate();
      if (what === 'refused')
        return random() < 0.5
          ? count('Teams 429', { status: 429, retryAfter: among(RETRY_AFTER) })
          : count('Teams 412', { status: 412, code: 'PreconditionFailed' });
      if (what === 'lost')
        return random() < 0.5 ? count('Teams done, answer lost', 'accepted, then reset') : count('Teams 502', { status: 502 });
      return undefined;
    },
    mail: (): Mood | undefined => {
      const what = fate();
      if (what === 'refused') return count('mail 451', { refusesMessage: 451 });
      if (what === 'lost') return count('mail done, answer lost', 'hangs up after the message');
      return undefined;
    },
  };
};
