import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { everythingIn } from '../support/dump.ts';
import { type Planned, ratingsIn, setPlan } from '../support/plan.ts';
import { sentWorld } from './sent.ts';

// The one message of a week, answered where it stands: Thursday 19 November 2026, 14:00.

const HEAD = 'wakefield.head.1';
const LEAD = 'wakefield.lead';
const PLAN: Planned[] = [
  {
    number: 31,
    title: 'Transition visits',
    owner: HEAD,
    due: '2027-03-26',
    ratings: [{ rating: 'amber', at: '2026-09-15', by: HEAD, reason: 'two schools have no date' }],
  },
  {
    number: 32,
    title: 'Breakfast clubs',
    owner: HEAD,
    due: '2026-11-06',
    ratings: [{ rating: 'amber', at: '2026-09-15', by: HEAD, reason: 'no room yet' }],
  },
];

let bot: TestBot;
let world: Awaited<ReturnType<typeof sentWorld>>;
let ids: Record<string, string>;
beforeAll(async () => {
  bot = await testBot();
  world = await sentWorld(bot);
});
beforeEach(async () => {
  ids = await setPlan(bot, PLAN);
  await bot.database.db.notMine.deleteMany();
  await bot.database.db.noUpdate.deleteMany();
  await bot.database.db.nudgeSetting.deleteMany();
  await bot.database.db.news.deleteMany();
});
afterAll(() => bot.close());

const headsNudge = async (keys?: string[]) => {
  const delivery = await world.sent(HEAD, keys);
  return { delivery, ...(await world.open(HEAD, delivery)) };
};
const ratings = (code: string) => ratingsIn(bot, ids[code]);
/** The first button of that label behind a line's words. */
const onLine = (seen: Seen, words: string, label: string) => {
  const { parts } = seen.card();
  const line = parts.findIndex((part) => part.type === 'text' && part.text.includes(words));
  const buttons = parts[line + 1];
  const found = buttons?.type === 'buttons' ? buttons.buttons.find((button) => button.label === label) : undefined;
  if (!found || !('press' in found)) throw new Error(`there is no ${label} behind ${words}`);
  return found.press.token;
};

describe('the card', () => {
  test('says all in its first line, and each line can be answered where it stands', async () => {
    const { seen } = await headsNudge();
    expect(seen.text).toBe(
      [
        'Two minutes for Wakefield this week, then nothing until you are needed.',
        '1  WAK-32 Breakfast clubs: amber, past its date (6 Nov)',
        '[Same as before]  [Green]  [Red]  [Complete]  [No update yet]',
        '2  WAK-31 Transition visits: amber in September',
        '[Same as before]  [Green]  [Red]  [Complete]  [No update yet]',
        '[We have Ofsted this week]  [Quiet until…]  [Not mine]',
      ].join('\n'),
    );
  });

  test('is for whoever it was sent to: for anybody else there is no such message, and nothing can be done from it', async () => {
    const { delivery } = await headsNudge();
    const { seen: theirs } = await world.open(LEAD, delivery);
    expect(theirs.title).toBe('Nothing was changed. I cannot find this message among yours: type nudge to see what waits.');
    const lead = await bot.as(LEAD);
    const state = {
      delivery,
      key: 'x',
      verb: 'rag.say',
      state: { action: ids['WAK-31'], kind: 'self', rating: 'green' },
    };
    expect((await lead.ask({ kind: 'open', verb: 'nudge.do', state })).title).toContain('I cannot find this message');
    expect(await ratings('WAK-31')).toHaveLength(1);
    // control: the same from a message of one's own is saved.
    const own = await world.sent(LEAD, []);
    await lead.ask({ kind: 'open', verb: 'nudge.do', state: { ...state, delivery: own } });
    expect(await ratings('WAK-31')).toHaveLength(2);
  });

  test('what was done elsewhere is done here, and what has gone to others says so', async () => {
    const { delivery, one } = await headsNudge();
    await one.say('rag 31 green');
    await (await bot.as('wakefield.coordinator')).say('rag 32 owner Wakefield pilot lead');
    const { seen } = await world.open(HEAD, delivery);
    expect(seen.text).toContain('2  ✓ WAK-31: Green');
    expect(seen.text).toContain('1  – WAK-32: with Wakefield pilot lead now');
    expect(seen.title).toBe('Done, thank you. Nothing more until you are needed.');
    expect(seen.labels).toEqual(['We have Ofsted this week', 'Quiet until…']);
  });

  test('asks about five things, and says how many more there are and where: all of them are there', async () => {
    ids = await setPlan(
      bot,
      Array.from({ length: 8 }, (_, index) => ({ number: index + 1, title: `Thing ${index + 1}`, owner: HEAD, since: '2026-09-07' })),
    );
    const { seen } = await headsNudge();
    expect(seen.title).toBe('Five minutes for Wakefield this week, then nothing until you are needed.');
    expect(seen.text).toContain('5  WAK-5 Thing 5: not rated yet');
    expect(seen.text).not.toContain('WAK-6');
    expect(seen.text).toContain('and 3 more: /nudge');
    const all = await (await bot.as(HEAD)).say('/nudge');
    expect(all.text).toContain('Waiting for you: 8 things');
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) expect(all.text).toContain(`WAK-${number} Thing ${number}: not rated yet`);
  });

  test('news is read, and nobody is asked about it', async () => {
    const personId = await world.idOf(HEAD);
    await bot.database.db.news.create({
      data: {
        id: bot.core.newId(),
        personId,
        text: 'What you raised has an answer.',
        aboutKind: 'worry',
        aboutId: bot.core.newId(),
        at: new Date(0),
      },
    });
    ids = await setPlan(bot, []);
    const { seen } = await headsNudge();
    expect(seen.text).toBe(
      'News for you: there is nothing to do.\nWhat you raised has an answer.\n[We have Ofsted this week]  [Quiet until…]',
    );
  });
});

