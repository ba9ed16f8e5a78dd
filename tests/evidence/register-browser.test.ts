import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe } from '../support/axe.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { startWeb } from '../support/web.ts';

/** The register's pages in a real browser: at every size, by keyboard, and without JavaScript. */

const AS = 'as=wakefield.lead@example.org';

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let browser: Browser;
beforeAll(async () => {
  bot = await testBot();
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await bot?.close();
});

const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** What is wrong with a page at the width of a telephone and of a desk. */
const faults = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const { violations } = await axe(page);
    found.push(...violations.map(({ id, nodes }) => `${width}: ${id} ${nodes[0]?.html}`));
    if ((await page.evaluate(SIDEWAYS)) !== 0) found.push(`${width}: sideways`);
  }
  return found;
};

describe('everybody can read and use', () => {
  test.each([
    ['the register of the programme, with a filter that there is not', '/register?as=evaluator@example.org&locality=XXX'],
    ['the choice of what to log', '/register/new?as=evaluator@example.org'],
    ['the form of a cycle', `/register/new?${AS}&kind=cycle`],
  ])('%s', async (_name, path) => {
    const page = await browser.newPage();
    await page.goto(`${site.origin}${path}`);
    expect(await faults(page)).toEqual([]);
    await page.close();
  });

  test('a story is logged, put right, checked and taken out, by keyboard and without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    await page.goto(`${site.origin}/register?${AS}`);
    const press = async (name: string) => {
      await page.getByRole('button', { name }).focus();
      await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    };
    const tick = async (group: string, name: string) => {
      await page.getByRole('group', { name: group }).getByRole('radio', { name, exact: true }).focus();
      await page.keyboard.press('Space');
    };
    await press('Log in the register');
    await tick('What is it?', 'Story');
    await press('Continue');
    await page.getByLabel('The story, in short').focus();
    await page.keyboard.type('A pupil came back.');
    await page.getByLabel('What somebody said').focus();
    await page.keyboard.type('I was met.');
    await press('Save');
    // What was wrong is said, and nothing typed is lost.
    await page.getByRole('link', { name: 'A quote is kept only when' }).waitFor();
    expect(await page.getByLabel('The story, in short').inputValue()).toBe('A pupil came back.');
    await tick('Have they agreed to be quoted?', 'Yes');
    await tick('Is it about fewer than 10 children?', 'Yes');
    await press('Save');
    await page.getByRole('heading', { name: 'Story, Wakefield, 19 Nov' }).waitFor();
    await press('It is checked for identification');
    await page.getByText('was ticked as checked for identification').waitFor();
    const looked = await browser.newPage();
    await looked.goto(page.url());
    expect(await faults(looked)).toEqual([]);
    await looked.close();
    await page.locator('summary').filter({ hasText: 'Take this story out' }).focus();
    await page.keyboard.press('Enter');
    await press('Take it out');
    await page.getByText('This was taken out of the register').waitFor();
    await press('Bring it back');
    await page.locator('summary').filter({ hasText: 'Take this story out' }).waitFor();
    expect(await page.getByText('This was taken out of the register').count()).toBe(0);
    await context.close();
  });

  test('and this inspection finds a page that is at fault', async () => {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/register?${AS}`);
    await page.evaluate("document.querySelector('main').append(document.createElement('img'), 'w'.repeat(400))");
    expect((await faults(page)).join()).toMatch(/image-alt.*sideways/su);
    await page.close();
  });
});
