import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EvidenceLoadTold } from './evidence-load.ts';
import type { EvidenceTold } from './evidence-work.ts';
import type { Exported } from './export.ts';
import type { Measured } from './measure.ts';
import type { Planning } from './planning.ts';
import type { PulsesTold } from './pulses-waves.ts';
import type { Relayed } from './relay.ts';

/** What the benchmark needs of other processes: starting one that measures, and what the system says of one that is measured. */

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;

const statOf = (pid: number | string) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' '); // the name before may hold anything
};

/** Milliseconds of processor time that a process, or a PostgreSQL server with its connections, has used; undefined where the system does not say. */
export const processorTime = (pid: number): number | undefined => {
  try {
    const all = [pid, ...readdirSync('/proc').filter((name) => /^\d+$/u.test(name) && parentOf(name) === pid)];
    // Own time of all of them, and of those children that have ended (fields 14 to 17 of proc(5)).
    return all.reduce<number>((sum, one) => sum + ticks(one), 0) * (1000 / TICKS);
  } catch {
    return undefined;
  }
};
const parentOf = (pid: string) => {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    return undefined; // it has just ended
  }
};
const ticks = (pid: number | string) => {
  try {
    return statOf(pid)
      .slice(11, 15)
      .reduce((sum, field) => sum + Number(field), 0);
  } catch {
    return 0;
  }
};

/** Megabytes of memory that a process holds. */
export const memoryOf = (pid: number): number | undefined => {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
};

type Told = {
  begins?: string;
  measured?: Measured;
  done?: true;
  complaint?: string;
  statements?: number;
  relayed?: Relayed;
  planning?: Planning;
  pulses?: PulsesTold;
  exported?: Exported;
  evidence?: EvidenceTold;
  loaded?: EvidenceLoadTold;
};

/** Runs a measuring script with its job and hands on what it tells. Fails when it fails, or when what it asked for came out wrong. */
export const measureIn = (script: string, job: object, told: (message: Told) => void, nodeOptions: string[] = []): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, script), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: nodeOptions });
    let isDone = false;
    child.on('message', (message: Told) => {
      told(message);
      isDone ||= message.done === true;
      if (message.complaint) reject(new Error(`an answer was not as expected:\n${message.complaint}`));
      if (message.measured && message.measured.failed > 0)
        reject(new Error(`${message.measured.failed} of ${message.measured.count} failed`));
    });
    child.on('exit', (code) => (isDone ? resolve() : reject(new Error(`${script} ended with ${code}`))));
    child.send(job);
  });

/** As much of Slack as a bot needs to start and to post. */
export const startSlackApi = async (team: string) => {
  const answers: Record<string, object> = {
    'auth.test': {
      ok: true,
      team_id: team,
      user_id: 'U0BOT',
      bot_id: 'B0BOT',
      team: 'Bench',
      user: 'bot',
      url: 'https://bench.slack.com/',
    },
    'chat.postMessage': { ok: true, channel: 'D1', ts: '1.1' },
    'views.open': { ok: true, view: { id: 'V0BENCH' } },
    'views.update': { ok: true, view: { id: 'V0BENCH' } },
    response_url: { ok: true },
  };
  const called = new Map<string, number>();
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [, place = '', last = ''] = (request.url ?? '').split('/');
      const method = place === 'hooks' ? 'response_url' : last;
      called.set(method, (called.get(method) ?? 0) + 1);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answers[method] ?? { ok: false, error: 'unknown_method' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${base}/api/`,
    hooks: `${base}/hooks/`,
    /** How often the bot has called a method. */
    called: (method: string) => called.get(method) ?? 0,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
