import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { handsIn, idOf, kpisOf, planOf } from './plan.ts';

// Handing over: all that somebody owns and stands in for, after a preview, in one transaction, once.

let bot: TestBot;
type Person = Awaited<ReturnType<TestBot['as']>>;
let lead: Person;
beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());
beforeEach(async () => {
  const { db } = bot.database;
  await db.auditEvent.deleteMany({ where: { what: { in: ['handover', 'handover.back', 'deputy.set'] } } });
  await db.role.updateMany({ data: { to: null } });
  await db.person.updateMany({ data: { leftOn: null } });
  await kpisOf(bot, {
    Attendance: ['wakefield.earlyhelp', 'wakefield.charity'],
    'Visits in hubs': ['wakefield.charity', 'wakefield.earlyhelp'],
  });
  await planOf(bot, [
    { place: 'Wakefield', number: 7, owner: 'wakefield.earlyhelp', deputy: 'wakefield.health' },
    { place: 'Wakefield', number: 12, owner: 'wakefield.earlyhelp', deputy: 'wakefield.charity' },
    { place: 'Wakefield', number: 15, owner: 'wakefield.health', deputy: 'wakefield.earlyhelp' },
    { place: 'Wakefield', number: 20, owner: 'wakefield.charity' },
    { place: 'Rochdale', number: 3, owner: 'wakefield.earlyhelp' },
  ]);
});

const AFTER = {
  // Owner and deputy move; what the charity partner had stays; nobody stands in for themselves.
  Attendance: ['wakefield.charity', null],
  'Visits in hubs': ['wakefield.charity', null],
  'WAK-7': ['wakefield.charity', 'wakefield.health'],
  'WAK-12': ['wakefield.charity', null],
  'WAK-15': ['wakefield.health', 'wakefield.charity'],
  'WAK-20': ['wakefield.charity', null],
  'ROC-3': ['wakefield.earlyhelp', null],
};
const TYPED = '/partners handover early help manager, wakefield to charity partner, wakefield';
const audits = (what: string) => bot.database.db.auditEvent.findMany({ where: { what }, orderBy: { seq: 'asc' } });

