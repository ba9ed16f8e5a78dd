import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kpi as command } from '../../commands/kpi.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// Pilot leads and coordinators choose their own KPIs, and every change is kept beside what it was before.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let coordinator: typeof lead;

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
});
afterAll(() => bot.close());

const CLUBS = { name: 'Breakfast clubs', unit: 'children', definition: 'Children at a breakfast club on the day of the count.' };
const definitions = (name: string) =>
  bot.database.db.kpiDefinition.findMany({
    where: { kpi: { definitions: { some: { name } }, locality: { name: 'Wakefield' } } },
    orderBy: { version: 'asc' },
  });

describe('a new KPI', () => {
  test('is added in one form, is mine, and can be logged by its name at once', async () => {
    const form = await lead.say('/kpi new Breakfast clubs');
    expect(form.form().fields.find(({ name }) => name === 'name')?.value).toBe('Breakfast clubs');
    const added = await lead.submit(form, {
      ...CLUBS,
      aliases: 'breakfast, bc',
      cadence: 'week',
      baseline: '30',
      baselineDate: '2026-09-01',
      target: '90',
      targetDate: '2027-07-31',
      owner: 'me',
      deputy: 'Early help manager, Wakefield',
      source: 'Clubs’ own registers',
    });
    expect(added.text).toBe(
      'Added: Breakfast clubs, Wakefield.\nIt is read every week. To log it, type: kpi breakfast clubs and the figure.\nLimits need 6 readings (about 6 weeks), a full verdict 13 (about 3 months).\n[Log a reading]  [Edit]',
    );
    expect((await lead.say('/kpi bc 41')).title).toBe('Breakfast clubs, Wakefield, week of 9 Nov: 41 children');
    const deputy = await bot.as('wakefield.earlyhelp');
    expect((await deputy.say('/kpi breakfast 44 this week')).title).toContain('41 → 44 children (+3)');
  });

  const field = async (values: Record<string, string>) => {
    const wrong = await lead.submit(await lead.say('/kpi new'), { ...CLUBS, name: 'Walking buses', ...values });
    return wrong.fields();
  };

  test.each([
    ['no name', { name: '' }, { name: 'Give it a name.' }],
    ['a name of one letter', { name: 'x' }, { name: '“x”: a name begins with a letter and has 2 to 60 characters.' }],
    [
      'a name that begins with a figure',
      { name: '93.2 club' },
      { name: '“93.2 club”: a name begins with a letter and has 2 to 60 characters.' },
    ],
    ['a name that is too long', { name: 'x'.repeat(61) }, { name: expect.stringContaining('2 to 60 characters') }],
    ['a name that is taken', { name: 'ATTENDANCE' }, { name: '“ATTENDANCE” is a name of Attendance already.' }],
    ['another name that is taken', { aliases: 'wb, pa' }, { aliases: '“pa” is a name of Persistent absence already.' }],
    ['no unit', { unit: '' }, { unit: 'Write % or what is counted, in at most 20 characters.' }],
    ['a long unit', { unit: 'children and their parents' }, { unit: 'Write % or what is counted, in at most 20 characters.' }],
    [
      'a baseline in words',
      { baseline: 'thirty', baselineDate: '2026-09-01' },
      { baseline: 'Write a number, as in 93.2. Did you mean 30?' },
    ],
    ['a decimal comma', { target: '93,2', targetDate: '2027-07-31' }, { target: 'Write a number, as in 93.2. Did you mean 93.2?' }],
    ['a target without its date', { target: '90' }, { targetDate: 'Say by when the target is to be reached.' }],
    ['a date without its target', { targetDate: '2027-07-31' }, { target: 'Say what the target is, or leave its date empty.' }],
    ['a baseline without its date', { baseline: '30' }, { baselineDate: 'Say when the baseline was read.' }],
    ['31 February', { target: '90', targetDate: '2027-02-31' }, { targetDate: 'Write a date, as in 19 November 2027.' }],
    [
      'a target before the baseline',
      { baseline: '30', baselineDate: '2026-09-01', target: '90', targetDate: '2026-08-31' },
      { targetDate: 'The target comes after the baseline.' },
    ],
    ['more than all', { unit: '%', baseline: '101', baselineDate: '2026-09-01' }, { baseline: 'A percentage is 0 to 100.' }],
    ['less than none', { unit: '%', target: '-1', targetDate: '2027-07-31' }, { target: 'A percentage is 0 to 100.' }],
    ['a tolerance that cannot be', { tolerance: '101' }, { tolerance: 'Write a number from 0 to 100.' }],
    ['a cadence that is none', { cadence: 'daily' }, { cadence: 'Choose one of the list.' }],
    ['no definition', { definition: ' ' }, { definition: 'Say what exactly is counted, so that others can read it.' }],
    ['a definition that is too long', { definition: 'x'.repeat(1001) }, { definition: 'This has 1,001 characters; 1,000 fit.' }],
    ['a source that is too long', { source: 'x'.repeat(201) }, { source: 'At most 200 characters fit.' }],
    ['an owner whom nobody knows', { owner: 'Nobody' }, { owner: 'Nobody in Wakefield is called “Nobody”.' }],
    [
      'an owner who could be several',
      { owner: 'Headteacher' },
      { owner: expect.stringMatching(/^Which one\? Headteacher, Wakefield 1, /) },
    ],
    ['an owner from elsewhere', { owner: 'rochdale.lead@example.org' }, { owner: expect.stringContaining('Nobody in Wakefield') }],
    ['a deputy who is the owner', { deputy: 'me' }, { deputy: 'Choose somebody else than the owner.' }],
  ])('%s is said at its field', async (_, values, expected) => {
    expect(await field(values as Record<string, string>)).toEqual(expected);
    expect(await definitions('Walking buses')).toEqual([]);
  });

  test('everything wrong is said at once, and the form keeps what was typed', async () => {
    const wrong = await lead.submit(await lead.say('/kpi new'), { name: '', unit: '', definition: '', target: 'many' });
    expect(Object.keys(wrong.fields()).sort()).toEqual(['definition', 'name', 'target', 'unit']);
    expect(wrong.form().fields.find(({ name }) => name === 'target')?.value).toBe('many');
  });

  test.each([...Object.keys(command.verbs), 'help'])('“%s” means something else after kpi, so no KPI is called so', async (word) => {
    const said = `begins with a word that means something else after kpi.`;
    expect(await field({ name: word })).toEqual({ name: `“${word}” ${said}` });
    expect(await field({ name: `${word.toUpperCase()} starters` })).toEqual({ name: `“${word.toUpperCase()} starters” ${said}` });
    expect(await field({ aliases: word })).toEqual({ aliases: `“${word}” ${said}` });
  });

  test('sent twice at once it is one KPI', async () => {
    const form = await lead.say('/kpi new');
    const values = { ...CLUBS, name: 'Bike trains' };
    await Promise.all([lead.submit(form, values), lead.submit(form, values)]);
    expect(await definitions('Bike trains')).toHaveLength(1);
  });

  test('the coordinator of several localities says for which one', async () => {
    const all = await bot.as('programme.coordinator');
    const form = await all.say('/kpi new');
    expect((await all.submit(form, { ...CLUBS, locality: '' })).fields()).toEqual({ locality: 'Choose a locality.' });
    const sheffield = await bot.database.db.locality.findUniqueOrThrow({ where: { name: 'Sheffield' } });
    expect((await all.submit(form, { ...CLUBS, locality: sheffield.id })).title).toBe('Added: Breakfast clubs, Sheffield.');
  });

  test('is not for partners, advisers or evaluators', async () => {
    for (const who of ['wakefield.head.1', 'pilot1.adviser', 'evaluator', 'admin']) {
      const person = await bot.as(who);
      expect((await person.say('/kpi new')).title).toBe('KPIs are added by the pilot lead or the coordinator of the locality. Ask them.');
    }
  });
});

