import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { organisationCode } from '../../src/evidence/codes.ts';
import { insertExport } from '../../src/evidence/export/queries.ts';
import { TABLES } from '../../src/evidence/tables/index.ts';
import { linkForChat, useLink } from '../../src/people/sign-in.ts';
import { createToken } from '../../src/people/tokens.ts';
import { linkToken } from '../../src/pulses/seat.ts';
import { createWeb } from '../../src/web/web.ts';
import { pulseInWakefield } from '../pulses/trace.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { undone } from '../support/undone.ts';
import { heading, type Reply, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';
import { addTheOthers, EVERYBODY, type Marks, mayBy, type Someone } from './everybody.ts';

/** Every address of the web, tried as everybody and as nobody; what each may is written out here once more, from the design. */

const REAL = { DEMO: '0', SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'bot@example.org', OPERATOR_NAME: 'Learn Example Ltd' };
const NOWHERE = '00000000-0000-7000-8000-000000000000';

type Things = Record<
  | 'wakefield'
  | 'pilot'
  | 'kpi'
  | 'project'
  | 'school'
  | 'criterion'
  | 'answered'
  | 'draft'
  | 'entry'
  | 'story'
  | 'out'
  | 'upload'
  | 'export'
  | 'token'
  | 'session'
  | 'code'
  | 'pulse'
  | 'assets',
  string
>;

/** What is tried at an address: all of it lies in Wakefield. */
type Try = {
  may: Marks;
  /** The address with Wakefield's things in it. */
  at?: (things: Things) => string;
  /** What is posted. */
  sends?: (things: Things) => Record<string, string>;
  /** The table that is written to by whoever may, or by these of them, and by nobody else. */
  writes?: [table: string, by?: Marks];
  /** Nobody who is not signed in is led to the sign-in page: it is for them. */
  open?: true;
  /** Called something else where an address is tried in several ways. */
  as?: string;
};

const CONFIRM = { lens: 'self', round: '2026/27-autumn' };

/**
 * From the design: partners read their locality's KPIs and plan, everybody in a pilot the overview of all; leads and coordinators
 * keep the register, the self-assessment and exports; advisers read; evaluators write their own lens; administrators see people,
 * settings and runs, and make the key. Beside each address, who has it: partner, lead, coordinator, adviser, evaluator, administrator.
 */
const ADDRESSES: Record<string, Try[]> = {
  'GET /': [{ may: 'everybody', open: true }],
  'GET /assets/:version/:file': [{ may: 'everybody', open: true, at: ({ assets }) => `${assets}/icon.svg` }],
  'GET /sign-in': [{ may: 'everybody', open: true }],
  'GET /sign-in/link/:token': [{ may: 'everybody', open: true, at: () => `/sign-in/link/${'a'.repeat(22)}` }],
  'POST /sign-in': [{ may: 'everybody', open: true, sends: () => ({ address: 'who@example.org' }) }],
  'POST /sign-in/link': [{ may: 'everybody', open: true, sends: () => ({ token: 'a'.repeat(22) }) }],
  'POST /sign-out': [{ may: 'everybody', open: true }],
  // Whoever has somebody's personal link may answer in their place: it is the credential, and a cookie changes nothing.
  'GET /pulse/:token': [{ may: 'everybody', open: true, at: ({ pulse }) => `/pulse/${pulse}` }],
  'POST /pulse/:token': [{ may: 'everybody', open: true, at: ({ pulse }) => `/pulse/${pulse}` }],
  'GET /chat': [{ may: 'everybody' }],
  'POST /chat': [{ may: 'everybody', sends: () => ({ ask: 'words', text: '/commoncause', nonce: 'n'.repeat(22) }) }],
  'GET /dashboards': [{ may: 'everybody' }],
  'GET /evidence': [{ may: 'everybody' }],
  'GET /account': [{ may: 'everybody' }],
  'POST /account/end': [
    { may: 'wakefield.lead', as: 'a token', sends: ({ token }) => ({ kind: 'token', id: token }), writes: ['api_token'] },
    { may: 'wakefield.lead', as: 'a session', sends: ({ session }) => ({ kind: 'session', id: session }), writes: ['session'] },
  ],
  'POST /account/tokens': [
    {
      may: '-yy-y-',
      sends: ({ wakefield }) => ({ name: 'Power BI', scope: `locality ${wakefield}`, days: '90' }),
      writes: ['api_token', '-hh-h-'],
    },
  ],
  'GET /import': [{ may: '--y---' }],
  'POST /import': [{ may: '--y---' }],
  'GET /import/template.xlsx': [{ may: '--y---' }],
  'GET /import/:id': [{ may: 'wakefield.coordinator', at: ({ upload }) => `/import/${upload}` }],
  'POST /import/:id': [{ may: 'wakefield.coordinator', at: ({ upload }) => `/import/${upload}`, sends: () => ({ seen: 'another' }) }],
  'GET /runs': [{ may: '-----h' }],
  'POST /runs': [{ may: '-----h', sends: () => ({ kind: 'delivery', id: NOWHERE }) }],
  'GET /programme': [{ may: 'yyyyy-' }],
  'GET /changes': [{ may: 'yyyyy-' }],
  'GET /pilots/:id': [{ may: 'yyyhh-', at: ({ pilot }) => `/pilots/${pilot}` }],
  'GET /localities/:prefix': [{ may: 'hhhhh-', at: () => '/localities/WAK' }],
  'GET /projects/:id': [{ may: 'hhhhh-', at: ({ project }) => `/projects/${project}` }],
  'GET /kpis/:id': [{ may: 'hhhhh-', at: ({ kpi }) => `/kpis/${kpi}` }],
  'POST /kpis/:id/rebase': [
    {
      may: '-hh-h-',
      at: ({ kpi }) => `/kpis/${kpi}/rebase`,
      sends: () => ({ 'field.date.day': '12', 'field.date.month': '10', 'field.date.year': '2026', 'field.reason': 'Other registers' }),
      writes: ['kpi_rebase'],
    },
  ],
  'GET /organisations/:id': [
    { may: 'hhhh--', at: ({ school }) => `/organisations/${school}` },
    { may: '----h-', as: 'by its code', at: ({ code }) => `/organisations/${code}?in=WAK` },
  ],
  'GET /criteria': [{ may: '-yyyy-' }],
  'GET /criteria/:prefix': [
    { may: '-hhhh-', at: () => '/criteria/WAK' },
    { may: '-hh---', as: 'to record', at: () => '/criteria/WAK?record=self' },
    { may: '----h-', as: 'to record as evaluators', at: () => '/criteria/WAK?record=evaluator' },
  ],
  'POST /criteria/:prefix': [
    {
      may: '-hh---',
      at: () => '/criteria/WAK',
      sends: ({ criterion }) => ({ ...CONFIRM, [`step.${criterion}`]: '5' }),
      writes: ['assessment_step'],
    },
    {
      may: '----h-',
      as: 'as evaluators',
      at: () => '/criteria/WAK',
      sends: ({ criterion }) => ({ ...CONFIRM, lens: 'evaluator', [`step.${criterion}`]: '5' }),
      writes: ['assessment_step'],
    },
  ],
  'POST /criteria/:prefix/findings': [
    { may: '----h-', at: () => '/criteria/WAK/findings', sends: () => ({ criterion: '', text: 'Found.' }), writes: ['finding'] },
  ],
  'GET /findings/:id': [
    { may: '-hhhh-', as: 'an answered one', at: ({ answered }) => `/findings/${answered}` },
    { may: '-h--h-', as: 'a draft', at: ({ draft }) => `/findings/${draft}` },
  ],
  'POST /findings/:id': [
    {
      may: '-h----',
      as: 'to answer',
      at: ({ draft }) => `/findings/${draft}`,
      sends: () => ({ do: 'answer', kind: 'agree', version: '1' }),
      writes: ['finding_answer'],
    },
    {
      may: '----h-',
      as: 'to write anew',
      at: ({ draft }) => `/findings/${draft}`,
      sends: () => ({ do: 'rewrite', text: 'Otherwise.', version: '1', answers: '0' }),
      writes: ['finding_version'],
    },
    {
      may: '----h-',
      as: 'to take back',
      at: ({ draft }) => `/findings/${draft}`,
      sends: () => ({ do: 'withdraw', version: '1', answers: '0' }),
      writes: ['finding_version'],
    },
  ],
  'GET /register': [{ may: '-yyyy-' }],
  'GET /register/new': [{ may: '-yy-y-' }],
  'POST /register/new': [{ may: '-yy-y-', sends: () => ({ kind: 'interview', locality: 'WAK', 'field.summary': 'An interview.' }) }],
  'GET /register/:id': [
    { may: '-hhhh-', at: ({ entry }) => `/register/${entry}` },
    { may: '-hh---', as: 'of few children, not checked', at: ({ story }) => `/register/${story}` },
    { may: '-hh-h-', as: 'taken out', at: ({ out }) => `/register/${out}` },
  ],
  'POST /register/:id': [
    {
      may: '-hh---',
      as: 'to tick it as checked',
      at: ({ story }) => `/register/${story}`,
      sends: () => ({ act: 'check', version: '1' }),
      writes: ['register_version'],
    },
    {
      may: '-hh-h-',
      as: 'to take it out',
      at: ({ entry }) => `/register/${entry}`,
      sends: () => ({ act: 'withdraw', version: '1' }),
      writes: ['register_version'],
    },
    {
      may: '-hh-h-',
      as: 'to bring it back',
      at: ({ out }) => `/register/${out}`,
      sends: () => ({ act: 'restore', version: '1' }),
      writes: ['register_version'],
    },
  ],
  'GET /register/:id/correct': [
    { may: '-hh-h-', at: ({ entry }) => `/register/${entry}/correct` },
    { may: '-hh---', as: 'of few children, not checked', at: ({ story }) => `/register/${story}/correct` },
  ],
  'POST /register/:id/correct': [{ may: '-hh-h-', at: ({ entry }) => `/register/${entry}/correct`, sends: () => ({ version: '1' }) }],
  'GET /exports': [{ may: '-yy-y-' }],
  'POST /exports': [{ may: '-yy-y-', sends: () => ({ scope: 'none' }) }],
  'GET /exports/key': [{ may: '-----y' }],
  'POST /exports/key': [{ may: '-----y' }],
  'GET /exports/:id': [{ may: 'wakefield.lead', at: (things) => `/exports/${things.export}` }],
  'GET /exports/:id/file': [{ may: 'wakefield.lead', at: (things) => `/exports/${things.export}/file` }],
  // For machines, by a token and not by who is signed in: tried below.
  'ANY /api/v1/': [],
  'ANY /api/v1/openapi.json': [],
  'ANY /api/v1/tables': [],
  'ANY /api/v1/tables/:name.csv': [],
  'ANY /api/v1/tables/:name': [],
  // In the demonstration alone, where everybody may be anybody, on the machine itself.
  'GET /chat/mail': [],
};
const API = '/api/v1';

// How Express keeps its routes: nowhere else can they be read.
type Layer = {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
  /** Where what it leads to stands. */
  rawPath: string;
};
const stackOf = (web: Express) => (web as unknown as { router: { stack: Layer[] } }).router.stack;
/** Every address that a web answers; ANY: by whatever verb. */
const addressesOf = (layers: readonly Layer[], under = ''): string[] => {
  const all = layers.flatMap(({ route, handle, rawPath }) => {
    if (!route) return handle.stack ? addressesOf(handle.stack, under + (rawPath === '/' ? '' : rawPath)) : [];
    const { path, methods } = route;
    return methods._all ? [`ANY ${under}${path}`] : Object.keys(methods).map((method) => `${method.toUpperCase()} ${under}${path}`);
  });
  return [...new Set(all)].filter((address) => address.startsWith('ANY') || !all.includes(address.replace(/^[A-Z]+/u, 'ANY')));
};

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let things: Things;
/** Session tokens by person. */
const sessions = new Map<string, string>();

const parts = (own = bot) => ({ core: own.core, commands: own.commands, dispatch: own.dispatch });

/** Tables that were written to, but for the bot's own notes of who asked for what. */
let written: string[] = [];
const tried = () =>
  undone(bot.core, bot.database, (tables) => void written.push(...tables.filter((table) => !['inbound_event', 'attempt'].includes(table))));

const signIn = async (who: string): Promise<string> => {
  const { core } = bot;
  const { id } = await core.db.person.findUniqueOrThrow({ where: { email: `${who}@example.org` } });
  return inTransaction(core.db, async (tx) => {
    const link = await linkForChat(core, tx, { personId: id, page: '/dashboards' }, core.now());
    if (link === 'tooMany') throw new Error('too many links');
    const used = await useLink(core, tx, { token: link.token, network: undefined }, core.now());
    if (typeof used === 'string') throw new Error(used);
    return used.session;
  });
};

/** Their browser, signed in. @param who nobody where none is said */
const browserOf = (origin: string, who?: string) =>
  visitor(origin, new Map(who ? [['common_cause_session', sessions.get(who) as string]] : []));

const registerEntry = async (localityId: string, fewChildren: boolean, withdrawn = false): Promise<string> => {
  const id = bot.core.newId();
  await bot.core.db.registerEntry.create({ data: { id, localityId } });
  await bot.core.db.registerVersion.create({
    data: {
      entryId: id,
      version: 1,
      kind: 'story',
      date: new Date('2026-11-10'),
      criterionIds: [],
      summary: 'A story.',
      fewChildren,
      withdrawn,
      recordedAt: new Date('2026-11-10T12:00:00Z'),
    },
  });
  return id;
};
const finding = async (localityId: string, answered: boolean): Promise<string> => {
  const id = bot.core.newId();
  await bot.core.db.finding.create({ data: { id, localityId, round: '2026/27-autumn' } });
  await bot.core.db.findingVersion.create({
    data: { findingId: id, version: 1, text: 'Found.', recordedAt: new Date('2026-11-10T12:00:00Z') },
  });
  if (answered)
    await bot.core.db.findingAnswer.create({
      data: { id: bot.core.newId(), findingId: id, version: 1, kind: 'agree', recordedAt: new Date('2026-11-11T12:00:00Z') },
    });
  return id;
};

beforeAll(async () => {
  bot = await testBot({ env: REAL });
  await addTheOthers(bot);
  const { core } = bot;
  const { db } = core;
  for (const { who } of EVERYBODY) sessions.set(who, await signIn(who));
  const { id: wakefield, pilotId } = await db.locality.findFirstOrThrow({ where: { prefix: 'WAK' } });
  const project = await db.project.findFirstOrThrow({ where: { localityId: wakefield, name: 'Attendance strategy' } });
  const lead = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.lead@example.org' } });
  const now = core.now().toString();
  const exported = core.newId();
  await inTransaction(db, async (tx) => {
    await insertExport(tx, {
      id: exported,
      personId: lead.id,
      scopeKind: 'locality',
      scopeId: wakefield,
      recordedTo: now,
      createdAt: now,
      freeText: false,
      xlsx: false,
    });
    const writer = { tx, now: core.now(), newId: core.newId, personId: lead.id };
    const actor = { roles: [{ role: 'lead' as const, scopeKind: 'locality' as const, scopeId: wakefield }] };
    await createToken(writer, core, actor, { name: 'Power BI', scopeKind: 'locality', scopeId: wakefield, freeText: false, days: 90 });
  });
  await db.export.update({
    where: { id: exported },
    data: {
      state: 'done',
      endedAt: new Date(now),
      manifest: {
        localityIds: [wakefield],
        file: 'wakefield.zip',
        bytes: 3,
        tables: [],
        roles: [{ role: 'lead', scopeKind: 'locality', scopeId: wakefield }],
      },
    },
  });
  await db.exportChunk.create({ data: { exportId: exported, position: 0, bytes: new TextEncoder().encode('zip') } });
  const setUp = await startWeb(parts());
  const coordinator = browserOf(setUp.origin, 'wakefield.coordinator');
  const plan = { name: 'Plan.csv', bytes: new TextEncoder().encode('Code,Title,Due\n,Breakfast clubs,1 March 2027') };
  const assets = /\/assets\/[\w-]+/u.exec((await coordinator.get('/chat')).text)?.[0] as string;
  const sent = await coordinator.upload('/import', { csrf: await coordinator.csrf('/import') }, plan);
  await setUp.stop();
  const school = (await db.takingPart.findFirstOrThrow({ where: { projectId: project.id, organisation: { kind: 'school' } } }))
    .organisationId;
  const { waveId, invited } = await pulseInWakefield(core);
  things = {
    wakefield,
    pilot: pilotId,
    kpi: (await db.kpiDefinition.findFirstOrThrow({ where: { name: 'Attendance', kpi: { localityId: wakefield } } })).kpiId,
    project: project.id,
    school,
    code: organisationCode(core.secret, school),
    pulse: linkToken(core.secret, waveId, invited.at(-1)?.personId as string),
    assets,
    criterion: (await db.criterion.findFirstOrThrow({ where: { position: 1 } })).id,
    answered: await finding(wakefield, true),
    draft: await finding(wakefield, false),
    entry: await registerEntry(wakefield, false),
    story: await registerEntry(wakefield, true),
    out: await registerEntry(wakefield, false, true),
    upload: String(sent.headers.location).split('/').at(-1) as string,
    export: exported,
    token: (await db.apiToken.findFirstOrThrow()).id,
    session: (await db.session.findFirstOrThrow({ where: { personId: lead.id } })).id,
  };
  site = await startWeb({ ...parts(), core: tried() });
});
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});

