import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coarseIn, type EarlierWave, nooksOf, type WaveCell } from '../../src/statistics/disclosure/waves.ts';
import { type Cell, chosenIn, ENDS, type Question, release, type Shown } from '../../src/statistics/disclosure.ts';

// Across waves. Whoever looks knows who was invited each time and where, how many answered, their own answers, and everything that was published.
// They take it that everybody answered as before, add and subtract figures in every way, and see what the few in whom two sums differ can have said.

const K = 5;

// ── Two waves of one programme ────────────────────────────────────────────────────────────────

type Person = { id: string; locality: number; part: number; option: number };
type Wave = { people: Person[]; split: boolean[]; silent: ReadonlySet<string> };

/** The programme, its localities, and the parts of those that are split in this wave. */
function cellsOf({ people, split, silent }: Wave): WaveCell[] {
  const cell = (id: string, parent: string | null, own: Person[]) => ({
    id,
    parent,
    people: own.map((person) => person.id),
    silent: own.filter((person) => silent.has(person.id)).length,
  });
  const localities = split.flatMap((isSplit, locality) => {
    const here = people.filter((person) => person.locality === locality);
    const partOf = (part: number) => here.filter((person) => isSplit && person.part === part);
    return [
      cell(
        `${locality}`,
        'all',
        here.filter((person) => !isSplit || person.part === 2),
      ),
      ...(isSplit ? [0, 1].map((part) => cell(`${locality}.${part}`, `${locality}`, partOf(part))) : []),
    ];
  });
  return [
    cell(
      'all',
      null,
      people.filter((person) => person.locality === split.length),
    ),
    ...localities,
  ];
}

type Counted = { cells: WaveCell[]; counted: Cell[] };

function countedIn(wave: Wave, options: number): Counted {
  const cells = cellsOf(wave);
  const byId = new Map(wave.people.map((person) => [person.id, person]));
  const below = (id: string): number =>
    cells.reduce((sum, cell) => sum + (cell.id === id ? cell.people.length : cell.parent === id ? below(cell.id) : 0), 0);
  const counted = cells.map(({ id, parent, people }): Cell => {
    const answering = people.filter((person) => !wave.silent.has(person));
    const counts = Array<number>(options).fill(0);
    for (const person of answering) {
      const { option } = byId.get(person) as Person;
      counts[option] = (counts[option] ?? 0) + 1;
    }
    return { id, parent, invited: below(id), answered: new Map(answering.map((person) => [person, 1])), counts: [counts] };
  });
  return { cells, counted };
}

type Published = { cells: WaveCell[]; shown: ReadonlyMap<string, Shown>; counted: Cell[] };
/** Which cells of a wave may be said in words only. */
type Ledger = (now: WaveCell[], chosen: ReadonlySet<string>, before: Published) => ReadonlySet<string>;

const isShown = ({ shown }: Published) => new Set([...shown].flatMap(([id, { as }]) => (as === 'c' ? [] : [id])));

/** What is kept of a wave. */
const keptOf = (wave: Published): EarlierWave => ({
  k: K,
  nooks: [...nooksOf(wave.cells, isShown(wave)).values()].map(({ people, silent }) => ({ people, nearlyAll: silent < K })),
});

const theLedger: Ledger = (now, chosen, before) => coarseIn(now, chosen, [keptOf(before)], K);
const noLedger: Ledger = () => new Set();
/** Whole cells only are held against whole cells. */
const byCell: Ledger = (now, chosen, before) => {
  const whole = (cells: WaveCell[], id: string) => {
    const some = cells.filter(
      (cell) => cell.id === id || cell.parent === id || cells.some((one) => one.id === cell.parent && one.parent === id),
    );
    return { people: new Set(some.flatMap(({ people }) => people)), silent: some.reduce((sum, { silent }) => sum + silent, 0) };
  };
  const earlier = [...isShown(before)].map((id) => whole(before.cells, id));
  const isCoarse = (id: string) => {
    const { people, silent } = whole(now, id);
    return earlier.some((one) => {
      const differ = people.symmetricDifference(one.people).size;
      return differ > 0 && differ < K && (silent < K || one.silent < K);
    });
  };
  return new Set([...chosen].filter(isCoarse));
};

function publish({ cells, counted }: Counted, question: Question, coarse: (chosen: ReadonlySet<string>) => ReadonlySet<string>): Published {
  const ids = coarse(chosenIn(counted, [question], K)[0] ?? new Set());
  const { shown } = release(
    counted.map((cell) => ({ ...cell, coarse: [ids.has(cell.id)] })),
    [question],
    K,
  );
  return { cells, counted, shown: new Map([...shown].map(([id, [only]]) => [id, only as Shown])) };
}

