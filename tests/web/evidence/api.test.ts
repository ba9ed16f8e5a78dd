import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../../../src/db/transaction.ts';
import { TABLES } from '../../../src/evidence/tables/index.ts';
import type { Value } from '../../../src/evidence/tables/table.ts';
import { revokeToken } from '../../../src/people/tokens.ts';
import { type Reply, visitor } from '../../support/visitor.ts';
import { API, type ApiWorld, apiWorld, bearer, bodyOf, type PageOf, pathOf, refusedBy } from './api-world.ts';

/** The tables over the network, for whoever has a token: nothing but what its person may export, and nothing said that could help anybody else. */

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld();
});
afterAll(() => world?.close());
beforeEach(() => world.anew());

const ask: ApiWorld['ask'] = (...asked) => world.ask(...asked);

const basic = (user: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });
/** What was said, but for the reference. */
const saidBy = (reply: Reply) => ({ ...refusedBy(reply), reference: '' });
const csvRows = (text: string): Record<string, string>[] => parse(text, { columns: true, relax_column_count: false });
const prefixes = (reply: Reply) => bodyOf<{ localities: { prefix: string }[] }>(reply).localities.map(({ prefix }) => prefix);

const reading = async (kpiId: string, value: number, at: string, more: { numerator?: number; denominator?: number } = {}) => {
  const { _max } = await world.bot.core.db.reading.aggregate({ where: { kpiId, period: '2026-W46' }, _max: { version: true } });
  const before = await world.bot.core.db.reading.findFirstOrThrow({ where: { kpiId }, orderBy: { seq: 'desc' } });
  const { seq: _, ...same } = before;
  await world.bot.core.db.reading.create({
    data: {
      ...same,
      id: world.bot.core.newId(),
      period: '2026-W46',
      periodStart: new Date('2026-11-09'),
      periodEnd: new Date('2026-11-15'),
      version: (_max.version ?? 0) + 1,
      value,
      numerator: more.numerator ?? null,
      denominator: more.denominator ?? null,
      recordedAt: new Date(at),
    },
  });
};

