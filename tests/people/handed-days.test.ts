import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { idOf, planOf } from './plan.ts';

// A school is not at work on every day on which a service is: what changes hands has its dates moved to days of whoever must act then.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());

type Days = { due: string | null; steps?: [due: string | null, done?: string][] };

/** Actions of one owner, with their days. */
const plan = async (owner: string, days: Record<number, Days>, deputy: string | null = null) => {
  await planOf(
    bot,
    Object.keys(days).map((number) => ({ place: 'Wakefield', number: Number(number), owner, deputy })),
  );
  for (const [number, { due, steps = [] }] of Object.entries(days)) {
    const { id } = await bot.database.db.action.findFirstOrThrow({ where: { number: Number(number) } });
    const data = { due: due && new Date(due), steps: steps.map(([on, done]) => ({ text: 'Advertise', due: on, done: done ?? null })) };
    await bot.database.db.actionVersion.updateMany({ where: { actionId: id }, data });
  }
};
/** The days of an action as they count now: its own, then those of its steps. */
const daysOf = async (number: number) => {
  const version = await bot.database.db.actionVersion.findFirstOrThrow({ where: { action: { number } }, orderBy: { version: 'desc' } });
  return [version.due?.toISOString().slice(0, 10) ?? null, ...(version.steps as { due: string | null }[]).map(({ due }) => due)];
};
const audited = async (what: string) => {
  const rows = await bot.database.db.auditEvent.findMany({ where: { what } });
  return rows
    .flatMap(({ detail }) => (detail as { moved: { name: string; slides?: object[] }[] }).moved)
    .flatMap(({ slides = [] }) => slides);
};

beforeEach(async () => {
  const { db } = bot.database;
  await db.auditEvent.deleteMany({ where: { what: { in: ['handover', 'handover.back', 'deputy.set', 'role.ended.days'] } } });
  await db.role.updateMany({ data: { to: null } });
  await db.person.updateMany({ data: { leftOn: null } });
  await db.kpiOwner.deleteMany({});
});

// 30 December and the week from 15 February 2027 are school holidays; 10 March is none; 6 November is past.
const IN_HOLIDAYS: Record<number, Days> = {
  12: { due: '2027-02-17', steps: [['2026-12-30'], ['2026-12-30', '2026-11-02'], ['2026-11-06'], [null]] },
  13: { due: '2027-03-10' },
  14: { due: null, steps: [['2027-02-16']] },
  15: { due: '2027-02-19' },
};
const TO_SCHOOL = '/partners handover early help manager, wakefield to headteacher, wakefield 1';
const TO_SERVICE = '/partners handover headteacher, wakefield 1 to early help manager, wakefield';
const TO_CHARITY = '/partners handover early help manager, wakefield to charity partner, wakefield';

describe('handing over to a school', () => {
  beforeEach(() => plan('wakefield.earlyhelp', IN_HOLIDAYS));

  test('the preview says how many dates will move, and names three; nothing has moved yet', async () => {
    const seen = await lead.say(TO_SCHOOL);
    expect(seen.text).toContain('4 dates move by the calendar of whoever must act then.');
    expect(seen.text).toContain('WAK-12: 17 February → Monday 22 February, in the school holidays');
    expect(seen.text).toContain('WAK-12, step 1: 30 December → Monday 4 January, in the school holidays');
    expect(seen.text).toContain('WAK-14, step 1: 16 February → Monday 22 February, in the school holidays');
    expect(seen.text).not.toContain('WAK-15: 19 February');
    expect(seen.text).toContain('And 1 more.');
    expect(await daysOf(12)).toEqual(['2027-02-17', '2026-12-30', '2026-12-30', '2026-11-06', null]);
  });

  test('moves them: not of what is done or past, nor a day on which a school is at work', async () => {
    const done = await lead.press(await lead.say(TO_SCHOOL), 'Hand over');
    expect(done.text).toContain('4 dates have moved by the calendar of whoever must act then.');
    expect(done.text).toContain('WAK-12: 17 February → Monday 22 February, in the school holidays');
    expect(await daysOf(12)).toEqual(['2027-02-22', '2027-01-04', '2026-12-30', '2026-11-06', null]);
    expect(await daysOf(13)).toEqual(['2027-03-10']);
    expect(await daysOf(14)).toEqual([null, '2027-02-22']);
    expect(await audited('handover')).toEqual([
      { was: '2027-02-17', is: '2027-02-22', why: 'in the school holidays' },
      { step: 1, was: '2026-12-30', is: '2027-01-04', why: 'in the school holidays' },
      { step: 1, was: '2027-02-16', is: '2027-02-22', why: 'in the school holidays' },
      { was: '2027-02-19', is: '2027-02-22', why: 'in the school holidays' },
    ]);
  });

  test('handed back, they are what they were; a date that somebody has set since stays', async () => {
    const done = await lead.press(await lead.say(TO_SCHOOL), 'Hand over');
    await lead.say('/rag 15 due 24 February');
    const back = await lead.press(done, 'Hand them back');
    expect(back.text).toContain('3 dates have moved');
    expect(back.text).toContain('WAK-12: 22 February → Wednesday 17 February, as it was before');
    expect(await daysOf(12)).toEqual(['2027-02-17', '2026-12-30', '2026-12-30', '2026-11-06', null]);
    expect(await daysOf(15)).toEqual(['2027-02-24']);
  });

  test('an administrator is told how many, and not of what', async () => {
    const seen = await (await bot.as('admin')).say(TO_SCHOOL);
    expect(seen.text).toContain('4 dates move');
    expect(seen.text).not.toContain('February');
  });

  test('takes as many statements for hundreds of dates as for four', async () => {
    const few = await lead.say(TO_SCHOOL);
    bot.database.forget();
    await lead.press(few, 'Hand over');
    const statements = bot.database.statements.length;
    await plan('wakefield.earlyhelp', Object.fromEntries(Array.from({ length: 200 }, (_, at) => [at + 1, { due: '2027-02-17' }])));
    const many = await lead.say(TO_SCHOOL);
    bot.database.forget();
    const done = await lead.press(many, 'Hand over');
    expect(done.text).toContain('200 dates have moved');
    expect(bot.database.statements.length).toBeLessThanOrEqual(statements);
    expect(await daysOf(200)).toEqual(['2027-02-22']);
  });
});

