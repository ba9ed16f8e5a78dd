import { boundsOf, type Groups, PRECISIONS, type Precision, precisionOf, roundedBase, type Said, share, wordFor } from './said.ts';

/**
 * The audit (point 6 of the rule): how precisely each published cell may be said, so that nobody's answer can be worked out of everything together.
 *
 * *Who is guarded against*: somebody who knows who was invited, these rules and this code, their own answer, and how many answered in each part (but
 * see MORE). They write down everything that is published and look for what all solutions have in common. A *nook* is the people of a published cell who are in none
 * of its published parts; it holds k people or more. It is told when in every solution all of it (or all but the one who looks) chose the same, or
 * when k − 1 others of a nook of k must hold one same number for an option. Nothing smaller can be told then: whatever two people of a nook said
 * can be exchanged without a trace, so a leaf, an organisation or a person within it always has another solution.
 *
 * *What is done*: cells are settled from the smallest upwards; each is said ever more precisely (words, tens, whole) as long as **none of the
 * statements that could come next**, and not only the one that would, tells anything about a nook under it. So what is withheld, or said less
 * precisely, follows from numbers of people and from what is published anyway: whoever knows this code learns nothing from it. A check of the true
 * statement alone would tell by its refusal what the statement would have told.
 *
 * Why it is exact enough: the counts of a nook by group are all whole numbers within bounds that add up to its size, and so are sums of such
 * (for three groups, or where one bound is set for one group); whether a solution is left is then two sums. A single choice of more options
 * is said in words wherever its cell has published parts.
 *
 * Questions are audited one by one: no two are ever published jointly, so a solution of one goes with every solution of the others.
 */

/** A cell that is published unless the audit withholds it. */
export type Node = {
  id: string;
  base: number;
  /** Of everybody in it, by group. */
  counts: number[];
  /** Its nook: those in none of its published parts. */
  own: Nook;
  parts: Node[];
  /** The finest precision in which it may be said, whatever its base. */
  finest: Precision;
};
type Nook = { answers: number; invited: number };

/** What is said of each cell; a cell that is not there is withheld. `groups`: how many groups were looked at. */
export type Audited = { said: Map<string, Said>; groups: number };

/** Counts by group: all whole numbers within the bounds that add up to the size. */
type Bounds = { low: number[]; high: number[] };
type Range = Bounds & { size: number };
/** What has to be added to a range, bound by bound, where more is known, or somebody less has answered. */
type Shift = Range;
/** Shifts, each with how many of a cell's nook and parts it can come from. */
type Shifts = Map<string, { shift: Shift; from: number }>;

/** A cell whose parts are settled. */
type Settled = {
  node: Node;
  own: Nook;
  parts: Settled[];
  known: Known;
  /** What its nook and parts allow together, and that within what is known of it. */
  sum: Range;
  total: Range;
  /** What changes in `sum` and in `total` for somebody in it who knows their own answer. */
  knowing: { sum: Shifts; total: Shifts };
  /** What changes where 1, 2, … people fewer have answered in it. */
  fewer: { sum: Shifts; total: Shifts }[];
};

/** Labels looked at before a precision is given up as too fine to judge. */
const MOST_LABELS = 3000;
/** Ways looked at in which somebody fewer may have answered elsewhere. */
const MOST_DONORS = 3;
/**
 * In a published cell without parts that holds no more than k answers, that up to MORE others who were invited may have answered is part of what
 * cannot be told: with five answers, "mostly agree" would else tell the one who does not that the four others do. Under a k of 5 that is too little
 * to rely on, and such cells are withheld.
 */
const TINY = 5;
const MORE = 4;

/** @param k the smallest base */
export function audit(groups: Groups, roots: readonly Node[], k: number): Audited {
  const said = new Map<string, Said>();
  let looked = 0;

  /** The cell and, where it must be withheld, its settled parts and its nook instead. */
  const settle = (node: Node): { parts: Settled[]; own: Nook } => {
    const below = node.parts.map(settle);
    const own = below.reduce((nook, part) => both(nook, part.own), node.own);
    const cell = begun(
      groups,
      node,
      own,
      below.flatMap((part) => part.parts),
      k,
    );
    for (const step of stepsTo(node.finest, node.base)) {
      const judged = tells(groups, cell, step, k);
      looked += judged.groups;
      if (judged.tells) continue;
      cell.known = knownMore(groups, cell, step);
      if (typeof step !== 'number') said.set(node.id, cell.known);
    }
    if (!said.has(node.id)) return { parts: cell.parts, own };
    return { parts: [finished(groups, cell)], own: { answers: 0, invited: 0 } };
  };
  for (const root of roots) settle(root);
  return { said, groups: looked };
}

