import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { ratingsIn, setPlan } from '../support/plan.ts';

// Advisers note when they meet a locality; what is to be rated before waits for them.

type Person = Awaited<ReturnType<TestBot['as']>>;
let bot: TestBot;
let adviser: Person;
let ids: Record<string, string>;

beforeAll(async () => {
  bot = await testBot();
  adviser = await bot.as('pilot1.adviser');
});
afterAll(() => bot.close());

/** Thursday 19 November 2026, two in the afternoon. */
beforeEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  await bot.database.db.meeting.deleteMany();
  await bot.database.db.auditEvent.deleteMany({ where: { what: 'meeting.put_off' } });
  ids = await setPlan(bot, [
    {
      number: 7,
      title: 'Recruit two officers',
      owner: 'wakefield.lead',
      ratings: [{ rating: 'red', at: '2026-11-18', by: 'wakefield.lead', reason: 'late', remedy: 'a joint post' }],
    },
    { number: 9, title: 'Parent voice group', owner: 'wakefield.coordinator' },
    {
      number: 11,
      title: 'Old plan',
      owner: 'wakefield.lead',
      ratings: [{ rating: 'stopped', at: '2026-11-01', by: 'wakefield.lead', reason: 'no need' }],
    },
    { number: 4, title: 'Reading in hubs', locality: 'Coventry', owner: 'coventry.lead' },
  ]);
});

const noted = async () =>
  (await bot.database.db.meeting.findMany({ where: { withdrawnAt: null }, include: { locality: true }, orderBy: { date: 'asc' } })).map(
    ({ locality, date }) => `${locality.name} ${date.toISOString().slice(0, 10)}`,
  );

describe('noting a meeting', () => {
  test('is one line, and says what waits before it', async () => {
    const card = await adviser.say('/rag meeting wakefield 3 Dec');
    expect(card.text).toBe(
      [
        'Noted: you meet Wakefield on Thursday 3 December 2026.',
        '2 actions wait there for your rating before you meet.',
        '[One after the other]  [Withdraw]  [My meetings]',
      ].join('\n'),
    );
    expect(await noted()).toEqual(['Wakefield 2026-12-03']);
  });

  test.each(['meeting 3 Dec wakefield', 'meeting WAK on Thursday 3 December', 'meeting wakefield in two weeks'])('%s', async (words) => {
    await adviser.say(`/rag ${words}`);
    expect(await noted()).toEqual(['Wakefield 2026-12-03']);
  });

  test('the same one twice is noted once', async () => {
    await adviser.say('/rag meeting wakefield 3 Dec');
    expect((await adviser.say('/rag meeting wakefield 3 Dec')).title).toBe('It was noted already: Wakefield, Thursday 3 December 2026.');
    expect(await noted()).toEqual(['Wakefield 2026-12-03']);
  });

  test('far ahead, it says from when on something waits', async () => {
    expect((await adviser.say('/rag meeting wakefield 14 Jan')).text).toContain('What is to be rated before waits for you from 31 Dec.');
  });

  test.each([
    ['a Saturday', '5 Dec', 'It is a Saturday.', 'Note 5 Dec 2026', 'Wakefield 2026-12-05'],
    ['a bank holiday', '25 Dec', 'It is a bank holiday.', 'Note 25 Dec 2026', 'Wakefield 2026-12-25'],
    ['a day that has passed', '3 Nov 2026', 'That day has passed.', 'Yes, we met then', 'Wakefield 2026-11-03'],
    ['a day nearly a year away', '3 Nov', 'That is more than half a year away.', 'We met on 3 Nov 2026', 'Wakefield 2026-11-03'],
  ])('%s is asked about, and saved by one press', async (_, words, why, label, saved) => {
    const asked = await adviser.say(`/rag meeting wakefield ${words}`);
    expect(asked.title).toMatch(/^Not noted yet: Wakefield, /u);
    expect(asked.text).toContain(why);
    expect(await noted()).toEqual([]);
    await adviser.press(asked, label);
    expect(await noted()).toEqual([saved]);
  });

  test('two localities on one day are asked about', async () => {
    await adviser.say('/rag meeting wakefield 3 Dec');
    const asked = await adviser.say('/rag meeting coventry 3 Dec');
    expect(asked.text).toContain('You meet Wakefield on the same day.');
    await adviser.press(asked, 'Note 3 Dec 2026');
    expect(await noted()).toEqual(expect.arrayContaining(['Wakefield 2026-12-03', 'Coventry 2026-12-03']));
  });

  test.each([
    ['a day that there is not', 'wakefield 31 Nov', 'there is no 31 Nov'],
    ['no day at all', 'wakefield soonish', '“soonish” is not clear'],
    ['too long ago', 'wakefield 3 Nov 2024', 'more than a year ago'],
    ['too far ahead', 'wakefield 3 Nov 2031', 'more than two years away'],
    ['a locality that they do not advise', 'ealing 3 Dec', 'Which locality do you mean?'],
  ])('%s gets a clear answer, and nothing is noted', async (_, words, says) => {
    expect((await adviser.say(`/rag meeting ${words}`)).text).toContain(says);
    expect(await noted()).toEqual([]);
  });

  test('a slip of spelling is offered, and a locality that was not said is asked', async () => {
    await adviser.press(await adviser.say('/rag meeting wakefield 3 Decmber'), 'Note 3 Dec 2026');
    await adviser.press(await adviser.say('/rag meeting 8 Dec'), 'Coventry');
    expect(await noted()).toEqual(['Wakefield 2026-12-03', 'Coventry 2026-12-08']);
  });

  test('the form asks for what is not clear, and stays open', async () => {
    const form = await adviser.press(await adviser.say('/rag meeting wakefield'), 'Choose a day');
    const wrong = await adviser.submit(form, { date: 'sometime' });
    expect(wrong.fields().date).toMatch(/^Write a day/u);
    await adviser.submit(wrong, { date: '3 December' });
    expect(await noted()).toEqual(['Wakefield 2026-12-03']);
  });

  test('nobody else notes meetings', async () => {
    const lead = await bot.as('wakefield.lead');
    for (const words of ['meeting wakefield 3 Dec', 'meetings', 'meeting'])
      expect((await lead.say(`/rag ${words}`)).title).toBe('Nothing was changed. Only advisers note when they meet a locality.');
    expect(await noted()).toEqual([]);
  });
});

