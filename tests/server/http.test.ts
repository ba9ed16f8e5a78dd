import { once } from 'node:events';
import { Agent, request } from 'node:http';
import express from 'express';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config.ts';
import { createMetrics } from '../../src/web/health.ts';
import { startServer } from '../../src/web/server.ts';
import { testClock } from '../support/clock.ts';

let server: Awaited<ReturnType<typeof startServer>>;
let logged: string[];
let ping: () => Promise<void>;
const config = parseConfig({ PORT: '0', METRICS_TOKEN: 'twenty-four-letters-long' });
const origin = () => `http://127.0.0.1:${server.port}`;
const ask = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${origin()}${path}`, init);
  return `${response.status} ${(await response.text()).trim()}`;
};

beforeEach(async () => {
  logged = [];
  ping = async () => {};
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  server = await startServer(config, log, { ping: () => ping(), metrics: createMetrics(() => undefined, testClock().now) });
});
afterEach(() => server.stop());

describe('while it starts', () => {
  it('lives, is not ready, and asks everybody else to come back', async () => {
    server.web.get('/chat', (_request, response) => void response.send('the chat'));
    expect(await ask('/healthz')).toBe('200 alive');
    expect(await ask('/readyz')).toBe('503 starting');
    expect(await ask('/chat')).toBe('503 Common Cause is starting. Try again in a few seconds.');
    server.ready();
    expect(await ask('/readyz')).toBe('200 ready');
    expect(await ask('/chat')).toBe('200 the chat');
  });

  it('says which port is taken', async () => {
    const second = startServer({ ...config, port: server.port }, pino({ level: 'silent' }), {
      ping,
      metrics: createMetrics(() => undefined, testClock().now),
    });
    await expect(second).rejects.toThrow(ConfigError);
    await expect(second).rejects.toThrow(/is in use. Set another PORT/u);
  });
});

describe('readiness', () => {
  it('follows the database: away, and back', async () => {
    server.ready();
    ping = () => Promise.reject(new Error('away'));
    expect(await ask('/readyz')).toBe('503 the database does not answer');
    expect(await ask('/healthz')).toBe('200 alive');
    ping = async () => {};
    expect(await ask('/readyz')).toBe('200 ready');
  });

  it('asks a slow database once, however many ask', async () => {
    server.ready();
    const answer = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    let questions = 0;
    ping = () => {
      questions += 1;
      asked.resolve();
      return answer.promise;
    };
    const probes = [ask('/readyz'), ask('/readyz'), ask('/readyz')];
    await asked.promise;
    await ask('/healthz');
    answer.resolve();
    expect(await Promise.all(probes)).toEqual(['200 ready', '200 ready', '200 ready']);
    expect(questions).toBeLessThanOrEqual(2);
  });
});

describe('metrics', () => {
  it.each([
    ['from this machine', {}, 200],
    ['through a proxy', { 'x-forwarded-for': '203.0.113.9' }, 403],
    ['through a proxy with the token', { 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer twenty-four-letters-long' }, 200],
    ['through a proxy with another token', { 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer nonsense' }, 403],
  ])('%s', async (_how, headers, status) => {
    expect(await ask('/metrics', { headers })).toMatch(new RegExp(`^${status} `, 'u'));
  });
});

describe('a request that goes wrong', () => {
  beforeEach(() => {
    server.web.post('/words', express.json({ limit: 100 }), (_request, response) => void response.send('understood'));
    server.web.get('/bug', () => {
      throw new Error('a bug with flu in two schools in it');
    });
    server.ready();
  });

  it.each([
    ['that cannot be read', '{"attendance": flu in two schools', '400 The request could not be understood.'],
    ['that is too large', JSON.stringify('flu in two schools '.repeat(100)), '413 Too large.'],
  ])('is refused in one line %s, and logged once, without what was in it', async (_what, body, answer) => {
    expect(await ask('/words', { method: 'POST', body, headers: { 'content-type': 'application/json' } })).toBe(answer);
    expect(logged).toHaveLength(1);
    expect(logged.join()).not.toContain('flu');
  });

  it('is a bug of ours: logged once, and nothing of it is told', async () => {
    expect(await ask('/bug')).toBe('500 Something went wrong on our side.');
    expect(logged).toHaveLength(1);
    expect(logged.join()).toContain('a request failed');
    expect(logged.join()).not.toContain('flu'); // the error's own words
    expect(logged.join()).toContain('http.test.ts'); // where it was
  });

  it('and one that goes right is answered', async () => {
    expect(await ask('/words', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).toBe('200 understood');
    expect(logged).toEqual([]);
  });
});

describe('when it stops', () => {
  it('finishes what is under way, takes nothing new, and holds on to no idle connection', async () => {
    const answer = Promise.withResolvers<string>();
    const arrived = Promise.withResolvers<void>();
    server.web.get('/slow', async (_request, response) => {
      arrived.resolve();
      response.send(await answer.promise);
    });
    server.ready();
    const agent = new Agent({ keepAlive: true });
    const slow = request(`${origin()}/slow`, { agent });
    slow.end();
    await arrived.promise;
    const stopped = server.stop();
    await expect(fetch(`${origin()}/healthz`)).rejects.toThrow();
    answer.resolve('saved');
    const [response] = (await once(slow, 'response')) as [import('node:http').IncomingMessage];
    expect(response.headers.connection).toBe('close');
    expect((await response.setEncoding('utf8').toArray()).join('')).toBe('saved');
    await stopped;
    agent.destroy();
  });
});