describe('a token', () => {
  test('is sent as a bearer, or as a password by what knows nothing else', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    for (const headers of [
      bearer(token),
      { authorization: `bearer  ${token}` },
      basic('', token),
      basic('me@example.org', token),
      basic(token, ''),
    ]) {
      const reply = await ask('/', undefined, headers);
      expect([reply.status, prefixes(reply)]).toEqual([200, ['WAK']]);
    }
  });

  test('that is none, made up, ended or too old, or of somebody who has left, gets the same answer', async () => {
    const ended = await world.tokenOf('wakefield.lead', 'Wakefield');
    const { personId } = await world.actorOf('wakefield.lead');
    const { id } = await world.bot.core.db.apiToken.findFirstOrThrow();
    const works = (token: string) => ask('/', token).then(({ status }) => status);
    expect(await works(ended)).toBe(200);
    await inTransaction(world.bot.core.db, (tx) => revokeToken(world.writerIn(tx, personId), id));
    const old = await world.tokenOf('wakefield.lead', 'Wakefield', { days: 1 });
    const left = await world.tokenOf('rochdale.lead', 'Rochdale');
    expect(await works(left)).toBe(200);
    await world.bot.core.db.person.update({ where: { email: 'rochdale.lead@example.org' }, data: { leftOn: new Date('2026-11-19') } });
    world.bot.clock.advance({ days: 1 });
    const replies = [
      await ask('/'),
      await ask('/', `cc_${'A'.repeat(32)}`),
      await ask('/', 'x'),
      await ask('/', undefined, { authorization: 'Basic !' }),
      await ask('/', undefined, { authorization: 'Digest x' }),
      await ask('/', ended),
      await ask('/', old),
      await ask('/', left),
    ];
    await world.bot.core.db.person.update({ where: { email: 'rochdale.lead@example.org' }, data: { leftOn: null } });
    for (const reply of replies) {
      expect(reply.status).toBe(401);
      expect(reply.headers['www-authenticate']).toMatch(/^Bearer realm="Common Cause", Basic realm=/u);
      expect(saidBy(reply)).toEqual(saidBy(replies[0] as Reply));
    }
    expect(saidBy(replies[0] as Reply).title).toBe('This needs a token that works');
    for (const path of ['/tables', '/tables/localities', '/tables/localities.csv', '/tables/nothing'])
      expect((await ask(path)).status).toBe(401);
  });

  test('is the only way in: a session of a page opens nothing, and no cookie is given', async () => {
    const inDemonstration = await ask('/?as=evaluator@example.org');
    expect([inDemonstration.status, inDemonstration.setCookies]).toEqual([400, []]);
    const browser = visitor(world.origin);
    await browser.get('/chat?as=evaluator@example.org');
    expect(browser.cookies.size).toBeGreaterThan(0);
    const reply = await browser.get(`${API}/tables/localities`);
    expect([reply.status, reply.setCookies]).toEqual([401, []]);
  });

  test('of somebody whose role has ended reads nothing, from the next request on', async () => {
    const token = await world.tokenOf('surrey.lead', 'Surrey');
    expect((await ask('/tables/localities', token)).status).toBe(200);
    const { personId } = await world.actorOf('surrey.lead');
    const role = await world.bot.core.db.role.findFirstOrThrow({ where: { personId } });
    await world.bot.core.db.role.update({ where: { id: role.id }, data: { to: new Date('2026-11-18') } });
    for (const path of ['/', '/tables', '/tables/localities', '/tables/localities.csv', '/tables/nothing']) {
      const reply = await ask(path, token);
      expect([reply.status, saidBy(reply).title]).toEqual([403, 'There is nothing that this token may read']);
    }
    await world.bot.core.db.role.update({ where: { id: role.id }, data: { to: null } });
    expect((await ask('/', token)).status).toBe(200);
  });

  test('that stands in an address is not taken, and neither repeated nor logged', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    world.bot.logged.length = 0;
    const replies = [
      await ask(`/?token=${token}`),
      await ask(`/tables?${token}`, token),
      await ask(`/tables/${token}`, token),
      await ask(`/tables/localities?after=${token}`, token),
      await ask(`/tables/localities?to=${token}`, token),
      await ask(`/tables/localities?locality=${token.slice(0, 20)}`, token),
      await ask(`/${token}`),
      await ask('/', `${token}x`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([400, 400, 404, 400, 400, 404, 404, 401]);
    const said = JSON.stringify([replies, world.bot.logged]);
    expect(world.bot.logged.length).toBe(replies.length);
    expect(said).not.toContain(token.slice(3, 20));
    expect(JSON.stringify([token])).toContain(token.slice(3, 20)); // the control
  });
});

