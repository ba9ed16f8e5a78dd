import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createWeb, type WebParts } from '../../src/web/web.ts';

/** The pages of a bot on a port of their own, over a real socket; `remote` is the address that everybody comes from. */
export const startWeb = async ({ core, commands, dispatch, platformsOff, remote }: Omit<WebParts, 'kick'> & { remote?: string }) => {
  const web = express();
  createWeb({ core, commands, dispatch, kick: () => {}, ...(platformsOff && { platformsOff }) }).mount(web);
  const server = createServer(web);
  if (remote) server.on('connection', (socket) => Object.defineProperty(socket, 'remoteAddress', { value: remote }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
