import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { TEAM } from '../tests/support/world.ts';

/** Kept-alive connections of the load, over bare sockets because it shares the machine's cores, and requests as Slack signs them. */

const LAST_CHUNK = '\r\n0\r\n\r\n';
const AGENT = 'Slackbot 1.0 (+https://api.slack.com/robots)';

/** A request of Slack's, signed. @param at seconds since 1970; good for five minutes */
export const signedRequest = (
  { port, secret }: { port: number; secret: string },
  fields: Record<string, string>,
  at = Math.floor(Date.now() / 1000),
): Buffer => {
  const body = new URLSearchParams(fields).toString();
  const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return Buffer.from(
    `POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: ${AGENT}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Slack-Request-Timestamp: ${at}\r\nX-Slack-Signature: v0=${signature}\r\nConnection: keep-alive\r\n\r\n${body}`,
  );
};

/** What Slack says of `/kpi TEXT`. @param hooks where what follows the acknowledgement is shown, as the chart of a reading */
export const slashCommand = ({ hooks, user, text, trigger }: { hooks: string; user: string; text: string; trigger: string }) => ({
  token: 'verification',
  team_id: TEAM,
  team_domain: 'bench',
  channel_id: `D${user.slice(1)}`,
  channel_name: 'directmessage',
  user_id: user,
  user_name: 'somebody',
  command: '/kpi',
  text,
  api_app_id: 'A0BENCH',
  is_enterprise_install: 'false',
  response_url: `${hooks}${trigger}`,
  trigger_id: `${trigger}.bench`,
});

/** One kept-alive connection: one request at a time. */
export const connection = async (port: number) => {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay(true);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let waiting: PromiseWithResolvers<string> | undefined;
  let received = Buffer.alloc(0);
  const whole = (): string | undefined => {
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const head = received.toString('latin1', 0, end);
    const length = /content-length: (\d+)/iu.exec(head)?.[1];
    const last = length === undefined ? received.length : end + 4 + Number(length);
    // An answer in chunks ends with an empty one; nothing follows it, because nothing was asked yet.
    if (
      length === undefined ? !received.toString('latin1', received.length - LAST_CHUNK.length).endsWith(LAST_CHUNK) : received.length < last
    )
      return undefined;
    const text = received.toString('utf8', 0, last);
    received = received.subarray(last);
    return text;
  };
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = whole();
    if (answer !== undefined) waiting?.resolve(answer);
  });
  const lost = () => waiting?.reject(new Error('the server closed the connection'));
  socket.on('error', lost).on('close', lost);
  return {
    ask: (request: Buffer): Promise<string> => {
      waiting = Promise.withResolvers();
      socket.write(request);
      return waiting.promise;
    },
    close: () => void socket.destroy(),
  };
};
