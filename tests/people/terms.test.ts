import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { setPlan } from '../support/plan.ts';

// Term dates are seen with who says so, confirmed with one press, and entered by the coordinator alone.

type Somebody = Awaited<ReturnType<TestBot['as']>>;
let bot: TestBot;
let coordinator: Somebody;
let head: Somebody;
let school: string;

beforeAll(async () => {
  bot = await testBot();
  coordinator = await bot.as('wakefield.coordinator');
  head = await bot.as('wakefield.head.1');
  const { db } = bot.database;
  const { organisation } = await db.person.findUniqueOrThrow({
    where: { email: 'wakefield.head.1@example.org' },
    include: { organisation: true },
  });
  school = organisation?.name as string;
});
afterAll(() => bot.close());
beforeEach(async () => {
  await bot.database.db.$executeRaw`delete from term_dates`;
  await bot.database.db.$executeRaw`delete from closed_day`;
});

const rows = () => bot.database.db.termDates.findMany({ orderBy: { seq: 'asc' }, include: { organisation: true } });
const change = async (who: Somebody, words: string, values: Record<string, string>) =>
  who.submit(await who.press(await who.say(words), 'Change the dates'), values);
const close = async (words: string, day: string, what = 'inset') =>
  coordinator.submit(await coordinator.press(await coordinator.say(words), 'Add a closed day'), { day, what });

describe('whose dates', () => {
  test('my council area’s, with what is assumed', async () => {
    const card = await coordinator.say('/partners terms');
    expect(card.title).toBe('Term dates of Wakefield, 2026/27: all assumed');
    expect(card.text).toMatch(/^Autumn half-term +26 October to 30 October 2026 +assumed: the usual pattern$/mu);
    expect(card.labels).toEqual(['These dates are right', 'Change the dates', 'Add a closed day', '2027/28']);
    expect((await coordinator.press(card, '2027/28')).title).toBe('Term dates of Wakefield, 2027/28: all assumed');
  });

  test('North of Tyne has three council areas and is asked which', async () => {
    const north = await bot.as('northoftyne.coordinator');
    const which = await north.say('/partners terms 2025/26');
    expect(which.title).toBe('The term dates of which council area?');
    expect(which.text).toMatch(/Newcastle upon Tyne[\s\S]*North Tyneside[\s\S]*Northumberland/u);
    const ones = await Promise.all(
      ['newcastle upon tyne', 'North Tyneside', 'northumberland'].map((name) => north.say(`/partners terms ${name} 2025/26`)),
    );
    expect(ones.map(({ title }) => title)).toEqual([
      'Term dates of Newcastle upon Tyne, 2025/26: all assumed',
      'Term dates of North Tyneside, 2025/26: all assumed',
      'Term dates of Northumberland, 2025/26: all assumed',
    ]);
    const easter = ones.map(({ text }) => /^Easter holiday +(.*?) {2}/mu.exec(text)?.[1]);
    expect(easter).toEqual(['30 March to 10 April 2026', '30 March to 10 April 2026', '3 April to 17 April 2026']);
    expect((await north.say('/partners terms north of tyne')).title).toBe('The term dates of which “north of tyne”?');
  });

  test('what a council published is said so, and what a newspaper says of it', async () => {
    const ealing = await (await bot.as('ealing.coordinator')).say('/partners terms Ealing 2026/27');
    expect(ealing.title).toBe('Term dates of Ealing, 2026/27');
    expect(ealing.text).toMatch(/^Last day of the school year +27 July 2027 +published: ealing\.gov\.uk$/mu);
    expect(ealing.labels).not.toContain('These dates are right');
    expect((await coordinator.say('/partners terms wakefield 2023/24')).text).toContain('wakefieldexpress.co.uk, quoting the council');
  });

  test('a head sees those of their school first, with its own closed days, and the council area’s from there', async () => {
    await close(`/partners terms ${school}`, '2026-11-30');
    const card = await head.say('/partners terms');
    expect(card.title).toBe(`Term dates of ${school}, 2026/27: all assumed`);
    expect(card.text).toContain('30 November 2026  INSET day');
    expect(card.labels).toEqual(['Wakefield', '2027/28']);
    expect((await head.press(card, 'Wakefield')).title).toBe('Term dates of Wakefield, 2026/27: all assumed');
  });

  test('the school with the number that was said, and not all whose number begins so', async () => {
    expect((await coordinator.say('/partners terms primary school 1')).title).toBe(
      'Term dates of Primary school 1, Wakefield, 2026/27: all assumed',
    );
    expect((await coordinator.say('/partners terms primary school')).title).toBe('The term dates of which “primary school”?');
  });

  test('help behind it is help', async () => {
    const card = await coordinator.say('/partners terms help');
    expect(card.title).toBe('/partners: See who is who, invite people, hand over what they own');
    expect(card.text).toContain('/partners terms: term dates and closed days');
  });

  test('a service works all year', async () => {
    const { name } = await bot.database.db.organisation.findFirstOrThrow({ where: { kind: 'service', locality: { name: 'Wakefield' } } });
    const card = await coordinator.say(`/partners terms ${name}`);
    expect(card.title).toBe(`${name}, 2026/27: works all year`);
    expect(card.labels).toEqual(['Add a closed day', 'Wakefield', '2027/28']);
  });

  test.each([
    ['/partners terms Atlantis', 'I do not know a council area or an organisation of yours called “Atlantis”. Do you mean one of these?'],
    // Another locality's, to them, does not exist.
    ['/partners terms Surrey', 'I do not know a council area or an organisation of yours called “Surrey”. Do you mean one of these?'],
    ['/partners terms Wakefield 2026/28', '2026/28 is no school year: write it as 2026/27.'],
    ['/partners terms Wakefield 2050', 'I keep the school years 2016/17 to 2036/37; 2050/51 is none of them.'],
  ])('%s: %s', async (words, title) => expect((await coordinator.say(words)).title).toBe(title));
});