const both = (one: Nook, other: Nook): Nook => ({ answers: one.answers + other.answers, invited: one.invited + other.invited });

/**
 * What is said in turn. A number is never published, but thought to be known: of each group whether its count is among so many highest that the parts
 * allow. Only there can a statement tell that everybody chose the same; everywhere else whatever follows is harmless.
 */
type Step = number | Precision;
const NEAR = [3, 4, 5, 6];

function stepsTo(finest: Precision, base: number): Step[] {
  const last = Math.min(PRECISIONS.indexOf(finest), PRECISIONS.indexOf(precisionOf(base)));
  return [...NEAR, ...PRECISIONS.slice(0, last + 1)];
}

/** What is taken to be known of a cell. `near`: by how many highest, and by group, whether its count is among them. */
type Known = Said & { near?: { highest: number; is: boolean[] }[] };

const withNear = (known: Known, highest: number, is: boolean[]): Known => ({ ...known, near: [...(known.near ?? []), { highest, is }] });

function knownMore(groups: Groups, { node, known, sum }: Settled, step: Step): Known {
  if (typeof step === 'number') {
    const is = node.counts.map((count, group) => count > (sum.high[group] ?? 0) - step);
    return withNear(known, step, is);
  }
  if (step === 'words') return { ...known, words: wordFor(groups, node.counts, node.base) };
  return { ...known, [step]: node.counts.map((count) => share(step, count, node.base)) };
}

/** By group the fewest and the most that fit what is known of the cell, were its base by `more` higher. */
function boundsIn(groups: Groups, { node, sum }: Settled, known: Known, more: number): Bounds {
  const bounds = boundsOf(groups, known, node.base + more);
  // Where other people answered other counts are near.
  for (const { highest, is } of more === 0 ? (known.near ?? []) : []) {
    is.forEach((near, group) => {
      const edge = (sum.high[group] ?? 0) - highest;
      if (near) bounds.low[group] = Math.max(bounds.low[group] ?? 0, edge + 1);
      else bounds.high[group] = Math.min(bounds.high[group] ?? 0, edge);
    });
  }
  return bounds;
}

/** Whether a cell could have this other base for all that is known of it: both under 20, or shown as the same rounded figure at the same precision. */
function alike({ node: { base } }: Settled, known: Known, more: number): boolean {
  const other = base + more;
  if (known.tens || known.whole) return precisionOf(base) === precisionOf(other) && roundedBase(base) === roundedBase(other);
  return (precisionOf(base) === 'words') === (precisionOf(other) === 'words');
}

// ── Ranges ────────────────────────────────────────────────────────────────────────────────────

const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** The same range with bounds that are all reached; null: it holds nothing. */
function tight({ low, high, size }: Range): Range | null {
  const [least, most] = [total(low), total(high)];
  if (least > size || most < size || low.some((bound, group) => bound > (high[group] ?? 0))) return null;
  return {
    low: low.map((bound, group) => Math.max(bound, size - most + (high[group] ?? 0))),
    high: high.map((bound, group) => Math.min(bound, size - least + (low[group] ?? 0))),
    size,
  };
}

const met = ({ low, high, size }: Range, with_: Bounds): Range | null =>
  tight({
    low: low.map((bound, group) => Math.max(bound, with_.low[group] ?? 0)),
    high: high.map((bound, group) => Math.min(bound, with_.high[group] ?? 0)),
    size,
  });

/** Whether `met` would hold anything. */
function meets({ low, high, size }: Range, with_: Bounds): boolean {
  let least = 0;
  let most = 0;
  for (let group = 0; group < low.length; group++) {
    const from = Math.max(low[group] ?? 0, with_.low[group] ?? 0);
    const to = Math.min(high[group] ?? 0, with_.high[group] ?? 0);
    if (from > to) return false;
    least += from;
    most += to;
  }
  return least <= size && most >= size;
}

