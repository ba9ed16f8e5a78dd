import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Every, eachOnce, type Receiver, receiversIn } from '../../src/summaries/receivers.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// Who gets a summary unasked: by role, by subscription, and never the same twice.

const DAY = '2026-11-19';
const date = (day: string) => new Date(`${day}T00:00:00Z`);

describe('each reader and scope once', () => {
  const one = (over: Partial<Receiver>): Receiver => ({
    personId: 'ann',
    subscriptionId: null,
    scopeKind: 'locality',
    scopeId: 'wakefield',
    every: 'week',
    channel: null,
    ...over,
  });
  const channel = { platform: 'slack' as const, to: { channel: 'C1' }, tenant: 'T1', conversation: 'C1', name: '#wakefield' };
  const sub = (subscriptionId: string, every: Every, over: Partial<Receiver> = {}) => one({ subscriptionId, every, ...over });
  const table: [name: string, given: Receiver[], kept: string[]][] = [
    ['a role alone', [one({})], ['role week']],
    ['a role every week, a subscription every month', [one({}), sub('s1', 'month')], ['role week']],
    ['a role every month, a subscription every week', [one({ every: 'month' }), sub('s1', 'week')], ['s1 week']],
    ['two roles', [one({ every: 'month' }), one({ every: 'week' })], ['role week']],
    ['as often by both: the role', [one({ every: 'month' }), sub('s1', 'month')], ['role month']],
    ['another scope', [one({}), sub('s1', 'month', { scopeId: 'rochdale' })], ['role week', 's1 month']],
    ['a scope of another kind with the same id', [one({}), sub('s1', 'month', { scopeKind: 'group' })], ['role week', 's1 month']],
    ['another person', [one({}), one({ personId: 'ben' })], ['role week', 'role week']],
    ['the person and their channel', [one({}), sub('s1', 'week', { channel })], ['role week', 's1 week']],
    [
      'two people for one channel: the first of the more frequent',
      [sub('s1', 'month', { channel }), sub('s2', 'week', { channel, personId: 'ben' }), sub('s3', 'week', { channel, personId: 'cat' })],
      ['s2 week'],
    ],
    [
      'the same channel id of another workspace',
      [sub('s1', 'week', { channel }), sub('s2', 'week', { channel: { ...channel, tenant: 'T2' } })],
      ['s1 week', 's2 week'],
    ],
  ];
  test.each(table)('%s', (_, given, kept) => {
    expect(eachOnce(given).map(({ subscriptionId, every }) => `${subscriptionId ?? 'role'} ${every}`)).toEqual(kept);
  });
});

