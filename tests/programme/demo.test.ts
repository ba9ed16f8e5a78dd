import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Core } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { loadDemonstration } from '../../src/programme/demo.ts';
import { demoId } from '../../src/programme/ids.ts';
import { createWaveKeys } from '../../src/wave-keys.ts';
import { testClock, testIds } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const coreOn = (database: TestDatabase, at?: string): Core => ({
  db: database.db,
  now: testClock(at).now,
  newId: testIds(),
  log: pino({ enabled: false }),
  config: parseConfig({}),
  secret: new Uint8Array(32),
  later: async () => {},
  waveKeys: createWaveKeys(parseConfig({}), randomBytes), // the demonstration makes none
});

/** Everything that a load writes, as it stands in the database. */
const everything = async ({ db }: TestDatabase) =>
  Promise.all([
    db.programme.findMany(),
    db.pilot.findMany(),
    db.locality.findMany(),
    db.councilArea.findMany(),
    db.organisation.findMany({ orderBy: { id: 'asc' } }),
    db.person.findMany({ orderBy: { id: 'asc' } }),
    db.role.findMany({ orderBy: { id: 'asc' } }),
    db.groupMember.findMany({ orderBy: { id: 'asc' } }),
    db.takingPart.findMany({ orderBy: { id: 'asc' } }),
    db.kpiDefinition.findMany({ orderBy: { kpiId: 'asc' } }),
    db.kpiTarget.findMany({ orderBy: { kpiId: 'asc' } }),
    db.kpiOwner.findMany({ orderBy: { kpiId: 'asc' } }),
    db.reading.findMany({ orderBy: { seq: 'asc' } }),
    db.action.findMany({ orderBy: { id: 'asc' } }),
    db.actionVersion.findMany({ orderBy: { seq: 'asc' } }),
    db.rating.findMany({ orderBy: { seq: 'asc' } }),
    db.pulseWave.findMany(),
    db.pulseResult.findMany({ orderBy: [{ cellId: 'asc' }, { item: 'asc' }] }),
    db.meeting.findMany({ orderBy: { id: 'asc' } }),
    db.adviserTie.findMany({ orderBy: { id: 'asc' } }),
    db.contextPoint.findMany({ orderBy: [{ seriesId: 'asc' }, { date: 'asc' }] }),
  ]);

const WEEK_47 = '2026-11-19T10:00:00Z'; // a Thursday
let database: TestDatabase;
let statements: string[];

beforeAll(async () => {
  database = await testDatabase();
  await loadDemonstration(coreOn(database, WEEK_47));
  statements = [...database.statements];
});
afterAll(() => database.close());

const readingsOf = async (locality: string, kpi: string) =>
  (await database.db.reading.findMany({ where: { kpiId: demoId('kpi', locality, kpi) }, orderBy: { periodStart: 'asc' } })).map(
    (reading) => ({
      ...reading,
      value: Number(reading.value),
      counted: reading.denominator ? `${reading.numerator} of ${reading.denominator}` : undefined,
    }),
  );

describe('loading the demonstration programme', () => {
  it('is one transaction of few statements, so that a first start takes seconds', () => {
    expect(statements.filter((sql) => sql === 'BEGIN' || sql === 'COMMIT')).toHaveLength(2);
    expect(statements.length).toBeLessThanOrEqual(40);
  });

  it('fills every part of it', async () => {
    const { db } = database;
    expect(await db.pilot.count()).toBe(3);
    expect(await db.locality.count()).toBe(9);
    expect(await db.criterionQuestion.count()).toBe(22);
    expect(await db.kpi.count()).toBeGreaterThanOrEqual(36);
    expect(await db.contextPoint.count()).toBe(2659);
    expect(await db.councilArea.count()).toBe(12);
  });

  it('changes nothing the second time, whenever that is', async () => {
    const before = await everything(database);
    await loadDemonstration(coreOn(database, '2027-03-01T10:00:00Z'));
    expect(await everything(database)).toEqual(before);
  });

  it('loads once when two processes start on one empty database', async () => {
    const shared = await testDatabase();
    await Promise.all([loadDemonstration(coreOn(shared, WEEK_47)), loadDemonstration(coreOn(shared, WEEK_47))]);
    const withoutOrder = (rows: Awaited<ReturnType<typeof everything>>) =>
      JSON.parse(JSON.stringify(rows, (key, value) => (key === 'seq' ? undefined : typeof value === 'bigint' ? String(value) : value)));
    expect(withoutOrder(await everything(shared))).toEqual(withoutOrder(await everything(database)));
    await shared.close();
  });

  it('leaves nothing behind when something in it is wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'demo-'));
    await cp(fileURLToPath(new URL('../../prisma/demo', import.meta.url)), folder, { recursive: true });
    const file = join(folder, 'localities', 'surrey.json');
    // Two localities with one prefix: the database refuses the second, after much has been inserted.
    await writeFile(file, (await readFile(file, 'utf8')).replace('"prefix": "SUR"', '"prefix": "WAK"'));
    const empty = await testDatabase();
    await expect(loadDemonstration(coreOn(empty, WEEK_47), folder)).rejects.toMatchObject({ code: 'P2002' });
    expect((await everything(empty)).flat()).toEqual([]);
    await empty.close();
    await rm(folder, { recursive: true });
  });
});