const main = ({ text }: Reply) => /<main[\s\S]*<\/main>/u.exec(text)?.[0] ?? text;

/** What came of it, in one word: they were let in, it is not there for them, they are to sign in first, or how else it was answered. */
const outcomeOf = (reply: Reply, nowhere: string): string => {
  const to = String(reply.headers.location ?? '');
  if (reply.status === 303 && to.startsWith('/sign-in')) return 'sign in';
  if (reply.status === 200 || reply.status === 303 || reply.status === 400 || reply.status === 409) return 'may';
  if (reply.status === 404) return main(reply) === nowhere ? 'not there' : `404: ${heading(reply)}`;
  return String(reply.status);
};

/** Every way in which what happens differs from what is written above. */
const differences = async (origin: string, people: readonly (Someone | undefined)[], only = /./u): Promise<string[]> => {
  const found: string[] = [];
  for (const someone of people) {
    const browser = browserOf(origin, someone?.who);
    const nowhere = main(await browser.get('/nowhere'));
    const csrf = await browser.csrf(someone ? '/chat' : '/sign-in');
    for (const [address, tries] of Object.entries(ADDRESSES)) {
      if (!only.test(address)) continue;
      const [method = '', path = ''] = address.split(' ');
      for (const { may, at, sends, open, as, writes } of tries) {
        const cookies = new Map(browser.cookies);
        const asking = visitor(origin, cookies);
        const to = at?.(things) ?? path;
        written = [];
        const reply =
          address === 'POST /import'
            ? await asking.upload(to, { csrf })
            : method === 'GET'
              ? await asking.get(to)
              : await asking.post(to, { csrf, ...sends?.(things) });
        const outcome = outcomeOf(reply, nowhere);
        const expected = open ? 'may' : !someone ? 'sign in' : mayBy(may, someone) ? 'may' : 'not there';
        const name = `${someone?.who ?? 'nobody'}: ${address}${as ? ` (${as})` : ''}`;
        if (outcome !== expected) found.push(`${name}: ${outcome}, not ${expected}`);
        if (expected !== 'may' && written.length > 0) found.push(`${name}: wrote to ${written.join(', ')}`);
        const [table, by = may] = writes ?? [];
        if (table && someone && mayBy(by, someone) !== written.includes(table))
          found.push(`${name}: ${mayBy(by, someone) ? 'wrote nothing' : 'wrote'} to ${table}`);
      }
    }
  }
  return found;
};