describe('what is entered', () => {
  test('one holiday: it counts at once, the rest stays assumed, and who entered it is said', async () => {
    const card = await change(coordinator, '/partners terms', { christmas: '18 December to 4 January' });
    expect(card.title).toBe('Saved: the dates of Wakefield, 2026/27.');
    expect(card.text).toContain('Term dates of Wakefield, 2026/27: 6 of 7 assumed.');
    expect(card.text).toMatch(/^Christmas holiday +18 December 2026 to 4 January 2027 +entered by Wakefield coordinator, 19 Nov$/mu);
    expect((await rows()).map(({ dates }) => dates)).toEqual([{ christmas: ['2026-12-18', '2027-01-04'] }]);
  });

  test.each([
    ['26 to 30 October', '26 October to 30 October 2026'],
    ['Monday 26 October 2026 – Friday 30 October 2026', '26 October to 30 October 2026'],
    ['26/10/2026 to 30/10/2026', '26 October to 30 October 2026'],
    ['2026-10-26 until 2026-10-30', '26 October to 30 October 2026'],
    ['23 October to 23 October', '23 October 2026'],
  ])('“%s” is understood', async (said, shown) => {
    const card = await change(coordinator, '/partners terms', { autumnHalfTerm: said });
    expect(card.text).toMatch(new RegExp(`^Autumn half-term +${shown} `, 'mu'));
  });

  test('a school has its own, and keeps those of its area where it says nothing', async () => {
    await change(coordinator, '/partners terms', { christmas: '18 December to 1 January' });
    const card = await change(coordinator, `/partners terms ${school}`, { autumnHalfTerm: '19 October to 30 October' });
    expect(card.text).toMatch(/^Autumn half-term +19 October to 30 October 2026 +entered by/mu);
    expect(card.text).toMatch(/^Christmas holiday +18 December 2026 to 1 January 2027 +Wakefield: entered by/mu);
    expect((await coordinator.say('/partners terms')).text).toMatch(/^Autumn half-term +26 October/mu);
  });

  test('is a chain: what was entered before is kept, and what is taken out comes from above again', async () => {
    await change(coordinator, '/partners terms', { end: '21 July 2027' });
    bot.clock.set('2026-11-20T10:00:00Z');
    const card = await change(coordinator, '/partners terms', { end: '' });
    bot.clock.set('2026-11-19T14:00:00Z');
    expect(card.text).toMatch(/^Last day of the school year +22 July 2027 +assumed/mu);
    expect((await rows()).map(({ dates, until }) => [dates, until.toISOString().slice(0, 10)])).toEqual([
      [{ end: '2027-07-21' }, '2026-11-20'],
      [{}, '9999-12-31'],
    ]);
  });

  test('a form that says nothing new changes nothing, and says so', async () => {
    expect((await change(coordinator, '/partners terms', {})).title).toBe('Nothing was changed: these are the dates of Wakefield already.');
    expect(await rows()).toEqual([]);
    const card = await change(coordinator, '/partners terms', { easter: '29 March to 29 March', end: '21 July' });
    // A holiday of one day stands in the form as the form takes it.
    const form = await coordinator.press(card, 'Change the dates');
    const filled = Object.fromEntries(form.form().fields.map(({ name, value }) => [name, String(value ?? '')]));
    expect(filled.easter).toBe('29 March 2027 to 29 March 2027');
    expect((await coordinator.submit(form, filled)).title).toBe('Nothing was changed: these are the dates of Wakefield already.');
    expect(await rows()).toHaveLength(1);
  });

  test('two people at once: both are kept one after the other, and one counts', async () => {
    const [one, other] = await Promise.all(
      [coordinator, await bot.as('wakefield.coordinator')].map(async (who) =>
        who.press(await who.say('/partners terms'), 'Change the dates'),
      ),
    );
    await Promise.all([
      coordinator.submit(one as NonNullable<typeof one>, { end: '20 July 2027' }),
      coordinator.submit(other as NonNullable<typeof other>, { end: '21 July 2027' }),
    ]);
    const all = await rows();
    expect(all.map(({ dates }) => (dates as { end: string }).end).sort()).toEqual(['2027-07-20', '2027-07-21']);
    expect(all.filter(({ until }) => until.getUTCFullYear() === 9999)).toHaveLength(1);
  });

  test.each([
    ['an end before its start', { easter: '9 April to 26 March' }, 'It ends (26 March 2027) before it begins (9 April 2027).'],
    ['holidays that overlap', { autumnHalfTerm: '26 October to 21 December' }, 'It comes too late: there is no school day between it and'],
    ['a date of another year', { end: '22 July 2026' }, '22 July 2026 is not in the school year 2026/27.'],
    ['a weekend', { christmas: '19 December to 1 January' }, '19 December 2026 is a Saturday. Give the first and the last weekday'],
    ['a weekday that is another', { start: 'Monday 1 September' }, '1 September 2026 is a Tuesday. Which is right?'],
    ['no date', { start: 'soon' }, 'is no date that can be read'],
    ['three days', { easter: '1 to 2 to 3 April' }, 'Write its first and its last day, as in 26 October to 30 October 2026.'],
    ['a holiday without its last day', { easter: '29 March' }, 'Write its last day too, as in 26 October to 30 October 2026.'],
    ['two days for one', { end: '20 July to 21 July' }, 'Write one day.'],
  ])('%s is told at its field, and nothing is saved', async (_, values, problem) => {
    const answer = await change(coordinator, '/partners terms', values as unknown as Record<string, string>);
    expect(Object.values(answer.fields()).join(' ')).toContain(problem);
    expect(await rows()).toEqual([]);
  });
});