describe('the readings', () => {
  it('have the figures of the papers, each with the paper, the section and its words', async () => {
    const figures = await database.db.reading.findMany({
      where: { origin: 'papers' },
      include: { kpi: { include: { locality: true, definitions: true } } },
    });
    const said = figures.map(({ kpi, period, value, numerator, denominator }) => {
      const figure = denominator ? `${numerator} of ${denominator}` : String(value);
      return `${kpi.locality.name}, ${kpi.definitions[0]?.name}, ${period}: ${figure}`;
    });
    expect(said.sort()).toEqual([
      'Coventry, Pupils with a transition package, 2023/24: 10',
      'Coventry, Workshops on the causes of absence, 2022/23: 3',
      'Ealing, Membership of all schools, 2022/23: 93',
      'Ealing, Primary membership, 2017/18: 92',
      'Ealing, Primary membership, 2022/23: 96',
      'Milton Keynes, Members of the Project Development Group, 2022/23: 12',
      'Milton Keynes, Schools taking part, 2022/23: 30',
      'North of Tyne, Schools taking part, 2022/23: 200 of 365',
      'North of Tyne, Schools taking part, 2023/24: 266 of 365',
      'North of Tyne, Trusts taking part, 2022/23: 15',
      'North of Tyne, Trusts taking part, 2023/24: 15',
      'Rochdale, Children with a family key worker, 2023/24-autumn: 10',
      'Rochdale, Leaders who see vulnerable children made visible, 2022/23: 5 of 15',
      'Rochdale, Schools in the inclusivity strand, 2023/24: 6',
      'Sheffield, Schools that subscribe, 2022/23: 91',
      'Surrey, Schools that pay for membership, 2022/23: 59',
      'Wiltshire, Staff appointed for vulnerable children, 2022/23-summer: 11',
    ]);
    for (const { note } of figures) expect(note).toMatch(/^LocalEd .+ \((October 2023|January 2025)\), .+: “.+”$/);
  });

  it('are either figures of the papers or marked as demonstration, and nobody is said to have logged them', async () => {
    const origins = await database.db.reading.groupBy({
      by: ['origin', 'recordedById', 'version', 'kind'],
      _count: true,
      orderBy: { origin: 'asc' },
    });
    expect(origins.map(({ origin, recordedById, version, kind }) => ({ origin, recordedById, version, kind }))).toEqual(
      ['demonstration', 'papers'].map((origin) => ({ origin, recordedById: null, version: 1, kind: 'reading' })),
    );
    expect(origins[0]?._count).toBeGreaterThan(500);
  });

  it('stay in bounds: a percentage from 0 to 100, n at most m, the value what n of m says', async () => {
    const readings = await database.db.reading.findMany({ include: { kpi: { include: { definitions: true } } } });
    for (const { value, numerator, denominator, kpi } of readings) {
      const unit = kpi.definitions[0]?.unit;
      expect(Number(value)).toBeGreaterThanOrEqual(0);
      if (unit === '%') expect(Number(value)).toBeLessThanOrEqual(100);
      if (denominator) {
        expect(Number(numerator)).toBeLessThanOrEqual(Number(denominator));
        if (unit !== '%') expect(Number(value)).toBe(Number(numerator));
      }
    }
  });

  it('are recorded in the order of their moments, none after the load', async () => {
    const readings = await database.db.reading.findMany({ orderBy: { seq: 'asc' } });
    const moments = readings.map(({ recordedAt }) => recordedAt.getTime());
    expect(moments).toEqual([...moments].sort((one, other) => one - other));
    expect(moments.at(-1)).toBeLessThanOrEqual(Date.parse(WEEK_47));
  });

  it('are the same on every machine', async () => {
    expect(
      (await readingsOf('coventry', 'Attendance in the prototype area')).slice(0, 4).map(({ period, value }) => `${period}: ${value}`),
    ).toEqual(['2025-W36: 89.8', '2025-W37: 89.3', '2025-W38: 90', '2025-W39: 88.9']);
  });
});