describe('every address', () => {
  const mounted = (demo: boolean): Express => {
    const web = express();
    const config = { ...bot.core.config, demo };
    createWeb({ ...parts(), core: { ...bot.core, config }, kick: () => {} }).mount(web);
    return web;
  };

  test('stands in the table, and every address of the table is there', () => {
    const all = new Set([...addressesOf(stackOf(mounted(false))), ...addressesOf(stackOf(mounted(true)))]);
    expect([...all].sort()).toEqual(Object.keys(ADDRESSES).sort());
  });

  test('control: an address that nobody wrote down is found, on a router of its own too', () => {
    const web = mounted(false);
    web.get('/backdoor', () => {});
    web.use(
      '/elsewhere',
      express.Router().get('/cellar', () => {}),
    );
    expect(addressesOf(stackOf(web)).filter((address) => !(address in ADDRESSES))).toEqual(['GET /backdoor', 'GET /elsewhere/cellar']);
  });

  test.each([...EVERYBODY, undefined].map((someone) => [someone?.who ?? 'nobody', someone] as const))(
    'is answered to %s as the table says',
    async (_, someone) => {
      expect(await differences(site.origin, [someone])).toEqual([]);
    },
    60_000,
  );

  test('control: one role more, a route whose check was taken out and one that is not there for whoever may are found', async () => {
    const { db } = bot.core;
    const { id: personId } = await db.person.findUniqueOrThrow({ where: { email: 'sheffield.head.1@example.org' } });
    const role = { personId, role: 'lead', scopeKind: 'locality', scopeId: things.wakefield, from: new Date('2026-01-01') };
    await db.role.create({ data: { id: bot.core.newId(), ...role } });
    const head = EVERYBODY.filter(({ who }) => who === 'sheffield.head.1');
    const one = await differences(site.origin, head, /^(?:GET \/kpis|POST \/criteria\/:prefix$)/u);
    await db.role.deleteMany({ where: { personId, role: 'lead' } });
    expect(one).toEqual([
      'sheffield.head.1: GET /kpis/:id: may, not not there',
      'sheffield.head.1: POST /criteria/:prefix: may, not not there',
      'sheffield.head.1: POST /criteria/:prefix: wrote to assessment_step',
      'sheffield.head.1: POST /criteria/:prefix: wrote to assessment_step',
    ]);

    const web = express();
    web.get('/register/:id', (_request, response) => void response.send('<main>An entry</main>'));
    web.get('/runs', (_request, response) => void response.status(404).send('<main>Not for you: 3 runs failed</main>'));
    createWeb({ ...parts(), core: tried(), kick: () => {} }).mount(web);
    const leaky = createServer(web);
    await new Promise<void>((resolve) => leaky.listen(0, '127.0.0.1', resolve));
    const origin = `http://localhost:${(leaky.address() as AddressInfo).port}`;
    const found = await differences(
      origin,
      [EVERYBODY.find(({ who }) => who === 'rochdale.lead'), undefined],
      /^GET \/(?:register\/:id|runs)$/u,
    );
    leaky.closeAllConnections();
    await new Promise((resolve) => leaky.close(resolve));
    expect(found).toEqual([
      'rochdale.lead: GET /runs: 404: , not not there',
      'rochdale.lead: GET /register/:id: may, not not there',
      'rochdale.lead: GET /register/:id (of few children, not checked): may, not not there',
      'rochdale.lead: GET /register/:id (taken out): may, not not there',
      'nobody: GET /runs: 404: , not sign in',
      'nobody: GET /register/:id: may, not sign in',
      'nobody: GET /register/:id (of few children, not checked): may, not sign in',
      'nobody: GET /register/:id (taken out): may, not sign in',
    ]);
  });
});

