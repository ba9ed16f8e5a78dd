import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { kpisIn } from '../../src/kpis/queries.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// Coverage against a model that knows nothing of the code: for each week it asks every organisation, row by row, whether it takes part
// on the week's last day (today in the current week).

let bot: TestBot;
let place: string;
let project: string;
let kpi: string;
let elsewhere: string;
const ids = new Map<string, { id: string; kind: string; here: boolean }>();

/** Thursday of week 47. */
const TODAY = '2026-11-19';
const ORGANISATIONS = [
  ['Ash School', 'school'],
  ['Beech School', 'school'],
  ['Cedar School', 'school'],
  ['Police', 'service'],
  ['Youth charity', 'charity'],
] as const;
const NAMES = [...ORGANISATIONS.map(([name]) => name), 'School elsewhere'];
const HOWS = ['signed_up', 'attended', 'completed'] as const;

type Row = { who: string; how: (typeof HOWS)[number]; from: number; days: number | null };
type Case = { rows: Row[]; how: (typeof HOWS)[number]; counts: 'schools' | 'people' | 'other'; today: number };

const MILLISECONDS = 86_400_000;
/** The day that is so many days after 1 August 2026, a Saturday. */
const dayAt = (offset: number) => new Date(Date.UTC(2026, 7, 1) + offset * MILLISECONDS).toISOString().slice(0, 10);
const MOST = 150;

beforeAll(async () => {
  bot = await testBot();
  const { db } = bot.database;
  const { newId } = bot.core;
  const pilot = await db.pilot.findFirstOrThrow();
  [place, project, kpi, elsewhere] = [newId(), newId(), newId(), newId()];
  await db.locality.create({ data: { id: place, pilotId: pilot.id, name: 'Model place', prefix: 'MOD', ledBy: 'council', position: 99 } });
  for (const [name, kind] of ORGANISATIONS) {
    const id = newId();
    ids.set(name, { id, kind, here: true });
    await db.organisation.create({ data: { id, localityId: place, name, kind } });
  }
  const other = await db.locality.findUniqueOrThrow({ where: { name: 'Sheffield' } });
  ids.set('School elsewhere', { id: elsewhere, kind: 'school', here: false });
  await db.organisation.create({ data: { id: elsewhere, localityId: other.id, name: 'School elsewhere', kind: 'school' } });
  await db.project.create({ data: { id: project, localityId: place, name: 'Workshops' } });
  await db.kpi.create({ data: { id: kpi, localityId: place, position: 1 } });
});
afterAll(() => bot.close());

const day = (text: string) => new Date(`${text}T00:00:00Z`);

/** Writes the case and reads the KPI as the product does. */
const found = async ({ rows, how, counts, today }: Case) => {
  const { db } = bot.database;
  await db.takingPart.deleteMany({ where: { projectId: project } });
  await db.kpiDefinition.deleteMany({ where: { kpiId: kpi } });
  await db.kpiDefinition.create({
    data: {
      kpiId: kpi,
      version: 1,
      name: 'Taking part',
      aliases: [],
      unit: 'schools',
      kind: 'process',
      improvement: 'increase',
      decimals: 0,
      counts,
      base: 'of_each_reading',
      cadence: 'week',
      tolerance: 5,
      definition: 'who takes part',
      source: '',
      projectId: project,
      coverage: how,
      recordedAt: day('2026-01-01'),
    },
  });
  await db.takingPart.createMany({
    data: rows.map((row) => ({
      id: bot.core.newId(),
      organisationId: ids.get(row.who)?.id as string,
      projectId: project,
      how: row.how,
      from: day(dayAt(row.from)),
      to: row.days === null ? null : day(dayAt(row.from + row.days)),
    })),
    skipDuplicates: true,
  });
  const [read] = await inTransaction(db, (tx) => kpisIn(tx, [place], { day: dayAt(today) }));
  return read?.readings.map(({ periodEnd, value, numerator, denominator, origin }) => ({
    periodEnd,
    value,
    numerator,
    denominator,
    origin,
  }));
};

type Flaws = {
  countsRows?: boolean;
  forgetsTo?: boolean;
  forgetsKind?: boolean;
  forgetsHow?: boolean;
  forgetsPlace?: boolean;
  wholeWeek?: boolean;
};

