import { expect, test } from 'vitest';
import { coarseIn, type EarlierWave, nooksOf, type WaveCell } from '../../src/statistics/disclosure/waves.ts';
import { type Cell, chosenIn, type Question, release, type Shown } from '../../src/statistics/disclosure.ts';

// What there is to read at the sizes of real partnerships: two waves running, 15 % of the heads (or members) being others in the second.

const QUESTIONS: Question[] = [
  { scale: 'agree' },
  { scale: 'agree' },
  { scale: 'ten' },
  { scale: 'yes_no' },
  { scale: 'choice', options: 4 },
];
const OPTIONS = [6, 6, 11, 2, 4];
const K = 5;

type Person = { id: string; organisation: string };
type Group = { id: string; people: Person[] };

const schools = (id: string, heads: number): Group => ({
  id,
  people: Array.from({ length: heads }, (_, index) => ({ id: `${id} head ${index}`, organisation: `${id} school ${index}` })),
});
/** Members of so many services, as even as can be. */
const team = (id: string, members: number, services: number): Group => ({
  id,
  people: Array.from({ length: members }, (_, index) => ({
    id: `${id} member ${index}`,
    organisation: `${id} service ${index % services}`,
  })),
});

const LOCALITIES: [string, number][] = [
  ['Rochdale', 83],
  ['Coventry', 116],
  ['Wakefield', 131],
  ['Wiltshire', 284],
  ['Ealing', 93],
  ['Milton Keynes', 110],
  ['Sheffield', 183],
  ['Surrey', 400],
  ['North of Tyne', 365],
];
const WAVES: [string, Group[]][] = [
  ['localities, one head of each school', LOCALITIES.map(([name, heads]) => schools(name, heads))],
  ['secondary heads, 14 to 22', Array.from({ length: 9 }, (_, index) => schools(`secondary ${index}`, 14 + index))],
  ['project groups, 12 to 30', Array.from({ length: 19 }, (_, index) => schools(`project ${index}`, 12 + index))],
  [
    'multi-agency teams, 18 to 22 in 8 to 10 services',
    Array.from({ length: 9 }, (_, index) => team(`team ${index}`, 18 + (index % 5), 8 + (index % 3))),
  ],
];
const TURNOUTS = [0.3, 0.5, 0.7];

/** The wave as it is closed: who answered and what, and by question what the ledger keeps. */
function wave(groups: Group[], turnout: number, unsure: number, random: () => number, earlier: EarlierWave[][]) {
  const asked: WaveCell[] = [{ id: 'all', parent: null, people: [], silent: 0 }];
  const cells = groups.map(({ id, people }): Cell => {
    const answering = people.toSorted(() => random() - 0.5).slice(0, Math.round(people.length * turnout));
    const answered = new Map<string, number>();
    for (const { organisation } of answering) answered.set(organisation, (answered.get(organisation) ?? 0) + 1);
    const tilt = 0.4 + 2 * random();
    const counts = OPTIONS.map((options, question) => {
      const counters = Array<number>(options).fill(0);
      const known = QUESTIONS[question]?.scale === 'agree' ? options - 1 : options;
      for (const _ of answering) {
        const option = known < options && random() < unsure ? known : Math.min(known - 1, Math.floor(random() ** tilt * known));
        counters[option] = (counters[option] ?? 0) + 1;
      }
      return counters;
    });
    asked.push({ id, parent: 'all', people: people.map((person) => person.id), silent: people.length - answering.length });
    return { id, parent: 'all', invited: people.length, answered, counts };
  });
  const all: Cell = {
    id: 'all',
    parent: null,
    invited: cells.reduce((sum, { invited }) => sum + invited, 0),
    answered: new Map(),
    counts: OPTIONS.map((options) => Array<number>(options).fill(0)),
  };
  const chosen = chosenIn([all, ...cells], QUESTIONS, K);
  const coarse = chosen.map((ids, question) => coarseIn(asked, ids, earlier[question] ?? [], K));
  const released = release(
    [all, ...cells].map((cell) => ({ ...cell, coarse: coarse.map((ids) => ids.has(cell.id)) })),
    QUESTIONS,
    K,
  );
  const kept = QUESTIONS.map((_, question): EarlierWave[] => {
    const shown = [...released.shown].filter(([, of]) => of[question]?.as !== 'c').map(([id]) => id);
    const nooks = [...nooksOf(asked, new Set(shown)).values()];
    return [{ k: K, nooks: nooks.map(({ people, silent }) => ({ people, nearlyAll: silent < K })) }];
  });
  return { release: released, kept };
}

