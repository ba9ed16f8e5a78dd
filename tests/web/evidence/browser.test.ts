import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { organisationCode } from '../../../src/evidence/codes.ts';
import { demoId } from '../../../src/programme/ids.ts';
import { axe } from '../../support/axe.ts';
import { type TestBot, testBot } from '../../support/bot.ts';
import { launchBrowser } from '../../support/browser.ts';
import { startWeb } from '../../support/web.ts';

/** Every page of the dashboards in a real browser, as each role that has it: at every size, by keyboard, and without JavaScript. */

/** Widths in pixels: a telephone, a desktop, and a desktop at 200 %, which has half as many of them, each twice as large. */
const WIDTHS = [320, 1280, 640];

const PEOPLE = {
  partner: 'wakefield.head.1',
  lead: 'wakefield.lead',
  coordinator: 'wakefield.coordinator',
  adviser: 'pilot1.adviser',
  evaluator: 'evaluator',
  administrator: 'admin',
} as const;
type Role = keyof typeof PEOPLE;
const READERS: Role[] = ['lead', 'evaluator', 'partner', 'coordinator', 'adviser'];
const RECORDERS: Role[] = ['lead', 'evaluator', 'coordinator'];

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let browser: Browser;
/** The window that everybody looks through, and one without JavaScript: a new one takes as long as a page. */
let page: Page;
let plain: Page;
/** Told what the browser itself finds wrong. */
let said: (text: string) => void = () => {};
const ids: Record<string, string> = {};

/** Each page with whoever has it; the first of them has the most on it. */
const PAGES: [name: string, path: () => string, roles: Role[]][] = [
  ['programme', () => '/programme', READERS],
  ['pilot', () => `/pilots/${ids.pilot}`, READERS],
  ['changes', () => '/changes', READERS],
  ['locality', () => '/localities/WAK', READERS],
  ['locality-filtered', () => '/localities/WAK?rating=amber', ['adviser']],
  ['project', () => `/projects/${ids.project}`, READERS],
  ['kpi', () => `/kpis/${ids.kpi}`, READERS],
  ['organisation', () => `/organisations/${ids.school}`, ['lead', 'partner', 'coordinator', 'adviser']],
  ['organisation-code', () => `/organisations/${ids.code}?in=WAK`, ['evaluator']],
  ['criteria', () => '/criteria', [...RECORDERS, 'adviser']],
  ['criteria-locality', () => '/criteria/WAK', [...RECORDERS, 'adviser']],
  ['criteria-record', () => '/criteria/WAK?record=self', ['lead', 'coordinator']],
  ['criteria-questions', () => '/criteria/WAK?record=self&questions=2', ['lead']],
  ['criteria-evaluator', () => '/criteria/WAK?record=evaluator', ['evaluator']],
  ['finding', () => `/findings/${ids.finding}`, ['evaluator', 'adviser']],
  ['finding-draft', () => `/findings/${ids.draft}`, ['lead', 'evaluator']],
  ['register', () => '/register', [...RECORDERS, 'adviser']],
  ['register-choose', () => '/register/new', RECORDERS],
  ['register-form', () => '/register/new?kind=story&locality=WAK', RECORDERS],
  ['register-entry', () => `/register/${ids.entry}`, [...RECORDERS, 'adviser']],
  ['register-story', () => `/register/${ids.story}`, ['lead', 'coordinator']],
  ['register-correct', () => `/register/${ids.entry}/correct`, RECORDERS],
  ['exports', () => '/exports', RECORDERS],
  ['exports-key', () => '/exports/key', ['administrator']],
  ['account', () => '/account', ['lead', 'administrator', 'partner', 'coordinator', 'adviser', 'evaluator']],
];

const addressOf = (path: string, role: Role) => `${site.origin}${path}${path.includes('?') ? '&' : '?'}as=${PEOPLE[role]}@example.org`;

