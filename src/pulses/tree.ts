import { type CellKind, FEWEST_IN_PART, FEWEST_INVITED, type Invitee, type Plan, type PulsePlace, type TreeCell } from './pulse.ts';
import type { Names } from './queries.ts';

/** The reporting groups of a wave, declared before it opens: facts of who is invited and nothing else decide them. */

/** A cell that may come to be. */
type Candidate = Pick<TreeCell, 'key' | 'kind' | 'scopeId' | 'name'> & { people: Invitee[] };
type Node = Candidate & {
  children: Node[];
  /** What would lie under it, had enough been invited there. */
  small: Candidate[];
  /** A locality of which a single part holds everybody. */
  isAlike: boolean;
};

const PHASES: [phase: string | null, key: string, name: string][] = [
  ['primary', 'primary', 'Primary schools'],
  ['secondary', 'secondary', 'Secondary schools'],
  ['special', 'special', 'Special schools'],
  ['other', 'other', 'Other schools'],
  [null, 'not-a-school', 'Not a school'],
];

/** How many must be invited for a cell below the root. */
const fewest = (kind: CellKind) => (kind === 'programme' || kind === 'pilot' || kind === 'locality' ? FEWEST_INVITED : FEWEST_IN_PART);
const isLarge = ({ kind, people }: Candidate) => people.length >= fewest(kind);

/** The parts of a locality by phase, each with who is in it. */
const byPhase = (locality: Candidate, id: string): Candidate[] =>
  PHASES.map(([phase, key, name]) => ({
    key: `phase ${id} ${key}`,
    kind: 'phase',
    scopeId: id,
    name: `${name}, ${locality.name}`,
    people: locality.people.filter((person) => person.localityId === id && person.phase === phase),
  }));

/** Who of some people is in which of some things, and in no other of them: somebody in two would be told from either. */
const inOneOnly = (people: readonly Invitee[], ids: readonly string[], isIn: (person: Invitee, id: string) => boolean) => {
  const all = new Map<string, Invitee[]>(ids.map((id) => [id, []]));
  for (const person of people) {
    const [id, ...others] = ids.filter((one) => isIn(person, one));
    if (id !== undefined && others.length === 0) all.get(id)?.push(person);
  }
  return all;
};

/** The parts of a locality by its groups of one kind (hubs, clusters, districts): of the kind whose cells hold the most people. */
const byGroup = (locality: Candidate, id: string, names: Names): Candidate[] => {
  const groups = [...names.groups].filter(([, group]) => group.localityId === id && group.ofOrganisations);
  const kinds = [...Map.groupBy(groups, ([, { kind }]) => kind)].sort(([one], [other]) => (one < other ? -1 : 1));
  const parted = kinds.map(([, some]) => {
    const ids = some.map(([groupId]) => groupId);
    const members = inOneOnly(locality.people, ids, (person, groupId) => person.groupIds.includes(groupId));
    return some.map(
      ([groupId, { name }]): Candidate => ({
        key: `group ${groupId}`,
        kind: 'group',
        scopeId: groupId,
        name,
        people: members.get(groupId) ?? [],
      }),
    );
  });
  const held = (parts: readonly Candidate[]) => parts.filter(isLarge).reduce((sum, { people }) => sum + people.length, 0);
  return parted.reduce<Candidate[]>((best, parts) => (held(parts) > held(best) ? parts : best), []);
};

/** What a tree is made with. */
type Making = { plan: Pick<Plan, 'split'>; names: Names };

const placeOf = ({ kind, id }: PulsePlace, people: Invitee[], { names }: Making): Candidate => {
  const named = {
    programme: names.programmes,
    pilot: names.pilots,
    locality: names.localities,
    group: names.groups,
    project: names.projects,
  };
  return {
    key: `${kind} ${id}`,
    kind,
    scopeId: id,
    name: named[kind].get(id)?.name ?? 'A place that is no longer there',
    people,
  };
};

/** What may lie right under a cell: nobody is in two of them. */
const partsOf = (node: Candidate, making: Making): Candidate[] => {
  const { plan, names } = making;
  const id = node.scopeId ?? '';
  const under = (kind: 'pilot' | 'locality', ids: readonly string[], of: (person: Invitee) => string | null) => {
    const people = Map.groupBy(node.people, of);
    return ids.map((one) => placeOf({ kind, id: one }, people.get(one) ?? [], making));
  };
  const parts: Partial<Record<CellKind, () => Candidate[]>> = {
    programme: () => under('pilot', [...names.pilots.keys()], ({ pilotId }) => pilotId),
    pilot: () =>
      under(
        'locality',
        [...names.localities].filter(([, { pilotId }]) => pilotId === id).map(([localityId]) => localityId),
        ({ localityId }) => localityId,
      ),
    locality: () => ({ none: () => [], phase: () => byPhase(node, id), group: () => byGroup(node, id, names) })[plan.split](),
  };
  return parts[node.kind]?.() ?? [];
};

