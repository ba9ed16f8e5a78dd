import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Coming, comingWords } from '../../src/views/nudge-settings.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, setPlan } from '../support/plan.ts';
import { sentWorld } from './sent.ts';

// When the one message comes, what it would say, and how to be quiet for a while: Thursday 19 November 2026, 14:00.

const HEAD = 'wakefield.head.1';
const PLAN: Planned[] = [
  {
    number: 31,
    title: 'Transition visits',
    owner: HEAD,
    due: '2026-12-01',
    ratings: [{ rating: 'amber', at: '2026-09-15', by: HEAD, reason: 'two schools have no date' }],
  },
  { number: 40, title: 'Parent voice group', owner: null },
];

let bot: TestBot;
let world: Awaited<ReturnType<typeof sentWorld>>;
beforeAll(async () => {
  bot = await testBot();
  world = await sentWorld(bot);
  await setPlan(bot, PLAN);
});
beforeEach(async () => {
  const { db } = bot.database;
  await db.nudgeSetting.deleteMany();
  await db.awayDays.deleteMany();
  await db.deliveryLine.deleteMany();
  await db.delivery.deleteMany();
});
afterAll(() => bot.close());

const say = async (words: string, who = HEAD) => (await bot.as(who)).say(words);
const title = async (words: string, who = HEAD) => (await say(words, who)).title;
const kept = () => bot.database.db.nudgeSetting.findMany({ select: { weekday: true, time: true, quietUntil: true } });

