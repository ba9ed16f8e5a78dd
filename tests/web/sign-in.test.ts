import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { field, heading, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

const LEAD = 'wakefield.lead@example.org';
const SESSION = 'common_cause_session';

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
  await db.outbox.deleteMany();
  await db.signInLink.deleteMany();
});

/** Every link that was sent, the newest last. */
const links = async () => {
  const rows = await bot.core.db.outbox.findMany({ where: { kind: 'email' }, orderBy: { seq: 'asc' } });
  return rows.map(({ payload }) => {
    const { to, text } = payload as { to: string; text: string };
    const { pathname, search } = new URL(/https?:\S+/u.exec(text)?.[0] ?? '');
    return { to, path: pathname, search };
  });
};
const newest = async () => (await links()).at(-1)?.path ?? '';
const somebody = () => visitor(site.origin);
type Somebody = ReturnType<typeof somebody>;

const askFor = async (who: Somebody, address: string) => who.post('/sign-in', { csrf: await who.csrf('/sign-in'), address });
const use = async (who: Somebody, path: string) =>
  who.post('/sign-in/link', { csrf: await who.csrf(path), token: path.split('/').at(-1) ?? '' });
const signedIn = async (address = LEAD) => {
  const who = somebody();
  await askFor(who, address);
  await use(who, await newest());
  return who;
};

describe('signing in by e-mail', () => {
  test('a link leads to the chat, as the person whose address it was sent to', async () => {
    const who = somebody();
    expect((await who.get('/chat')).headers.location).toBe('/sign-in');
    expect(heading(await askFor(who, `  ${LEAD.toUpperCase()} `))).toBe('Look in your inbox');
    expect((await links()).map(({ to }) => to)).toEqual([LEAD]);
    const used = await use(who, await newest());
    expect([used.status, used.headers.location]).toEqual([303, '/chat']);
    expect(heading(await who.get('/chat'))).toContain('Wakefield pilot lead');
  });

  test('an address that nobody has gets the same page, and no e-mail', async () => {
    const [known, unknown] = [await askFor(somebody(), LEAD), await askFor(somebody(), 'nobody@example.org')];
    expect(unknown.status).toBe(known.status);
    const plain = (text: string) => text.replaceAll(/value="[^"]*"/gu, '');
    expect(plain(unknown.text)).toBe(plain(known.text));
    expect(await links()).toHaveLength(1);
  });

  test('somebody who has left gets no e-mail', async () => {
    const { db } = bot.core;
    await db.person.update({ where: { email: 'surrey.lead@example.org' }, data: { leftOn: new Date('2026-11-01') } });
    expect(heading(await askFor(somebody(), 'surrey.lead@example.org'))).toBe('Look in your inbox');
    expect(await links()).toEqual([]);
  });

  test('opening the link, as mail scanners do, changes nothing', async () => {
    const scanner = somebody();
    await askFor(scanner, LEAD);
    const path = await newest();
    expect((await scanner.get(path)).status).toBe(200);
    expect((await scanner.ask('HEAD', path)).status).toBe(200);
    expect(scanner.cookies.has(SESSION)).toBe(false);
    expect((await use(somebody(), path)).headers.location).toBe('/chat');
  });

  test('a link works once; used, late and made up look alike', async () => {
    const who = somebody();
    await askFor(who, LEAD);
    const used = await newest();
    expect((await use(who, used)).status).toBe(303);
    await askFor(somebody(), LEAD);
    const late = await newest();
    bot.clock.advance({ minutes: 10 });
    const replies = [
      await use(somebody(), used),
      await use(somebody(), late),
      await use(somebody(), `/sign-in/link/${'A'.repeat(22)}`),
      await use(somebody(), '/sign-in/link/short'),
    ];
    for (const reply of replies) {
      expect([reply.status, heading(reply)]).toEqual([400, 'This link cannot be used any more']);
      expect(reply.text).toContain('Ask for a new one');
      expect(reply.setCookies.join()).not.toContain(SESSION);
    }
  });

  test('a link of nine minutes still works: the control of the one that is late', async () => {
    await askFor(somebody(), LEAD);
    bot.clock.advance({ minutes: 9, seconds: 59 });
    expect((await use(somebody(), await newest())).status).toBe(303);
  });

  test('two browsers that use one link at the same moment: one is in', async () => {
    await askFor(somebody(), LEAD);
    const path = await newest();
    const both = await Promise.all([use(somebody(), path), use(somebody(), path)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 400]);
  });

  test('signing in uses up the other links that were asked for', async () => {
    await askFor(somebody(), LEAD);
    const first = await newest();
    await askFor(somebody(), LEAD);
    expect((await use(somebody(), await newest())).status).toBe(303);
    expect((await use(somebody(), first)).status).toBe(400);
  });

  test('what is kept of links and sessions signs nobody in, and no token is in the log', async () => {
    const who = await signedIn();
    const token = (await newest()).split('/').at(-1) as string;
    const session = who.cookies.get(SESSION) as string;
    const kept = JSON.stringify([await bot.core.db.signInLink.findMany(), await bot.core.db.session.findMany()]);
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(session);
    expect(bot.logged.join('')).not.toContain(token);
    expect(token).toMatch(/^[\w-]{22}$/u); // 128 bits
  });
});

