import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../../../src/db/transaction.ts';
import { findToken } from '../../../src/people/tokens.ts';
import { axe } from '../../support/axe.ts';
import { type TestBot, testBot } from '../../support/bot.ts';
import { launchBrowser } from '../../support/browser.ts';
import { heading, type Reply, visitor } from '../../support/visitor.ts';
import { startWeb } from '../../support/web.ts';

/** Somebody's own account: where they are signed in, what would sign them in, their tokens; each ended by them and by nobody else. */

const LEAD = 'wakefield.lead@example.org';
const OTHER = 'surrey.lead@example.org';

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;

beforeAll(async () => {
  bot = await testBot({ env: { DEMO: '0', SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'bot@example.org' } });
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
});
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});
beforeEach(async () => {
  const { db } = bot.core;
  await db.attempt.deleteMany();
  await db.signInLink.deleteMany();
  await db.session.deleteMany();
  await db.apiToken.deleteMany();
});

const newestLink = async () => {
  const { payload } = await bot.core.db.outbox.findFirstOrThrow({ where: { kind: 'email' }, orderBy: { seq: 'desc' } });
  return new URL(/https?:\S+/u.exec((payload as { text: string }).text)?.[0] ?? '').pathname;
};
const askFor = async (address: string) => {
  const who = visitor(site.origin);
  await who.post('/sign-in', { csrf: await who.csrf('/sign-in'), address });
  return newestLink();
};
const signedIn = async (address = LEAD) => {
  const path = await askFor(address);
  const who = visitor(site.origin);
  await who.post('/sign-in/link', { csrf: await who.csrf(path), token: path.split('/').at(-1) ?? '' });
  return who;
};
type Somebody = Awaited<ReturnType<typeof signedIn>>;

