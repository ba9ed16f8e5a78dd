import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Invitee, Plan, TreeCell } from '../../src/pulses/pulse.ts';
import type { Names } from '../../src/pulses/queries.ts';
import { treeOf } from '../../src/pulses/tree.ts';

/** Which groups a wave has results for is settled by who is invited, before anybody answers. */

/** A programme of three pilots; A, B and C in the first, D alone in the second, E and F in the third. A has two hubs, two trusts and a board. */
const PILOT_OF: Record<string, string> = { A: '1', B: '1', C: '1', D: '2', E: '3', F: '3' };
const names: Names = {
  programmes: new Map([['P', { name: 'LocalEd' }]]),
  pilots: new Map(['1', '2', '3'].map((id) => [id, { name: `Pilot ${id}` }])),
  localities: new Map(Object.entries(PILOT_OF).map(([id, pilotId]) => [id, { name: `Place ${id}`, pilotId }])),
  groups: new Map([
    ['east', { name: 'Hub East, Place A', kind: 'hub', localityId: 'A', ofOrganisations: true }],
    ['west', { name: 'Hub West, Place A', kind: 'hub', localityId: 'A', ofOrganisations: true }],
    ['oak', { name: 'Oak trust, Place A', kind: 'trust', localityId: 'A', ofOrganisations: true }],
    ['board', { name: 'Board, Place A', kind: 'board', localityId: 'A', ofOrganisations: false }],
  ]),
  projects: new Map([['transition', { name: 'Transition, Place B' }]]),
};

type In = { at?: string | null; phase?: string | null; groups?: string[]; projects?: string[] };

/** So many people of one kind, each at an organisation of their own. */
const people = (count: number, { at = 'A', phase = 'primary', groups = [], projects = [] }: In = {}): Invitee[] =>
  Array.from({ length: count }, () => ({
    personId: '',
    organisationId: '',
    localityId: at,
    pilotId: at === null ? null : (PILOT_OF[at] ?? null),
    phase,
    groupIds: groups,
    projectIds: projects,
  }));
const numbered = (...some: Invitee[][]): Invitee[] =>
  some.flat().map((person, at) => ({ ...person, personId: `person ${at}`, organisationId: `organisation ${at}` }));

const PROGRAMME: Plan['places'] = [{ kind: 'programme', id: 'P' }];
const PLACE_A: Plan['places'] = [{ kind: 'locality', id: 'A' }];

/** "Pilot 1 52 (12 its own)", with what is under it indented. */
const drawn = (plan: Pick<Plan, 'places' | 'split'>, invitees: Invitee[]): string[] => {
  const tree = treeOf(plan, invitees, names);
  if ('tooFew' in tree) return [`too few: ${tree.tooFew}`];
  const depth = (cell: TreeCell): number => {
    const parent = tree.cells.find(({ key }) => key === cell.parent);
    return parent ? depth(parent) + 1 : 0;
  };
  return tree.cells.map((cell) => `${'> '.repeat(depth(cell))}${cell.name}: ${cell.invited}, ${cell.own.length} its own`);
};

