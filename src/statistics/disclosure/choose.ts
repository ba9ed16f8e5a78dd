import { FEWEST_ORGANISATIONS } from './rule.ts';

/**
 * Which cells are published (points 2, 3 and 6 of the rule): as many as can be, so that under every published cell what is in none of its published
 * parts is nobody, or at least k people from 3 organisations. It looks at who answered and never at what they said.
 */

/** A cell as this choice sees it. */
export type Candidate = {
  id: string;
  children: Candidate[];
  /** Answers to the question, and organisations they come from, of those in it and in none of its children. */
  own: { answers: number; organisations: number };
  /** Whether the cell as a whole is large and mixed enough. */
  safe: boolean;
  /** Invited: of two choices with as many cells the one with the larger cells is kept. */
  invited: number;
};

/** The cells that a choice publishes, as a tree of what was put together. */
type Picked = null | { id: string } | { left: Picked; right: Picked };
/** A way of publishing a part of the tree: how many cells, how many people are invited to these, and which. */
type Way = { cells: number; invited: number; picked: Picked };
/** The best way for each number of answers and organisations that it leaves under no published cell, both counted no further than is needed. */
type Ways = Map<number, Way>;

const better = (one: Way, other: Way | undefined) =>
  !other || one.cells > other.cells || (one.cells === other.cells && one.invited > other.invited);

/** The ids that are published of these trees. */
export function mostCells(roots: readonly Candidate[], k: number): Set<string> {
  const states = FEWEST_ORGANISATIONS + 1;
  const state = (answers: number, organisations: number) =>
    answers === 0 ? 0 : Math.min(answers, k) * states + Math.min(organisations, answers, FEWEST_ORGANISATIONS);
  const enough = state(k, FEWEST_ORGANISATIONS);

  const together = (one: Ways, other: Ways): Ways => {
    const ways: Ways = new Map();
    for (const [a, left] of one) {
      for (const [b, right] of other) {
        const left_over = state(Math.floor(a / states) + Math.floor(b / states), (a % states) + (b % states));
        const cells = left.cells + right.cells;
        const invited = left.invited + right.invited;
        const way = { cells, invited, picked: { left: left.picked, right: right.picked } };
        if (better(way, ways.get(left_over))) ways.set(left_over, way);
      }
    }
    return ways;
  };
  const waysOf = (cell: Candidate): Ways => {
    const own: Ways = new Map([[state(cell.own.answers, cell.own.organisations), { cells: 0, invited: 0, picked: null }]]);
    const ways = cell.children.map(waysOf).reduce(together, own);
    if (!cell.safe) return ways;
    for (const left of [0, enough]) {
      const way = ways.get(left);
      if (!way) continue;
      const shown = { cells: way.cells + 1, invited: way.invited + cell.invited, picked: { left: { id: cell.id }, right: way.picked } };
      if (better(shown, ways.get(0))) ways.set(0, shown);
    }
    return ways;
  };

  const ids = new Set<string>();
  const gather = (picked: Picked) => {
    if (!picked) return;
    if ('id' in picked) ids.add(picked.id);
    else {
      gather(picked.left);
      gather(picked.right);
    }
  };
  for (const root of roots) {
    let best: Way | undefined;
    for (const way of waysOf(root).values()) if (better(way, best)) best = way;
    gather(best?.picked ?? null);
  }
  return ids;
}
