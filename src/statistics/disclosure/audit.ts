import { boundsOf, type Groups, PRECISIONS, type Precision, precisionOf, roundedBase, type Said, share, wordFor } from './said.ts';

/**
 * The audit (point 6 of the rule): how precisely each published cell may be said, so that nobody's answer can be worked out of everything together.
 *
 * *Who is guarded against*: somebody who knows who was invited, these rules and this code, their own answer, and how many answered in each part. They
 * write down everything that is published and look for what all solutions have in common. A *nook* is the people of a published cell who are in none
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
type Range = { low: number[]; high: number[]; size: number };
/** By how much knowing one answer narrows a range. */
type Shift = { low: number[]; high: number[] };

/** A cell whose parts are settled. */
type Settled = {
  node: Node;
  own: Nook;
  parts: Settled[];
  said: Said;
  /** What its nook and parts allow together, and that within what is said of it. */
  sum: Range;
  total: Range;
  /** What somebody in it who knows their own answer knows more: of `sum`, with how many of nook and parts it can come from; of `total`. */
  within: Map<string, { shift: Shift; from: number }>;
  beyond: Map<string, Shift>;
};

/** Labels looked at before a precision is given up as too fine to judge. */
const MOST_LABELS = 3000;
/** A nook of up to so many: that it may hold up to MORE others, who were invited and may have answered, is part of what cannot be told. */
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
    );
    for (const precision of PRECISIONS.slice(0, 1 + Math.min(at(node.finest), at(precisionOf(node.base))))) {
      const judged = tells(groups, cell, precision, k);
      looked += judged.groups;
      if (judged.tells) break;
      cell.said = saidMore(groups, cell, precision);
      said.set(node.id, cell.said);
    }
    if (!said.has(node.id)) return { parts: cell.parts, own };
    return { parts: [finished(groups, cell)], own: { answers: 0, invited: 0 } };
  };
  for (const root of roots) settle(root);
  return { said, groups: looked };
}

const at = (precision: Precision) => PRECISIONS.indexOf(precision);
const both = (one: Nook, other: Nook): Nook => ({ answers: one.answers + other.answers, invited: one.invited + other.invited });
const ANYTHING: Said = { words: null };