describe('a rating', () => {
  test('that is the same as before is one press: the card comes back with that line done, and says what was saved', async () => {
    const { seen, one } = await headsNudge();
    const after = await one.ask({ kind: 'press', token: onLine(seen, 'WAK-31', 'Same as before') });
    expect(await ratings('WAK-31')).toEqual(['v1 amber, two schools have no date', 'v2 amber, two schools have no date']);
    expect(after.text.split('\n').slice(0, 2)).toEqual([
      'A minute for Wakefield this week, then nothing until you are needed.',
      'WAK-31 Transition visits: Amber as before (you)',
    ]);
    expect(after.text).toContain('2  ✓ WAK-31: Amber');
    // pressed twice, it is saved once more by the second press of the same card, and says so
    const twice = await one.ask({ kind: 'press', token: onLine(seen, 'WAK-31', 'Same as before') });
    expect(twice.text).toContain('It was saved already: nothing changed.');
    expect(await ratings('WAK-31')).toHaveLength(2);
  });

  test('that the figures contradict is saved and asked about, on the same card', async () => {
    const { seen, one } = await headsNudge();
    const after = await one.ask({ kind: 'press', token: onLine(seen, 'WAK-32', 'Green') });
    expect(after.text).toContain('1  ✓ WAK-32: Green');
    expect(after.text).toContain('It was due on 6 Nov. What makes it green?');
    expect(after.labels.slice(0, 3)).toEqual(['Say why', 'Make it amber', 'It is complete']);
  });

  test('red asks in its form, and complete what shows it; both are the forms of rag', async () => {
    const { seen, one, delivery } = await headsNudge();
    const red = await one.ask({ kind: 'press', token: onLine(seen, 'WAK-31', 'Red') });
    expect(red.title).toBe('WAK-31: Red');
    const wrong = await one.submit(red, { reason: 'no coach', remedy: 'another school lends one' });
    expect(wrong.fields().remedy).toContain('Say by when, too');
    const saved = await one.submit(wrong, { reason: 'no coach', remedy: 'another school lends one, by January' });
    expect(saved.title).toBe('WAK-31 Transition visits: Amber → Red (you)');
    const complete = await one.ask({ kind: 'press', token: onLine(seen, 'WAK-32', 'Complete') });
    await one.submit(complete, { shows: 'all six clubs are open' });
    const { seen: after } = await world.open(HEAD, delivery);
    expect(after.text).toContain('1  ✓ WAK-32: Complete\n2  ✓ WAK-31: Red');
  });

  test('is refused when the action has changed hands since', async () => {
    const { seen, one } = await headsNudge();
    await (await bot.as('wakefield.coordinator')).say('rag 31 owner Wakefield pilot lead');
    const refused = await one.ask({ kind: 'press', token: onLine(seen, 'WAK-31', 'Green') });
    expect(refused.text).toContain('WAK-31 is not yours to rate');
    expect(await ratings('WAK-31')).toHaveLength(1);
  });
});