// ── Whoever looks ─────────────────────────────────────────────────────────────────────────────

/** By options in a group: what the figures are about. */
const GROUPS: { question: Question; groups: number[][]; options: number }[] = [
  { question: { scale: 'yes_no' }, groups: [[0], [1]], options: 2 },
  { question: { scale: 'agree' }, groups: [[0, 1], [2], [3, 4]], options: 5 },
  {
    question: { scale: 'ten' },
    groups: [
      [7, 8, 9, 10],
      [4, 5, 6],
      [0, 1, 2, 3],
    ],
    options: 11,
  },
  { question: { scale: 'choice', options: 3 }, groups: [[0], [1], [2]], options: 3 },
];

type Range = { low: number; high: number };

/** How many of `base` can have chosen what is said to be so many percent, tried one by one. */
function fitting(shown: Shown & { as: 'tens' | 'whole' }, group: number, base: number): Range {
  const [step, ends] = shown.as === 'whole' ? [1, ENDS.whole] : [10, ENDS.tens];
  const said = shown.shares[group] ?? 0;
  const fits = Array.from({ length: base + 1 }, (_, count) => count).filter((count) => {
    const rounded = Math.floor((100 * count) / base / step + 0.5) * step;
    return said <= ends.least ? rounded <= said : said >= ends.most ? rounded >= said : rounded === said;
  });
  return { low: fits[0] ?? 0, high: fits.at(-1) ?? base };
}

type Sum = { ranges: Range[] };
/** What sums and differences of a wave's figures say: by union of nooks (a bit each), the closest range of each group that any of them gives. */
type Sums = { nooks: { people: string[]; silent: number }[]; of: Map<number, Sum> };

function sumsOf({ cells, shown, counted }: Published, groups: number): Sums {
  const figures = [...shown].flatMap(([id, one]) => (one.as === 'tens' || one.as === 'whole' ? [{ id, shown: one }] : []));
  const nooks = nooksOf(cells, new Set(figures.map(({ id }) => id)));
  const order = [...nooks.keys()];
  const parents = new Map(cells.map(({ id, parent }) => [id, parent]));
  const isWithin = (id: string | null, cell: string): boolean => id !== null && (id === cell || isWithin(parents.get(id) ?? null, cell));
  const answersIn = (cell: string) => counted.reduce((sum, { id, answered }) => sum + (isWithin(id, cell) ? answered.size : 0), 0);
  const all = figures.map(({ id, shown: one }) => ({
    holds: order.map((nook) => (isWithin(nook, id) ? 1 : 0)),
    ranges: Array.from({ length: groups }, (_, group) => fitting(one, group, answersIn(id))),
  }));
  const of = new Map<number, Sum>();
  const add = (from: number, holds: number[], ranges: Range[]): void => {
    const next = all[from];
    if (next) {
      for (const sign of [0, 1, -1])
        add(
          from + 1,
          holds.map((held, index) => held + sign * (next.holds[index] ?? 0)),
          sign === 0
            ? ranges
            : ranges.map(({ low, high }, group) => {
                const { low: from_, high: to } = next.ranges[group] as Range;
                return sign > 0 ? { low: low + from_, high: high + to } : { low: low - to, high: high - from_ };
              }),
        );
      return;
    }
    if (holds.some((held) => held < 0 || held > 1)) return;
    const union = holds.reduce<number>((bits, held, index) => bits | (held << index), 0);
    const known = of.get(union);
    of.set(union, {
      ranges: ranges.map(({ low, high }, group) => ({
        low: Math.max(low, known?.ranges[group]?.low ?? low),
        high: Math.min(high, known?.ranges[group]?.high ?? high),
      })),
    });
  };
  add(
    0,
    order.map(() => 0),
    Array.from({ length: groups }, () => ({ low: 0, high: 0 })),
  );
  return { nooks: order.map((id) => nooks.get(id) as Sums['nooks'][number]), of };
}

/** Whether what some have said is a single number, though so many who left and so many who joined could have said anything. */
const isTold = ({ low, high }: Range, left: number, joined: number) => left + joined > 0 && Math.max(low, -left) === Math.min(high, joined);