describe('the groups of a wave', () => {
  it.each<[string, Pick<Plan, 'places' | 'split'>, Invitee[], string[]]>([
    ['nine people are too few to hide in', { places: PLACE_A, split: 'none' }, numbered(people(9)), ['too few: 9']],
    ['and so are eleven', { places: PROGRAMME, split: 'none' }, numbered(people(5), people(6, { at: 'B' })), ['too few: 11']],
    ['nobody at all', { places: PLACE_A, split: 'none' }, [], ['too few: 0']],
    ['twelve are a group', { places: PLACE_A, split: 'none' }, numbered(people(12)), ['Place A: 12, 12 its own']],
    [
      'a locality of eleven counts in its pilot, one of twelve by itself',
      { places: PROGRAMME, split: 'none' },
      numbered(people(11), people(12, { at: 'B' }), people(30, { at: 'C' }), people(20, { at: 'E' })),
      [
        'LocalEd: 73, 0 its own',
        '> Pilot 1: 53, 11 its own',
        '> > Place B: 12, 12 its own',
        '> > Place C: 30, 30 its own',
        '> Place E: 20, 20 its own',
      ],
    ],
    [
      'a pilot of eleven counts in the programme',
      { places: PROGRAMME, split: 'none' },
      numbered(people(40), people(20, { at: 'B' }), people(5, { at: 'E' }), people(6, { at: 'F' })),
      ['LocalEd: 71, 11 its own', '> Pilot 1: 60, 0 its own', '> > Place A: 40, 40 its own', '> > Place B: 20, 20 its own'],
    ],
    [
      'a pilot that is one locality is that locality',
      { places: PROGRAMME, split: 'none' },
      numbered(people(40, { at: 'D' }), people(20, { at: 'E' }), people(20, { at: 'F' })),
      [
        'LocalEd: 80, 0 its own',
        '> Place D: 40, 40 its own',
        '> Pilot 3: 40, 0 its own',
        '> > Place E: 20, 20 its own',
        '> > Place F: 20, 20 its own',
      ],
    ],
    [
      'whoever asks one pilot of one locality gets the pilot',
      { places: [{ kind: 'pilot', id: '2' }], split: 'none' },
      numbered(people(40, { at: 'D' })),
      ['Pilot 2: 40, 40 its own'],
    ],
    [
      'and its parts, where the locality has parts',
      { places: PROGRAMME, split: 'phase' },
      numbered(people(40, { at: 'D' }), people(31, { at: 'D', phase: 'secondary' })),
      ['LocalEd: 71, 0 its own', '> Primary schools, Place D: 40, 40 its own', '> Secondary schools, Place D: 31, 31 its own'],
    ],
    [
      'advisers, whose organisation is in no locality, are the programme’s own',
      { places: PROGRAMME, split: 'none' },
      numbered(people(20), people(20, { at: 'B' }), people(2, { at: null, phase: null })),
      ['LocalEd: 42, 2 its own', '> Pilot 1: 40, 0 its own', '> > Place A: 20, 20 its own', '> > Place B: 20, 20 its own'],
    ],
    [
      'a phase is a group from thirty on',
      { places: PLACE_A, split: 'phase' },
      numbered(people(30), people(29, { phase: 'secondary' }), people(33, { phase: null })),
      ['Place A: 92, 29 its own', '> Primary schools, Place A: 30, 30 its own', '> Not a school, Place A: 33, 33 its own'],
    ],
    [
      'a phase in which everybody is says nothing of its own',
      { places: PLACE_A, split: 'phase' },
      numbered(people(60)),
      ['Place A: 60, 60 its own'],
    ],
    [
      'whoever works elsewhere is in no part of a locality',
      { places: PLACE_A, split: 'phase' },
      numbered(people(40), people(3, { at: 'B' })),
      ['Place A: 43, 3 its own', '> Primary schools, Place A: 40, 40 its own'],
    ],
    [
      'hubs part it where most are in one, and whoever is in two hubs is in neither',
      { places: PLACE_A, split: 'group' },
      numbered(
        people(31, { groups: ['east'] }),
        people(30, { groups: ['west', 'oak'] }),
        people(4, { groups: ['east', 'west'] }),
        people(2, { groups: ['board'] }),
      ),
      ['Place A: 67, 6 its own', '> Hub East, Place A: 31, 31 its own', '> Hub West, Place A: 30, 30 its own'],
    ],
    [
      'a board of people parts nothing',
      { places: PLACE_A, split: 'group' },
      numbered(people(40, { groups: ['board'] }), people(40)),
      ['Place A: 80, 80 its own'],
    ],
    [
      'several places are pooled, each by itself where it is large enough',
      {
        places: [
          { kind: 'locality', id: 'A' },
          { kind: 'locality', id: 'E' },
          { kind: 'locality', id: 'F' },
        ],
        split: 'none',
      },
      numbered(people(9), people(12, { at: 'E' }), people(14, { at: 'F' })),
      ['Place A, Place E and Place F: 35, 9 its own', '> Place E: 12, 12 its own', '> Place F: 14, 14 its own'],
    ],
    [
      'groups are pooled, and whoever is in two of them is in the pool alone',
      {
        places: [
          { kind: 'group', id: 'east' },
          { kind: 'project', id: 'transition' },
        ],
        split: 'none',
      },
      numbered(
        people(30, { groups: ['east'] }),
        people(30, { at: 'B', projects: ['transition'] }),
        people(1, { groups: ['east'], projects: ['transition'] }),
      ),
      [
        'Hub East, Place A and Transition, Place B: 61, 1 its own',
        '> Hub East, Place A: 30, 30 its own',
        '> Transition, Place B: 30, 30 its own',
      ],
    ],
    [
      'a group under thirty in a pool is no group of its own',
      {
        places: [
          { kind: 'group', id: 'east' },
          { kind: 'group', id: 'west' },
        ],
        split: 'none',
      },
      numbered(people(14, { groups: ['east'] }), people(18, { groups: ['west'] })),
      ['Hub East, Place A and Hub West, Place A: 32, 32 its own'],
    ],
  ])('%s', (_name, plan, invitees, expected) => expect(drawn(plan, invitees)).toEqual(expected));

  /** "Special schools, Place A (9) with Place A", and why nothing is parted. */
  const leftOut = (plan: Pick<Plan, 'places' | 'split'>, invitees: Invitee[]): string[] => {
    const tree = treeOf(plan, invitees, names);
    if ('tooFew' in tree) return [];
    return [
      ...tree.merged.map(({ name, invited, into }) => `${name} (${invited}) with ${into}`),
      ...(tree.unparted ? [tree.unparted] : []),
    ];
  };

  it.each<[string, Pick<Plan, 'places' | 'split'>, Invitee[], string[]]>([
    [
      'a locality and a pilot that are counted with what is above them',
      { places: PROGRAMME, split: 'none' },
      numbered(people(11), people(12, { at: 'B' }), people(30, { at: 'C' }), people(11, { at: 'E' })),
      ['Pilot 3 (11) with LocalEd', 'Place A (11) with Pilot 1'],
    ],
    [
      'a phase that is, beside one that is not',
      { places: PLACE_A, split: 'phase' },
      numbered(people(30), people(29, { phase: 'secondary' }), people(33, { phase: null })),
      ['Secondary schools, Place A (29) with Place A'],
    ],
    [
      'that no phase is large enough, and then not each of them',
      { places: PLACE_A, split: 'phase' },
      numbered(people(29), people(9, { phase: 'special' })),
      ['few'],
    ],
    ['that one phase holds everybody', { places: PLACE_A, split: 'phase' }, numbered(people(60)), ['alike']],
    [
      'or does so in a pilot that is one locality',
      { places: [{ kind: 'pilot', id: '2' }], split: 'phase' },
      numbered(people(60, { at: 'D' })),
      ['alike'],
    ],
    [
      'that no hub is large enough',
      { places: PLACE_A, split: 'group' },
      numbered(people(20, { groups: ['east'] }), people(20, { groups: ['west'] })),
      ['few'],
    ],
    [
      'a hub that is not, beside one that is',
      { places: PLACE_A, split: 'group' },
      numbered(people(40, { groups: ['east'] }), people(20, { groups: ['west'] })),
      ['Hub West, Place A (20) with Place A'],
    ],
    [
      'that groups have no parts, and which of them are counted with others',
      {
        places: [
          { kind: 'group', id: 'east' },
          { kind: 'group', id: 'west' },
        ],
        split: 'group',
      },
      numbered(people(34, { groups: ['east'] }), people(18, { groups: ['west'] })),
      ['Hub West, Place A (18) with Hub East, Place A and Hub West, Place A', 'elsewhere'],
    ],
    [
      'nothing where everybody has a group of their own',
      { places: PLACE_A, split: 'phase' },
      numbered(people(30), people(30, { phase: null })),
      [],
    ],
  ])('say %s', (_name, plan, invitees, expected) => expect(leftOut(plan, invitees)).toEqual(expected));

  it('have the same keys in the next wave, in whatever order the places of a pool are named', () => {
    const invitees = numbered(people(40), people(40, { phase: 'secondary' }), people(20, { at: 'B' }));
    const keys = (ids: string[]) => {
      const tree = treeOf({ places: ids.map((id) => ({ kind: 'locality', id })), split: 'phase' }, invitees, names);
      return 'cells' in tree ? tree.cells.map(({ key }) => key).sort() : [];
    };
    expect(keys(['A', 'B'])).toEqual(['locality A', 'locality B', 'phase A primary', 'phase A secondary', 'pool A B']);
    expect(keys(['B', 'A'])).toEqual(keys(['A', 'B']));
  });
});