describe('these dates are right', () => {
  test('settles what was assumed, and is no more asked', async () => {
    const card = await coordinator.press(await coordinator.say('/partners terms'), 'These dates are right');
    expect(card.title).toBe('Saved: the dates of Wakefield, 2026/27, are right.');
    expect(card.text).not.toContain('assumed');
    expect((await coordinator.say('/partners terms')).title).toBe('Term dates of Wakefield, 2026/27');
    expect(await rows()).toHaveLength(1);
  });

  test('pressed after somebody changed them, it asks again', async () => {
    const seen = await coordinator.say('/partners terms');
    await change(coordinator, '/partners terms', { christmas: '18 December to 1 January' });
    const again = await coordinator.press(seen, 'These dates are right');
    expect(again.title).toBe('Nothing was saved: somebody changed these dates since. Are they right now?');
    expect(await rows()).toHaveLength(1);
    expect((await coordinator.press(again, 'These dates are right')).text).toMatch(/^Christmas holiday +18 December/mu);
  });

  test('pressed twice it is saved once', async () => {
    const seen = await coordinator.say('/partners terms');
    await coordinator.press(seen, 'These dates are right');
    expect((await coordinator.press(seen, 'These dates are right')).title).toBe('Nothing to save: these dates are not assumed any more.');
    expect(await rows()).toHaveLength(1);
  });
});

