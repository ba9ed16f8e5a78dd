import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { startWeb } from '../support/web.ts';

/** The whole bot in a real browser: once as people have it, once with JavaScript off. */

let browser: Browser;
let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** A bot of its own for each way, so that both start from the same readings. */
const freshBot = async () => {
  bot = await testBot();
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
};
const closeBot = async () => {
  await site?.stop();
  await bot?.close();
};

const versions = async () => {
  const rows = await bot.core.db.reading.findMany({
    where: { period: '2026-W47', kpi: { locality: { name: 'Wakefield' } } },
    orderBy: { version: 'asc' },
    select: { version: true, kind: true, value: true, note: true },
  });
  return rows.map(({ value, ...row }) => ({ ...row, value: value === null ? null : Number(value) }));
};

const chat = async (page: Page, name = 'wakefield.lead') => {
  await page.goto(`${site.origin}/chat?as=${name}@example.org`);
};
/** Waits for the page that answers, not for time to pass. */
const answered = async (page: Page, press: () => Promise<void>) => {
  await Promise.all([page.waitForEvent('domcontentloaded'), press()]);
};
const say = async (page: Page, words: string) => {
  await page.getByLabel('Type a command').fill(words);
  await answered(page, () => page.getByRole('button', { name: 'Send' }).click());
};
const press = (page: Page, name: string) => answered(page, () => page.getByRole('button', { name }).first().click());
const answer = (page: Page) => page.locator('.cc-card');
const title = (page: Page) => answer(page).getByRole('heading', { level: 2 }).textContent();