describe('/nudge', () => {
  test('says when the next message comes, what it would hold, and what is set', async () => {
    expect((await say('/nudge')).text).toBe(
      [
        'Your next message comes on Tuesday 24 November at 08:30, with 1 thing.',
        'Waiting for you: 1 thing',
        'WAK-31 Transition visits: amber, due 1 Dec    [Open]',
        'Your day and hour  Tuesdays at 08:30 (Europe/London)',
        'Quiet              no',
        'Your days away     none noted',
        '[Preview]  [Another day or hour]  [Quiet until…]  [We have Ofsted this week]  [Days away]',
        'At most one message a week, and none when nothing waits. If you are not at work on your day, it comes on a later one of that week.',
      ].join('\n'),
    );
  });

  test('says why nothing comes', async () => {
    expect(await title('nudge', 'wakefield.head.2')).toBe('Nothing comes on Tuesday 24 November at 08:30: nothing waits for you.');
    expect(await title('nudge', 'wakefield.coordinator')).toMatch(
      /^What waits for you comes with your summary on Thursday 26 November at 08:30: \d+ things?\.$/u,
    );
  });

  test('says that the summary comes in its place, where it says all of it before, or within the day after', async () => {
    const { db } = bot.database;
    const { id: localityId } = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const { id: recordedById } = await db.person.findUniqueOrThrow({ where: { email: `${HEAD}@example.org` } });
    const worry = { localityId, text: 'Nobody answers the helpline', recordedAt: new Date('2026-11-18T10:00:00Z'), recordedById };
    const { id } = await db.worry.create({ data: { id: bot.core.newId(), ...worry } });
    const message = /^Your next message comes on Tuesday 24 November at 08:30, with \d+ things?\.$/u;
    const summary = /^What waits for you comes with your summary on Thursday 26 November at 08:30: \d+ things?\.$/u;
    expect(await title('nudge', 'wakefield.coordinator'), 'control: two days before it').toMatch(message);
    for (const words of ['nudge wednesday 10:00', 'nudge friday']) {
      await say(words, 'wakefield.coordinator');
      if (words === 'nudge friday') await say('nudge away 20 November', 'wakefield.coordinator');
      expect(await title('nudge', 'wakefield.coordinator'), words).toMatch(summary);
    }
    await db.worry.delete({ where: { id } });
  });

  test('says that what was told this week comes again two weeks later, if it still waits', async () => {
    await world.sent(HEAD);
    expect(await title('nudge')).toBe(
      'Nothing comes on Tuesday 24 November at 08:30: you were told of the 1 thing that waits. It comes again on 1 Dec if not done by then.',
    );
    // Told again once: not a third time.
    await bot.database.db.delivery.updateMany({
      data: { sendAt: new Date('2026-10-20T08:30:00Z'), moment: new Date('2026-10-20T08:30:00Z') },
    });
    await world.sent(HEAD);
    expect(await title('nudge')).toBe(
      'Nothing comes on Tuesday 24 November at 08:30: you were told of the 1 thing that waits. No message comes for it alone.',
    );
  });

  test('says until when what waits can wait to share a message', async () => {
    await setPlan(bot, [{ number: 31, title: 'Transition visits', owner: HEAD, since: '2026-09-07' }]);
    await say('nudge friday');
    // It waits since the half-term began on Monday 2 November: three weeks later is Monday 23 November, and their day is Friday.
    expect(await title('nudge')).toBe(
      'Nothing comes on Friday 20 November at 08:30: the 1 thing that waits can wait to share a message, until 27 Nov at the latest.',
    );
    await setPlan(bot, PLAN);
    const { when, told, later, lines } = { when: 'Tuesday 24 November at 08:30', told: 0, later: '8 Dec', lines: [] };
    const words = (more: Partial<Coming>) =>
      comingWords(
        { quietUntil: null, when, lines, waits: 3, told, later, weekly: undefined, ...more },
        bot.core.now().toZonedDateTimeISO('UTC').toPlainDate(),
      );
    expect(words({})).toBe(`Nothing comes on ${when}: the 3 things that wait can wait to share a message, until 8 Dec at the latest.`);
    expect(words({ told: 1 })).toBe(
      `Nothing comes on ${when}: you were told of 1 of the 3 things that wait, and the rest can wait until 8 Dec.`,
    );
  });

  test('lists all that waits, and each is answered from there, whether or not a message told it', async () => {
    await world.sent(HEAD);
    const one = await bot.as(HEAD);
    const listed = await one.say('nudge');
    const open = await one.press(listed, 'Open');
    expect(open.title).toBe('WAK-31 Transition visits: amber, due 1 Dec');
    expect(open.labels).toEqual(['Same as before', 'Green', 'Red', 'Complete', 'No update yet', 'Not mine', 'All that waits']);
    const form = await one.press(open, 'Red');
    expect(form.title).toBe('WAK-31: Red');
    await setPlan(bot, []);
    expect((await one.press(listed, 'Open')).title).toBe('This does not wait for you any more: type nudge to see what does.');
    await setPlan(bot, PLAN);
  });

  test('lists much that waits page by page', async () => {
    await setPlan(
      bot,
      Array.from({ length: 45 }, (_, index) => ({ number: index + 1, title: `Thing ${index + 1}`, owner: HEAD, since: '2026-09-07' })),
    );
    const one = await bot.as(HEAD);
    const first = await one.say('nudge');
    expect(first.text).toContain('Waiting for you: 45 things');
    const second = await one.press(first, 'Show the next 20');
    expect(second.title).toBe('What waits for you: 21 to 40');
    const third = await one.press(second, 'Show the last 5');
    const found = [first, second, third].flatMap(({ text }) =>
      [...text.matchAll(/WAK-(?<number>\d+) Thing/gu)].map(({ groups }) => groups?.number),
    );
    expect(new Set(found).size, 'each of them once').toBe(45);
    expect(found).toHaveLength(45);
    await setPlan(bot, PLAN);
  });

  test('says what the home card says: as many things, and those that are nobody’s too', async () => {
    const coordinator = await bot.as('wakefield.coordinator');
    const home = await coordinator.say('hello');
    const waits = /^(?<count>\d+) things? waits? for you\.$/u.exec(home.title)?.groups?.count;
    expect((await coordinator.say('nudge')).text).toContain(`Waiting for you: ${waits} thing`);
    expect(home.text).toMatch(/Wakefield: WAK-40 is without an owner +\[Open\]/u);
    // What somebody said is not theirs waits for them nowhere.
    expect(await title('hello')).toBe('1 thing waits for you.');
    const one = await bot.as(HEAD);
    await one.press(await one.press(await one.press(await one.say('nudge'), 'Open'), 'Not mine'), 'It is not mine');
    expect(await title('hello')).toBe('Nothing waits for you.');
    await bot.database.db.notMine.deleteMany();
  });

  test('is on the home card, whoever looks', async () => {
    expect((await say('hello')).text).toContain('/nudge quiet until 1 March');
  });
});