/** What is wrong with a tree, whatever way it was made. */
const wrongWith = (cells: readonly TreeCell[], invitees: readonly Invitee[]): string[] => {
  const wrong: string[] = [];
  const times = new Map<string, number>();
  for (const { personId } of cells.flatMap(({ own }) => own)) times.set(personId, (times.get(personId) ?? 0) + 1);
  for (const { personId } of invitees) if (times.get(personId) !== 1) wrong.push(`${personId} is in ${times.get(personId) ?? 0} cells`);
  if (times.size > invitees.length) wrong.push('somebody is in it who was not invited');
  const under = (key: string): number =>
    cells.filter((cell) => cell.key === key).reduce((sum, cell) => sum + cell.own.length, 0) +
    cells.filter((cell) => cell.parent === key).reduce((sum, cell) => sum + under(cell.key), 0);
  const isPart = ({ kind }: TreeCell) => kind === 'phase' || kind === 'group' || kind === 'project';
  for (const [at, cell] of cells.entries()) {
    if (cell.invited !== under(cell.key)) wrong.push(`${cell.key} says ${cell.invited}`);
    if (cell.invited < 12) wrong.push(`${cell.key} has only ${cell.invited}`);
    if (cell.parent !== null && isPart(cell) && cell.invited < 30) wrong.push(`${cell.key} is a part of only ${cell.invited}`);
    const parent = cells.findIndex(({ key }) => key === cell.parent);
    if (at === 0 ? cell.parent !== null : parent < 0 || parent >= at) wrong.push(`${cell.key} has its parent elsewhere`);
    if (parent >= 0 && cells[parent]?.invited === cell.invited) wrong.push(`${cell.key} is its parent again`);
  }
  if (new Set(cells.map(({ key }) => key)).size < cells.length) wrong.push('two cells have one key');
  return wrong;
};

