import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dayIn } from '../../src/calendar/zone.ts';
import { createPlanner, type Rules, spread } from '../../src/jobs/planner.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { engineOf, forgetEverything, only, rules } from './engine.ts';

// 24 November 2026 is a Tuesday in term; London keeps Greenwich time.

let bot: TestBot;
let head: string;
let coordinator: string;
let lead: string;

beforeAll(async () => {
  bot = await testBot();
  const id = async (name: string) => (await bot.database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
  head = await id('wakefield.head.1');
  coordinator = await id('wakefield.coordinator');
  lead = await id('wakefield.lead');
});
beforeEach(async () => {
  await forgetEverything(bot);
  bot.clock.set('2026-11-23T18:00:00Z');
});
afterAll(() => bot.close());

const planned = async () => {
  const rows = await bot.database.db.delivery.findMany({ orderBy: { sendAt: 'asc' } });
  return rows.map(({ kind, week, sendAt }) => `${kind} ${week} at ${sendAt.toISOString()}`);
};
const planAt = async (plan: () => Promise<unknown>, ...moments: string[]) => {
  for (const moment of moments) {
    bot.clock.set(moment);
    await plan();
  }
};

describe('a plan', () => {
  it('begins with the first start ever: nothing of the past is sent', async () => {
    const { plan } = engineOf(bot, only(head));
    await planAt(plan, '2026-11-24T12:00:00Z', '2026-11-24T12:05:00Z');
    expect(await planned()).toEqual([]);
  });

  it('has a nudge for somebody for whom something waits, at their moment', async () => {
    const { plan } = engineOf(bot, only(head));
    await planAt(plan, '2026-11-23T18:00:00Z', '2026-11-24T08:25:00Z');
    expect(await planned()).toEqual([]);
    await planAt(plan, '2026-11-24T08:30:00Z');
    expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-24T08:30:00.000Z']);
    const runs = await bot.database.db.run.findMany();
    expect(runs.map(({ lookedAt, planned }) => [lookedAt, planned])).toEqual([[1, 1]]);
  });

  it('has nothing for somebody for whom nothing waits, and keeps no run of it', async () => {
    const { plan } = engineOf(bot, { ...only(head), nudges: async () => [] });
    await planAt(plan, '2026-11-23T18:00:00Z', '2026-11-24T08:30:00Z');
    expect(await planned()).toEqual([]);
    expect(await bot.database.db.run.count()).toBe(0);
  });

  it('is the same when it is made twice at the same moment, and late', async () => {
    const { plan } = engineOf(bot, only(head));
    await planAt(plan, '2026-11-23T18:00:00Z', '2026-11-24T08:33:00Z', '2026-11-24T08:33:00Z', '2026-11-24T08:35:00Z');
    expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-24T08:33:00.000Z']);
  });

  it('is made once by processes that make it at the same moment', async () => {
    const processes = Array.from({ length: 4 }, () => engineOf(bot, only(head, coordinator)).plan);
    await processes[0]?.();
    bot.clock.set('2026-11-24T08:30:00Z');
    const found = await Promise.all(processes.map((plan) => plan()));
    expect(found.filter((run) => run !== undefined)).toHaveLength(1);
    expect(new Set(await planned()).size).toBe((await planned()).length);
    expect(await bot.database.db.run.count()).toBe(1);
  });

  it('control: planners that read how far it is without holding the row plan twice', async () => {
    const { db } = bot.database;
    await engineOf(bot, only(head)).plan();
    bot.clock.set('2026-11-24T08:30:00Z');
    const careless = async () => {
      const row = await db.planner.findFirstOrThrow();
      if (row.plannedTo.getTime() >= bot.clock.now().epochMilliseconds) return;
      const now = new Date(bot.clock.now().epochMilliseconds);
      await db.run.create({ data: { id: bot.core.newId(), from: row.plannedTo, to: now, lookedAt: 1, planned: 1, createdAt: now } });
      await db.planner.updateMany({ data: { plannedTo: now } });
    };
    await Promise.all([careless(), careless()]);
    expect(await db.run.count()).toBe(2);
  });

  it('control: whatever a planner forgets, the database keeps one message to a person and week', async () => {
    const { plan } = engineOf(bot, only(head));
    await planAt(plan, '2026-11-23T18:00:00Z', '2026-11-24T08:30:00Z');
    const [one] = await bot.database.db.delivery.findMany();
    if (!one) throw new Error('nothing is planned');
    const again = bot.database.db.delivery.create({ data: { ...one, id: bot.core.newId(), route: undefined, tried: [] } as never });
    await expect(again).rejects.toMatchObject({ code: 'P2002' });
  });

  it('is not made twice by a clock that jumps back', async () => {
    const { plan } = engineOf(bot, only(head));
    await planAt(
      plan,
      '2026-11-23T18:00:00Z',
      '2026-11-24T08:35:00Z',
      '2026-11-24T08:20:00Z',
      '2026-11-24T08:30:00Z',
      '2026-11-24T08:40:00Z',
    );
    expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-24T08:35:00.000Z']);
  });

  it('goes on after a clock that was wrong by months: what it planned is not planned twice, and nobody’s week is lost', async () => {
    const { plan } = engineOf(bot, only(head));
    await planAt(plan, '2026-11-23T18:00:00Z', '2027-03-01T12:00:00Z', '2026-11-24T08:35:00Z', '2026-11-24T08:40:00Z');
    expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-24T08:35:00.000Z']);
    expect(bot.logged.join()).toContain('as if it had been wrong');
  });

  it('that cannot be made says so in the log once three ticks have passed', async () => {
    const broken = async () => {
      throw new Error('somebody’s data');
    };
    const { plan } = engineOf(bot, { ...only(head), people: broken });
    const said = () => bot.logged.filter((row) => row.includes('could not be planned for a while')).length;
    await planAt(plan, '2026-11-24T08:20:00Z');
    bot.clock.set('2026-11-24T08:30:00Z');
    await expect(plan()).rejects.toThrow('somebody’s data');
    expect(said(), 'control: ten minutes are no alarm').toBe(0);
    bot.clock.set('2026-11-24T08:35:00Z');
    await expect(plan()).rejects.toThrow('somebody’s data');
    expect(said()).toBe(1);
  });

  it('has one message of a week for somebody who chose a later day after theirs came', async () => {
    const { plan } = engineOf(bot, only(head));
    await planAt(plan, '2026-11-23T18:00:00Z', '2026-11-24T08:30:00Z');
    await bot.database.db.nudgeSetting.create({ data: { personId: head, weekday: 4, time: '10:00', changedAt: new Date(0) } });
    await planAt(plan, '2026-11-26T10:00:00Z');
    expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-24T08:30:00.000Z']);
  });

  it.each([
    ['goes at once after three days of down-time, in its week', '2026-11-27T09:10:00Z', ['nudge 2026-W48 at 2026-11-27T09:10:00.000Z']],
    ['waits for the morning after it', '2026-11-25T20:00:00Z', ['nudge 2026-W48 at 2026-11-26T08:00:00.000Z']],
    ['goes with the next week’s, once its own is over', '2026-11-27T15:20:00Z', []],
    ['goes with the next week’s after a week and a half, once', '2026-12-02T10:00:00Z', ['nudge 2026-W49 at 2026-12-02T10:00:00.000Z']],
  ])('%s', async (_what, up, expected) => {
    const { plan } = engineOf(bot, only(head));
    await planAt(plan, '2026-11-23T18:00:00Z', up);
    expect(await planned()).toEqual(expected);
  });

  it('has the summaries of those who get one, within two working days after everything was down, else not', async () => {
    const { plan } = engineOf(bot, only(coordinator));
    await planAt(plan, '2026-11-25T18:00:00Z', '2026-11-26T08:30:00Z');
    expect(await planned()).toEqual(['summary 2026-W48 at 2026-11-26T08:30:00.000Z']);
    await planAt(plan, '2026-12-02T18:00:00Z', '2026-12-07T09:00:00Z'); // Thursday 3 December was down, Monday is the second working day
    expect((await planned()).slice(1)).toEqual(['summary 2026-W49 at 2026-12-07T09:00:00.000Z']);
    await planAt(plan, '2026-12-09T18:00:00Z', '2026-12-15T08:00:00Z'); // the Tuesday is the third
    expect(await planned()).toHaveLength(2);
  });

  describe('moved by a day away', () => {
    /** Somebody is away from one day to another, as they noted a week before; and notes or takes back days while time goes on. */
    const away = (personId: string, from: string, to: string, recordedAt = '2026-11-16T09:00:00Z', withdrawnAt: string | null = null) =>
      bot.database.db.awayDays.create({
        data: {
          id: bot.core.newId(),
          personId,
          from: new Date(from),
          to: new Date(to),
          recordedAt: new Date(recordedAt),
          withdrawnAt: withdrawnAt === null ? null : new Date(withdrawnAt),
        },
      });
    /** From the morning to the evening of some days. */
    const workDays = (...days: string[]) => days.flatMap((day) => ['07:55', '08:25', '08:30', '12:00'].map((time) => `${day}T${time}:00Z`));
    const WEEK = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27'];

    it.each([
      ['the Tuesday: on Wednesday', '2026-11-24', '2026-11-24', ['nudge 2026-W48 at 2026-11-25T08:30:00.000Z']],
      ['Monday to Thursday: on Friday', '2026-11-23', '2026-11-26', ['nudge 2026-W48 at 2026-11-27T08:30:00.000Z']],
      ['until Friday: not in this week', '2026-11-20', '2026-11-27', []],
      ['the Wednesday: on Tuesday, as ever', '2026-11-25', '2026-11-25', ['nudge 2026-W48 at 2026-11-24T08:30:00.000Z']],
    ])('a nudge comes on the next working day of its week: away on %s', async (_, from, to, expected) => {
      await away(head, from, to);
      const { plan } = engineOf(bot, only(head));
      await planAt(plan, ...workDays(...WEEK));
      expect(await planned()).toEqual(expected);
    });

    it('so it does where the days away were joined with others, or taken back, when the first of them had passed', async () => {
      const { plan } = engineOf(bot, only(head));
      await away(head, '2026-11-24', '2026-11-25', '2026-11-16T09:00:00Z', '2026-11-25T10:00:00Z');
      await away(head, '2026-11-24', '2026-11-26', '2026-11-25T10:00:00Z');
      await planAt(plan, ...workDays(...WEEK));
      expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-27T08:30:00.000Z']);
      await forgetEverything(bot);
      await away(head, '2026-11-24', '2026-11-26', '2026-11-16T09:00:00Z', '2026-11-24T12:00:00Z');
      await planAt(plan, ...workDays(...WEEK));
      expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-25T08:30:00.000Z']);
    });

    it('a summary of every week comes on the Friday', async () => {
      await away(coordinator, '2026-11-26', '2026-11-26');
      const { plan } = engineOf(bot, { ...only(coordinator), nudges: async () => [] });
      await planAt(plan, ...workDays(...WEEK));
      expect(await planned()).toEqual(['summary 2026-W48 at 2026-11-27T08:30:00.000Z']);
    });

    // Thursdays of December 2026: the 3rd, 10th and 17th, then Christmas Eve and New Year's Eve.
    it.each([
      ['the first Thursday: on the second', [['2026-12-03', '2026-12-03']], ['2026-W50 at 2026-12-10']],
      ['the first two, noted as one: on the third', [['2026-12-01', '2026-12-11']], ['2026-W51 at 2026-12-17']],
      ['the second: on the first, and not again', [['2026-12-10', '2026-12-10']], ['2026-W49 at 2026-12-03']],
      ['none: on the first', [], ['2026-W49 at 2026-12-03']],
    ])('a summary of every month comes on the first Thursday that they work: away on %s', async (_, days, expected) => {
      for (const [from, to] of days) await away(lead, from as string, to as string);
      const { plan } = engineOf(bot, { ...only(lead), nudges: async () => [] });
      await planAt(plan, ...workDays('2026-12-02', '2026-12-03', '2026-12-04', '2026-12-10', '2026-12-17'));
      expect(await planned()).toEqual(expected.map((one) => `summary ${one}T08:30:00.000Z`));
    });

    it('it comes once a month, though somebody notes on its day, once it has come, that they are away; and in the next month again', async () => {
      const { plan } = engineOf(bot, { ...only(lead), nudges: async () => [] });
      await planAt(plan, ...workDays('2026-12-02', '2026-12-03'));
      await away(lead, '2026-12-03', '2026-12-03', '2026-12-03T13:00:00Z');
      await planAt(plan, ...workDays('2026-12-04', '2026-12-10', '2026-12-17'));
      expect(await planned()).toEqual(['summary 2026-W49 at 2026-12-03T08:30:00.000Z']);
      await planAt(plan, ...workDays('2027-01-06', '2027-01-07'));
      expect((await planned()).slice(1)).toEqual(['summary 2027-W01 at 2027-01-07T08:30:00.000Z']);
    });
  });

  describe('with a summary near it', () => {
    /** Something new waits for each of them, whoever they are. */
    const somethingWaits: Rules['nudges'] = async (tx, { now, only: ids }) => {
      const line = { kind: 'news', key: 'news:1', since: '2026-11-01', patient: false, once: true, newsId: '1', text: 'news' } as const;
      const people = await rules.people(tx, { day: dayIn(now).toString(), only: ids ?? [] });
      return people.map((person) => ({ person, all: [line], lines: [line], why: '' }));
    };
    const WEDNESDAY_AT_TEN = { weekday: 3, time: '10:00' };
    // 3 December 2026 is the month's first Thursday: the coordinator's summary of a week and the pilot lead's of a month.
    it.each([
      ['the server starts a minute before it', ['2026-11-30T18:00:00Z', '2026-12-03T08:29:00Z'], {}, ['head nudge']],
      [
        'the server starts after it',
        ['2026-11-30T18:00:00Z', '2026-12-03T08:31:00Z'],
        {},
        ['coordinator summary', 'head nudge', 'lead summary'],
      ],
      ['they chose the day before it', ['2026-12-02T09:55:00Z', '2026-12-02T10:00:00Z'], WEDNESDAY_AT_TEN, ['head nudge']],
      [
        'control: two days before it',
        ['2026-11-30T18:00:00Z', '2026-12-01T08:30:00Z'],
        {},
        ['coordinator nudge', 'head nudge', 'lead nudge'],
      ],
      [
        'control: the day before a Thursday without one of a month',
        ['2026-11-25T09:55:00Z', '2026-11-25T10:00:00Z'],
        WEDNESDAY_AT_TEN,
        ['head nudge', 'lead nudge'],
      ],
    ])('no nudge goes to whoever is sent one within the day, because it says what waits: %s', async (_, moments, chosen, expected) => {
      const posts = new Map([
        [head, 'head'],
        [coordinator, 'coordinator'],
        [lead, 'lead'],
      ]);
      if ('weekday' in chosen)
        for (const personId of posts.keys())
          await bot.database.db.nudgeSetting.create({ data: { personId, ...chosen, changedAt: new Date(0) } });
      const { plan } = engineOf(bot, { ...only(...posts.keys()), nudges: somethingWaits });
      await planAt(plan, ...moments);
      const rows = await bot.database.db.delivery.findMany();
      expect(rows.map(({ personId, kind }) => `${posts.get(personId)} ${kind}`).toSorted()).toEqual(expected);
    });
  });

  it('goes on where what waits for one person cannot be reckoned: the log names them, and everybody else has theirs', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = Object.assign(Object.create(bot.core.log), { error: (line: Record<string, unknown>) => lines.push(line) });
    const plan = createPlanner(
      { ...bot.core, log },
      {
        ...only(head, lead),
        nudges: async (tx, asked) => {
          asked.onFault?.(lead, new Error('secret'));
          return (await rules.nudges(tx, asked)).filter(({ person }) => person.id === head);
        },
      },
    );
    await planAt(plan, '2026-11-23T18:00:00Z', '2026-11-24T08:30:00Z');
    expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-24T08:30:00.000Z']);
    expect(lines).toMatchObject([{ personId: lead, fault: { type: 'Error' } }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('has nothing for whoever asked for quiet', async () => {
    await bot.database.db.nudgeSetting.create({ data: { personId: head, quietUntil: new Date('2026-12-01'), changedAt: new Date(0) } });
    const { plan } = engineOf(bot, only(head));
    await planAt(plan, '2026-11-23T18:00:00Z', '2026-11-24T08:30:00Z');
    expect(await planned()).toEqual([]);
  });

  it('leaves nothing behind when it fails: the next one plans the same', async () => {
    const failing = createPlanner(bot.core, {
      ...only(head),
      nudges: async () => {
        throw new Error('the database fell over');
      },
    });
    await planAt(engineOf(bot, only(head)).plan, '2026-11-23T18:00:00Z');
    bot.clock.set('2026-11-24T08:30:00Z');
    await expect(failing()).rejects.toThrow('fell over');
    expect(await planned()).toEqual([]);
    await planAt(engineOf(bot, only(head)).plan, '2026-11-24T08:35:00Z');
    expect(await planned()).toEqual(['nudge 2026-W48 at 2026-11-24T08:35:00.000Z']);
  });

  it('takes as many statements for everybody as for one', async () => {
    const statementsOf = async (plan: () => Promise<unknown>) => {
      await forgetEverything(bot);
      await planAt(plan, '2026-11-23T18:00:00Z');
      bot.clock.set('2026-11-24T08:30:00Z');
      bot.database.forget();
      await plan();
      const { length } = bot.database.statements;
      return { length, planned: (await planned()).length };
    };
    const one = await statementsOf(engineOf(bot, only(head)).plan);
    const all = await statementsOf(engineOf(bot, rules).plan);
    expect(one.planned).toBe(1);
    expect(all.planned).toBeGreaterThan(10);
    expect(all.length).toBeLessThanOrEqual(one.length + 3); // some are spared where there is nothing to ask
  });

  it('looks at nobody when it is nobody’s hour', async () => {
    let looked = 0;
    const watching = createPlanner(bot.core, {
      ...rules,
      people: (tx, asked) => {
        looked += 1;
        return rules.people(tx, asked);
      },
    });
    await planAt(watching, '2026-11-23T18:00:00Z', '2026-11-24T03:00:00Z', '2026-11-24T08:25:00Z');
    expect(looked).toBe(0);
    await planAt(watching, '2026-11-24T08:30:00Z');
    expect(looked).toBe(1);
  });
});

describe('messages of one plan', () => {
  const meant = (count: number, tenantOf: (n: number) => string) => {
    const start = Temporal.Instant.from('2026-11-24T08:30:00Z');
    const rest = {
      kind: 'nudge',
      subscriptionId: null,
      scopeKind: null,
      scopeId: null,
      week: '2026-W48',
      moment: start,
      start,
      tenant: undefined,
    } as const;
    const all = Array.from({ length: count }, (_, n) => ({ ...rest, key: `nudge ${n}`, personId: `person ${n}` }));
    return spread(all, new Map(all.map(({ personId }, n) => [personId, tenantOf(n)])));
  };
  const inSecond = (rows: ReturnType<typeof spread>, second: number) =>
    rows.filter(({ sendAt }) => Math.floor((sendAt.epochMilliseconds - Date.UTC(2026, 10, 24, 8, 30)) / 1000) === second).length;

  it('go at most fifteen a second to one tenant', () => {
    const rows = meant(100, () => 'teams T1');
    for (let second = 0; second < 6; second += 1) expect(inSecond(rows, second)).toBe(15);
    expect(inSecond(rows, 6)).toBe(10);
  });

  it('go to forty tenants at the same time', () => {
    expect(
      inSecond(
        meant(600, (n) => `teams T${n % 40}`),
        0,
      ),
    ).toBe(600);
  });

  it('go to one person a second apart', () => {
    const [one] = meant(1, () => 'teams T1');
    if (!one) throw new Error();
    const rows = spread([one, { ...one, key: 'another' }], new Map());
    expect(rows.map(({ sendAt }) => sendAt.toString())).toEqual(['2026-11-24T08:30:00Z', '2026-11-24T08:30:01Z']);
  });
});