/** The brute force; a twin has one of the flaws. */
const modelled = ({ rows, how, counts, today }: Case, flaws: Flaws = {}) => {
  // What is written twice is kept once: the first.
  const kept = rows.filter(
    (row, at) => rows.findIndex((other) => other.who === row.who && other.how === row.how && other.from === row.from) === at,
  );
  const fits = (who: string) => {
    const { kind, here } = ids.get(who) as { kind: string; here: boolean };
    return (here || flaws.forgetsPlace) && (kind === 'school' || counts !== 'schools' || flaws.forgetsKind);
  };
  const enough = { signed_up: ['signed_up', 'attended', 'completed'], attended: ['attended', 'completed'], completed: ['completed'] }[how];
  const all = [...ids].filter(([who, { here }]) => here && fits(who)).length;
  const readings = [];
  // 1 August 2026 is a Saturday: day 1, 8, 15 … are Sundays, the last days of weeks.
  const sunday = today + ((((1 - today) % 7) + 7) % 7);
  for (let week = 12; week >= 0; week -= 1) {
    const end = sunday - 7 * week;
    const on = flaws.wholeWeek ? end : Math.min(end, today);
    if (!kept.some(({ from }) => from <= on)) continue;
    let numerator = 0;
    for (const who of NAMES) {
      if (!fits(who)) continue;
      const there = kept.filter(
        (row) =>
          row.who === who &&
          (enough.includes(row.how) || flaws.forgetsHow) &&
          row.from <= on &&
          (row.days === null || row.from + row.days >= on || flaws.forgetsTo),
      ).length;
      numerator += flaws.countsRows ? there : Math.min(1, there);
    }
    readings.push({ periodEnd: dayAt(end), value: numerator, numerator, denominator: all, origin: 'computed' });
  }
  return readings;
};

const row = fc.record({
  who: fc.constantFrom(...NAMES),
  how: fc.constantFrom(...HOWS),
  from: fc.integer({ min: 0, max: MOST }),
  days: fc.option(fc.integer({ min: 0, max: 60 })),
});
const anyCase = fc.record({
  rows: fc.array(row, { maxLength: 14 }),
  how: fc.constantFrom(...HOWS),
  counts: fc.constantFrom('schools' as const, 'people' as const, 'other' as const),
  today: fc.integer({ min: 20, max: MOST }),
});
const SEED = { seed: 20261119, numRuns: 120 };

describe('a coverage KPI', () => {
  test('is what asking every organisation on every last day of a week comes to', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async (one) => {
        expect(await found(one)).toEqual(modelled(one));
      }),
      SEED,
    );
  });

  test.each<[string, Flaws]>([
    ['counts an organisation for each of its rows', { countsRows: true }],
    ['forgets that somebody stopped', { forgetsTo: true }],
    ['counts services among the schools', { forgetsKind: true }],
    ['takes signing up for attending', { forgetsHow: true }],
    ['counts schools of elsewhere', { forgetsPlace: true }],
    ['knows on Thursday who will be there on Sunday', { wholeWeek: true }],
  ])('control: a twin that %s is found out', async (_, flaw) => {
    const cases = fc.sample(anyCase, SEED);
    const differs = cases.filter((one) => JSON.stringify(modelled(one)) !== JSON.stringify(modelled(one, flaw)));
    expect(differs.length).toBeGreaterThan(0);
    // And the product sides with the model there.
    expect(await found(differs[0] as Case)).toEqual(modelled(differs[0] as Case));
  });

  test('of a locality without schools has no readings, rather than none of none', async () => {
    const { db } = bot.database;
    await db.organisation.updateMany({ where: { localityId: place }, data: { kind: 'service' } });
    try {
      expect(
        await found({ rows: [{ who: 'Ash School', how: 'attended', from: 3, days: null }], how: 'attended', counts: 'schools', today: 60 }),
      ).toEqual([]);
    } finally {
      for (const [name, kind] of ORGANISATIONS) await db.organisation.updateMany({ where: { localityId: place, name }, data: { kind } });
    }
  });

  test('as at a moment before it was worked out is what people had logged until then', async () => {
    const rows: Row[] = [{ who: 'Ash School', how: 'attended', from: 80, days: null }];
    await found({ rows, how: 'attended', counts: 'schools', today: MOST });
    const { db } = bot.database;
    const { seq: _, ...definition } = await db.kpiDefinition.findFirstOrThrow({ where: { kpiId: kpi } });
    await db.kpiDefinition.create({ data: { ...definition, version: 2, recordedAt: day('2026-11-01') } });
    await db.kpiDefinition.updateMany({ where: { kpiId: kpi, version: 1 }, data: { coverage: null } });
    await db.reading.create({
      data: {
        id: bot.core.newId(),
        kpiId: kpi,
        period: '2026-W43',
        periodStart: day('2026-10-19'),
        periodEnd: day('2026-10-25'),
        version: 1,
        kind: 'reading',
        value: 2,
        origin: 'person',
        recordedAt: day('2026-10-25'),
      },
    });
    const at = async (moment: string | null, on: string) => {
      const [read] = await inTransaction(db, (tx) => kpisIn(tx, [place], { at: moment, day: on }));
      return read?.readings.map(({ period, value, origin }) => `${period} ${value} ${origin}`);
    };
    expect(await at('2026-10-31T12:00:00Z', '2026-10-31')).toEqual(['2026-W43 2 person']);
    expect((await at(null, TODAY))?.slice(0, 2)).toEqual(['2026-W43 1 computed', '2026-W44 1 computed']);
    // As at a day after that: nothing of what came later.
    expect((await at('2026-11-03T12:00:00Z', '2026-11-03'))?.at(-1)).toBe('2026-W45 1 computed');
    await db.reading.deleteMany({ where: { kpiId: kpi } });
  });
});