describe('editing', () => {
  test('a change is a new version of just the part that changed', async () => {
    const { db } = bot.database;
    const form = await lead.say('/kpi edit visits');
    expect((await lead.submit(form, { target: '60' })).title).toBe('Saved: Visits in hubs, Wakefield.');
    const [definition] = await definitions('Visits in hubs');
    expect(await definitions('Visits in hubs')).toHaveLength(1);
    const targets = await db.kpiTarget.findMany({ where: { kpiId: definition?.kpiId as string }, orderBy: { version: 'asc' } });
    expect(targets.map(({ version, value }) => [version, Number(value)])).toEqual([
      [1, 55],
      [2, 60],
    ]);
    expect(await db.kpiOwner.count({ where: { kpiId: definition?.kpiId as string } })).toBe(1);
  });

  test('a target taken away is withdrawn, not deleted', async () => {
    const saved = await lead.submit(await lead.say('/kpi edit workshops'), { target: '', targetDate: '' });
    expect(saved.title).toBe('Saved: Schools at workshops, Wakefield.');
    expect((await lead.say('/kpi workshops')).text).not.toContain('target');
  });

  test('saving what it is already changes nothing', async () => {
    expect((await lead.submit(await lead.say('/kpi edit attendance'), {})).title).toBe('Nothing was changed in Attendance.');
    expect(await definitions('Attendance')).toHaveLength(1);
  });

  test('two with the form open: the later is told, and overwrites nothing', async () => {
    const mine = await lead.say('/kpi edit attendance');
    const theirs = await coordinator.say('/kpi edit attendance');
    await lead.submit(mine, { tolerance: '6' });
    expect((await coordinator.submit(theirs, { tolerance: '7' })).title).toBe(
      'Not saved. Somebody changed Attendance after you opened the form. Open it again to see what it is now.',
    );
    expect((await definitions('Attendance')).map(({ tolerance }) => Number(tolerance))).toEqual([5, 6]);
  });

  test('two at the very same moment: one is saved, the other is told', async () => {
    const [mine, theirs] = [await lead.say('/kpi edit pa'), await coordinator.say('/kpi edit pa')];
    const done = await Promise.all([lead.submit(mine, { tolerance: '6' }), coordinator.submit(theirs, { tolerance: '7' })]);
    expect(done.filter(({ title }) => title.startsWith('Saved: '))).toHaveLength(1);
    expect(done.filter(({ title }) => title.startsWith('Not saved. Somebody changed'))).toHaveLength(1);
    expect(await definitions('Persistent absence')).toHaveLength(2);
  });

  test('an old form of somebody who may no longer edit changes nothing', async () => {
    const { db } = bot.database;
    const form = await coordinator.say('/kpi edit visits');
    const { id } = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.coordinator@example.org' } });
    await db.role.updateMany({ where: { personId: id }, data: { role: 'partner' } });
    try {
      expect((await coordinator.submit(form, { target: '99' })).title).toMatch(/^Not saved\. KPIs are edited by/);
    } finally {
      await db.role.updateMany({ where: { personId: id }, data: { role: 'coordinator' } });
    }
  });

  test('its owner may have left: they stay until somebody else is chosen, and nobody who has left is chosen', async () => {
    const { db } = bot.database;
    const [definition] = await definitions('Visits in hubs');
    const owned = { where: { kpiId: definition?.kpiId as string }, orderBy: { version: 'desc' } } as const;
    const { ownerId } = await db.kpiOwner.findFirstOrThrow(owned);
    const before = await db.person.findUniqueOrThrow({ where: { id: ownerId as string } });
    await db.person.update({ where: { id: before.id }, data: { leftOn: new Date('2026-11-01') } });
    try {
      const saved = await coordinator.submit(await coordinator.say('/kpi edit visits'), { tolerance: '8' });
      expect(saved.title).toBe('Saved: Visits in hubs, Wakefield.');
      expect((await db.kpiOwner.findFirstOrThrow(owned)).ownerId).toBe(before.id);
      const chosen = await coordinator.submit(await coordinator.say('/kpi edit attendance'), { deputy: before.post });
      expect(chosen.fields()).toEqual({ deputy: `${before.post} has left. Choose somebody who works there now.` });
    } finally {
      await db.person.update({ where: { id: before.id }, data: { leftOn: null } });
    }
  });

  test('without a name it asks which one', async () => {
    expect((await lead.say('/kpi edit')).text.replace('\n', ' ')).toMatch(
      /^Which KPI do you want to edit\? Type kpi edit and its name: Persistent absence, /,
    );
  });
});
