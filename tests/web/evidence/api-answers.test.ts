import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../../../src/db/transaction.ts';
import { DatabaseUnavailable } from '../../../src/errors.ts';
import { TABLES } from '../../../src/evidence/tables/index.ts';
import { BadCursor, type Table, type Value } from '../../../src/evidence/tables/table.ts';
import { revokeToken } from '../../../src/people/tokens.ts';
import { MOST_ROWS } from '../../../src/web/evidence/api-asked.ts';
import { describeApi } from '../../../src/web/evidence/api-description.ts';
import { createTurns, MOST_REQUESTS } from '../../../src/web/evidence/api-pace.ts';
import type { Reply } from '../../support/visitor.ts';
import { API, type ApiWorld, apiWorld, bearer, bodyOf, pathOf, refusedBy } from './api-world.ts';

/** What the API answers, held against its own description; and how it bears long tables, haste and failures. */

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld();
});
afterAll(() => world?.close());
beforeEach(() => world.anew());

type Schema = { [name: string]: unknown };
type Description = {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, { get: { security?: unknown[]; parameters?: { $ref: string }[]; responses: Record<string, Schema> } }>;
  components: Record<string, Record<string, Schema>>;
};

const at = (description: unknown, pointer: string): unknown =>
  pointer
    .replace(/^#\//u, '')
    .split('/')
    .reduce<unknown>((inside, name) => (inside as Schema | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], description);

/** Every `$ref` in it. */
const refsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => (name === '$ref' ? [String(inner)] : refsIn(inner)));

/** Whether an answer is as a description says: the very path, status and kind of content. @returns what is wrong with it */
const judge = (description: Description) => {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, validateFormats: false });
  for (const keyword of ['openapi', 'info', 'servers', 'security', 'paths', 'components']) ajv.addKeyword(keyword);
  ajv.addSchema(description, 'api');
  return (path: string, reply: Reply): string[] => {
    const said = description.paths[path]?.get.responses[String(reply.status)];
    if (!said) return [`${path} says nothing of ${reply.status}`];
    const pointer = typeof said.$ref === 'string' ? said.$ref : undefined;
    const response = (pointer ? at(description, pointer) : said) as { content: Record<string, unknown>; headers?: Schema };
    const [type = ''] = (reply.headers['content-type'] ?? '').split(';');
    const missing = Object.keys(response.headers ?? {}).filter((name) => reply.headers[name.toLowerCase()] === undefined);
    if (missing.length > 0) return [`${path} lacks ${missing}`];
    if (!(type in response.content)) return [`${path} is ${type}`];
    const escaped = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
    const where = pointer ?? `#/paths/${escaped(path)}/get/responses/${reply.status}`;
    const check = ajv.getSchema(`api${where}/content/${escaped(type)}/schema`);
    if (!check) return [`${path} has no schema`];
    return check(type === 'text/csv' ? reply.text : JSON.parse(reply.text)) ? [] : ajv.errorsText(check.errors).split(', ');
  };
};

