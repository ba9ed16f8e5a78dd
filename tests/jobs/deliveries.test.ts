import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/app.ts';
import type { SealedCard } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import { PlatformError } from '../../src/errors.ts';
import type { Rules } from '../../src/jobs/planner.ts';
import { deliveredTo } from '../../src/nudges/delivered.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { engineOf, forgetEverything, only } from './engine.ts';

// 24 November 2026 is a Tuesday in term; London keeps Greenwich time. The headteacher owns WAK-31, which waits for its rating.

const TUESDAY = '2026-11-24T08:30:00Z';

let bot: TestBot;
let head: string;
let coordinator: string;
let arrived: string[];
let answers: Error[];

beforeAll(async () => {
  bot = await testBot();
  const id = async (name: string) => (await bot.database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
  head = await id('wakefield.head.1');
  coordinator = await id('wakefield.coordinator');
  const platform = (name: string) => async (message: Message) => {
    const answer = answers.shift();
    if (answer) throw answer;
    const said = message.kind === 'email' ? message.subject : (message.card as SealedCard).title;
    const { ts } = message.to as { ts?: string };
    arrived.push(`${name}${ts ? `, in place of ${ts}` : ''}: ${said}`);
    return { channel: 'D1', ts: `${arrived.length}` };
  };
  bot.senders.slack = platform('slack');
  bot.senders.email = platform('email');
});
beforeEach(async () => {
  await forgetEverything(bot);
  await bot.database.db.inboundEvent.deleteMany();
  arrived = [];
  answers = [];
  bot.clock.set('2026-11-23T18:00:00Z');
});
afterAll(() => bot.close());

const inSlack = (personId: string) =>
  bot.database.db.identity.create({
    data: { id: bot.core.newId(), personId, platform: 'slack', tenant: 'T1', user: 'U1', linkedAt: new Date(0), how: 'code' },
  });
const inSlackSince = (at: string) =>
  bot.database.db.inboundEvent.create({ data: { platform: 'slack', key: `T1:U1:${at}`, at: new Date(at), personId: head } });
const engine = (rules: Rules = only(head)) => engineOf(bot, rules);
/** Planned on Tuesday, and not handed over yet. */
const planned = async (rules?: Rules) => {
  const made = engine(rules);
  await made.plan();
  bot.clock.set(TUESDAY);
  await made.plan();
  return made;
};
const fates = async () => {
  const rows = await bot.database.db.delivery.findMany({ orderBy: { sendAt: 'asc' } });
  return rows.map(({ state, why }) => (why === null ? state : `${state}: ${why}`));
};

const MINUTE = 'A minute for Wakefield this week';
const CARD = `slack: ${MINUTE}, then nothing until you are needed.`;
const MAIL = `email: ${MINUTE}`;

describe('a message whose moment has come', () => {
  it('goes to the chat that its reader used last, and is kept as sent', async () => {
    await inSlack(head);
    const { run } = await planned();
    await run();
    expect(arrived).toEqual([CARD]);
    expect(await fates()).toEqual(['sent']);
    expect((await bot.database.db.deliveryLine.findMany()).map(({ key }) => key.split(':')[0])).toEqual(['half_term']);
  });

  it('goes by e-mail to somebody who has no chat', async () => {
    const { run } = await planned();
    await run();
    expect(arrived).toEqual([MAIL]);
  });

  it('goes once, though processes hand it over at the same moment, and late once more', async () => {
    await inSlack(head);
    const first = await planned();
    const others = Array.from({ length: 3 }, () => engine());
    await Promise.all([first, ...others].map(({ run }) => run()));
    bot.clock.advance({ hours: 2 });
    await Promise.all([first, ...others].map(({ run }) => run()));
    expect(arrived).toEqual([CARD]);
    expect(await fates()).toEqual(['sent']);
  });

  it('is drawn without asking twice what is known: whose calendar it is, and who gets summaries', async () => {
    await inSlack(head);
    const { deliveries } = await planned();
    bot.database.forget();
    await deliveries.handOver();
    expect(await fates()).toEqual(['handed']);
    const asked = (words: string) => bot.database.statements.filter((sql) => sql.includes(words)).length;
    expect({ calendars: asked('from term_dates'), subscriptions: asked('s.id as "subscriptionId"') }).toEqual({
      calendars: 3, // who it is for, what waits for them, and the card
      subscriptions: 1,
    });
  });

  it('control: processes that hand over without claiming it send it twice', async () => {
    await planned();
    const careless = async () => {
      const rows = await bot.database.db.delivery.findMany({ where: { state: 'planned' } });
      for (const { id } of rows) {
        await bot.core.later(bot.database.db, { kind: 'email', to: 'a@example.org', subject: MINUTE, text: '' });
        await bot.database.db.delivery.updateMany({ where: { id }, data: { state: 'handed' } });
      }
    };
    await Promise.all([careless(), careless()]);
    await bot.outbox.drain();
    expect(arrived).toEqual([MAIL, MAIL]);
  });
});

describe('what changed between plan and moment is looked at again', () => {
  const changes: [string, () => Promise<unknown>, string[]][] = [
    [
      'the role ended',
      () => bot.database.db.role.updateMany({ where: { personId: head }, data: { to: new Date('2026-11-23') } }),
      ['left: they have left, or hold no role any more'],
    ],
    [
      'they asked for quiet',
      () => bot.database.db.nudgeSetting.create({ data: { personId: head, quietUntil: new Date('2026-12-08'), changedAt: new Date(0) } }),
      ['left: they asked not to be written to'],
    ],
    [
      'they are away for the rest of the week',
      () => away('2026-11-24', '2026-11-27'),
      ['left: no working hours of theirs are left in its time'],
    ],
    ['they are away for the day', () => away('2026-11-24', '2026-11-24'), ['planned']],
  ];
  const away = (from: string, to: string) =>
    bot.database.db.awayDays.create({
      data: { id: bot.core.newId(), personId: head, from: new Date(from), to: new Date(to), recordedAt: new Date(0) },
    });
  const undone = () => bot.database.db.role.updateMany({ where: { personId: head }, data: { to: null } });

  it.each(changes)('%s: nothing goes today', async (_what, change, expected) => {
    const { run } = await planned();
    await change();
    await run();
    await undone();
    expect(arrived).toEqual([]);
    expect(await fates()).toEqual(expected);
  });

  it('a day away moves it to the next morning of that week', async () => {
    const { run } = await planned();
    await away('2026-11-24', '2026-11-24');
    await run();
    bot.clock.set('2026-11-25T08:00:00Z');
    await run();
    expect(arrived).toEqual([MAIL]);
  });

  it('nothing waits any more', async () => {
    const { run } = await planned();
    await engineOf(bot, { ...only(head), nudges: async () => [] }).run();
    await run();
    expect(await fates()).toEqual(['left: nothing waits for them any more']);
  });

  it.each(changes.slice(0, 3))('control: whoever does not look again would write, though %s', async (_what, change) => {
    await planned();
    const before = { day: '2026-11-24', only: [head] };
    const tx = bot.database.db;
    const rules = only(head);
    const people = await rules.people(tx, before);
    const nudges = await rules.nudges(tx, { now: bot.clock.now(), only: [head], weeklySummary: new Set() });
    const blind = { people: async () => people, nudges: async () => nudges, receivers: rules.receivers };
    await change();
    await engineOf(bot, { ...blind, unasked: async () => ({ title: MINUTE, parts: [] }) }).run();
    await undone();
    expect(arrived).toEqual([MAIL]);
  });

  it('was handed over and could not leave before the night: it does not go at night, but in the morning', async () => {
    answers = [new PlatformError('the mail server: ECONNREFUSED', { outcome: 'again' })];
    const { run } = await planned();
    await run();
    bot.clock.set('2026-11-24T23:00:00Z');
    await run();
    await run();
    expect(arrived).toEqual([]);
    expect(await fates()).toEqual(['planned']);
    bot.clock.set('2026-11-25T08:00:00Z');
    await run();
    expect(arrived).toEqual([MAIL]);
    expect(await fates()).toEqual(['sent']);
  });
});

describe('a platform that does not take it', () => {
  it('and asks to come again gets it once, later', async () => {
    await inSlack(head);
    answers = [new PlatformError('Slack: ratelimited', { outcome: 'again', retryAfter: 30 })];
    const { run } = await planned();
    bot.clock.advance({ hours: 5 });
    await run();
    expect(arrived).toEqual([]);
    bot.clock.advance({ seconds: 30 });
    await run();
    await run();
    expect(arrived).toEqual([CARD]);
  });

  it.each(['Slack: http_500', 'Slack: no_answer'])(
    'or may have, as after %s: it is unconfirmed, and nothing goes another way',
    async (said) => {
      await inSlack(head);
      answers = [new PlatformError(said, { outcome: 'unconfirmed' })];
      const { run } = await planned();
      await run();
      bot.clock.advance({ hours: 1 });
      await run();
      expect(arrived).toEqual([]);
      expect(await fates()).toEqual(['unconfirmed']);
    },
  );

  it('for certain: then it goes the next way, on the same day', async () => {
    await inSlack(head);
    answers = [new PlatformError('Slack: not_allowed', { outcome: 'refused' })];
    const { run } = await planned();
    await run();
    await run();
    expect(arrived).toEqual([MAIL]);
    expect(await fates()).toEqual(['sent']);
  });

  it('on any way: it has failed, with what was said last', async () => {
    await inSlack(head);
    answers = [
      new PlatformError('Slack: not_allowed', { outcome: 'refused' }),
      new PlatformError('the mail server: 550', { outcome: 'refused' }),
    ];
    const { run } = await planned();
    await run();
    await run();
    await run();
    expect(arrived).toEqual([]);
    expect(await fates()).toEqual(['failed: the mail server: 550']);
  });

  it('because the person blocked us is not tried again until they write from there', async () => {
    await inSlack(head);
    answers = [new PlatformError('Slack: user_disabled', { outcome: 'closed' })];
    const { run } = await planned();
    await run();
    await run();
    expect(arrived).toEqual([MAIL]);
    const again = async (monday: string) => {
      await bot.database.db.deliveryLine.deleteMany();
      bot.clock.set(monday);
      await run();
    };
    await again('2026-12-01T08:30:00Z');
    expect(arrived).toEqual([MAIL, MAIL]);
    await inSlackSince('2026-12-03T12:00:00Z');
    await again('2026-12-08T08:30:00Z');
    expect(arrived).toEqual([MAIL, MAIL, CARD]);
  });
});

describe('a platform that is not to be had for a while', () => {
  const down = () => Array.from({ length: 8 }, () => new PlatformError('Slack: ECONNREFUSED', { outcome: 'again' }));
  const outage = async (run: () => Promise<void>) => {
    for (let nth = 0; nth < 12; nth += 1) {
      await run();
      bot.clock.advance({ minutes: 5 });
    }
  };
  const withoutMail = () => bot.database.db.person.update({ where: { id: head }, data: { email: null } });
  const withMail = () => bot.database.db.person.update({ where: { id: head }, data: { email: 'wakefield.head.1@example.org' } });

  it('is tried again in that week by whoever has no other way', async () => {
    await inSlack(head);
    await withoutMail();
    answers = down();
    const { run } = await planned();
    await outage(run);
    expect([arrived, await fates()]).toEqual([[], ['planned: given up after 8 tries: Slack: ECONNREFUSED']]);
    bot.clock.set('2026-11-24T15:00:00Z');
    await run();
    await withMail();
    expect([arrived, await fates()]).toEqual([[CARD], ['sent']]);
  });

  it('control: one that refuses is not tried again', async () => {
    await inSlack(head);
    await withoutMail();
    answers = [new PlatformError('Slack: not_allowed', { outcome: 'refused' })];
    const { run } = await planned();
    await outage(run);
    await withMail();
    expect([arrived, await fates()]).toEqual([[], ['failed: Slack: not_allowed']]);
  });
});

describe('an account at which nothing arrives any more', () => {
  it('is closed since the platform said so: whoever wrote from there after that is written to', async () => {
    await inSlack(head);
    answers = [new PlatformError('Slack: user_disabled', { outcome: 'closed' })];
    const { deliveries } = await planned();
    await deliveries.handOver();
    await bot.outbox.drain();
    await inSlackSince('2026-11-24T08:31:00Z');
    bot.clock.set('2026-11-24T08:35:00Z');
    await deliveries.follow();
    const { closedAt } = await bot.database.db.identity.findFirstOrThrow({ where: { platform: 'slack', personId: head } });
    expect(closedAt?.toISOString()).toBe('2026-11-24T08:30:00.000Z');
  });
});

describe('two messages to one person at the same moment', () => {
  const worry = async () => {
    const { localityId } = await bot.database.db.organisation.findFirstOrThrow({ where: { name: 'Early help, Wakefield council' } });
    const its = { id: bot.core.newId(), localityId: localityId as string, text: 'Buses', recordedById: head };
    return bot.database.db.worry.create({ data: { ...its, recordedAt: new Date('2026-11-20T10:00:00Z') } });
  };

  it.each([[1], [3]])('the second says nothing that the first said, with %i at work', async (processes) => {
    const { id } = await worry();
    bot.clock.set('2026-11-26T08:25:00Z');
    const all = Array.from({ length: processes }, () => engine(only(coordinator)));
    await all[0]?.plan();
    bot.clock.set('2026-11-26T08:30:00Z');
    await all[0]?.plan();
    // A nudge that was planned before the summary was, and has waited: nobody plans both for one day.
    const { runId, week, moment } = await bot.database.db.delivery.findFirstOrThrow();
    const late = { sendAt: new Date('2026-11-26T08:30:01Z'), changedAt: moment };
    const nudge = {
      id: bot.core.newId(),
      runId,
      key: `nudge ${coordinator} ${week}`,
      kind: 'nudge',
      personId: coordinator,
      week,
      moment,
      ...late,
    };
    await bot.database.db.delivery.create({ data: nudge });
    expect(await fates()).toEqual(['planned', 'planned']);
    bot.clock.set('2026-11-26T08:30:05Z');
    await Promise.all(all.map(({ deliveries }) => deliveries.handOver()));
    await all[0]?.deliveries.handOver();
    const lines = await bot.database.db.deliveryLine.findMany({ where: { key: `worry:${id}` } });
    await bot.database.db.worry.delete({ where: { id } });
    expect(lines).toHaveLength(1);
    expect((await fates()).toSorted()).toEqual(['handed', 'left: nothing waits for them any more']);
  });
});

describe('what was told', () => {
  const news = async (personId: string, text: string) => {
    const its = { id: bot.core.newId(), personId, text, aboutKind: 'x', aboutId: bot.core.newId() };
    return (await bot.database.db.news.create({ data: { ...its, at: new Date('2026-11-20T10:00:00Z') } })).id;
  };
  const unread = async (id: string) => (await bot.database.db.news.findUniqueOrThrow({ where: { id } })).seenAt === null;

  it('in a chat is read once it has arrived; in an e-mail, which says only that there is something, it is not', async () => {
    await inSlack(head);
    const one = await news(head, 'Your worry was heard.');
    const { deliveries } = await planned();
    await deliveries.handOver();
    await deliveries.follow();
    expect(await unread(one), 'it is on its way').toBe(true);
    await bot.outbox.drain();
    await deliveries.follow();
    expect([arrived, await unread(one)]).toEqual([[CARD], false]);

    await forgetEverything(bot);
    bot.clock.set('2026-11-23T18:00:00Z');
    const other = await news(head, 'Your other worry was heard.');
    await (await planned()).run();
    expect([arrived.at(-1), await unread(other)]).toEqual([MAIL, true]);
    await bot.database.db.news.deleteMany({ where: { personId: head } });
  });

  it('is what the card showed: what is only counted there is for the next message', async () => {
    await inSlack(head);
    for (let nth = 1; nth <= 5; nth += 1) await news(head, `Piece ${nth} of news.`);
    await (await planned()).run();
    const keys = (await bot.database.db.deliveryLine.findMany()).map(({ key }) => key.split(':')[0]);
    expect(keys.filter((kind) => kind === 'news')).toHaveLength(3);
    expect(await bot.database.db.news.count({ where: { personId: head, seenAt: null } })).toBe(2);
    await bot.database.db.news.deleteMany({ where: { personId: head } });
  });

  it('by a summary that certainly did not arrive is told and read by nobody, though an e-mail went in its place', async () => {
    await inSlack(coordinator);
    const one = await news(coordinator, 'Heard.');
    answers = [new PlatformError('Slack: not_allowed', { outcome: 'refused' })];
    const before = await bot.database.db.summarySeen.count();
    bot.clock.set('2026-11-25T18:00:00Z');
    const { plan, run } = engine(only(coordinator));
    await plan();
    bot.clock.set('2026-11-26T08:30:00Z');
    await run();
    const keys = async () => (await bot.database.db.deliveryLine.findMany()).map(({ key }) => key);
    expect(await keys(), 'control: the chat would have told it').toContain(`news:${one}`);
    bot.clock.advance({ minutes: 5 });
    await run();
    expect([arrived.length, arrived[0]?.startsWith('email'), await fates()]).toEqual([1, true, ['sent']]);
    expect((await keys()).filter((key) => /^(news|no_update):/u.test(key))).toEqual([]);
    expect([await unread(one), await bot.database.db.summarySeen.count()]).toEqual([true, before]);
    await bot.database.db.news.deleteMany({ where: { personId: coordinator } });
  });
});

describe('what changed because of somebody', () => {
  it.each([
    ['is looked for since the card before was drawn last', { platform: 'slack', tenant: 'T1', user: 'U1' }, '2026-11-18T12:00:00Z'],
    ['is looked for from the start where only e-mails went before, which do not say it', { platform: 'email' }, undefined],
  ])('%s', async (_what, route, since) => {
    const { db } = bot.database;
    const [runId, id] = [bot.core.newId(), bot.core.newId()];
    const [before, at] = [new Date('2026-11-17T08:30:00Z'), new Date(TUESDAY)];
    await db.run.create({ data: { id: runId, from: before, to: before, lookedAt: 1, planned: 1, createdAt: before } });
    const its = { runId, kind: 'nudge', personId: head, state: 'sent' };
    const earlier = { week: '2026-W47', moment: before, sendAt: before, changedAt: before, refreshedAt: new Date('2026-11-18T12:00:00Z') };
    await db.delivery.create({ data: { ...its, ...earlier, id: bot.core.newId(), key: 'before', route } });
    await db.delivery.create({ data: { ...its, id, key: 'now', week: '2026-W48', moment: at, sendAt: at, changedAt: at } });
    const found = await db.$transaction((tx) => deliveredTo(tx, id, head));
    expect(found?.before?.toString()).toBe(since);
  });
});

describe('where drawing takes long', () => {
  it.each([
    ['a transaction begins with no other after a second: the next one does', 600, 3],
    ['control: what is drawn at once is one transaction', 0, 2],
  ])('%s', async (_what, milliseconds, claims) => {
    const { db } = bot.database;
    const heads = await db.person.findMany({ where: { email: { in: [1, 2, 3].map((nth) => `wakefield.head.${nth}@example.org`) } } });
    expect(heads).toHaveLength(3);
    const runId = bot.core.newId();
    const at = new Date(TUESDAY);
    await db.run.create({ data: { id: runId, from: at, to: at, lookedAt: 3, planned: 3, createdAt: at } });
    for (const { id: personId } of heads) {
      const its = { id: bot.core.newId(), runId, key: personId, kind: 'nudge', personId, week: '2026-W48', moment: at, sendAt: at };
      await db.delivery.create({ data: { ...its, changedAt: at } });
    }
    bot.clock.set(TUESDAY);
    const { people } = only(...heads.map(({ id }) => id));
    const line = { kind: 'news', key: 'news:1', since: '2026-11-20', patient: false, once: true, newsId: '1', text: 'Heard' } as const;
    const { deliveries } = engineOf(bot, {
      people,
      nudges: async (tx) => (await people(tx, { day: '2026-11-24' })).map((person) => ({ person, all: [line], lines: [line], why: '' })),
      unasked: async () => {
        bot.clock.advance({ milliseconds });
        return { title: MINUTE, parts: [] };
      },
    });
    bot.database.forget();
    await deliveries.handOver();
    expect(await fates()).toEqual(['handed', 'handed', 'handed']);
    expect(bot.database.statements.filter((sql) => sql.includes('for update of d skip locked'))).toHaveLength(claims);
  });
});

describe('a card that says something else now', () => {
  it('is brought up to date where it stands, once, after its reader did something', async () => {
    await inSlack(head);
    const { run } = await planned();
    await run();
    bot.clock.set('2026-11-24T10:00:00Z');
    const slack = bot.conversation({ platform: 'slack', tenant: 'T1', user: 'U1' });
    await slack.say('kpi');
    await run();
    expect(arrived).toEqual([CARD]); // nothing of it has changed
    bot.clock.set('2026-11-24T10:05:00Z');
    await slack.say('rag WAK-31 green');
    bot.clock.set('2026-11-24T10:10:00Z');
    await run();
    await run();
    expect(arrived.filter((one) => one.includes('in place of'))).toHaveLength(1);
    expect(arrived).toHaveLength(2);
    const updates = await bot.database.db.outbox.findMany({
      where: { kind: 'card', payload: { path: ['delivery'], not: '' } },
      orderBy: { seq: 'asc' },
    });
    const [, update] = updates.map(({ payload }) => plainText((payload as unknown as { card: SealedCard }).card));
    expect(update).toMatch(/WAK-31.*[Gg]reen/u);
  });
});

describe('a summary', () => {
  it('goes on Thursday to whoever gets one, once, with what waits kept as told', async () => {
    await inSlack(coordinator);
    const { plan, run } = engine(only(coordinator));
    bot.clock.set('2026-11-25T18:00:00Z');
    await plan();
    bot.clock.set('2026-11-26T08:30:00Z');
    await Promise.all([run(), engine(only(coordinator)).run()]);
    expect(await fates()).toEqual(['sent']);
    expect(arrived).toHaveLength(1);
    expect(arrived[0]).toMatch(/^slack: Wakefield/u);
  });

  const subscribeChannel = async () => {
    const { localityId } = await bot.database.db.organisation.findFirstOrThrow({ where: { name: 'Early help, Wakefield council' } });
    await bot.database.db.subscription.create({
      data: {
        id: bot.core.newId(),
        personId: coordinator,
        scopeKind: 'locality',
        scopeId: localityId as string,
        every: 'week',
        platform: 'slack',
        tenant: 'T1',
        conversation: 'C1',
        name: '#wakefield',
        to: { channel: 'C1' },
        createdAt: new Date('2026-11-02T10:00:00Z'),
      },
    });
  };

  it('goes to its reader and to the channel that they subscribed, once each', async () => {
    await inSlack(coordinator);
    await subscribeChannel();
    bot.clock.set('2026-11-25T18:00:00Z');
    const { plan, run } = engine(only(coordinator));
    await plan();
    for (const at of ['2026-11-26T08:30:00Z', '2026-11-26T08:35:00Z']) {
      bot.clock.set(at);
      await run();
    }
    const sent = await bot.database.db.outbox.findMany({ orderBy: { seq: 'asc' } });
    expect(sent.map(({ payload }) => (payload as { to: object }).to)).toEqual([{ tenant: 'T1', user: 'U1' }, { channel: 'C1' }]);
    expect(await bot.database.db.subscription.count({ where: { endedAt: null } })).toBe(1);
    await bot.database.db.subscription.deleteMany();
  });

  it('ends in a channel that is closed, and its subscriber is told', async () => {
    await subscribeChannel();
    answers = [new PlatformError('Slack: is_archived', { outcome: 'closed' })];
    bot.clock.set('2026-11-25T18:00:00Z');
    const rules = only(coordinator);
    const { plan, run } = engine({
      ...rules,
      receivers: async (tx, asked) => (await rules.receivers(tx, asked)).filter(({ channel }) => channel !== null),
    });
    await plan();
    bot.clock.set('2026-11-26T08:30:00Z');
    await run();
    expect(await bot.database.db.subscription.findMany({ select: { endedWhy: true } })).toEqual([
      { endedWhy: 'I cannot write there any more' },
    ]);
    const told = await bot.database.db.news.findMany({ where: { personId: coordinator, aboutKind: 'subscription' } });
    expect(told.map(({ text }) => text)).toEqual([
      'A summary that you subscribed to in #wakefield has ended, because I cannot write there any more. Type summary unsubscribe to see which.',
    ]);
    await bot.database.db.subscription.deleteMany();
    await bot.database.db.news.deleteMany({ where: { aboutKind: 'subscription' } });
  });

  it('is left when its reader’s role ended meanwhile', async () => {
    const { plan, run } = engine(only(coordinator));
    bot.clock.set('2026-11-25T18:00:00Z');
    await plan();
    bot.clock.set('2026-11-26T08:30:00Z');
    await plan();
    await bot.database.db.role.updateMany({ where: { personId: coordinator }, data: { role: 'partner' } });
    await run();
    await bot.database.db.role.updateMany({ where: { personId: coordinator }, data: { role: 'coordinator' } });
    expect(await fates()).toEqual(['left: they do not get this summary any more']);
  });
});

describe('a fault of ours in one card', () => {
  const FAULT = 'it could not be drawn, by a fault of ours that the log names';
  const broken = async () => {
    throw new Error('a bug');
  };

  it('that lasts all week is shown as failed, and is not taken for one that was not to be sent', async () => {
    const { id } = await bot.database.db.person.findUniqueOrThrow({ where: { email: 'ealing.head.2@example.org' } });
    await planned(only(id));
    const { run } = engineOf(bot, { ...only(id), unasked: broken });
    await run();
    bot.clock.set('2026-11-27T15:05:00Z');
    await run();
    expect(await fates()).toEqual([`failed: ${FAULT}`]);
  });

  it('that is brought up to date holds up nobody else’s', async () => {
    const { db } = bot.database;
    const others = await db.person.findMany({ where: { email: { startsWith: 'wakefield.head' } }, take: 3 });
    const runId = bot.core.newId();
    const at = new Date(TUESDAY);
    await db.run.create({ data: { id: runId, from: at, to: at, lookedAt: 3, planned: 3, createdAt: at } });
    for (const [nth, { id: personId }] of others.entries()) {
      const [id, outboxId, user] = [bot.core.newId(), bot.core.newId(), `U${nth}`];
      const payload = { kind: 'card', platform: 'slack', to: { user }, delivery: id };
      const times = { notBefore: at, createdAt: at, doneAt: at };
      await db.outbox.create({ data: { id: outboxId, kind: 'card', payload, state: 'sent', result: { channel: 'D', ts: '1' }, ...times } });
      const its = { id, runId, key: id, kind: 'nudge', personId, week: '2026-W48', moment: at, sendAt: at, changedAt: at, refreshedAt: at };
      await db.delivery.create({ data: { ...its, state: 'sent', outboxId, route: { platform: 'slack', tenant: 'T1', user } } });
      await db.inboundEvent.create({ data: { platform: 'slack', key: `T1:${user}:1`, at: new Date('2026-11-24T08:50:00Z'), personId } });
    }
    let drawn = 0;
    const { deliveries } = engineOf(bot, {
      unasked: async (_tx, { personId }) => {
        if (personId === others[0]?.id) return broken();
        drawn += 1;
        return { title: 'Done, thank you.', parts: [] };
      },
    });
    bot.clock.set('2026-11-24T09:00:00Z');
    // Both processes have seen all three before either has looked at one.
    const first = deliveries.refresh();
    bot.clock.advance({ seconds: 1 });
    await Promise.all([first, deliveries.refresh()]);
    await deliveries.refresh();
    expect(drawn, 'each is looked at once').toBe(2);
    expect(await db.outbox.count({ where: { state: 'waiting' } })).toBe(2);
    expect(bot.logged.join()).toContain('a message could not be brought up to date');
  });

  it('holds up nobody else’s, and is tried again', async () => {
    const id = async (name: string) => (await bot.database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
    const [one, other] = [await id('ealing.head.2'), await id('miltonkeynes.reading')];
    const rules = only(one, other);
    await planned(rules);
    expect(await fates()).toEqual(['planned', 'planned']);
    let breaks = true;
    const failing = engineOf(bot, {
      ...rules,
      unasked: async (_tx, { personId }) => {
        if (breaks && personId === one) throw new Error('a bug');
        return { title: MINUTE, parts: [] };
      },
    });
    bot.clock.advance({ minutes: 1 });
    await failing.run();
    expect((await fates()).toSorted()).toEqual([`planned: ${FAULT}`, 'sent']);
    breaks = false;
    bot.clock.advance({ minutes: 5 });
    await failing.run();
    expect(await fates()).toEqual(['sent', 'sent']);
  });
});