/** What the page's forms would send, by their button's words. */
const forms = ({ text }: Reply) =>
  [...text.matchAll(/<form [^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/gu)].map(([, action = '', inside = '']) => ({
    action,
    fields: Object.fromEntries(
      [...inside.matchAll(/name="(csrf|kind|id)" value="([^"]*)"/gu)].map(([, name = '', value = '']) => [name, value]),
    ),
    says: inside
      .replaceAll(/<[^>]*>|\s+/gu, ' ')
      .replaceAll(/\s+/gu, ' ')
      .trim(),
  }));
const press = async (who: Somebody, says: RegExp, page = '/account') => {
  const form = forms(await who.get(page)).find((one) => says.test(one.says));
  if (!form) throw new Error(`no form says ${says}`);
  return who.post(form.action, form.fields as Record<string, string>);
};
const isIn = async (who: Somebody) => (await who.get('/chat')).status === 200;
const words = ({ text }: Reply) => text.replaceAll(/<[^>]*>|\s+/gu, ' ').replaceAll(/\s+/gu, ' ');

describe('sessions', () => {
  test('are listed with when they began and end, how one signed in, and which is this one', async () => {
    const first = await signedIn();
    bot.clock.advance({ minutes: 30 });
    const second = await signedIn();
    const page = words(await second.get('/account'));
    const since = bot.clock.now().toZonedDateTimeISO('Europe/London');
    const clock = (minutes: number) => since.add({ minutes }).toPlainTime().toString({ smallestUnit: 'minute' });
    expect(page).toMatch(new RegExp(`${clock(0)} to ${clock(480)} By e-mail · this one Sign out here`, 'u'));
    expect(page).toMatch(new RegExp(`${clock(-30)} to ${clock(450)} By e-mail Sign out there`, 'u'));
    expect(words(await first.get('/account'))).toMatch(new RegExp(`${clock(-30)} to ${clock(450)} By e-mail · this one`, 'u'));
  });

  test('end one by one, at once; ending this one signs out here', async () => {
    const [first, second, third] = [await signedIn(), await signedIn(), await signedIn()];
    const ended = await press(third, /Sign out there/u);
    expect([ended.status, ended.headers.location]).toEqual([303, '/account?done=session']);
    expect((await third.get('/account?done=session')).text).toContain('That session has ended.');
    expect([await isIn(first), await isIn(second), await isIn(third)].filter(Boolean)).toHaveLength(2);
    expect((await press(third, /Sign out here/u)).headers.location).toBe('/');
    expect(await isIn(third)).toBe(false);
    expect((await third.get('/account')).headers.location).toBe('/sign-in?to=%2Faccount');
  });

  test('all end together, and the links that would begin another', async () => {
    const [first, second, other] = [await signedIn(), await signedIn(), await signedIn(OTHER)];
    const path = await askFor(LEAD);
    expect((await press(first, /Sign out everywhere/u)).headers.location).toBe('/');
    expect([await isIn(first), await isIn(second), await isIn(other)]).toEqual([false, false, true]);
    const late = visitor(site.origin);
    const used = await late.post('/sign-in/link', { csrf: await late.csrf(path), token: path.split('/').at(-1) ?? '' });
    expect(heading(used)).toBe('This link cannot be used any more');
  });

  test('of somebody who has left, or has no role any more, open nothing', async () => {
    const who = await signedIn('rochdale.lead@example.org');
    const { db } = bot.core;
    const person = await db.person.findUniqueOrThrow({ where: { email: 'rochdale.lead@example.org' } });
    await db.role.updateMany({ where: { personId: person.id }, data: { to: new Date('2026-11-18') } });
    const without = await who.get('/account');
    expect(without.status).toBe(200); // they may still sign out
    expect(without.text).not.toContain('Make a token');
    expect((await who.get('/import')).status).toBe(404);
    await db.person.update({ where: { id: person.id }, data: { leftOn: new Date('2026-11-18') } });
    expect((await who.get('/account')).headers.location).toBe('/sign-in?to=%2Faccount');
  });
});

describe('links that were not opened yet', () => {
  test('are listed, without what opens them, and can be ended', async () => {
    const who = await signedIn();
    const path = await askFor(LEAD);
    await askFor(OTHER);
    const page = await who.get('/account');
    expect(page.text).not.toContain(path.split('/').at(-1));
    expect(forms(page).filter(({ fields }) => fields.kind === 'link')).toHaveLength(1);
    expect((await press(who, /End the link/u)).headers.location).toBe('/account?done=link');
    const late = visitor(site.origin);
    const used = await late.post('/sign-in/link', { csrf: await late.csrf(path), token: path.split('/').at(-1) ?? '' });
    expect(heading(used)).toBe('This link cannot be used any more');
    expect((await who.get('/account')).text).not.toContain('Links that would sign you in');
  });
});

describe('what is somebody else’s', () => {
  test('does not exist: nothing of it is ended, and the answer is that of an id that was made up', async () => {
    const [mine, theirs] = [await signedIn(), await signedIn(OTHER)];
    await makeToken(theirs);
    await askFor(OTHER);
    const { db } = bot.core;
    const { id: personId } = await db.person.findUniqueOrThrow({ where: { email: OTHER } });
    const csrf = await mine.csrf('/account');
    const [session, link, token] = [
      (await db.session.findFirstOrThrow({ where: { personId } })).id,
      (await db.signInLink.findFirstOrThrow({ where: { personId, usedAt: null } })).id,
      (await db.apiToken.findFirstOrThrow({ where: { personId } })).id,
    ];
    const ends = [
      { kind: 'session', id: session },
      { kind: 'link', id: link },
      { kind: 'token', id: token },
    ];
    const madeUp = [
      { kind: 'session', id: '00000000-0000-4000-8000-000000000000' },
      { kind: 'token', id: "x' or true" },
      { kind: 'link', id: '' },
      { kind: 'constructor', id: session },
      { kind: '', id: session },
      { id: session },
    ];
    for (const fields of [...ends, ...madeUp]) {
      const reply = await mine.post('/account/end', { csrf, ...(fields as Record<string, string>) });
      expect([reply.status, heading(reply)]).toEqual([404, 'This page does not exist']);
    }
    expect(await isIn(theirs)).toBe(true);
    expect((await theirs.get('/account')).text).toContain('Excel at home');
    const csrfOfTheirs = await theirs.csrf('/account'); // the control: they can
    for (const fields of ends.toReversed()) expect((await theirs.post('/account/end', { csrf: csrfOfTheirs, ...fields })).status).toBe(303);
    expect(await isIn(theirs)).toBe(false);
  });

  test('a form that another site sends, or that was made for another browser, ends nothing', async () => {
    const [mine, theirs] = [await signedIn(), await signedIn(OTHER)];
    const csrf = await mine.csrf('/account');
    const end = async (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      (await mine.post('/account/end', { kind: 'everywhere', ...fields }, headers)).status;
    expect(await end({})).toBe(403);
    expect(await end({ csrf: await theirs.csrf('/account') })).toBe(403);
    expect(await end({ csrf }, { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await end({ csrf }, { origin: 'https://elsewhere.example' })).toBe(403);
    expect((await mine.post('/account/tokens', { name: 'x', scope: 'x', days: '30' })).status).toBe(403);
    expect(await isIn(mine)).toBe(true);
    for (const path of ['/account/end', '/account/tokens']) expect((await mine.get(path)).status).toBe(404);
    expect(await end({ csrf })).toBe(303); // the control
    expect(await isIn(mine)).toBe(false);
  });
});

/** Fills in the form of a new token as the page offers it. */
const makeToken = async (who: Somebody, fields: Record<string, string> = {}) => {
  const page = await who.get('/account');
  const scope = /<option value="((?:locality|pilot|programme) [^"]+)"/u.exec(page.text)?.[1] ?? '';
  const csrf = forms(page)[0]?.fields.csrf ?? '';
  return who.post('/account/tokens', { csrf, name: 'Excel at home', scope, days: '90', ...fields });
};
const tokenIn = ({ text }: Reply) => /cc_[\w-]{32}/u.exec(text)?.[0];

describe('tokens', () => {
  const find = (token: string) => inTransaction(bot.core.db, (tx) => findToken(tx, bot.core.secret, token, bot.core.now()));

  test('are shown once, work, are listed by their name, and end', async () => {
    const who = await signedIn();
    const made = await makeToken(who, { freeText: 'yes' });
    expect(made.status).toBe(200);
    expect(words(made)).toContain('Copy it now: it is shown only this once.');
    const token = tokenIn(made) ?? '';
    expect(await find(token)).toMatchObject({ scopeKind: 'locality', freeText: true });
    const page = await who.get('/account');
    expect(tokenIn(page)).toBeUndefined();
    expect(words(page)).toContain('Excel at home Wakefield, with what people wrote · until ');
    expect(bot.logged.join('')).not.toContain(token.slice(3));
    expect((await press(who, /End Excel at home/u)).headers.location).toBe('/account?done=token');
    expect(await find(token)).toBeUndefined();
    expect(words(await who.get('/account'))).not.toContain('Excel at home');
  });

  test('with something missing are not made: each thing is said beside its field, and what was typed stands there', async () => {
    const who = await signedIn();
    const wrong = await makeToken(who, { name: ' ', scope: 'locality x', days: '400' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('<title>Error: Your account');
    for (const field of ['name', 'scope', 'days']) expect(wrong.text).toContain(`href="#${field}"`);
    const kept = await makeToken(who, { name: '<script>alert(1)</script>', days: '' });
    expect(kept.status).toBe(400);
    expect(kept.text).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;"');
    const child = await makeToken(who, { name: 'Absence of A123456789012' });
    expect([child.status, child.text.includes('A123456789012')]).toEqual([400, false]);
    expect(await bot.core.db.apiToken.count()).toBe(0);
    const named = await makeToken(who, { name: '<script>alert(1)</script>' });
    expect(named.text).not.toContain('<script>alert');
    expect(words(await who.get('/account'))).toContain('&lt;script&gt;alert(1)&lt;/script&gt; Wakefield');
  });

  test('of another locality cannot be asked for by changing the form', async () => {
    const who = await signedIn();
    const surrey = await bot.core.db.locality.findFirstOrThrow({ where: { name: 'Surrey' } });
    expect((await makeToken(who, { scope: `locality ${surrey.id}` })).status).toBe(400);
    expect((await makeToken(who, { scope: `programme ${surrey.id}` })).status).toBe(400);
    expect(await bot.core.db.apiToken.count()).toBe(0);
    expect((await makeToken(await signedIn(OTHER), { scope: `locality ${surrey.id}` })).status).toBe(200); // the control
  });

  test('of a role that has ended are said to open nothing', async () => {
    const who = await signedIn('sheffield.lead@example.org');
    await makeToken(who);
    expect(words(await who.get('/account'))).not.toContain('it opens nothing now');
    const { db } = bot.core;
    const person = await db.person.findUniqueOrThrow({ where: { email: 'sheffield.lead@example.org' } });
    await db.role.updateMany({ where: { personId: person.id }, data: { to: new Date('2026-11-18') } });
    const page = words(await who.get('/account'));
    expect(page).toContain('your role there has ended: it opens nothing now');
    expect(page).not.toContain('Make a token');
  });

  test('of a form that is sent twice is one, and the second time says so', async () => {
    const who = await signedIn();
    const [, id] = /name="id" value="([0-9a-f-]{36})"/u.exec((await who.get('/account')).text.split('/account/tokens')[1] ?? '') ?? [];
    expect((await makeToken(who, { id: id ?? '' })).text).toContain('cc_');
    const again = await makeToken(who, { id: id ?? '' });
    expect(again.status).toBe(400);
    expect(words(again)).toContain('This token was made already, and shown that once.');
    expect(await bot.core.db.apiToken.count()).toBe(1);
    expect((await makeToken(who, { id: 'nonsense' })).status).toBe(200); // the control
    expect(await bot.core.db.apiToken.count()).toBe(2);
  });

  test('the eleventh is refused in words, and nothing that was typed is lost', async () => {
    const who = await signedIn();
    for (let made = 0; made < 10; made += 1) expect((await makeToken(who)).status).toBe(200);
    const refused = await makeToken(who, { name: 'One more' });
    expect(refused.status).toBe(400);
    expect(words(refused)).toContain('You have 10 tokens, the most there can be.');
    expect(refused.text).toContain('value="One more"');
  });

  test.each([
    ['wakefield.lead', ['Locality: Wakefield']],
    ['wakefield.head.1', []],
    ['pilot1.adviser', []],
    ['admin', []],
  ])('%s is offered what they may export: %j', async (name, offered) => {
    const page = await (await signedIn(`${name}@example.org`)).get('/account');
    expect([...page.text.matchAll(/<option[^>]*>((?:Programme|Pilot|Locality): [^<]*)/gu)].map(([, text]) => text)).toEqual(offered);
    expect(page.text.includes('Make a token')).toBe(offered.length > 0);
  });

  test('an evaluator is offered the programme, each pilot and each locality under its pilot', async () => {
    const page = await (await signedIn('evaluator@example.org')).get('/account');
    const offered = [...page.text.matchAll(/<option[^>]*>((?:Programme|Pilot|Locality): [^<]*)/gu)].map(([, text]) => text);
    const byPosition = { orderBy: { position: 'asc' } } as const;
    const pilots = await bot.core.db.pilot.findMany({ ...byPosition, include: { localities: byPosition } });
    expect(offered.slice(1)).toEqual(
      pilots.flatMap(({ name, localities }) => [`Pilot: ${name}`, ...localities.map((locality) => `Locality: ${locality.name}`)]),
    );
    expect([offered[0]?.split(':')[0], offered.length]).toEqual(['Programme', 1 + 3 + 9]);
  });
});

describe('in the demonstration', () => {
  let demo: TestBot;
  let there: Awaited<ReturnType<typeof startWeb>>;
  beforeAll(async () => {
    demo = await testBot();
    there = await startWeb({ core: demo.core, commands: demo.commands, dispatch: demo.dispatch });
  });
  afterAll(async () => {
    await there?.stop();
    await demo?.close();
  });

  test('whoever opens a page chooses who they are, and is there as them', async () => {
    const who = visitor(there.origin);
    const chooser = await who.get('/account?done=token');
    expect(heading(chooser)).toBe('Who do you want to be?');
    expect(chooser.text).toContain('href="/account?done=token&amp;as=wakefield.lead%40example.org"');
    const page = await who.get('/account?done=token&as=wakefield.lead%40example.org');
    expect(heading(page)).toMatch(/^Wakefield pilot lead +Your account$/u);
    expect(words(page)).toContain('In the demonstration nobody signs in');
    expect(page.text).toContain('action="/account/tokens?as=wakefield.lead%40example.org"');
    expect((await who.get('/chat')).text).toContain('href="/chat?as=wakefield.lead%40example.org"');
    expect((await who.get('/sign-in?to=%2Faccount')).headers.location).toBe('/account');
    expect((await who.get('/sign-in?to=%2F%2Felsewhere.example')).headers.location).toBe('/chat');
  });
});

describe('in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('without JavaScript: signs in, is where they wanted to be, makes a token, ends it and signs out everywhere', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    await page.goto(`${site.origin}/account`);
    await page.getByLabel('Your e-mail address at work').fill('evaluator@example.org');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('heading', { name: 'Look in your inbox' }).waitFor();
    await page.goto(`${site.origin}${await newestLink()}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();

    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByRole('alert').getByRole('link', { name: 'Enter a name' }).waitFor();
    await page.getByLabel('Its name').fill('Power BI at the office');
    await page.getByLabel('What it may read').selectOption({ label: 'Locality: Wakefield' });
    await page.getByRole('button', { name: 'Make a token' }).click();
    const shown = page.getByRole('alert', { name: 'Your new token' }).locator('code');
    expect(await shown.textContent()).toMatch(/^cc_[\w-]{32}$/u);
    await page.getByRole('button', { name: 'End Power BI at the office' }).click();
    await page.getByText('That token does not work any more.').waitFor();
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.goto(`${site.origin}/account`);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await context.close();
  });

  test('everybody can read and use it at every size, also with all that can stand on it; and a page at fault is found', async () => {
    const who = await signedIn('evaluator@example.org');
    await signedIn('evaluator@example.org');
    await askFor('evaluator@example.org');
    await makeToken(who, { name: 'W'.repeat(60) });
    const context = await browser.newContext();
    await context.addCookies([...who.cookies].map(([name, value]) => ({ name, value, url: site.origin })));
    const page = await context.newPage();
    const violations = async () => (await axe(page)).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    const inspect = async () => {
      for (const [width, height] of [
        [320, 640],
        [640, 400],
        [1280, 800],
      ] as const) {
        await page.setViewportSize({ width, height });
        expect(await page.evaluate(sideways), `sideways at ${width}`).toBe(0);
        expect(await violations(), `at ${width}`).toEqual([]);
      }
    };
    await page.goto(`${site.origin}/account`);
    await inspect();
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByRole('alert').waitFor();
    await inspect();
    await page.getByLabel('Its name').fill('W'.repeat(60));
    await page.getByLabel('What it may read').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByRole('alert', { name: 'Your new token' }).waitFor();
    await inspect();
    await page.evaluate("document.querySelector('main').append(document.createElement('img'))");
    await expect(inspect()).rejects.toThrow('image-alt');
    await context.close();
  });
});
