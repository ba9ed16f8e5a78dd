import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { setPlan } from '../support/plan.ts';

// A worry is one sentence to the coordinator, from anywhere; whoever raised it is told what became of it, once.

let bot: TestBot;
let head: Awaited<ReturnType<TestBot['as']>>;
let lead: typeof head;
let coordinator: typeof head;

beforeAll(async () => {
  bot = await testBot();
  head = await bot.as('wakefield.head.1');
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
});
afterAll(() => bot.close());
beforeEach(async () => {
  const { db } = bot.database;
  bot.clock.set('2026-11-19T14:00:00Z');
  await db.worryOutcome.deleteMany();
  await db.worry.deleteMany();
  await db.news.deleteMany();
  await db.outbox.deleteMany();
  await setPlan(bot, [
    { number: 7, title: 'Recruit two officers', owner: 'wakefield.earlyhelp' },
    { number: 12, title: 'Share early-help data', owner: 'wakefield.head.1' },
  ]);
});

const worries = () => bot.database.db.worry.findMany({ orderBy: { recordedAt: 'asc' } });
const outcomes = () => bot.database.db.worryOutcome.findMany();
const toldAtOnce = async () =>
  (await bot.database.db.outbox.findMany({ orderBy: { seq: 'asc' } })).map(({ payload }) => JSON.stringify(payload));

describe('raising', () => {
  test('a sentence is saved; the answer says who sees it and that they are told which of three it becomes', async () => {
    const raised = await head.say('/rag raise Parents do not know whom to call');
    expect(raised.text).toBe(
      [
        'Raised with the coordinator of Wakefield: it waits for them.',
        '“Parents do not know whom to call”',
        'Who sees it, and that it comes from you: Wakefield coordinator, Programme coordinator. Nobody else does.',
        'You are told what becomes of it: an action, an answer, or “heard, not now”.',
      ].join('\n'),
    );
    expect((await head.say('/rag raise Parents do not know whom to call')).title).toContain('Raised already');
    expect(await worries()).toHaveLength(1);
  });

  test('from an action by its code, before or behind it, or from its card', async () => {
    expect((await head.say('/rag 7 raise nobody applies')).text).toContain('“nobody applies” (about WAK-7 Recruit two officers)');
    await head.say('/rag raise WAK-7 nobody will');
    const form = await head.press(await head.say('/rag 7'), 'Raise a worry');
    expect(form.form().intro).toContain('About WAK-7 Recruit two officers.');
    await head.submit(form, { text: 'And the pay is low' });
    expect((await worries()).map(({ text, aboutKind }) => `${aboutKind}: ${text}`)).toEqual([
      'action: nobody applies',
      'action: nobody will',
      'action: And the pay is low',
    ]);
  });

  test('a code that is the first word of the sentence stays in it', async () => {
    await head.say('/rag raise WAK-7 is stuck');
    await head.say('/rag raise nobody helps');
    expect((await worries()).map(({ text, aboutKind }) => [text, aboutKind])).toEqual([
      ['WAK-7 is stuck', 'action'],
      ['nobody helps', null],
    ]);
  });

  test('from a KPI’s card, and from a refusal', async () => {
    const form = await head.press(await head.say('/kpi persistent absence'), 'Raise a worry');
    await head.submit(form, { text: 'The figure leaves out part-time tables' });
    const refused = await head.say('/kpi persistent absence 18.4');
    expect(refused.labels).toEqual(['Raise a worry']);
    expect((await head.press(refused, 'Raise a worry')).form().intro).toContain('About Persistent absence.');
    expect((await coordinator.say('/rag')).text).toContain(
      '“The figure leaves out part-time tables” from Headteacher, Wakefield 1, 19 Nov, about Persistent absence',
    );
    const made = await coordinator.press(await coordinator.say('/rag'), 'Make it an action');
    expect(made.form().fields.find(({ name }) => name === 'kpis')?.value).toBe('Persistent absence');
  });

  test('a sentence that begins with a number is a sentence', async () => {
    await head.say('/rag raise 12 children wait for a place');
    expect(await worries()).toMatchObject([{ text: '12 children wait for a place', aboutKind: null }]);
  });

  test('without a sentence it is asked for', async () => {
    const asked = await head.say('/rag raise');
    const form = await head.press(asked, 'Write it');
    expect((await head.submit(form, { text: '  ' })).fields()).toEqual({ text: 'Write what worries you, in a sentence.' });
    expect((await head.submit(form, { text: 'Sam Smith born 3 May 2014 is away' })).fields()).toEqual({
      text: expect.stringContaining('looks as if it has a pupil'),
    });
    expect(await worries()).toEqual([]);
  });

  test('too long or with a pupil’s birthday it is refused whole', async () => {
    expect((await head.say(`/rag raise ${'x'.repeat(1001)}`)).title).toContain('1,001 characters; 1,000 fit');
    const refused = await head.say('/rag raise Sam Smith born 3 May 2014 is away');
    expect(refused.title).toContain('Not saved.');
    expect(refused.text).not.toContain('Sam');
    expect(await worries()).toEqual([]);
  });

  test('whoever works in several localities is asked which, even with the longest sentence', async () => {
    const adviser = await bot.as('pilot1.adviser');
    // Letters that hardly compress: the button must hold them all.
    const long = Array.from({ length: 400 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000))).join('');
    const asked = await adviser.say(`/rag raise ${long}`);
    expect(asked.title).toBe('Which locality is it about? Nothing was saved yet.');
    expect((await adviser.press(asked, 'Wakefield')).title).toContain('Raised with the coordinator of Wakefield');
    expect(await worries()).toMatchObject([{ text: long }]);
  });

  test('an evaluator raises none, and somebody elsewhere cannot raise one here', async () => {
    const evaluator = await bot.as('evaluator');
    expect((await evaluator.say('/rag raise Something')).title).toContain('Nothing was saved.');
    const elsewhere = await bot.as('rochdale.lead');
    expect((await elsewhere.say('/rag WAK-7 raise Something')).title).toContain('There is no WAK-7 that you can see');
    expect(await worries()).toEqual([]);
  });
});