describe('who reads what', () => {
  /** From the design: leads and coordinators export their own scope, evaluators the programme, nobody else anything. */
  test.each([
    ['wakefield.lead', 'LocalEd', ['WAK']],
    ['wakefield.coordinator', 'LocalEd', ['WAK']],
    ['surrey.lead', 'LocalEd', ['SUR']],
    ['wakefield.head.1', 'LocalEd', []],
    ['wakefield.head.1', 'Wakefield', []],
    ['pilot1.adviser', 'LocalEd', []],
    ['admin', 'LocalEd', []],
    ['surrey.lead', 'Wakefield', []],
    ['wakefield.lead', 'pilot 1', ['WAK']],
    ['evaluator', 'Wakefield', ['WAK']],
    ['evaluator', 'pilot 1', ['WAK', 'ROC', 'COV', 'WIL']],
    ['programme.coordinator', 'pilot 1', ['WAK', 'ROC', 'COV', 'WIL']],
  ])('%s with a token for %s reads %j', async (name, scope, expected) => {
    const token = await world.tokenHandedTo(name, scope);
    const reply = await ask('/', token);
    expect(reply.status).toBe(expected.length === 0 ? 403 : 200);
    if (expected.length === 0) return;
    expect(prefixes(reply).toSorted()).toEqual(expected.toSorted());
    const localities = await world.allRows('/tables/localities', token);
    expect(localities.map(({ prefix }) => prefix).toSorted()).toEqual(expected.toSorted());
    const expectedIds = new Set(localities.map(({ locality_id }) => locality_id));
    for (const path of ['/tables/kpi_readings?limit=5000', '/tables/action_versions?limit=5000'])
      expect(new Set((await world.allRows(path, token)).map(({ locality_id }) => locality_id))).toEqual(expectedIds);
  });

  test('the whole programme is nine localities, in their fixed order', async () => {
    const token = await world.tokenOf('evaluator', 'LocalEd');
    const inOrder = await world.bot.core.db.locality.findMany({ orderBy: [{ pilot: { position: 'asc' } }, { position: 'asc' }] });
    expect(inOrder).toHaveLength(9);
    expect(prefixes(await ask('/', token))).toEqual(inOrder.map(({ prefix }) => prefix));
  });

  test('one locality can be asked for, and one of others looks like one that there is not', async () => {
    const token = await world.tokenOf('evaluator', 'pilot 1');
    for (const locality of ['WAK', 'wak']) {
      const rows = await world.allRows(`/tables/kpi_definitions?limit=5000&locality=${locality}`, token);
      expect(new Set(rows.map(({ locality_id }) => locality_id))).toEqual(new Set([world.ids.Wakefield]));
    }
    const [theirs, none] = [
      await ask('/tables/kpi_definitions?locality=SUR', token),
      await ask('/tables/kpi_definitions?locality=XYZ', token),
    ];
    expect(theirs.status).toBe(404);
    expect(saidBy(theirs)).toEqual(saidBy(none));
    expect((await ask('/tables/kpi_definitions.csv?locality=SUR', token)).status).toBe(404);
  });

  test('free text is there only for a token that was made to read it; without, it looks like a table that there is not', async () => {
    const [plain, free] = [
      await world.tokenOf('wakefield.lead', 'Wakefield'),
      await world.tokenOf('wakefield.lead', 'Wakefield', { freeText: true }),
    ];
    const identifying = TABLES.filter(({ freeText }) => freeText);
    expect(identifying.length).toBeGreaterThan(0);
    const listed = async (token: string) =>
      bodyOf<{ tables: { name: string }[] }>(await ask('/tables', token)).tables.map(({ name }) => name);
    expect(await listed(free)).toEqual(TABLES.map(({ name }) => name));
    for (const { name } of identifying) {
      expect(await listed(plain)).not.toContain(name);
      for (const path of [name, `${name}.csv`]) {
        const [hidden, none] = [await ask(`/tables/${path}`, plain), await ask('/tables/nothing', plain)];
        expect(hidden.status).toBe(404);
        expect(saidBy(hidden)).toEqual(saidBy(none));
        expect((await ask(`/tables/${path}`, free)).status).toBe(200);
      }
    }
  });

  test('a figure about 1 to 4 children is withheld from a lead’s token too, in JSON and in CSV', async () => {
    const definition = await world.bot.core.db.kpiDefinition.findFirstOrThrow({
      where: { counts: 'children', kpi: { localityId: world.ids.Wakefield as string } },
    });
    await reading(definition.kpiId, 98.5, '2026-11-19T13:00:00Z', { numerator: 128, denominator: 131 });
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    const mine = <T extends { kpi_id?: unknown; period?: unknown }>(rows: T[]) =>
      rows.filter(({ kpi_id, period }) => kpi_id === definition.kpiId && period === '2026-W46').at(-1);
    const rows = await world.allRows('/tables/kpi_readings?limit=5000', token);
    expect(mine(rows)).toMatchObject({ value: null, numerator: null, denominator: null, value_symbol: '[c]' });
    const csv = csvRows((await ask('/tables/kpi_readings.csv', token)).text);
    expect(mine(csv)).toMatchObject({ value: '', numerator: '', denominator: '', value_symbol: '[c]' });
    expect(rows.some(({ value }) => typeof value === 'number')).toBe(true);
  });

  test('organisations are codes, and no link leads back to who they are', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    const replies: string[] = [];
    for (let path: string | null = '/tables/organisations?limit=3'; path !== null; ) {
      const reply = await ask(path, token);
      replies.push(reply.text);
      const { next } = bodyOf(reply);
      path = next && pathOf(next);
    }
    const organisations = await world.bot.core.db.organisation.findMany({ where: { localityId: world.ids.Wakefield as string } });
    expect(replies.length).toBeGreaterThan(organisations.length / 3 - 1);
    const links = replies.map((text) => new URL((JSON.parse(text) as PageOf).next ?? 'http://localhost').searchParams.get('after') ?? '');
    const said = [...replies, ...links.map((link) => Buffer.from(link, 'base64url').toString())].join('\n');
    for (const { id, name } of organisations) {
      expect(said).not.toContain(id);
      expect(said).not.toContain(name);
    }
  });
});

