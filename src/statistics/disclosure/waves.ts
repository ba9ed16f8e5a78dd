/**
 * What several waves tell together (point 8 of the rule). Pure.
 *
 * *Who is guarded against*: somebody who knows who was invited each time and everything that was published, and who takes it that everybody
 * answered, and as before. They add and subtract figures. The *nooks* of a wave are, of each published cell, the people who are in none of its
 * published parts: no two overlap, every published cell is a union of some, and every union of some is what a sum and difference of published figures
 * is about. Where a union of nooks of an earlier wave and one of this wave have 1 to k − 1 people in one of them only, the two figures beside each
 * other tell what these few said. So it may not be: unless k people or more of both unions did not answer, so that whoever looks cannot know
 * whose answers moved.
 *
 * *How such unions are found*: people who are in both waves tie their two nooks together, and those who are in one wave only, or in a nook in
 * which too many did not answer, tie theirs to the outside. The people in one of two unions only are those whose ties are cut when the unions
 * are taken out. So a nook is in such a union where fewer than k ties can be cut, and at least one, to part it from the outside: a least cut, by the
 * flow that it lets through. (Adding a figure twice or more helps nobody: whoever is counted unequally by that is in one only of two unions.)
 *
 * *What is done*: of every nook of such a union the cell is said in words only. Then its people are the nook of the cell above, and all is looked at
 * again, until what is said in figures makes up no such union.
 */

/** A cell of the wave that closes. */
export type WaveCell = {
  id: string;
  parent: string | null;
  /** Who is invited in it and in none of its children. */
  people: readonly string[];
  /** How many of these did not answer. */
  silent: number;
};

/** The nooks of what an earlier wave published of a question. `nearlyAll`: fewer than its k did not answer. */
export type EarlierWave = { k: number; nooks: readonly { people: readonly string[]; nearlyAll: boolean }[] };

type Nook = { people: string[]; silent: number };

/** Everybody who is in a cell of these and in none of the cells of these below it, by cell; who is in none of them is left out. */
export function nooksOf(cells: readonly WaveCell[], shown: ReadonlySet<string>): Map<string, Nook> {
  const parents = new Map(cells.map(({ id, parent }) => [id, parent]));
  const nooks = new Map<string, Nook>([...shown].map((id) => [id, { people: [], silent: 0 }]));
  for (const { id, people, silent } of cells) {
    let holder: string | null = id;
    while (holder !== null && !shown.has(holder)) holder = parents.get(holder) ?? null;
    const nook = holder === null ? undefined : nooks.get(holder);
    if (!nook) continue;
    for (const person of people) nook.people.push(person);
    nook.silent += silent;
  }
  return nooks;
}

/**
 * The cells that may be said in words only, and without a change.
 * @param cells all cells of the wave
 * @param shown those of which something may be published of the question
 * @param earlier every earlier wave in which something was published of it, in whatever version
 * @param k the smallest base of the wave; with an earlier one the larger of both holds
 */
export function coarseIn(
  cells: readonly WaveCell[],
  shown: ReadonlySet<string>,
  earlier: readonly EarlierWave[],
  k: number,
): ReadonlySet<string> {
  const fine = new Set(shown);
  const waves = gathered(earlier);
  for (;;) {
    const nooks = nooksOf(cells, fine);
    const told = new Set(waves.flatMap((wave) => [...toldBeside(wave, nooks, k)]));
    if (told.size === 0) return shown.difference(fine);
    for (const id of told) fine.delete(id);
  }
}

/**
 * Earlier waves that have nobody in common are as one: two localities that were asked each by itself add up to their pilot. Each wave is looked at with
 * all that can be taken together with it, in turn.
 */
function gathered(earlier: readonly EarlierWave[]): EarlierWave[] {
  const asked = earlier.map(({ nooks }) => new Set(nooks.flatMap(({ people }) => people)));
  const sets = new Map<string, EarlierWave>();
  for (const [seed, { k }] of earlier.entries()) {
    const taken = [seed];
    for (const [other, wave] of earlier.entries())
      if (wave.k === k && taken.every((one) => one !== other && asked[one]?.isDisjointFrom(asked[other] ?? new Set()))) taken.push(other);
    taken.sort((one, other) => one - other);
    sets.set(taken.join(' '), { k, nooks: taken.flatMap((index) => earlier[index]?.nooks ?? []) });
  }
  return [...sets.values()];
}

/** The cells whose nooks are in a union that differs by few people from one of an earlier wave. */
function toldBeside(wave: EarlierWave, now: ReadonlyMap<string, Nook>, ownK: number): Set<string> {
  const k = Math.max(wave.k, ownK);
  // Of a nook of fewer people nobody has answered: else its cell would not have been published.
  const before = wave.nooks.filter(({ people }) => people.length >= wave.k);
  const after = [...now].filter(([, { people }]) => people.length >= ownK);
  const wasNearly = before.map(({ nearlyAll }) => nearlyAll || wave.k < k);
  const isNearly = after.map(([, { silent }]) => silent < k);
  if (before.length === 0 || !(wasNearly.includes(true) || isNearly.includes(true))) return new Set();

  const ties = tiesOf(
    before.map(({ people }) => people),
    after.map(([, { people }]) => people),
  );
  // Nodes: the outside, the nooks of the earlier wave, those of this one.
  const told = new Set<number>();
  for (const comparable of [
    [true, ...wasNearly, ...isNearly.map(() => true)],
    [true, ...wasNearly.map(() => true), ...isNearly],
  ])
    for (const node of inSmallCuts(graphOf(ties, comparable), k)) told.add(node);
  return new Set(after.flatMap(([id], index) => (told.has(1 + before.length + index) ? [id] : [])));
}

