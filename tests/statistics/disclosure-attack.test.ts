import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Question } from '../../src/statistics/disclosure.ts';
import {
  everyPattern,
  isWithheld,
  numberOfPatterns,
  type Pattern,
  type Publish,
  placesOf,
  published,
  type Small,
  toldBy,
} from './attacker.ts';

// Whoever runs the whole code on every pattern of answers there is, and knows their own, recovers nothing: neither from what is shown nor from what is not.

const leaf = (id: string, answers: number, more = 0, organisations = answers): Small => ({
  id,
  invited: answers + more,
  organisations,
  answers,
  parts: [],
});
const parent = (id: string, ...parts: Small[]): Small => ({ id, invited: 0, organisations: 1, answers: 0, parts });
const yesNo: Question = { scale: 'yes_no' };
const agree: Question = { scale: 'agree' };
const groupsIn = (question: Question) => (question.scale === 'yes_no' ? 2 : 3);

describe('whoever knows how many answered in every place recovers no answer, whatever people said', () => {
  test.each<[string, Small, Question, number]>([
    ['one group of 6', leaf('a', 6), agree, 5],
    ['one group of 20, in tens', leaf('a', 20), agree, 5],
    ['one group of 55, in whole percentages', leaf('a', 55), yesNo, 5],
    ['one group in which nearly a half are of one organisation', leaf('a', 12, 0, 3), agree, 5],
    ['two groups of 6 and 8', parent('p', leaf('a', 6), leaf('b', 8)), yesNo, 5],
    ['12 and 6, with k of 3', parent('p', leaf('a', 12), leaf('b', 6)), yesNo, 3],
    ['two groups of 6, three ways to answer', parent('p', leaf('a', 6), leaf('b', 6)), agree, 5],
    ['in tens, of 22 and 23', parent('p', leaf('a', 22), leaf('b', 23)), yesNo, 5],
    ['in whole percentages, of 22 and 31', parent('p', leaf('a', 22), leaf('b', 31)), yesNo, 5],
    ['in whole percentages, of 50 and 6', parent('p', leaf('a', 50), leaf('b', 6)), yesNo, 5],
    ['with a group too small to show', parent('p', leaf('a', 8), leaf('b', 2), leaf('c', 7)), yesNo, 5],
    ['of three levels', parent('p', parent('q', leaf('a', 6), leaf('b', 7)), leaf('c', 9)), yesNo, 5],
    ['one of 6, and 7 who are in no part', { ...leaf('p', 7), parts: [leaf('a', 6)] }, agree, 5],
  ])('%s', (_, tree, question, k) => {
    const patterns = everyPattern(tree, groupsIn(question), true);
    expect(toldBy(tree, patterns, published(tree, question, k), k)).toEqual([]);
  });

  const place = fc.record({ answers: fc.integer({ min: 0, max: 13 }), organisations: fc.integer({ min: 2, max: 13 }) });
  const shapes = fc.oneof(
    fc.tuple(place, place).map(([a, b]) => parent('p', named('a', a), named('b', b))),
    fc.tuple(place, place).map(([own, a]) => ({ ...named('p', own), parts: [named('a', a)] })),
    fc.tuple(place, place, place).map(([a, b, c]) => parent('p', named('a', a), named('b', b), named('c', c))),
    fc.tuple(place, place, place).map(([a, b, c]) => parent('p', parent('q', named('a', a), named('b', b)), named('c', c))),
    fc.tuple(place, place, place).map(([own, a, b]) => parent('p', { ...named('q', own), parts: [named('a', a)] }, named('b', b))),
  );
  const named = (id: string, { answers, organisations }: { answers: number; organisations: number }) =>
    leaf(id, answers, 0, Math.max(1, Math.min(organisations, answers)));

  test('nor over any tree of up to three levels, with every answer of every place', () => {
    let trees = 0;
    fc.assert(
      fc.property(shapes, fc.constantFrom(yesNo, agree), fc.constantFrom(3, 4, 5), (tree, question, k) => {
        fc.pre(numberOfPatterns(tree, groupsIn(question)) <= 400);
        trees++;
        expect(toldBy(tree, everyPattern(tree, groupsIn(question), true), published(tree, question, k), k)).toEqual([]);
      }),
      { seed: 20261122, numRuns: 40 },
    );
    expect(trees).toBe(40);
  });
});

describe('whoever does not know who answered recovers no answer either, where groups have as few as may be shown', () => {
  test.each<[string, Small, number]>([
    ['one group, 12 invited', leaf('a', 0, 12, 12), 5],
    ['one group, k of 3', leaf('a', 0, 8, 8), 3],
    ['two groups', parent('p', leaf('a', 0, 8, 8), leaf('b', 0, 8, 8)), 5],
    ['two groups, k of 3', parent('p', leaf('a', 0, 7, 7), leaf('b', 0, 6, 6)), 3],
    ['a group and some in no part', { ...leaf('p', 0, 6, 6), parts: [leaf('a', 0, 8, 8)] }, 3],
  ])('%s', (_, tree, k) => {
    expect(toldBy(tree, everyPattern(tree, 2, false), published(tree, yesNo, k), k)).toEqual([]);
  });
});

// ── Controls ──────────────────────────────────────────────────────────────────────────────────

