import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { setPlan } from '../support/plan.ts';

// Projects are a locality's own: named, with why they should work, and each with its actions counted once.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let coordinator: typeof lead;
let head: typeof lead;
let first: { id: string; name: string };

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
  head = await bot.as('wakefield.head.1');
  first = await bot.database.db.project.findFirstOrThrow({ where: { locality: { name: 'Wakefield' } }, orderBy: { name: 'asc' } });
});
afterAll(() => bot.close());
beforeEach(async () => {
  await bot.database.db.auditEvent.deleteMany({ where: { subjectKind: 'project' } });
});

const ours = () => bot.database.db.project.findMany({ where: { locality: { name: 'Wakefield' } } });
const DRAFT = { theme: 'transition', theoryOfAction: 'If heads meet, then places are found sooner.', hypothesis: 'Meeting brings places.' };

describe('projects', () => {
  test('are listed with their actions counted once, reds first', async () => {
    await setPlan(bot, [
      { number: 1, title: 'One', project: first.name, ratings: [{ rating: 'green', at: '2026-11-12' }] },
      { number: 2, title: 'Two', project: first.name, ratings: [{ rating: 'red', at: '2026-11-17', reason: 'x', remedy: 'y' }] },
      { number: 3, title: 'Three', project: first.name, ratings: [{ rating: 'green', at: '2026-09-14' }] },
      { number: 4, title: 'Four', ratings: [{ rating: 'green', at: '2026-11-12' }] },
    ]);
    const listed = await head.say('/rag projects');
    expect(listed.title).toMatch(/^\d+ projects? in Wakefield$/u);
    expect(listed.text).toMatch(new RegExp(`${first.name} +3 actions: 1 Red · 1 Green · 1 no update`, 'u'));
    expect(listed.labels).not.toContain('Edit');
    expect((await lead.say('/rag projects')).labels).toContain('Edit');
  });

  test('one is added in a form, once, and says what it is for', async () => {
    const form = await lead.say('/rag project new Fair places');
    const before = (await ours()).length;
    const added = await lead.submit(form, DRAFT);
    expect(added.title).toBe('Fair places, Wakefield: added');
    expect(added.text).toContain('If heads meet, then places are found sooner.');
    expect((await lead.submit(form, DRAFT)).fields()).toEqual({ name: 'There is a project called “Fair places” already.' });
    expect(await ours()).toHaveLength(before + 1);
  });

  test('words that go on behind a name name no project that there is: it is asked, and the near one opens by a press', async () => {
    const asked = await lead.say(`/rag project ${first.name} dashboard`);
    expect(asked.title).toContain(`Which project? I do not know “${first.name} dashboard”.`);
    const form = await lead.press(asked, asked.labels[0] as string);
    expect(form.form().intro).toBe(`${first.name}, Wakefield`);
  });

  test('two of one name at once are one', async () => {
    const forms = [await lead.say('/rag project new Night bus'), await coordinator.say('/rag project new night bus')] as const;
    await Promise.all([lead.submit(forms[0], {}), coordinator.submit(forms[1], {})]);
    expect((await ours()).filter(({ name }) => /night bus/iu.test(name))).toHaveLength(1);
  });

  test.each([
    ['no name', { name: ' ' }, { name: 'Give it a name.' }],
    ['a name that is too long', { name: 'x'.repeat(81) }, { name: 'At most 80 characters fit.' }],
    ['a theme that is too long', { theme: 'x'.repeat(81) }, { theme: 'At most 80 characters fit.' }],
    ['a hypothesis that is too long', { hypothesis: 'x'.repeat(1001) }, { hypothesis: 'This has 1,001 characters; 1,000 fit.' }],
    [
      'a pupil',
      { theoryOfAction: 'Sam Smith born 3 May 2014 comes back' },
      { theoryOfAction: expect.stringContaining('looks as if it has a pupil') },
    ],
  ])('%s is said at its field', async (_, values, expected) => {
    const wrong = await lead.submit(await lead.say('/rag project new Something'), values as Record<string, string>);
    expect(wrong.fields()).toEqual(expected);
  });

  test('a change is kept in the audit trail beside what it was, and a form that is old saves nothing', async () => {
    const form = await lead.say(`/rag project ${first.name}`);
    expect(form.title).toBe('Edit a project');
    const old = await coordinator.say(`/rag project ${first.name}`);
    expect((await lead.submit(form, { theme: 'belonging' })).title).toContain('saved');
    expect((await coordinator.submit(old, { theme: 'joy' })).title).toBe(
      `Not saved. Somebody changed ${first.name} after you opened the form. Open it again to see what it is now.`,
    );
    expect(await bot.database.db.auditEvent.findMany({ where: { subjectId: first.id } })).toMatchObject([
      { what: 'project.changed', detail: { theme: { to: 'belonging' } } },
    ]);
    expect((await lead.submit(await lead.say(`/rag project ${first.name}`), {})).title).toContain('nothing was changed');
  });

  test('a partner reads them and raises what they would change', async () => {
    expect((await head.say(`/rag project ${first.name}`)).title).toContain(first.name);
    const refused = await head.say('/rag project new Mine');
    expect(refused.title).toContain('Projects are added and edited by the pilot lead or the coordinator');
    expect(refused.labels).toEqual(['Raise a worry']);
    expect((await lead.say('/rag project zzzz')).title).toContain('Which project? I do not know “zzzz”.');
  });
});
