import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Core } from '../../src/app.ts';
import { TEMPLATE } from '../../src/imports/fields.ts';
import { LIMITS } from '../../src/imports/sheet/limits.ts';
import { writeTemplate } from '../../src/imports/sheet/template.ts';
import { tidy } from '../../src/jobs/tidy.ts';
import { axe } from '../support/axe.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { field, heading, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

/** Bringing in a plan on the web: what people see, what is refused, and what is written when something goes wrong in the middle. */

const COORDINATOR = '?as=wakefield.coordinator@example.org';
const LEAD = '?as=wakefield.lead@example.org';

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const open = async () => {
  bot = await testBot();
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
};
const close = async () => {
  await site?.stop();
  await bot?.close();
};
beforeAll(open);
afterAll(close);

const csv = (...lines: string[]) => ({ name: 'Actions.csv', bytes: new TextEncoder().encode(lines.join('\n')) });
const HEADINGS = 'Code,Title,Owner,Due,RAG,Reason';
/** Two lines of a plan; each test has titles of its own. */
const plan = (name: string) =>
  csv(HEADINGS, `,${name} one,,1 March 2027,Green,`, `,${name} two,,1 April 2027,Amber,The data agreement is with the lawyers`);
const actionsCalled = (name: string) => bot.core.db.actionVersion.findMany({ where: { title: { startsWith: `${name} ` } } });

type Visitor = ReturnType<typeof visitor>;
const send = async (
  who: Visitor,
  file?: { name: string; bytes: Uint8Array<ArrayBuffer> },
  as = COORDINATOR,
  more: Record<string, string> = {},
) => who.upload(`/import${as}`, { csrf: await who.csrf(`/import${as}`), ...more }, file);
/** An upload that was looked at: its address, and the page. */
const looked = async (who: Visitor, file: ReturnType<typeof csv>, as = COORDINATOR) => {
  const sent = await send(who, file, as);
  expect(sent.status).toBe(303);
  const path = String(sent.headers.location);
  return { path, page: await who.get(path) };
};
const press = (who: Visitor, { path, page }: Awaited<ReturnType<typeof looked>>) =>
  who.post(path, { csrf: field(page, 'csrf'), seen: field(page, 'seen') });
/** The page once the import has ended: each look waits for the database, not for time to pass. */
const ended = async (who: Visitor, path: string) => {
  for (;;) {
    const page = await who.get(path);
    if (heading(page) !== 'Importing the plan') return page;
  }
};
const idOf = (path: string) => /[\da-f-]{36}/u.exec(path)?.[0] as string;
const uploadOf = (path: string) => bot.core.db.upload.findUniqueOrThrow({ where: { id: idOf(path) } });

