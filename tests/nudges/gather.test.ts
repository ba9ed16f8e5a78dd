import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Action, isLive } from '../../src/actions/action.ts';
import { answersTo } from '../../src/actions/answers.ts';
import { actionsIn } from '../../src/actions/queries.ts';
import { differ } from '../../src/actions/scrutiny.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import type { Tx } from '../../src/db/client.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { waitingOf } from '../../src/kpis/period.ts';
import { kpisIn } from '../../src/kpis/queries.ts';
import { withSchools } from '../../src/kpis/schools.ts';
import { kpisWaiting, type OpenAction, openActions } from '../../src/nudges/gather.ts';
import { type Nudge, nudgesFor, readingsWaitedFor } from '../../src/nudges/nudges.ts';
import { peopleFor, peopleWithCalendars } from '../../src/nudges/people.ts';
import type { Person } from '../../src/nudges/person.ts';
import { returnFor } from '../../src/nudges/returns.ts';
import { oftenTold } from '../../src/nudges/told.ts';
import { leaveNews } from '../../src/people/news.ts';
import { answersFor } from '../../src/people/ownership.ts';
import { may } from '../../src/people/permissions.ts';
import { withoutSince } from '../../src/summaries/no-update.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, setPlan } from '../support/plan.ts';

// What waits for everybody, read from a database. Today is Thursday 19 November 2026.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

