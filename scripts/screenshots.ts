import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../tests/support/browser.ts';

// `npm run screenshots`: pictures of the real thing for the README and docs, from a fresh demonstration in a real browser.

const out = new URL('../docs/screenshots/', import.meta.url).pathname;

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

/** The product as a new user starts it, with a home and a data folder of its own. */
const startProduct = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'common-cause-screenshots-'));
  const port = await freePort();
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: { PATH: process.env.PATH, HOME: folder, DATA_DIR: join(folder, 'data'), PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((ready) => child.stdout.on('data', (chunk) => String(chunk).includes('is ready') && ready()));
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  return { url: `http://localhost:${port}`, stop };
};

/** Somebody's plan, as they had it before: lines that are new, one that is there already and due later now. */
const PLAN = [
  'Action no,Action,By when,RAG,Reason for rating',
  'WAK-13,Police officers at hub meetings,1 September 2027,Amber,The new shift patterns are not settled',
  ',Breakfast clubs in the four secondary schools,15 March 2027,Green,',
  ',One form for early help across schools and the council,30 April 2027,Amber,The data agreement is with the lawyers',
].join('\n');

const type = async (page: Page, words: string) => {
  await page.getByLabel('Type a command').fill(words);
  await page.keyboard.press('Enter');
  // The page that answers repeats what was said.
  await page.getByText(`You: ${words}`, { exact: true }).waitFor();
  await page.waitForLoadState('load');
};

const COORDINATOR = 'wakefield.coordinator@example.org';
const LEAD = 'wakefield.lead@example.org';

await mkdir(out, { recursive: true });
const product = await startProduct();
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/London' });
  const picture = async (name: string) => {
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    if (wider !== 0) throw new Error(`“${name}” is ${wider} pixels wider than its window: part of it would be cut off.`);
    await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  };
  const actAs = (address: string) => page.goto(`${product.url}/chat?as=${address}`);
  const shows = async (name: string, words: string) => {
    await type(page, words);
    await picture(name);
  };

  await page.goto(product.url);
  await picture('start');
  await actAs(LEAD);
  await shows('my-kpis', '/kpi');
  await shows('reading', '/kpi attendance 93.2 flu in two schools');
  await shows('asked', '/kpi attendance 932');
  await shows('kpi', '/kpi attendance');
  await shows('nudge', '/nudge preview');
  await actAs(COORDINATOR);
  await shows('summary', '/summary');
  await shows('plan', '/rag wakefield amber');
  await shows('action', '/rag 7');
  await actAs(LEAD);
  await page.getByLabel('Type a command').fill('/rag 12 red');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save' }).waitFor();
  await picture('red');
  await actAs(COORDINATOR);
  await shows('pulse-results', '/pulse results');
  await page.goto(`${product.url}/chat?as=${COORDINATOR}`);
  await page.getByLabel('Type a command').fill('/pulse new trust and working together');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Plan it' }).click();
  await page.getByRole('button', { name: 'See it as they will' }).waitFor();
  await picture('pulse-plan');
  await page.getByRole('button', { name: 'See it as they will' }).click();
  await page.getByRole('button', { name: 'Send' }).waitFor();
  await picture('pulse');
  await page.goto(`${product.url}/import?as=${COORDINATOR}`);
  await page.getByLabel('The plan').setInputFiles({ name: 'Delivery plan.csv', mimeType: 'text/csv', buffer: Buffer.from(PLAN) });
  await page.getByRole('button', { name: 'Look at what it would change' }).click();
  await page.getByRole('button', { name: 'Import' }).waitFor();
  await picture('import');
  /** A page of the dashboards as somebody sees it first, or from one of its headings on: all of it would be too long to be read. */
  const seen = async (name: string, path: string, from = '') => {
    await page.goto(`${product.url}${path}?as=${LEAD}${from}`);
    await page.screenshot({ path: join(out, `${name}.png`) });
  };
  await page.setViewportSize({ width: 1000, height: 1200 });
  await seen('programme', '/programme');
  await seen('locality', '/localities/WAK', '#kpis');
  await page.getByRole('link', { name: 'Attendance', exact: true }).first().click();
  await page.locator('h1', { hasText: 'Attendance' }).waitFor();
  await page.screenshot({ path: join(out, 'kpi-page.png') });
  await seen('register', '/register');
  await page.setViewportSize({ width: 320, height: 700 });
  await actAs(LEAD);
  await shows('phone', '/kpi');
  await actAs(COORDINATOR);
  await shows('phone-summary', '/summary');
} finally {
  await browser.close();
  await product.stop();
}
