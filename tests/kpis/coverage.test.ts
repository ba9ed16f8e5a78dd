import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';

// A KPI that is worked out from who takes part: chosen in its form, shown like any other, never waiting, never logged.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let project: string;
let schools: number;

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  const { db } = bot.database;
  const wakefield = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
  project = bot.core.newId();
  await db.project.create({ data: { id: project, localityId: wakefield.id, name: 'Mentoring' } });
  const all = await db.organisation.findMany({ where: { localityId: wakefield.id, kind: 'school' }, orderBy: { name: 'asc' } });
  schools = all.length;
  const part = (at: number, how: string, from: string, to?: string) => ({
    id: bot.core.newId(),
    organisationId: (all[at] as { id: string }).id,
    projectId: project,
    how,
    from: new Date(from),
    to: to ? new Date(to) : null,
  });
  await db.takingPart.createMany({
    data: [
      part(0, 'attended', '2026-09-10'),
      part(1, 'signed_up', '2026-09-10'),
      part(1, 'attended', '2026-10-05'),
      part(2, 'completed', '2026-10-06'),
      part(3, 'attended', '2026-09-10', '2026-10-31'),
      part(4, 'signed_up', '2026-11-01'),
    ],
  });
});
afterAll(() => bot.close());

const VALUES = {
  name: 'Schools mentored',
  unit: 'schools',
  counts: 'schools',
  kind: 'process',
  cadence: 'month',
  definition: 'Schools that came to mentoring.',
  owner: 'me',
};
const withProject = { coverage: 'attended', project: '' };
const newKpi = async (values: Record<string, string>) =>
  lead.submit(await lead.say('/kpi new'), { ...VALUES, ...withProject, project, ...values });
const definition = () => bot.database.db.kpiDefinition.findFirst({ where: { name: 'Schools mentored' }, orderBy: { version: 'desc' } });

describe('in the form of a KPI', () => {
  test.each([
    ['no project', { project: 'none' }, { project: 'Choose the project whose organisations are counted.' }],
    [
      'a project that is none of theirs',
      { project: '00000000-0000-4000-8000-000000000000' },
      { project: 'Choose a project of Wakefield.' },
    ],
    [
      'a KPI of children',
      { counts: 'children' },
      { counts: 'What is worked out counts organisations: choose Schools, or Something else for organisations of every kind.' },
    ],
    ['a way that is none', { coverage: 'watched' }, { coverage: 'Choose one of the list.' }],
  ])('%s is said at its field', async (_, values, expected) => {
    expect((await newKpi(values)).fields()).toEqual(expected);
    expect(await definition()).toBeNull();
  });

  test('people log them unless somebody says otherwise', async () => {
    const fields = (await lead.say('/kpi edit attendance')).form().fields;
    expect(fields.find(({ name }) => name === 'coverage')).toMatchObject({ label: 'Where do readings come from?', value: 'logged' });
  });

  test('it is chosen with its project', async () => {
    const added = await newKpi({});
    expect(added.title).toBe('Added: Schools mentored, Wakefield.');
    expect(added.text).toContain('It is worked out from who takes part in its project: nobody logs it.');
    expect(added.labels).toEqual(['See it', 'Edit']);
    expect((await lead.press(added, 'See it')).title).toContain('Schools mentored, Wakefield, November 2026: ');
    expect(await definition()).toMatchObject({ coverage: 'attended', projectId: project, base: 'of_each_reading' });
  });
});

