import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Ask, Told } from './serve.ts';

/** One process of the product, and asking it to do something at a moment. */
export type YearServer = {
  origin: string;
  ask: (ask: Ask) => Promise<unknown>;
  /** Ends it as a power cut would. What was asked of it and is not answered yet is answered with undefined. */
  kill: () => Promise<void>;
};

export const startYearServer = async (env: Record<string, string>, script: string): Promise<YearServer> => {
  const child: ChildProcess = fork(join(import.meta.dirname, script), {
    env: {
      PATH: process.env.PATH ?? '',
      ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      ...env,
    },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const open = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const gone = once(child, 'exit').then(() => {
    for (const { resolve } of open.values()) resolve(undefined);
    open.clear();
  });
  const ready = new Promise<string>((resolve, reject) => {
    open.set(0, {
      resolve: (origin) => (origin ? resolve(String(origin)) : reject(new Error('a server ended before it was ready'))),
      reject,
    });
  });
  child.on('message', ({ id, result, error }: Told) => {
    const asked = open.get(id);
    open.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  const origin = await ready;
  let asked = 0;
  return {
    origin,
    ask: (ask) =>
      new Promise((resolve, reject) => {
        asked += 1;
        open.set(asked, { resolve, reject });
        child.send({ id: asked, ask }, (error) => error && resolve(undefined)); // it is gone
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
};
