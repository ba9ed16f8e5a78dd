import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';

// Who takes part in which project is said in chat; KPIs that are worked out from it follow by themselves.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let head: typeof lead;
let coordinator: typeof lead;
let project: string;

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
  head = await bot.as('wakefield.head.1');
  const { db } = bot.database;
  const wakefield = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
  project = bot.core.newId();
  await db.project.create({ data: { id: project, localityId: wakefield.id, name: 'Mentoring' } });
  for (const [name, kind] of [
    ['Ash School', 'school'],
    ['Beech School', 'school'],
    ['Cedar School', 'school'],
    ['Youth charity', 'charity'],
  ] as const)
    await db.organisation.create({ data: { id: bot.core.newId(), localityId: wakefield.id, name, kind } });
});
afterAll(() => bot.close());

const rows = () =>
  bot.database.db.takingPart.findMany({
    where: { projectId: project },
    include: { organisation: true },
    orderBy: [{ organisation: { name: 'asc' } }, { how: 'asc' }],
  });
const said = async () =>
  (await rows()).map(
    ({ organisation, how, from, to }) =>
      `${organisation.name} ${how} ${from.toISOString().slice(0, 10)} ${to?.toISOString().slice(0, 10) ?? '…'}`,
  );
const see = (who = lead) => who.say('/partners taking part mentoring');

describe('who takes part', () => {
  test('is one list of the projects that somebody can see, with a press for each', async () => {
    const list = await lead.say('/partners taking part');
    expect(list.title).toBe('Who takes part in which project');
    expect(list.text).toMatch(/^Mentoring +0 of \d+ schools/mu);
    expect((await lead.press(list, 'Who takes part')).title).toMatch(/, Wakefield: \d+ of \d+ schools take part$/u);
  });

  test('nobody yet is said as such, and offered to be changed by the pilot lead', async () => {
    const card = await see();
    expect(card.title).toMatch(/^Mentoring, Wakefield: 0 of \d+ schools take part$/u);
    expect(card.labels).toEqual(['Add organisations', 'Somebody stopped']);
  });

  test('organisations are added by a list, in any spelling of capitals and each once', async () => {
    const form = await lead.press(await see(), 'Add organisations');
    const done = await lead.submit(form, {
      organisations: 'ash school\nBEECH  School\n\nAsh School\tLeeds Road\nYouth charity\n',
      how: 'attended',
      day: '2026-11-02',
    });
    expect(done.title).toBe('Added to Mentoring, Wakefield: 3 organisations, attended, from 2 Nov.');
    expect(done.text).toContain('Ash School; Beech School; Youth charity');
    expect(await said()).toEqual([
      'Ash School attended 2026-11-02 …',
      'Beech School attended 2026-11-02 …',
      'Youth charity attended 2026-11-02 …',
    ]);
    const card = await see();
    expect(card.title).toMatch(/^Mentoring, Wakefield: 2 of \d+ schools take part$/u);
    expect(card.text).toMatch(/Attended +2 of \d+ schools/u);
    expect(card.text).toMatch(/Completed +0 of \d+ schools/u);
    expect(card.text).toContain('1 organisation of other kinds');
    expect(card.text).toMatch(/^Ash School +attended, from 2 Nov$/mu);
  });

  test('who is known already is left as they are, and named', async () => {
    const form = await coordinator.press(await see(coordinator), 'Add organisations');
    const done = await coordinator.submit(form, { organisations: 'Ash School\nCedar School', how: 'attended', day: '2026-11-19' });
    expect(done.title).toBe('Added to Mentoring, Wakefield: 1 organisation, attended, from 19 Nov.');
    expect(done.text).toContain('Known already: Ash School.');
    expect((await coordinator.submit(form, { organisations: 'Ash School', how: 'attended' })).title).toBe(
      'Nothing was changed: all of these take part in Mentoring already (attended).',
    );
    expect(await said()).toHaveLength(4);
  });

  test('who stopped took part until their last day, and that is kept', async () => {
    const form = await lead.press(await see(), 'Somebody stopped');
    const done = await lead.submit(form, { organisations: 'Beech School\nCedar School', day: '2026-11-10' });
    expect(done.title).toBe('Mentoring, Wakefield: 1 organisation takes part until 10 Nov.');
    expect(done.text).toContain('Did not take part then: Cedar School.');
    expect(await said()).toContain('Beech School attended 2026-11-02 2026-11-10');
    expect((await see()).title).toMatch(/: 2 of \d+ schools/u);
    expect((await lead.submit(form, { organisations: 'Beech School', day: '2026-11-12' })).title).toBe(
      'Nothing was changed: none of these takes part in Mentoring on 12 Nov.',
    );
  });

  test('who did what is in the audit trail', async () => {
    const events = await bot.database.db.auditEvent.findMany({
      where: { subjectKind: 'project', subjectId: project },
      orderBy: { seq: 'asc' },
    });
    expect(events.map(({ what }) => what)).toEqual(['taking_part.added', 'taking_part.added', 'taking_part.ended']);
    expect(events[0]?.detail).toMatchObject({ how: 'attended', day: '2026-11-02' });
  });

  test('sent twice at once it is written once', async () => {
    const form = await lead.press(await see(), 'Add organisations');
    await Promise.all(
      [lead, coordinator].map(async (who) =>
        who.submit(who === lead ? form : await who.press(await see(who), 'Add organisations'), {
          organisations: 'Ash School',
          how: 'completed',
        }),
      ),
    );
    expect((await said()).filter((row) => row.includes('completed'))).toEqual(['Ash School completed 2026-11-19 …']);
  });
});

