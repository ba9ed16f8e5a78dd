import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect } from 'vitest';
import { inTransaction } from '../../../src/db/transaction.ts';
import type { Table, Value } from '../../../src/evidence/tables/table.ts';
import { type Actor, findActor } from '../../../src/people/actor.ts';
import { type Asked, createToken } from '../../../src/people/tokens.ts';
import { createApi } from '../../../src/web/evidence/api.ts';
import { testBot } from '../../support/bot.ts';
import { type Reply, visitor } from '../../support/visitor.ts';
import { startWeb } from '../../support/web.ts';

/** The demonstration with its API on a port of its own, and somebody who reads it. */

export const NOW = '2026-11-19T14:00:00Z';
export const API = '/api/v1';

export type PageOf = { recordedTo: string; columns: { name: string; type: string }[]; rows: Record<string, Value>[]; next: string | null };
export const bodyOf = <T = PageOf>({ text }: Reply): T => JSON.parse(text);

/** Why it was refused; that it was said as it should be is seen here. */
export const refusedBy = (reply: Reply) => {
  expect(reply.headers['content-type']).toBe('application/problem+json');
  const problem = bodyOf<{ title: string; status: number; detail: string; reference: string }>(reply);
  expect(problem.status).toBe(reply.status);
  expect(problem.reference).toMatch(/^[0-9A-F]{6}$/u);
  return problem;
};

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** The same address on the test's own port. */
export const pathOf = (link: string) => link.slice(link.indexOf(API) + API.length);

const kindOf = (scope: string) => (scope === 'LocalEd' ? 'programme' : scope.startsWith('pilot') ? 'pilot' : 'locality');

const asker = (origin: string) => {
  const ask = (path: string, token?: string, headers: Record<string, string> = {}, method = 'GET') =>
    visitor(origin).ask(method, `${API}${path}`, { ...(token !== undefined && bearer(token)), ...headers });
  const allPages = async (path: string, token: string): Promise<PageOf[]> => {
    const pages: PageOf[] = [];
    for (let next: string | null = path; next !== null; ) {
      const reply = await ask(next, token);
      expect(reply.status).toBe(200);
      const page = bodyOf(reply);
      pages.push(page);
      next = page.next && pathOf(page.next);
    }
    return pages;
  };
  const allRows = async (path: string, token: string) => (await allPages(path, token)).flatMap(({ rows }) => rows);
  return { origin, ask, allPages, allRows };
};

export const apiWorld = async (options: { remote?: string } = {}) => {
  const bot = await testBot();
  const { db } = bot.core;
  const site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch, ...options });
  /** Ids of scopes by name. */
  const ids: Record<string, string> = {};
  for (const { id, name } of [...(await db.programme.findMany()), ...(await db.locality.findMany())]) ids[name] = id;
  ids['pilot 1'] = (await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } })).pilotId;

  const actorOf = async (name: string): Promise<Actor> => {
    const { id } = await db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });
    const actor = await inTransaction(db, (tx) => findActor(tx, { platform: 'web', tenant: 'web', user: id }, '2026-11-19'));
    if (!actor) throw new Error(`${name} is nobody`);
    return actor;
  };
  const writerIn = (tx: Parameters<typeof createToken>[0]['tx'], personId: string) => ({
    tx,
    now: bot.clock.now(),
    newId: bot.core.newId,
    personId,
  });
  /** A token of somebody for a scope: "Wakefield", "pilot 1", "LocalEd". */
  const tokenOf = async (name: string, scope: string, asked: Partial<Asked> = {}): Promise<string> => {
    const actor = await actorOf(name);
    const whole: Asked = { name: 'Power BI', scopeKind: kindOf(scope), scopeId: ids[scope] ?? '', freeText: false, days: 90, ...asked };
    return inTransaction(db, (tx) => createToken(writerIn(tx, actor.personId), bot.core, actor, whole));
  };
  /** One of somebody who may not make any: another made it. */
  const tokenHandedTo = async (name: string, scope: string): Promise<string> => {
    await db.apiToken.deleteMany();
    const token = await tokenOf('evaluator', scope);
    await db.apiToken.updateMany({ data: { personId: (await actorOf(name)).personId } });
    return token;
  };

  const servers = [site];
  /** The same API with other tables. */
  const withTables = async (tables: readonly Table[]) => {
    const web = express();
    web.use(API, createApi(bot.core, tables, `${bot.core.config.publicUrl}${API}`));
    const server = createServer(web);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({
      origin: '',
      stop: () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    });
    return asker(`http://localhost:${(server.address() as AddressInfo).port}`);
  };

  return {
    bot,
    ids,
    actorOf,
    writerIn,
    tokenOf,
    tokenHandedTo,
    withTables,
    ...asker(site.origin),
    /** What every test begins with. */
    anew: async () => {
      bot.clock.set(NOW);
      await db.apiToken.deleteMany();
      await db.attempt.deleteMany();
    },
    close: async () => {
      for (const server of servers) await server.stop();
      await bot.close();
    },
  };
};
export type ApiWorld = Awaited<ReturnType<typeof apiWorld>>;