describe('handing over', () => {
  test('is previewed first: what moves, as what, and nothing has moved yet', async () => {
    const before = await handsIn(bot);
    const seen = await lead.say(TYPED);
    expect(seen.title).toBe('Hand over 2 KPIs and 3 actions to Charity partner, Wakefield?');
    expect(seen.text).toMatch(/From +Early help manager, Wakefield\n/);
    expect(seen.text).toMatch(/WAK-7 Line 7 +owner\n/);
    expect(seen.text).toMatch(/WAK-12 Line 12 +owner; nobody stands in then\n/);
    expect(seen.text).toMatch(/WAK-15 Line 15 +stands in\n/);
    expect(seen.text).toMatch(/Visits in hubs +stands in; the owner does not need to\n/);
    expect(seen.labels).toEqual(['Hand over']);
    expect(await handsIn(bot)).toEqual(before);
    expect(await audits('handover')).toEqual([]);
  });

  test('moves ownership and deputyship of everything there with one press, and says what', async () => {
    const seen = await lead.press(await lead.say(TYPED), 'Hand over');
    expect(seen.title).toBe('Handed over: 1 KPI and 2 actions are with Charity partner, Wakefield now, who stands in for 1 action.');
    expect(seen.text).toContain('From Early help manager, Wakefield: WAK-7, WAK-12, WAK-15 and 2 KPIs.');
    expect(seen.text, 'the deputy became the owner').toContain('Nobody stands in for WAK-12 and 1 KPI any more');
    expect(await handsIn(bot)).toEqual(AFTER);
  });

  test('takes as many statements for hundreds of actions as for a few, and keeps all else of each', async () => {
    const few = await lead.say(TYPED);
    bot.database.forget();
    await lead.press(few, 'Hand over');
    const statements = bot.database.statements.length;
    expect(statements).toBeGreaterThan(5);
    const lines = Array.from({ length: 200 }, (_, at) => ({ place: 'Wakefield', number: at + 1, owner: 'wakefield.earlyhelp' }));
    await planOf(bot, lines);
    const { db } = bot.database;
    const project = await db.project.findFirstOrThrow({ where: { locality: { name: 'Wakefield' } } });
    await db.actionVersion.updateMany({ data: { projectId: project.id, steps: [{ text: 'Advertise', due: null, done: null }] } });
    const many = await lead.say(TYPED);
    bot.database.forget();
    await lead.press(many, 'Hand over');
    expect(bot.database.statements.length).toBeLessThanOrEqual(statements);
    const versions = await db.actionVersion.findMany({ where: { version: 2 } });
    expect(versions).toHaveLength(200);
    const { seq, recordedAt, until, version, change, ownerId, deputyId, recordedById, ...kept } = versions[0] as (typeof versions)[number];
    const before = await db.actionVersion.findFirstOrThrow({ where: { actionId: kept.actionId, version: 1 } });
    expect(before).toMatchObject(kept);
    expect(kept).toMatchObject({ projectId: project.id, steps: [{ text: 'Advertise' }] });
    expect([change, ownerId, recordedById]).toEqual(['handover', await idOf(bot, 'wakefield.charity'), lead.account.user]);
    expect(before.until, 'one counts at a time').toEqual(recordedAt);
  });

  test('leaves one audit event that lists what was moved and whose it was', async () => {
    await lead.press(await lead.say(TYPED), 'Hand over');
    const [event, ...others] = await audits('handover');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      personId: lead.account.user,
      subjectId: await idOf(bot, 'wakefield.earlyhelp'),
      detail: { to: await idOf(bot, 'wakefield.charity') },
    });
    const detail = event?.detail as { moved: { name: string }[] } | undefined;
    expect(detail?.moved.map(({ name }) => name).sort()).toEqual(['Attendance', 'Visits in hubs', 'WAK-12', 'WAK-15', 'WAK-7']);
  });

  test('is done once, however often it is pressed or delivered', async () => {
    const preview = await lead.say(TYPED);
    const first = await lead.press(preview, 'Hand over', 'same-delivery');
    expect((await lead.press(preview, 'Hand over', 'same-delivery')).title).toBe(first.title);
    expect((await lead.press(preview, 'Hand over')).title).toBe('This was handed over already: nothing was moved again.');
    const presses = await Promise.all([1, 2, 3].map(() => lead.press(preview, 'Hand over')));
    expect(new Set(presses.map(({ title }) => title)).size).toBe(1);
    expect((await audits('handover')).length).toBe(1);
    expect(await bot.database.db.news.count()).toBe(1);
  });

  test('two presses of one preview at once move everything once', async () => {
    const preview = await lead.say(TYPED);
    const titles = (await Promise.all([1, 2, 3].map(() => lead.press(preview, 'Hand over')))).map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith('Handed over'))).toHaveLength(1);
    expect(await handsIn(bot)).toEqual(AFTER);
  });

  test('tells whoever has it now, with the next thing they read; news about these things moves with them', async () => {
    const action = await bot.database.db.action.findFirstOrThrow({ where: { number: 7 } });
    await bot.database.db.news.create({
      data: {
        id: bot.core.newId(),
        personId: await idOf(bot, 'wakefield.earlyhelp'),
        text: 'The adviser rated WAK-7 amber.',
        aboutKind: 'action',
        aboutId: action.id,
        at: new Date('2026-11-19T10:00:00Z'),
      },
    });
    await lead.press(await lead.say(TYPED), 'Hand over');
    const news = await bot.database.db.news.findMany({ orderBy: { text: 'asc' } });
    expect(news.map(({ text, personId }) => [text, personId])).toEqual([
      ['Handed to you by Wakefield pilot lead: WAK-7, WAK-12, WAK-15 and 2 KPIs.', await idOf(bot, 'wakefield.charity')],
      ['The adviser rated WAK-7 amber.', await idOf(bot, 'wakefield.charity')],
    ]);
  });

  test('can be taken back: just what moved, and whose it was', async () => {
    const before = await handsIn(bot);
    const done = await lead.press(await lead.say(TYPED), 'Hand over');
    const back = await lead.press(done, 'Hand them back');
    expect(back.title).toMatch(/^Handed back to Early help manager, Wakefield: /);
    expect(await handsIn(bot)).toEqual(before);
    expect((await lead.press(done, 'Hand them back')).title).toMatch(/^Nothing was handed back|already/);
    expect(await handsIn(bot)).toEqual(before);
    const news = await bot.database.db.news.findMany({});
    expect(news.map(({ text }) => text)).toEqual(['Handed back to you by Wakefield pilot lead: WAK-7, WAK-12, WAK-15 and 2 KPIs.']);
  });

  test('what changed hands again since stays where it is', async () => {
    const done = await lead.press(await lead.say(TYPED), 'Hand over');
    await lead.press(
      await lead.say('/partners handover health team lead, wakefield to police partnership officer, wakefield'),
      'Hand over',
    );
    const back = await lead.press(done, 'Hand them back');
    expect(back.text).toContain('2 of them have changed hands since and stay where they are.');
    expect((await handsIn(bot))['WAK-7']).toEqual(['wakefield.charity', 'wakefield.police']);
    expect((await handsIn(bot))['WAK-12']).toEqual(['wakefield.earlyhelp', 'wakefield.charity']);
  });
});