describe('a coordinator', () => {
  test('sees what a file would change, imports it, and finds it there; the same file again changes nothing', async () => {
    const who = visitor(site.origin);
    const seen = await looked(who, plan('Northern'));
    expect(heading(seen.page)).toMatch(/^Actions\.csv · Wakefield +This file would change 2 things: 2 new$/u);
    expect(seen.page.text).toContain('Nothing has been written yet.');
    expect(seen.page.text).toMatch(/Northern one[\s\S]*New/u);
    expect(await actionsCalled('Northern')).toEqual([]);

    const pressed = await press(who, seen);
    expect([pressed.status, pressed.headers.location]).toEqual([303, seen.path]);
    const done = await ended(who, seen.path);
    expect(heading(done)).toBe('Imported: 2 new');
    expect(await actionsCalled('Northern')).toHaveLength(2);
    const kept = await uploadOf(seen.path);
    expect([kept.state, kept.bytes.length]).toEqual(['done', 0]);
    const coordinator = await bot.core.db.person.findUniqueOrThrow({ where: { email: 'wakefield.coordinator@example.org' } });
    expect(await bot.core.db.auditEvent.count({ where: { what: 'plan.imported', personId: coordinator.id } })).toBe(1);

    const again = await looked(who, plan('Northern'));
    expect(heading(again.page)).toContain('This file would change nothing');
    expect(again.page.text).not.toContain('name="seen"');
  });

  test('sees old and new of what a file would change', async () => {
    const who = visitor(site.origin);
    const first = await looked(who, plan('Eastern'));
    await press(who, first);
    await ended(who, first.path);
    const [one] = await actionsCalled('Eastern');
    const { number } = await bot.core.db.action.findUniqueOrThrow({ where: { id: one?.actionId as string } });
    const { page } = await looked(who, csv(HEADINGS, `WAK-${number},Eastern one,,15 March 2027,,`));
    expect(heading(page)).toContain('This file would change 1 thing: 1 changed');
    expect(page.text).toMatch(/Due: 1 Mar 2027 → 15 Mar 2027/u);
  });

  test('is told every cell that is wrong, and cannot import until all are right', async () => {
    const who = visitor(site.origin);
    const lines = Array.from({ length: 300 }, (_, at) => `,Western ${at},,${at === 150 ? '31/02/2027' : '1 March 2027'},,`);
    const seen = await looked(who, csv(HEADINGS, ...lines));
    expect(heading(seen.page)).toContain('1 thing to put right in the file');
    expect(seen.page.text).toContain('<title>Error: ');
    expect(seen.page.text).toMatch(/Actions, row 152, column D \(Due\): /u);
    expect(seen.page.text).not.toContain('name="seen"');
    await who.post(seen.path, { csrf: field(seen.page, 'csrf'), seen: 'x' });
    expect(heading(await ended(who, seen.path))).toContain('1 thing to put right in the file');
    expect(await actionsCalled('Western')).toEqual([]);
  });

  test('finds the link on the chat, and an empty workbook behind the form', async () => {
    const who = visitor(site.origin);
    expect((await who.get(`/chat${COORDINATOR}`)).text).toContain('href="/import?as=wakefield.coordinator%40example.org"');
    expect((await who.get(`/chat${LEAD}`)).text).not.toContain('href="/import');
    const { headers, text, status } = await who.get(`/import/template.xlsx${COORDINATOR}`);
    expect([status, headers['content-disposition'], text.slice(0, 2)]).toEqual([200, 'attachment; filename=common-cause-plan.xlsx', 'PK']);
  });

  test('who sends the empty workbook back is told that it is empty', async () => {
    const bytes = new Uint8Array(await writeTemplate(TEMPLATE));
    const { page } = await looked(visitor(site.origin), { name: 'plan.xlsx', bytes });
    expect(heading(page)).toContain('This file would change nothing');
    expect(page.text).toContain('There are no lines of a plan in it.');
  });

  test('of two localities says which one; what is none of theirs is none', async () => {
    const { db, newId } = bot.core;
    const person = await db.person.findUniqueOrThrow({ where: { email: 'surrey.coordinator@example.org' } });
    const other = await db.locality.findFirstOrThrow({ where: { name: 'Rochdale' } });
    const wakefield = await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    await db.role.create({
      data: {
        id: newId(),
        personId: person.id,
        role: 'coordinator',
        scopeKind: 'locality',
        scopeId: other.id,
        from: new Date('2026-09-01'),
      },
    });
    const [who, as] = [visitor(site.origin), '?as=surrey.coordinator@example.org'];
    for (const locality of ['', wakefield.id]) {
      const asked = await send(who, plan('Double'), as, { locality });
      expect([asked.status, asked.text.includes('Choose which locality the plan is of')]).toEqual([400, true]);
    }
    const sent = await send(who, plan('Double'), as, { locality: other.id });
    expect(heading(await who.get(String(sent.headers.location)))).toContain('Rochdale');
  });

  test('looks through more rows than one page holds, page by page, before agreeing to all of them', async () => {
    const who = visitor(site.origin);
    const { path, page } = await looked(who, csv(HEADINGS, ...Array.from({ length: 1_100 }, (_, at) => `,Many ${at},,,,`)));
    const shown = ({ text }: { text: string }) => /\((.* of 1,100)\)/u.exec(text)?.[1];
    expect([shown(page), page.text.includes('Many 499<'), page.text.includes('Many 500<')]).toEqual(['1 to 500 of 1,100', true, false]);
    expect(page.text).toContain(`${path}&amp;from=500"`);
    expect(shown(await who.get(`${path}&from=500`))).toBe('501 to 1,000 of 1,100');
    const last = await who.get(`${path}&from=1000`);
    expect([shown(last), last.text.includes('The rows after')]).toEqual(['1,001 to 1,100 of 1,100', false]);
    for (const nonsense of ['-1', 'x', '5000', '1e9']) expect(shown(await who.get(`${path}&from=${nonsense}`))).toBe('1 to 500 of 1,100');
    expect(field(last, 'seen')).toBe(field(page, 'seen'));
  });

  test('is shown the changes again when the plan is another by then, and nothing is written', async () => {
    const who = visitor(site.origin);
    const [mine, theirs] = [await looked(who, plan('Southern')), await looked(who, plan('Southern'))];
    await press(who, theirs);
    await ended(who, theirs.path);
    await press(who, mine);
    const page = await ended(who, mine.path);
    expect(page.text).toContain('The plan has changed since you looked.');
    expect(heading(page)).toContain('This file would change nothing');
    expect(await actionsCalled('Southern')).toHaveLength(2);
  });
});

