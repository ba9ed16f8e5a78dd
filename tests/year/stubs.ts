import { mailServer } from '../support/mail.ts';
import { read, startSlack } from '../support/slack-stub.ts';
import { createTeamsStub } from '../support/teams-stub.ts';
import { reachable } from './away.ts';
import type { faultMaker } from './faults.ts';

/** The three platforms, and what arrived there, each message as it was when it came. */

export type Received = {
  /** Milliseconds since 1970, of the simulated clock. */
  at: number;
  platform: 'slack' | 'teams' | 'email';
  /** Where it arrived: a direct channel, a conversation, an address. */
  place: string;
  /** What the platform calls it. */
  id: string;
  /** All that can be read on it. */
  text: string;
};

const unquoted = (text: string) => {
  const bytes = text
    .replaceAll(/=\r?\n/gu, '')
    .replaceAll(/=([0-9A-F]{2})/gu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

/** The plain-text part of an e-mail, with its subject, and what the sender calls it. */
const readMail = (source: string): { id: string; text: string } => {
  const id = /^Message-ID: (.+)$/imu.exec(source)?.[1]?.trim() ?? '';
  const subject = (/^Subject: (.+(?:\r?\n[ \t].+)*)/imu.exec(source)?.[1] ?? '').replaceAll(
    /=\?UTF-8\?Q\?(.*?)\?=\s*/giu,
    (_, words: string) => unquoted(words.replaceAll('_', ' ')),
  );
  const [, after = ''] = source.split(/^Content-Type: text\/plain/imu);
  const [head = '', ...rest] = after.split(/\r?\n\r?\n/u);
  const body = rest.join('\n\n').split(/\r?\n--/u)[0] ?? '';
  const decoded = /quoted-printable/iu.test(head) ? unquoted(body) : body;
  const text = /base64/iu.test(head) ? Buffer.from(body, 'base64').toString('utf8') : decoded;
  return { id, text: `${subject}\n${text}` };
};

const plain = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

export const startStubs = async (faults: ReturnType<typeof faultMaker>) => {
  const slack = await startSlack({ chance: faults.slack });
  const teams = await createTeamsStub({ chance: faults.teams });
  const mail = await mailServer({ chance: faults.mail });
  const doors = { slack: reachable(slack.server), teams: reachable(teams.server), mail: reachable(mail.server) };
  const seen = { slack: 0, teams: 0, mail: 0 };
  return {
    slack,
    teams,
    mail,
    doors,
    /** What has arrived since this was last asked. Answers to a request, which nobody is notified of, are left out. */
    collect: (at: number): Received[] => {
      const fromSlack = slack.shown.slice(seen.slack).filter(({ by }) => by === 'chat.postMessage' || by === 'chat.postEphemeral');
      const fromTeams = teams.messages.slice(seen.teams);
      const fromMail = mail.taken.slice(seen.mail);
      Object.assign(seen, { slack: slack.shown.length, teams: teams.messages.length, mail: mail.taken.length });
      return [
        ...fromSlack.map((shown) => ({
          at,
          platform: 'slack' as const,
          place: shown.channel,
          id: shown.ts,
          text: plain(`${shown.text}\n${read(shown)}`),
        })),
        ...fromTeams.map(({ conversation, id, lines }) => ({
          at,
          platform: 'teams' as const,
          place: conversation,
          id,
          text: lines.join('\n'),
        })),
        ...fromMail.map(({ to, source }) => ({ at, platform: 'email' as const, place: to.join(), ...readMail(source) })),
      ];
    },
    stop: async () => {
      // A door that is shut must be open to be closed.
      await slack.stop();
      await teams.close();
      await mail.stop();
    },
  };
};
export type Stubs = Awaited<ReturnType<typeof startStubs>>;
