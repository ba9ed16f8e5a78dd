import { setTimeout as delay } from 'node:timers/promises';
import { createSealer } from '../src/bot/seal.ts';
import { linkTokens } from '../src/pulses/seat.ts';
import { readingAt, TEAM } from '../tests/support/world.ts';
import { connection, signedRequest, slashCommand } from './connection.ts';
import { runAtMoments, runPhase } from './measure.ts';
import { SECRET } from './product.ts';
import type { Asked } from './pulses-waves.ts';
import { COMMENTS, FAST } from './pulses-world.ts';

/**
 * A pulse as it is answered: in a minute everybody opens the form at a moment of their own and sends it a little later, every second in Slack
 * and every second by their personal link, while readings are logged beside. Before it, to compare with in the same server: readings and answers,
 * each as fast as ten at a time can. A process of its own, as load.ts is.
 */

export type PulsesLoadJob = {
  port: number;
  /** Slack's signing secret. */
  secret: string;
  /** Of the stub of Slack (`startSlackApi`). */
  hooks: string;
  leads: number;
  /** Who answers in the minute, and who before it. */
  minute: Asked;
  before: Asked;
  seconds: number;
  /** Readings a second, in the minute. */
  readings: number;
};

/** Milliseconds between a form's opening and its sending. */
const READS_FOR = 2_000;
/** Milliseconds after which a connection is not used again: the server closes those that were idle for five seconds. */
const FRESH = 3_000;

/** The same moments in every run: as thrown, some together and some apart. mulberry32 */
const throwing = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

const isFine = (answer: string, holds: string) => answer.startsWith('HTTP/1.1 200') && answer.includes(holds);