describe('the description', () => {
  test('is there for everybody, and every part that it names is in it', async () => {
    const reply = await world.ask('/openapi.json');
    expect(reply.status).toBe(200);
    const description = bodyOf<Description>(reply);
    expect(description.openapi).toBe('3.1.1');
    expect(description.servers).toEqual([{ url: `${world.bot.core.config.publicUrl}${API}` }]);
    const refs = refsIn(description);
    expect(refs.length).toBeGreaterThan(TABLES.length * 8);
    expect(refs.filter((pointer) => at(description, pointer) === undefined)).toEqual([]);
    expect(Object.keys(description.paths)).toEqual([
      '/',
      '/tables',
      '/openapi.json',
      ...TABLES.flatMap(({ name }) => [`/tables/${name}`, `/tables/${name}.csv`]),
    ]);
    expect(description.paths['/openapi.json']?.get.security).toEqual([]);
  });

  test('is true of every answer: each table whole and by pages, and each refusal', async () => {
    const isWrong = judge(bodyOf<Description>(await world.ask('/openapi.json')));
    const token = await world.tokenOf('evaluator', 'LocalEd', { freeText: true });
    const [none, handed] = [undefined, await world.tokenOf('wakefield.lead', 'Wakefield')];
    const answers: [path: string, reply: Reply][] = [];
    const look = async (path: string, asked: string, token: string | undefined) => answers.push([path, await world.ask(asked, token)]);
    for (const path of ['/', '/tables', '/openapi.json']) {
      await look(path, path, token);
      await look(path, `${path}?x=1`, token);
    }
    let rows = 0;
    for (const { name } of TABLES) {
      world.bot.clock.advance({ minutes: 1 });
      const path = `/tables/${name}`;
      for (let next: string | null = `${path}?limit=2000`; next !== null; ) {
        const reply = await world.ask(next, token);
        answers.push([path, reply]);
        const page = bodyOf(reply);
        rows += page.rows.length;
        next = page.next && pathOf(page.next);
      }
      await look(`${path}.csv`, `${path}.csv?locality=WAK`, token);
      await look(path, path, none);
      await look(`${path}.csv`, `${path}.csv`, none);
      await look(path, `${path}?limit=0`, token);
      await look(`${path}.csv`, `${path}.csv?limit=1`, token);
      await look(path, `${path}?locality=XYZ`, token);
      await look(`${path}.csv`, `${path}.csv?locality=XYZ`, token);
    }
    const isFree = TABLES.find(({ freeText }) => freeText)?.name;
    await look(`/tables/${isFree}`, `/tables/${isFree}`, handed);
    await world.bot.core.db.apiToken.updateMany({ data: { personId: (await world.actorOf('admin')).personId } });
    for (const path of ['/', '/tables', '/tables/localities', '/tables/localities.csv']) await look(path, path, token);
    expect(rows).toBeGreaterThan(3_000);
    expect(new Set(answers.map(([, { status }]) => status))).toEqual(new Set([200, 400, 401, 403, 404]));
    expect(answers.flatMap(([path, reply]) => isWrong(path, reply).slice(0, 3))).toEqual([]);
  });

  test('control: a column that is called otherwise, is of another type or says a word that is not described is found', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    const reply = await world.ask('/tables/kpi_readings', token);
    const withColumns = (change: (columns: Table['columns']) => Table['columns']) => {
      const tables = TABLES.map((table) => (table.name === 'kpi_readings' ? { ...table, columns: change(table.columns) } : table));
      return judge(describeApi(tables, API) as unknown as Description)('/tables/kpi_readings', reply);
    };
    expect(withColumns((columns) => columns)).toEqual([]);
    expect(
      withColumns((columns) => columns.map((column) => (column.name === 'value' ? { ...column, name: 'figure' } : column))).join(),
    ).toContain('figure');
    expect(withColumns((columns) => columns.slice(1)).join()).toContain('additional properties');
    expect(withColumns((columns) => columns.map((column) => (column.name === 'value' ? { ...column, type: 'date' } : column)))).not.toEqual(
      [],
    );
    expect(
      withColumns((columns) => columns.map((column) => (column.name === 'kind' ? { ...column, values: { undo: '' } } : column))),
    ).not.toEqual([]);
  });

  test('says of every column what it means, as the list of tables does', async () => {
    const description = bodyOf<Description>(await world.ask('/openapi.json'));
    const { tables } = bodyOf<{ tables: { name: string; columns: unknown[] }[] }>(
      await world.ask('/tables', await world.tokenOf('evaluator', 'LocalEd', { freeText: true })),
    );
    for (const { name, columns } of TABLES) {
      expect(tables.find((table) => table.name === name)?.columns).toEqual(columns);
      const properties = at(description, `#/components/schemas/${name}/properties`) as Record<string, { description: string }>;
      expect(Object.keys(properties)).toEqual(columns.map((column) => column.name));
      for (const column of columns) expect(properties[column.name]?.description.startsWith(column.meaning)).toBe(true);
    }
  });

  test('agrees with the guide for people on the addresses, the limits and what can go wrong', async () => {
    const guide = await readFile('docs/api.md', 'utf8');
    for (const path of ['/', '/tables', '/tables/NAME', '/tables/NAME.csv', '/openapi.json'])
      expect(guide).toContain(`| \`${API}${path}\` |`);
    expect(guide).toContain(`1 to ${MOST_ROWS.toLocaleString('en-GB')}`);
    expect(guide).toContain(`more than ${MOST_REQUESTS} requests of one token in a minute`);
    const { components } = bodyOf<Description>(await world.ask('/openapi.json'));
    const statuses = Object.keys(components.responses ?? {}).map((name) => name.replace('Problem', ''));
    // Nobody who follows the guide writes.
    for (const status of statuses.filter((status) => status !== '405'))
      expect(guide).toMatch(new RegExp(`^\\| [\\d, ]*${status}[\\d, ]* \\|`, 'mu'));
  });
});

