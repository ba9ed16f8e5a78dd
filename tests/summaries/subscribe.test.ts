import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { receiversIn } from '../../src/summaries/receivers.ts';
import { endClosed, endLapsed } from '../../src/summaries/subscriptions.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// A summary that comes by itself: asked for, seen, and ended, by whoever may read it.

const DAY = '2026-11-19';
let bot: TestBot;
type Person = Awaited<ReturnType<TestBot['as']>>;
let adviser: Person;
let coordinator: Person;
let lead: Person;

beforeAll(async () => {
  bot = await testBot();
  adviser = await bot.as('pilot1.adviser');
  coordinator = await bot.as('wakefield.coordinator');
  lead = await bot.as('wakefield.lead');
});
afterEach(async () => {
  await bot.database.db.subscription.deleteMany();
  await bot.database.db.news.deleteMany();
});
afterAll(() => bot.close());

const idOf = async (name: string) => (await bot.database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
const standing = () => bot.database.db.subscription.findMany({ where: { endedAt: null }, orderBy: { createdAt: 'asc' } });
const inChannel = (name: string, { conversation = 'C1', called = '#wakefield' } = {}) =>
  bot.conversation(
    { platform: 'slack', tenant: 'T1', user: `U-${name}`, profile: async () => ({ email: `${name}@example.org`, outsider: false }) },
    { kind: 'channel', conversation, name: called, to: { channel: conversation }, seenByOthers: true },
  );

describe('to oneself', () => {
  test('it comes every week unless said otherwise, of the scope that is named', async () => {
    const seen = await adviser.say('/summary subscribe wakefield');
    expect(seen.title).toBe('The summary of Wakefield comes to you every week from now on.');
    expect(seen.text).toContain('It comes on Thursdays at 08:30');
    expect(seen.text).toMatch(/Wakefield: every week to you +\[End it\]/u);
    const [one, ...others] = await standing();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ personId: await idOf('pilot1.adviser'), scopeKind: 'locality', every: 'week', platform: null, to: null });
  });

  test.each([
    ['', 'Vulnerable children', 'week'],
    ['every month', 'Vulnerable children', 'month'],
    ['monthly', 'Vulnerable children', 'month'],
    ['weekly wakefield', 'Wakefield', 'week'],
    ['wakefield every month', 'Wakefield', 'month'],
    ['to wakefield each month', 'Wakefield', 'month'],
    ['pilot 1 a week', 'Vulnerable children', 'week'],
  ])('is understood as people write it: subscribe %s', async (words, scope, every) => {
    const seen = await adviser.say(`/summary subscribe ${words}`);
    expect(seen.title).toBe(`The summary of ${scope} comes to you every ${every} from now on.`);
  });

  test('twice the same changes nothing; another rhythm takes the place of the first', async () => {
    const first = await adviser.say('/summary subscribe wakefield');
    const again = await adviser.say('/summary subscribe wakefield');
    expect(again.title).toBe('The summary of Wakefield comes to you every week already. Nothing was changed.');
    const monthly = await adviser.press(first, 'Every month instead');
    expect(monthly.title).toBe('The summary of Wakefield comes to you every month from now on, instead of every week.');
    expect((await standing()).map(({ every }) => every)).toEqual(['month']);
    expect(monthly.labels).toContain('Every week instead');
  });

  test('two who ask at the same moment with one account have it once', async () => {
    await Promise.all([adviser.say('/summary subscribe wakefield'), adviser.say('/summary subscribe wakefield')]);
    expect(await standing()).toHaveLength(1);
  });

  test('what comes by role needs no subscription, unless it is to come more often', async () => {
    const role = await coordinator.say('/summary subscribe');
    expect(role.title).toBe('The summary of Wakefield comes to you every week already, by your role. Nothing was changed.');
    expect((await lead.say('/summary subscribe every month')).title).toContain('every month already, by your role');
    expect(await standing()).toEqual([]);
    const more = await lead.say('/summary subscribe');
    expect(more.title).toBe('The summary of Wakefield comes to you every week from now on.');
    const id = await idOf('wakefield.lead');
    const receivers = await bot.core.db.$transaction((tx) => receiversIn(tx, { day: DAY, only: [id] }));
    expect(
      receivers.map(({ every }) => every),
      'once, every week',
    ).toEqual(['week']);
  });

  test('by a role it stops with quiet, and then the list does not say that it comes', async () => {
    const listed = await coordinator.say('/summary unsubscribe');
    expect(listed.text).toContain('Wakefield: every week to you');
    expect(listed.text).toContain('To have none come to you for a while: /nudge quiet until 1 March.');
    await coordinator.say('/nudge quiet until 1 March');
    expect((await coordinator.say('/summary unsubscribe')).text).toContain('You asked for quiet: none of these comes to you until 1 Mar.');
    await coordinator.say('/nudge quiet always');
    const always = await coordinator.say('/summary subscribe');
    expect(always.text).toContain('You asked for quiet: none of these comes to you. To have them again: /nudge on again.');
    await coordinator.say('/nudge on again');
    expect((await coordinator.say('/summary unsubscribe')).text, 'control').not.toContain('quiet: none');
  });

  test('a plan that they may not read is not there to subscribe to', async () => {
    const { db } = bot.database;
    const { id: localityId } = await db.locality.findUniqueOrThrow({ where: { name: 'Rochdale' } });
    const project = await db.project.create({ data: { id: bot.core.newId(), localityId, name: 'Night buses' } });
    const seen = await lead.say('/summary subscribe night buses');
    expect(seen.title).toContain('I do not know a plan called “night buses”');
    expect((await (await bot.as('admin')).say('/summary subscribe')).title).toContain('There is no plan that you can see yet');
    expect((await adviser.say('/summary subscribe ealing')).title).toContain('I do not know a plan called “ealing”');
    expect(await standing()).toEqual([]);
    expect((await (await bot.as('rochdale.lead')).say('/summary subscribe night buses')).title, 'control').toContain(
      'The summary of Night buses, Rochdale comes to you',
    );
    await db.subscription.deleteMany();
    await db.project.delete({ where: { id: project.id } });
  });

  test('a name that is mistyped is asked about, and how often goes with the answer', async () => {
    const asked = await adviser.say('/summary subscribe wakefeild every month');
    expect(asked.title).toContain('Did you mean one of these?');
    expect(await standing()).toEqual([]);
    expect((await adviser.press(asked, 'This one')).title).toBe('The summary of Wakefield comes to you every month from now on.');
  });

  test('a channel cannot be named from elsewhere, not on the web either', async () => {
    for (const words of ['#wakefield', 'in #wakefield', 'channel wakefield', '<#C1|wakefield>']) {
      const seen = await coordinator.say(`/summary subscribe ${words}`);
      expect(seen.text, words).toContain('ask me in that channel: summary subscribe. Here it comes to you alone.');
    }
    expect(await standing()).toEqual([]);
  });

  test('a child’s number in the words is refused and kept nowhere', async () => {
    const seen = await coordinator.say('/summary subscribe H801200001001');
    expect(seen.text).not.toContain('H801200001001');
    expect(await standing()).toEqual([]);
  });
});