beforeAll(async () => {
  bot = await testBot();
  const { db } = bot.database;
  const { id, pilotId } = await db.locality.findFirstOrThrow({ where: { prefix: 'WAK' } });
  const project = await db.project.findFirstOrThrow({ where: { localityId: id, name: 'Attendance strategy' } });
  ids.pilot = pilotId;
  ids.project = project.id;
  ids.kpi = (await db.kpiDefinition.findFirstOrThrow({ where: { name: 'Attendance', kpi: { localityId: id } } })).kpiId;
  ids.school = (
    await db.takingPart.findFirstOrThrow({ where: { projectId: project.id, organisation: { kind: 'school' } } })
  ).organisationId;
  ids.code = organisationCode(bot.core.secret, ids.school);
  ids.finding = demoId('finding', 'coventry', '3');
  ids.draft = demoId('finding', 'wakefield', '2');
  const entries = await db.registerVersion.findMany({ where: { entry: { localityId: id } } });
  ids.entry = entries.find(({ fewChildren, kind }) => !fewChildren && kind === 'cycle')?.entryId as string;
  ids.story = entries.find(({ fewChildren, checked }) => fewChildren && !checked)?.entryId as string;
  site = await startWeb(bot);
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
  page.on('console', (message) => message.type() === 'error' && said(message.text()));
  plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await bot?.close();
});

// What runs in the browser is written as text: the tests' own types know no browser.
const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/** Whatever reaches past the right edge, where it is not in a box that scrolls by itself. */
const TOO_WIDE = `[...document.querySelectorAll('body *')]
  .filter((element) => !element.closest('.cc-scroll > *, .govuk-visually-hidden'))
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((element) => element.outerHTML.slice(0, 120))`;
/** Everything that a mouse could reach: of a group of radios the browser's Tab comes to one. */
const CONTROLS = `(() => {
  const seen = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((control) => {
    if (control.type === 'hidden' || control.disabled || !control.checkVisibility({ visibilityProperty: true })) return false;
    if (control.type !== 'radio') return true;
    const group = (control.form ? [...document.forms].indexOf(control.form) : '') + control.name;
    if (seen.has(group)) return false;
    return seen.add(group);
  });
})()`;
/** Notes what the focus comes to, and whether it looks otherwise then: its own outline, shadow or colour, or its label's. */
const WATCH = `(() => {
  const look = (control) => [control, control.nextElementSibling, control.parentElement].flatMap((one) => one ? ['', '::before'].map((part) => {
    const style = getComputedStyle(one, part);
    return [style.outlineStyle + style.outlineWidth, style.boxShadow, style.backgroundColor, style.borderColor, style.color, style.textDecoration].join();
  }) : []).join();
  const controls = ${CONTROLS};
  const before = new Map(controls.map((control) => [control, look(control)]));
  window.reached = new Set();
  window.unseen = [];
  window.missed = () => controls.filter((control) => control.checkVisibility() && !window.reached.has(control)).map((control) => control.outerHTML.slice(0, 160));
  document.addEventListener('focusin', ({ target }) => {
    const first = target.type === 'radio' ? controls.find((one) => one.type === 'radio' && one.name === target.name && one.form === target.form) : target;
    window.reached.add(first);
    if (before.get(first) !== undefined && before.get(first) === look(target)) window.unseen.push(target.outerHTML.slice(0, 160));
  });
  // Each part of a date is a stop of its own, and so is its calendar.
  return controls.length + 4 * controls.filter(({ type }) => type === 'date').length;
})()`;

