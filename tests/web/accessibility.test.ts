import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Dispatch } from '../../src/bot/contract.ts';
import { linkToken } from '../../src/pulses/seat.ts';
import { cards, forms } from '../cards/catalogue.ts';
import { aDelivery, aMessage, aRun, NOTICE } from '../nudges/lost.ts';
import { answeredIn, pulseInWakefield } from '../pulses/trace.ts';
import { axe } from '../support/axe.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { startWeb } from '../support/web.ts';

/** A telephone, a desktop, and a desktop at 200 %: half as many CSS pixels, each twice as large. */
const SIZES = [
  { name: '320 pixels', width: 320, height: 640 },
  { name: '1280 pixels', width: 1280, height: 800 },
  { name: '200 % zoom', width: 640, height: 400 },
];
/** What people see every day: inspected at every size. */
const EVERYDAY = ['reading-logged', 'my-kpis', 'every-part', 'form log-a-reading', 'wrong log-a-reading'];
const LEAD = 'wakefield.lead@example.org';
const ADMIN = 'admin@example.org';

let bot: TestBot;
let real: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let signIn: Awaited<ReturnType<typeof startWeb>>;
let browser: Browser;

/** Answers with the sample of that name; `wrong NAME` with the form and a mistake in every field. */
const samples: Dispatch = async ({ ask }) => {
  const words = ask.kind === 'words' ? ask.text : '';
  const [form, mistaken] = [forms[words.replace(/^(form|wrong) /u, '')], words.startsWith('wrong ')];
  if (words.startsWith('form ') && form) return { kind: 'form', form };
  if (mistaken && form)
    return { kind: 'fields', form, fields: Object.fromEntries(form.fields.map(({ name, label }) => [name, `Enter: ${label}`])) };
  const card = cards[words];
  if (!card) throw new Error(`there is no sample “${words}”`);
  return { kind: 'card', card };
};

beforeAll(async () => {
  bot = await testBot();
  real = await testBot({
    env: { DEMO: '0', SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'bot@example.org', OPERATOR_NAME: 'Learn Example Ltd' },
  });
  const off = [{ name: 'Slack', how: 'set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET' }];
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: samples, platformsOff: off });
  signIn = await startWeb({ core: real.core, commands: real.commands, dispatch: samples });
  browser = await launchBrowser();
  const run = await aRun(bot, '2026-11-24T08:30:00Z', 3);
  for (const state of ['failed', 'unconfirmed', 'left'] as const) {
    await aDelivery(bot, run, { state, why: 'slack: a_reason_without_a_single_space_in_all_of_its_many_letters' });
    await aMessage(bot, state === 'left' ? 'failed' : state, NOTICE);
  }
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([site?.stop(), signIn?.stop()]);
  await Promise.all([bot?.close(), real?.close()]);
});

// What runs in the browser is written as text: the tests' own types know no browser.
const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/** Whatever reaches past the right edge, where it is not in a box that scrolls by itself. */
const TOO_WIDE = `[...document.querySelectorAll('body *')]
  .filter((element) => !element.closest('.cc-scroll > *, .govuk-visually-hidden'))
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((element) => element.outerHTML.slice(0, 200))`;

/** Nothing that axe objects to, whatever its impact, and nothing to scroll sideways. */
const inspect = async ({ axeAt = SIZES, unbreakable = false }: { axeAt?: typeof SIZES; unbreakable?: boolean } = {}) => {
  for (const { name, width, height } of SIZES) {
    await page.setViewportSize({ width, height });
    expect(await page.evaluate(SIDEWAYS), `sideways at ${name}`).toBe(0);
    if (!unbreakable) expect(await page.evaluate(TOO_WIDE), `too wide at ${name}`).toEqual([]);
    if (!axeAt.some((size) => size.name === name)) continue;
    const { violations } = await axe(page);
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
      `at ${name}`,
    ).toEqual([]);
  }
};

let page: Page;
let blocked: string[] = [];

const openPage = async () => {
  page = await (await browser.newContext()).newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) blocked.push(message.text());
  });
};

const pages: [string, () => string][] = [
  ['the start page', () => `${site.origin}/`],
  ['the choice of people', () => `${site.origin}/chat`],
  ['the chat before anything was said', () => `${site.origin}/chat?as=${LEAD}`],
  ['somebody who does not exist', () => `${site.origin}/chat?as=nobody@example.org`],
  ['the e-mails', () => `${site.origin}/chat/mail`],
  ['the runs, with something of every kind', () => `${site.origin}/runs?as=${ADMIN}`],
  ['an address that does not exist', () => `${site.origin}/nowhere`],
  ['the start page of a real programme', () => `${signIn.origin}/`],
  ['signing in', () => `${signIn.origin}/sign-in`],
  ['the link from the e-mail', () => `${signIn.origin}/sign-in/link/${'a'.repeat(22)}`],
];

