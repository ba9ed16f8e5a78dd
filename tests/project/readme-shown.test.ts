import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { writeImportRequest } from '../../src/imports/request.ts';
import { renderCard as slackCard } from '../../src/platforms/slack/render.ts';
import { renderCard as teamsCard } from '../../src/platforms/teams/render.ts';
import { createScripts } from '../../src/scripts.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { testClock, testIds } from '../support/clock.ts';
import { testDatabase } from '../support/database.ts';
import { visibleSlack, visibleTeams } from '../support/visible.ts';

// What the README shows is what people see: the summary as each platform is sent it, and what an import prints.

const file = (path: string) => readFile(new URL(`../../${path}`, import.meta.url));
const readme = String(await file('README.md'));

/** The text of a fenced block between two marks of the README. */
const shown = (mark: string) => {
  const block = new RegExp(`<!-- ${mark} -->\\s*\`\`\`\\n([\\s\\S]*?)\\n\`\`\`\\s*<!-- /${mark} -->`, 'u').exec(readme)?.[1];
  if (block === undefined) throw new Error(`README.md has no block between the marks “${mark}”`);
  return block;
};

describe('the summary of the demonstration’s Wakefield', () => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await testBot();
  });
  afterAll(() => bot.close());
  const card = async () => (await (await bot.as('wakefield.coordinator')).say('/summary')).card();

  test('is shown as Slack is sent it', async () => {
    expect(shown('summary: slack')).toBe(visibleSlack(slackCard(await card()).blocks));
  });

  test('is shown as Teams is sent it', async () => {
    const drawn = teamsCard(await card(), { link: 'https://commoncause.example.org' });
    expect(shown('summary: teams')).toBe(visibleTeams(drawn.card));
  });

  test('control: a summary that says one thing otherwise is noticed', async () => {
    const { title, ...rest } = await card();
    const other = { title: title.replace('31 actions', '30 actions'), ...rest };
    expect(visibleSlack(slackCard(other).blocks)).not.toBe(shown('summary: slack'));
    expect(visibleTeams(teamsCard(other, { link: 'https://commoncause.example.org' }).card)).not.toBe(shown('summary: teams'));
  });
});

test('an import prints what the README says: what is wrong, what it would change, what it has changed, and that all is there', async () => {
  const database = await testDatabase();
  const scripts = createScripts({
    now: testClock().now,
    newId: testIds(),
    config: parseConfig({}),
    key: async () => ({ key: new Uint8Array(randomBytes(32)), fingerprint: 'test', from: 'the test' }),
  });
  const run = async (script: 'setup' | 'import', words: string) => scripts[script]?.(database, [words], () => undefined);
  const plan = String(await file('docs/plan.example.csv'));
  const bring = (text: string, dryRun = false) => {
    const files = [{ name: 'plan.example.csv', bytes: new TextEncoder().encode(text) }];
    return run('import', writeImportRequest({ files, locality: 'Northern locality', dryRun }));
  };
  await run('setup', String(await file('docs/programme.example.json')));
  const wrong = await bring(plan.replace('1 March 2027', '31 February 2027').replace('Amber', 'Pink')).catch(
    (error: Error) => error.message,
  );
  expect(wrong).toBe(shown('import: refused'));
  expect(await bring(plan, true)).toBe(shown('import: dry run'));
  for (const said of [await bring(plan), await bring(plan)]) expect(readme).toContain(`“${String(said).split('\n')[0]}”`);
  await database.close();
});

describe('a dry run of the demonstration’s nudges', () => {
  let bot: TestBot;
  let printed: string;
  beforeAll(async () => {
    bot = await testBot();
    const key = () => Promise.reject(new Error('a dry run asks for no key'));
    const scripts = createScripts({ now: bot.core.now, newId: bot.core.newId, config: bot.core.config, key });
    printed = String(await scripts.nudge?.(bot.database, ['2026-11-24T08:30'], () => undefined));
  });
  afterAll(() => bot.close());
  /** How it begins and ends; what lies between is left out. */
  const parts = () => shown('nudge: dry run').split('\n\n…\n') as [string, string];

  test('prints what the README says', () => {
    const [begins, ends] = parts();
    expect(printed.slice(0, begins.length)).toBe(begins);
    expect(printed.slice(-ends.length)).toBe(ends);
  });

  test('control: one that says one thing otherwise is noticed', () => {
    expect(printed.replace('29 nudges', '28 nudges').startsWith(parts()[0])).toBe(false);
  });
});