describe('from whom and to whom', () => {
  test.each([
    ['by address', 'wakefield.earlyhelp@example.org to wakefield.charity@example.org'],
    ['by a part of the post', 'early help to charity'],
    ['with the word from', 'from early help to charity'],
    ['in one locality', 'early help to charity in Wakefield'],
  ])('%s', async (_, words) => {
    expect((await lead.say(`/partners handover ${words}`)).title).toBe('Hand over 2 KPIs and 3 actions to Charity partner, Wakefield?');
  });

  test('me', async () => {
    const seen = await lead.say('/partners handover early help to me');
    expect(seen.title).toBe('Hand over 2 KPIs and 3 actions to Wakefield pilot lead?');
    await lead.press(seen, 'Hand over');
    expect(await bot.database.db.news.count(), 'nobody is told what they did themselves').toBe(0);
  });

  test('a post that has the word “to” in it', async () => {
    const { db } = bot.database;
    await db.person.update({ where: { id: await idOf(bot, 'wakefield.earlyhelp') }, data: { post: 'Link to schools, Wakefield' } });
    await db.person.update({ where: { id: await idOf(bot, 'wakefield.charity') }, data: { post: 'Adviser to heads in Wakefield' } });
    const seen = await lead.say('/partners handover link to schools, wakefield to adviser to heads in wakefield');
    expect(seen.title).toBe('Hand over 2 KPIs and 3 actions to Adviser to heads in Wakefield?');
    expect(seen.text).toMatch(/From +Link to schools, Wakefield\n/);
    await db.person.update({ where: { id: await idOf(bot, 'wakefield.earlyhelp') }, data: { post: 'Early help manager, Wakefield' } });
    await db.person.update({ where: { id: await idOf(bot, 'wakefield.charity') }, data: { post: 'Charity partner, Wakefield' } });
  });

  test('by mention, in Slack', async () => {
    const { db } = bot.database;
    const account = { platform: 'slack' as const, tenant: 'T1', user: 'ULEAD' };
    for (const [who, user] of [
      ['wakefield.lead', 'ULEAD'],
      ['wakefield.earlyhelp', 'UEARLY'],
      ['wakefield.charity', 'UCHAR'],
    ] as const)
      await db.identity.create({
        data: {
          id: bot.core.newId(),
          personId: await idOf(bot, who),
          platform: 'slack',
          tenant: 'T1',
          user,
          linkedAt: new Date('2026-11-01'),
          how: 'code',
        },
      });
    const seen = await bot.conversation(account).say('partners handover <@UEARLY|early> to <@UCHAR>');
    expect(seen.title).toBe('Hand over 2 KPIs and 3 actions to Charity partner, Wakefield?');
    const stranger = await bot.conversation(account).say('partners handover <@UNOBODY> to <@UCHAR>');
    expect(stranger.text).toContain(
      'From whom? The person you mentioned is not linked to a post in Wakefield. Write their post or address.',
    );
    await db.identity.deleteMany({ where: { tenant: 'T1' } });
  });

  test.each([
    ['early help to headteacher', /^To whom\? Which one\?/],
    ['early help to the moon', /^To whom\? Nobody in Wakefield is called “the moon”\.$/],
    ['the moon to early help', /^From whom\? Nobody in Wakefield is called “the moon”\.$/],
    ['early help', /^Say from whom to whom: partners handover POST to POST/],
    ['early help to early help', /^Choose two different people/],
    ['police to early help', /^Police partnership officer, Wakefield has nothing to hand over in Wakefield/],
    ['early help to vulnerable children pilot adviser', /^To whom\?|^Nothing was handed over: .* holds no role in Wakefield today/],
  ])('“%s” is answered with what to do', async (words, title) => {
    const before = await handsIn(bot);
    const seen = await lead.say(`/partners handover ${words}`);
    expect(seen.title).toMatch(title);
    expect(await handsIn(bot)).toEqual(before);
  });

  test('the form does the same', async () => {
    const form = await lead.say('/partners handover');
    const options = form.form().fields.flatMap((field) => (field.kind === 'choice' ? [field.options.map(({ label }) => label)] : []));
    expect(options[0]).toEqual(
      expect.arrayContaining(['Early help manager, Wakefield', 'Charity partner, Wakefield', 'Health team lead, Wakefield']),
    );
    expect(options[0]).not.toContain('Headteacher, Wakefield 1');
    const preview = await lead.submit(form, { from: await idOf(bot, 'wakefield.earlyhelp'), to: await idOf(bot, 'wakefield.charity') });
    await lead.press(preview, 'Hand over');
    expect(await handsIn(bot)).toEqual(AFTER);
    expect((await lead.submit(form, { from: '', to: '' })).fields()).toEqual({ from: 'Choose somebody.', to: 'Choose somebody.' });
  });

  test('somebody who has left hands over; nobody who has left takes over', async () => {
    const leftOn = new Date('2026-10-31');
    await bot.database.db.person.update({ where: { id: await idOf(bot, 'wakefield.earlyhelp') }, data: { leftOn } });
    const seen = await lead.say(TYPED);
    expect(seen.text).toMatch(/From +Early help manager, Wakefield \(left 30 Oct\)/);
    await lead.press(seen, 'Hand over');
    expect(await handsIn(bot)).toEqual(AFTER);
    expect((await lead.say('/partners handover charity to early help')).title).toBe(
      'Nothing was handed over: Early help manager, Wakefield (left 30 Oct). Choose somebody who is here.',
    );
  });

  test('whose role ended since the preview takes nothing over', async () => {
    const preview = await lead.say(TYPED);
    await bot.database.db.role.updateMany({
      where: { personId: await idOf(bot, 'wakefield.charity') },
      data: { to: new Date('2026-11-18') },
    });
    expect((await lead.press(preview, 'Hand over')).text).toContain('holds no role in Wakefield today');
    expect((await handsIn(bot))['WAK-7']?.[0]).toBe('wakefield.earlyhelp');
  });
});