/** 15 % are others; a school stays and has another head. */
const later = (groups: Group[]): Group[] =>
  groups.map(({ id, people }) => ({
    id,
    people: people.map((person, index) => ((index * 37) % 100 < 15 ? { ...person, id: `${person.id}, new` } : person)),
  }));

type Row = {
  of: string;
  turnout: number;
  wave: number;
  shares: Record<Shown['as'], number>;
  all: Shown[];
  some: number;
  every: number;
  groups: number;
};

function table(unsure: number): Row[] {
  const random = seeded(2026);
  return WAVES.flatMap(([of, groups]) =>
    TURNOUTS.flatMap((turnout) => {
      const first = wave(groups, turnout, unsure, random, []);
      const second = wave(later(groups), turnout, unsure, random, first.kept);
      return [first, second].map(({ release: { shown } }, index): Row => {
        const shares = { words: 0, tens: 0, whole: 0, c: 0 };
        for (const { id } of groups) for (const { as } of shown.get(id) ?? []) shares[as] += 1 / (groups.length * QUESTIONS.length);
        const some = groups.filter(({ id }) => shown.get(id)?.some(({ as }) => as !== 'c')).length;
        const every = groups.filter(({ id }) => shown.get(id)?.every(({ as }) => as !== 'c')).length;
        return { of, turnout, wave: index + 1, shares, all: [...(shown.get('all') ?? [])], some, every, groups: groups.length };
      });
    }),
  );
}

/** Numbers from 0 to 1, the same each time. */
function seeded(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** One of twenty does not know an answer on the agree scale. */
const rows = table(0.05);
const percent = (part: number) => `${Math.round(part * 100)} %`;

test('the share of groups with something to read', async () => {
  const lines = rows.map(
    ({ of, turnout, wave, shares, all, some, every, groups }) =>
      `| ${of} | ${percent(turnout)} | ${wave} | ${some} of ${groups} | ${every} of ${groups} | ${percent(shares.whole)} | ${percent(shares.tens)} | ${percent(shares.words)} | ${percent(shares.c)} | ${all.map(({ as }) => (as === 'c' ? '[c]' : as)).join(', ')} |`,
  );
  const head = [
    '# What there is to read, at the sizes of real partnerships',
    '',
    'Five questions (agree, agree, 0 to 10, yes or no, one of four); k = 5; 15 % others in the second wave; 5 % do not know an answer on the agree scale.',
    '"Something", "every question": groups of which at least one question, or all five, can be read.',
    '',
    '| groups | turnout | wave | something | every question | whole % | nearest 10 % | words | [c] | all together |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  await expect(`${[...head, ...lines].join('\n')}\n`).toMatchFileSnapshot('usefulness.golden.md');
});

test.each<[string, Row[]]>([
  ['when some do not know', rows],
  ['when everybody knows', table(0)],
])('at half turnout all nine localities can be read, and every group of 12 or more, two waves running, %s', (_, all) => {
  const half = all.filter(({ turnout }) => turnout === 0.5);
  expect(half).toHaveLength(8);
  for (const { of, some, groups } of half) expect({ of, some }).toEqual({ of, some: groups });
  // Who does not know is no answer: of six, two of them leave too few for that question.
  if (all !== rows) for (const { of, every, groups } of half) expect({ of, every }).toEqual({ of, every: groups });
});

test('control: with a k of 10 the smallest groups could not', () => {
  expect(release([smallest()], [{ scale: 'yes_no' }], 10).shown.get('twelve')?.[0]?.as).toBe('c');
  expect(release([smallest()], [{ scale: 'yes_no' }], K).shown.get('twelve')?.[0]?.as).toBe('words');
});

const smallest = (): Cell => ({
  id: 'twelve',
  parent: null,
  invited: 12,
  answered: new Map(Array.from({ length: 6 }, (_, index) => [`${index}`, 1])),
  counts: [[4, 2]],
});