/**
 * A cell with what is under it: each of at least as many people as its kind needs; whoever is in none of them is the cell's own. Where a single child holds everybody, one of the two says nothing of its own and is left out: the child, but
 * of a pilot that is one locality the pilot, because the locality is what its people know. What was asked about is always there.
 */
const whole = (cell: Candidate, parts: readonly Candidate[], making: Making, isRoot: boolean): Node => {
  const children = parts.filter(isLarge).map((part) => whole(part, partsOf(part, making), making, false));
  const small = parts.filter((part) => part.people.length > 0 && !isLarge(part));
  const [only] = children;
  if (only?.people.length !== cell.people.length) return { ...cell, children, small, isAlike: false };
  if (cell.kind === 'pilot' && !isRoot) return only;
  return { ...cell, children: only.children, small: only.small, isAlike: cell.kind === 'locality' || only.isAlike };
};

const isAt = ({ kind, id }: PulsePlace, person: Invitee): boolean =>
  ({
    programme: () => true,
    pilot: () => person.pilotId === id,
    locality: () => person.localityId === id,
    group: () => person.groupIds.includes(id),
    project: () => person.projectIds.includes(id),
  })[kind]();

/** "A", "A and B", "A, B and C" */
const inWords = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) as string}`;

/** Several places in one: each is a cell where it is large enough, and whoever is in two of them is in the pool alone. */
const poolOf = (places: readonly PulsePlace[], people: Invitee[], making: Making): { pool: Candidate; parts: Candidate[] } => {
  const keyOf = ({ kind, id }: PulsePlace) => `${kind} ${id}`;
  const at = new Map(places.map((place) => [keyOf(place), place]));
  const members = inOneOnly(people, [...at.keys()], (person, key) => isAt(at.get(key) as PulsePlace, person));
  const parts = [...at].map(([key, place]) => placeOf(place, members.get(key) ?? [], making));
  const ids = places.map(({ id }) => id).sort();
  return {
    pool: { key: `pool ${ids.join(' ')}`, kind: 'pool', scopeId: null, name: inWords(parts.map(({ name }) => name)), people },
    parts,
  };
};

const flat = (node: Node, parent: string | null): TreeCell[] => {
  const { people, children, small: _, isAlike: __, ...cell } = node;
  const below = new Set(children.flatMap((child) => child.people));
  return [
    { ...cell, parent, invited: people.length, own: people.filter((person) => !below.has(person)) },
    ...children.flatMap((child) => flat(child, cell.key)),
  ];
};

const everyNode = (node: Node): Node[] => [node, ...node.children.flatMap(everyNode)];

/** What has too few invited for a cell of its own, and is counted in the one above it. */
export type Merged = { name: string; invited: number /** That cell's name. */; into: string };

/**
 * Why localities are not parted though that was chosen: no part has enough invited; or those that have hold everybody of their locality; or
 * none of the places is a locality or holds one.
 */
export type Unparted = 'few' | 'alike' | 'elsewhere';

/** The cells of a wave, a parent before its children. */
export type Grown = {
  cells: TreeCell[];
  merged: Merged[] /** undefined: they are parted, or were not to be. */;
  unparted: Unparted | undefined;
};
/** Or how many are invited, where they are too few to hide in. */
export type Tree = Grown | { tooFew: number };

/** Whether a cell is a part of a locality, as was chosen, and not a place that was asked about. */
const isPart = ({ places, split }: Pick<Plan, 'places' | 'split'>, { kind, scopeId }: Candidate): boolean =>
  kind === split && !places.some((place) => place.kind === kind && place.id === scopeId);

const unpartedOf = (plan: Pick<Plan, 'places' | 'split'>, nodes: readonly Node[]): Unparted | undefined => {
  if (plan.split === 'none' || nodes.some((node) => isPart(plan, node))) return undefined;
  if (plan.places.every(({ kind }) => kind === 'group' || kind === 'project')) return 'elsewhere';
  return nodes.some(({ isAlike }) => isAlike) ? 'alike' : 'few';
};

const mergedIn = (nodes: readonly Node[], isSaid: (one: Candidate) => boolean): Merged[] =>
  nodes.flatMap(({ name: into, small }) => small.filter(isSaid).map(({ name, people }) => ({ name, invited: people.length, into })));

/** The tree of a plan for those whom it would ask: each of them is the own of exactly one cell. Pure. */
export const treeOf = (plan: Pick<Plan, 'places' | 'split'>, invitees: Invitee[], names: Names): Tree => {
  if (invitees.length < FEWEST_INVITED) return { tooFew: invitees.length };
  const making = { plan, names };
  const [first, ...others] = plan.places;
  if (!first) return { tooFew: 0 };
  const place = placeOf(first, invitees, making);
  const { pool, parts } = others.length === 0 ? { pool: place, parts: partsOf(place, making) } : poolOf(plan.places, invitees, making);
  const root = whole(pool, parts, making, true);
  const nodes = everyNode(root);
  const unparted = unpartedOf(plan, nodes);
  // Where no part is a cell it is said once why, and not of each.
  return { cells: flat(root, null), merged: mergedIn(nodes, (one) => unparted === undefined || !isPart(plan, one)), unparted };
};