describe('the meetings to come', () => {
  test('are listed, and withdrawn by one press', async () => {
    await adviser.say('/rag meeting wakefield 3 Dec');
    await adviser.press(await adviser.say('/rag meeting wakefield 3 Nov 2026'), 'Yes, we met then');
    const list = await adviser.say('/rag meetings');
    expect(list.text).toBe(
      [
        'You meet Wakefield next, on Thursday 3 December 2026.',
        'Wakefield  Thursday 3 December 2026: 2 actions wait for your rating  [Withdraw]',
        'Coventry   no meeting noted  [Note a day]',
        'Rochdale   no meeting noted  [Note a day]',
        'Wiltshire  no meeting noted  [Note a day]',
        '[One after the other]',
      ].join('\n'),
    );
    const gone = await adviser.press(list, 'Withdraw');
    expect(gone.title).toBe('Withdrawn: Wakefield, Thursday 3 December 2026. Ratings that you gave stay.');
    expect(await noted()).toEqual(['Wakefield 2026-11-03']);
    expect((await adviser.press(list, 'Withdraw')).title).toBe(gone.title);
    await adviser.press(gone, 'Note it again');
    expect(await noted()).toEqual(['Wakefield 2026-11-03', 'Wakefield 2026-12-03']);
  });

  test("another adviser's meeting is not theirs to withdraw", async () => {
    await adviser.say('/rag meeting wakefield 3 Dec');
    const list = await adviser.say('/rag meetings');
    await bot.database.db.meeting.updateMany({ data: { adviserId: bot.core.newId() } });
    expect((await adviser.press(list, 'Withdraw')).title).toBe('Nothing was changed. I cannot find this meeting among yours.');
    expect(await noted()).toHaveLength(1);
  });
});