process.once('message', async (job: PulsesLoadJob) => {
  const { port } = job;
  const sealer = createSealer(SECRET);
  const checked = (answer: string, holds: string): boolean => {
    const fine = isFine(answer, holds);
    if (!fine) process.send?.({ complaint: `“${holds}” is not in\n${answer.slice(0, 1_500)}` });
    return fine;
  };

  // ── As many connections as are needed at once ──
  const idle: { wire: Awaited<ReturnType<typeof connection>>; since: number }[] = [];
  const ask = async (request: Buffer): Promise<string> => {
    let found = idle.pop();
    while (found && performance.now() - found.since > FRESH) {
      found.wire.close();
      found = idle.pop();
    }
    const wire = found?.wire ?? (await connection(port));
    const answer = await wire.ask(request);
    idle.push({ wire, since: performance.now() });
    return answer;
  };

  // ── Readings ──
  let read = 0;
  const reading = async (): Promise<boolean> => {
    const index = read++;
    const { user, kpi, value } = readingAt(index, job.leads);
    const command = slashCommand({ hooks: job.hooks, user, text: `${kpi.toLowerCase()} ${value}`, trigger: `reading.${index}` });
    return checked(await ask(signedRequest(job, command)), '→');
  };

  // ── Answers in Slack ──
  const valuesOf = ({ choices }: Asked, index: number): Record<string, string> => ({
    ...Object.fromEntries(choices.map((many, place) => [`answer${place + 1}`, String((index * 7 + place) % many)])),
    comment: index % COMMENTS === 0 ? `More time to meet, please: this is comment ${index}.` : '',
  });
  const inSlack = (user: string) => ({
    user: { id: user, team_id: TEAM, username: 'somebody', name: 'somebody' },
    team: { id: TEAM, domain: 'bench' },
    api_app_id: 'A0BENCH',
    token: 'verification',
  });
  const tokenFor = (waveId: string, user: string) =>
    sealer.seal(
      { platform: 'slack', tenant: TEAM, user },
      { verb: 'pulse.answer', state: { wave: waveId } },
      { epochMilliseconds: Date.now() },
    );
  const send = (payload: object) => ask(signedRequest(job, { payload: JSON.stringify(payload) }));

  const pressInSlack = async ({ waveId, people }: Asked, index: number): Promise<boolean> => {
    const { user } = people[index] as Asked['people'][number];
    const answer = await send({
      ...inSlack(user),
      type: 'block_actions',
      trigger_id: `press.${waveId}.${index}`,
      response_url: `http://127.0.0.1:${port}/never-used/${index}`,
      container: { type: 'message', message_ts: '1.1', channel_id: `D${user.slice(1)}`, is_ephemeral: false },
      channel: { id: `D${user.slice(1)}`, name: 'directmessage' },
      message: { ts: '1.1', text: 'One thing is waiting for you this week' },
      state: { values: {} },
      actions: [
        { type: 'button', action_id: 'form:pulse.answer#1', block_id: 'b1', value: tokenFor(waveId, user), action_ts: `${index}.1` },
      ],
    });
    return checked(answer, '');
  };
  const sendInSlack = async (asked: Asked, index: number): Promise<boolean> => {
    const { user } = asked.people[index] as Asked['people'][number];
    const values = Object.entries(valuesOf(asked, index)).map(([name, value]) => [
      name,
      {
        value:
          name === 'comment' ? { type: 'plain_text_input', value: value || null } : { type: 'radio_buttons', selected_option: { value } },
      },
    ]);
    const answer = await send({
      ...inSlack(user),
      type: 'view_submission',
      trigger_id: `form.${asked.waveId}.${index}`,
      view: {
        id: `V${index}`,
        type: 'modal',
        hash: `${index}.1`,
        private_metadata: JSON.stringify({ t: tokenFor(asked.waveId, user) }),
        state: { values: Object.fromEntries(values) },
      },
      response_urls: [],
    });
    return checked(answer, 'Thank you');
  };

  // ── Answers by a personal link, as a browser sends them ──
  const tokenOf = linkTokens(SECRET, job.minute.waveId);
  const pathOf = ({ people }: Asked, index: number) => `/pulse/${tokenOf((people[index] as Asked['people'][number]).personId)}`;
  const openLink = async (asked: Asked, index: number): Promise<boolean> => {
    const page = await ask(Buffer.from(`GET ${pathOf(asked, index)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/html\r\n\r\n`));
    return checked(page, 'answer5');
  };
  const sendByLink = async (asked: Asked, index: number): Promise<boolean> => {
    const values = Object.entries(valuesOf(asked, index)).map(([name, value]) => [`field.${name}`, value]);
    const body = new URLSearchParams(Object.fromEntries(values)).toString();
    const head = `POST ${pathOf(asked, index)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nSec-Fetch-Site: same-origin\r\n`;
    const answer = await ask(
      Buffer.from(`${head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
    );
    return checked(answer, 'Thank you');
  };

  // ── As fast as ten at a time can ──
  let sent = 0;
  const answering = () => sendInSlack(job.before, sent++);
  await runPhase({ name: 'warm-up of readings', concurrency: 10, most: FAST.warmUp, seconds: 10 }, reading);
  await runPhase({ name: 'warm-up of answers', concurrency: 10, most: FAST.warmUp, seconds: 10 }, answering);
  await runPhase({ name: 'readings, ten at a time', concurrency: 10, most: FAST.readings, seconds: 10 }, reading);
  await runPhase({ name: 'answers, ten at a time', concurrency: 10, most: FAST.answers, seconds: 20 }, answering);

  // ── The minute ──
  const random = throwing(2026);
  const span = job.seconds * 1000 - READS_FOR;
  const opens = job.minute.people.map(() => random() * span);
  const reads = Array.from({ length: job.readings * job.seconds }, () => random() * job.seconds * 1000);
  const isSlack = (index: number) => index % 2 === 0;
  process.send?.({ begins: 'the minute' });
  await Promise.all([
    runAtMoments('forms opened', opens, async (index) => (isSlack(index) ? pressInSlack(job.minute, index) : openLink(job.minute, index))),
    runAtMoments(
      'answers',
      opens.map((moment) => moment + READS_FOR),
      async (index) => (isSlack(index) ? sendInSlack(job.minute, index) : sendByLink(job.minute, index)),
    ),
    runAtMoments('readings meanwhile', reads, reading),
  ]);
  await delay(500); // forms that are still being drawn
  for (const { wire } of idle) wire.close();
  process.send?.({ done: true });
  process.disconnect();
});