function saidMore(groups: Groups, { node, said }: Settled, precision: Precision): Said {
  if (precision === 'words') return { words: wordFor(groups, node.counts, node.base) };
  return { ...said, [precision]: node.counts.map((count) => share(precision, count, node.base)) };
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

const met = ({ low, high, size }: Range, with_: { low: number[]; high: number[] }): Range | null =>
  tight({
    low: low.map((bound, group) => Math.max(bound, with_.low[group] ?? 0)),
    high: high.map((bound, group) => Math.min(bound, with_.high[group] ?? 0)),
    size,
  });

/** Whether `met` would hold anything. */
function meets({ low, high, size }: Range, with_: { low: number[]; high: number[] }): boolean {
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

const added = (one: Range, other: Range, sign = 1): Range => ({
  low: one.low.map((bound, group) => bound + sign * (other.low[group] ?? 0)),
  high: one.high.map((bound, group) => bound + sign * (other.high[group] ?? 0)),
  size: one.size + sign * other.size,
});
const shifted = (range: Range, shift: Shift): Range => added(range, { ...shift, size: 0 });
const shiftOf = (from: Range, to: Range): Shift => added(to, from, -1);
const keyOf = ({ low, high }: Shift) => `${low}|${high}`;

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

function begun(groups: Groups, node: Node, own: Nook, parts: Settled[]): Settled {
  const nook = anything(groups, own.answers);
  const sum = parts.reduce((range, part) => added(range, part.total), nook);
  const within: Settled['within'] = new Map();
  const note = (shift: Shift) => {
    const key = keyOf(shift);
    within.set(key, { shift, from: (within.get(key)?.from ?? 0) + 1 });
  };
  for (const shift of shiftsOfNook(groups, own.answers)) note(shift);
  for (const part of parts) for (const shift of part.beyond.values()) note(shift);
  return { node, own, parts, said: ANYTHING, sum, total: sum, within, beyond: new Map() };
}

function shiftsOfNook(groups: Groups, answers: number): Shift[] {
  if (answers === 0) return [];
  const all = anything(groups, answers);
  return everyGroup(groups).flatMap((own) => {
    const known = nookOf(groups, answers, own, own, 1, answers);
    return known ? [shiftOf(all, known)] : [];
  });
}

/** With what is said of it. */
function finished(groups: Groups, cell: Settled): Settled {
  const bounds = boundsOf(groups, cell.said, cell.node.base);
  const whole = met(cell.sum, bounds);
  if (!whole) throw new Error('what is said of a cell contradicts what is said of its parts');
  const beyond = new Map<string, Shift>();
  for (const { shift } of cell.within.values()) {
    const known = met(shifted(cell.sum, shift), bounds);
    if (known) beyond.set(keyOf(shiftOf(whole, known)), shiftOf(whole, known));
  }
  return { ...cell, total: whole, beyond };
}

// ── Whether something could be told ───────────────────────────────────────────────────────────

/** A nook and the cells that hold it, from its own up to the one that is judged. */
type Trail = { nook: Nook; path: Settled[] };

function trailsIn(cell: Settled): Trail[] {
  const below = cell.parts.flatMap((part) => trailsIn(part).map(({ nook, path }) => ({ nook, path: [...path, cell] })));
  return cell.own.answers > 0 ? [{ nook: cell.own, path: [cell] }, ...below] : below;
}

/** One more to know: at which cell of the path there is somebody outside the nook who knows their own answer, and what that tells of the rest there. */
type Outsider = { level: number; shift: Shift };

/**
 * What the judged cell may hold when the nook holds this (and `more` people than it does); null: it cannot hold this.
 * With what is said of every cell on the way, as far as it is said.
 */
function carried(groups: Groups, trail: Trail, nook: Range | null, more: number, outsider?: Outsider): Range | null {
  let held = nook;
  let part = anything(groups, trail.nook.answers);
  for (const [level, cell] of trail.path.entries()) {
    if (!held) return null;
    const judged = level === trail.path.length - 1;
    const rest = added(cell.sum, part, -1);
    held = added(held, outsider?.level === level ? shifted(rest, outsider.shift) : rest);
    const base = cell.node.base + more;
    if (more > 0 && !alike(cell.node.base, base)) return null;
    held = judged && cell.said === ANYTHING ? tight(held) : met(held, boundsOf(groups, cell.said, base));
    part = cell.total;
  }
  return held;
}

/** Whether two bases look the same: both under 20, or shown as the same rounded figure at the same precision. */
const alike = (one: number, other: number) =>
  precisionOf(one) === precisionOf(other) && (precisionOf(one) === 'words' || roundedBase(one) === roundedBase(other));

/** Who else may look, at each cell of the path: not those of the nook themselves, nor of the part that holds it. */
function outsidersOf(groups: Groups, { nook, path }: Trail): Outsider[] {
  return path.flatMap((cell, level) => {
    const below = path[level - 1];
    const inside = new Set(below ? below.beyond.keys() : shiftsOfNook(groups, nook.answers).map(keyOf));
    return [...cell.within].flatMap(([key, { shift, from }]) => (from === 1 && inside.has(key) ? [] : [{ level, shift }]));
  });
}

type Judged = { tells: boolean; groups: number };

/** Whether one of the statements of this precision that could be made of the cell, after what is said already, would tell about a nook in it. */
function tells(groups: Groups, cell: Settled, precision: Precision, k: number): Judged {
  if (precision !== 'words' && groups.size > 3 && cell.parts.length > 0) return { tells: true, groups: 0 };
  let looked = 0;
  for (const trail of trailsIn(cell)) {
    for (const suspicion of suspicionsOf(groups, trail, k)) {
      looked++;
      if (confirmed(groups, cell, precision, suspicion)) return { tells: true, groups: looked };
    }
  }
  return { tells: false, groups: looked };
}

/**
 * Something that may be told: `told` is what the judged cell may hold when it is so; each of `others` what it may hold when it is otherwise, with how
 * many more people. A statement that goes with the first and with none of the others tells it.
 */
type Suspicion = { told: Range; others: { held: Range; more: number }[] };

function* suspicionsOf(groups: Groups, trail: Trail, k: number): Generator<Suspicion> {
  const size = trail.nook.answers;
  const more = size <= Math.max(TINY, k) ? Math.min(MORE, trail.nook.invited - size) : 0;
  const held = (nook: Range | null, extra: number, outsider?: Outsider) => {
    const range = carried(groups, trail, nook, extra, outsider);
    return range ? [{ held: range, more: extra }] : [];
  };
  const extras = Array.from({ length: 1 + Math.max(more, 0) }, (_, extra) => extra);
  const suspicion = (told: Range | null, others: (extra: number) => Suspicion['others'], outsider?: Outsider): Suspicion[] => {
    const range = carried(groups, trail, told, 0, outsider);
    return range ? [{ told: range, others: extras.flatMap(others) }] : [];
  };
  const outsiders = [undefined, ...outsidersOf(groups, trail)];
  for (const group of everyGroup(groups)) {
    // All chose the same; whoever looks is elsewhere, or one of them.
    const everybody = nookOf(groups, size, null, group, size, size);
    for (const outsider of outsiders) {
      yield* suspicion(
        everybody,
        (extra) => held(nookOf(groups, size + extra, null, group, 1, size + extra - 1), extra, outsider),
        outsider,
      );
    }
    // All but the one who looks.
    for (const own of everyGroup(groups)) {
      if (own === group) continue;
      yield* suspicion(nookOf(groups, size, own, group, size - 1, size - 1), (extra) =>
        held(nookOf(groups, size + extra, own, group, 0, size + extra - 2), extra),
      );
    }
    // One and the same number among the k − 1 others.
    if (size > k) continue;
    for (const own of everyGroup(groups)) {
      const self = own === group ? 1 : 0;
      for (let count = self + 1; count <= size; count++) {
        yield* suspicion(nookOf(groups, size, own, group, count, count), (extra) => [
          ...held(nookOf(groups, size + extra, own, group, 0, count - 1), extra),
          ...held(nookOf(groups, size + extra, own, group, count + 1, size + extra), extra),
        ]);
      }
    }
  }
}

function confirmed(groups: Groups, cell: Settled, precision: Precision, { told, others }: Suspicion): boolean {
  const { base } = cell.node;
  for (const label of labelsFor(groups, cell.said, precision, told, base)) {
    if (label === 'too many') return true;
    if (!meets(told, boundsOf(groups, label, base))) continue;
    if (!others.some(({ held, more }) => meets(held, boundsOf(groups, label, base + more)))) return true;
  }
  return false;
}

/** What may be said of a cell that holds something of this range, in this precision, after what is said already. */
function* labelsFor(groups: Groups, said: Said, precision: Precision, held: Range, base: number): Generator<Said | 'too many'> {
  if (precision === 'words') {
    yield { words: null };
    for (const words of groups.most.keys()) yield { words };
    return;
  }
  const step = precision === 'tens' ? 10 : 1;
  const choices = held.low.map((low, group) => {
    const first = share(precision, low, base);
    const last = share(precision, held.high[group] ?? 0, base);
    const shares: number[] = [];
    for (let value = first; value <= last; value += step) shares.push(value);
    return shares;
  });
  if (choices.reduce((product, shares) => product * shares.length, 1) > MOST_LABELS) {
    yield 'too many';
    return;
  }
  let labels: number[][] = [[]];
  for (const shares of choices) labels = labels.flatMap((label) => shares.map((value) => [...label, value]));
  for (const label of labels) yield { ...said, [precision]: label };
}
