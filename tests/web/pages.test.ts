import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dispatch } from '../../src/bot/contract.ts';
import { DatabaseUnavailable } from '../../src/errors.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { field, heading, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

const CHAT = '/chat?as=wakefield.lead@example.org';

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
/** What reached the bot. */
let asked: Parameters<Dispatch>[0][] = [];

beforeAll(async () => {
  bot = await testBot();
  const dispatch: Dispatch = async (incoming) => {
    asked.push(incoming);
    return bot.dispatch(incoming);
  };
  site = await startWeb({
    core: bot.core,
    commands: bot.commands,
    dispatch,
    platformsOff: [{ name: 'Slack', how: 'set SLACK_BOT_TOKEN' }],
  });
});
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});

/** A person with the chat open, and the form they are about to send. */
const opened = async () => {
  asked = [];
  bot.logged.length = 0;
  const who = visitor(site.origin);
  const page = await who.get(CHAT);
  return { who, form: { csrf: field(page, 'csrf'), nonce: field(page, 'nonce'), ask: 'words', text: '/kpi' } };
};

/** What the log says of requests that were refused. */
const refusals = () => bot.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a request was refused');

describe('a form is taken only from our own page', () => {
  test('as the page has it, it is: the control of all that follow', async () => {
    const { who, form } = await opened();
    expect((await who.post(CHAT, form, { 'sec-fetch-site': 'same-origin', origin: 'null' })).status).toBe(200);
    expect(asked).toHaveLength(1);
    expect(refusals()).toEqual([]);
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['without the token', { csrf: '' }, {}],
    ['with another token', { csrf: 'A'.repeat(43) }, {}],
    ['when the browser says that another site sent it', {}, { 'sec-fetch-site': 'cross-site' }],
    ['when the browser says that a neighbour of the same domain sent it', {}, { 'sec-fetch-site': 'same-site' }],
    ['when it names another origin', {}, { origin: 'https://evil.example' }],
    ['when it names what is no origin', {}, { origin: 'nonsense' }],
  ])('not %s', async (_name, fields, headers) => {
    const { who, form } = await opened();
    const reply = await who.post(CHAT, { ...form, ...fields }, headers);
    expect([reply.status, heading(reply)]).toEqual([403, 'Nothing was saved: this page was not sent from here']);
    expect(reply.text).toContain('/kpi'); // the words are given back
    expect(asked).toEqual([]);
    expect(refusals()).toMatchObject([{ status: 403, why: 'not sent from a page of ours' }]);
    expect(bot.logged.join()).not.toContain('/kpi');
  });

  test('not with the token of another browser', async () => {
    const [mine, theirs] = [await opened(), await opened()];
    expect((await mine.who.post(CHAT, { ...mine.form, csrf: theirs.form.csrf })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  test('not without our cookie', async () => {
    const { form } = await opened();
    expect((await visitor(site.origin).post(CHAT, form)).status).toBe(403);
    expect(asked).toEqual([]);
  });
});

describe('what no page of ours would send', () => {
  test('a form without what a form has gets 400', async () => {
    const { who, form } = await opened();
    expect((await who.post(CHAT, { csrf: form.csrf, text: 'flu in two schools' })).status).toBe(400);
    expect(asked).toEqual([]);
    expect(refusals()).toMatchObject([{ status: 400, why: 'not what a form of ours sends' }]);
    expect(bot.logged.join()).not.toContain('flu');
  });

  test('more than 40 kilobytes get 413 and are not read to the end', async () => {
    const { who, form } = await opened();
    const reply = await who.post(CHAT, { ...form, text: 'x'.repeat(41_000) });
    expect([reply.status, heading(reply)]).toEqual([413, 'Nothing was saved: that was too long']);
  });

  test('a note of a thousand letters of any script is not too long', async () => {
    const { who, form } = await opened();
    expect((await who.post(CHAT, { ...form, text: `/kpi attendance 93.2 ${'é'.repeat(600)}` })).status).toBe(200);
    expect(asked[0]?.ask).toMatchObject({ text: expect.stringContaining('ééé') });
  });

  test('more than a hundred fields get 413', async () => {
    const { who, form } = await opened();
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`field.f${index}`, 'x']));
    expect((await who.post(CHAT, { ...form, ...many })).status).toBe(413);
  });

  test('an address that cannot be read gets 400, one that does not exist 404', async () => {
    const who = visitor(site.origin);
    expect((await who.get('/sign-in/link/%E0%A4%A')).status).toBe(400);
    const missing = await who.get('/nowhere');
    expect([missing.status, heading(missing)]).toEqual([404, 'This page does not exist']);
  });

  test.each(['PUT', 'DELETE', 'POST'])('%s where there is nothing to %s gets 404', async (method) => {
    expect((await visitor(site.origin).ask(method, '/')).status).toBe(404);
  });

  test('an encoding we do not know gets 400, without a word of our insides', async () => {
    const reply = await visitor(site.origin).ask(
      'POST',
      CHAT,
      { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'sorcery' },
      'text=%2Fkpi',
    );
    expect(reply.status).toBe(400);
    expect(reply.text).not.toMatch(/node_modules|\bat .*\.(ts|js)/u);
  });
});

describe('the words beside their answer', () => {
  const said = async (text: string) => {
    const { who, form } = await opened();
    return (await who.post(CHAT, { ...form, text })).text;
  };

  test('are shown, so that a mistake can be seen', async () => {
    expect(await said('/kpi attendance 932')).toContain('/kpi attendance 932');
  });

  test.each([
    ["a pupil's number", '/kpi attendance 93.2 A123456789012', 'A123456789012'],
    ["a child's name and date of birth", '/kpi attendance 93.2 late again: Ann Example, born 3 April 2015', 'Ann Example'],
  ])('are not repeated where they hold %s', async (_what, text, identifier) => {
    const page = await said(text);
    expect(page).toContain('Not saved.');
    expect(page).not.toContain(identifier);
  });
});

describe('every page', () => {
  const pages = ['/', '/chat', CHAT, '/chat/mail', '/nowhere'];

  test.each(pages)('%s lets nothing run or load that is not ours', async (path) => {
    const { headers, text } = await visitor(site.origin).get(path);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';connect-src 'self';img-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-robots-tag': 'noindex, nofollow',
    });
    expect(headers['strict-transport-security']).toBeUndefined(); // this machine has no certificate
    expect(text).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son[a-z]+=|og:/iu);
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/gu)].map(([, url]) => url as string);
    expect(loaded.filter((url) => /^[a-z]+:|^\/\//iu.test(url))).toEqual([]);
  });

  test('what a page loads may be kept for a year, and changes its name when it changes', async () => {
    const who = visitor(site.origin);
    const { text } = await who.get('/');
    const files = [...text.matchAll(/"(\/assets\/[^"]+)"/gu)].map(([, path]) => path as string);
    expect(files.length).toBeGreaterThan(2);
    for (const path of files) {
      const file = await who.get(path);
      expect([file.status, file.headers['cache-control']], path).toEqual([200, 'public, max-age=31536000, immutable']);
    }
    expect((await who.get('/assets/another/start.js')).status).toBe(404);
    expect((await who.get(`${files[0]?.replace(/[^/]*$/u, '')}..%2F..%2Fpackage.json`)).status).toBe(404);
  });

  test('has neither the typeface nor the crest that belong to GOV.UK', async () => {
    const who = visitor(site.origin);
    const [, sheet] = /href="([^"]+\.css)"/u.exec((await who.get('/')).text) ?? [];
    const css = (await who.get(sheet as string)).text;
    expect(css).not.toMatch(/GDS Transport|@font-face|crest\.svg|url\(\/assets/u);
    expect(css).toContain('.govuk-button');
  });

  test('the start page says which platforms are off and how to turn them on', async () => {
    const { text } = await visitor(site.origin).get('/');
    expect(text).toContain('To turn it on, set SLACK_BOT_TOKEN.');
    expect(text).toContain('Demonstration');
  });
});