describe('read from the database', () => {
  let bot: TestBot;
  let ids: Record<string, string>;
  beforeAll(async () => {
    bot = await testBot();
    const people = await bot.database.db.person.findMany({ where: { email: { not: null } } });
    ids = Object.fromEntries(people.map(({ id, email }) => [`${email}`.replace('@example.org', ''), id]));
  });
  afterAll(() => bot.close());

  const receivers = (day = DAY, only?: string[]) =>
    bot.core.db.$transaction((tx) => receiversIn(tx, { day, ...(only ? { only: only.map((name) => ids[name] as string) } : {}) }));
  const place = async (name: string) => (await bot.database.db.locality.findUniqueOrThrow({ where: { name } })).id;
  const subscribe = async (name: string, scope: { scopeKind: string; scopeId: string; every: string }) => {
    const id = bot.core.newId();
    await bot.database.db.subscription.create({
      data: { id, personId: ids[name] as string, ...scope, createdAt: new Date('2026-11-01T09:00:00Z') },
    });
    return { id, end: () => bot.database.db.subscription.delete({ where: { id } }) };
  };

  test('coordinators every week and pilot leads every month, each of their own scope, and nobody else', async () => {
    const { db } = bot.database;
    const held = await db.role.findMany({
      where: { role: { in: ['coordinator', 'lead'] }, from: { lte: date(DAY) }, OR: [{ to: null }, { to: { gte: date(DAY) } }] },
    });
    const expected = held.map(({ personId, role, scopeId }) => `${personId} ${scopeId} ${role === 'coordinator' ? 'week' : 'month'}`);
    const found = await receivers();
    expect(found.map(({ personId, scopeId, every }) => `${personId} ${scopeId} ${every}`).sort()).toEqual([...new Set(expected)].sort());
    const wakefield = await place('Wakefield');
    expect(found).toContainEqual({
      personId: ids['wakefield.coordinator'],
      subscriptionId: null,
      scopeKind: 'locality',
      scopeId: wakefield,
      every: 'week',
      channel: null,
    });
    expect(await receivers(DAY, ['wakefield.head.1', 'pilot1.adviser'])).toEqual([]);
  });

  test('a role counts up to its last day; who has left gets nothing', async () => {
    const { db } = bot.database;
    const personId = ids['wakefield.coordinator'] as string;
    await db.role.updateMany({ where: { personId }, data: { to: date(DAY) } });
    expect(await receivers(DAY, ['wakefield.coordinator']), 'its last day').toHaveLength(1);
    expect(await receivers('2026-11-20', ['wakefield.coordinator']), 'the day after').toEqual([]);
    await db.role.updateMany({ where: { personId }, data: { to: null } });
    await db.person.update({ where: { id: personId }, data: { leftOn: date(DAY) } });
    expect(await receivers(DAY, ['wakefield.coordinator']), 'gone from that day on').toEqual([]);
    expect(await receivers('2026-11-18', ['wakefield.coordinator'])).toHaveLength(1);
    await db.person.update({ where: { id: personId }, data: { leftOn: null } });
  });

  test('a subscription counts as long as its subscriber is here, may read it and has not ended it', async () => {
    const { db } = bot.database;
    const adviser = ids['pilot1.adviser'] as string;
    const wakefield = await place('Wakefield');
    const mine = await subscribe('pilot1.adviser', { scopeKind: 'locality', scopeId: wakefield, every: 'week' });
    const by = async (day = DAY) => (await receivers(day, ['pilot1.adviser'])).map(({ subscriptionId }) => subscriptionId);
    expect(await by()).toEqual([mine.id]);

    await db.role.updateMany({ where: { personId: adviser }, data: { to: date('2026-11-18') } });
    expect(await by(), 'they may not read it any more').toEqual([]);
    await db.role.updateMany({ where: { personId: adviser }, data: { to: null } });
    await db.person.update({ where: { id: adviser }, data: { leftOn: date(DAY) } });
    expect(await by(), 'they have left').toEqual([]);
    await db.person.update({ where: { id: adviser }, data: { leftOn: null } });
    expect(await by(), 'control: nothing else stood in the way').toEqual([mine.id]);
    await db.subscription.update({ where: { id: mine.id }, data: { endedAt: new Date('2026-11-19T09:00:00Z') } });
    expect(await by(), 'they ended it').toEqual([]);
    await mine.end();
  });

  test('a partner may subscribe to the counts of another place, but not to a project there', async () => {
    const localityId = await place('Rochdale');
    const projectId = bot.core.newId();
    await bot.database.db.project.create({ data: { id: projectId, localityId, name: 'Buses' } });
    const counts = await subscribe('wakefield.head.1', { scopeKind: 'locality', scopeId: localityId, every: 'month' });
    const project = await subscribe('wakefield.head.1', { scopeKind: 'project', scopeId: projectId, every: 'month' });
    const theirs = await subscribe('rochdale.lead', { scopeKind: 'project', scopeId: projectId, every: 'week' });
    const found = (await receivers(DAY, ['wakefield.head.1', 'rochdale.lead'])).map(({ subscriptionId }) => subscriptionId);
    expect(found).toContain(counts.id);
    expect(found).toContain(theirs.id);
    expect(found).not.toContain(project.id);
    for (const one of [counts, project, theirs]) await one.end();
  });

  test('however many there are, three statements read them', async () => {
    const localityId = await place('Wakefield');
    const made = [];
    for (const name of Object.keys(ids).slice(0, 40))
      made.push(await subscribe(name, { scopeKind: 'locality', scopeId: localityId, every: 'month' }));
    const { core } = bot;
    let statements = 0;
    await core.db.$transaction(async (tx) => {
      const counting = new Proxy(tx, {
        get: (target, name) => {
          if (name === '$queryRaw') statements += 1;
          return Reflect.get(target, name);
        },
      });
      expect((await receiversIn(counting, { day: DAY })).length).toBeGreaterThan(40);
    });
    expect(statements).toBe(3);
    for (const one of made) await one.end();
  });
});
