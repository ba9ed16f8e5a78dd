import { audit, type Node } from './disclosure/audit.ts';
import { type Candidate, mostCells } from './disclosure/choose.ts';
import { isMixed, LOWEST_K } from './disclosure/rule.ts';
import { type Groups, grouped, groupsOf, type Precision, precisionOf, shownAs } from './disclosure/said.ts';

/**
 * What may be published of counted answers: from counters to the publishable table, with the audit's verdict. Pure.
 *
 * 1. A cell is safe for a question with k answers to it (don't know is none), respondents from 3 organisations, and no organisation with more than
 *    half of these.
 * 2. Of the safe cells as many are published as leave nobody, or k people of 3 organisations, beside the published parts of each (disclosure/choose.ts).
 * 3. Each is said as precisely as its base allows and the audit finds harmless, or withheld after all (disclosure/audit.ts).
 * What is decided follows from who was invited, how many answered, and what is published: never from an answer that is not.
 */

export { ENDS } from './disclosure/said.ts';

/**
 * How a question is answered, and what its counters count, in this order:
 * `agree`: strongly agree, agree, neither, disagree, strongly disagree, don't know · `ten`: 0 to 10 · `yes_no`: yes, no · `choice`: its options.
 */
export type Scale = 'agree' | 'ten' | 'yes_no' | 'choice';

export type Question = { scale: Scale /** Of a choice: how many options it has. */; options?: number };

/** A reporting group with what was counted of those who are in it and in none of its children. */
export type Cell = {
  id: string;
  /** The cell that holds it wholly; null: the whole wave. */
  parent: string | null;
  /** People invited, those of its children too. */
  invited: number;
  /** How many of its own have answered at all, by organisation. */
  answered: ReadonlyMap<string, number>;
  /** Of each question the counters of its own, one for each option of its scale. */
  counts: readonly (readonly number[])[];
  /** By question: what the ledger says may be said in three words at most, and without a change. */
  coarse?: readonly boolean[];
};

/** What is published of one question in one cell. */
export type Shown =
  /**
   * Under 20 answers, coarse, or because figures would tell. `most`: which group at least two thirds chose (agree, yes, 7 to 10 → 0; disagree, no, 0 to 3 → 1; of a choice the option's
   * index); null: mixed. `coarse`: the ledger said so, not the number of answers: no change from another wave is shown.
   */
  | { as: 'words'; most: number | null; coarse?: true }
  /**
   * To the nearest 10 % (20 to 49 answers) or whole percentages (50 and over), don't know left out. `shares`: agree, neither, disagree · 7 to 10,
   * 4 to 6, 0 to 3 · yes, no · the options; the ends (see ENDS) say "90 % or more", "5 % or fewer", so that nobody can see that all agreed; they need
   * not add up to 100. `base`: answers, to the nearest 5.
   */
  | { as: 'tens' | 'whole'; shares: number[]; base: number }
  /** Withheld: too few, or somebody could be told. `in`: the smallest cell that is published and holds it; null: none is. */
  | { as: 'c'; in: string | null };

/** The audit's verdict, without what is withheld. */
export type Verdict = {
  /** Statements that were looked at together, and groups smaller than k of which it was asked whether an answer can be told. */
  published: number;
  groups: number;
  /** How many cells were withheld: for being small, so that a small one cannot be told, and because the audit found an answer. */
  withheld: { small: number; complementary: number; audit: number };
};

export type Release = { /** By cell and question. */ shown: ReadonlyMap<string, readonly Shown[]>; verdict: Verdict };

/**
 * The release of one wave.
 * @param cells every cell once, in any order
 * @param questions in the order of the cells' counts
 * @param k the smallest base that is shown: 3 or more
 * @throws RangeError for a lower k
 */
export function release(cells: readonly Cell[], questions: readonly Question[], k: number): Release {
  checkK(k);
  const trees = treesOf(cells);
  const shown = new Map<string, Shown[]>(cells.map((cell) => [cell.id, []]));
  const verdict: Verdict = { published: 0, groups: 0, withheld: { small: 0, complementary: 0, audit: 0 } };
  questions.forEach((question, index) => {
    const groups = groupsOf(question);
    const held = trees.map((tree) => heldFor(tree, groups, index, k));
    const chosen = mostCells(held, k);
    const audited = audit(
      groups,
      held.flatMap((tree) => nodesOf(tree, chosen, (cell) => cell.cell.coarse?.[index] ?? false).nodes),
      k,
    );
    verdict.groups += audited.groups;
    const say = (tree: Held<Cell>, within: string | null) => {
      const said = audited.said.get(tree.id);
      shown.get(tree.id)?.push(said ? shownAs(said, tree.base, tree.cell.coarse?.[index]) : { as: 'c', in: within });
      if (said) verdict.published += 1;
      else verdict.withheld[!tree.safe ? 'small' : chosen.has(tree.id) ? 'audit' : 'complementary'] += 1;
      for (const child of tree.children) say(child, said ? tree.id : within);
    };
    for (const tree of held) say(tree, null);
  });
  return { shown, verdict };
}

function checkK(k: number) {
  if (!(k >= LOWEST_K)) throw new RangeError(`no group under ${LOWEST_K} may ever be shown`);
}

/**
 * By question the cells of which something may be published: what the audit withholds on top is among these. Follows from who was invited and who
 * answered.
 */