describe('where', () => {
  test('somebody for the whole programme moves what is in one locality, or everywhere where the other one holds a role', async () => {
    const everywhere = await bot.as('programme.coordinator');
    const rochdale = await everywhere.say('/partners handover early help manager, wakefield to rochdale pilot lead in rochdale');
    expect(rochdale.title).toBe('Hand over 1 action to Rochdale pilot lead?');
    const all = await everywhere.say(TYPED);
    expect(all.text).toContain('Not among them: 1 action in Rochdale, where Charity partner, Wakefield holds no role.');
    await everywhere.press(rochdale, 'Hand over');
    await everywhere.press(all, 'Hand over');
    expect(await handsIn(bot)).toEqual({ ...AFTER, 'ROC-3': ['rochdale.lead', null] });
  });

  test('a lead moves nothing of another locality, whatever the button says', async () => {
    const preview = await lead.say(TYPED);
    const other = await bot.as('rochdale.lead');
    const stolen = await other.ask({ kind: 'press', token: preview.button('Hand over').token });
    expect(stolen.title).toMatch(/^Nothing was changed: this button is too old or was not made for you/);
    expect((await other.say(TYPED)).title).toMatch(/^To whom\? Nobody in Rochdale/);
  });

  test('an administrator hands over what they may not read, without being shown what it is', async () => {
    const admin = await bot.as('admin');
    const seen = await admin.say(TYPED);
    expect(seen.title).toBe('Hand over 2 KPIs and 3 actions to Charity partner, Wakefield?');
    expect(seen.text).not.toMatch(/Line 7|Attendance/);
    await admin.press(seen, 'Hand over');
    expect(await handsIn(bot)).toEqual(AFTER);
  });

  test.each(['wakefield.head.1', 'pilot1.adviser', 'evaluator'])('%s hands nothing over', async (who) => {
    expect((await (await bot.as(who)).say(TYPED)).title).toBe(
      'Things are handed over by the pilot lead or the coordinator of the locality. Ask them.',
    );
  });
});