const somebody: fc.Arbitrary<Invitee[]> = fc
  .record({
    count: fc.nat(45),
    at: fc.constantFrom('A', 'A', 'B', 'C', 'D', 'E', 'F', null),
    phase: fc.constantFrom('primary', 'secondary', 'special', null),
    groups: fc.subarray(['east', 'west', 'oak', 'board']),
    projects: fc.subarray(['transition']),
  })
  .map(({ count, ...where }) => people(count, where));
const places = fc.oneof(
  fc.constantFrom<Plan['places'][]>(PROGRAMME, [{ kind: 'pilot', id: '1' }], PLACE_A, [{ kind: 'group', id: 'east' }]),
  fc
    .subarray<Plan['places'][number]>(
      [
        { kind: 'pilot', id: '1' },
        { kind: 'locality', id: 'E' },
        { kind: 'group', id: 'east' },
        { kind: 'project', id: 'transition' },
      ],
      { minLength: 2 },
    )
    .map((some) => [...some]),
);
const worlds = fc.record({
  places,
  split: fc.constantFrom<Plan['split']>('none', 'phase', 'group'),
  invitees: fc.array(somebody, { maxLength: 12 }).map((some) => numbered(...some)),
});
type Maker = (plan: Pick<Plan, 'places' | 'split'>, invitees: Invitee[]) => TreeCell[];
const made: Maker = (plan, invitees) => {
  const tree = treeOf(plan, invitees, names);
  return 'cells' in tree ? tree.cells : [];
};
const found = (make: Maker): Set<string> => {
  const all = new Set<string>();
  for (const { places: where, split, invitees } of fc.sample(worlds, { seed: 11, numRuns: 400 })) {
    if (invitees.length < 12) continue;
    for (const wrong of wrongWith(make({ places: where, split }, invitees), invitees)) all.add(wrong);
  }
  return all;
};

describe('whoever is invited, however they are parted', () => {
  it('everybody is in one cell and in no other, and none is small', () => {
    expect([...found(made)]).toEqual([]);
  });

  it.each<[string, Maker]>([
    ['that keeps a small cell', (plan, invitees) => split(made(plan, invitees), 5)],
    [
      'that counts somebody twice',
      (plan, invitees) => made(plan, invitees).map((cell) => ({ ...cell, own: [...cell.own, ...cell.own.slice(0, 1)] })),
    ],
    [
      'that forgets whoever is in no part',
      (plan, invitees) => made(plan, invitees).map((cell, at) => (at === 0 ? { ...cell, own: [] } : cell)),
    ],
    ['that says everything twice', (plan, invitees) => split(made(plan, invitees), Number.POSITIVE_INFINITY)],
  ])('control: a tree %s is found out', (_name, twin) => expect(found(twin).size).toBeGreaterThan(0));
});

/** A twin of the rule: so many of the last cell's own in one more cell below it. */
const split = (cells: TreeCell[], count: number): TreeCell[] => {
  const last = cells.at(-1);
  if (!last) return [];
  const own = last.own.slice(0, count);
  return [
    ...cells.slice(0, -1),
    { ...last, own: last.own.slice(own.length) },
    { ...last, key: `${last.key} again`, parent: last.key, invited: own.length, own },
  ];
};