describe.each([
  ['with JavaScript', true],
  ['with JavaScript off', false],
])('a pilot lead on the web, %s', (_name, javaScriptEnabled) => {
  beforeAll(freshBot);
  afterAll(closeBot);
  afterEach(() => context?.close());

  const newPage = async () => {
    context = await browser.newContext({ javaScriptEnabled });
    return context.newPage();
  };

  test('logs a reading, sees it, corrects it and undoes that', async () => {
    const page = await newPage();
    await chat(page);
    await say(page, '/kpi attendance 93.2 flu in two schools');
    expect(await title(page)).toBe('Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)');
    expect(await page.title()).toBe('Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4) – Common Cause');
    expect(await page.locator('.cc-said').textContent()).toContain('/kpi attendance 93.2 flu in two schools');
    expect(await answer(page).getByRole('img', { name: 'Attendance, Wakefield' }).count(), 'its chart').toBe(1);

    await say(page, '/kpi attendance');
    expect(await answer(page).getByRole('img', { name: 'Attendance, Wakefield' }).count()).toBe(1);
    await answer(page).getByText('The figures as a table').click();
    expect(await answer(page).getByRole('row').last().textContent()).toContain('93.2');

    await say(page, '/kpi attendance 93.4');
    expect(await title(page)).toContain('93.2');
    await press(page, 'Correct to 93.4');
    expect(await title(page)).toContain('corrected from 93.2');
    await press(page, 'Undo');
    expect(await title(page)).toContain('93.2');
    expect(await versions()).toMatchObject([
      { version: 1, kind: 'reading', value: 93.2, note: 'flu in two schools' },
      { version: 2, kind: 'correction', value: 93.4 },
      { version: 3, kind: 'undo', value: 93.2 },
    ]);
  });

  test('types 932, is told what is expected, and one press saves what was meant', async () => {
    const page = await newPage();
    await chat(page);
    await say(page, '/kpi attendance 932');
    expect(await title(page)).toContain('Not saved');
    expect(await page.getByRole('button', { name: 'Save 93.2' }).count()).toBe(1);
  });

  test('fills in a form, and what was typed is kept beside what was wrong with it', async () => {
    const page = await newPage();
    await chat(page);
    await say(page, '/kpi');
    await press(page, 'Log');
    const note = page.getByLabel('Note');
    await note.fill('two schools are late & one <b>sent</b> nothing');
    await page.getByLabel('Value').fill('ninety');
    await answered(page, () => page.locator('main form button[type=submit]').click());
    expect(await page.title()).toMatch(/^Error: /u);
    const summary = page.getByRole('alert');
    expect(await summary.count()).toBe(1);
    expect(await note.inputValue()).toBe('two schools are late & one <b>sent</b> nothing');
    await summary.getByRole('link').first().click();
    expect(await page.evaluate('document.activeElement.name')).toBe(await page.getByLabel('Value').getAttribute('name'));
    await page.getByLabel('Value').fill('18.4');
    await answered(page, () => page.locator('main form button[type=submit]').click());
    expect(await title(page)).toContain('18.4');
    expect(await answer(page).textContent()).toContain('two schools are late & one <b>sent</b> nothing');
  });

  test('logs once, however often the button is pressed and the page is loaded again', async () => {
    const page = await newPage();
    await chat(page);
    const askings = () => bot.core.db.inboundEvent.count();
    const before = await askings();
    await page.getByLabel('Type a command').fill('/kpi visits in hubs 44');
    await page.getByRole('button', { name: 'Send' }).dblclick();
    await answer(page).waitFor();
    const first = await answer(page).textContent();
    await page.reload(); // the browser posts the same form once more
    expect(first).toContain('41 → 44 visits');
    expect(await answer(page).textContent()).toBe(first);
    expect(await askings()).toBe(before + 1);
    expect(await bot.core.db.reading.count({ where: { value: 44, origin: 'person' } })).toBe(1);

    // The control: from a new page the same words are a new asking, and the answer says what became of it.
    await chat(page);
    await say(page, '/kpi visits in hubs 44');
    expect(await askings()).toBe(before + 2);
    expect(await answer(page).textContent()).toContain('It was saved already');
  });

  test('finds the way with the keyboard alone', async () => {
    const page = await newPage();
    await chat(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to main content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab'); // what waits
    await page.keyboard.press('Tab'); // the field
    expect(await page.evaluate('document.activeElement.id')).toBe('text');
    await page.keyboard.type('/kpi attendance');
    await answered(page, () => page.keyboard.press('Enter'));
    expect(await title(page)).toContain('Attendance');
    // The answer's own buttons come before the field, in the order in which they are read.
    const reached: string[] = [];
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    for (let tabs = 0; tabs < 12 && reached.at(-1) !== 'text'; tabs += 1) {
      await page.keyboard.press('Tab');
      reached.push(String(await page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()')));
    }
    expect(reached).toEqual(expect.arrayContaining(['The figures as a table', 'Log a reading', 'text']));
    expect(reached.indexOf('Log a reading')).toBeLessThan(reached.indexOf('text'));
  });
});

describe('what is refused', () => {
  beforeAll(freshBot);
  afterAll(closeBot);
  afterEach(() => context?.close());

  test('somebody we do not know sees nothing of the programme', async () => {
    context = await browser.newContext();
    const page = await context.newPage();
    const response = await page.goto(`${site.origin}/chat?as=stranger@example.org`);
    expect(response?.status()).toBe(404);
    expect(await page.locator('main').textContent()).not.toContain('Wakefield');
  });

  test('a button made for one person does nothing for another', async () => {
    context = await browser.newContext();
    const page = await context.newPage();
    await chat(page);
    await say(page, '/kpi attendance 93.2');
    const token = await page.locator('form', { hasText: 'Undo' }).locator('input[name=token]').inputValue();
    await chat(page, 'rochdale.lead');
    await page.evaluate(`(() => {
      const form = document.querySelector('.cc-ask');
      form.querySelector('[name=ask]').value = 'press';
      form.append(Object.assign(document.createElement('input'), { name: 'token', value: ${JSON.stringify(token)} }));
    })()`);
    await answered(page, () => page.getByRole('button', { name: 'Send' }).click());
    expect(await title(page)).toContain('Nothing was changed');
    expect(await versions()).toHaveLength(1);
  });

  test('a form that another site sends saves nothing', async () => {
    context = await browser.newContext();
    const page = await context.newPage();
    await chat(page); // so the browser has our cookie
    const elsewhere = site.origin.replace('localhost', '127.0.0.1'); // another site to a browser, another origin to us
    await page.route(`${elsewhere}/trap`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${site.origin}/chat?as=wakefield.lead@example.org"><input name="ask" value="words"><input name="nonce" value="${'n'.repeat(22)}"><input name="csrf" value="x"><input name="text" value="/kpi attendance 50"><button>Win a prize</button></form>`,
      }),
    );
    await page.goto(`${elsewhere}/trap`);
    await answered(page, () => page.getByRole('button').click());
    expect(await page.locator('h1').textContent()).toContain('Nothing was saved');
    expect(await bot.core.db.reading.count({ where: { value: 50, origin: 'person' } })).toBe(0);
  });
});