describe('a preview', () => {
  test('is the very card that would go, and records nothing', async () => {
    const { db } = bot.database;
    const preview = await say('nudge preview');
    expect(preview.text).toBe(
      [
        'A minute for Wakefield this week, then nothing until you are needed.',
        'A preview: it comes on Tuesday 24 November at 08:30, as things stand. Looking at it records nothing. Its buttons work.',
        '1  WAK-31 Transition visits: amber, due 1 Dec',
        '[Same as before]  [Green]  [Red]  [Complete]  [No update yet]',
        '[We have Ofsted this week]  [Quiet until…]  [Not mine]',
      ].join('\n'),
    );
    expect(await db.delivery.count()).toBe(0);
    expect(await db.deliveryLine.count()).toBe(0);
    expect(await title('nudge')).toContain('with 1 thing');
    // Its card is the one of the message that is sent, but for the note.
    const sent = await world.open(HEAD, await world.sent(HEAD));
    expect(preview.text.split('\n').toSpliced(1, 1)).toEqual(sent.seen.text.split('\n'));
  });

  test('of nothing says why', async () => {
    expect(await title('nudge preview', 'wakefield.head.2')).toBe('Nothing comes on Tuesday 24 November at 08:30: nothing waits for you.');
    await say('nudge quiet always');
    expect(await title('nudge preview')).toBe('Quiet: you are not written to unasked. Type nudge on again to change that.');
  });
});

describe('a day and an hour', () => {
  test.each([
    ['nudge tuesday 9:00', 'Tuesday 24 November at 09:00', { weekday: 2, time: '09:00' }],
    ['nudge wednesdays at 10', 'Wednesday 25 November at 10:00', { weekday: 3, time: '10:00' }],
    // Today is Thursday, and it is two o'clock: a quarter past is still to come.
    ['reminders thu 14.15', 'Thursday 19 November at 14:15', { weekday: 4, time: '14:15' }],
    ['nudge friday', 'Friday 20 November at 08:30', { weekday: 5, time: '08:30' }],
    ['nudge 11am', 'Tuesday 24 November at 11:00', { weekday: 2, time: '11:00' }],
  ])('%s', async (words, when, setting) => {
    const said = await say(words);
    expect(said.title).toBe(`Your next message comes on ${when}, with 1 thing.`);
    expect(await kept()).toEqual([{ ...setting, quietUntil: null }]);
  });

  test.each([
    ['nudge saturday', 'Nothing was changed. A Saturday is no working day: choose one from Monday to Friday.'],
    ['nudge 07:00', 'Nothing was changed. Messages come in working hours, from 08:00 to 17:00: 07:00 is outside them.'],
    ['nudge 18:00', 'Nothing was changed. Messages come in working hours, from 08:00 to 17:00: 18:00 is outside them.'],
    ['nudge friday 16:00', 'Nothing was changed. On a Friday messages come until 15:00, so that nothing waits over the weekend.'],
    [
      'nudge banana',
      'Nothing was changed. I do not understand “banana”: write a day and an hour, as in `tuesday 9:00` or `wednesdays at 10`.',
    ],
  ])('%s is not saved, and says what is expected', async (words, expected) => {
    expect(await title(words)).toBe(expected);
    expect(await kept()).toEqual([]);
  });

  test('an afternoon hour said short is offered as it is meant', async () => {
    const one = await bot.as(HEAD);
    const asked = await one.say('nudge wednesday at 3');
    expect(asked.labels).toEqual(['Wednesdays at 15:00']);
    await one.press(asked, 'Wednesdays at 15:00');
    expect(await kept()).toEqual([{ weekday: 3, time: '15:00', quietUntil: null }]);
  });

  test('the form has what counts now, and refuses what words would', async () => {
    const one = await bot.as(HEAD);
    const form = await one.press(await one.say('nudge'), 'Another day or hour');
    expect(form.form().fields.map(({ value }) => value)).toEqual(['2', '08:30']);
    expect((await one.submit(form, { weekday: '5', time: '16:00' })).fields().time).toContain('On a Friday');
    expect((await one.submit(form, { weekday: '7', time: '9:00' })).fields().weekday).toContain('Monday to Friday');
    expect((await one.submit(form, { weekday: '3', time: 'soon' })).fields().time).toBe('Write an hour, as in 9:00.');
    await one.submit(form, { weekday: '3', time: '9.30' });
    expect(await kept()).toEqual([{ weekday: 3, time: '09:30', quietUntil: null }]);
  });
});

