import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between the product and a platform, and holds a call back on its way there, or its answer on the way back. */

/** A call of that method with that in its words. `taken`: the platform has done it. */
export type Held = { method: string; about: string; taken: boolean };

const bodyOf = async (request: IncomingMessage) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
};

export const startGoBetween = async (platform: string) => {
  let wanted: { held: Held; reached: () => void } | undefined;
  const server = createServer(async (request, response) => {
    try {
      const method = (request.url ?? '').split('/').at(-1) ?? '';
      const body = await bodyOf(request);
      const hold = wanted && wanted.held.method === method && body.includes(wanted.held.about) ? wanted : undefined;
      if (hold && !hold.held.taken) return hold.reached();
      const { authorization = '', 'content-type': type = '' } = request.headers;
      const answer = await fetch(new URL(method, platform), {
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body,
      });
      const text = await answer.text();
      if (hold) return hold.reached();
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' }).end(text);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    /** Resolves when such a call has come. It is never answered. */
    hold: (held: Held) =>
      new Promise<void>((reached) => {
        wanted = { held, reached };
      }),
    letGo: () => {
      wanted = undefined;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
