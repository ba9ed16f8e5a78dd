import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertExport } from '../../src/evidence/export/queries.ts';
import { axe } from '../support/axe.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { startWeb } from '../support/web.ts';

/** The pages of exports in a real browser: at every size, by keyboard, with and without JavaScript. */

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let browser: Browser;
beforeAll(async () => {
  bot = await testBot();
  site = await startWeb(bot);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await bot?.close();
});

const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** What is wrong with a page at the width of a telephone and of a desk. */
const faults = async (page: Page, name: string): Promise<string[]> => {
  const found: string[] = [];
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const { violations } = await axe(page);
    found.push(...violations.map(({ id, nodes }) => `${name}, ${width}: ${id} ${nodes[0]?.html}`));
    if ((await page.evaluate(SIDEWAYS)) !== 0) found.push(`${name}, ${width}: sideways`);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}-${width}.png`, fullPage: true });
  }
  return found;
};

test('an export is asked for, waited for and downloaded by keyboard and without JavaScript', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  const press = async (name: string) => {
    await page.getByRole('button', { name }).focus();
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
  };
  await page.goto(`${site.origin}/exports?as=evaluator@example.org`);
  await press('Make the export');
  await page.getByRole('link', { name: 'Choose what you want tables of' }).waitFor();
  await page.getByLabel('What do you want tables of?').selectOption({ label: 'Wakefield' });
  await page.getByLabel('What people wrote, word for word').focus();
  await page.keyboard.press('Space');
  await press('Make the export');
  const link = page.getByRole('button', { name: 'Download common-cause-wakefield-2026-11-19.zip' });
  await link.waitFor({ timeout: 30_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe('common-cause-wakefield-2026-11-19.zip');
  const done = page.url();
  await context.close();

  const looked = await browser.newPage();
  await looked.goto(done);
  expect(await faults(looked, 'export')).toEqual([]);
  await looked.goto(`${site.origin}/exports?as=evaluator@example.org`);
  expect(await faults(looked, 'exports')).toEqual([]);
  await looked.goto(`${site.origin}/exports/key?as=admin@example.org`);
  expect(await faults(looked, 'export-key')).toEqual([]);
  await looked.close();
});

test('one that is under way looks again by itself, and says so when its server stopped', async () => {
  const { id: personId } = await bot.core.db.person.findUniqueOrThrow({ where: { email: 'wakefield.lead@example.org' } });
  const { id: scopeId } = await bot.core.db.locality.findUniqueOrThrow({ where: { prefix: 'WAK' } });
  const now = bot.core.now().toString();
  const id = bot.core.newId();
  await bot.core.db.$transaction((tx) =>
    insertExport(tx, { id, personId, scopeKind: 'locality', scopeId, recordedTo: now, createdAt: now, freeText: false, xlsx: false }),
  );
  const page = await browser.newPage();
  await page.goto(`${site.origin}/exports/${id}?as=wakefield.lead@example.org`);
  await page.getByText('Being made: 0 rows so far').waitFor();
  expect(await faults(page, 'export-progress')).toEqual([]);
  bot.clock.advance({ minutes: 4 });
  await page.getByText('It stopped before it was whole').waitFor({ timeout: 30_000 });
  expect(await faults(page, 'export-stopped')).toEqual([]);
  await page.close();
});
