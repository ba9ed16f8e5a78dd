import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { kpisIn } from '../../src/kpis/queries.ts';
import { holdRebases } from '../../src/kpis/rebase.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { field, type Reply, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

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

  test('what somebody else has written for the same day since is not taken back unseen', async () => {
    const mine = await begin('attendance from 14 Sep', { reason: 'my reason' });
    await begin('wakefield attendance from 14 Sep', { reason: 'their reason' }, await bot.as('evaluator'));
    const before = await rows();
    const refused = await lead.press(mine, 'Take it back');
    expect(refused.title).toBe(
      'Nothing was changed: somebody has given another reason since why the limits of Attendance, Wakefield, begin anew on 14 Sep.',
    );
    expect(refused.text).toContain('their reason');
    expect(await rows()).toEqual(before);
    expect((await lead.press(refused, 'Take it back')).title).toContain('Taken back');
    expect(await rows()).toHaveLength(before.length + 1);
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

describe('two at once', () => {
  let site: Awaited<ReturnType<typeof startWeb>>;
  let kpiId: string;
  beforeAll(async () => {
    site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
    kpiId = (await bot.database.db.kpiDefinition.findFirstOrThrow({ where: { name: 'Attendance', kpi: { locality: { prefix: 'WAK' } } } }))
      .kpiId;
  });
  afterAll(() => site?.stop());
  beforeEach(() => bot.database.db.kpiRebase.deleteMany({ where: { kpiId } }));

  const standing = async () => (await rows()).filter(({ withdrawn }) => !withdrawn).map(({ reason }) => reason);
  const words = ({ text }: Reply) =>
    text
      .slice(text.indexOf('<main'))
      .replaceAll(/<[^>]*>/gu, ' ')
      .replaceAll('&#39;', "'")
      .replaceAll(/\s+/gu, ' ');

  /** The page of the KPI in a browser of the coordinator's, and what is sent from it. */
  const opened = async () => {
    const as = '?as=wakefield.coordinator@example.org';
    const who = visitor(site.origin);
    let page = await who.get(`/kpis/${kpiId}${as}`);
    return {
      post: async (fields: Record<string, string>) => {
        page = await who.post(`/kpis/${kpiId}/rebase${as}`, { csrf: field(page, 'csrf'), seen: field(page, 'seen'), ...fields });
        return page;
      },
    };
  };
  const from = (day: string, reason: string) => ({
    act: 'add',
    'field.date.day': day,
    'field.date.month': '10',
    'field.date.year': '2026',
    'field.reason': reason,
  });

  test('on the page the second is told that somebody else has just done it, sees what stands, and may still save theirs', async () => {
    const page = await opened();
    await begin('attendance from 5 Oct new registers');
    const told = await page.post(from('12', 'a new policy'));
    expect(told.status).toBe(409);
    expect(words(told)).toContain('Somebody else has just changed where the limits of this chart begin anew.');
    expect(words(told)).toMatch(/5 October 2026: new registers/u);
    expect(told.text, 'what was typed is kept').toContain('a new policy</textarea>');
    expect(await standing()).toEqual(['new registers']);
    expect((await page.post(from('12', 'a new policy'))).status).toBe(303);
    expect(await standing()).toEqual(['new registers', 'a new policy']);
  });

  test('in the chat too', async () => {
    const form = await lead.say('/kpi rebase attendance from 5 Oct new registers');
    expect((await (await opened()).post(from('12', 'a new policy'))).status).toBe(303);
    const told = await lead.submit(form, {});
    expect(told.title).toBe('Nothing was saved: somebody else has just changed where the limits of Attendance, Wakefield, begin anew.');
    expect(told.text).toMatch(/From 12 Oct on +a new policy/u);
    expect(await standing()).toEqual(['a new policy']);
    const again = await lead.press(told, 'Save mine too');
    expect(again.form().fields.map(({ value }) => value)).toEqual(['2026-10-05', 'new registers']);
    expect((await lead.submit(again, {})).title).toBe('Attendance, Wakefield: saved.');
    expect(await standing()).toEqual(['a new policy', 'new registers']);
  });

  test('who asks for just what stands is told that it is done', async () => {
    const page = await opened();
    await begin('attendance from 12 Oct a new policy');
    expect((await page.post(from('12', 'a new policy'))).status).toBe(303);
    expect(await standing()).toEqual(['a new policy']);
  });

  test('taking back what somebody else has just given another reason is asked once more', async () => {
    await begin('attendance from 12 Oct a new policy');
    const page = await opened();
    await begin('attendance from 12 Oct', { reason: 'a better reason' });
    const back = { act: 'withdraw', date: '2026-10-12' };
    const told = await page.post(back);
    expect([told.status, words(told).includes('Somebody else has just changed')]).toEqual([409, true]);
    expect((await page.post(back)).status).toBe(303);
    expect((await rows()).at(-1)).toMatchObject({ reason: 'a better reason', withdrawn: true });
  });

  test('a page that is sent while another is being saved waits for it, and is told the same', async () => {
    const page = await opened();
    const { db, url } = bot.database;
    let sent: Promise<Reply> | undefined;
    await db.$transaction(async (tx) => {
      await holdRebases(tx, kpiId);
      const date = new Date('2026-10-05');
      await tx.kpiRebase.create({ data: { kpiId, version: 1, date, reason: 'new registers', recordedAt: new Date('2026-11-19T13:00Z') } });
      sent = page.post(from('12', 'a new policy'));
      // It has read what stood before, and waits; the embedded engine lets nobody else begin.
      const waits = () =>
        tx.$queryRaw<unknown[]>`select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`;
      while (url !== undefined && (await waits()).length === 0);
    });
    const told = (await sent) as Reply;
    expect(told.status).toBe(409);
    expect(words(told)).toMatch(/Somebody else has just changed .* 5 October 2026: new registers/u);
    expect(await standing()).toEqual(['new registers']);
  });

  test('in the same instant both are answered, and each version is written once', async () => {
    const pages = await Promise.all([opened(), opened()]);
    const forms = await Promise.all([
      lead.say('/kpi rebase attendance from 5 Oct new registers'),
      lead.say('/kpi rebase attendance from 19 Oct new codes'),
    ]);
    const [first, second, ...cards] = await Promise.all([
      pages[0].post(from('12', 'a new policy')),
      pages[1].post(from('26', 'another policy')),
      ...forms.map((form) => lead.submit(form, {})),
    ]);
    const saved =
      [first, second].filter(({ status }) => status === 303).length + cards.filter(({ title }) => title.endsWith(': saved.')).length;
    expect([first.status, second.status].every((status) => status === 303 || status === 409)).toBe(true);
    expect(saved).toBe(1);
    expect(await standing()).toHaveLength(1);
  });
});