/** What is wrong with how a page looks, at every size. @param axeAt the widths at which axe looks too */
const faults = async (page: Page, name: string, axeAt: readonly number[]): Promise<string[]> => {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: (width * 5) / 8 });
    if ((await page.evaluate(SIDEWAYS)) !== 0) found.push(`${width}: sideways`);
    found.push(...((await page.evaluate(TOO_WIDE)) as string[]).map((html) => `${width}: too wide ${html}`));
    if (axeAt.includes(width)) found.push(...(await axe(page)).violations.map(({ id, nodes }) => `${width}: ${id} ${nodes[0]?.html}`));
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}-${width}.png`, fullPage: true });
  }
  return found;
};

/** What is wrong for whoever has no mouse: the first thing skips to the content, and every control is come to and seen. */
const faultsByKeyboard = async (page: Page): Promise<string[]> => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const controls = (await page.evaluate(WATCH)) as number;
  await page.keyboard.press('Tab');
  const found = (await page.evaluate('document.activeElement.textContent')) === 'Skip to main content' ? [] : ['the first is no skip link'];
  for (let presses = 1; presses <= controls; presses += 1) await page.keyboard.press('Tab');
  const missed = (await page.evaluate('window.missed()')) as string[];
  const unseen = (await page.evaluate('window.unseen')) as string[];
  return [...found, ...missed.map((html) => `not reached: ${html}`), ...unseen.map((html) => `focus not seen: ${html}`)];
};

/** What a page is, but for whose it is: what two people see alike needs no second look. */
const sameFor = (html: string) => html.replaceAll(/as=[\w.%@]+|name="(?:csrf|nonce|id|as)" value="[^"]*"/gu, '');

/** Everything that is wrong with one page, as each of these. */
const lookAt = async (name: string, path: string, roles: readonly Role[]): Promise<string[]> => {
  const found: string[] = [];
  const seen = new Set<string>();
  await plain.goto(addressOf(path, roles[0] as Role));
  const withoutScripts = wordsIn(await plain.locator('main').textContent());
  for (const role of roles) {
    const first = role === roles[0];
    said = (text) => void found.push(`${role}: ${text}`);
    const answer = await page.goto(addressOf(path, role));
    if (answer?.status() !== 200) {
      found.push(`${role}: ${answer?.status()}`);
      continue;
    }
    // Only what counts characters as they are typed comes from a script.
    if (first && withoutScripts !== wordsIn(await page.locator('main').textContent()))
      found.push('without JavaScript it says something else');
    const same = sameFor((await answer.text()).replaceAll(PEOPLE[role], ''));
    if (seen.has(same)) continue;
    seen.add(same);
    found.push(...(await faults(page, `${name}-${role}`, first ? [320, 1280] : [320])).map((fault) => `${role}, ${fault}`));
    if (first) found.push(...(await faultsByKeyboard(page)));
  }
  return found;
};
const wordsIn = (text: unknown) =>
  String(text)
    .replaceAll(/You (?:can enter up to|have) [\d,]+ characters(?: remaining)?|\s+/gu, ' ')
    .replaceAll(/ +/gu, ' ');

describe('everybody can read and use', () => {
  test.each(PAGES)(
    '%s',
    async (name, path, roles) => {
      expect(await lookAt(name, path(), roles)).toEqual([]);
    },
    120_000,
  );

  test('and this inspection finds what is at fault', async () => {
    await page.goto(addressOf('/account', 'lead'));
    await page.evaluate(`(() => {
      const main = document.querySelector('main');
      main.append(document.createElement('img'), document.createElement('hr'));
      document.querySelector('hr:last-child').style.width = '2000px';
      const add = (tag, more) => main.append(Object.assign(document.createElement(tag), more));
      add('button', { textContent: 'Out of reach', tabIndex: -1 });
      add('button', { textContent: 'Never seen', className: 'unseen' });
      add('p', { textContent: 'Pale', className: 'pale' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.unseen, .unseen:focus { outline: none !important; all: initial } .pale { color: #999 }');
      document.adoptedStyleSheets = [sheet];
      document.querySelector('.govuk-skip-link').remove();
    })()`);
    const found = [...(await faults(page, 'fault', [320])), ...(await faultsByKeyboard(page))].join('\n');
    expect(found).toMatch(
      /320: sideways[\s\S]*320: too wide[\s\S]*320: image-alt[\s\S]*320: color-contrast[^\n]*Pale[\s\S]*no skip link[\s\S]*not reached:.*Out of reach[\s\S]*focus not seen:.*Never seen/u,
    );
  });
});