describe('closed days', () => {
  test('are added, once, and taken back', async () => {
    const card = await close('/partners terms', '2026-11-27');
    expect(card.title).toBe('Saved: 27 November 2026, INSET day, Wakefield.');
    expect((await close('/partners terms', '2026-11-27')).title).toBe(
      'Nothing was changed: 27 November 2026 is a closed day of Wakefield already.',
    );
    // A school has them with its area's, and takes back only its own.
    await close(`/partners terms ${school}`, '2026-11-30', 'closed');
    const own = await coordinator.say(`/partners terms ${school}`);
    expect(own.text).toMatch(/27 November 2026 +INSET day, Wakefield\n30 November 2026 +closed +\[Take back\]/u);
    expect((await coordinator.press(own, 'Take back')).title).toBe(`Taken back: 30 November 2026 is no closed day of ${school}.`);
    expect((await coordinator.press(own, 'Take back')).title).toContain('Nothing was changed: this closed day was taken back already.');
    expect(await bot.database.db.closedDay.count()).toBe(2);
  });

  test.each([
    ['2026-11-28', '28 November 2026 is at a weekend, so nobody is expected anyway.'],
    ['2026-12-25', '25 December 2026 is a bank holiday, so nobody is expected anyway.'],
    ['2026-10-28', '28 October 2026 is in the school holidays, so nobody is expected anyway.'],
    ['2027-09-03', '3 September 2027 is not in the school year 2026/27.'],
    ['', 'Give the day, the month and the year, as in 27 11 2026.'],
  ])('%s: %s', async (day, problem) => expect((await close('/partners terms', day)).fields()).toEqual({ day: problem }));
});

describe('who may', () => {
  test('a partner and a pilot lead see them and change nothing', async () => {
    for (const who of [head, await bot.as('wakefield.lead')]) {
      const card = await who.say('/partners terms Wakefield');
      expect(card.title).toBe('Term dates of Wakefield, 2026/27: all assumed');
      expect(card.labels).toEqual(['2027/28']);
      expect(card.text).toContain('The coordinator can say whether these dates are right.');
    }
  });

  test('somebody whose role has ended since is told that nothing was saved', async () => {
    const form = await coordinator.press(await coordinator.say('/partners terms'), 'Change the dates');
    const { db } = bot.database;
    const { id } = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.coordinator@example.org' } });
    await db.role.updateMany({ where: { personId: id }, data: { role: 'lead' } });
    const refused = await coordinator.submit(form, { christmas: '18 December to 1 January' });
    await db.role.updateMany({ where: { personId: id }, data: { role: 'coordinator' } });
    expect(refused.title).toContain('Not saved. The term dates of Wakefield are kept by its coordinator.');
    expect(await rows()).toEqual([]);
    // The control: with the role it is saved.
    expect((await coordinator.submit(form, { christmas: '18 December to 1 January' })).title).toContain('Saved');
  });

  test('an evaluator, who sees organisations as codes, has none to see', async () => {
    expect((await (await bot.as('evaluator')).say('/partners terms')).title).toBe('There are no term dates to show for your roles.');
  });
});

describe('days slide by them', () => {
  test('a day in the school’s own holiday moves, in the holiday that it no longer has it stays', async () => {
    await setPlan(bot, [{ number: 12, title: 'Share early-help data', owner: 'wakefield.head.1', due: '2027-03-05' }]);
    const lead = await bot.as('wakefield.lead');
    expect((await lead.say('/rag 12 due 12 February 2027')).title).toContain('Friday 12 February 2027');
    await change(coordinator, `/partners terms ${school}`, { springHalfTerm: '8 February to 12 February' });
    await close(`/partners terms ${school}`, '2027-03-01');
    expect((await lead.say('/rag 12 due 12 February 2027')).text).toContain(
      '12 February is in the school holidays: moved to Monday 15 February.',
    );
    expect((await lead.say('/rag 12 due 16 February 2027')).text).not.toContain('moved');
    expect((await lead.say('/rag 12 due 1 March 2027')).text).toContain('1 March is a closed day: moved to Tuesday 2 March.');
  });
});