describe('refused', () => {
  const nothing = async (work: () => Promise<unknown>) => {
    const before = await bot.core.db.upload.count();
    await work();
    expect(await bot.core.db.upload.count()).toBe(before);
  };

  test.each([
    ['no file', undefined, 'Choose the .xlsx or .csv file of the plan'],
    ['an empty file', { name: 'plan.csv', bytes: new Uint8Array() }, 'This file is empty'],
    ['a PDF', { name: 'plan.pdf', bytes: new TextEncoder().encode('%PDF-1.7') }, 'This is a PDF, not a spreadsheet'],
    [
      'an old workbook',
      { name: 'plan.xls', bytes: new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) },
      'an old workbook (.xls)',
    ],
  ])('%s, with what to do', (_name, file, words) =>
    nothing(async () => {
      const page = await send(visitor(site.origin), file);
      expect(page.status).toBe(400);
      expect(page.text).toContain('<title>Error: Import a plan');
      expect(page.text).toContain(words);
    }),
  );

  const LARGE = 'larger than 10 MB, the most that is read';

  test('50 MB, with the limit; one byte over it too, and the limit itself is read', () =>
    nothing(async () => {
      const who = visitor(site.origin);
      for (const size of [50_000_000, LIMITS.bytes + 1]) {
        const page = await send(who, { name: 'plan.csv', bytes: new Uint8Array(size).fill(65) });
        expect([page.status, page.text.includes(LARGE)]).toEqual([413, true]);
      }
      const most = await send(who, { name: 'plan.csv', bytes: new Uint8Array(LIMITS.bytes).fill(65) });
      expect([most.status, most.text.includes(LARGE)]).toEqual([400, false]);
    }));

  /** Sends what the headers do not say. */
  const raw = (headers: Record<string, string>, pieces: number) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const outgoing = request(`${site.origin}/import${COORDINATOR}`, { method: 'POST', headers }, (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      outgoing.on('error', reject);
      const type = Buffer.alloc(1_000_000, 65);
      for (let sent = 0; sent < pieces; sent += 1) outgoing.write(type);
      if (!headers['content-length']) outgoing.end();
    });
  const MULTIPART = { 'content-type': 'multipart/form-data; boundary=x' };

  test('what says nothing of its length, once it is too much; and what says that it is too much, before it comes', () =>
    nothing(async () => {
      expect(await raw({ ...MULTIPART, 'transfer-encoding': 'chunked' }, 50)).toMatchObject({
        status: 413,
        text: expect.stringContaining(LARGE),
      });
      expect(await raw({ ...MULTIPART, 'content-length': '50000000' }, 1)).toMatchObject({
        status: 413,
        text: expect.stringContaining(LARGE),
      });
      expect((await raw({ ...MULTIPART, 'transfer-encoding': 'chunked' }, 1)).status).toBe(400); // the control: not too much, only no form
    }));

  test('somebody who may not, as if there were no such page', () =>
    nothing(async () => {
      const who = visitor(site.origin);
      const csrf = await who.csrf(`/import${COORDINATOR}`);
      const replies = [
        await who.get(`/import${LEAD}`),
        await who.get(`/import/template.xlsx${LEAD}`),
        await who.upload(`/import${LEAD}`, { csrf }, plan('Lead')),
        await who.get('/nowhere'),
      ];
      for (const reply of replies) expect([reply.status, heading(reply)]).toEqual([404, 'This page does not exist']);
    }));

  test('whoever has not signed in, and in the demonstration whoever is not at this machine', async () => {
    const real = await testBot({ env: { DEMO: '0' } });
    const there = await startWeb({ core: real.core, commands: real.commands, dispatch: real.dispatch });
    const who = visitor(there.origin);
    // What was sent is not done again after signing in.
    for (const [reply, to] of [
      [await who.get('/import'), '?to=%2Fimport'],
      [await who.get(`/import${COORDINATOR}`), `?to=${encodeURIComponent(`/import${COORDINATOR}`)}`],
      [await who.upload('/import', {}, plan('Stranger')), ''],
    ] as const)
      expect([reply.status, reply.headers.location]).toEqual([303, `/sign-in${to}`]);
    await there.stop();
    await real.close();
    expect((await visitor(site.origin).get(`/import${COORDINATOR}`, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(403);
  });

  test('another’s upload, as if there were none; also for a coordinator', async () => {
    const who = visitor(site.origin);
    const { path, page } = await looked(who, plan('Mine'));
    const theirs = path.replace('wakefield.coordinator', 'surrey.coordinator');
    const form = { csrf: field(page, 'csrf'), seen: field(page, 'seen') };
    const replies = [await who.get(theirs), await who.post(theirs, form), await who.get(`/import/${'0'.repeat(8)}${COORDINATOR}`)];
    for (const reply of replies) expect([reply.status, heading(reply)]).toEqual([404, 'This page does not exist']);
    expect((await uploadOf(path)).state).toBe('previewed');
  });

  test('whoever is a coordinator no longer, also for what they uploaded before', async () => {
    const who = visitor(site.origin);
    const { db } = bot.core;
    const as = '?as=rochdale.coordinator@example.org';
    const seen = await looked(who, plan('Late'), as);
    const { id: personId } = await db.person.findUniqueOrThrow({ where: { email: 'rochdale.coordinator@example.org' } });
    await db.role.updateMany({ where: { personId }, data: { to: new Date('2026-11-18') } });
    for (const reply of [await press(who, seen), await who.get(seen.path)]) expect(reply.status).toBe(404);
    expect(await actionsCalled('Late')).toEqual([]);
  });

  test('a form that another site sends, with a file or with the last press', async () => {
    const who = visitor(site.origin);
    const seen = await looked(who, plan('Forged'));
    const uploads = await bot.core.db.upload.count();
    const replies = [
      await who.upload(`/import${COORDINATOR}`, { csrf: 'A'.repeat(43) }, plan('Forged')),
      await who.upload(`/import${COORDINATOR}`, {}, plan('Forged')),
      await who.post(seen.path, { csrf: '', seen: field(seen.page, 'seen') }),
      await who.post(seen.path, { csrf: field(seen.page, 'csrf'), seen: field(seen.page, 'seen') }, { 'sec-fetch-site': 'cross-site' }),
    ];
    for (const reply of replies)
      expect([reply.status, heading(reply)]).toEqual([403, 'Nothing was saved: this page was not sent from here']);
    expect(await bot.core.db.upload.count()).toBe(uploads);
    expect(await actionsCalled('Forged')).toEqual([]);
  });
});

/** A server whose imports wait, or break, when all is written and nothing committed; everything else goes on. */
const withGate = async (gate: () => Promise<void>) => {
  const db = new Proxy(bot.core.db, {
    get: (target, key) => {
      if (key !== '$transaction') return Reflect.get(target, key, target);
      return (work: (tx: unknown) => Promise<unknown>, limits?: { timeout: number }) =>
        (target.$transaction as (work: unknown, limits: unknown) => Promise<unknown>)(
          (limits?.timeout ?? 0) < 60_000
            ? work
            : async (tx: unknown) => {
                const result = await work(tx);
                await gate();
                return result;
              },
          limits,
        );
    },
  }) as Core['db'];
  return startWeb({ core: { ...bot.core, db }, commands: bot.commands, dispatch: bot.dispatch });
};

describe('while it runs', () => {
  test('the page shows how far it is, a second press begins no second import, and then the report is there', async () => {
    const written = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const gated = await withGate(() => {
      written.resolve();
      return commit.promise;
    });
    const who = visitor(gated.origin);
    const seen = await looked(who, plan('Running'));
    await press(who, seen);
    await written.promise;
    const page = await who.get(seen.path);
    expect(heading(page)).toBe('Importing the plan');
    expect(page.text).toMatch(/(\d+) of \1 written, all of them or none/u);
    expect(page.text).toContain('http-equiv="refresh"');
    const second = press(who, seen); // an embedded database answers it when the first has ended
    commit.resolve();
    expect((await second).status).toBe(303);
    expect(heading(await ended(who, seen.path))).toBe('Imported: 2 new');
    await press(who, seen); // gone back to, and pressed once more
    expect(heading(await ended(who, seen.path))).toBe('Imported: 2 new');
    expect(await actionsCalled('Running')).toHaveLength(2);
    await gated.stop();
  });

  test('two presses at the same moment import once', async () => {
    const who = visitor(site.origin);
    const seen = await looked(who, plan('Twice'));
    const both = await Promise.all([press(who, seen), press(who, seen)]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    await ended(who, seen.path);
    expect(await actionsCalled('Twice')).toHaveLength(2);
  });

  test('so do two servers on one database', async () => {
    const other = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
    const who = visitor(site.origin);
    const there = visitor(other.origin, who.cookies);
    const seen = await looked(who, plan('Servers'));
    await Promise.all([press(who, seen), press(there, seen)]);
    await Promise.all([ended(who, seen.path), ended(there, seen.path)]);
    await other.stop();
    expect(await actionsCalled('Servers')).toHaveLength(2);
  });

  test('one that breaks at its very end has written nothing, says so, and can be tried again', async () => {
    let broken = true;
    const gated = await withGate(async () => {
      if (broken) throw new Error('Secret words of the plan');
    });
    const who = visitor(gated.origin);
    const seen = await looked(who, plan('Broken'));
    await press(who, seen);
    const page = await ended(who, seen.path);
    expect(page.text).toContain('Nothing was written. Try again');
    expect(page.text).toMatch(/ref [\dA-F]{6}/u);
    expect(await actionsCalled('Broken')).toEqual([]);
    expect(bot.logged.join('')).toContain('an import failed');
    expect(bot.logged.join('')).not.toMatch(/Secret words|Broken one|Actions\.csv/u);

    broken = false; // the control: the same press on a server that is well
    await press(who, { path: seen.path, page });
    expect(heading(await ended(who, seen.path))).toBe('Imported: 2 new');
    expect(await actionsCalled('Broken')).toHaveLength(2);
    await gated.stop();
  });

  test('a server that stopped in the middle has written nothing, and the next one says so', async () => {
    const who = visitor(site.origin);
    const seen = await looked(who, plan('Restart'));
    await bot.core.db.upload.update({ where: { id: idOf(seen.path) }, data: { state: 'running', done: 1, total: 2 } });
    const page = await who.get(seen.path);
    expect(page.text).toContain('<title>Nothing was written. Try again');
    await press(who, { path: seen.path, page });
    expect(heading(await ended(who, seen.path))).toBe('Imported: 2 new');
  });
});

test('an upload is forgotten after a day', async () => {
  const own = await testBot();
  const there = await startWeb({ core: own.core, commands: own.commands, dispatch: own.dispatch });
  const who = visitor(there.origin);
  const { path } = await looked(who, plan('Old'));
  own.clock.advance({ hours: 23 });
  await tidy(own.core);
  expect((await who.get(path)).status).toBe(200);
  own.clock.advance({ hours: 2 });
  await tidy(own.core);
  expect((await who.get(path)).status).toBe(404);
  await there.stop();
  await own.close();
});

describe.each([
  ['with JavaScript', true],
  ['with JavaScript off', false],
])('in a real browser, %s', (_name, javaScriptEnabled) => {
  const called = javaScriptEnabled ? 'Scripted' : 'Plain';
  let folder: string;
  let tooLarge: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-too-large-'));
    tooLarge = join(folder, 'plan.csv');
    await writeFile(tooLarge, new Uint8Array(49_000_000).fill(65)); // from the disk, as people send it: to hand over its bytes takes ten seconds
  });
  afterAll(() => rm(folder, { recursive: true }));
  const choose = async (page: Page, file: { name: string; bytes: Uint8Array }) => {
    await page.getByLabel('The plan').setInputFiles({ name: file.name, mimeType: 'text/csv', buffer: Buffer.from(file.bytes) });
    await page.getByRole('button', { name: 'Look at what it would change' }).click();
  };

  test('a coordinator mends a file, imports it by keyboard, and reads the report', async () => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${site.origin}/chat${COORDINATOR}`);
    await page.getByRole('link', { name: 'Import a plan' }).click();
    await choose(page, csv(HEADINGS, `,${called} one,,31/02/2027,,`));
    await page.getByRole('alert').getByText('Actions, row 2, column D (Due)').waitFor();
    await choose(page, plan(called));
    await page.getByRole('heading', { name: 'This file would change 2 things: 2 new' }).waitFor();
    await page.getByRole('button', { name: 'Import' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Imported: 2 new' }).waitFor();
    expect(await actionsCalled(called)).toHaveLength(2);
    await context.close();
  });

  test('a running import says how far it is, and its page goes on by itself', async () => {
    const commit = Promise.withResolvers<void>();
    const gated = await withGate(() => commit.promise);
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${gated.origin}/import${COORDINATOR}`);
    await choose(page, plan(`${called} live`));
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('status').getByText('written, all of them or none').waitFor();
    commit.resolve();
    await page.getByRole('heading', { name: 'Imported: 2 new' }).waitFor();
    await context.close();
    await gated.stop();
  });

  test('50 MB get a page that says the limit', async () => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${site.origin}/import${COORDINATOR}`);
    await page.getByLabel('The plan').setInputFiles(tooLarge);
    await page.getByRole('button', { name: 'Look at what it would change' }).click();
    await page.getByRole('alert').getByText('larger than 10 MB').waitFor();
    await context.close();
  });
});

describe('everybody can read and use', () => {
  let page: Page;
  let blocked: string[];
  beforeAll(async () => {
    page = await (await browser.newContext()).newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) blocked.push(message.text());
    });
  });
  beforeEach(() => {
    blocked = [];
  });

  const inspect = async () => {
    for (const [width, height] of [
      [320, 640],
      [1280, 800],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), `at ${width}`).toBe(0);
      const { violations } = await axe(page);
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        `at ${width}`,
      ).toEqual([]);
    }
    expect(blocked, 'blocked by our own policy').toEqual([]);
  };
  const choose = async (file: { name: string; bytes: Uint8Array }) => {
    await page.goto(`${site.origin}/import${COORDINATOR}`);
    await page.getByLabel('The plan').setInputFiles({ name: file.name, mimeType: 'text/csv', buffer: Buffer.from(file.bytes) });
    await page.getByRole('button', { name: 'Look at what it would change' }).click();
  };

  test('the form, and the form with a mistake', async () => {
    await page.goto(`${site.origin}/import${COORDINATOR}`);
    await inspect();
    await choose({ name: 'plan.pdf', bytes: new TextEncoder().encode('%PDF-1.7') });
    await page.getByRole('alert').waitFor();
    await inspect();
  });

  test('errors by cell', async () => {
    await choose(csv(HEADINGS, ',One,,31/02/2027,,', ',Two,,soon,Purple,'));
    await page.getByRole('heading', { name: '3 things to put right in the file' }).waitFor();
    await inspect();
  });

  test('what would change, with long words in it', async () => {
    await choose(csv(HEADINGS, `,${'Long'.repeat(35)},,1 March 2027,Amber,${'w'.repeat(300)}`, ',Two,,,,'));
    await page.getByRole('button', { name: 'Import' }).waitFor();
    await inspect();
  });

  test('how far it is, and the report', async () => {
    const commit = Promise.withResolvers<void>();
    const gated = await withGate(() => commit.promise);
    await page.goto(`${gated.origin}/import${COORDINATOR}`);
    const { name, bytes } = plan('Inspected');
    await page.getByLabel('The plan').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(bytes) });
    await page.getByRole('button', { name: 'Look at what it would change' }).click();
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('status').getByText('written, all of them or none').waitFor();
    await inspect();
    commit.resolve();
    await page.getByRole('heading', { name: 'Imported: 2 new' }).waitFor();
    await inspect();
    await gated.stop();
  });
});
