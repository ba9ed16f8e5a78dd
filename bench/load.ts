import { readingAt } from '../tests/support/world.ts';
import { connection, signedRequest, slashCommand } from './connection.ts';
import { type Phase, runPhase } from './measure.ts';

/**
 * The load: signed slash commands over kept-alive connections, as Slack sends them. A process of its own, so that its work is not
 * counted as the server's, and with every request made beforehand, because it shares the machine's cores.
 */

export type LoadJob = {
  port: number;
  secret: string;
  /** Of the stub of Slack (`startSlackApi`). */
  hooks: string;
  leads: number;
  phases: Phase[];
  /** What every answer must hold; an answer without it counts as failed. */
  holds: string;
};

const commandOf = (job: LoadJob, index: number, at: number): Buffer => {
  const { user, kpi, value } = readingAt(index, job.leads);
  return signedRequest(job, slashCommand({ hooks: job.hooks, user, text: `${kpi.toLowerCase()} ${value}`, trigger: `${at}.${index}` }), at);
};

process.once('message', async (job: LoadJob) => {
  const total = job.phases.reduce((sum, { most }) => sum + most, 0);
  // Slack's clock: signatures are good for five minutes, the whole load takes less than one.
  const at = Math.floor(Date.now() / 1000);
  const requests = Array.from({ length: total }, (_, index) => commandOf(job, index, at));
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