describe('what was in flight follows', () => {
  const formOf = async (who: string, words: string) => {
    const person = await bot.as(who);
    return { person, form: await person.say(words) };
  };

  test('a form for an action, sent after the handover: nothing is saved, the words are given back and go to whoever has it now', async () => {
    const { person, form } = await formOf('wakefield.earlyhelp', '/rag 7 red');
    await lead.press(await lead.say(TYPED), 'Hand over');
    const seen = await person.submit(form, { reason: 'two failed adverts', remedy: 'a joint post, by January' });
    expect(seen.title).toBe(
      'Not saved. WAK-7 is not yours to rate. It belongs to: Charity partner, Wakefield; stands in: Health team lead, Wakefield.',
    );
    expect(seen.text).toContain('Your words: “two failed adverts · a joint post, by January”.');
    expect(await bot.database.db.rating.count()).toBe(0);
    const sent = await person.press(seen, 'Send it to them');
    expect(sent.title).toBe('Sent to Charity partner, Wakefield.');
    await person.press(seen, 'Send it to them');
    const comments = await bot.database.db.actionComment.findMany({});
    expect(comments.map(({ text, recordedById }) => [text, recordedById])).toEqual([
      ['two failed adverts · a joint post, by January', person.account.user],
    ]);
    const news = await bot.database.db.news.findMany({ where: { aboutKind: 'action.sent' } });
    expect(news.map(({ text, personId }) => [text, personId])).toEqual([
      [
        'Early help manager, Wakefield wrote about WAK-7 before they knew that it is yours: see its comments.',
        await idOf(bot, 'wakefield.charity'),
      ],
    ]);
  });

  test('a form for a KPI: the figure is not logged, and its new owner is told the words', async () => {
    const { db } = bot.database;
    const before = await db.reading.count();
    const { kpiId } = await db.kpiDefinition.findFirstOrThrow({ where: { name: 'Attendance', kpi: { locality: { name: 'Wakefield' } } } });
    const person = await bot.as('wakefield.earlyhelp');
    const form = await person.ask({ kind: 'open', verb: 'kpi.log', state: { kpi: kpiId } });
    await lead.press(await lead.say(TYPED), 'Hand over');
    const seen = await person.submit(form, { value: '93.2', note: 'flu in two schools' });
    expect(seen.title).toBe('Not saved. Attendance, Wakefield, is not yours to log. It belongs to: Charity partner, Wakefield.');
    expect(seen.text).toContain('flu in two schools”.');
    expect((await person.press(seen, 'Send it to them')).title).toBe('Sent to Charity partner, Wakefield.');
    expect(await db.reading.count()).toBe(before);
    const news = await db.news.findMany({ where: { aboutKind: 'kpi.sent' } });
    expect(news[0]?.text).toMatch(
      /^Early help manager, Wakefield wrote about Attendance, Wakefield before they knew that it is yours: “93\.2 .*flu in two schools”\.$/,
    );
  });

  test('a child’s number in the words is neither given back nor sent', async () => {
    const { person, form } = await formOf('wakefield.earlyhelp', '/rag 7 red');
    await lead.press(await lead.say(TYPED), 'Hand over');
    const seen = await person.submit(form, { reason: 'A123456789012 is in the way', remedy: 'a joint post, by January' });
    expect(seen.text).not.toContain('A123456789012');
    expect(seen.labels).toEqual(['Raise a worry']);
  });

  test('somebody who has left gets their words back, and nothing else', async () => {
    const { person, form } = await formOf('wakefield.earlyhelp', '/rag 7 red');
    await bot.database.db.person.update({ where: { id: person.account.user }, data: { leftOn: new Date('2026-11-19') } });
    const seen = await person.submit(form, { reason: 'two failed adverts', remedy: 'a joint post, by January' });
    expect(seen.title).toBe('I do not know you yet.');
    expect(seen.text).toContain('Your words: “two failed adverts · a joint post, by January”.');
    expect(seen.labels).toEqual([]);
    expect(await bot.database.db.rating.count()).toBe(0);
  });

  test('control: what never was theirs cannot be sent from, whatever the button says', async () => {
    const person = await bot.as('wakefield.head.1');
    const { id } = await bot.database.db.action.findFirstOrThrow({ where: { number: 7 } });
    const { createSealer } = await import('../../src/bot/seal.ts');
    const token = createSealer(bot.core.secret).seal(
      person.account,
      { verb: 'partners.send', state: { kind: 'action', id }, words: 'hello' },
      bot.core.now(),
    );
    expect((await person.ask({ kind: 'press', token })).title).toBe('Nothing was sent: WAK-7 has not passed from you to somebody else.');
    expect(await bot.database.db.actionComment.count()).toBe(0);
  });

  test('whoever has it now sees at once what waits for them', async () => {
    const charity = await bot.as('wakefield.charity');
    await lead.press(await lead.say(TYPED), 'Hand over');
    expect((await charity.say('/rag')).text).toContain('WAK-7');
    expect((await charity.say('/kpi')).text).toMatch(/Attendance +92\.8 % · next 20 Nov/);
    expect((await (await bot.as('wakefield.earlyhelp')).say('/kpi')).title).toBe('Wakefield: 4 KPIs; none of them is yours to log');
  });
});