describe('no update yet', () => {
  test('asks why, once, and asks no more', async () => {
    const { seen, one, delivery } = await headsNudge();
    const form = await one.ask({ kind: 'press', token: onLine(seen, 'WAK-31', 'No update yet') });
    expect(form.text).toContain('Why is there none?');
    expect((await one.submit(form, { reason: ' ' })).fields().reason).toBe('Say in a few words why there is none.');
    const saved = await one.submit(form, { reason: 'the visits are in January' });
    expect(saved.title).toBe('Noted: no update yet of WAK-31 Transition visits');
    expect(await world.waits(HEAD)).toHaveLength(1);
    expect((await world.open(HEAD, delivery)).seen.text).toContain('2  – WAK-31: no update yet, you said why');
    expect(await bot.database.db.noUpdate.findMany()).toMatchObject([{ reason: 'the visits are in January', aboutKind: 'action' }]);
  });

  test('nobody says it for whom it does not wait', async () => {
    const [key] = await world.waits(HEAD);
    const stranger = await bot.as('wakefield.earlyhelp');
    const refused = await stranger.ask({ kind: 'open', verb: 'nudge.noupdate', state: { key } });
    expect(refused.title).toContain('This does not wait for you any more');
    // control: whoever it waits for is asked why.
    expect((await (await bot.as(HEAD)).ask({ kind: 'open', verb: 'nudge.noupdate', state: { key } })).title).toBe('No update yet');
  });
});