/** Whether the answers of 1 to k − 1 people can be told, to anybody or to one of them. */
function tells(first: Published, second: Published, groups: number[][], optionOf: (person: string) => number): boolean {
  const [before, after] = [sumsOf(first, groups.length), sumsOf(second, groups.length)];
  const placeIn = ({ nooks }: Sums) =>
    new Map(nooks.flatMap(({ people }, index) => people.map((person): [string, number] => [person, 1 << index])));
  const [was, is] = [placeIn(before), placeIn(after)];
  // People by where they were and are: all of a kind are in a union or not.
  const kinds = [...Map.groupBy(new Set([...was.keys(), ...is.keys()]), (person) => `${was.get(person) ?? 0} ${is.get(person) ?? 0}`)].map(
    ([, people]) => ({ people, was: was.get(people[0] ?? '') ?? 0, is: is.get(people[0] ?? '') ?? 0 }),
  );
  const silentIn = ({ nooks }: Sums, union: number) =>
    nooks.reduce((sum, { silent }, index) => sum + ((union >> index) & 1 ? silent : 0), 0);
  for (const [one, { ranges: then }] of before.of) {
    for (const [other, { ranges: now }] of after.of) {
      const left = kinds.filter((kind) => (kind.was & one) !== 0 && (kind.is & other) === 0);
      const joined = kinds.filter((kind) => (kind.was & one) === 0 && (kind.is & other) !== 0);
      const differ = [...left, ...joined].reduce((sum, { people }) => sum + people.length, 0);
      if (one === 0 || other === 0 || differ === 0 || differ >= K) continue;
      if (silentIn(before, one) >= K && silentIn(after, other) >= K) continue;
      const [gone, come] = [left, joined].map((some) => some.flatMap(({ people }) => people)) as [string[], string[]];
      for (const [group, options] of groups.entries()) {
        const range = {
          low: (now[group]?.low ?? 0) - (then[group]?.high ?? 0),
          high: (now[group]?.high ?? 0) - (then[group]?.low ?? 0),
        };
        const said = (person: string) => (options.includes(optionOf(person)) ? 1 : 0);
        const without = (by: number): Range => ({ low: range.low - by, high: range.high - by });
        if (isTold(range, gone.length, come.length)) return true;
        if (gone.some((person) => isTold(without(-said(person)), gone.length - 1, come.length))) return true;
        if (come.some((person) => isTold(without(said(person)), gone.length, come.length - 1))) return true;
      }
    }
  }
  return false;
}

// ── Many programmes ───────────────────────────────────────────────────────────────────────────

const LOCALITIES = 2;
const arrangement = fc.record({
  /** By locality and part (the third: in no part), and last of the programme alone. */
  sizes: fc.array(fc.constantFrom(0, 14, 22, 30, 50, 61), { minLength: 7, maxLength: 7 }),
  splits: fc.array(fc.array(fc.boolean(), { minLength: LOCALITIES, maxLength: LOCALITIES }), { minLength: 2, maxLength: 2 }),
  left: fc.array(fc.constantFrom(0, 0, 0, 1, 2, 6), { minLength: 7, maxLength: 7 }),
  joined: fc.array(fc.constantFrom(0, 0, 0, 1, 2, 6), { minLength: 7, maxLength: 7 }),
  moved: fc.constantFrom(0, 0, 1, 2),
  silent: fc.array(fc.constantFrom(0, 0, 1, 4, 12), { minLength: 2, maxLength: 2 }),
  scale: fc.integer({ min: 0, max: GROUPS.length - 1 }),
  numbers: fc.infiniteStream(fc.nat({ max: 999 })),
  tilt: fc.integer({ min: 1, max: 9 }),
});
type Arrangement = typeof arrangement extends fc.Arbitrary<infer One> ? One : never;

function wavesOf({ sizes, splits, left, joined, moved, silent, numbers, tilt, ...given }: Arrangement): {
  waves: [Wave, Wave];
  scale: number;
} {
  const next = () => numbers.next().value ?? 0;
  const options = GROUPS[given.scale]?.options ?? 0;
  const person = (id: string, at: number): Person => ({
    id,
    locality: Math.floor(at / 3),
    part: at % 3,
    option: next() % 10 < tilt ? next() % 2 : next() % options,
  });
  const some = (name: string, numbersOf: number[]) =>
    numbersOf.flatMap((size, at) => Array.from({ length: size }, (_, index) => person(`${name} ${at}.${index}`, at)));
  const stayed = some('stayed', sizes);
  const first = [...stayed, ...some('left', left)];
  // Somebody now leads a school elsewhere.
  const second = [
    ...stayed.map((one, index) => (index < moved ? { ...one, locality: (one.locality + 1) % LOCALITIES } : one)),
    ...some('joined', joined),
  ];
  const wave = (people: Person[], index: number): Wave => ({
    people,
    split: splits[index] ?? [],
    silent: new Set(Array.from({ length: silent[index] ?? 0 }, () => people[next() % Math.max(1, people.length)]?.id ?? '')),
  });
  return { waves: [wave(first, 0), wave(second, 1)], scale: given.scale };
}