/** A table that is made up: what its pages are is up to the test. */
const madeUp = (page: Table['page'], name = 'made_up'): Table => ({
  name,
  title: 'Made up',
  meaning: 'A row.',
  columns: [
    { name: 'n', type: 'integer', meaning: 'Its number.' },
    { name: 'text', type: 'text', meaning: 'Words.' },
  ],
  page,
});
/** As many rows as that, a text in each. */
const counting = (rows: number, text: (n: number) => Value, seen: { pages: number } = { pages: 0 }) =>
  madeUp(async (_extent, after, limit) => {
    seen.pages += 1;
    const from = after === null ? 0 : Number(after);
    const to = Math.min(rows, from + limit);
    return {
      rows: Array.from({ length: to - from }, (_, index) => [from + index, text(from + index)]),
      next: to < rows ? String(to) : null,
    };
  });

describe('a long table', () => {
  /** About a megabyte a page, more than what a connection holds on the way. */
  const PAGES = 60;
  const long = (seen: { pages: number }) => counting(PAGES * 2_000, () => 'x'.repeat(500), seen);

  /** Asks for it, takes nothing of what comes, and looks how many pages had been made by the time others had a hundred answers. */
  const madeUnread = async (origin: string, token: string, seen: { pages: number }, meanwhile: () => Promise<unknown>) => {
    const outgoing = get(`${origin}${API}/tables/made_up.csv`, { headers: bearer(token) });
    const response = await new Promise<NodeJS.ReadableStream & { destroy: () => void }>((resolve) => outgoing.on('response', resolve));
    for (let others = 0; others < 100; others += 1) await meanwhile();
    const { pages } = seen;
    response.destroy();
    return pages;
  };

  test('comes whole, in order, and is not made faster than it is taken', async () => {
    const seen = { pages: 0 };
    const { ask, origin } = await world.withTables([long(seen)]);
    const [token, other] = [await world.tokenOf('wakefield.lead', 'Wakefield'), await world.tokenOf('evaluator', 'LocalEd')];
    const { text } = await ask('/tables/made_up.csv', token);
    const lines = text.split('\r\n');
    expect([lines.length, lines.at(-1)]).toEqual([PAGES * 2_000 + 2, '']);
    expect(lines.slice(1, -1).every((line, index) => line.startsWith(`${index},`))).toBe(true);
    expect(seen.pages).toBe(PAGES);

    seen.pages = 0;
    const pages = await madeUnread(origin, token, seen, () => ask('/', other));
    expect(pages).toBeLessThan(PAGES / 2);
  });

  test('control: one that is written without waiting is made whole though nobody takes it', async () => {
    const seen = { pages: 0 };
    const table = long(seen);
    const { default: express } = await import('express');
    const web = express();
    web.get(`${API}/tables/made_up.csv`, async (_request, response) => {
      for (let after: string | null = null, more = true; more; more = after !== null) {
        const page: Awaited<ReturnType<Table['page']>> = await table.page({} as never, after, 2_000);
        response.write(page.rows.map((row) => row.join(',')).join('\n'));
        after = page.next;
        await setImmediate();
      }
      response.end();
    });
    const server = web.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.on('listening', resolve));
    const { port } = server.address() as { port: number };
    const token = await world.tokenOf('evaluator', 'LocalEd');
    expect(await madeUnread(`http://127.0.0.1:${port}`, token, seen, () => world.ask('/openapi.json'))).toBe(PAGES);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('is not made any further once whoever asked has gone', async () => {
    const seen = { pages: 0 };
    const { origin, ask } = await world.withTables([long(seen)]);
    const [token, other] = [await world.tokenOf('wakefield.lead', 'Wakefield'), await world.tokenOf('evaluator', 'LocalEd')];
    await madeUnread(origin, token, seen, () => ask('/', other));
    world.bot.clock.advance({ minutes: 1 });
    const { pages } = seen;
    for (let others = 0; others < 30; others += 1) await ask('/', other);
    expect(seen.pages).toBeLessThanOrEqual(pages + 1);
    expect(world.bot.logged.at(-1)).toContain('whoever read a table over the API went away');
  });

  test('breaks off where its token ends meanwhile, and is not taken for whole', async () => {
    const { personId } = await world.actorOf('wakefield.lead');
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    const { id } = await world.bot.core.db.apiToken.findFirstOrThrow();
    const all = counting(6_000, (n) => `row ${n}`);
    const { origin } = await world.withTables([
      madeUp(async (extent, after, limit) => {
        const page = await all.page(extent, after, limit);
        if (page.next === '4000') await revokeToken(world.writerIn(extent.tx, personId), id);
        return page;
      }),
    ]);
    const response = await fetch(`${origin}${API}/tables/made_up.csv`, { headers: bearer(token) });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(world.bot.logged.at(-1)).toContain('its token may no longer');
    expect(world.bot.logged.at(-1)).not.toContain(token.slice(3));
  });

  test('breaks off where its person may read less meanwhile: what is left is not taken for all', async () => {
    const { db } = world.bot.core;
    const { personId } = await world.actorOf('wakefield.lead');
    const more = { id: world.bot.core.newId(), personId, role: 'lead', scopeKind: 'locality', scopeId: world.ids.Surrey ?? '' };
    await db.role.create({ data: { ...more, from: new Date('2026-01-01') } });
    const token = await world.tokenHandedTo('wakefield.lead', 'LocalEd');
    const all = counting(6_000, (n) => `row ${n}`);
    const { origin, ask } = await world.withTables([all]);
    const next = bodyOf(await ask('/tables/made_up', token)).next ?? '';
    expect((await ask(pathOf(next), token)).status).toBe(200);
    const narrowing = await world.withTables([
      madeUp(async (extent, after, limit) => {
        if (after === '2000') await extent.tx.role.delete({ where: { id: more.id } });
        return all.page(extent, after, limit);
      }),
    ]);
    const response = await fetch(`${narrowing.origin}${API}/tables/made_up.csv`, { headers: bearer(token) });
    await expect(response.text()).rejects.toThrow();
    const reply = await ask(pathOf(next), token);
    expect([reply.status, refusedBy(reply).detail]).toEqual([400, expect.stringContaining('what you may read now')]);
    expect(
      (await fetch(`${origin}${API}/tables/made_up.csv`, { headers: bearer(token) }).then((whole) => whole.text())).length,
    ).toBeGreaterThan(60_000); // the control
  });

  test('that fails half-way breaks off, and the log says where and nothing of what was in it', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    const all = counting(6_000, (n) => `row ${n}`);
    const { origin } = await world.withTables([
      madeUp(async (extent, after, limit) => {
        if (after === '4000') throw new Error('a child called Kim');
        return all.page(extent, after, limit);
      }),
    ]);
    world.bot.logged.length = 0;
    const response = await fetch(`${origin}${API}/tables/made_up.csv`, { headers: bearer(token) });
    await expect(response.text()).rejects.toThrow();
    expect(world.bot.logged).toHaveLength(1);
    expect(world.bot.logged[0]).toContain('an answer of the API broke off');
    expect(world.bot.logged[0]).not.toContain('Kim');
  });

  test('may have short and empty pages: the reader goes on until there is no next', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    const { ask, allPages } = await world.withTables([
      madeUp(async (_extent, after) => ({
        rows: after === 'b' ? [] : [[after === null ? 1 : 2, '=1+1']],
        next: after === null ? 'b' : after === 'b' ? 'c' : null,
      })),
    ]);
    const pages = await allPages('/tables/made_up', token);
    expect(pages.map(({ rows }) => rows)).toEqual([[{ n: 1, text: '=1+1' }], [], [{ n: 2, text: '=1+1' }]]);
    expect((await ask('/tables/made_up.csv', token)).text).toBe(`n,text\r\n1,'=1+1\r\n2,'=1+1\r\n`);
  });
});