describe('not mine', () => {
  test('asks which, tells those who lead there, and asks no more until it has changed hands', async () => {
    const { seen, one } = await headsNudge();
    const which = await one.press(seen, 'Not mine');
    expect(which.title).toBe('Which one is not yours? Nothing was changed yet.');
    expect(await bot.database.db.notMine.count()).toBe(0);
    const item = which
      .card()
      .parts.flatMap((part) => (part.type === 'list' ? part.items : []))
      .find(({ text }) => text.includes('WAK-31'));
    const token = item?.button && 'press' in item.button ? item.button.press.token : '';
    const sure = await one.ask({ kind: 'press', token });
    expect(sure.title).toBe('Is it not yours? WAK-31 Transition visits. Nothing was changed yet.');
    expect(sure.text).toContain(
      'These are told, with the next thing they read: Programme coordinator, Wakefield pilot lead and Wakefield coordinator.',
    );
    expect(await bot.database.db.notMine.count()).toBe(0);
    const after = await one.press(sure, 'It is not mine');
    expect(after.text).toContain('Not yours: WAK-31 Transition visits. You are not asked for it again until it changes hands.');
    expect(after.text).toContain('2  – WAK-31: not yours, you said; those who lead there know');
    const told = await bot.database.db.news.findMany({ where: { aboutKind: 'not_mine' }, select: { text: true, personId: true } });
    expect(new Set(told.map(({ text }) => text))).toEqual(
      new Set(['Headteacher, Wakefield 1, says WAK-31 Transition visits is not theirs.']),
    );
    expect(told.map(({ personId }) => personId)).toContain(await world.idOf(LEAD));
    expect(told.map(({ personId }) => personId)).toContain(await world.idOf('wakefield.coordinator'));
    expect(told.map(({ personId }) => personId)).not.toContain(await world.idOf(HEAD));
    expect((await world.waits(HEAD)).filter((key) => key.includes(ids['WAK-31'] as string))).toEqual([]);

    bot.clock.advance({ minutes: 5 });
    const coordinator = await bot.as('wakefield.coordinator');
    await coordinator.say('rag 31 owner Wakefield pilot lead');
    await coordinator.say('rag 31 owner wakefield.head.1@example.org');
    expect((await world.waits(HEAD)).filter((key) => key.includes(ids['WAK-31'] as string))).toHaveLength(1);
  });

  test('asks where one thing waits, too, and can be kept', async () => {
    const key = (await world.waits(HEAD)).find((one) => one.includes(ids['WAK-32'] as string)) as string;
    await setPlan(bot, []);
    ids = await setPlan(bot, [PLAN[1] as Planned]);
    const { seen, one } = await headsNudge([key.replace(/:[^:]+:/u, `:${ids['WAK-32']}:`)]);
    const sure = await one.press(seen, 'Not mine');
    expect(sure.labels).toEqual(['It is not mine', 'Keep it']);
    expect((await one.press(sure, 'Keep it')).text, 'the message as it was').toBe(seen.text);
    expect(await bot.database.db.notMine.count()).toBe(0);
    expect(await bot.database.db.news.count(), 'nobody is told').toBe(0);
    const after = await one.press(sure, 'It is not mine');
    expect(after.text).toContain('1  – WAK-32: not yours');
    expect(after.title).toBe('Done, thank you. Nothing more until you are needed.');
  });

  test('of a KPI it waits for them no more, among their KPIs and at home either; until it is taken back', async () => {
    const owner = 'wakefield.lead';
    const one = await bot.as(owner);
    const key = (await world.waits(owner)).find((waits) => waits.startsWith('reading:')) as string;
    const kpi = key.split(':')[1] as string;
    const { name } = await bot.database.db.kpiDefinition.findFirstOrThrow({ where: { kpiId: kpi }, orderBy: { version: 'desc' } });
    const listed = async () => {
      const { title, text } = await one.say('kpi');
      const [, count] = /(\d+) of your/u.exec(title) ?? [];
      return { count: Number(count ?? 0), line: text.split('\n').find((line) => line.includes(name)) };
    };
    const atHome = async () => Number(/^(\d+) thing/u.exec((await one.say('hello')).title)?.[1] ?? 0);
    const [before, home] = [await listed(), await atHome()];
    expect(before.count, 'control').toBeGreaterThan(0);
    expect(before.line).not.toContain('not yours');
    await one.ask({ kind: 'open', verb: 'nudge.notmine', state: { key, sure: true } });
    const after = await listed();
    expect([after.count, await atHome()]).toEqual([before.count - 1, home - 1]);
    expect(after.line).toContain(' · not yours, you said');
    await one.ask({ kind: 'open', verb: 'nudge.mine', state: { kind: 'kpi', id: kpi } });
    expect([await listed(), await atHome()]).toEqual([before, home]);
  });

  const toldNow = async () =>
    (await bot.database.db.news.findMany({ where: { aboutKind: 'not_mine', seenAt: null } })).map(({ text }) => text);
  /** The head has said from a message of one line that it is not theirs. */
  const said = async () => {
    ids = await setPlan(bot, [PLAN[1] as Planned]);
    const { seen, one, delivery } = await headsNudge();
    return { one, before: seen, after: await one.press(await one.press(seen, 'Not mine'), 'It is not mine'), delivery };
  };

  test('can be undone: it waits again, and whoever has not read it never does', async () => {
    const { one, before, after, delivery } = await said();
    expect((await toldNow()).length).toBeGreaterThan(1);
    expect(after.labels.filter((label) => label === 'Undo')).toHaveLength(1);
    const undone = await one.press(after, 'Undo');
    expect(undone.text).toContain('Taken back: WAK-32 Breakfast clubs is yours, and waits for you again.');
    expect(await bot.database.db.news.count()).toBe(0);
    expect((await world.open(HEAD, delivery)).seen.text, 'the message as it was').toBe(before.text);
    expect((await one.press(after, 'Undo')).text).toContain('Nothing was changed: this was taken back already');
  });

  test('that somebody has read is taken back for them in words', async () => {
    const { one, after } = await said();
    const lead = await world.idOf(LEAD);
    await bot.database.db.news.updateMany({ where: { personId: lead }, data: { seenAt: new Date(0) } });
    bot.clock.advance({ minutes: 1 });
    expect((await one.press(after, 'Undo')).text).toContain('Whoever had read that it is not yours is told.');
    expect(await toldNow()).toEqual(['Taken back: Headteacher, Wakefield 1, says WAK-32 Breakfast clubs is not theirs.']);
  });

  test('cannot be undone once it has changed hands, and undoes what nobody else said', async () => {
    const { after, delivery } = await said();
    const lead = await bot.as(LEAD);
    const state = { kind: 'action', id: ids['WAK-32'] };
    expect((await lead.ask({ kind: 'open', verb: 'nudge.mine', state })).text).toContain('Nothing was changed');
    expect(await bot.database.db.notMine.count()).toBe(1);
    bot.clock.advance({ minutes: 5 });
    await (await bot.as('wakefield.coordinator')).say('rag 32 owner Wakefield pilot lead');
    const { one, seen } = await world.open(HEAD, delivery);
    expect(seen.labels).not.toContain('Undo');
    expect((await one.press(after, 'Undo')).text).toContain('has changed hands since');
    expect(await bot.database.db.notMine.count()).toBe(1);
  });

  test('is undone from where it was said, where that was no message', async () => {
    ids = await setPlan(bot, [PLAN[1] as Planned]);
    const one = await bot.as(HEAD);
    const line = await one.press(await one.say('nudge'), 'Open');
    const sure = await one.press(line, 'Not mine');
    expect((await one.press(sure, 'Keep it')).text).toBe(line.text);
    await one.press(await one.press(sure, 'It is not mine'), 'Undo');
    expect(await bot.database.db.notMine.count()).toBe(0);
    expect((await one.say('nudge')).text).toContain('WAK-32');
  });
});

