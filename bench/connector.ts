import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ALLOWANCE, type Arrived, type ConnectorJob, TOKEN } from './tenants.ts';

/**
 * A Bot Connector for many tenants, as a process of its own: each refuses what is above its allowance with 429 and Retry-After,
 * and takes as long to answer as one that is some way off. It keeps what arrived, so that twice and never are seen.
 */

/** Milliseconds until an answer. */
const FAR_OFF = 50;

const read = async (request: IncomingMessage): Promise<number> => {
  let bytes = 0;
  for await (const piece of request) bytes += (piece as Buffer).length;
  return bytes;
};

const start = async ({ tenants }: ConnectorJob) => {
  /** Of each tenant, when it took its last messages: the oldest is `next`, and makes room for a new one after a second. */
  const taken = Array.from({ length: tenants }, () => ({ at: new Float64Array(ALLOWANCE).fill(-1_000), next: 0 }));
  const people = new Map<string, number>();
  let refused = 0;
  let began: number | undefined;
  let last = 0;

  const isTaken = (tenant: (typeof taken)[number], now: number): boolean => {
    if (now - (tenant.at[tenant.next] as number) < 1_000) return false;
    tenant.at[tenant.next] = now;
    tenant.next = (tenant.next + 1) % ALLOWANCE;
    return true;
  };

  const server = createServer(async (request, response) => {
    const bytes = await read(request);
    const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (request.url === '/token') return answer(200, { token_type: 'Bearer', expires_in: 3600, access_token: TOKEN });
    const [, tenant, conversation = ''] = /^\/t(\d+)\/v3\/conversations\/([^/]+)\/activities$/u.exec(request.url ?? '') ?? [];
    const allowance = taken[Number(tenant ?? -1)];
    if (!allowance || request.headers.authorization !== `Bearer ${TOKEN}` || bytes < 100)
      return answer(400, { error: { code: 'BadSyntax' } });
    const now = performance.now();
    began ??= now;
    if (!isTaken(allowance, now)) {
      refused += 1;
      return answer(429, { error: { code: 'TooManyRequests' } }, { 'retry-after': '1' });
    }
    last = now;
    const key = `${tenant} ${conversation}`;
    people.set(key, (people.get(key) ?? 0) + 1);
    return setTimeout(() => answer(201, { id: `${people.size}` }), FAR_OFF);
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));

  process.on('message', () => {
    const arrived: Arrived = {
      taken: [...people.values()].reduce((sum, count) => sum + count, 0),
      people: people.size,
      refused,
      seconds: (last - (began ?? last)) / 1000,
    };
    people.clear();
    refused = 0;
    began = undefined;
    process.send?.({ arrived });
  });
};

process.once('message', start);