describe('ending one', () => {
  test('they are listed with a button each, and one’s own alone can be ended', async () => {
    await adviser.say('/summary subscribe wakefield');
    await adviser.say('/summary subscribe every month');
    const listed = await adviser.say('/summary unsubscribe');
    expect(listed.title).toBe('These summaries come by themselves.');
    expect(listed.labels.filter((label) => label === 'End it')).toHaveLength(2);
    const ended = await adviser.press(listed, 'End it');
    expect(ended.title).toBe('Ended: it does not come any more.');
    expect((await standing()).map(({ scopeKind }) => scopeKind)).toEqual(['pilot']);
    expect((await adviser.press(listed, 'End it')).title, 'pressed again').toContain('it has ended already');

    const theirs = { verb: 'summary.end', state: { subscription: (await standing())[0]?.id } };
    const refused = await coordinator.ask({ kind: 'open', ...theirs });
    expect(refused.title, 'somebody else’s').toBe('Nothing was changed: it has ended already, or is not yours to end.');
    expect(await standing()).toHaveLength(1);
    expect((await adviser.ask({ kind: 'open', ...theirs })).title, 'control').toBe('Ended: it does not come any more.');
  });

  test('what comes by role is listed, without a button', async () => {
    const seen = await coordinator.say('/summary unsubscribe');
    expect(seen.text).toMatch(/Wakefield: every week to you +by your role/u);
    expect(seen.labels).toEqual([]);
    expect((await adviser.say('/summary unsubscribe')).title).toBe('No summary comes by itself.');
  });
});