describe('Wakefield on a Thursday', () => {
  const last = async (kpi: string) => {
    const { period, value, counted } = (await readingsOf('wakefield', kpi)).at(-1) as Awaited<ReturnType<typeof readingsOf>>[number];
    return `${period}: ${counted ?? value}`;
  };

  it('has four KPIs of the pilot lead', async () => {
    const kpis = await database.db.kpi.findMany({
      where: { locality: { name: 'Wakefield' } },
      include: { definitions: true, owners: true },
      orderBy: { position: 'asc' },
    });
    expect(kpis.map(({ definitions: [kpi] }) => `${kpi?.name}, ${kpi?.unit}, ${kpi?.cadence}`)).toEqual([
      'Persistent absence, %, week',
      'Attendance, %, week',
      'Visits in hubs, visits, month',
      'Schools at workshops, schools, term',
    ]);
    const lead = demoId('person', 'wakefield.lead@example.org');
    expect(kpis.map(({ owners: [owner] }) => owner?.ownerId)).toEqual([lead, lead, lead, lead]);
  });

  it('has a reading of everything that is due but persistent absence, which waits since Friday', async () => {
    expect(await last('Attendance')).toBe('2026-W46: 92.8');
    expect(await last('Visits in hubs')).toBe('2026-10: 41');
    expect(await last('Schools at workshops')).toBe('2025/26-summer: 84 of 131');
    expect(await last('Persistent absence')).toBe('2026-W45: 18.9');
  });

  it('has no reading for a week or month in which schools are closed', async () => {
    const weeks = (await readingsOf('wakefield', 'Attendance')).map(({ period }) => period);
    expect(weeks).toContain('2026-W43');
    expect(weeks).not.toContain('2026-W44'); // half-term
    expect(weeks.filter((week) => /^2026-W3[1-5]$/.test(week))).toEqual([]);
    expect((await readingsOf('wakefield', 'Visits in hubs')).map(({ period }) => period)).not.toContain('2026-08');
  });

  it('has readings that lie in the periods they are about', async () => {
    const attendance = (await readingsOf('wakefield', 'Attendance')).at(-1);
    expect([attendance?.periodStart, attendance?.periodEnd]).toEqual([new Date('2026-11-09'), new Date('2026-11-15')]);
  });
});

describe('the pulse that has closed', () => {
  it('is of June before the load, and says that it is a demonstration', async () => {
    const [wave, ...others] = await database.db.pulseWave.findMany();
    expect(others).toEqual([]);
    expect(wave).toMatchObject({ title: 'Trust and working together', state: 'closed', origin: 'demonstration', keyFingerprint: null });
    expect([wave?.opensOn, wave?.closesOn]).toEqual([new Date('2026-06-08'), new Date('2026-06-19')]);
  });

  it('has a release in figures as fine as its answers allow, and nothing else of them', async () => {
    const cells = await database.db.pulseCell.findMany({ orderBy: { position: 'asc' }, include: { results: true } });
    const shownAs = ({ name, results }: (typeof cells)[number]) => [
      name,
      [...new Set(results.map(({ shown }) => (shown as { as: string }).as))],
    ];
    // 259 heads answered, of whom 41, 16, 74 and 128 in these localities
    expect(cells.map(shownAs)).toEqual([
      ['Vulnerable children', ['whole']],
      ['Coventry', ['tens']],
      ['Rochdale', ['words']],
      ['Wakefield', ['whole']],
      ['Wiltshire', ['whole']],
    ]);
    expect(cells.map(({ results }) => results.length)).toEqual([5, 5, 5, 5, 5]);
    expect([await database.db.pulseSeat.count(), await database.db.pulseBox.count()]).toEqual([0, 0]);
  });
});

describe('schools', () => {
  it('with a published name have nothing made up about them: nobody works there, they take part in nothing and belong to no hub', async () => {
    const named = { urn: { not: null } };
    expect(await database.db.organisation.count({ where: named })).toBeGreaterThan(80);
    expect(await database.db.person.count({ where: { organisation: named } })).toBe(0);
    expect(await database.db.takingPart.count({ where: { organisation: named } })).toBe(0);
    const groups = await database.db.group.findMany({ where: { members: { some: { organisation: named } } }, orderBy: { name: 'asc' } });
    expect(groups.map(({ name }) => name)).toEqual([
      'Newcastle upon Tyne',
      'North Tyneside',
      'Northumberland',
      'Wiltshire Learning Alliance',
    ]);
  });

  it('are counted as the papers count them: 84 of 131 at workshops, 266 of 365 signed up in the North of Tyne', async () => {
    const coverage = async (locality: string, how: string) => {
      const where = { kind: 'school', locality: { name: locality } };
      const taking = await database.db.organisation.count({ where: { ...where, takingPart: { some: { how } } } });
      return `${taking} of ${await database.db.organisation.count({ where })}`;
    };
    expect(await coverage('Wakefield', 'attended')).toBe('84 of 131');
    expect(await coverage('North of Tyne', 'signed_up')).toBe('266 of 365');
  });

  it('of the North of Tyne are in the group of their council', async () => {
    const groups = await database.db.group.findMany({
      where: { kind: 'council' },
      include: { members: { include: { organisation: true } } },
    });
    expect(groups).toHaveLength(3);
    const schools = groups.flatMap(({ members }) => members.filter(({ organisation }) => organisation?.kind === 'school'));
    expect(schools).toHaveLength(365);
  });
});
