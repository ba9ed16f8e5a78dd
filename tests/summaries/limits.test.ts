import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderCard as slackCard } from '../../src/platforms/slack/render.ts';
import { renderCard as teamsCard } from '../../src/platforms/teams/render.ts';
import { noCounts } from '../../src/summaries/summary.ts';
import { firstLine } from '../../src/views/summary-words.ts';
import { renderers } from '../cards/renderers.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { clearPlan } from '../support/plan.ts';
import { blockProblems } from '../support/slack-blocks.ts';
import { problemsOf } from '../support/teams-cards.ts';

// Nine localities with forty actions each, as much to be said of them as there can be: every platform shows the summary whole.

const EACH = 40;
const ENDLESS = new Date('9999-12-31T00:00:00Z');
const moment = (day: string) => new Date(`${day}T10:00:00Z`);
const TITLE = 'Agree with health, police and every school in the district how early-help data are shared before the summer';
const REMEDY = 'a decision of both directors about one shared post, and a room near the hubs that is free from January on';

let bot: TestBot;
const seen: Record<string, Seen> = {};

beforeAll(async () => {
  bot = await testBot();
  await clearPlan(bot);
  const { db } = bot.database;
  const { newId } = bot.core;
  const localities = await db.locality.findMany({ orderBy: { name: 'asc' } });
  const actions = localities.flatMap(({ id }) =>
    Array.from({ length: EACH }, (_, at) => ({ id: newId(), localityId: id, number: at + 1, origin: 'person' })),
  );
  await db.action.createMany({ data: actions });
  await db.actionVersion.createMany({
    data: actions.map(({ id, number }) => ({
      actionId: id,
      version: 1,
      change: 'created',
      title: `${TITLE} ${number}`,
      due: moment(number % 3 === 0 ? '2026-11-01' : '2026-11-28'),
      recordedAt: moment('2026-09-07'),
      until: ENDLESS,
    })),
  });
  const rating = (actionId: string, kind: string, version: number, word: string, from: string, until?: string) => ({
    id: newId(),
    actionId,
    kind,
    version,
    rating: word,
    reason: 'two failed adverts',
    remedy: word === 'red' ? REMEDY : null,
    remedyBy: word === 'red' ? moment('2027-01-31') : null,
    definitionVersion: 1,
    origin: 'person',
    recordedAt: moment(from),
    until: until ? moment(until) : ENDLESS,
  });
  await db.rating.createMany({
    data: actions.flatMap(({ id, number }) => [
      rating(id, 'self', 1, number % 2 ? 'amber' : 'red', '2026-09-08', '2026-11-17'),
      rating(id, 'self', 2, number % 2 ? 'red' : 'green', '2026-11-17'),
      rating(id, 'independent', 1, 'amber', '2026-11-10'),
    ]),
  });
  seen.place = await (await bot.as('wakefield.coordinator')).say('/summary');
  seen.reds = await (await bot.as('wakefield.coordinator')).press(seen.place, 'All reds');
  seen.programme = await (await bot.as('evaluator')).say('/summary programme');
  seen.others = await (await bot.as('wakefield.lead')).say('/summary programme');
  seen.pilot = await (await bot.as('pilot1.adviser')).say('/summary');
});
afterAll(() => bot.close());

describe.each(['place', 'reds', 'programme', 'others', 'pilot'])('the summary of a full plan: %s', (name) => {
  const card = () => (seen[name] as Seen).card();

  test('is shown whole by Slack, where it is an answer and where it is posted', () => {
    for (const surface of ['message', 'acknowledgement'] as const) {
      const { blocks } = slackCard(card(), surface);
      expect(blockProblems(blocks, 'message')).toEqual([]);
      expect(JSON.stringify(blocks)).not.toMatch(/Shortened|…/u);
    }
  });

  test('is shown whole by Teams', () => {
    const drawn = teamsCard(card(), { link: 'https://commoncause.example.org' });
    expect(problemsOf(drawn.card, 'message')).toEqual([]);
    expect(JSON.stringify(drawn.card)).not.toMatch(/Shortened|not shown here|…/u);
  });

  test('is drawn by every renderer, and its first line says whose it is, how many and how many reds', () => {
    for (const renderer of renderers) expect(renderer.card(card()).length, renderer.name).toBeGreaterThan(200);
    expect(card().title.length).toBeLessThanOrEqual(150);
    if (name !== 'reds')
      expect(card().title).toMatch(
        /: (?:40|160|360) actions\. (?:20|80|180) Red \((?:20|80|180) (?:more|fewer)\)|: (?:40|160|360) actions\. (?:20|80|180) Red/u,
      );
  });
});

test('at most five reds are listed, and the rest is behind a button', () => {
  expect(seen.place?.text).toContain('Red, 5 of 20');
  expect(seen.place?.labels).toContain('All reds');
  expect(seen.reds?.title).toBe('Wakefield, autumn term, week 12: 20 red actions');
});

test('thousands are said with a comma', () => {
  const figures = { actions: 6250, counts: { ...noCounts(), red: 1200, green: 5050 }, before: { ...noCounts(), red: 100, green: 5050 } };
  expect(firstLine('LocalEd', 'autumn term, week 12', figures).title).toBe(
    'LocalEd, autumn term, week 12: 6,250 actions. 1,200 Red (1,100 more) · 5,050 Green',
  );
});

test('the programme reads well aloud', async () => {
  await expect(`${seen.others?.text}\n`).toMatchFileSnapshot('golden/programme.txt');
});

test('statements do not grow with localities', async () => {
  const count = async (who: string, say: string) => {
    const person = await bot.as(who);
    bot.database.forget();
    await person.say(say);
    return bot.database.statements.length;
  };
  expect(await count('evaluator', '/summary programme')).toBe(await count('evaluator', '/summary pilot 1'));
  expect(await count('evaluator', '/summary programme')).toBeLessThan(30);
  // Those for whom something can wait are told it first: in a fixed number of statements too.
  expect(await count('programme.coordinator', '/summary programme')).toBe(await count('programme.coordinator', '/summary pilot 1'));
  expect(await count('programme.coordinator', '/summary programme')).toBeLessThan(45);
});