const DAY = '2026-11-19';
const db = () => bot.database.db;
const idOf = async (name: string) => (await db().person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
const asDate = (day: string) => new Date(`${day}T00:00:00Z`);
const nudges = (only?: readonly string[], weeklySummary: string[] = [], now = bot.core.now()) =>
  inTransaction(db(), (tx) => nudgesFor(tx, { now, weeklySummary: new Set(weeklySummary), ...(only ? { only } : {}) }));
const one = async (name: string, weekly = false): Promise<Nudge | undefined> => {
  const id = await idOf(name);
  return (await nudges([id], weekly ? [id] : []))[0];
};
const keys = (nudge: Nudge | undefined) => (nudge?.all ?? []).map(({ key }) => key);

let serial = 0;
/** A message that went to somebody on a day, with these lines. */
const tell = async (personId: string, day: string, lines: string[], { summaryOf = null as string | null, state = 'sent' } = {}) => {
  serial += 1;
  const moment = new Date(`${day}T08:30:00Z`);
  const runId = bot.core.newId();
  await db().run.create({ data: { id: runId, from: moment, to: moment, lookedAt: 1, planned: 1, createdAt: moment } });
  const id = bot.core.newId();
  await db().delivery.create({
    data: {
      id,
      runId,
      key: `test ${serial}`,
      ...(summaryOf === null ? { kind: 'nudge' } : { kind: 'summary', scopeKind: 'locality', scopeId: summaryOf }),
      personId,
      week: '2026-W01',
      moment,
      sendAt: moment,
      state,
      changedAt: moment,
    },
  });
  await db().deliveryLine.createMany({ data: lines.map((key, position) => ({ deliveryId: id, position, key, personId })) });
};

describe('the whole demonstration', () => {
  beforeAll(async () => {
    // Something of every kind besides what the demonstration brings.
    const wakefield = await db().locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const [lead, head, adviser] = await Promise.all(['wakefield.lead', 'wakefield.head.1', 'pilot1.adviser'].map(idOf));
    const writer = { now: bot.core.now(), newId: bot.core.newId, personId: null };
    await inTransaction(db(), (tx) =>
      leaveNews(
        { ...writer, tx },
        { personId: head as string, text: 'WAK-12 is yours now.', aboutKind: 'action', aboutId: bot.core.newId() },
      ),
    );
    await db().worry.create({
      data: {
        id: bot.core.newId(),
        localityId: wakefield.id,
        text: 'Nobody answers',
        recordedAt: asDate('2026-11-17'),
        recordedById: head as string,
      },
    });
    await db().meeting.create({
      data: {
        id: bot.core.newId(),
        localityId: wakefield.id,
        adviserId: adviser as string,
        date: asDate('2026-11-26'),
        recordedAt: asDate('2026-11-17'),
      },
    });
    const [first] = (await one('wakefield.lead'))?.all ?? [];
    await tell(lead as string, '2026-11-03', [first?.key ?? '']);
    // Somebody whose role has ended, and somebody who has left: both own something.
    const owners = await db().actionVersion.findMany({
      where: { ownerId: { not: null }, until: { gt: asDate('9999-12-30') } },
      orderBy: { actionId: 'asc' },
    });
    const [ended, left] = [...new Set(owners.map(({ ownerId }) => ownerId as string))].filter((id) => id !== lead && id !== head);
    await db().role.updateMany({ where: { personId: ended as string }, data: { to: asDate('2026-11-13') } });
    await db().person.update({ where: { id: left as string }, data: { leftOn: asDate('2026-11-16') } });
  });

  test('what waits for all of them together is what waits for each alone', async () => {
    const together = await nudges();
    expect(new Set(together.flatMap(({ all }) => all.map(({ kind }) => kind)))).toEqual(
      new Set(['due', 'worry', 'meeting', 'reading', 'without_owner', 'half_term', 'answer', 'ask_meeting', 'news']),
    );
    const byPerson = new Map(together.map((nudge) => [nudge.person.id, nudge]));
    const people = await db().person.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
    for (const { id } of people) expect((await nudges([id]))[0]).toEqual(byPerson.get(id));
  });

  test('it takes as many statements for everybody as for two', async () => {
    const count = async (only?: string[]) => {
      bot.database.forget();
      await nudges(only);
      return bot.database.statements.length;
    };
    const two = await Promise.all(['wakefield.coordinator', 'pilot1.adviser'].map(idOf));
    expect(await count()).toBe(await count(two));
  });

  test('somebody whose own data cannot be read is left out and named, and everybody else hears what waits', async () => {
    const id = await idOf('wakefield.head.1');
    /** As the database is, but for one action of theirs, whose rating is not to be read. */
    const spoilt = (tx: Tx): Tx =>
      new Proxy(tx, {
        get: (whole, name) =>
          name === '$queryRaw'
            ? async (...asked: Parameters<Tx['$queryRaw']>) => {
                const rows = await whole.$queryRaw<Record<string, unknown>[]>(...asked);
                const theirs = rows.find((row) => row.ownerId === id && 'self' in row);
                if (theirs)
                  Object.defineProperty(theirs, 'self', {
                    get: () => {
                      throw new Error('not to be read');
                    },
                  });
                return rows;
              }
            : Reflect.get(whole, name),
      });
    const failed: string[] = [];
    const asked = { now: bot.core.now(), weeklySummary: new Set<string>() };
    const before = await nudges();
    const onFault = (personId: string) => failed.push(personId);
    const after = await inTransaction(db(), (tx) => nudgesFor(spoilt(tx), { ...asked, onFault }));
    expect(failed).toContain(id);
    expect(failed.length).toBeLessThan(10); // they, and whoever answers for the place
    expect(after).toEqual(before.filter(({ person }) => !failed.includes(person.id)));
    // Whoever asks for themselves is told that something is wrong.
    await expect(inTransaction(db(), (tx) => nudgesFor(spoilt(tx), { ...asked, only: [id] }))).rejects.toThrow('not to be read');
  });

  test('an evaluator and an administrator who own nothing hear nothing', async () => {
    expect(await one('evaluator')).toBeUndefined();
    expect(await one('admin')).toBeUndefined();
  });

  const comparable = (action: Action | OpenAction) => ({
    code: action.code,
    title: action.title,
    place: [action.localityId, action.pilotId, action.programmeId],
    due: action.due,
    since: action.since,
    steps: action.steps,
    hands: [action.ownerId, action.owner, action.deputyId, action.deputy, action.ownerLeft, action.deputyLeft],
    self: action.self,
    independent: action.independent,
  });

  test('the plan that is read for planning says what the whole one says', async () => {
    const programme = await db().programme.findFirstOrThrow();
    for (const day of [DAY, '2027-06-30']) {
      const [whole, slim, answers] = await inTransaction(db(), async (tx) => {
        const all = await actionsIn(tx, [programme.id], { day });
        const ratings = all.flatMap(({ independent }) => independent?.id ?? []);
        return [all, await openActions(tx, { people: [], scopes: [programme.id], day }), await answersTo(tx, ratings)] as const;
      });
      const asked = whole.filter((action) => isLive(action) || differ(action));
      expect(asked.some(({ ownerLeft }) => ownerLeft !== null)).toBe(true);
      const wanted = new Set(asked.map(({ id }) => id));
      expect(slim.filter(({ id }) => wanted.has(id)).map(comparable)).toEqual(asked.map(comparable));
      for (const { independent, answered } of slim) expect(answered).toBe(independent !== null && answers.has(independent.id));
    }
  });
});

describe('of most KPIs nothing waits, and they are left out', () => {
  /** Every sixth day back from January: weeks before and after their due date, Christmas, half-terms and the summer holidays. */
  const days = Array.from({ length: 38 }, (_, at) => Temporal.PlainDate.from('2027-01-08').subtract({ days: 6 * at }));

  let world: TestBot;
  beforeAll(async () => {
    world = await testBot();
  });
  afterAll(() => world.close());

  /** What waits of every KPI there is, one by one. */
  const readings = async (tx: Tx, today: Temporal.PlainDate) => {
    const day = today.toString();
    const { people, calendars } = await peopleWithCalendars(tx, { day });
    const programme = await tx.programme.findFirstOrThrow();
    const all = await withSchools(tx, await kpisIn(tx, [programme.id], { day, periods: 4 }), today, calendars);
    const byId = new Map(people.map((person) => [person.id, person]));
    const waiting = all.flatMap((kpi) => {
      const person = byId.get(answersFor(kpi)?.id ?? '');
      const waits = person && waitingOf(kpi, today, nationalTerms, person.terms);
      if (waits?.kind !== 'waiting' || !may(person as Person, 'reading.write', kpi, true)) return [];
      const isLong = withoutSince(kpi, waits.period, today, (person as Person).terms) !== undefined;
      return [{ key: `reading:${kpi.id}:${waits.period.key}`, isLong }];
    });
    return { people, calendars, all, waiting };
  };
  const keysOf = (lines: readonly { key: string }[]) => lines.map(({ key }) => key).sort();

  test('and what waits is the same as of all of them, on any day', async () => {
    const seen = { left: 0, waiting: 0, long: 0 };
    for (const today of days) {
      const now = today.toZonedDateTime({ timeZone: 'Europe/London', plainTime: '10:00' }).toInstant();
      await world.database.db.reading.deleteMany({ where: { periodStart: { gt: asDate(today.toString()) } } });
      await inTransaction(world.database.db, async (tx) => {
        const { people, calendars, all, waiting } = await readings(tx, today);
        const found = await nudgesFor(tx, { now, weeklySummary: new Set() });
        expect(keysOf(found.flatMap((one) => one.all.filter(({ kind }) => kind === 'reading'))), `${today}`).toEqual(keysOf(waiting));
        const only = people.map(({ id }) => id);
        const waited = (await readingsWaitedFor(tx, { now, only })).flatMap(({ person, readings: lines }) =>
          lines.filter(({ kpi, period }) => withoutSince(kpi, period, today, person.terms) !== undefined),
        );
        expect(keysOf(waited), `${today}`).toEqual(keysOf(waiting.filter(({ isLong }) => isLong)));
        seen.left += all.length - (await kpisWaiting(tx, people, { calendars, today })).length;
        seen.waiting += waiting.length;
        seen.long += waited.length;
      });
    }
    // The control: some were left out, and of some something waited, also past its grace.
    for (const many of Object.values(seen)) expect(many).toBeGreaterThan(100);
  });

  test('one that nobody answers for is told to whoever leads there, whatever readings it has', async () => {
    const kpi = await db().kpi.findFirstOrThrow({
      where: { locality: { prefix: 'COV' }, definitions: { every: { coverage: null } } },
      include: { owners: true },
    });
    const last = Math.max(0, ...kpi.owners.map(({ version }) => version));
    await db().kpiOwner.create({ data: { kpiId: kpi.id, version: last + 1, ownerId: null, deputyId: null, recordedAt: asDate(DAY) } });
    const [line] = (await one('coventry.lead'))?.all.filter(({ kind }) => kind === 'without_owner') ?? [];
    expect(line?.kind === 'without_owner' && line.things.some(({ id }) => id === kpi.id)).toBe(true);
    await db().kpiOwner.delete({ where: { kpiId_version: { kpiId: kpi.id, version: last + 1 } } });
  });
});

describe('a small plan', () => {
  const NEAR: Planned = {
    number: 12,
    title: 'Share early-help data',
    owner: 'wakefield.head.1',
    due: '2026-11-27',
    since: '2026-11-03',
    ratings: [{ rating: 'green', at: '2026-11-03', by: 'wakefield.head.1' }],
  };
  const DUE = (ids: Record<string, string>, code = 'WAK-12', due = '2026-11-27') => `due:${ids[code]}:${due}`;

  beforeEach(async () => {
    await db().deliveryLine.deleteMany();
    await db().delivery.deleteMany();
    await db().news.deleteMany();
    await db().notMine.deleteMany();
    await db().noUpdate.deleteMany();
    await db().worry.deleteMany();
  });

  test('what somebody said is not theirs comes back once its hands have changed, and not for another change', async () => {
    const ids = await setPlan(bot, [NEAR]);
    const head = await idOf('wakefield.head.1');
    const actionId = ids['WAK-12'] as string;
    await db().notMine.create({ data: { personId: head, aboutKind: 'action', aboutId: actionId, at: new Date('2026-11-10T09:00:00Z') } });
    expect(keys(await one('wakefield.head.1'))).toEqual([]);
    const next = async (version: number, at: string, ownerId: string, change: string) => {
      const before = await db().actionVersion.findFirstOrThrow({ where: { actionId, version: version - 1 } });
      await db().actionVersion.update({ where: { actionId_version: { actionId, version: version - 1 } }, data: { until: new Date(at) } });
      const { seq, until, ...row } = before;
      await db().actionVersion.create({ data: { ...row, steps: [], version, change, ownerId, recordedAt: new Date(at) } });
    };
    await next(2, '2026-11-11T09:00:00Z', head, 'edited');
    expect(keys(await one('wakefield.head.1'))).toEqual([]);
    await next(3, '2026-11-12T09:00:00Z', await idOf('wakefield.lead'), 'owner');
    await next(4, '2026-11-13T09:00:00Z', head, 'owner');
    expect(keys(await one('wakefield.head.1'))).toEqual([DUE(ids)]);
  });

  test('why there is no update is said once: the line waits no longer, for anybody', async () => {
    const ids = await setPlan(bot, [NEAR]);
    const { localityId } = await db().action.findUniqueOrThrow({ where: { id: ids['WAK-12'] as string } });
    const said = { personId: await idOf('wakefield.head.1'), localityId, aboutKind: 'action', aboutId: ids['WAK-12'] as string };
    await db().noUpdate.create({ data: { ...said, key: DUE(ids), reason: 'The data come in December.', recordedAt: asDate(DAY) } });
    expect(keys(await one('wakefield.head.1'))).toEqual([]);
    // Once its date has passed, it waits anew, under a name of its own.
    const head = await idOf('wakefield.head.1');
    const at = (moment: string) => nudges([head], [], Temporal.Instant.from(moment));
    expect(await at('2026-11-27T08:30:00Z')).toEqual([]);
    expect(keys((await at('2026-11-28T08:30:00Z'))[0])).toEqual([`${DUE(ids)}:${DAY}`]);
  });

  test('only messages that left, or may have, count as told', async () => {
    const ids = await setPlan(bot, [NEAR]);
    const head = await idOf('wakefield.head.1');
    for (const state of ['planned', 'failed', 'left']) await tell(head, '2026-11-17', [DUE(ids)], { state });
    expect((await one('wakefield.head.1'))?.lines).toHaveLength(1);
    await tell(await idOf('wakefield.lead'), '2026-11-17', [DUE(ids)]);
    expect((await one('wakefield.head.1'))?.lines).toHaveLength(1);
    for (const state of ['handed', 'sent', 'unconfirmed']) {
      await db().deliveryLine.deleteMany({ where: { personId: head } });
      await tell(head, '2026-11-17', [DUE(ids)], { state });
      expect((await one('wakefield.head.1'))?.lines).toEqual([]);
      expect((await one('wakefield.head.1'))?.all).toHaveLength(1);
    }
  });

  test('the tenth message of a school year to a headteacher who owns one action is the last', async () => {
    const ids = await setPlan(bot, [NEAR, { ...NEAR, number: 13, ratings: [{ rating: 'complete', at: '2026-11-04' }] }]);
    const head = await idOf('wakefield.head.1');
    await tell(head, '2026-08-31', []); // of the school year before
    for (let count = 1; count <= 9; count += 1) await tell(head, `2026-10-0${count}`, []);
    const { localityId } = await db().action.findUniqueOrThrow({ where: { id: ids['WAK-12'] as string } });
    await tell(head, '2026-10-10', [], { summaryOf: localityId });
    expect((await one('wakefield.head.1'))?.lines.map(({ key }) => key)).toEqual([DUE(ids)]);
    await tell(head, '2026-10-11', []);
    expect(await one('wakefield.head.1')).toMatchObject({ lines: [], why: 'has had 10 messages in this school year and owns one action' });
    // control: who owns two goes on
    await setPlan(bot, [NEAR, { ...NEAR, number: 13 }]);
    expect((await one('wakefield.head.1'))?.lines).toHaveLength(2);
    const often = await inTransaction(db(), (tx) => oftenTold(tx, [head], '2026-09-01'));
    expect(often.get(head)).toEqual({ messages: 10, ownsOne: false });
  });

  test.each([
    ['an adviser', 'pilot1.adviser', {}],
    ['a coordinator', 'wakefield.coordinator', {}],
    ['who stands in for an owner who has left', 'wakefield.head.1', { owner: 'wakefield.head.2', deputy: 'wakefield.head.1' }],
  ] as const)('the tenth message is not the last to %s, though they own one action', async (_, name, other) => {
    await setPlan(bot, [
      { ...NEAR, owner: name },
      { ...NEAR, number: 13, owner: null, ...other },
    ]);
    const personId = await idOf(name);
    for (let count = 1; count <= 9; count += 1) await tell(personId, `2026-10-0${count}`, []);
    await tell(personId, '2026-10-10', []);
    const second = await idOf('wakefield.head.2');
    await db().role.updateMany({ where: { personId: second }, data: { to: asDate('2026-11-13') } });
    expect((await one(name))?.lines.length).toBeGreaterThan(0);
    await db().role.updateMany({ where: { personId: second }, data: { to: null } });
    // control: while that owner is there, nothing of it waits for the deputy
    if ('deputy' in other) expect(await one(name)).toMatchObject({ lines: [], why: expect.stringContaining('owns one action') });
  });

  test('who has a summary every week gets a message besides only for what is due', async () => {
    await setPlan(bot, [{ ...NEAR, number: 14, due: null, since: '2026-09-07', ratings: [{ rating: 'green', at: '2026-09-10' }] }]);
    const later = Temporal.Instant.from('2026-11-24T08:30:00Z');
    const head = await idOf('wakefield.head.1');
    expect((await nudges([head], [], later))[0]?.lines.map(({ kind }) => kind)).toEqual(['half_term']);
    expect((await nudges([head], [head], later))[0]).toMatchObject({ lines: [], all: [{ kind: 'half_term' }] });
  });

  test('a deputy is asked from the day on which the owner is there no longer', async () => {
    const ids = await setPlan(bot, [{ ...NEAR, deputy: 'wakefield.lead' }]);
    const head = await idOf('wakefield.head.1');
    const isDue = ({ key }: { key: string }) => key === DUE(ids);
    expect((await one('wakefield.lead'))?.all.some(isDue)).toBe(false);
    const { count } = await db().role.updateMany({ where: { personId: head }, data: { to: asDate('2026-11-18') } });
    expect(count).toBe(1);
    expect((await one('wakefield.lead'))?.all.some(isDue)).toBe(true);
    expect(await one('wakefield.head.1')).toBeUndefined();
    await db().role.updateMany({ where: { personId: head }, data: { to: null } });
  });

  test('the line of return says what came of what they gave, once it is better, and only of what they may read', async () => {
    const ids = await setPlan(bot, [
      { ...NEAR, number: 14, title: 'Early help for Wakefield East', ratings: [{ rating: 'complete', at: '2026-11-12' }] },
      {
        ...NEAR,
        number: 7,
        title: 'Recruit two officers',
        ratings: [
          { rating: 'red', at: '2026-10-06', by: 'wakefield.head.1', reason: 'two failed adverts', remedy: 'a joint post' },
          { rating: 'green', at: '2026-11-10', by: 'wakefield.lead' },
          { rating: 'green', at: '2026-11-16', by: 'wakefield.lead' },
        ],
      },
      // Red without anything that they said, and one that is no better.
      {
        ...NEAR,
        number: 8,
        ratings: [
          { rating: 'red', at: '2026-10-06', by: 'wakefield.lead', reason: 'y', remedy: 'x' },
          { rating: 'green', at: '2026-11-10' },
        ],
      },
      {
        ...NEAR,
        number: 9,
        ratings: [
          { rating: 'red', at: '2026-10-06', by: 'wakefield.head.1', reason: 'y', remedy: 'x' },
          { rating: 'amber', at: '2026-11-10', reason: 'z' },
        ],
      },
    ]);
    const head = await idOf('wakefield.head.1');
    const { localityId } = await db().action.findUniqueOrThrow({ where: { id: ids['WAK-14'] as string } });
    const worryId = bot.core.newId();
    await db().worry.create({
      data: { id: worryId, localityId, text: 'No number to call', recordedAt: asDate('2026-06-10'), recordedById: head },
    });
    const outcome = { worryId, outcome: 'action', actionId: ids['WAK-14'] as string, recordedAt: asDate('2026-06-12'), recordedById: head };
    await db().worryOutcome.create({ data: outcome });
    const said = (since: string, personId = head) =>
      inTransaction(db(), (tx) => returnFor(tx, personId, { since: Temporal.Instant.from(since), now: bot.core.now() }));
    expect(await said('2026-11-03T08:30:00Z')).toBe(
      'Because of what you said in October and June: WAK-7 Recruit two officers is on track; WAK-14 Early help for Wakefield East is done.',
    );
    expect(await said('2026-11-11T08:30:00Z')).toBe('Because of what you said in June: WAK-14 Early help for Wakefield East is done.');
    expect(await said('2026-11-17T08:30:00Z')).toBeUndefined();
    expect(await said('2026-11-03T08:30:00Z', await idOf('ealing.lead'))).toBeUndefined();
    await db().role.updateMany({ where: { personId: head }, data: { to: asDate('2026-11-18') } });
    expect(await said('2026-11-03T08:30:00Z')).toBeUndefined();
    await db().role.updateMany({ where: { personId: head }, data: { to: null } });
  });
});

describe('who may be written to', () => {
  const person = async (name: string, day = DAY) => {
    const id = await idOf(name);
    return inTransaction(db(), async (tx) => (await peopleFor(tx, { day, only: [id] }))[0]);
  };

  test('Tuesday at half past eight, unless they chose otherwise', async () => {
    expect(await person('wakefield.head.2')).toMatchObject({ weekday: 2, quietUntil: null, away: [], zone: 'Europe/London' });
    expect(String((await person('wakefield.head.2'))?.time)).toBe('08:30:00');
    const personId = await idOf('wakefield.head.2');
    await db().nudgeSetting.create({
      data: { personId, weekday: 4, time: '16:00', quietUntil: asDate('2026-11-20'), changedAt: asDate(DAY) },
    });
    const away = (from: string, to: string, withdrawnAt: Date | null = null) =>
      db().awayDays.create({
        data: { id: bot.core.newId(), personId, from: asDate(from), to: asDate(to), recordedAt: asDate(DAY), withdrawnAt },
      });
    await away('2026-11-12', DAY);
    await away('2026-12-01', '2026-12-02');
    await away('2026-12-07', '2026-12-07', asDate(DAY));
    const chosen = await person('wakefield.head.2');
    expect(chosen).toMatchObject({
      weekday: 4,
      quietUntil: '2026-11-20',
      away: [
        { from: DAY, to: DAY }, // noted on that day: what was to come before it had come
        { from: '2026-12-01', to: '2026-12-02' },
      ],
    });
    expect(String(chosen?.time)).toBe('16:00:00');
    expect(await person('wakefield.head.2', '2026-11-20')).toMatchObject({ quietUntil: null });
  });

  test('days that have passed still count, as far as they were noted and not taken back before', async () => {
    const personId = await idOf('wakefield.head.2');
    await db().awayDays.deleteMany({ where: { personId } });
    const away = (from: string, to: string, noted: string, withdrawn?: string) =>
      db().awayDays.create({
        data: {
          id: bot.core.newId(),
          personId,
          from: asDate(from),
          to: asDate(to),
          recordedAt: new Date(noted),
          withdrawnAt: withdrawn ? new Date(withdrawn) : null,
        },
      });
    await away('2026-09-28', '2026-09-30', '2026-09-01T09:00:00Z'); // before the month before
    await away('2026-09-29', '2026-10-01', '2026-09-01T09:00:00Z');
    await away('2026-10-06', '2026-10-08', '2026-10-07T09:00:00Z'); // noted on its second day
    await away('2026-10-13', '2026-10-15', '2026-10-16T09:00:00Z'); // noted when it was over
    await away('2026-10-19', '2026-10-23', '2026-10-01T09:00:00Z', '2026-10-21T06:59:00Z'); // taken back at 07:59 in London, in summer time
    await away('2026-10-27', '2026-10-30', '2026-10-01T09:00:00Z', '2026-10-28T08:01:00Z'); // at 08:01
    await away('2026-11-03', '2026-11-05', '2026-11-01T09:00:00Z', '2026-11-02T09:00:00Z'); // before it began
    expect((await person('wakefield.head.2'))?.away).toEqual([
      { from: '2026-09-29', to: '2026-10-01' },
      { from: '2026-10-07', to: '2026-10-08' },
      { from: '2026-10-19', to: '2026-10-20' },
      { from: '2026-10-27', to: '2026-10-28' },
    ]);
  });

  test('a headteacher keeps the school’s calendar, and somebody without an organisation works all year', async () => {
    expect((await person('wakefield.head.3'))?.terms.closedInHolidays).toBe(true);
    await db().person.update({ where: { id: await idOf('wakefield.head.3') }, data: { organisationId: null } });
    expect((await person('wakefield.head.3'))?.terms).toEqual(nationalTerms);
  });

  test('nobody who has left or holds no role on that day', async () => {
    const personId = await idOf('wakefield.head.3');
    await db().role.updateMany({ where: { personId }, data: { to: asDate(DAY) } });
    expect(await person('wakefield.head.3')).toBeDefined();
    expect(await person('wakefield.head.3', '2026-11-20')).toBeUndefined();
    await db().role.updateMany({ where: { personId }, data: { to: null } });
    await db().person.update({ where: { id: personId }, data: { leftOn: asDate('2026-11-20') } });
    expect(await person('wakefield.head.3')).toBeDefined();
    expect(await person('wakefield.head.3', '2026-11-20')).toBeUndefined();
  });
});

describe('term dates that are assumed', () => {
  const DECEMBER = Temporal.Instant.from('2026-12-01T08:30:00Z');
  const asked = async (name: string) => {
    const [nudge] = await nudges([await idOf(name)], [], DECEMBER);
    return (nudge?.all ?? []).flatMap((line) => (line.kind === 'terms' ? line.areas.map(({ name: area }) => area) : []));
  };

  test('are asked of the coordinator where the area of the schools follows from their locality alone', async () => {
    expect(await asked('wakefield.coordinator')).toEqual(['Wakefield']);
    const { id: localityId } = await db().locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const { count } = await db().organisation.updateMany({ where: { localityId }, data: { councilAreaId: null } });
    expect(count).toBeGreaterThan(1);
    expect(await asked('wakefield.coordinator')).toEqual(['Wakefield']);
    // control: where it does not follow from it, there is nobody to ask of which area
    const other = await db().councilArea.findFirstOrThrow({ where: { name: 'Coventry' } });
    await db().localityArea.create({ data: { localityId, councilAreaId: other.id } });
    expect(await asked('wakefield.coordinator')).toEqual([]);
    await db().localityArea.delete({ where: { localityId_councilAreaId: { localityId, councilAreaId: other.id } } });
  });

  test('are asked of a coordinator of the programme only where the locality has none of its own', async () => {
    expect(await asked('programme.coordinator')).toEqual([]);
    const personId = await idOf('wakefield.coordinator');
    await db().role.updateMany({ where: { personId, role: 'coordinator' }, data: { to: asDate('2026-11-30') } });
    expect(await asked('programme.coordinator')).toEqual(['Wakefield']);
    await db().role.updateMany({ where: { personId, role: 'coordinator' }, data: { to: null } });
  });

  test('of an area that two localities share are asked once of whoever coordinates both', async () => {
    const { id: wakefield } = await db().locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const { id: coventry } = await db().locality.findUniqueOrThrow({ where: { name: 'Coventry' } });
    const area = await db().councilArea.findFirstOrThrow({ where: { name: 'Coventry' } });
    const personId = await idOf('wakefield.coordinator');
    await db().organisation.updateMany({ where: { localityId: wakefield }, data: { councilAreaId: area.id } });
    const role = { personId, role: 'coordinator', scopeKind: 'locality', scopeId: coventry, from: asDate('2026-09-01') };
    await db().role.create({ data: { id: bot.core.newId(), ...role } });
    expect(await asked('wakefield.coordinator')).toEqual(['Coventry']);
  });
});