describe('haste', () => {
  test('a token that asks too often is told when to come back, and nobody else is kept waiting', async () => {
    const [token, other] = [await world.tokenOf('wakefield.lead', 'Wakefield'), await world.tokenOf('evaluator', 'LocalEd')];
    world.bot.clock.set('2026-11-19T14:00:48.500Z');
    const statuses = await Promise.all(Array.from({ length: MOST_REQUESTS }, () => world.ask('/', token).then(({ status }) => status)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const reply = await world.ask('/tables/localities.csv', token);
    expect([reply.status, reply.headers['retry-after']]).toEqual([429, '12']);
    expect(refusedBy(reply)).toMatchObject({ title: 'That was too often', detail: expect.stringContaining('Wait 12 seconds') });
    expect(judge(describeApi(TABLES, API) as unknown as Description)('/tables/localities.csv', reply)).toEqual([]);
    expect((await world.ask('/', other)).status).toBe(200);
    world.bot.clock.advance({ seconds: 12 });
    expect((await world.ask('/', token)).status).toBe(200);
  });

  test('of one token one thing is read after the other, whatever became of the one before; of two both go on', async () => {
    const inTurn = createTurns();
    let [now, most] = [0, 0];
    const work = async (n: number) => {
      now += 1;
      most = Math.max(most, now);
      for (let turn = 0; turn < 5; turn += 1) await setImmediate();
      now -= 1;
      if (n === 1) throw new Error('one of them fails');
      return n;
    };
    const done = (keyOf: (n: number) => string) => Promise.allSettled([0, 1, 2, 3].map((n) => inTurn(keyOf(n), () => work(n))));
    expect((await done(() => 'same')).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(most).toBe(1);
    await done(String);
    expect(most).toBe(4); // the control
  });

  test('whoever tries many tokens from one network is stopped for an hour', async () => {
    const far = await apiWorld({ remote: '203.0.113.7' });
    try {
      const guess = (n: number) => far.ask('/', `cc_${String(n).padStart(32, 'A')}`).then(({ status }) => status);
      for (let n = 0; n < 100; n += 1) expect(await guess(n)).toBe(401);
      const reply = await far.ask('/', await far.tokenOf('evaluator', 'LocalEd'));
      expect([reply.status, reply.headers['retry-after']]).toEqual([429, '3600']);
      far.bot.clock.advance({ hours: 1, seconds: 1 });
      expect(await guess(100)).toBe(401);
    } finally {
      await far.close();
    }
  });
});

describe('what fails', () => {
  const failing = async (error: unknown) => {
    const { ask } = await world.withTables([
      madeUp(() => {
        throw error;
      }),
    ]);
    world.bot.logged.length = 0;
    return ask('/tables/made_up', await world.tokenOf('wakefield.lead', 'Wakefield'));
  };

  test('is said with a reference that the log knows, and neither says what was in it', async () => {
    const reply = await failing(new Error('a child called Kim'));
    const { title, detail, reference } = refusedBy(reply);
    expect([reply.status, title, detail]).toEqual([500, 'Something went wrong on our side', 'Try again in a minute.']);
    expect(world.bot.logged).toHaveLength(1);
    expect(world.bot.logged[0]).toContain(reference);
    const said = reply.text + world.bot.logged.join('');
    for (const secret of ['Kim', 'cc_']) expect(said).not.toContain(secret);
    expect(reply.text).not.toMatch(/\bat |\.ts/u);
  });

  test('is to be tried again where the database is away', async () => {
    const reply = await failing(new DatabaseUnavailable('away'));
    expect([reply.status, reply.headers['retry-after'], refusedBy(reply).title]).toEqual([
      503,
      '60',
      'The database could not be reached just now',
    ]);
  });

  test('is begun again where a link is of a table that has changed since', async () => {
    const reply = await failing(new BadCursor());
    expect([reply.status, refusedBy(reply).detail]).toEqual([400, expect.stringContaining('or begin again.')]);
  });
});

describe('over the network', () => {
  test('nothing can be written, and what can be done is said', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      for (const path of ['/', '/tables', '/tables/localities', '/tables/localities.csv', '/openapi.json']) {
        const reply = await world.ask(path, token, { origin: 'https://elsewhere.example' }, method);
        expect([method, path, reply.status, reply.headers.allow]).toEqual([method, path, 405, 'GET, HEAD']);
        expect(refusedBy(reply).detail).toBe('Use GET or HEAD.');
      }
  });

  test.each(['/nothing', '/tables/localities/x', '/tables/%E0%A4%A', '/tables/localities.xml'])(
    '%s is not there, and says so in words',
    async (path) => {
      const reply = await world.ask(path, await world.tokenOf('wakefield.lead', 'Wakefield'));
      expect(reply.status).toBe(404);
      expect(refusedBy(reply).title).toBe('There is nothing here');
    },
  );

  test('nothing is kept by anybody on the way, no page elsewhere may read it, and no cookie comes with it', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    for (const path of ['/', '/tables', '/tables/localities', '/tables/localities.csv', '/openapi.json', '/nothing']) {
      const { headers, setCookies } = await world.ask(path, token, { origin: 'https://elsewhere.example' });
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.etag).toBeUndefined();
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(setCookies).toEqual([]);
    }
  });

  test('HEAD says the same without the content', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    for (const path of ['/', '/tables', '/tables/localities', '/tables/localities.csv', '/tables/nothing', '/openapi.json']) {
      const [head, got] = [await world.ask(path, token, {}, 'HEAD'), await world.ask(path, token)];
      expect([path, head.status, head.text]).toEqual([path, got.status, '']);
      expect(head.headers['content-type']).toBe(got.headers['content-type']);
    }
    expect((await world.ask('/tables/localities', undefined, {}, 'HEAD')).status).toBe(401);
  });

  test('reading changes nothing but the day on which the token was used', async () => {
    const token = await world.tokenOf('evaluator', 'LocalEd', { freeText: true });
    const counts = () =>
      inTransaction(world.bot.core.db, async (tx) => [await tx.auditEvent.count(), await tx.outbox.count(), await tx.attempt.count()]);
    const before = await counts();
    for (const { name } of TABLES.slice(0, 5)) await world.ask(`/tables/${name}`, token);
    expect(await counts()).toEqual(before);
    const [{ lastUsedOn } = { lastUsedOn: null }] = await world.bot.core.db.apiToken.findMany();
    expect(lastUsedOn?.toISOString().slice(0, 10)).toBe('2026-11-19');
  });
});