const contains = (one: Range, other: Range) =>
  one.low.every((low, group) => low <= (other.low[group] ?? 0) && (one.high[group] ?? 0) >= (other.high[group] ?? 0));

const added = (one: Range, other: Range, sign = 1): Range => ({
  low: one.low.map((bound, group) => bound + sign * (other.low[group] ?? 0)),
  high: one.high.map((bound, group) => bound + sign * (other.high[group] ?? 0)),
  size: one.size + sign * other.size,
});
const keyOf = ({ low, high }: Bounds) => `${low}|${high}`;

/** Everything that so many people can have said. */
const anything = (groups: Groups, size: number): Range => ({
  low: Array<number>(groups.size).fill(0),
  high: Array<number>(groups.size).fill(size),
  size,
});
const everyGroup = (groups: Groups) => Array.from({ length: groups.size }, (_, group) => group);

/** So many people, of whom one is known to have chosen `own`, and between `least` and `most` in all chose `group`. */
function nookOf(groups: Groups, size: number, own: number | null, group: number, least: number, most: number): Range | null {
  const range = anything(groups, size);
  if (own !== null) range.low[own] = 1;
  range.low[group] = Math.max(range.low[group] ?? 0, least);
  range.high[group] = most;
  return tight(range);
}

// ── Cells ─────────────────────────────────────────────────────────────────────────────────────

function begun(groups: Groups, node: Node, own: Nook, parts: Settled[], k: number): Settled {
  const sum = parts.reduce((range, part) => added(range, part.total), anything(groups, own.answers));
  const nook = nookShifts(groups, own.answers, k);
  const knowing = { sum: joined([nook.knowing, ...parts.map((part) => part.knowing.total)]), total: new Map() };
  const fewer = nook.fewer.map((shifts, index) => ({
    sum: joined([shifts, ...parts.map((part) => part.fewer[index]?.total ?? new Map())]),
    total: new Map(),
  }));
  return { node, own, parts, known: {}, sum, total: sum, knowing, fewer };
}

/** What changes in a nook of so many for whoever knows one answer of it, and where 1 to MORE fewer have answered but still k. */
function nookShifts(groups: Groups, answers: number, k: number): { knowing: Shifts; fewer: Shifts[] } {
  const all = anything(groups, answers);
  const knowing: Shifts = new Map();
  for (const own of answers === 0 ? [] : everyGroup(groups)) {
    const range = nookOf(groups, answers, own, own, 1, answers);
    if (range) note(knowing, added(range, all, -1));
  }
  const fewer = Array.from({ length: MORE }, (_, index): Shifts => {
    const left = answers - index - 1;
    return left < k ? new Map() : note(new Map(), added(anything(groups, left), all, -1));
  });
  return { knowing, fewer };
}

function note(shifts: Shifts, shift: Shift): Shifts {
  const key = keyOf(shift);
  return shifts.set(key, { shift, from: (shifts.get(key)?.from ?? 0) + 1 });
}

/** The shifts of a cell's nook and of each of its parts together. */
function joined(sources: readonly Shifts[]): Shifts {
  const all: Shifts = new Map();
  for (const source of sources) for (const { shift } of source.values()) note(all, shift);
  return all;
}

/** With what is known of it. */
function finished(groups: Groups, cell: Settled): Settled {
  const total = met(cell.sum, boundsIn(groups, cell, cell.known, 0));
  if (!total) throw new Error('what is said of a cell contradicts what is said of its parts');
  const within = (shifts: Shifts, more: number) => {
    const seen: Shifts = new Map();
    if (!alike(cell, cell.known, more)) return seen;
    for (const { shift } of shifts.values()) {
      const range = met(added(cell.sum, shift), boundsIn(groups, cell, cell.known, more));
      if (range) note(seen, added(range, total, -1));
    }
    return seen;
  };
  return {
    ...cell,
    total,
    knowing: { sum: cell.knowing.sum, total: within(cell.knowing.sum, 0) },
    fewer: cell.fewer.map(({ sum }, index) => ({ sum, total: within(sum, -1 - index) })),
  };
}

// ── Whether something could be told ───────────────────────────────────────────────────────────

