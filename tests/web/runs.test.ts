import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aDelivery, aMessage, aRun, NOTICE } from '../nudges/lost.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { field, heading, type Reply, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

/** The administrators' page of what was sent, over the wire. */

const ADMIN = '?as=admin@example.org';
const OTHERS = ['programme.coordinator', 'wakefield.coordinator', 'wakefield.lead', 'pilot1.adviser', 'evaluator', 'wakefield.head.1'];

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
beforeAll(async () => {
  bot = await testBot();
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
});
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});
beforeEach(async () => {
  const { db } = bot.database;
  bot.clock.set('2026-11-24T10:00:00Z');
  await db.deliveryLine.deleteMany({});
  await db.delivery.deleteMany({});
  await db.run.deleteMany({});
  await db.outbox.deleteMany({});
});

/** The rows of the table with a caption, as the texts of their cells. */
const rows = ({ text }: Reply, caption: string): string[][] => {
  const table = [...text.matchAll(/<table[\s\S]*?<\/table>/gu)]
    .map(([all]) => all)
    .find((all) => all.includes(`${caption}<`) || all.includes(`${caption} (`));
  return [...(table ?? '').matchAll(/<tr class="govuk-table__row">([\s\S]*?)<\/tr>/gu)].slice(1).map(([, row = '']) =>
    [...row.matchAll(/<(t[hd])[^>]*>([\s\S]*?)<\/\1>/gu)].map(([, , cell = '']) =>
      cell
        .replaceAll(/<[^>]*>|\s+/gu, ' ')
        .replaceAll(/ +/gu, ' ')
        .trim(),
    ),
  );
};
/** The fields of the nth form on the page that sends something again. */
const forms = ({ text }: Reply) =>
  [...text.matchAll(/<form method="post" action="\/runs[^"]*">([\s\S]*?)<\/form>/gu)].map(([, text = '']) => {
    const its = { text } as Reply;
    return { csrf: field(its, 'csrf'), kind: field(its, 'kind'), id: field(its, 'id') };
  });

describe('an administrator', () => {
  test('before anything was planned reads that nobody has been written to', async () => {
    const page = await visitor(site.origin).get(`/runs${ADMIN}`);
    expect([page.status, heading(page)]).toEqual([200, 'Programme administrator  Runs']);
    expect(page.text).toContain('Nobody has been written to yet.');
    expect(page.text).toContain('Nothing has failed, and nothing is unconfirmed.');
  });

  test('sees each run with its counts, what did not arrive by post, week and why, and no address and nothing that was in it', async () => {
    const run = await aRun(bot, '2026-11-24T08:30:00Z', 6);
    for (const state of ['planned', 'sent', 'sent', 'left'] as const) await aDelivery(bot, run, { state, why: 'nothing waits any more' });
    await aDelivery(bot, run, { state: 'failed', why: 'slack: account_inactive; no other way' });
    await aDelivery(bot, run, { state: 'unconfirmed', to: 'wakefield.lead', why: 'slack: 503' });
    await aMessage(bot, 'failed', NOTICE, 'the mail server: 550');
    await aMessage(bot, 'failed', { kind: 'card', platform: 'slack', to: { channel: 'C1' }, card: { title: 'Private words' } });
    await aMessage(bot, 'failed', { kind: 'email', to: 'wakefield.lead@example.org', subject: 'Sign in', text: '', secret: true });
    const page = await visitor(site.origin).get(`/runs${ADMIN}`);
    expect(rows(page, 'The last runs')).toEqual([['24 Nov 2026, 08:30', '40', '6', '2', '1', '1', '1', '1']]);
    expect(page.text).toContain('nothing waits any more: 1');
    expect(rows(page, 'Nudges and summaries that failed')).toEqual([
      [
        'Headteacher, Wakefield 1',
        'Nudge, week of 23 November 2026',
        '24 Nov 2026, 08:30',
        expect.stringMatching(
          /^slack: account_inactive; no other way Send again Nudge, week of 23 November 2026, to Headteacher, Wakefield 1$/u,
        ),
      ],
    ]);
    expect(rows(page, 'Nudges and summaries that may or may not have arrived')).toEqual([
      ['Wakefield pilot lead', 'Nudge, week of 23 November 2026', '24 Nov 2026, 08:30', 'slack: 503'],
    ]);
    expect(rows(page, 'Answers and notices that failed').map(([to, what, , why]) => [to, what, why?.includes('Send again')])).toEqual([
      ['Wakefield pilot lead', 'E-mail with a link that lets somebody in', false],
      ['a channel, or an account that nobody here has', 'Answer or notice in Slack', true],
      ['Headteacher, Wakefield 1', 'E-mail', true],
    ]);
    for (const secret of ['wakefield.head.1@', 'wakefield.lead@', 'Private words', 'Words that only they', 'An account was linked'])
      expect(page.text).not.toContain(secret);
  });

  test('presses Send again, and it is planned again; pressed once more it says so', async () => {
    const id = await aDelivery(bot, await aRun(bot), { state: 'failed' });
    const notice = await aMessage(bot, 'failed', NOTICE);
    const who = visitor(site.origin);
    const [first, second] = forms(await who.get(`/runs${ADMIN}`));
    expect([first?.id, second?.id]).toEqual([id, notice]);
    const pressed = await who.post(`/runs${ADMIN}`, first as Record<string, string>);
    expect([pressed.status, pressed.headers.location]).toEqual([303, '/runs?as=admin%40example.org&again=delivery']);
    expect((await who.get(String(pressed.headers.location))).text).toContain('It is planned again.');
    expect((await bot.database.db.delivery.findUniqueOrThrow({ where: { id } })).state).toBe('planned');
    const other = await who.post(`/runs${ADMIN}`, second as Record<string, string>);
    expect((await who.get(String(other.headers.location))).text).toContain('It is in the outbox again.');

    const once = await who.post(`/runs${ADMIN}`, first as Record<string, string>);
    expect(once.status).toBe(409);
    expect(once.text).toContain('It was not sent again');
    expect(once.text).toContain('It waits already: it goes within a few minutes.');
    expect(bot.logged.join('')).toContain('a message that had failed is sent again');
    expect(bot.logged.join('')).not.toMatch(/example\.org|headteacher/u);
  });

  test('finds the link on the chat and, in Slack and Teams, on the home card', async () => {
    const who = visitor(site.origin);
    expect((await who.get(`/chat${ADMIN}`)).text).toContain('href="/runs?as=admin%40example.org"');
    const { db } = bot.database;
    const person = await db.person.findUniqueOrThrow({ where: { email: 'admin@example.org' } });
    const coordinator = await db.person.findUniqueOrThrow({ where: { email: 'programme.coordinator@example.org' } });
    for (const platform of ['slack', 'teams'] as const) {
      for (const [user, { id: personId }] of [
        [`admin-${platform}`, person],
        [`coordinator-${platform}`, coordinator],
      ] as const) {
        const account = { platform, tenant: 'T1', user };
        await db.identity.create({ data: { id: bot.core.newId(), personId, ...account, how: 'code', linkedAt: new Date('2026-11-01') } });
        const home = await bot.conversation(account, { kind: 'personal', seenByOthers: false }).say('/commoncause');
        expect(home.labels.includes('Runs')).toBe(user.startsWith('admin'));
      }
    }
  });
});