describe('a reading', () => {
  test('is logged in the form of its KPI, with its unit, and what cannot be is asked', async () => {
    const keys = (await world.waits(LEAD)).filter((key) => key.startsWith('reading:'));
    expect(keys.length).toBeGreaterThan(0);
    const delivery = await world.sent(LEAD, keys);
    const { seen, one } = await world.open(LEAD, delivery);
    expect(seen.text).toContain('1  Persistent absence, Wakefield, week of 9 Nov: last 18.9 %');
    const form = await one.press(seen, 'Log');
    expect(form.form().fields[0]?.hint).toBe('Per cent, as in 93.2');
    expect((await one.submit(form, { value: '189' })).fields().value).toContain('0 to 100');
    const saved = await one.submit(form, { value: '18.7' });
    expect(saved.title).toContain('18.9 → 18.7 %');
    const { seen: after } = await world.open(LEAD, delivery);
    expect(after.text).toContain('1  ✓ Persistent absence, week of 9 Nov: 18.7 %');
  });
});

describe('what waits for others', () => {
  test("an owner leaves the adviser's rating as it is in one press", async () => {
    ids = await setPlan(bot, [
      {
        number: 7,
        title: 'Recruit officers',
        owner: HEAD,
        due: '2027-03-26',
        ratings: [
          { rating: 'green', at: '2026-11-16', by: HEAD },
          { rating: 'amber', at: '2026-11-17', by: 'pilot1.adviser', kind: 'independent', reason: 'no advert yet' },
        ],
      },
    ]);
    const { seen, one } = await headsNudge();
    expect(seen.text).toContain('1  WAK-7 Recruit officers: adviser says amber: worth a talk\n[Answer]  [Leave it]');
    const after = await one.press(seen, 'Leave it');
    expect(after.text).toContain('WAK-7: left as it is. You are not asked again about this rating.');
    expect(after.text).toContain('1  ✓ WAK-7: the adviser has your answer');
  });

  test('a coordinator answers a worry from it, and it says what became of it', async () => {
    await (await bot.as(HEAD)).say('rag raise The hub has no room on Fridays');
    const [key] = (await world.waits('wakefield.coordinator')).filter((one) => one.startsWith('worry:'));
    const delivery = await world.sent('wakefield.coordinator', [key as string]);
    const { seen, one } = await world.open('wakefield.coordinator', delivery);
    expect(seen.text).toContain(
      '1  A worry in Wakefield: “The hub has no room on Fridays”\n[Make it an action]  [Answer]  [Heard, not now]',
    );
    await one.submit(await one.press(seen, 'Answer'), { text: 'The church hall is free' });
    expect((await world.open('wakefield.coordinator', delivery)).seen.text).toContain('1  ✓ A worry in Wakefield: answered');
  });

  test('an adviser says that they do not meet in this month, or notes the day', async () => {
    const keys = (await world.waits('pilot1.adviser')).filter((key) => key.startsWith('ask_meeting:')).slice(0, 2);
    const delivery = await world.sent('pilot1.adviser', keys);
    const { seen, one } = await world.open('pilot1.adviser', delivery);
    expect(seen.text).toContain('1  When do you meet Coventry next?\n[Note the day]  [Not this month]');
    const after = await one.ask({ kind: 'press', token: onLine(seen, 'Coventry', 'Not this month') });
    expect(after.text).toContain('1  ✓ Coventry: your next meeting is noted, or there is none this month');
    await one.submit(await one.ask({ kind: 'press', token: onLine(seen, 'Rochdale', 'Note the day') }), { date: '3 December' });
    expect((await world.open('pilot1.adviser', delivery)).seen.text).toContain('2  ✓ Rochdale');
  });
});