describe('every call of the API', () => {
  const CALLS = ['', '/', '/tables', ...TABLES.flatMap(({ name }) => [`/tables/${name}`, `/tables/${name}.csv`])];

  /** A token of somebody for Wakefield, whether they could have made one or not. */
  const tokenOf = async (who: string, freeText: boolean): Promise<string> => {
    const { core } = bot;
    const { id: personId } = await core.db.person.findUniqueOrThrow({ where: { email: `${who}@example.org` } });
    const roles = [{ role: 'evaluator' as const, scopeKind: 'locality' as const, scopeId: things.wakefield }];
    return inTransaction(core.db, (tx) =>
      createToken(
        { tx, now: core.now(), newId: core.newId, personId },
        core,
        { roles },
        {
          name: 'Power BI',
          scopeKind: 'locality',
          scopeId: things.wakefield,
          freeText,
          days: 90,
        },
      ),
    );
  };
  const statuses = async (token: string | undefined, method = 'GET') => {
    const found: Record<string, number> = {};
    for (const call of CALLS) {
      bot.clock.advance({ minutes: 1 }); // nobody asks faster than they may
      const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
      found[call] = (await visitor(site.origin).ask(method, `${API}${call}`, headers)).status;
    }
    return found;
  };
  const all = (status: number | ((call: string) => number)) =>
    Object.fromEntries(CALLS.map((call) => [call, typeof status === 'number' ? status : status(call)]));
  const isFreeText = (call: string) =>
    TABLES.some(({ name, freeText }) => freeText && call.split('/').at(-1)?.replace('.csv', '') === name);

  test.each(EVERYBODY.map((someone) => [someone.who, someone] as const))(
    'is answered to a token of %s as far as they may export',
    async (who, someone) => {
      const may = mayBy('-hh-h-', someone);
      expect(await statuses(await tokenOf(who, false))).toEqual(all(may ? (call) => (isFreeText(call) ? 404 : 200) : 403));
      if (who === 'wakefield.lead') expect(await statuses(await tokenOf(who, true))).toEqual(all(200));
    },
    60_000,
  );

  test('is refused to nobody, to a made-up token and to somebody who is only signed in, and writes for no one', async () => {
    expect(await statuses(undefined)).toEqual(all(401));
    expect(await statuses(`cc_${'a'.repeat(32)}`)).toEqual(all(401));
    const lead = browserOf(site.origin, 'wakefield.lead');
    expect((await lead.get(`${API}/tables`)).status).toBe(401);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect(await statuses(await tokenOf('wakefield.lead', false), method), method).toEqual(all(405));
    expect((await visitor(site.origin).get(`${API}/openapi.json`)).status, 'the description is for everybody').toBe(200);
  }, 60_000);
});
