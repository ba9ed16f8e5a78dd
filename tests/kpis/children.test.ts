import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SealedCard } from '../../src/cards/card.ts';
import { isTelling } from '../../src/kpis/conceal.ts';
import { MAY_GRANT, PERMISSIONS } from '../../src/people/permissions.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';

// Figures about 1 to 4 children: shown with a warning where people answer for these children, [c] to everybody else.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
type Person = typeof lead;

const clubs = { unit: 'children', counts: 'children', cadence: 'week', definition: 'Children at the club.', owner: 'me' };

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  const add = async (name: string, more: Record<string, string>) => lead.submit(await lead.say('/kpi new'), { ...clubs, name, ...more });
  await add('Small club', { target: '31', targetDate: '2027-07-31' });
  await add('Smallest base', { unit: '%', base: 'of_each_reading' });
  await add('Small beginnings', { baseline: '2', baselineDate: '2026-09-01', target: '30', targetDate: '2027-07-31' });
  await lead.say(`/kpi small club 17 on 3 Nov`);
  await lead.say(`/kpi small club 19 on 10 Nov`);
  await lead.say(`/kpi small club 3 this week one family`);
  await lead.say(`/kpi smallest base 5 of 8 this week`);
  await lead.say(`/kpi small beginnings 12 on 10 Nov`);
  await lead.say(`/kpi small beginnings 15 this week`);
});
afterAll(() => bot.close());

/** Whoever answers for no child of Wakefield, but may read its KPIs. */
const outside = (): Promise<[string, Person][]> =>
  Promise.all((['pilot1.adviser', 'evaluator'] as const).map(async (who): Promise<[string, Person]> => [who, await bot.as(who)]));

const figures = (seen: Seen) => seen.text.match(/\d+(?:\.\d+)?/g) ?? [];

describe('which figures tell who a child is', () => {
  const children = { countedChildrenIn: ['children'] };
  const percent = { countedChildrenIn: ['%'] };
  const changed = { countedChildrenIn: ['%', 'children'] };
  const of = (numerator: number, denominator: number) => ({ value: (100 * numerator) / denominator, numerator, denominator });
  const alone = (value: number) => ({ value, numerator: null, denominator: null });

  test.each([
    ['no child', children, alone(0), false],
    ['one child', children, alone(1), true],
    ['four children', children, alone(4), true],
    ['five children', children, alone(5), false],
    ['3 of 40', percent, of(3, 40), true],
    ['37 of 40, so 3 are left', percent, of(37, 40), true],
    ['2 of 2', percent, of(2, 2), true],
    ['0 of 3', percent, of(0, 3), true],
    ['0 of 40', percent, of(0, 40), false],
    ['40 of 40', percent, of(40, 40), false],
    ['20 of 40', percent, of(20, 40), false],
    ['3 %, of who knows how many', percent, alone(3), false],
    ['3 %, where it was a number of children once', changed, alone(3), true],
    ['3 schools', { countedChildrenIn: [] }, alone(3), false],
    ['withdrawn', children, { value: null, numerator: null, denominator: null }, false],
  ])('%s', (_, kpi, reading, telling) => {
    expect(isTelling(kpi, reading)).toBe(telling);
  });

  test('whoever may write a reading, or make a KPI, may see what it says', () => {
    const seers = Object.keys(PERMISSIONS['kpi.read.telling']);
    for (const writer of [...Object.keys(PERMISSIONS['reading.write']), ...Object.keys(PERMISSIONS['kpi.write'])])
      expect(seers).toContain(writer);
    expect(Object.keys(MAY_GRANT)).toEqual(expect.arrayContaining(seers));
  });
});

describe('in their own locality', () => {
  test('the figure is shown, with a warning to whoever logs it', async () => {
    const saved = await lead.say('/kpi small club 3 this week one family');
    expect(saved.text).toContain('19 → 3 children (−16)');
    expect(saved.text).toContain(
      'Fewer than 5 children: only people of your locality and its coordinators see the figure, others see [c].',
    );
    expect((await lead.say('/kpi small club')).text).toContain('Note: one family');
  });

  test('five children need no warning', async () => {
    expect((await lead.say('/kpi small beginnings 15 this week')).text).not.toContain('Fewer than 5');
  });

  test('a headteacher of the locality sees it', async () => {
    const head = await bot.as('wakefield.head.1');
    expect((await head.say('/kpi small club')).title).toContain('19 → 3 children');
  });
});