describe('pages', () => {
  test('together are all rows, each once, however long a page is', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    const { db } = world.bot.core;
    const recorded = await db.reading.findMany({ where: { kpi: { localityId: world.ids.Wakefield as string } }, select: { id: true } });
    const expected = recorded.map(({ id }) => id).toSorted();
    expect(expected.length).toBeGreaterThan(20);
    for (const limit of [7, 5_000]) {
      const pages = await world.allPages(`/tables/kpi_readings?limit=${limit}`, token);
      expect(pages.flatMap(({ rows }) => rows.map(({ reading_id }) => reading_id)).toSorted()).toEqual(expected);
      expect(Math.max(...pages.map(({ rows }) => rows.length))).toBeLessThanOrEqual(limit);
    }
  });

  test('are all of one moment, which the first says and the links carry, whatever is recorded meanwhile', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    const { kpiId } = await world.bot.core.db.kpiDefinition.findFirstOrThrow({
      where: { kpi: { localityId: world.ids.Wakefield as string } },
    });
    const before = await world.bot.core.db.reading.count({ where: { kpi: { localityId: world.ids.Wakefield as string } } });
    const first = bodyOf(await ask('/tables/kpi_readings?limit=10', token));
    expect(first.recordedTo).toBe('2026-11-19T13:59:50.000Z');
    world.bot.clock.advance({ minutes: 1 });
    await reading(kpiId, 91, '2026-11-19T14:00:30Z');
    expect(first.next).toContain(`${world.bot.core.config.publicUrl}${API}/tables/kpi_readings?limit=10&to=2026-11-19T13%3A59%3A50.000Z`);
    const rest = await world.allPages(pathOf(first.next ?? ''), token);
    expect(new Set(rest.map(({ recordedTo }) => recordedTo))).toEqual(new Set([first.recordedTo]));
    expect(first.rows.length + rest.reduce((sum, { rows }) => sum + rows.length, 0)).toBe(before);
    expect((await world.allRows('/tables/kpi_readings?limit=5000', token)).length).toBe(before + 1); // read anew it is there
    const again = await ask('/tables/kpi_readings.csv?to=2026-11-19T14:00:00Z', token);
    expect([csvRows(again.text).length, again.headers['recorded-to']]).toEqual([before, '2026-11-19T14:00:00.000Z']);
  });

  test('a link that was altered, of another table or of another moment leads nowhere', async () => {
    const token = await world.tokenOf('evaluator', 'LocalEd');
    const link = new URL(bodyOf(await ask('/tables/kpi_readings?limit=5&locality=WAK', token)).next ?? '');
    const path = pathOf(link.href);
    const after = link.searchParams.get('after') ?? '';
    world.bot.clock.advance({ minutes: 1 });
    for (const wrong of [
      path.replace('kpi_readings', 'kpi_targets'),
      path.replace('locality=WAK', 'locality=SUR'),
      path.replace('&locality=WAK', ''),
      path.replace('13%3A59%3A50', '13%3A59%3A49'),
      path.replace(/&to=[^&]*/u, ''),
      path.replace(after, `${after.slice(0, -1)}${after.endsWith('A') ? 'B' : 'A'}`.slice(1)),
      `/tables/kpi_readings?after=${encodeURIComponent(JSON.stringify(['x']))}`,
      '/tables/kpi_readings?after=',
    ]) {
      const reply = await ask(wrong, token);
      expect([wrong, reply.status, saidBy(reply).detail]).toEqual([wrong, 400, expect.stringContaining('follow the link “next”')]);
    }
    expect((await ask(path, token)).status).toBe(200); // the control
  });

  test.each([
    ['limit=0', 'limit is a whole number from 1 to 5000.'],
    ['limit=5001', 'limit is a whole number from 1 to 5000.'],
    ['limit=-1', 'limit is a whole number from 1 to 5000.'],
    ['limit=1e3', 'limit is a whole number from 1 to 5000.'],
    ['limit=', 'limit is a whole number from 1 to 5000.'],
    ['to=yesterday', 'to is a moment like 2026-11-19T14:00:00Z.'],
    ['to=2026-13-19T14:00:00Z', 'to is a moment like 2026-11-19T14:00:00Z.'],
    ['to=0000-01-01T00:00:00Z', 'to is more than 24 hours ago'],
    ['to=2026-11-18T13:59:59Z', 'to is more than 24 hours ago'],
    ['to=2026-11-19T14:00:01Z', 'to has not come yet.'],
    ['limit=5&limit=6', 'Give each of limit, after, to and locality once.'],
    ['organisation=S-7K3QF2M', 'There is no other filter: one by organisation, person or value could single somebody out.'],
    ['value=3', 'There is no other filter'],
    ['since=2026-01-01', 'There is no other filter'],
    ['Limit=5', 'There is no other filter'],
    ['__proto__=5', 'There is no other filter'],
    ['a[b]=5', 'There is no other filter'],
  ])('%s is refused in words', async (query, words) => {
    const reply = await ask(`/tables/kpi_readings?${query}`, await world.tokenOf('wakefield.lead', 'Wakefield'));
    expect([reply.status, refusedBy(reply).detail]).toEqual([400, expect.stringContaining(words)]);
  });

  test('CSV comes whole: it knows no pages', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield');
    expect((await ask('/tables/kpi_readings.csv?limit=5', token)).status).toBe(400);
    expect((await ask('/tables/kpi_readings?limit=5', token, { accept: 'text/csv' })).status).toBe(400);
  });
});

describe('CSV', () => {
  test('has the same rows as the pages, of every table, by its name or by a header', async () => {
    const token = await world.tokenOf('wakefield.lead', 'Wakefield', { freeText: true });
    for (const { name, columns } of TABLES) {
      const named = await ask(`/tables/${name}.csv`, token);
      expect([named.status, named.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
      expect(named.headers['content-disposition']).toBe(`attachment; filename="${name}.csv"`);
      expect(named.text.split('\r\n')[0]).toBe(columns.map((column) => column.name).join(','));
      const rows = await world.allRows(`/tables/${name}?limit=5000`, token);
      // A text that looks like a formula has an apostrophe before it.
      const texts = (row: Record<string, Value>) =>
        Object.values(row).map((value) =>
          value === null ? '' : String(value).replace(/^(?=[=+\-@＝＋－＠])/u, typeof value === 'string' ? "'" : ''),
        );
      expect(csvRows(named.text).map(texts)).toEqual(rows.map(texts));
      world.bot.clock.advance({ minutes: 1 });
    }
    const asked = await ask('/tables/kpi_readings', token, { accept: 'text/csv' });
    expect(asked.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(asked.headers.vary).toContain('Accept');
  });
});