describe('quiet', () => {
  const until = async () => (await kept())[0]?.quietUntil?.toISOString().slice(0, 10);

  test('until a day, and nothing comes before it', async () => {
    expect(await title('nudge quiet until 1 March')).toBe('Quiet until Monday 1 March 2027: nothing comes unasked before that day.');
    expect(await until()).toBe('2027-03-01');
    expect(await title('nudge')).toBe('Quiet until 1 Mar. Your next message comes on Tuesday 2 March at 08:30, with 1 thing.');
    expect(await title('nudge on again')).toBe('Your next message comes on Tuesday 24 November at 08:30, with 1 thing.');
    expect((await say('nudge quiet off')).text).toContain('You were not quiet: nothing was changed.');
  });

  test('always, until they say otherwise', async () => {
    expect(await title('nudge quiet always')).toBe('Quiet: you are not written to unasked any more.');
    expect(await until()).toBe('9999-12-31');
    const one = await bot.as(HEAD);
    await one.press(await one.say('nudge'), 'Write to me again');
    expect(await until()).toBeUndefined();
  });

  test.each([
    ['quiet until 1 October 2026', '1 October 2026 has passed: write a later day.'],
    ['quiet until today', '19 November 2026 is today: write a later day.'],
    ['quiet until 1 December 2028', '1 December 2028 is more than a year away: write an earlier day, or always.'],
    ['quiet until whenever', 'Write a day, as in `1 March`, `next Friday` or `end of term`.'],
  ])('%s is not saved', async (words, why) => {
    expect((await say(`nudge ${words}`)).text).toContain(why);
    expect(await kept()).toEqual([]);
  });

  test('asks until when, where nobody said', async () => {
    expect((await say('nudge quiet')).labels).toEqual(['Until a day…', 'Always', 'Write to me again']);
    expect((await say('nudge off')).title).toBe('Quiet until when? Nothing was changed yet.');
    const one = await bot.as(HEAD);
    const form = await one.press(await one.say('nudge quiet'), 'Until a day…');
    expect((await one.submit(form, { until: 'yesterday' })).fields().until).toContain('18 November 2026 has passed: write a later day.');
    await one.submit(form, { until: 'until 4 January' });
    expect(await until()).toBe('2027-01-04');
  });

  test('“never” is asked about: always is one press', async () => {
    for (const words of ['nudge never', 'nudge never again']) {
      const one = await bot.as(HEAD);
      const asked = await one.say(words);
      expect(asked.title, words).toBe('Quiet until when? Nothing was changed yet.');
      expect(await until()).toBeUndefined();
      await one.press(asked, 'Always');
      expect(await until()).toBe('9999-12-31');
      await one.say('nudge on');
    }
  });

  test('for Ofsted is offered to people of schools, and to nobody else', async () => {
    const offers = async (who: string) => (await say('nudge', who)).labels.includes('We have Ofsted this week');
    for (const who of ['wakefield.earlyhelp', 'wakefield.coordinator', 'pilot1.adviser']) expect(await offers(who), who).toBe(false);
    expect(await offers(HEAD), 'control: a head').toBe(true);
  });

  test('for Ofsted is in the help of people of schools alone, though anybody may type it', async () => {
    const help = async (who: string) => (await say('nudge help', who)).text;
    for (const who of ['wakefield.earlyhelp', 'wakefield.coordinator', 'pilot1.adviser']) {
      expect(await help(who), who).not.toMatch(/ofsted/iu);
      expect(await title('nudge ofsted', who), who).toMatch(/^Quiet until Thursday 3 December 2026/u);
    }
    expect(await help(HEAD), 'control: a head').toContain('nudge ofsted: nothing for two weeks; why is kept nowhere');
  });

  test('the help has an example of each way to say days away, and each of them is understood', async () => {
    const examples = /nudge (away 20 Dec to 3 Jan) · (away next week) · (away easter): /u.exec((await say('nudge help')).text)?.slice(1);
    expect(examples).toHaveLength(3);
    for (const words of examples ?? []) expect((await say(`nudge ${words}`)).text, words).toMatch(/^Noted: away /u);
  });

  test('two weeks for Ofsted shorten nothing that was longer', async () => {
    expect(await title('nudge ofsted')).toBe('Quiet until Thursday 3 December 2026: nothing comes unasked before that day.');
    await say('nudge quiet until 1 March');
    expect(await title('nudge ofsted')).toBe('Quiet until Monday 1 March 2027: nothing comes unasked before that day.');
    expect(await until()).toBe('2027-03-01');
  });

  test('keeps the day and the hour', async () => {
    await say('nudge wednesday 9:00');
    await say('nudge quiet until 1 March');
    expect(await kept()).toMatchObject([{ weekday: 3, time: '09:00' }]);
  });
});

