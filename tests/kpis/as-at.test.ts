import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { kpisIn } from '../../src/kpis/queries.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// "As at 1 October" shows what was known makes: a KPI's history against a list of what happened and when, folded up to a moment.

/** What is known of a KPI that somebody chose; undefined = there is none. */
type Known = { name: string; target: number | null; owner: string; readings: Record<string, number | null> };
type Happening = { at: string; act: () => Promise<unknown>; makes: (known: Known) => Known };

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let coordinator: typeof lead;
let wakefield: string;

const LEAD = 'Wakefield pilot lead';
const DEPUTY = 'Early help manager, Wakefield';
const NONE: Known = { name: '', target: null, owner: '', readings: {} };
const read =
  (period: string, value: number | null) =>
  (known: Known): Known => ({ ...known, readings: { ...known.readings, [period]: value } });

/** Everything that happens to it, in order; the same reading is corrected, taken back, and given again. */
const history: Happening[] = [
  {
    at: '2026-11-19T14:00:00Z',
    act: async () =>
      lead.submit(await lead.say('/kpi new'), {
        name: 'Breakfast clubs',
        unit: 'children',
        cadence: 'week',
        definition: 'Children at a breakfast club.',
        owner: 'me',
      }),
    makes: (known) => ({ ...known, name: 'Breakfast clubs', owner: LEAD }),
  },
  { at: '2026-11-19T14:00:01Z', act: () => lead.say('/kpi breakfast clubs 41 last week'), makes: read('2026-W46', 41) },
  {
    at: '2026-11-19T15:00:00Z',
    act: async () => lead.press(await lead.say('/kpi breakfast clubs 43 last week'), 'Correct to 43'),
    makes: read('2026-W46', 43),
  },
  { at: '2026-11-19T15:30:00Z', act: () => lead.say('/kpi undo'), makes: read('2026-W46', 41) },
  {
    at: '2026-11-20T09:00:00Z',
    act: async () => coordinator.submit(await coordinator.say('/kpi edit breakfast clubs'), { target: '90', targetDate: '2027-07-31' }),
    makes: (known) => ({ ...known, target: 90 }),
  },
  { at: '2026-11-20T10:00:00Z', act: () => lead.say('/kpi breakfast clubs 50 this week'), makes: read('2026-W47', 50) },
  { at: '2026-11-20T10:05:00Z', act: () => lead.say('/kpi undo'), makes: read('2026-W47', null) },
  {
    at: '2026-11-23T09:00:00Z',
    act: async () =>
      lead.submit(await lead.say('/kpi edit breakfast clubs'), { name: 'Morning clubs', target: '', targetDate: '', owner: DEPUTY }),
    makes: (known) => ({ ...known, name: 'Morning clubs', target: null, owner: DEPUTY }),
  },
  { at: '2026-11-23T09:30:00Z', act: () => lead.say('/kpi morning clubs 52 week of 16 November'), makes: read('2026-W47', 52) },
];

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
  wakefield = (await bot.database.db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } })).id;
  for (const happening of history) {
    bot.clock.set(happening.at);
    await happening.act();
  }
});
afterAll(() => bot.close());

/** The naive answer: everything up to then, one after the other. */
const folded = (at: string, all = history): Known | undefined => {
  const past = all.filter((happening) => Date.parse(happening.at) <= Date.parse(at));
  return past.length === 0 ? undefined : past.reduce((known, { makes }) => makes(known), NONE);
};
const kpis = (at?: string) =>
  inTransaction(bot.database.db, (tx) => kpisIn(tx, [wakefield], { at, day: (at ?? '2026-12-01').slice(0, 10) }));
const found = async (at?: string): Promise<Known | undefined> => {
  const kpi = (await kpis(at)).find(({ name }) => name === 'Breakfast clubs' || name === 'Morning clubs');
  return (
    kpi && {
      name: kpi.name,
      target: kpi.target,
      owner: kpi.owner ?? '',
      readings: Object.fromEntries(kpi.readings.map(({ period, value }) => [period, value])),
    }
  );
};

const shifted = (at: string, milliseconds: number) => new Date(Date.parse(at) + milliseconds).toISOString();
/** Each moment, the last before it and the first after it. */
const moments = history.flatMap(({ at }) => [shifted(at, -1), at, shifted(at, 1)]);

describe('a KPI as at a moment', () => {
  test.each(moments)('%s: is what was recorded by then, and nothing that was corrected since', async (at) => {
    expect(await found(at)).toEqual(folded(at));
  });

  test('now, and long after, it is as it stands', async () => {
    expect(await found()).toEqual(folded('2030-01-01T00:00:00Z'));
    expect(await found('2030-01-01T00:00:00Z')).toEqual(await found());
  });

  test('the other KPIs of the locality are what the demonstration began with', async () => {
    const before = (await kpis(moments[0])).map(({ name, readings }) => ({ name, readings }));
    const now = (await kpis()).filter(({ name }) => name !== 'Morning clubs').map(({ name, readings }) => ({ name, readings }));
    expect(before.length).toBeGreaterThan(2);
    expect(before).toEqual(now);
  });

  test('before anything was recorded there is nothing', async () => {
    expect(await kpis('2000-01-01T00:00:00Z')).toEqual([]);
  });

  test('one that was retired is there as at the day before', async () => {
    const { db } = bot.database;
    const last = await db.kpiDefinition.findFirstOrThrow({ where: { name: 'Morning clubs' }, orderBy: { version: 'desc' } });
    const { seq: _, ...row } = last;
    const recordedAt = new Date('2026-11-30T09:00:00Z');
    await db.kpiDefinition.create({ data: { ...row, version: last.version + 1, retired: true, recordedAt } });
    expect(await found()).toBeUndefined();
    expect(await found('2026-11-30T09:00:00Z')).toBeUndefined();
    expect(await found('2026-11-30T08:59:59Z')).toEqual(folded('2026-11-29T12:00:00Z'));
    await db.kpiDefinition.delete({ where: { kpiId_version: { kpiId: last.kpiId, version: last.version + 1 } } });
  });

  test('control: the history as it stands now, or without one of the things that happened, is found to differ', async () => {
    const answers = await Promise.all(moments.map((at) => found(at)));
    const agrees = (model: (at: string) => Known | undefined) =>
      moments.every((at, index) => JSON.stringify(answers[index]) === JSON.stringify(model(at)));
    expect(agrees((at) => folded(at))).toBe(true);
    expect(agrees(() => folded('2030-01-01T00:00:00Z'))).toBe(false);
    expect(agrees((at) => folded(shifted(at, 1)))).toBe(false);
    for (const without of history) {
      const rest = history.filter((happening) => happening !== without);
      expect(
        agrees((at) => folded(at, rest)),
        without.at,
      ).toBe(false);
    }
  });
});