/** What a product would say that knows the precisions, and nothing of what can be worked out. */
function naively(counts: readonly number[], ends: boolean): unknown {
  const base = counts.reduce((sum, count) => sum + count, 0);
  if (base < 20) return { as: 'words', most: counts.findIndex((count) => count * 3 >= base * 2) };
  const step = base < 50 ? 10 : 1;
  const rounded = counts.map((count) => Math.round((100 * count) / base / step) * step);
  const end = ends ? (base < 50 ? 10 : 5) : 0;
  return { as: 'figures', shares: rounded.map((value) => Math.min(Math.max(value, end), 100 - end)), base: Math.round(base / 5) * 5 };
}

const under = (tree: Small, pattern: Pattern): number[] =>
  placesOf(tree)
    .map(({ id }) => pattern.get(id) ?? [])
    .reduce<number[]>((sum, counts) => counts.map((count, group) => count + (sum[group] ?? 0)), []);
const people = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
const cellsIn = (tree: Small): Small[] => [tree, ...tree.parts.flatMap(cellsIn)];

/** Says something of every cell but the hidden ones. */
const saying =
  (tree: Small, hidden: (cell: Small, counts: number[]) => boolean, say: (counts: number[]) => unknown): Publish =>
  (pattern) =>
    new Map(
      cellsIn(tree).map((cell) => {
        const counts = under(cell, pattern);
        return [cell.id, hidden(cell, counts) ? { as: 'c' } : say(counts)];
      }),
    );
const small = (_: Small, counts: number[]) => people(counts) < 5;
const withEnds = (counts: number[]) => naively(counts, true);

describe('control: the same attack on a leaky twin tells', () => {
  test('that hides the small group and nothing else', () => {
    const tree = parent('p', leaf('a', 50), leaf('b', 2));
    expect(toldBy(tree, everyPattern(tree, 2, true), saying(tree, small, withEnds), 5)).not.toEqual([]);
  });

  test('that hides the next smallest group too, which together are 3 people', () => {
    const tree = parent('p', leaf('a', 50), leaf('b', 2), leaf('c', 1));
    const hidden = (cell: Small) => cell.id === 'b' || cell.id === 'c';
    expect(toldBy(tree, everyPattern(tree, 2, true), saying(tree, hidden, withEnds), 5)).not.toEqual([]);
  });

  test('that publishes exact counts', () => {
    const tree = parent('p', leaf('a', 6), leaf('b', 7));
    expect(
      toldBy(
        tree,
        everyPattern(tree, 2, true),
        saying(tree, small, (counts) => counts),
        5,
      ),
    ).not.toEqual([]);
  });

  test('that publishes an exact base under 20', () => {
    const tree = leaf('a', 0, 12, 12);
    const patterns = everyPattern(tree, 2, false);
    const exact = saying(tree, small, (counts) => [naively(counts, true), people(counts)]);
    expect(toldBy(tree, patterns, exact, 5)).not.toEqual([]);
    expect(toldBy(tree, patterns, saying(tree, small, withEnds), 5)).toEqual([]);
  });

  test('that shows a group in which all agreed as 100 %', () => {
    for (const tree of [leaf('a', 20), leaf('a', 55)]) {
      const patterns = everyPattern(tree, 2, true);
      expect(
        toldBy(
          tree,
          patterns,
          saying(tree, small, (counts) => naively(counts, false)),
          5,
        ),
      ).not.toEqual([]);
      expect(toldBy(tree, patterns, saying(tree, small, withEnds), 5)).toEqual([]);
    }
  });

  test('that says everything as precisely as its base alone allows', () => {
    const tree = parent('p', leaf('a', 22), leaf('b', 31));
    expect(toldBy(tree, everyPattern(tree, 2, true), saying(tree, small, withEnds), 5)).not.toEqual([]);
  });

  test('that withholds a parent only when what it would say tells something: then its silence tells it', () => {
    const tree = parent('p', leaf('a', 12), leaf('b', 5));
    const patterns = everyPattern(tree, 2, true);
    const all = saying(tree, small, withEnds);
    const key = (pattern: Pattern) => JSON.stringify([...all(pattern)]);
    const telling = new Set(
      [...Map.groupBy(patterns, key)].filter(([, same]) => toldBy(tree, same, all, 5).length > 0).map(([seen]) => seen),
    );
    const refusing: Publish = (pattern) => (telling.has(key(pattern)) ? all(pattern).set('p', { as: 'c' }) : all(pattern));
    expect(toldBy(tree, patterns, refusing, 5).filter((found) => found.includes('"c"'))).not.toEqual([]);
  });
});

test('the attack has something to look at: the trees above are published, to the finest that their sizes allow', () => {
  const seen = new Set<string>();
  for (const tree of [parent('p', leaf('a', 22), leaf('b', 31)), parent('p', leaf('a', 6), leaf('b', 8))]) {
    const publish = published(tree, yesNo, 5);
    for (const pattern of everyPattern(tree, 2, true)) {
      for (const [cell, shown] of publish(pattern)) if (!isWithheld(shown)) seen.add(`${cell} ${(shown as { as: string }).as}`);
    }
  }
  expect([...seen].toSorted()).toEqual(['a tens', 'a words', 'b tens', 'b words', 'p tens', 'p whole', 'p words']);
});