/** Over many programmes how often an answer is told, and how many groups are shown in figures in the later wave. */
function outcomeOf(ledger: Ledger, numRuns = 150): { told: number; figures: number; programmes: number } {
  const seen = { told: 0, figures: 0, programmes: 0 };
  fc.assert(
    fc.property(arrangement, (one) => {
      const { waves, scale } = wavesOf(one);
      const { question, groups, options } = GROUPS[scale] as (typeof GROUPS)[number];
      const [before, after] = waves.map((wave) => countedIn(wave, options)) as [Counted, Counted];
      const first = publish(before, question, () => new Set());
      const second = publish(after, question, (chosen) => ledger(after.cells, chosen, first));
      const optionOf = new Map(waves.flatMap(({ people }) => people.map(({ id, option }): [string, number] => [id, option])));
      seen.programmes += 1;
      seen.figures += [...second.shown.values()].filter(({ as }) => as === 'tens' || as === 'whole').length;
      if (tells(first, second, groups, (person) => optionOf.get(person) ?? -1)) seen.told += 1;
    }),
    { seed: 8, numRuns },
  );
  return seen;
}

describe('two waves of a programme whose localities and parts change', () => {
  test('tell no answer of one to four people, however their figures are added and subtracted', () => {
    const seen = outcomeOf(theLedger);
    expect(seen).toMatchObject({ told: 0, programmes: 150 });
    expect(seen.figures).toBeGreaterThan(300);
  });

  test('control: without the ledger they do', () => {
    expect(outcomeOf(noLedger).told).toBeGreaterThan(40);
  });

  test('control: where only whole groups are held against whole groups they do', () => {
    expect(outcomeOf(byCell).told).toBeGreaterThan(15);
  });
});

// ── By hand ───────────────────────────────────────────────────────────────────────────────────

const people = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `person ${from + index}`);
const cell = (id: string, parent: string | null, own: string[], silent = 0): WaveCell => ({ id, parent, people: own, silent });
const waveOf = (k: number, ...nooks: [string[], boolean][]): EarlierWave => ({
  k,
  nooks: nooks.map(([some, nearlyAll]) => ({ people: some, nearlyAll })),
});
const coarse = (cells: WaveCell[], earlier: EarlierWave, k = K) =>
  [...coarseIn(cells, new Set(cells.map(({ id }) => id)), [earlier], k)].sort();

