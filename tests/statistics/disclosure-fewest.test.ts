import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cell, release } from '../../src/statistics/disclosure.ts';

// As little is withheld as can be: against all subsets of the cells of trees of up to three levels, tried one by one.

const K = 5;
/** A cell's own people: how many of each organisation answered, how many of them said yes, and how many others were invited. */
type Own = { organisations: number[]; agree: number; others: number };

/** Up to three levels and 10 cells: the parent of each is one of the cells before it, or of the first level. */
const treesOf = (own: fc.Arbitrary<Own>): fc.Arbitrary<Cell[]> =>
  fc
    .tuple(fc.array(fc.tuple(own, fc.nat(3)), { minLength: 2, maxLength: 9 }), own, fc.integer({ min: 1, max: 3 }))
    .map(([rest, root, branches]) => [
      cell('root', null, root),
      ...rest.map(([one, at], index) => cell(`${index}`, index < branches ? 'root' : `${at % Math.min(branches, rest.length)}`, one)),
    ]);

/** @param most answers of one organisation @param others invited who did not answer, of a cell's own */
const ownOf = (most: number, others: fc.Arbitrary<number>): fc.Arbitrary<Own> =>
  fc.record({
    organisations: fc.array(fc.integer({ min: 1, max: most }), { maxLength: 6 }),
    agree: fc.integer({ min: 0, max: 100 }),
    others,
  });

function cell(id: string, parent: string | null, { organisations, agree, others }: Own): Cell {
  const answers = organisations.reduce((sum, people) => sum + people, 0);
  const yes = Math.round((answers * agree) / 100);
  return {
    id,
    parent,
    invited: answers + others,
    answered: new Map(organisations.map((people, index) => [`${id}.${index}`, people])),
    counts: [[yes, answers - yes]],
  };
}

/** The people of these, one entry each: their organisation. */
const peopleOf = (cells: Cell[]) =>
  cells.flatMap(({ answered }) => [...answered].flatMap(([organisation, people]) => Array<string>(people).fill(organisation)));

function fewestWithheld(cells: Cell[]): number {
  const chain = (one: Cell): string[] => {
    const above = cells.find(({ id }) => id === one.parent);
    return [one.id, ...(above ? chain(above) : [])];
  };
  const within = (id: string) => cells.filter((one) => chain(one).includes(id));
  const safe = cells.filter(({ id }) => {
    const people = peopleOf(within(id));
    const largest = Math.max(
      0,
      ...Map.groupBy(people, (one) => one)
        .values()
        .map((same) => same.length),
    );
    return people.length >= K && new Set(people).size >= 3 && largest * 2 <= people.length;
  });
  let most = 0;
  for (let subset = 0; subset < 2 ** safe.length; subset++) {
    const shown = new Set(safe.filter((_, index) => (subset >> index) & 1).map(({ id }) => id));
    const fine = [...shown].every((id) => {
      const rest = peopleOf(within(id).filter((one) => chain(one).find((above) => shown.has(above)) === id));
      return rest.length === 0 || (rest.length >= K && new Set(rest).size >= 3);
    });
    if (fine) most = Math.max(most, shown.size);
  }
  return cells.length - most;
}

test.each([
  ['schools of all sizes', ownOf(12, fc.integer({ min: 6, max: 60 }))],
  ['the smallest groups, with one or two of an organisation', ownOf(2, fc.nat(6))],
])(
  'over trees of up to three levels, %s, no cell is withheld for another that need not be, and with the audit less than a fifth more',
  (_, own) => {
    const seen = { complementary: 0, least: 0, withheld: 0 };
    fc.assert(
      fc.property(treesOf(own), (cells) => {
        const { shown, verdict } = release(cells, [{ scale: 'yes_no' }], K);
        const least = fewestWithheld(cells);
        expect(verdict.withheld.small + verdict.withheld.complementary).toBe(least);
        const withheld = [...shown.values()].filter(([only]) => only?.as === 'c').length;
        expect(withheld).toBe(least + verdict.withheld.audit);
        seen.complementary += verdict.withheld.complementary;
        seen.least += least;
        seen.withheld += withheld;
      }),
      { seed: 5, numRuns: 400 },
    );
    // There was something to choose.
    expect(seen.complementary).toBeGreaterThan(50);
    expect(seen.withheld / seen.least).toBeLessThanOrEqual(1.2);
  },
);