describe('outside', () => {
  test('it is [c], and nothing on the card gives it away', async () => {
    for (const [who, person] of await outside()) {
      const seen = await person.say('/kpi wakefield small club');
      expect(seen.title, who).toBe('Small club, Wakefield, week of 16 Nov: 19 → [c]');
      expect(seen.text, who).toContain('[c] is a figure about fewer than 5 children: it is shown only in their own locality.');
      expect(seen.text, 'the note could tell too').not.toContain('one family');
      expect(seen.text, 'nor is it said how far the target is').toContain('Not shown: target 31 children by July');
      expect(figures(seen), who).not.toContain('3');
      // "16 Nov" is a date; the change of 16 and the 28 that are left would be told as "−16" and "28 to go".
      expect(seen.text, who).not.toMatch(/−16|\b28\b/);
      expect(JSON.stringify(seen.card()), 'in no part of the card').not.toMatch(/"value":3[,}]/);
    }
  });

  test('its chart has a gap there', async () => {
    const [, adviser] = (await outside())[0] as [string, Person];
    const chart = (card: SealedCard) => card.parts.find((part) => part.type === 'chart');
    const shown = chart((await adviser.say('/kpi wakefield small club')).card());
    expect(shown?.type === 'chart' && shown.points).toEqual([
      { label: '2 Nov', value: 17 },
      { label: '9 Nov', value: 19 },
      { label: '16 Nov', value: null, withheld: true },
    ]);
    const inside = chart((await lead.say('/kpi small club')).card());
    expect(inside?.type === 'chart' && inside.points.at(-1), 'control').toEqual({ label: '16 Nov', value: 3 });
  });

  test('so it is in lists, where it still counts as given', async () => {
    for (const [who, person] of await outside()) {
      const list = await person.say('/kpi all');
      expect(list.text, who).toMatch(/Small club +\[c\] · next 27 Nov/);
      expect(list.text, who).toMatch(/Smallest base +\[c\] · /);
      expect(list.text, who).toContain('[c] is a figure about fewer than 5 children');
    }
  });

  test('a base of few children hides the percentage too', async () => {
    const [, evaluator] = (await outside())[1] as [string, Person];
    const seen = await evaluator.say('/kpi smallest base');
    expect(seen.title).toBe('Smallest base, Wakefield, week of 16 Nov: [c]');
    expect(seen.text).not.toMatch(/62|5 of 8/);
  });

  test('a baseline of few children is hidden, and what is expected from it', async () => {
    const [, evaluator] = (await outside())[1] as [string, Person];
    const seen = await evaluator.say('/kpi small beginnings');
    expect(seen.title, 'the readings are no secret').toContain('12 → 15 children');
    expect(seen.text).toMatch(/Baseline +\[c\]/);
    expect(seen.text).not.toContain('expected');
    expect((await lead.say('/kpi small beginnings')).text, 'control').toMatch(/Baseline +2 children/);
  });

  test('what was given for children stays [c] once the KPI counts something else', async () => {
    const { db } = bot.database;
    for (const name of ['Small club', 'Smallest base', 'Small beginnings']) {
      const { seq: _, ...was } = await db.kpiDefinition.findFirstOrThrow({ where: { name } });
      await db.kpiDefinition.create({ data: { ...was, version: was.version + 1, unit: 'visits', counts: 'other' } });
    }
    for (const [who, person] of await outside()) {
      const seen = await person.say('/kpi wakefield small club');
      expect(seen.title, who).toBe('Small club, Wakefield, week of 16 Nov: 19 → [c]');
      expect(seen.text, who).not.toContain('one family');
      expect(JSON.stringify(seen.card()), 'in no part of the card').not.toMatch(/"value":3[,}]/);
      expect((await person.say('/kpi wakefield smallest base')).title, who).toContain('[c]');
      expect((await person.say('/kpi wakefield small beginnings')).text, who).toMatch(/Baseline +\[c\]/);
    }
    expect((await lead.say('/kpi small club')).title, 'control: in their own locality').toContain('19 → 3 visits');
    await db.kpiDefinition.deleteMany({ where: { unit: 'visits', version: 2 } });
  });

  test('a shared card is read by anybody: so it says [c] whoever shares it', async () => {
    const account = {
      platform: 'slack' as const,
      tenant: 'T1',
      user: 'U1',
      profile: async () => ({ email: 'wakefield.lead@example.org', outsider: false }),
    };
    const there = bot.conversation(account, {
      kind: 'channel',
      conversation: 'C1',
      name: '#wakefield',
      to: { channel: 'C1' },
      seenByOthers: true,
    });
    const preview = await there.press(await there.say('/kpi small club'), 'Share');
    expect(preview.text).toContain('Small club, Wakefield, week of 16 Nov: 19 → [c]');
    await there.press(preview, 'Post in #wakefield');
    const [posted] = await bot.database.db.outbox.findMany({ where: { payload: { path: ['to', 'channel'], equals: 'C1' } } });
    expect(JSON.stringify(posted?.payload)).toContain('[c]');
    expect(JSON.stringify(posted?.payload)).not.toMatch(/one family|"value":3[,}]|\b3 children/);
  });
});

test('evaluators see people as groups, not as posts', async () => {
  const evaluator = await bot.as('evaluator');
  const seen = await evaluator.say('/kpi wakefield attendance');
  expect(seen.text).toContain('somebody in Wakefield; stands in: somebody in Wakefield');
  expect(seen.text).not.toContain('Wakefield pilot lead');
  const adviser = await bot.as('pilot1.adviser');
  expect((await adviser.say('/kpi wakefield attendance')).text, 'control').toContain('Wakefield pilot lead');
});