describe('what waits for an adviser', () => {
  test('is what to rate before the next meeting, on /rag and the home card', async () => {
    await adviser.say('/rag meeting wakefield 3 Dec');
    const list = await adviser.say('/rag');
    expect(list.title).toBe('2 actions wait for your rating before you meet Wakefield on 3 Dec.');
    expect(list.text).toContain('Wakefield, you meet on 3 Dec  2 actions for your rating');
    // The ratings before that meeting, and the next meeting of each of three other localities: as in /nudge.
    expect((await adviser.say('/commoncause')).title).toBe('4 things wait for you.');
    expect((await adviser.say('/nudge')).text).toContain('Waiting for you: 4 things');
  });

  test('goes one after the other, with skip, until the meeting has its ratings', async () => {
    await adviser.say('/rag meeting wakefield 3 Dec');
    const first = await adviser.say('/rag next');
    expect(first.title).toBe('1 of 2: WAK-7 Recruit two officers');
    expect(first.labels).toEqual(['Green', 'Amber', 'Red', 'Skip', 'Raise a worry']);
    const second = await adviser.press(first, 'Skip');
    expect(second.title).toBe('2 of 2: WAK-9 Parent voice group');
    const done = await adviser.press(second, 'Green');
    expect(done.text).toContain('Done: you rated 1 action; 1 skipped, which waits for you still.\nWAK-9 Parent voice group  Green');
    const again = await adviser.press(done, 'Go through them again');
    expect(again.title).toBe('1 of 1: WAK-7 Recruit two officers');
    const end = await adviser.submit(await adviser.press(again, 'Amber'), { reason: 'one advert is out' });
    expect(end.title).toBe('Done: you rated 1 action.');
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toEqual(['v1 amber, one advert is out']);
    expect(await ratingsIn(bot, ids['WAK-7'])).toHaveLength(1);
    expect((await adviser.say('/rag next')).title).toBe('Nothing waits for you.');
  });

  test('comes again before the meeting after it', async () => {
    await adviser.say('/rag meeting wakefield 20 Nov');
    await adviser.say('/rag WAK-7 green');
    await adviser.say('/rag WAK-9 green');
    expect((await adviser.say('/rag next')).title).toBe('Nothing waits for you.');
    bot.clock.set('2026-12-01T10:00:00Z');
    await adviser.say('/rag meeting wakefield 10 Dec');
    expect((await adviser.say('/rag next')).title).toBe('1 of 2: WAK-7 Recruit two officers');
  });

  test('with no meeting noted, one question, until next month when there is none in this one', async () => {
    const asked = await adviser.say('/rag');
    expect(asked.text).toContain('When do you meet Coventry, Rochdale, Wakefield and Wiltshire next?');
    const which = await adviser.press(asked, 'Not this month');
    expect(which.title).toBe('Where do you not meet this month? Nothing was changed yet.');
    const later = await adviser.press(which, 'None of them this month');
    expect(later.title).toBe('All right: I will ask again next month.');
    expect((await adviser.say('/rag')).text).not.toContain('When do you meet');
    expect((await adviser.say('/commoncause')).title).toBe('Nothing waits for you.');
    bot.clock.set('2026-12-01T10:00:00Z');
    expect((await adviser.say('/rag')).labels).toContain('When do you meet next?');
  });

  test('no meeting with one locality this month says nothing of the others', async () => {
    const which = await adviser.press(await adviser.say('/rag'), 'Not this month');
    const left = await adviser.press(which, 'Not this month');
    expect(left.title).toBe('All right: I will ask about Coventry again next month. And the others?');
    expect((await adviser.say('/rag')).text).toContain('When do you meet Rochdale, Wakefield and Wiltshire next?');
    // The same press once more changes nothing.
    await adviser.press(which, 'Not this month');
    expect(await bot.database.db.auditEvent.count({ where: { what: 'meeting.put_off' } })).toBe(1);
    await adviser.say('/rag meeting wakefield 3 Dec');
    await adviser.say('/rag meeting rochdale 8 Dec');
    const last = await adviser.press(await adviser.say('/rag'), 'Not this month');
    expect(last.title).toBe('All right: I will ask again next month.');
    expect((await adviser.say('/rag')).text).not.toContain('When do you meet');
  });

  test('somebody who also advises nobody there is not told of actions that they may not rate', async () => {
    const { db } = bot.database;
    const person = await db.person.findUniqueOrThrow({ where: { email: 'pilot1.adviser@example.org' } });
    await adviser.say('/rag meeting wakefield 3 Dec');
    const held = await db.role.findFirstOrThrow({ where: { personId: person.id, role: 'adviser' } });
    const localities = await db.locality.findMany({ where: { name: { in: ['Wakefield', 'Coventry'] } }, orderBy: { name: 'asc' } });
    const [coventry, wakefield] = localities.map(({ id }) => ({ scopeKind: 'locality', scopeId: id }));
    await db.role.update({ where: { id: held.id }, data: { ...coventry } });
    const also = await db.role.create({
      data: {
        id: bot.core.newId(),
        personId: person.id,
        role: 'partner',
        from: new Date('2026-09-01'),
        ...(wakefield as { scopeKind: string; scopeId: string }),
      },
    });
    expect((await adviser.say('/rag meetings')).text).not.toContain('wait for your rating');
    await db.role.delete({ where: { id: also.id } });
    await db.role.update({ where: { id: held.id }, data: { scopeKind: held.scopeKind, scopeId: held.scopeId } });
  });

  test('the question is answered in its form', async () => {
    const form = await adviser.press(await adviser.say('/commoncause'), 'When do you meet next?');
    const wakefield = await bot.database.db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    expect((await adviser.submit(form, { date: '3 Dec' })).fields()).toEqual({ locality: 'Choose a locality.' });
    await adviser.submit(form, { locality: wakefield.id, date: '3 Dec' });
    expect(await noted()).toEqual(['Wakefield 2026-12-03']);
    expect((await adviser.say('/rag')).text).toContain('When do you meet Coventry, Rochdale and Wiltshire next?');
  });
});