describe('to a channel', () => {
  test('it is previewed as others will see it, and posted there from then on by the subscriber’s rights', async () => {
    const there = inChannel('wakefield.coordinator');
    const preview = await there.say('/summary subscribe');
    expect(preview.title).toBe('Preview: #wakefield would see this.');
    expect(preview.labels).toEqual(['Every week in #wakefield']);
    expect(preview.text).toContain('WAK-7 Recruit two education welfare officers');
    expect(preview.text, 'outsiders may read').not.toContain('a joint post');
    expect(preview.text).not.toContain('Waiting for you');
    expect(await standing(), 'nothing before the press').toEqual([]);

    const done = await there.press(preview, 'Every week in #wakefield');
    expect(done.title).toBe('The summary of Wakefield comes to #wakefield every week from now on.');
    expect(done.text).toContain('It is posted by your rights');
    await there.press(preview, 'Every week in #wakefield');
    const all = await standing();
    expect(all, 'once, however often it is pressed').toHaveLength(1);
    expect(all[0]).toMatchObject({
      personId: await idOf('wakefield.coordinator'),
      scopeKind: 'locality',
      every: 'week',
      platform: 'slack',
      tenant: 'T1',
      conversation: 'C1',
      name: '#wakefield',
      to: { channel: 'C1' },
    });
    expect((await there.say('/summary subscribe')).title).toBe(
      'The summary of Wakefield comes to #wakefield every week already. Nothing was changed.',
    );
    const receivers = await bot.core.db.$transaction((tx) => receiversIn(tx, { day: DAY }));
    expect(receivers.filter(({ channel }) => channel !== null)).toMatchObject([
      { scopeKind: 'locality', every: 'week', channel: { name: '#wakefield', to: { channel: 'C1' } } },
    ]);
  });

  test('somebody else there is told that it comes already, and may end it; whoever subscribed is told who did', async () => {
    const there = inChannel('wakefield.lead');
    await there.press(await there.say('/summary subscribe'), 'Every week in #wakefield');
    const other = inChannel('pilot1.adviser');
    expect((await other.say('/summary subscribe wakefield')).title).toContain('comes to #wakefield every week already');
    const listed = await other.say('/summary unsubscribe');
    expect(listed.text).toMatch(/Wakefield: every week to #wakefield +somebody else subscribed to it +\[End it\]/u);
    const [one] = await standing();
    const press = { verb: 'summary.end', state: { subscription: one?.id } };
    expect((await adviser.ask({ kind: 'open', ...press })).title, 'control: elsewhere they cannot').toContain('Nothing was changed');
    expect((await inChannel('admin').ask({ kind: 'open', ...press })).title, 'control: nor who may not read it').toContain(
      'Nothing was changed',
    );
    expect(await standing()).toHaveLength(1);
    expect((await other.press(listed, 'End it')).title).toBe('Ended: it does not come any more.');
    expect(await standing()).toEqual([]);
    const news = await bot.database.db.news.findMany();
    expect(news.map(({ personId, text }) => [personId, text])).toEqual([
      [
        await idOf('wakefield.lead'),
        'A summary that you subscribed to in #wakefield was ended by Adviser, pilot 1. Type summary unsubscribe to see which.',
      ],
    ]);
    expect((await lead.say('/summary unsubscribe')).text).toContain('Wakefield, #wakefield: ended on 19 Nov, because somebody else');
  });

  test('whoever coordinates its scope sees it and may end it from anywhere, and nobody who coordinates elsewhere', async () => {
    const there = inChannel('wakefield.lead');
    await there.press(await there.say('/summary subscribe'), 'Every week in #wakefield');
    expect((await (await bot.as('rochdale.coordinator')).say('/summary unsubscribe')).labels, 'control').not.toContain('End it');
    const listed = await coordinator.say('/summary unsubscribe');
    expect(listed.text).toContain('Wakefield: every week to #wakefield');
    await coordinator.press(listed, 'End it');
    expect(await standing()).toEqual([]);
  });

  test('the web has no channel: it comes to them alone', async () => {
    expect((await adviser.say('/summary subscribe')).title).toContain('comes to you every week');
    expect((await standing()).map(({ platform }) => platform)).toEqual([null]);
  });
});

describe('what ends by itself', () => {
  test('ends because the channel is closed, and its subscriber is told', async () => {
    const there = inChannel('wakefield.lead');
    await there.press(await there.say('/summary subscribe'), 'Every week in #wakefield');
    await adviser.say('/summary subscribe wakefield');
    const [channel, own] = (await standing()).map(({ id }) => id);
    const closed = (id: string | undefined) =>
      bot.core.db.$transaction((tx) => endClosed({ tx, now: bot.core.now(), newId: bot.core.newId, personId: null }, id as string, DAY));
    await closed(own);
    expect(await standing(), 'control: what comes to a person is no channel').toHaveLength(2);
    await closed(channel);
    await closed(channel);
    expect((await standing()).map(({ id }) => id)).toEqual([own]);
    expect((await bot.database.db.news.findMany()).map(({ text }) => text)).toEqual([
      'A summary that you subscribed to in #wakefield has ended, because I cannot write there any more. Type summary unsubscribe to see which.',
    ]);
  });

  const end = () => bot.core.db.$transaction((tx) => endLapsed({ tx, now: bot.core.now(), newId: bot.core.newId, personId: null }, DAY));
  const date = (day: string) => new Date(`${day}T00:00:00Z`);

  test('ends because its subscriber may not read it any more, and they are told why', async () => {
    const { db } = bot.database;
    await adviser.say('/summary subscribe wakefield');
    expect(await end(), 'control: nothing has ended while they may').toBe(0);
    const roles = await db.role.findMany({ where: { personId: await idOf('pilot1.adviser') } });
    await db.role.updateMany({ where: { personId: await idOf('pilot1.adviser') }, data: { to: date('2026-11-18') } });
    expect(await end()).toBe(1);
    expect(await end(), 'once').toBe(0);
    const [row] = await db.subscription.findMany();
    expect(row).toMatchObject({ endedWhy: 'whoever subscribed may not read it any more' });
    expect(row?.endedAt?.toISOString()).toBe('2026-11-19T14:00:00.000Z');
    expect((await db.news.findMany()).map(({ text }) => text)).toEqual([
      'A summary that you subscribed to has ended, because you may not read it any more. Type summary unsubscribe to see which.',
    ]);
    for (const { id, to } of roles) await db.role.update({ where: { id }, data: { to } });
    expect((await adviser.say('/summary unsubscribe')).text).toContain(
      'Wakefield: ended on 19 Nov, because whoever subscribed may not read it any more.',
    );
  });

  test('ends because its subscriber has left, in a channel too', async () => {
    const { db } = bot.database;
    const there = inChannel('wakefield.lead');
    await there.press(await there.say('/summary subscribe'), 'Every week in #wakefield');
    const id = await idOf('wakefield.lead');
    await db.person.update({ where: { id }, data: { leftOn: date(DAY) } });
    expect(await end()).toBe(1);
    expect((await db.subscription.findMany()).map(({ endedWhy }) => endedWhy)).toEqual(['whoever subscribed has left']);
    expect(await db.news.count(), 'nobody is left to be told').toBe(0);
    await db.person.update({ where: { id }, data: { leftOn: null } });
  });

  test('whoever asks sees it at once, whether or not it was looked at before', async () => {
    const { db } = bot.database;
    const { id: localityId } = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const project = await db.project.create({ data: { id: bot.core.newId(), localityId, name: 'Night buses' } });
    await coordinator.say('/summary subscribe night buses');
    await db.project.delete({ where: { id: project.id } });
    expect((await coordinator.say('/summary unsubscribe')).text).toContain(
      'A plan that is there no more: ended on 19 Nov, because whoever subscribed may not read it any more',
    );
  });
});