describe('everybody can read and use', () => {
  beforeAll(openPage);
  beforeEach(() => {
    blocked = [];
  });
  afterEach(() => {
    expect(blocked, 'blocked by our own policy').toEqual([]);
  });

  test.each(pages)('%s', async (_name, address) => {
    await page.goto(address());
    await inspect();
  });

  const show = async (sample: string) => {
    await page.goto(`${site.origin}/chat?as=${LEAD}`);
    await page.getByLabel('Type a command').fill(sample);
    await page.getByRole('button', { name: 'Send' }).click();
    await page
      .getByLabel('Type a command')
      .or(page.getByRole('link', { name: 'Cancel' }))
      .first()
      .waitFor();
    expect(await page.title()).not.toContain('Chat as');
  };

  test('runs of which nothing was sent again, and something was', async () => {
    await page.goto(`${site.origin}/runs?as=${ADMIN}`);
    const button = page.getByRole('button', { name: 'Send again Nudge' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('It was not sent again').waitFor(); // on that day it is not in its week
    await inspect();
    await page.getByRole('button', { name: 'Send again E-mail' }).first().click();
    await page.getByRole('alert').getByText('It is in the outbox again.').waitFor();
    await inspect();
  });

  test('a pulse by its personal link, with the keyboard alone and JavaScript off', async () => {
    const { core } = real;
    const { waveId, invited } = await pulseInWakefield(core);
    const personId = invited[0]?.personId as string;
    const address = `${signIn.origin}/pulse/${linkToken(core.secret, waveId, personId)}`;
    await page.goto(address);
    await inspect();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('alert').getByText('choose an answer or write a comment').waitFor();
    await inspect();

    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
    const plain = await context.newPage();
    await plain.goto(address);
    const agree = plain.getByRole('group', { name: 'About test-agree' }).getByRole('radio', { name: 'Agree', exact: true });
    const reached: string[] = [];
    const focused = 'document.activeElement.name + " " + document.activeElement.value';
    for (let presses = 0; presses < 20 && !reached.at(-1)?.startsWith('field.comment'); presses += 1) {
      await plain.keyboard.press('Tab');
      reached.push(String(await plain.evaluate(focused)));
      if (reached.at(-1)?.startsWith('field.answer1')) {
        await plain.keyboard.press('Space');
        await plain.keyboard.press('ArrowDown');
      }
    }
    expect(await agree.isChecked(), reached.join(', ')).toBe(true);
    await plain.keyboard.type('More time to talk.');
    await plain.keyboard.press('Tab');
    await Promise.all([plain.waitForEvent('domcontentloaded'), plain.keyboard.press('Enter')]);
    await plain.getByRole('heading', { name: 'Thank you: your answers are counted, not kept.' }).waitFor();
    expect(await answeredIn(core, waveId)).toEqual([personId]);
    await context.close();

    await page.goto(address);
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    await inspect();
    await page.goto(`${signIn.origin}/pulse/${'A'.repeat(22)}`);
    await page.getByRole('heading', { name: 'This pulse has closed, or the address is not whole' }).waitFor();
    await inspect();
  });

  test.each(EVERYDAY)('the answer "%s"', async (sample) => {
    await show(sample);
    await inspect();
  });

  // What is in them changes; how a page is built at each size does not, so one size is enough for axe.
  const rest = [...Object.keys(cards), ...Object.keys(forms).map((name) => `wrong ${name}`)].filter((sample) => !EVERYDAY.includes(sample));
  test.each(rest)('the sample "%s"', async (sample) => {
    await show(sample);
    await inspect({ axeAt: SIZES.slice(0, 1), unbreakable: sample.endsWith('hostile-combining') });
  });

  test('and this inspection finds pages that are at fault', async () => {
    await page.goto(`${site.origin}/`);
    expect((await axe(page)).violations).toEqual([]); // it looks again where it has looked before
    await page.evaluate("document.querySelector('main').append(document.createElement('img'))");
    await expect(inspect()).rejects.toThrow('image-alt');
    await page.goto(`${site.origin}/`);
    await page.evaluate("document.querySelector('main').append('w'.repeat(300))");
    await expect(inspect()).rejects.toThrow('sideways at 320 pixels');
    await show('reading-logged');
    await page.evaluate("document.querySelector('.cc-card').append(Object.assign(document.createElement('textarea'), { cols: 200 }))");
    await expect(inspect()).rejects.toThrow('too wide at 320 pixels');
  });
});