test('control: from one service to another nothing slides, and nothing is said', async () => {
  await plan('wakefield.earlyhelp', IN_HOLIDAYS);
  const preview = await lead.say(TO_CHARITY);
  const done = await lead.press(preview, 'Hand over');
  expect(preview.text + done.text).not.toMatch(/\bdates?\b/);
  expect(await daysOf(12)).toEqual(['2027-02-17', '2026-12-30', '2026-12-30', '2026-11-06', null]);
  expect(await audited('handover')).toEqual([]);
});

test('handing over to a service: a day in the school holidays is one of its working days and stays, one on a bank holiday slides', async () => {
  await plan('wakefield.head.1', { 12: { due: '2027-02-17' }, 13: { due: '2027-05-31' } });
  const done = await lead.press(await lead.say(TO_SERVICE), 'Hand over');
  expect(done.text).toContain('1 date has moved');
  expect(done.text).toContain('WAK-13: 31 May → Tuesday 1 June, a bank holiday');
  expect([await daysOf(12), await daysOf(13)]).toEqual([['2027-02-17'], ['2027-06-01']]);
});

describe('who stands in', () => {
  const leave = async () =>
    bot.database.db.person.update({ where: { id: await idOf(bot, 'wakefield.earlyhelp') }, data: { leftOn: new Date('2026-11-01') } });
  const set = (deputy: string) => lead.say(`/partners deputy ${deputy} for WAK-12`);

  test('for an owner who has left, acts: a school’s days count', async () => {
    await plan('wakefield.earlyhelp', { 12: { due: '2027-02-17' } });
    await leave();
    const seen = await set('headteacher, wakefield 1');
    expect(seen.text).toContain('WAK-12: 17 February → Monday 22 February, in the school holidays');
    expect(await daysOf(12)).toEqual(['2027-02-22']);
    expect(await audited('deputy.set')).toHaveLength(1);
  });

  test('for all that somebody owned: it is previewed, and done by the press', async () => {
    await plan('wakefield.earlyhelp', { 12: { due: '2027-02-17' } });
    await leave();
    const preview = await lead.say('/partners deputy headteacher, wakefield 1 for early help manager, wakefield');
    expect(preview.text).toContain('1 date moves by the calendar of whoever must act then.');
    expect(await daysOf(12)).toEqual(['2027-02-17']);
    expect((await lead.press(preview, 'Yes, for all of it')).text).toContain('1 date has moved');
    expect(await daysOf(12)).toEqual(['2027-02-22']);
  });

  test('control: while the owner is here, it is their days that count', async () => {
    await plan('wakefield.earlyhelp', { 12: { due: '2027-02-17' } });
    expect((await set('headteacher, wakefield 1')).text).not.toContain('date');
    expect(await daysOf(12)).toEqual(['2027-02-17']);
  });
});

describe('a role that ends', () => {
  const DAYS: Record<number, Days> = { 12: { due: '2027-02-17', steps: [['2026-12-29']] }, 13: { due: '2027-03-10' } };
  const leaves = () => lead.say('/partners leaver early help manager, wakefield on 31 Jan');

  test('leaves what comes after its last day to whoever stands in: a school’s days count then, before it the owner’s own', async () => {
    await plan('wakefield.earlyhelp', DAYS, 'wakefield.head.1');
    const preview = await leaves();
    expect(preview.text).toContain('1 date moves by the calendar of whoever must act then.');
    expect(preview.text).toContain('WAK-12: 17 February → Monday 22 February, in the school holidays');
    expect(await daysOf(12)).toEqual(['2027-02-17', '2026-12-29']);
    const done = await lead.press(preview, 'End the role');
    expect(done.text).toContain('1 date has moved');
    expect([await daysOf(12), await daysOf(13)]).toEqual([['2027-02-22', '2026-12-29'], ['2027-03-10']]);
    expect(await audited('role.ended.days')).toEqual([{ was: '2027-02-17', is: '2027-02-22', why: 'in the school holidays' }]);
    await lead.press(preview, 'End the role');
    expect(await bot.database.db.actionVersion.count()).toBe(3);
  });

  test.each([
    ['a service stands in', 'wakefield.charity'],
    ['nobody stands in', null],
  ])('control: nothing slides when %s', async (_, deputy) => {
    await plan('wakefield.earlyhelp', DAYS, deputy);
    const preview = await leaves();
    const done = await lead.press(preview, 'End the role');
    expect(preview.text + done.text).not.toMatch(/\bdates?\b/);
    expect(await daysOf(12)).toEqual(['2027-02-17', '2026-12-29']);
    expect(await audited('role.ended.days')).toEqual([]);
  });
});
