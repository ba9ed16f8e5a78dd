import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The whole product as a process of its own, started as people start it: `node src/main.ts` with an environment. */

const ROOT = join(import.meta.dirname, '../..');
/** Longest that a process may take to be ready, in milliseconds: a first start on a busy machine. */
const MOST_TO_READY = 60_000;
/** Milliseconds between questions whether it is ready: well below what is measured. */
const ASK_EVERY = 10;

/** A port that nobody listens on just now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

export type Child = {
  process: ChildProcess;
  port: number;
  origin: string;
  /** Resolves with the milliseconds from its start until it may be sent work. Fails with what it printed. */
  ready: () => Promise<number>;
  /** Ends it at once, as a power cut would, and resolves when it is gone. */
  kill: () => Promise<void>;
  /** Asks it to stop, and resolves with its exit code. */
  stop: () => Promise<number | null>;
  /** What it has printed. */
  printed: () => string;
};

/** Where compiled code is kept between starts, when whoever runs the tests says so. */
const COMPILED = process.env.NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {};
/** For a process that lives for seconds: its database's code is compiled once, and not once more to be faster, which takes a third of its time. */
export const SHORT_LIVED = ['--liftoff-only'];

export type Ran = { code: number; stdout: string; stderr: string };
/** Runs a script of this repository to its end, as `npm run` would. Nothing of our own environment reaches it but what reaches a server. */
export const runScript = (name: string, args: readonly string[], env: Record<string, string>): Promise<Ran> =>
  promisify(execFile)(process.execPath, [...SHORT_LIVED, `scripts/${name}.ts`, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', ...COMPILED, ...env },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ran) => ({ code, stdout, stderr }),
  );

/** Starts a script of this repository. Nothing of our own environment reaches it but PATH, and where compiled code is kept. */
export const startChild = (
  env: Record<string, string> & { PORT: string },
  { logFile, script = 'src/main.ts', nodeOptions = [] }: { logFile: string; script?: string; nodeOptions?: string[] },
): Child => {
  const log = openSync(logFile, 'a');
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, script], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', ...COMPILED, ...env },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const gone = once(child, 'exit');
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  const origin = `http://127.0.0.1:${env.PORT}`;
  const printed = () => readFileSync(logFile, 'utf8');
  const end = async (signal: NodeJS.Signals) => {
    if (!isGone()) child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    process: child,
    port: Number(env.PORT),
    origin,
    printed,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    ready: async () => {
      while (performance.now() - startedAt < MOST_TO_READY) {
        if (isGone()) throw new Error(`${script} ended with ${child.exitCode ?? child.signalCode}:\n${printed().slice(-2_000)}`);
        const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
        await answer?.arrayBuffer();
        if (answer?.ok) return performance.now() - startedAt;
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
      }
      throw new Error(`${script} was not ready within ${MOST_TO_READY} ms:\n${printed().slice(-2_000)}`);
    },
  };
};