/** A nook and the cells that hold it, from its own up to the one that is judged. */
type Trail = { nook: Nook; levels: Level[] };
/** A cell of it, with what is in it beside the nook, or beside the part that holds the nook. */
type Level = {
  cell: Settled;
  rest: Range;
  /** What changes in the rest for somebody there who knows their own answer, and where 1, 2, … people fewer answered there. */
  knowing: Shift[];
  fewer: Shift[][];
};

/** Of nooks that nothing sets apart only one. */
function trailsIn(groups: Groups, cell: Settled, k: number): Trail[] {
  const different = new Map<string, { nook: Nook; path: Settled[] }>();
  for (const { nook, path } of pathsIn(cell)) {
    const [first, ...above] = path;
    const cells =
      above.length > 0 && first ? [keyOf(first.total), first.parts.length > 0 && first.node.id, ...above.map(({ node }) => node.id)] : [];
    different.set(`${nook.answers} ${Math.min(nook.invited - nook.answers, MORE)} ${cells}`, { nook, path });
  }
  return [...different.values()].map(({ nook, path }) => {
    const levels = path.map((cell, index) => {
      const inside = path[index - 1] ?? { total: anything(groups, nook.answers), ...nookShifts(groups, nook.answers, k) };
      const part =
        'node' in inside ? { total: inside.total, knowing: inside.knowing.total, fewer: inside.fewer.map(({ total }) => total) } : inside;
      return {
        cell,
        rest: added(cell.sum, part.total, -1),
        knowing: beside(cell.knowing.sum, part.knowing),
        fewer: cell.fewer.map(({ sum }, more) => beside(sum, part.fewer[more]).slice(0, MOST_DONORS)),
      };
    });
    return { nook, levels };
  });
}

function pathsIn(cell: Settled): { nook: Nook; path: Settled[] }[] {
  const below = cell.parts.flatMap((part) => pathsIn(part).map(({ nook, path }) => ({ nook, path: [...path, cell] })));
  return cell.own.answers > 0 ? [{ nook: cell.own, path: [cell] }, ...below] : below;
}

/** The shifts that something else than what is inside can bring. */
const beside = (all: Shifts, inside: Shifts | undefined): Shift[] =>
  [...all].flatMap(([key, { shift, from }]) => (from === 1 && inside?.has(key) ? [] : [shift]));

/** Somebody beside the nook who knows their own answer. */
type Outsider = { level: Level; shift: Shift };

/** What the judged cell may hold, and by how many people its base is then higher. */
type Held = { held: Range; more: number };

/**
 * What the judged cell may hold when the nook holds this (and `more` people than it does), by what is known of every cell on the way. That somebody
 * more answered in the nook may be made up for by somebody fewer elsewhere. Empty: the nook cannot hold this.
 */
function carried(groups: Groups, trail: Trail, nook: Range | null, more: number, outsider?: Outsider): Held[] {
  let held: Held[] = nook ? [{ held: nook, more }] : [];
  for (const level of trail.levels) {
    const { cell } = level;
    const rest = outsider?.level === level ? added(level.rest, outsider.shift) : level.rest;
    held = held.flatMap((one) => {
      const same = { held: added(one.held, rest), more: one.more };
      const madeUp = (level.fewer[one.more - 1] ?? []).map((shift) => ({ held: added(same.held, shift), more: 0 }));
      return [same, ...madeUp].flatMap((way) => {
        const range = alike(cell, cell.known, way.more) && met(way.held, boundsIn(groups, cell, cell.known, way.more));
        return range ? [{ held: range, more: way.more }] : [];
      });
    });
  }
  return held;
}

type Judged = { tells: boolean; groups: number };

/** Whether one of the statements of this precision that could be made of the cell, after what is said already, would tell about a nook in it. */
function tells(groups: Groups, cell: Settled, step: Step, k: number): Judged {
  if (step !== 'words' && groups.size > 3 && cell.parts.length > 0) return { tells: true, groups: 0 };
  let looked = 0;
  for (const trail of trailsIn(groups, cell, k)) {
    for (const suspicion of suspicionsOf(groups, trail, k)) {
      looked++;
      if (confirmed(groups, cell, step, suspicion)) return { tells: true, groups: looked };
    }
  }
  return { tells: false, groups: looked };
}

/**
 * Something that may be told: `told` is what the judged cell may hold when it is so, `others` when it is otherwise. A statement that goes with the
 * first and with none of the others tells it.
 */
