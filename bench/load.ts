import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { readingAt, TEAM } from '../tests/support/world.ts';
import { type Phase, runPhase } from './measure.ts';

/**
 * The load: signed slash commands over kept-alive connections, as Slack sends them. A process of its own, so that its work is not
 * counted as the server's; over bare sockets and with every request made beforehand, because it shares the machine's cores.
 */

export type LoadJob = {
  port: number;
  secret: string;
  leads: number;
  phases: Phase[];
  /** What every answer must hold; an answer without it counts as failed. */
  holds: string;
};

const LAST_CHUNK = '\r\n0\r\n\r\n';
const AGENT = 'Slackbot 1.0 (+https://api.slack.com/robots)';

const signedRequest = ({ port, secret, leads }: LoadJob, index: number, at: number): Buffer => {
  const { user, kpi, value } = readingAt(index, leads);
  const body = new URLSearchParams({
    token: 'verification',
    team_id: TEAM,
    team_domain: 'bench',
    channel_id: `D${user.slice(1)}`,
    channel_name: 'directmessage',
    user_id: user,
    user_name: 'somebody',
    command: '/kpi',
    text: `${kpi.toLowerCase()} ${value}`,
    api_app_id: 'A0BENCH',
    is_enterprise_install: 'false',
    response_url: `http://127.0.0.1:${port}/never-used/${index}`,
    trigger_id: `${at}.${index}.bench`,
  }).toString();
  const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return Buffer.from(
    `POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: ${AGENT}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Slack-Request-Timestamp: ${at}\r\nX-Slack-Signature: v0=${signature}\r\nConnection: keep-alive\r\n\r\n${body}`,
  );
};

/** One kept-alive connection: one request at a time. */
const connection = async (port: number) => {
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

process.once('message', async (job: LoadJob) => {
  const total = job.phases.reduce((sum, { most }) => sum + most, 0);
  // Slack's clock: signatures are good for five minutes, the whole load takes less than one.
  const at = Math.floor(Date.now() / 1000);
  const requests = Array.from({ length: total }, (_, index) => signedRequest(job, index, at));
  let next = 0;
  let complaint: string | undefined;
  for (const phase of job.phases) {
    const connections = await Promise.all(Array.from({ length: phase.concurrency }, () => connection(job.port)));
    await runPhase(phase, async (worker) => {
      const answer = await (connections[worker] as (typeof connections)[number]).ask(requests[next++] as Buffer);
      const fine = answer.startsWith('HTTP/1.1 200') && answer.includes(job.holds);
      if (!fine) complaint ??= answer.slice(0, 1_500);
      return fine;
    });
    for (const { close } of connections) close();
  }
  process.send?.({ done: true, complaint });
  process.disconnect();
});