describe('in words are said', () => {
  test('the parts of a locality that was whole the last time, with the locality, where one has joined', () => {
    const now = [cell('l', null, []), cell('a', 'l', people(0, 50)), cell('b', 'l', people(50, 100))];
    expect(coarse(now, waveOf(K, [people(0, 99), true]))).toEqual(['a', 'b', 'l']);
    expect(coarse(now, waveOf(K, [people(0, 95), true]))).toEqual([]);
  });

  test('a locality that was in parts the last time', () => {
    expect(coarse([cell('l', null, people(0, 100))], waveOf(K, [people(0, 50), true], [people(50, 99), true]))).toEqual(['l']);
  });

  test('a locality of which those who are in no part are the same but for one, though both it and its part have changed by many', () => {
    const now = [cell('l', null, people(100, 139)), cell('a', 'l', people(0, 60))];
    expect(coarse(now, waveOf(K, [people(100, 138), true], [people(0, 50), true]))).toEqual(['l']);
  });

  test('a programme, where what it holds beside the same localities is one locality with one who joined', () => {
    const now = [cell('p', null, []), cell('a', 'p', people(0, 40)), cell('b', 'p', people(100, 141)), cell('c', 'p', people(200, 240))];
    const then = waveOf(K, [people(0, 40), true], [people(100, 140), true], [people(200, 240), true]);
    expect(coarse(now, then)).toEqual(['b', 'p']);
  });

  test('but not the programme where it holds others too, and five of these are new', () => {
    const now = [cell('p', null, people(300, 340)), cell('b', 'p', people(100, 141))];
    expect(coarse(now, waveOf(K, [people(100, 140), true], [people(305, 345), true]))).toEqual(['b']);
  });

  test('a pilot that is shown as a whole, where its localities were asked each by itself: neither is like it, but both together are', () => {
    const asked = [waveOf(K, [people(0, 40), true]), waveOf(K, [people(40, 80), true])];
    const pilot = (joined: number) => coarseIn([cell('p', null, people(0, 80 + joined))], new Set(['p']), asked, K);
    expect([...pilot(1)]).toEqual(['p']);
    expect([...pilot(0)]).toEqual([]);
    expect([...pilot(5)]).toEqual([]);
  });

  test('both localities between which one person has moved, though all together are the same', () => {
    const now = [cell('a', null, people(0, 41)), cell('b', null, people(41, 80))];
    expect(coarse(now, waveOf(K, [people(0, 40), true], [people(40, 80), true]))).toEqual(['a', 'b']);
  });

  test.each<[string, number, boolean, number, number, string[]]>([
    ['four did not answer now', 4, false, K, K, ['l']],
    ['four did not answer then', 9, true, K, K, ['l']],
    ['five or more did not answer either time', 5, false, K, K, []],
    ['five to nine did not answer, and now ten must', 9, false, K, 10, ['l']],
    ['then ten had to: five now are too few to hide in', 5, false, 10, K, ['l']],
    ['five or more then, of whom nobody knows whether they were ten as they must be now', 20, false, K, 10, ['l']],
    ['ten or more both times, as they must be', 10, false, 10, 10, []],
  ])('where one has joined: %s', (_what, silent, nearlyAll, then, now, expected) => {
    expect(coarse([cell('l', null, people(0, 61), silent)], waveOf(then, [people(0, 60), nearlyAll]), now)).toEqual(expected);
  });
});

// ── Every union there is ──────────────────────────────────────────────────────────────────────

const places = fc.record({
  /** How many people were in one place and are in another (the first: nowhere), by both. */
  moves: fc.array(fc.array(fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 20), { minLength: 5, maxLength: 5 }), { minLength: 5, maxLength: 5 }),
  silent: fc.array(fc.constantFrom(0, 0, 4, 5), { minLength: 4, maxLength: 4 }),
  nearlyAll: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
});

test('in words are said the groups that are in some union that differs by few from an earlier one, and no others: every union is tried', () => {
  let found = 0;
  fc.assert(
    fc.property(places, ({ moves, silent, nearlyAll }) => {
      const named = (was: number, is: number) => people(0, moves[was]?.[is] ?? 0).map((one) => `${was} ${is} ${one}`);
      const all = [0, 1, 2, 3, 4];
      const then = all.slice(1).map((was) => all.flatMap((is) => named(was, is)));
      const now = all.slice(1).map((is) => all.flatMap((was) => named(was, is)));
      fc.pre([...then, ...now].every(({ length }) => length >= K));
      const has = (union: number, place: number) => place > 0 && ((union >> (place - 1)) & 1) === 1;
      const unions = Array.from({ length: 15 }, (_, index) => index + 1);
      const pairs = unions.flatMap((one) =>
        unions.map((other) => {
          const alone = (was: number, is: number) => (has(one, was) === has(other, is) ? 0 : (moves[was]?.[is] ?? 0));
          return { one, other, differ: all.reduce((sum, was) => sum + all.reduce((some, is) => some + alone(was, is), 0), 0) };
        }),
      );
      const same = pairs.filter(({ differ }) => differ === 0);
      const expected = new Set<string>();
      for (const { one, other, differ } of pairs) {
        const comparable =
          nearlyAll.every((nearly, index) => nearly || !has(one, index + 1)) ||
          silent.every((some, index) => some < K || !has(other, index + 1));
        if (differ === 0 || differ >= K || !comparable) continue;
        // What is exactly the same both times is beside the matter, though it can be added to both.
        if (same.some((part) => (part.one & ~one) === 0 && (part.other & ~other) === 0)) continue;
        for (const place of all) if (has(other, place)) expected.add(`${place}`);
      }
      const cells = now.map((some, index) => cell(`${index + 1}`, null, some, silent[index]));
      const earlier = waveOf(K, ...then.map((some, index): [string[], boolean] => [some, nearlyAll[index] ?? false]));
      expect(coarse(cells, earlier)).toEqual([...expected].sort());
      found += expected.size;
    }),
    { seed: 8, numRuns: 300 },
  );
  expect(found).toBeGreaterThan(100);
});