type Suspicion = { told: Range; others: Held[] };

function* suspicionsOf(groups: Groups, trail: Trail, k: number): Generator<Suspicion> {
  const size = trail.nook.answers;
  const [lowest] = trail.levels;
  if (!lowest) return;
  const mayHoldMore = k >= TINY && size <= k && lowest.cell.parts.length === 0;
  const extras = Array.from({ length: mayHoldMore ? Math.max(0, Math.min(MORE, trail.nook.invited - size)) : 0 }, (_, index) => index + 1);
  const alone = boundsIn(groups, lowest.cell, lowest.cell.known, 0);
  const suspicion = (told: Range | null, others: (extra: number) => (Range | null)[], outsider?: Outsider): Suspicion[] => {
    const [found] = carried(groups, trail, told, 0, outsider);
    if (!found) return [];
    const held = (extra: number) => others(extra).flatMap((nook) => carried(groups, trail, nook, extra, outsider));
    // That it may hold more is relied on only while the cell itself is judged, or where what is said of the cell alone leaves no other way.
    const needed = trail.levels.length === 1 || !others(0).some((nook) => nook && met(nook, alone));
    return [{ told: found.held, others: [...held(0), ...(needed ? extras.flatMap(held) : [])] }];
  };
  const outsiders = [undefined, ...trail.levels.flatMap((level) => level.knowing.map((shift) => ({ level, shift })))];
  for (const group of everyGroup(groups)) {
    // All chose the same; whoever looks is elsewhere, or one of them.
    const all = nookOf(groups, size, null, group, size, size);
    for (const outsider of outsiders) {
      yield* suspicion(all, (extra) => [nookOf(groups, size + extra, null, group, 1, size + extra - 1)], outsider);
    }
    for (const own of everyGroup(groups)) {
      // All but the one who looks.
      if (own !== group) {
        yield* suspicion(nookOf(groups, size, own, group, size - 1, size - 1), (extra) => [
          nookOf(groups, size + extra, own, group, 0, size + extra - 2),
        ]);
      }
      // One and the same number among the k − 1 others.
      for (let count = own === group ? 2 : 1; size <= k && count <= size; count++) {
        yield* suspicion(nookOf(groups, size, own, group, count, count), (extra) => [
          nookOf(groups, size + extra, own, group, 0, count - 1),
          nookOf(groups, size + extra, own, group, count + 1, size + extra),
        ]);
      }
    }
  }
}

function confirmed(groups: Groups, cell: Settled, step: Step, { told, others }: Suspicion): boolean {
  // Whatever goes with the first then goes with this one too.
  if (others.some(({ held, more }) => more === 0 && contains(held, told))) return false;
  for (const known of labelsFor(groups, cell, step, told)) {
    if (known === 'too many') return true;
    if (!meets(told, boundsIn(groups, cell, known, 0))) continue;
    if (!others.some(({ held, more }) => alike(cell, known, more) && meets(held, boundsIn(groups, cell, known, more)))) return true;
  }
  return false;
}

/** What may be known of a cell that holds something of this range, after what is known already and this step. */
function* labelsFor(groups: Groups, { known, node, sum }: Settled, step: Step, held: Range): Generator<Known | 'too many'> {
  if (step === 'words') {
    yield { ...known, words: null };
    for (const words of groups.most.keys()) yield { ...known, words };
    return;
  }
  const choices = held.low.map((low, group) => {
    const high = held.high[group] ?? 0;
    if (typeof step === 'number') {
      const edge = (sum.high[group] ?? 0) - step;
      return [low <= edge ? [0] : [], high > edge ? [1] : []].flat();
    }
    const shares: number[] = [];
    for (let value = share(step, low, node.base); value <= share(step, high, node.base); value += step === 'tens' ? 10 : 1)
      shares.push(value);
    return shares;
  });
  if (choices.reduce((product, values) => product * values.length, 1) > MOST_LABELS) {
    yield 'too many';
    return;
  }
  let labels: number[][] = [[]];
  for (const values of choices) labels = labels.flatMap((label) => values.map((value) => [...label, value]));
  for (const label of labels) yield typeof step === 'number' ? withNear(known, step, label.map(Boolean)) : { ...known, [step]: label };
}
