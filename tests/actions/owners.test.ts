import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { setPlan } from '../support/plan.ts';

// Whoever owns an action or a KPI, or stands in, can say how it is: only those whose role there lets them, and only once it has begun.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let ids: Record<string, string>;

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());
beforeEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  ids = await setPlan(bot, [{ number: 12, title: 'Share early-help data', owner: 'wakefield.earlyhelp', due: '2026-12-22' }]);
});

const person = (name: string) => bot.database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });
const now = () =>
  bot.database.db.actionVersion.findFirstOrThrow({ where: { actionId: ids['WAK-12'] as string }, orderBy: { version: 'desc' } });

/** Somebody whose only role in Wakefield begins on a day to come. */
const joining = async () => {
  const { db } = bot.database;
  const wakefield = await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
  const { id } = await db.person.create({
    data: { id: bot.core.newId(), post: 'Attendance officer, Wakefield', email: 'joining@example.org' },
  });
  const role = { id: bot.core.newId(), personId: id, role: 'partner', scopeKind: 'locality', scopeId: wakefield.id };
  await db.role.create({ data: { ...role, from: new Date('2027-01-04') } });
};

describe('who can own an action', () => {
  test.each(['evaluator', 'pilot1.adviser', 'admin'])('not %s, who could not rate it: and it says who can', async (name) => {
    const { post } = await person(name);
    const expected = `${post} cannot own anything in Wakefield now. Partners, pilot leads and coordinators can, once their role has begun.`;
    expect((await lead.say(`/rag 12 owner ${name}@example.org`)).text.replaceAll('\n', ' ')).toBe(`Nothing was changed. ${expected}`);
    expect((await lead.say(`/rag 12 deputy ${name}@example.org`)).text).toContain('cannot own anything in Wakefield now');
    const form = await lead.submit(await lead.say('/rag new Walking buses'), { owner: post });
    expect(form.fields().owner).toBe(expected);
    expect(await now()).toMatchObject({ version: 1 });
  });

  test('a partner, the pilot lead or a coordinator', async () => {
    for (const name of ['wakefield.head.2', 'wakefield.lead', 'wakefield.coordinator']) {
      await lead.say(`/rag 12 owner ${name}@example.org`);
      expect(await now()).toMatchObject({ ownerId: (await person(name)).id });
    }
  });

  test('somebody whose role begins later is chosen once it has begun', async () => {
    await joining();
    expect((await lead.say('/rag 12 owner Attendance officer, Wakefield')).text).toContain(
      'Attendance officer, Wakefield cannot own anything',
    );
    expect(await now()).toMatchObject({ version: 1 });
    bot.clock.set('2027-01-04T10:00:00Z');
    expect((await lead.say('/rag 12 owner Attendance officer, Wakefield')).text).not.toContain('without an owner');
    expect(await now()).toMatchObject({ ownerId: (await person('joining')).id });
  });

  test('a button offered while somebody was a partner chooses them no more once they only evaluate', async () => {
    const asked = await lead.say('/rag 12 owner Headteacher');
    const chosen = asked.card().parts.flatMap((part) => (part.type === 'list' ? part.items.map(({ text }) => text) : []))[0] as string;
    const held = await bot.database.db.role.findFirstOrThrow({ where: { person: { post: chosen } } });
    await bot.database.db.role.update({ where: { id: held.id }, data: { role: 'evaluator' } });
    expect((await lead.press(asked, 'This one')).title).toContain('Nothing was changed.');
    await bot.database.db.role.update({ where: { id: held.id }, data: { role: held.role } });
    expect(await now()).toMatchObject({ version: 1 });
  });
});

describe('the days of an action follow whoever must act', () => {
  const steps = () => now().then((version) => (version.steps as { due: string | null }[]).map(({ due }) => due));
  const due = () => now().then((version) => version.due?.toISOString().slice(0, 10));

  test('given to a school, a day in its holidays slides, and says so; back at a service it stays', async () => {
    const given = await lead.say('/rag 12 owner wakefield.head.3@example.org');
    expect(given.text).toContain('22 December 2026 is in the school holidays: moved to Monday 4 January 2027.');
    expect(given.text).toContain('Tuesday 22 December 2026 → Monday 4 January 2027');
    expect(await due()).toBe('2027-01-04');
    expect((await lead.say('/rag 12 owner wakefield.earlyhelp@example.org')).text).not.toContain('moved');
    expect(await due()).toBe('2027-01-04');
  });

  test('in the form too, and the days of open steps with it; what is past stays', async () => {
    await lead.submit(await lead.say('/rag 12 edit'), { steps: 'Agree it by 21 December 2026\n✓ Ask them by 29 December 2026' });
    expect(await steps()).toEqual(['2026-12-21', '2026-12-29']);
    const edited = await lead.submit(await lead.say('/rag 12 edit'), { owner: 'Headteacher, Wakefield 3' });
    expect(edited.text).toContain('Step 1: 21 December 2026 is in the school holidays: moved to Monday 4 January 2027.');
    expect(await due()).toBe('2027-01-04');
    expect(await steps()).toEqual(['2027-01-04', '2026-12-29']);
  });

  test('of an action whose date has passed, or that is closed, nothing slides', async () => {
    await lead.submit(await lead.say('/rag 12 done'), { shows: 'every hub reads it' });
    await lead.say('/rag 12 owner wakefield.head.3@example.org');
    expect(await due()).toBe('2026-12-22');
    await lead.say('/rag 12 green');
    bot.clock.set('2026-12-29T10:00:00Z');
    await lead.say('/rag 12 owner wakefield.head.2@example.org');
    expect(await due()).toBe('2026-12-22');
  });
});

test('nor can an evaluator own a KPI', async () => {
  const form = await lead.say('/kpi edit attendance');
  const { post } = await person('evaluator');
  expect((await lead.submit(form, { owner: post })).fields().owner).toContain(`${post} cannot own anything in Wakefield now`);
});