describe('somebody who asked for a page', () => {
  const PAGE = '/account?done=session&x=%3Cb%3E';
  /** Asks for a link on the page that they were sent to, as it stands. */
  const askThere = async (who: Somebody, path: string) => {
    const page = await who.get(path);
    return who.post('/sign-in', { csrf: field(page, 'csrf'), address: LEAD, to: field(page, 'to').replaceAll('&amp;', '&') });
  };

  test('is there once they are signed in, in whatever browser they open the link', async () => {
    const who = somebody();
    const sent = String((await who.get(PAGE)).headers.location);
    expect(sent).toBe(`/sign-in?to=${encodeURIComponent(PAGE)}`);
    const told = await askThere(who, sent);
    expect(told.text).toContain(`href="${sent}"`); // another address, the same page
    const used = await use(somebody(), await newest());
    expect([used.status, used.headers.location]).toEqual([303, PAGE]);
  });

  test('is led there by the fresh link too, where the first one was opened too late', async () => {
    const who = somebody();
    await askThere(who, `/sign-in?to=${encodeURIComponent(PAGE)}`);
    const { path, search } = (await links()).at(-1) ?? { path: '', search: '' };
    bot.clock.advance({ minutes: 10 });
    const late = somebody();
    const press = await late.get(`${path}${search}`);
    const dead = await late.post('/sign-in/link', {
      csrf: field(press, 'csrf'),
      token: field(press, 'token'),
      to: field(press, 'to').replaceAll('&amp;', '&'),
    });
    expect([dead.status, heading(dead)]).toEqual([400, 'This link cannot be used any more']);
    const anew = /href="([^"]*)"[^>]*>\s*Ask for a new one/u.exec(dead.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    await askThere(late, anew);
    const used = await use(late, await newest());
    expect([used.status, used.headers.location]).toEqual([303, PAGE]);
  });

  test('keeps it over an address that is none', async () => {
    const who = somebody();
    const wrong = await who.post('/sign-in', { csrf: await who.csrf('/sign-in'), address: 'nobody', to: PAGE });
    expect([wrong.status, field(wrong, 'to').replaceAll('&amp;', '&')]).toEqual([400, PAGE]);
  });

  test('and is signed in already is there at once', async () => {
    const who = await signedIn();
    expect((await who.get(`/sign-in?to=${encodeURIComponent(PAGE)}`)).headers.location).toBe(PAGE);
    expect((await who.get('/sign-in')).headers.location).toBe('/chat');
  });

  test('that is not for them, or does not exist, reads that there is none', async () => {
    for (const path of ['/runs', '/nowhere']) {
      const who = somebody();
      await askThere(who, `/sign-in?to=${encodeURIComponent(path)}`);
      expect((await use(who, await newest())).headers.location).toBe(path);
      expect((await who.get(path)).status).toBe(404);
    }
  });

  test('what was sent without being signed in is not done after, and the chat needs no way back', async () => {
    const who = somebody();
    const csrf = await who.csrf('/sign-in');
    expect((await who.post('/account/end', { csrf, kind: 'everywhere' })).headers.location).toBe('/sign-in');
    expect((await who.get('/chat?x=1')).headers.location).toBe('/sign-in');
  });

  /** Ways in which browsers have been led elsewhere by what looks like a path. */
  const ELSEWHERE = [
    '//elsewhere.example',
    '///elsewhere.example',
    '/\\elsewhere.example',
    '\\\\elsewhere.example',
    '/\t/elsewhere.example',
    '/\n/elsewhere.example',
    '/.//elsewhere.example',
    '/x/..//elsewhere.example',
    '/%2e//elsewhere.example',
    'https://elsewhere.example/account',
    'https:elsewhere.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'account',
    ' /account',
    '@elsewhere.example',
    '.elsewhere.example',
    '/account\r\nSet-Cookie: a=b',
    `/${'a'.repeat(500)}`,
  ];
  /** Where a browser that is here goes when it is told so. */
  const hostAfter = (location: unknown) => new URL(String(location), site.origin).host;

  test.each(ELSEWHERE)('is never led elsewhere: %j', async (to) => {
    const here = new URL(site.origin).host;
    const who = somebody();
    expect(field(await who.get(`/sign-in?to=${encodeURIComponent(to)}`), 'to')).toBe('');
    await who.post('/sign-in', { csrf: await who.csrf('/sign-in'), address: LEAD, to });
    const used = await use(who, await newest());
    expect(used.headers.location).toBe('/chat');
    expect(hostAfter(used.headers.location)).toBe(here);
    expect(hostAfter((await who.get(`/sign-in?to=${encodeURIComponent(to)}`)).headers.location)).toBe(here);
    const dead = await somebody().get(`/sign-in/link/${'A'.repeat(22)}?to=${encodeURIComponent(to)}`);
    expect(field(dead, 'to')).toBe('');
    const pressed = await who.post('/sign-in/link', { csrf: await who.csrf('/sign-in/link/x'), token: 'A'.repeat(22), to });
    expect(pressed.text).toMatch(/href="\/sign-in"[^>]*>\s*Ask for a new one/u);
    // Twice named, and as the path itself.
    expect(hostAfter((await who.get(`/sign-in?to=/account&to=${encodeURIComponent(to)}`)).headers.location)).toBe(here);
  });

  test('and the database takes none; some of these would lead elsewhere: the control', async () => {
    await askFor(somebody(), LEAD);
    await expect(bot.core.db.signInLink.updateMany({ data: { page: '//elsewhere.example' } })).rejects.toThrow();
    // What the database takes is looked at again before anybody is sent there.
    await bot.core.db.signInLink.updateMany({ data: { page: '/.//elsewhere.example' } });
    expect((await use(somebody(), await newest())).headers.location).toBe('/chat');
    expect(ELSEWHERE.filter((to) => hostAfter(to) === 'elsewhere.example').length).toBeGreaterThan(5);
    const unsigned = await somebody().get('//elsewhere.example');
    expect(unsigned.status === 404 || hostAfter(unsigned.headers.location) === new URL(site.origin).host).toBe(true);
  });
});