describe('what bad input gets', () => {
  test.each([
    ['nothing', { organisations: ' \n ' }, { organisations: 'Write one organisation a line.' }],
    [
      'a school that there is not',
      { organisations: 'Ash School\nAsh Schol' },
      { organisations: 'Line 2: Wakefield has no organisation “Ash Schol”. Did you mean “Ash School”?' },
    ],
    [
      'another locality’s organisation',
      { organisations: 'Sheffield council' },
      { organisations: expect.stringContaining('Wakefield has no organisation “Sheffield council”.') },
    ],
    ['too many lines', { organisations: 'x\n'.repeat(401) }, { organisations: 'At most 400 organisations at once; this is 401.' }],
    ['31 February', { organisations: 'Ash School', day: '2026-02-31' }, { day: 'Write a date, as in 19 November 2026.' }],
    ['long ago', { organisations: 'Ash School', day: '1926-02-01' }, { day: 'At most 10 years ago.' }],
    ['a year that never comes', { organisations: 'Ash School', day: '9999-01-01' }, { day: 'At most one year ahead.' }],
    ['a way that is none', { organisations: 'Ash School', how: 'watched' }, { how: 'Choose one of the list.' }],
    [
      'everything wrong at once',
      { organisations: '', how: '', day: 'soon' },
      { organisations: 'Write one organisation a line.', how: 'Choose one of the list.', day: 'Write a date, as in 19 November 2026.' },
    ],
  ])('%s is said at its field, and nothing is saved', async (_, values, expected) => {
    const before = await said();
    for (const label of ['Add organisations', 'Somebody stopped'])
      expect((await lead.submit(await lead.press(await see(), label), values as Record<string, string>)).fields(), label).toEqual(expected);
    expect(await said()).toEqual(before);
  });

  test('a project that nobody knows is answered with those that there are', async () => {
    expect((await lead.say('/partners taking part knitting')).title).toBe('I do not know a project called “knitting”. You can see these:');
  });
});

describe('who may', () => {
  test('a headteacher reads it and changes nothing', async () => {
    expect((await see(head)).labels).toEqual([]);
    expect((await see(head)).text).toMatch(/^Ash School +completed, from 19 Nov$/mu);
  });

  test('an evaluator reads the counts, and no organisation’s name', async () => {
    const card = await see(await bot.as('evaluator'));
    expect(card.title).toContain('Mentoring, Wakefield: ');
    expect(card.text).not.toContain('Ash School');
    expect(card.labels).toEqual([]);
  });

  test('elsewhere the project does not exist', async () => {
    const rochdale = await bot.as('rochdale.lead');
    expect((await see(rochdale)).title).not.toContain('Mentoring, Wakefield');
  });

  test('somebody who may no longer changes nothing with a form that is still open', async () => {
    const { db } = bot.database;
    const form = await coordinator.press(await see(coordinator), 'Add organisations');
    const { id } = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.coordinator@example.org' } });
    const before = await said();
    await db.role.updateMany({ where: { personId: id }, data: { role: 'partner' } });
    try {
      expect((await coordinator.submit(form, { organisations: 'Cedar School', how: 'completed' })).title).toMatch(
        /^Not saved\. Who takes part in Mentoring is kept by the pilot lead and the coordinator of Wakefield\./u,
      );
    } finally {
      await db.role.updateMany({ where: { personId: id }, data: { role: 'coordinator' } });
    }
    expect(await said()).toEqual(before);
  });
});