describe('everybody else', () => {
  test.each(OTHERS)('%s finds no such page, no link to it, and can send nothing again', async (name) => {
    const id = await aMessage(bot, 'failed', NOTICE);
    const as = `?as=${name}@example.org`;
    const who = visitor(site.origin);
    const form = { ...forms(await who.get(`/runs${ADMIN}`))[0] };
    for (const reply of [await who.get(`/runs${as}`), await who.post(`/runs${as}`, form), await who.get('/nowhere')])
      expect([reply.status, heading(reply)]).toEqual([404, 'This page does not exist']);
    expect((await who.get(`/chat${as}`)).text).not.toContain('href="/runs');
    expect((await bot.database.db.outbox.findUniqueOrThrow({ where: { id } })).state).toBe('failed');
  });

  test('whoever has not signed in is asked to, and comes back here', async () => {
    const real = await testBot({ env: { DEMO: '0' } });
    const there = await startWeb({ core: real.core, commands: real.commands, dispatch: real.dispatch });
    for (const path of ['/runs', `/runs${ADMIN}`])
      expect((await visitor(there.origin).get(path)).headers.location).toBe(`/sign-in?to=${encodeURIComponent(path)}`);
    await there.stop();
    await real.close();
  });
});

test('a form that another site sends, or one that is no form of ours, sends nothing again', async () => {
  const id = await aMessage(bot, 'failed', NOTICE);
  const who = visitor(site.origin);
  const [form] = forms(await who.get(`/runs${ADMIN}`));
  const sent = async (fields: Record<string, string>, headers = {}) =>
    (await who.post(`/runs${ADMIN}`, { ...form, ...fields }, headers)).status;
  expect(await sent({ csrf: 'A'.repeat(43) })).toBe(403);
  expect(await sent({}, { 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await sent({ id: 'x' })).toBe(404);
  expect(await sent({ kind: 'person' })).toBe(404);
  expect((await bot.database.db.outbox.findUniqueOrThrow({ where: { id } })).state).toBe('failed');
  expect(await sent({})).toBe(303); // the control
});