export function chosenIn(cells: readonly Cell[], questions: readonly Question[], k: number): ReadonlySet<string>[] {
  checkK(k);
  const trees = treesOf(cells);
  return questions.map((question, index) =>
    mostCells(
      trees.map((tree) => heldFor(tree, groupsOf(question), index, k)),
      k,
    ),
  );
}

/** A cell of a wave that has not opened: how many of its own (in none of its children) are invited, by organisation. */
export type Planned = { id: string; parent: string | null; invited: ReadonlyMap<string, number> };

/**
 * The cells that would be shown if this part of the invited answered every question, spread over organisations as evenly as can be.
 * What the audit withholds on top depends on what is published and cannot be foreseen.
 * @param turnout 0 to 1
 * @throws RangeError for k under 3
 */
export function forecast(cells: readonly Planned[], turnout: number, k: number): ReadonlySet<string> {
  checkK(k);
  const planned = cells.map((cell) => ({ ...cell, answered: atTurnout(cell.invited, turnout) }));
  const everybody: Groups = { size: 1, of: [0], most: [] };
  const held = treesOf(planned.map((cell) => ({ ...cell, invited: sum(cell.invited.values()) }))).map((tree) =>
    heldIn(
      tree,
      ({ answered }) => answered,
      ({ answered }) => [sum(answered.values())],
      everybody,
      k,
    ),
  );
  return mostCells(held, k);
}

/** The part of each organisation in whole people, the largest remainders first. */
function atTurnout(invited: ReadonlyMap<string, number>, turnout: number): Map<string, number> {
  const exact = [...invited].map(([organisation, people]) => ({
    organisation,
    whole: Math.floor(people * turnout),
    rest: (people * turnout) % 1,
  }));
  const missing = Math.round(sum(invited.values()) * turnout) - sum(exact.map(({ whole }) => whole));
  const first = new Set(exact.toSorted((a, b) => b.rest - a.rest).slice(0, missing));
  return new Map(exact.map((one) => [one.organisation, one.whole + (first.has(one) ? 1 : 0)]));
}

// ── The tree, as one question sees it ─────────────────────────────────────────────────────────

type Tree<C> = { cell: C; children: Tree<C>[] };

function treesOf<C extends { id: string; parent: string | null }>(cells: readonly C[]): Tree<C>[] {
  const trees = new Map(cells.map((cell) => [cell.id, { cell, children: [] as Tree<C>[] }]));
  const roots: Tree<C>[] = [];
  for (const tree of trees.values()) (tree.cell.parent === null ? roots : (trees.get(tree.cell.parent)?.children ?? roots)).push(tree);
  return roots;
}

/** A cell with what everybody in it answered to one question. */
type Held<C> = Omit<Candidate, 'children'> & {
  cell: C;
  children: Held<C>[];
  base: number;
  counts: number[];
  /** Its own: those in none of its children. */
  ownCounts: number[];
  ownInvited: number;
  respondents: Map<string, number>;
};

const heldFor = (tree: Tree<Cell>, groups: Groups, index: number, k: number): Held<Cell> =>
  heldIn(
    tree,
    ({ answered }) => answered,
    ({ counts }) => grouped(groups, counts[index] ?? []),
    groups,
    k,
  );

function heldIn<C extends { id: string; invited: number }>(
  tree: Tree<C>,
  answeredOf: (cell: C) => ReadonlyMap<string, number>,
  countsOf: (cell: C) => number[],
  groups: Groups,
  k: number,
  /** Organisations that have counted for another cell: one that lies in several counts for one of these only, so that none is counted twice. */
  met = new Set<string>(),
): Held<C> {
  const { cell } = tree;
  const ownCounts = countsOf(cell);
  const answers = sum(ownCounts);
  let organisations = 0;
  for (const [organisation, people] of answeredOf(cell)) {
    if (people === 0 || answers === 0 || met.has(organisation)) continue;
    met.add(organisation);
    organisations += 1;
  }
  const children = tree.children.map((child) => heldIn(child, answeredOf, countsOf, groups, k, met));
  const counts = children.reduce((all, child) => all.map((count, group) => count + (child.counts[group] ?? 0)), ownCounts);
  const respondents = new Map(answeredOf(cell));
  for (const child of children) {
    for (const [organisation, people] of child.respondents) respondents.set(organisation, (respondents.get(organisation) ?? 0) + people);
  }
  const base = sum(counts);
  return {
    id: cell.id,
    cell,
    children,
    base,
    counts,
    ownCounts,
    ownInvited: cell.invited - sum(tree.children.map((child) => child.cell.invited)),
    own: { answers, organisations },
    respondents,
    safe: base >= k && isMixed(respondents),
    invited: cell.invited,
  };
}

/** The chosen cells as a tree, and those who are in none of them. */
function nodesOf<C>(tree: Held<C>, chosen: ReadonlySet<string>, coarse: (tree: Held<C>) => boolean): Part {
  const below = tree.children.map((child) => nodesOf(child, chosen, coarse));
  const own = {
    answers: sum(tree.ownCounts) + sum(below.map((part) => part.own.answers)),
    invited: tree.ownInvited + sum(below.map((part) => part.own.invited)),
  };
  const nodes = below.flatMap((part) => part.nodes);
  if (!chosen.has(tree.id)) return { nodes, own };
  const finest: Precision = coarse(tree) ? 'words' : precisionOf(tree.base);
  return { nodes: [{ id: tree.id, base: tree.base, counts: tree.counts, own, parts: nodes, finest }], own: NOBODY };
}

type Part = { nodes: Node[]; own: Node['own'] };
const NOBODY = { answers: 0, invited: 0 };

const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, number) => all + number, 0);