describe('the demonstration answers only at the machine it runs on', () => {
  test.each<[string, Record<string, string>]>([
    ['a proxy in front', { 'x-forwarded-for': '203.0.113.9' }],
    ['a proxy that says so in the standard way', { forwarded: 'for=203.0.113.9' }],
    ['a name that somebody rebound to this machine', { host: 'evil.example' }],
  ])('with %s it says why not', async (_name, headers) => {
    bot.logged.length = 0;
    for (const path of ['/chat', CHAT, '/chat/mail']) {
      const reply = await visitor(site.origin).get(path, headers);
      expect([reply.status, heading(reply)], path).toEqual([403, 'The demonstration is only for the machine it runs on']);
      expect(reply.text).toMatch(/Forwarded|Host header/u);
      expect(reply.text).not.toContain('Headteacher');
    }
    expect(refusals()).toEqual(
      Array(3).fill(expect.objectContaining({ status: 403, why: 'the demonstration was asked for from elsewhere' })),
    );
  });

  test('and a form sent through one saves nothing', async () => {
    const { who, form } = await opened();
    expect((await who.post(CHAT, form, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  test('nobody signs in by e-mail to it', async () => {
    const who = visitor(site.origin);
    expect((await who.get('/sign-in')).headers.location).toBe('/chat');
    expect((await who.post('/sign-in', { address: 'wakefield.lead@example.org' })).status).toBe(404);
  });

  test('a real programme knows no ?as=', async () => {
    const real = await testBot({ env: { DEMO: '0', SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'bot@example.org' } });
    const there = await startWeb({ core: real.core, commands: real.commands, dispatch: real.dispatch });
    const who = visitor(there.origin);
    expect((await who.get(CHAT)).headers.location).toBe('/sign-in');
    expect((await who.get('/chat/mail')).status).toBe(404);
    await there.stop();
    await real.close();
  });
});

describe('when something fails', () => {
  const failing = async (error: Error) => {
    const core = { ...bot.core, db: { ...bot.core.db, $transaction: async () => Promise.reject(error) } as unknown as typeof bot.core.db };
    const there = await startWeb({ core, commands: bot.commands, dispatch: bot.dispatch });
    bot.logged.length = 0;
    const reply = await visitor(there.origin).get(CHAT);
    await there.stop();
    return reply;
  };

  test('a database that is away is said to be, with 503', async () => {
    const reply = await failing(new DatabaseUnavailable('connect ECONNREFUSED'));
    expect(reply.status).toBe(503);
    expect(heading(reply)).toMatch(/^The database could not be reached just now \(ref [0-9A-F]{6}\)$/u);
  });

  test('a bug of ours gets 500 and a reference that is in the log, and no stack trace', async () => {
    const reply = await failing(new Error('secret insides'));
    const [, reference] = /\(ref ([0-9A-F]{6})\)/u.exec(heading(reply)) ?? [];
    expect(reply.status).toBe(500);
    expect(reply.text).not.toMatch(/secret insides|node_modules|\bat .*\.ts/u);
    expect(bot.logged.filter((line) => line.includes(`"ref":"${reference}"`))).toHaveLength(1);
    expect(bot.logged.join()).not.toContain('secret insides');
  });

  test('an answer that says nothing was saved has the status of what failed', async () => {
    for (const [failed, status] of [
      ['user', 200],
      ['database', 503],
      ['bug', 500],
    ] as const) {
      const there = await startWeb({ ...bot, dispatch: async () => ({ kind: 'card', card: { title: 'Not saved.', parts: [] }, failed }) });
      const who = visitor(there.origin);
      const page = await who.get(CHAT);
      const reply = await who.post(CHAT, {
        csrf: field(page, 'csrf'),
        nonce: field(page, 'nonce'),
        ask: 'words',
        text: '/kpi attendance 932',
      });
      expect(reply.status).toBe(status);
      expect(reply.text).toContain('<title>Error: Not saved. – Common Cause</title>');
      expect(reply.text).toContain('value="/kpi attendance 932"'); // to be put right where it stands
      await there.stop();
    }
  });
});