describe('a session', () => {
  test('lasts eight hours', async () => {
    const who = await signedIn();
    bot.clock.advance({ hours: 7, minutes: 59 });
    expect((await who.get('/chat')).status).toBe(200);
    bot.clock.advance({ minutes: 1 });
    expect((await who.get('/chat')).headers.location).toBe('/sign-in');
  });

  test('ends at once when the person signs out, on the server too', async () => {
    const who = await signedIn();
    const stolen = visitor(site.origin, new Map(who.cookies));
    expect((await stolen.get('/chat')).status).toBe(200);
    await who.post('/sign-out', { csrf: await who.csrf('/chat') });
    expect((await stolen.get('/chat')).headers.location).toBe('/sign-in');
    expect(who.cookies.has(SESSION)).toBe(false);
  });

  test('ends when the person leaves', async () => {
    const who = await signedIn('rochdale.lead@example.org');
    expect((await who.get('/chat')).status).toBe(200);
    await bot.core.db.person.update({ where: { email: 'rochdale.lead@example.org' }, data: { leftOn: new Date('2026-11-01') } });
    expect((await who.get('/chat')).headers.location).toBe('/sign-in');
  });

  test('is a new one at every sign-in: a cookie that somebody planted before is worth nothing after', async () => {
    const planted = 'p'.repeat(22);
    const who = visitor(site.origin, new Map([[SESSION, planted]]));
    await askFor(who, LEAD);
    await use(who, await newest());
    const first = who.cookies.get(SESSION) as string;
    expect(first).not.toBe(planted);
    expect((await visitor(site.origin, new Map([[SESSION, planted]])).get('/chat')).headers.location).toBe('/sign-in');

    await askFor(somebody(), LEAD); // on the telephone, opened here
    await use(who, await newest());
    expect(who.cookies.get(SESSION)).not.toBe(first);
    expect((await visitor(site.origin, new Map([[SESSION, first]])).get('/chat')).headers.location).toBe('/sign-in');
    expect((await who.get('/chat')).status).toBe(200);
  });

  test('has a cookie that no script reads and no other site sends', async () => {
    const who = somebody();
    await askFor(who, LEAD);
    const { setCookies } = await use(who, await newest());
    const cookie = setCookies.find((line) => line.startsWith(SESSION));
    expect(cookie).toMatch(/; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/u);
  });

  test('away from this machine the cookie is Secure and bound to this very host', async () => {
    const core = { ...bot.core, config: { ...bot.core.config, publicUrl: 'https://cause.example.org' } };
    const far = await startWeb({ core, commands: bot.commands, dispatch: bot.dispatch });
    const who = visitor(far.origin);
    await who.post('/sign-in', { csrf: await who.csrf('/sign-in'), address: LEAD });
    const path = await newest();
    const { setCookies } = await who.post('/sign-in/link', { csrf: await who.csrf(path), token: path.split('/').at(-1) ?? '' });
    expect(setCookies).toHaveLength(2);
    for (const line of setCookies) expect(line).toMatch(/^__Host-.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/u);
    await far.stop();
  });
});

