import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import type { Core } from '../../src/app.ts';
import type { Command, Dispatch } from '../../src/bot/contract.ts';
import { parseConfig } from '../../src/config.ts';
import type { Db } from '../../src/db/client.ts';
import { createWeb, type WebParts } from '../../src/web/web.ts';
import { testClock, testIds } from './clock.ts';

/** The key of every test server: 32 bytes, and no secret. */
export const TEST_SECRET = new Uint8Array(32).fill(7);

const listening = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

type Options = {
  db: Db;
  clock?: ReturnType<typeof testClock>;
  /** Variables as somebody would set them; PUBLIC_URL is the server's own unless it is named here. */
  environment?: Record<string, string>;
  commands?: readonly Command[];
  /** Answers every asking; the real one is made from the core. */
  dispatch?: (core: Core) => Dispatch;
  platformsOff?: WebParts['platformsOff'];
};

/** The pages on a port of their own, over a real socket. */
export const startWeb = async ({ db, clock = testClock(), environment = {}, commands = [], dispatch, platformsOff }: Options) => {
  const web = express();
  const server = createServer(web);
  const port = await listening(server);
  const origin = `http://localhost:${port}`;
  const logged: string[] = [];
  const newId = testIds(port);
  const core: Core = {
    db,
    now: clock.now,
    newId,
    secret: TEST_SECRET,
    config: parseConfig({ PUBLIC_URL: origin, SECRET_KEY: Buffer.from(TEST_SECRET).toString('base64'), HOST: '127.0.0.1', ...environment }),
    log: pino({ level: 'trace' }, { write: (line: string) => logged.push(line) }),
    later: async (tx, message) => {
      const at = new Date(clock.now().epochMilliseconds);
      const { kind, ...payload } = message;
      await tx.outbox.create({ data: { id: newId(), kind, payload: payload as never, notBefore: at, createdAt: at } });
    },
  };
  const none: Dispatch = async () => ({ kind: 'card', card: { title: 'Nothing is behind this', parts: [] } });
  createWeb({
    core,
    commands,
    dispatch: dispatch ? dispatch(core) : none,
    kick: () => {},
    ...(platformsOff && { platformsOff }),
  }).mount(web);
  return {
    origin,
    core,
    clock,
    /** Every line that was logged, as it was written. */
    logged,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