/** Where nobody is tied to: no published cell of that wave holds them. */
const OUTSIDE = 0;

/** Two nodes with how many people are in both. */
type Tie = [one: number, other: number, people: number];

function tiesOf(before: readonly (readonly string[])[], after: readonly (readonly string[])[]): Tie[] {
  const was = new Map(before.flatMap((people, index) => people.map((person): [string, number] => [person, 1 + index])));
  const nodes = 1 + before.length + after.length;
  const ties = new Map<number, number>();
  const tie = (one: number, other: number) => ties.set(one * nodes + other, (ties.get(one * nodes + other) ?? 0) + 1);
  after.forEach((people, index) => {
    for (const person of people) {
      tie(was.get(person) ?? OUTSIDE, 1 + before.length + index);
      was.delete(person);
    }
  });
  for (const node of was.values()) tie(OUTSIDE, node);
  return [...ties].map(([key, people]) => [Math.floor(key / nodes), key % nodes, people]);
}

/** By node its neighbours, with how many people tie them. */
type Graph = Map<number, number>[];

/** @param comparable by node; one that is not is a part of the outside */
function graphOf(ties: readonly Tie[], comparable: readonly boolean[]): Graph {
  const graph: Graph = comparable.map(() => new Map());
  const link = (one: number, other: number, people: number) => graph[one]?.set(other, (graph[one]?.get(other) ?? 0) + people);
  for (const [one, other, people] of ties) {
    const [from, to] = [one, other].map((node) => (comparable[node] ? node : OUTSIDE)) as [number, number];
    if (from === to) continue;
    link(from, to, people);
    link(to, from, people);
  }
  return graph;
}

/** Every node in a set of nodes, without the outside, that 1 to k − 1 ties part from all others. */
function inSmallCuts(graph: Graph, k: number): Set<number> {
  const found = new Set<number>();
  const seen = new Set<number>();
  for (const start of graph.keys()) {
    if (start === OUTSIDE || seen.has(start)) continue;
    const nodes = tiedTo(graph, start);
    for (const node of nodes) seen.add(node);
    if (nodes.some((node) => graph[node]?.has(OUTSIDE))) {
      for (const node of nodes) if (cutBetween(graph, node, OUTSIDE, k) < k) found.add(node);
    }
    // Exactly the same people both times: of any cut within them either side is such a set.
    else if (nodes.some((node) => node !== start && cutBetween(graph, start, node, k) < k)) for (const node of nodes) found.add(node);
  }
  return found;
}

/** The node and all that it is tied to, but not by way of the outside. */
function tiedTo(graph: Graph, start: number): number[] {
  const nodes = new Set([start]);
  for (const node of nodes) for (const next of graph[node]?.keys() ?? []) if (next !== OUTSIDE) nodes.add(next);
  return [...nodes];
}

/** The fewest ties that part two nodes, or `enough` where there are as many or more: the most that can flow, path by path. */
function cutBetween(graph: Graph, from: number, to: number, enough: number): number {
  /** What flows from one node to another; against that flow there is as much more room. */
  const flows = new Map<number, number>();
  const key = (one: number, other: number) => one * graph.length + other;
  const roomIn = (one: number, other: number, ties: number) => ties - (flows.get(key(one, other)) ?? 0);
  let flow = 0;
  while (flow < enough) {
    const path = pathIn(graph, from, to, roomIn);
    if (!path) return flow;
    const more = Math.min(...path.map(([one, other]) => roomIn(one, other, graph[one]?.get(other) ?? 0)));
    for (const [one, other] of path) {
      flows.set(key(one, other), (flows.get(key(one, other)) ?? 0) + more);
      flows.set(key(other, one), (flows.get(key(other, one)) ?? 0) - more);
    }
    flow += more;
  }
  return enough;
}

/** The steps of a shortest path along which there is room. */
function pathIn(
  graph: Graph,
  from: number,
  to: number,
  roomIn: (one: number, other: number, ties: number) => number,
): [number, number][] | undefined {
  const cameFrom = new Map([[from, from]]);
  for (const [node] of cameFrom) {
    for (const [next, ties] of graph[node] ?? []) if (!cameFrom.has(next) && roomIn(node, next, ties) > 0) cameFrom.set(next, node);
    if (!cameFrom.has(to)) continue;
    const path: [number, number][] = [];
    for (let at = to; at !== from; at = cameFrom.get(at) as number) path.push([cameFrom.get(at) as number, at]);
    return path;
  }
  return undefined;
}