describe('tries', () => {
  test('five links in an hour go to one address; then the page says the same and nothing is sent', async () => {
    for (let tries = 0; tries < 7; tries += 1) expect(heading(await askFor(somebody(), LEAD))).toBe('Look in your inbox');
    expect(await links()).toHaveLength(5);
    await askFor(somebody(), 'evaluator@example.org'); // the control: another address still gets one
    expect(await links()).toHaveLength(6);
    bot.clock.advance({ hours: 1, seconds: 1 });
    await askFor(somebody(), LEAD);
    expect(await links()).toHaveLength(7);
  });

  test('whoever asks in somebody’s name all day keeps them out for no minute of it', async () => {
    for (let quarters = 0; quarters < 8; quarters += 1) {
      for (let tries = 0; tries < 6; tries += 1) await askFor(somebody(), LEAD);
      bot.clock.advance({ minutes: 15 });
    }
    expect(await links()).toHaveLength(10); // five in each of the two hours
    await askFor(somebody(), LEAD); // at the limit again: what was sent last works once more
    expect((await use(somebody(), await newest())).status).toBe(303);
    const sent = (await links()).length;
    await askFor(somebody(), LEAD); // signing in begins the count anew
    expect(await links()).toHaveLength(sent + 1);
  });

  const UNKNOWN = 'A'.repeat(22);
  const from = async (remote: string) => {
    const there = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch, remote });
    const who = visitor(there.origin);
    const csrf = await who.csrf('/sign-in');
    return {
      ask: async (address = LEAD) => (await who.post('/sign-in', { csrf, address })).status,
      use: async (token = UNKNOWN) => who.post('/sign-in/link', { csrf, token }),
      stop: there.stop,
    };
  };
  const times = async (count: number, act: () => Promise<unknown>) => {
    for (let done = 0; done < count; done += 1) await act();
  };

  test('a network address with a hundred links that could not be used waits for an hour, and may still ask', async () => {
    const there = await from('203.0.113.9');
    await times(100, async () => expect((await there.use()).status).toBe(400));
    const refused = await there.use();
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '3600']);
    expect(await there.ask()).toBe(200);
    bot.clock.advance({ hours: 1, seconds: 1 });
    expect((await there.use()).status).toBe(400);
    await there.stop();
  });

  test('a network address that asks a hundred times waits, and links that were sent can still be used there', async () => {
    const there = await from('203.0.113.9');
    expect(await there.ask()).toBe(200);
    await times(99, async () => expect(await there.ask('nobody@example.org')).toBe(200));
    expect(await there.ask('evaluator@example.org')).toBe(429);
    expect((await there.use((await newest()).split('/').at(-1))).status).toBe(303);
    await there.stop();
  });

  test.each(['127.0.0.1', '::ffff:10.1.2.3', '172.20.0.4', '192.168.1.1', 'fd00::1'])(
    'behind a proxy at %s nobody can lock the others out, as all come from one address',
    async (remote) => {
      const there = await from(remote);
      await times(101, () => there.use());
      await times(101, () => there.ask('nobody@example.org'));
      expect((await there.use()).status).toBe(400);
      expect(await there.ask()).toBe(200);
      expect((await there.use((await newest()).split('/').at(-1))).status).toBe(303);
      await there.stop();
    },
  );
});

describe('in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('somebody signs in, logs a reading and signs out, without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.origin}/chat`);
    await page.getByLabel('Your e-mail address at work').fill('not an address');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Your e-mail address at work').inputValue()).toBe('not an address');
    await page.getByLabel('Your e-mail address at work').fill(LEAD);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('heading', { name: 'Look in your inbox' }).waitFor();
    await page.goto(`${site.origin}${await newest()}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Type a command').fill('/kpi attendance 93.2');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('heading', { name: '92.8 → 93.2 %' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page
      .getByRole('link', { name: 'Sign in' })
      .or(page.getByRole('button', { name: 'Sign in' }))
      .waitFor();
    await page.goto(`${site.origin}/chat`);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await context.close();
  });
});

test('a server without e-mail says who can change that, and takes no address', async () => {
  const core = { ...bot.core, config: { ...bot.core.config, mail: undefined } };
  const mute = await startWeb({ core, commands: bot.commands, dispatch: bot.dispatch });
  const page = await visitor(mute.origin).get('/sign-in');
  expect(page.text).toContain('SMTP_URL');
  expect(page.text).not.toContain('name="address"');
  await mute.stop();
});