describe('a KPI that is worked out', () => {
  test('shows month by month who came, at its end and today, with who stopped left out', async () => {
    const card = await lead.say('/kpi schools mentored');
    expect(card.title).toBe(`Schools mentored, Wakefield, November 2026: 4 of ${schools} → 3 of ${schools} schools (−1)`);
    expect(card.text).toContain('Computed from who takes part in Mentoring (attended).');
    expect(card.text).not.toContain('Next reading');
    expect(card.labels).toEqual(expect.arrayContaining(['Who takes part', 'Share', 'Edit']));
    expect(card.labels).not.toContain('Log a reading');
    expect((await lead.say('/kpi visits')).labels, 'the others have it').toContain('Log a reading');
    const chart = card.card().parts.find(({ type }) => type === 'chart');
    expect(chart && 'points' in chart ? chart.points.map(({ value }) => value) : []).toEqual([2, 4, 3]);
    expect((await lead.press(card, 'Who takes part')).title).toBe(`Mentoring, Wakefield: 4 of ${schools} schools take part`);
  });

  test('never waits, and cannot be logged from the list', async () => {
    bot.clock.set('2026-12-11T14:00:00Z'); // a reading of November by hand would have been due on the 4th
    const line = (await lead.say('/kpi')).text.split('\n').find((text) => text.includes('Schools mentored')) ?? '';
    expect(line).toContain(`3 of ${schools} schools · computed from who takes part`);
    expect(line).not.toContain('waiting');
    expect(line).not.toContain('[Log]');
    const choices = (await lead.say('/kpi all')).text;
    expect(choices).toContain('computed from who takes part');
    bot.clock.set('2026-11-19T14:00:00Z');
  });

  test.each(['12', '84 of 131', '12 last month', 'many'])('“%s” is not logged, and the answer says how to change it', async (words) => {
    const refused = await lead.say(`/kpi schools mentored ${words}`);
    expect(refused.title).toBe(
      `Not saved. Schools mentored is worked out from who takes part: 3 of ${schools} schools. To change it, say who takes part.`,
    );
    expect(refused.labels).toEqual(['Who takes part']);
    expect(await bot.database.db.reading.count({ where: { kpi: { definitions: { some: { name: 'Schools mentored' } } } } })).toBe(0);
  });

  test('nor by the form that offers the others', async () => {
    const form = await lead.say('/kpi attendance');
    expect(form.labels).toContain('Log a reading');
    const id = (await definition())?.kpiId as string;
    const opened = await lead.ask({ kind: 'open', verb: 'kpi.log', state: {} });
    const field = opened.answer.kind === 'form' ? opened.form().fields.find(({ name }) => name === 'kpi') : undefined;
    const offered = field?.kind === 'choice' ? field.options.map(({ value }) => value) : [];
    expect(offered.length).toBeGreaterThan(1);
    expect(offered).not.toContain(id);
    expect((await lead.submit(opened, { kpi: id, value: '12' })).title).toContain('is worked out from who takes part');
  });

  test('follows at once when somebody says who takes part', async () => {
    const { name } = await bot.database.db.organisation.findFirstOrThrow({
      where: { locality: { name: 'Wakefield' }, kind: 'school', takingPart: { none: { projectId: project } } },
    });
    await lead.submit(await lead.press(await lead.say('/partners taking part mentoring'), 'Add organisations'), {
      organisations: name,
      how: 'completed',
    });
    expect((await lead.say('/kpi schools mentored')).title).toContain(`4 of ${schools} schools`);
  });

  test('reads as a percentage where that is its unit', async () => {
    await lead.submit(await lead.say('/kpi edit schools mentored'), { unit: '%' });
    const card = await lead.say('/kpi schools mentored');
    expect(card.title).toMatch(new RegExp(`% \\(4 of ${schools}\\)`, 'u'));
  });

  test('costs no statement more than one that is logged', async () => {
    const cost = async (words: string) => {
      bot.database.forget();
      await lead.say(words);
      return bot.database.statements.length;
    };
    expect(await cost('/kpi schools mentored')).toBe(await cost('/kpi visits'));
    expect(await cost('/kpi')).toBeLessThanOrEqual(6);
  });

  test('is logged again once people say so; what they log is not lost', async () => {
    await lead.submit(await lead.say('/kpi edit schools mentored'), { coverage: 'logged', unit: 'schools' });
    expect((await lead.say('/kpi schools mentored 5 of 131 this month')).title).toBe(
      'Schools mentored, Wakefield, November 2026: 5 of 131 schools',
    );
    await lead.submit(await lead.say('/kpi edit schools mentored'), { coverage: 'signed_up' });
    const card = await lead.say('/kpi schools mentored');
    expect(card.title).toContain(`5 of ${schools} schools`);
    expect(card.text).toContain('Computed from who takes part in Mentoring (signed up).');
    await lead.submit(await lead.say('/kpi edit schools mentored'), { coverage: 'logged' });
    expect((await lead.say('/kpi schools mentored')).title).toContain('5 of 131 schools');
  });
});