describe('days away', () => {
  test('are noted, listed, taken back, and the message moves to a later day of its week', async () => {
    const one = await bot.as(HEAD);
    const noted = await one.say('nudge away 23 Nov to 24 Nov');
    expect(noted.title).toBe('Noted: away 23 Nov to 24 Nov. Nothing comes unasked on those days.');
    expect(await title('nudge')).toBe('Your next message comes on Wednesday 25 November at 08:30, with 1 thing.');
    expect((await one.say('nudge away 23 to 24 Nov')).title).toContain('Noted already');
    const list = await one.say('nudge away');
    expect(list.title).toBe('Your days away: 23 Nov to 24 Nov.');
    expect((await one.press(list, 'Take back')).title).toBe('Taken back: 23 Nov to 24 Nov.');
    expect(await title('nudge away')).toBe('No days away are noted.');
    expect(await title('nudge')).toBe('Your next message comes on Tuesday 24 November at 08:30, with 1 thing.');
  });

  test.each([
    ['away 1 Oct 2026 to 5 Oct 2026', '5 October 2026 has passed.'],
    ['away 20 Dec 2026 to 3 Jan 2026', '3 January 2026 is before 20 December 2026: write the first day first.'],
    ['away 3 Jan to 20 Dec', 'That is longer than half a year.'],
    ['away 1 Dec 2029 to 5 Dec 2029', '1 December 2029 is more than two years away.'],
    ['away soon', 'Write a day, as in'],
  ])('%s is not noted', async (words, why) => {
    expect((await say(`nudge ${words}`)).text).toContain(why);
    expect(await bot.database.db.awayDays.count()).toBe(0);
  });

  test("nobody takes back somebody else's", async () => {
    await say('nudge away 23 Nov to 24 Nov');
    const [{ id } = { id: '' }] = await bot.database.db.awayDays.findMany();
    const lead = await bot.as('wakefield.lead');
    expect((await lead.ask({ kind: 'open', verb: 'nudge.back', state: { away: id } })).title).toContain(
      'I cannot find these days among yours',
    );
    expect(await bot.database.db.awayDays.findMany()).toMatchObject([{ withdrawnAt: null }]);
    // control: their own they take back.
    await (await bot.as(HEAD)).ask({ kind: 'open', verb: 'nudge.back', state: { away: id } });
    expect(await bot.database.db.awayDays.findMany()).not.toMatchObject([{ withdrawnAt: null }]);
  });

  test('the form says what is wrong beside its field', async () => {
    const one = await bot.as(HEAD);
    const form = await one.press(await one.say('nudge away'), 'Add days');
    expect((await one.submit(form, { days: 'soon' })).fields().days).toContain('Write a day');
    expect((await one.submit(form, { days: '21 Dec to 23 Dec' })).title).toContain('Noted: away 21 Dec to 23 Dec');
  });
});
