import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contextRows } from '../../src/programme/context.ts';
import { readDemonstration } from '../../src/programme/format.ts';
import { peopleOf } from '../../src/programme/people.ts';

const demonstration = readDemonstration();
const { localities } = demonstration;

/** The rows of an excerpt of what was published, kept beside this test. No field in it has a comma. */
const excerpt = (file: string): Record<string, string>[] => {
  const [head = '', ...lines] = readFileSync(new URL(file, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => Object.fromEntries(head.split(',').map((name, at) => [name, line.split(',')[at] ?? ''])));
};

const context = contextRows(demonstration);
const areaCodes = new Map(
  [...localities.flatMap(({ areas }) => areas), demonstration.programme.nation].map(({ code, name }) => [name, code] as const),
);
const withIds = demonstration.series.flatMap((file) => file.series.map((one) => ({ measure: file.measure, ...one })));
const loaded = context.points.map((point) => {
  const at = context.series.findIndex(({ id }) => id === point.seriesId);
  const { measure, phase, area } = withIds[at] as (typeof withIds)[number];
  return {
    measure,
    phase,
    area,
    date: point.date.toISOString().slice(0, 10),
    value: point.value,
    publishedOn: point.publishedOn?.toISOString().slice(0, 10),
  };
});
const find = (measure: string, phase: string, area: string | undefined, date: string) =>
  loaded.filter((point) => point.measure === measure && point.phase === phase && point.area === area && point.date === date);

describe('the published series', () => {
  it('have the attendance that was published for each week, with the day it was published', () => {
    const rows = excerpt('published-attendance.csv');
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows)
      expect(find('attendance rate', row.phase as string, row.la_code, row.week_commencing as string)).toMatchObject([
        { value: Number(row.value), publishedOn: row.published_in_repo },
      ]);
  });

  it('have the absence, suspensions and home education that were published for each school year', () => {
    const groups: Record<string, string> = {
      'children in need (excl. CPP and CLA) at 31 March': 'children in need',
      'child protection plan (excl. CLA) at 31 March': 'children on a child protection plan',
      'looked after 12+ months at 31 March': 'children looked after for a year or more',
    };
    const rows = excerpt('published-others.csv');
    expect(rows.length).toBeGreaterThan(80);
    for (const row of rows) {
      const phase = groups[row.group as string] ?? (row.group as string);
      expect(find(row.measure as string, phase, row.la_code, `${row.year?.slice(0, 4)}-09-01`)).toMatchObject([
        { value: Number(row.value) },
      ]);
    }
  });

  it('are all of what was published and nothing else: the fingerprint was made from the published files themselves', () => {
    const decimal = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
    const lines = loaded.map(({ measure, phase, area, date, value }) => [measure, phase, area, date, decimal(value)].join('|')).sort();
    expect(lines).toHaveLength(2659);
    expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(
      '852dea1fa75e1df500e9fd8de31caf716f3a8ab1428d7d11ea3b97316dcc6389',
    );
  });

  it('say where they come from and under which licence', () => {
    for (const { source, licence } of context.series) {
      expect(source).toMatch(/^Department for Education, .+Read from github\.com\//);
      expect(licence).toContain('Open Government Licence v3.0');
    }
  });

  it('are for the council areas of the nine localities and for England', () => {
    expect(areaCodes.size).toBe(12);
    expect(new Set(loaded.map(({ area }) => area))).toEqual(new Set(areaCodes.values()));
  });
});

describe('the evaluation criteria', () => {
  it('are the four of Box 1, with its 22 questions word for word', () => {
    expect(demonstration.criteria.map(({ name, questions }) => [name, questions.length])).toEqual([
      ['A shared commitment to the locality', 5],
      ['Leadership and governance of the partnership', 5],
      ['Clarity of partnership focus and approach', 4],
      ['Sustainability and impact', 8],
    ]);
    const text = demonstration.criteria.flatMap(({ questions }) => questions).join('\n');
    // Made from the paper's own text of the box, its white space aside.
    expect(createHash('sha256').update(text.replace(/\s+/g, ' ')).digest('hex')).toBe(
      'd80eb117756d2078c1a42d4c07278823f2c9a6967b391810309f856265bddd0a',
    );
  });
});

describe('the nine localities', () => {
  it('are in three pilots, in the order of the papers, each with a prefix of its own', () => {
    expect(localities.map(({ pilot, name, prefix }) => `${pilot} ${name} ${prefix}`)).toEqual([
      '1 Coventry COV',
      '1 Rochdale ROC',
      '1 Wakefield WAK',
      '1 Wiltshire WIL',
      '2 North of Tyne NTC',
      '3 Ealing EAL',
      '3 Milton Keynes MKE',
      '3 Sheffield SHE',
      '3 Surrey SUR',
    ]);
  });

  it('have as many schools as the papers say', () => {
    const count = (name: string) =>
      localities
        .filter((locality) => locality.name === name)
        .flatMap(({ areas }) => areas.flatMap(({ schools }) => Object.values(schools)));
    const total = (name: string) => count(name).reduce((sum, schools) => sum + schools, 0);
    expect({ coventry: count('Coventry'), rochdale: count('Rochdale').slice(0, 2), wakefield: count('Wakefield') }).toEqual({
      coventry: [85, 22, 9],
      rochdale: [69, 14],
      wakefield: [113, 18],
    });
    expect(count('Wiltshire').slice(0, 2)).toEqual([229, 55]);
    expect(['North of Tyne', 'Ealing', 'Milton Keynes', 'Sheffield', 'Surrey'].map(total)).toEqual([365, 93, 110, 183, 400]);
  });

  it.each(localities)(
    '$name has at least four KPIs, of outcomes or of process, for several criteria, with different cadences',
    ({ kpis }) => {
      expect(kpis.length).toBeGreaterThanOrEqual(4);
      expect(new Set(kpis.map(({ kind }) => kind))).toEqual(new Set(['outcome', 'process']));
      expect(new Set(kpis.map(({ criterion }) => criterion)).size).toBeGreaterThanOrEqual(3);
      expect(new Set(kpis.map(({ cadence }) => cadence)).size).toBeGreaterThanOrEqual(3);
      for (const kpi of kpis) expect(kpi.definition.length * kpi.source.length).toBeGreaterThan(0);
    },
  );

  it.each(localities)('$name has somewhere a reading that waits', ({ kpis }) => {
    expect(kpis.filter(({ seeded }) => seeded.waits).length).toBeGreaterThanOrEqual(1);
  });

  it.each(localities)('$name: its owners, deputies, projects, groups and organisations exist', (locality) => {
    const people = new Set(locality.people.map(({ key }) => key));
    const projects = new Set<string | null>([null, ...locality.projects.map(({ name }) => name)]);
    const organisations = new Set(locality.organisations.map(({ name }) => name));
    const unknown = [
      ...locality.kpis.flatMap(({ owner, deputy }) => [owner, deputy]).filter((key) => !people.has(key)),
      ...locality.groups.flatMap((group) => group.people).filter((key) => !people.has(key)),
      ...locality.kpis.map(({ project }) => project).filter((name) => !projects.has(name)),
      ...locality.takingPart.map(({ project }) => project).filter((name) => !projects.has(name)),
      ...locality.groups.flatMap((group) => group.organisations).filter((name) => !organisations.has(name)),
    ];
    expect(unknown).toEqual([]);
    for (const { owner, deputy } of locality.kpis) expect(owner).not.toBe(deputy);
  });

  it.each(localities)('$name: no name or alias of a KPI is that of another', ({ kpis }) => {
    const names = kpis.flatMap(({ name, aliases }) => new Set([name, ...aliases].map((word) => word.toLowerCase())).values().toArray());
    expect(new Set(names).size).toBe(names.length);
  });

  it('have KPIs that headteachers own as well as those of the leads', () => {
    const owners = localities.flatMap(({ kpis }) => kpis.map(({ owner }) => owner));
    expect(owners.filter((owner) => owner.startsWith('head.')).length).toBeGreaterThanOrEqual(4);
    expect(owners.filter((owner) => owner === 'lead').length).toBeGreaterThanOrEqual(9);
  });
});

/** Every kind of post there is. A personal name would be one more. */
const POSTS = [
  'Adviser, pilot N',
  'Charity partner, PLACE',
  'Cluster lead N, PLACE',
  'Data specialist, PLACE',
  'Early help manager, PLACE',
  'Education director, PLACE',
  'Evaluator',
  'Headteacher, PLACE N',
  'Health team lead, PLACE',
  'PLACE coordinator',
  'PLACE pilot lead',
  'PLACE pilot lead, communities',
  'PLACE pilot lead, inclusion',
  'Parent and carer representative, PLACE',
  'Police partnership officer, PLACE',
  'Programme administrator',
  'Programme coordinator',
  'Reading lead, PLACE',
  'Second adviser, pilot N',
  'Secondary lead, PLACE',
  'Working group facilitator N, PLACE',
];

describe('the people', () => {
  const people = peopleOf(demonstration);

  it('are posts, at addresses that reach nobody', () => {
    const places = [...localities.map(({ name }) => name), ...areaCodes.keys()].sort((one, other) => other.length - one.length);
    const kinds = people.map(({ post }) => post.replace(new RegExp(places.join('|')), 'PLACE').replace(/\d+/, 'N'));
    expect([...new Set(kinds)].sort()).toEqual(POSTS);
    for (const { address } of people) expect(address).toMatch(/^[a-z0-9.]+@example\.org$/);
    expect(new Set(people.map(({ address }) => address)).size).toBe(people.length);
  });

  it('have the addresses that the documentation promises', () => {
    const byAddress = new Map(people.map((person) => [person.address, `${person.post}: ${person.role} for ${person.scopeName}`]));
    expect(byAddress.get('wakefield.lead@example.org')).toBe('Wakefield pilot lead: lead for Wakefield');
    expect(byAddress.get('wakefield.coordinator@example.org')).toBe('Wakefield coordinator: coordinator for Wakefield');
    expect(byAddress.get('wakefield.head.1@example.org')).toBe('Headteacher, Wakefield 1: partner for Wakefield');
    expect(byAddress.get('pilot1.adviser@example.org')).toBe('Adviser, pilot 1: adviser for Vulnerable children');
    expect(byAddress.get('evaluator@example.org')).toBe('Evaluator: evaluator for LocalEd');
    expect(byAddress.get('admin@example.org')).toBe('Programme administrator: administrator for LocalEd');
    for (const { key } of localities)
      for (const part of ['lead', 'coordinator', 'head.1', 'head.2', 'head.3'])
        expect(byAddress.has(`${key}.${part}@example.org`)).toBe(true);
  });

  it('are none of those whom the papers name', () => {
    const root = new URL('../../prisma/demo/', import.meta.url);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
    expect(files.length).toBeGreaterThan(15);
    for (const file of files)
      expect(readFileSync(new URL(file, root), 'utf8')).not.toMatch(
        /Greany|Cousin|Crossley|Holland|Gilbert|Bryant|Simon (Day|Rea)|Vangen|Huxham/,
      );
  });
});