describe('what becomes of it', () => {
  beforeEach(async () => {
    await head.say('/rag raise Parents do not know whom to call');
  });

  test('waits first for the coordinator, wherever they begin, and for nobody else', async () => {
    for (const words of ['/rag', '/commoncause']) {
      const seen = await coordinator.say(words);
      expect(seen.text).toContain('Waiting for you: 1 worry\n“Parents do not know whom to call” from Headteacher, Wakefield 1, 19 Nov');
      expect((await lead.say(words)).text).not.toContain('Parents');
      expect((await (await bot.as('rochdale.coordinator')).say(words)).text).not.toContain('Parents');
    }
    expect((await coordinator.say('/commoncause')).title).toMatch(/^\d+ things? waits? for you\.$/u);
  });

  test('an action: the form has the sentence in it, and the person is told with the next thing they read', async () => {
    bot.clock.advance({ hours: 3 });
    const form = await coordinator.press(await coordinator.say('/rag'), 'Make it an action');
    expect(form.form().fields.find(({ name }) => name === 'title')?.value).toBe('Parents do not know whom to call');
    const made = await coordinator.submit(form, { title: 'One number for parents' });
    expect(made.title).toBe('WAK-13 One number for parents: added in Wakefield');
    expect((await coordinator.submit(form, { title: 'One number for parents' })).text).toBe(made.text);
    expect(made.text).toContain(
      'From the worry “Parents do not know whom to call”: Headteacher, Wakefield 1 is told that it became WAK-13.',
    );
    expect(await outcomes()).toMatchObject([{ outcome: 'action' }]);
    expect(await toldAtOnce()).toEqual([]);
    expect((await coordinator.say('/rag')).text).not.toContain('Parents do not');
    const told = await head.say('/rag');
    expect(told.text).toContain(
      'News for you\nWhat you raised, “Parents do not know whom to call”, is an action now: WAK-13 One number for parents.',
    );
    await head.press(told, 'Got it');
    await lead.submit(await lead.say('/rag 13 done'), { shows: 'The number is on every school’s page' });
    expect((await head.say('/commoncause')).text).toContain('Because of what you raised: WAK-13 One number for parents is done.');
  });

  test('an answer within the hour is told at once, and stays as news', async () => {
    await bot.database.db.identity.create({
      data: {
        id: bot.core.newId(),
        person: { connect: { email: 'wakefield.head.1@example.org' } },
        platform: 'slack',
        tenant: 'T1',
        user: 'U1',
        linkedAt: new Date('2026-11-01'),
        how: 'code',
      },
    });
    bot.clock.advance({ minutes: 59 });
    const form = await coordinator.press(await coordinator.say('/rag'), 'Answer');
    expect((await coordinator.submit(form, { text: '' })).fields()).toEqual({ text: 'Write your answer, in a sentence or two.' });
    const answered = await coordinator.submit(form, { text: 'There is one since Monday: 01924 000000.' });
    expect(answered.text).toContain('They are told now, because they raised it within the hour.');
    expect(await toldAtOnce()).toEqual([expect.stringContaining('There is one since Monday')]);
    expect((await head.say('/rag')).text).toContain('was answered by Wakefield coordinator: There is one since Monday: 01924 000000.');
  });

  test('“heard, not now” may be without a word', async () => {
    bot.clock.advance({ hours: 2 });
    const form = await coordinator.press(await coordinator.say('/commoncause'), 'Heard, not now');
    const settled = await coordinator.submit(form, {});
    expect(settled.title).toBe('Heard, not now: Headteacher, Wakefield 1 is told.');
    expect((await head.say('/commoncause')).text).toContain('was heard by Wakefield coordinator, and nothing is done about it now.');
    expect(await toldAtOnce()).toEqual([]);
  });

  test('is decided once: the second coordinator is told what the first did, and nothing of theirs is saved', async () => {
    const { db } = bot.database;
    const second = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.charity@example.org' } });
    const place = await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    await db.role.create({
      data: {
        id: bot.core.newId(),
        personId: second.id,
        role: 'coordinator',
        scopeKind: 'locality',
        scopeId: place.id,
        from: new Date('2026-11-01'),
      },
    });
    const other = await bot.as('wakefield.charity');
    const answer = await coordinator.press(await coordinator.say('/rag'), 'Answer');
    const action = await other.press(await other.say('/rag'), 'Make it an action');
    const both = await Promise.all([coordinator.submit(answer, { text: 'There is one.' }), other.submit(action, {})]);
    expect(both.filter(({ title }) => title.startsWith('Nothing was saved: this worry has its answer already.'))).toHaveLength(1);
    expect(await outcomes()).toHaveLength(1);
    const made = await db.action.count();
    expect(made).toBe(both[1]?.title.startsWith('WAK-13') ? 3 : 2);
    expect(await db.news.count()).toBe(1);
  });

  test('is for the coordinator alone: a press made for them is nobody else’s, and a lead’s form is refused', async () => {
    const [worry] = await worries();
    for (const verb of ['rag.reply', 'rag.heard', 'rag.new']) {
      const refused = await lead.ask({ kind: 'open', verb, state: { worry: worry?.id } });
      expect(refused.title).toContain('I cannot find this worry.');
    }
    expect(await outcomes()).toEqual([]);
  });
});

test('several worries are shown three at a time', async () => {
  for (const text of ['one', 'two', 'three', 'four', 'five']) await head.say(`/rag raise ${text}`);
  const seen = await coordinator.say('/rag');
  expect(seen.text).toContain('Waiting for you: 5 worries');
  expect(seen.labels.filter((label) => label === 'Answer')).toHaveLength(3);
  expect(seen.text).toContain('2 more: they are shown once these have their answer.');
});