describe('term dates that are assumed', () => {
  const NORTH = 'northoftyne.coordinator';
  test('of the three council areas of North of Tyne are one line, with a press for each, until the last is known', async () => {
    bot.clock.set('2026-12-01T14:00:00Z');
    const keys = (await world.waits(NORTH)).filter((key) => key.startsWith('terms:'));
    expect(keys).toHaveLength(1);
    const delivery = await world.sent(NORTH, keys);
    const now = async () => (await world.open(NORTH, delivery)).seen;
    const AREAS = ['Newcastle upon Tyne', 'North Tyneside', 'Northumberland'];
    const asks = (names: string, buttons: string[]) =>
      [
        `1  Term dates of ${names}: the Christmas holiday is assumed for 21 Dec. Is that right?`,
        buttons.map((label) => `[${label}]`).join('  '),
      ].join('\n');
    const one = await bot.as(NORTH);
    const right = async (area: string, label = area) => {
      const card = await one.press(await now(), label);
      expect(card.title).toBe(`Term dates of ${area}, 2026/27: all assumed`);
      expect((await one.press(card, 'These dates are right')).text).toContain(`Saved: the dates of ${area}, 2026/27, are right.`);
    };
    expect((await now()).text).toContain(asks('Newcastle upon Tyne, North Tyneside and Northumberland', AREAS));
    await right('North Tyneside');
    expect((await now()).text).toContain(asks('Newcastle upon Tyne and Northumberland', ['Newcastle upon Tyne', 'Northumberland']));
    await right('Northumberland');
    expect((await now()).text).toContain(asks('Newcastle upon Tyne', ['Look at the dates']));
    expect(await world.waits(NORTH), 'the same waiting as was told').toContain(keys[0]);
    await right('Newcastle upon Tyne', 'Look at the dates');
    expect((await now()).text).toContain('1  ✓ The term dates were looked at, or have come');
    expect(await world.waits(NORTH)).not.toContain(keys[0]);
    bot.clock.set('2026-11-19T14:00:00Z');
  });
});

describe('Ofsted', () => {
  test('is two weeks of quiet, and nothing in the database says why', async () => {
    const { seen, one } = await headsNudge();
    const before = (await everythingIn(bot.database.db)).match(/ofsted/giu)?.length ?? 0;
    const quiet = await one.press(seen, 'We have Ofsted this week');
    expect(quiet.title).toBe('Quiet until Thursday 3 December 2026: nothing comes unasked before that day.');
    expect((await everythingIn(bot.database.db)).match(/ofsted/giu)?.length ?? 0).toBe(before);
    expect(bot.logged.join('\n')).not.toMatch(/ofsted/iu);
    const news = await bot.database.db.news.count();
    expect(news, 'nobody is told').toBe(0);
    expect(await bot.database.db.nudgeSetting.findMany()).toMatchObject([{ quietUntil: new Date('2026-12-03'), weekday: null }]);
  });
});
