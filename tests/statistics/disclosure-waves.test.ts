import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asked, type Cell, coarseIn, release, type Shown } from '../../src/statistics/disclosure.ts';

// Across waves. Whoever looks knows who was invited each time, their own answers, and everything that was published. They assume that everybody
// answered, and answered as before, and try every answer that those who left and those who joined can have given.

const K = 5;
const GROUPS = 2;

type Wave = { chose: ReadonlyMap<string, number>; silent: ReadonlySet<string> };

function cellOf({ chose, silent }: Wave, coarse: boolean): Cell {
  const answering = [...chose].filter(([person]) => !silent.has(person));
  const counts = Array<number>(GROUPS).fill(0);
  for (const [, choice] of answering) counts[choice] = (counts[choice] ?? 0) + 1;
  return {
    id: 'a',
    parent: null,
    invited: chose.size,
    answered: new Map(answering.map(([person]) => [person, 1])),
    counts: [counts],
    coarse: [coarse],
  };
}

const askedIn = ({ chose, silent }: Wave): Asked => ({ invited: new Set(chose.keys()), nearlyAll: silent.size < K });

/** What is published of the later wave, and whether a change beside it. */
function later(first: Wave, second: Wave, ledger: boolean): { shown: Shown; change: boolean } {
  const coarse = ledger && coarseIn(askedIn(second), [askedIn(first)], K);
  const shown = release([cellOf(second, coarse)], [{ scale: 'yes_no' }], K).shown.get('a')?.[0] as Shown;
  return { shown, change: !coarse };
}

/** Shares that fit: whole percentages and the nearest 10 % as a reader works them out, the ends apart. */
function fits(shown: Shown, counts: number[]): boolean {
  const base = counts.reduce((sum, count) => sum + count, 0);
  if (shown.as === 'c') return true;
  if (shown.as === 'words')
    return (counts.findIndex((count) => count * 3 >= base * 2) + 1 || null) === (shown.most === null ? null : shown.most + 1);
  const [step, end] = shown.as === 'whole' ? [1, 5] : [10, 10];
  return counts.every((count, group) => {
    const exact = Math.round((100 * count) / base / step) * step;
    const said = shown.shares[group] ?? 0;
    return said <= end ? exact <= end : said >= 100 - end ? exact >= 100 - end : exact === said;
  });
}

/**
 * What the answers of those who joined can be, by what is published of both waves: the number of each choice. One that is left is told. They solve
 * for what all the others said (nobody has changed their mind), those who left, and those who joined.
 */
function joinersBy(first: { shown: Shown }, second: { shown: Shown }, stayed: number, left: number, joined: number): number[] {
  const possible = new Set<number>();
  for (let yes = 0; yes <= stayed; yes++) {
    for (let gone = 0; gone <= left; gone++) {
      if (!fits(first.shown, [yes + gone, stayed + left - yes - gone])) continue;
      for (let come = 0; come <= joined; come++) {
        if (fits(second.shown, [yes + come, stayed + joined - yes - come])) possible.add(come);
      }
    }
  }
  return [...possible];
}

const people = fc.record({
  stayed: fc.integer({ min: 20, max: 75 }),
  left: fc.integer({ min: 0, max: 3 }),
  joined: fc.integer({ min: 1, max: 3 }),
  tilt: fc.integer({ min: 0, max: 100 }),
  silent: fc.constantFrom(0, 0, 1, 3),
  answers: fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
});

function twoWaves({ stayed, left, joined, tilt, answers }: typeof people extends fc.Arbitrary<infer One> ? One : never): [Wave, Wave] {
  const choose = (name: string, count: number) =>
    Array.from({ length: count }, (_, index): [string, number] => [`${name} ${index}`, (answers.next().value ?? 0) < tilt ? 0 : 1]);
  const same = choose('stayed', stayed);
  const wave = (more: [string, number][]): Wave => ({ chose: new Map([...same, ...more]), silent: new Set() });
  return [wave(choose('left', left)), wave(choose('joined', joined))];
}

function told(ledger: boolean): { pairs: number; told: number; changes: number } {
  const seen = { pairs: 0, told: 0, changes: 0 };
  fc.assert(
    fc.property(people, (one) => {
      fc.pre(one.left + one.joined < K);
      const [first, second] = twoWaves(one);
      const before = later({ chose: new Map(), silent: new Set() }, first, false);
      const after = later(first, second, ledger);
      seen.pairs += 1;
      if (after.change) seen.changes += 1;
      if (joinersBy(before, after, one.stayed, one.left, one.joined).length === 1) seen.told += 1;
    }),
    { seed: 8, numRuns: 500 },
  );
  return seen;
}

test('what one to four who joined or left said is not told by two waves together', () => {
  expect(told(true)).toEqual({ pairs: 500, told: 0, changes: 0 });
});

test('control: without the ledger it is', () => {
  const seen = told(false);
  expect(seen.pairs).toBe(500);
  expect(seen.told).toBeGreaterThan(50);
});

test('where five or more of the invited answered in neither wave, whoever looks cannot know whose answers moved: it is published as ever', () => {
  const chose = (count: number) => new Map(Array.from({ length: count }, (_, index): [string, number] => [`${index}`, index % 2]));
  const silent = new Set(['0', '1', '2', '3', '4']);
  const [first, second]: [Wave, Wave] = [
    { chose: chose(60), silent },
    { chose: chose(61), silent },
  ];
  expect(later(first, second, true)).toMatchObject({ shown: { as: 'whole' }, change: true });
  expect(later({ ...first, silent: new Set(['0']) }, second, true)).toMatchObject({ shown: { as: 'words' }, change: false });
});
