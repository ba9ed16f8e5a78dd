import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kpisIn } from '../../src/kpis/queries.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// After a known change the limits of a chart begin anew, with a reason that stays beside it, and nothing of before is lost.

let bot: TestBot;
type Person = Awaited<ReturnType<TestBot['as']>>;
let lead: Person;

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());

const rows = () =>
  bot.database.db.kpiRebase.findMany({
    orderBy: [{ kpiId: 'asc' }, { version: 'asc' }],
    select: { version: true, date: true, reason: true, withdrawn: true },
  });
const begin = async (words: string, values: Record<string, string> = {}, who = lead) =>
  who.submit(await who.say(`/kpi rebase ${words}`), values);

describe('typed in one line', () => {
  test('opens a form with the day and the reason', async () => {
    const form = await lead.say('/kpi rebase attendance from 12 Oct after the new register');
    expect(form.title).toBe('Begin limits anew');
    expect(form.form().fields.map(({ value }) => value)).toEqual(['2026-10-12', 'after the new register']);
    const period = await lead.say('/kpi rebase attendance since last week, a new way of counting');
    expect(period.form().fields.map(({ value }) => value)).toEqual(['2026-11-09', 'a new way of counting']);
    expect(await rows(), 'nothing is saved before it is sent').toEqual([]);
  });

  test('is saved with its reason, says before and now, and is on the card until it is taken back', async () => {
    const saved = await begin('attendance from 9 Sep after the new register');
    expect(saved.title).toBe('Attendance, Wakefield: saved.');
    expect(saved.text).toContain('The limits begin anew with the week of 14 Sep, the first reading from 9 Sep on.');
    expect(saved.text).toMatch(/Before +The last reading is within its usual range/u);
    expect(saved.text).toMatch(/Now +Within its trial limits: no sign of change beyond chance\./u);
    const card = await lead.say('/kpi attendance');
    expect(card.text).toContain('The limits begin anew on 9 Sep: after the new register.');
    expect(card.text).toContain('14 Sep 2026  92.6 %      the limits begin anew');
    expect(card.labels).toContain('Take back 9 Sep');

    const back = await lead.press(saved, 'Take it back');
    expect(back.title).toBe('Taken back: the limits of Attendance, Wakefield, no longer begin anew on 9 Sep.');
    expect((await lead.say('/kpi attendance')).text).not.toContain('begin anew on');
    expect((await lead.press(saved, 'Take it back')).title).toContain('Nothing was changed');
    expect(await rows(), 'history is kept').toEqual([
      { version: 1, date: new Date('2026-09-09'), reason: 'after the new register', withdrawn: false },
      { version: 2, date: new Date('2026-09-09'), reason: 'after the new register', withdrawn: true },
    ]);
  });

  test('said again it is not saved twice, and another reason is another version', async () => {
    const before = (await rows()).length;
    await begin('attendance from 14 Sep', { reason: 'one reason' });
    expect((await begin('attendance from 14 Sep', { reason: 'one reason' })).title).toContain('nothing was changed');
    await begin('attendance from 14 Sep', { reason: 'a better reason' });
    expect((await rows()).length).toBe(before + 2);
    const card = await lead.say('/kpi attendance');
    expect(card.text).toContain('a better reason');
    expect(card.text).not.toContain('one reason');
    await lead.press(card, 'Take back 14 Sep');
  });

  test('as at an earlier moment it was not there yet', async () => {
    const { id: localityId } = await bot.database.db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    const earlier = bot.core.now().toString();
    bot.clock.advance({ minutes: 5 });
    const saved = await begin('attendance from 14 Sep', { reason: 'after the new register' });
    const at = async (moment: string | null) =>
      (await kpisIn(bot.database.db, [localityId], { at: moment, day: '2026-11-19' })).find(({ name }) => name === 'Attendance')?.rebases;
    expect(await at(earlier)).toEqual([]);
    expect(await at(null), 'control').toMatchObject([{ date: '2026-09-14', reason: 'after the new register' }]);
    await lead.press(saved, 'Take it back');
    expect(await at(null)).toEqual([]);
  });
});

describe('what cannot be is refused in words', () => {
  test.each([
    ['no reason', { reason: ' ' }, { reason: 'Say why, in a few words: what changed?' }],
    ['no day', { date: '' }, { date: 'Give a day, as in 12 11 2026.' }],
    [
      'a day before the first reading',
      { date: '2020-01-01' },
      { date: 'The first reading is for 1 September 2025: the limits begin with it anyway. Give a later date.' },
    ],
    [
      'a day after the last reading',
      { date: '2026-11-12' },
      { date: 'There is no reading from 12 November 2026 on: the last one is for 9 November 2026. Give a date up to then.' },
    ],
    ['a reason that is too long', { reason: 'x'.repeat(1001) }, { reason: 'The reason has 1,001 characters; 1,000 fit.' }],
    [
      'a reason that names a child',
      { reason: 'NHS number 943 476 5919 left' },
      { reason: 'The reason looks as if it has a pupil’s number (NHS number) in it.'.replace('’', "'") },
    ],
  ])('%s', async (_what, values, expected) => {
    const before = await rows();
    const refused = await begin('attendance from 12 Oct after the new register', values);
    expect(refused.fields()).toEqual(expected);
    expect(await rows()).toEqual(before);
  });

  test('a reason that names a child is not even put into the form', async () => {
    const refused = await lead.say('/kpi rebase attendance from 12 Oct NHS number 943 476 5919 left');
    expect(refused.title).toContain('Not saved');
    expect(refused.text).not.toContain('943');
  });

  test('without a name it asks which', async () => {
    expect((await lead.say('/kpi rebase')).text).toContain('Which KPI do you mean? Type kpi rebase and its name: ');
  });
});

describe('who may', () => {
  test('the coordinator and an evaluator may, an adviser and a headteacher may not, and are told who may', async () => {
    for (const name of ['wakefield.coordinator', 'evaluator']) {
      const who = await bot.as(name);
      const saved = await begin('wakefield attendance from 12 Oct', { reason: `as ${name} says` }, who);
      expect(saved.title, name).toBe('Attendance, Wakefield: saved.');
      await who.press(saved, 'Take it back');
    }
    for (const name of ['pilot1.adviser', 'wakefield.head.1']) {
      const who = await bot.as(name);
      expect((await who.say('/kpi rebase wakefield attendance from 12 Oct')).title, name).toContain(
        'are begun anew by its pilot lead, its coordinator or an evaluator',
      );
      expect((await who.say('/kpi wakefield attendance')).labels, name).not.toContain('Begin limits anew');
    }
  });

  test('nobody with the form of another', async () => {
    const form = await lead.say('/kpi rebase attendance from 12 Oct');
    const stranger = await bot.as('wakefield.head.1');
    const before = await rows();
    await stranger.ask({ kind: 'submit', token: form.form().submit.press.token, values: { date: '2026-10-12', reason: 'mine' } });
    expect(await rows()).toEqual(before);
  });
});
