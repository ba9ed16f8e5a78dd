import { type CellKind, FEWEST_IN_PART, FEWEST_INVITED, type Invitee, type Plan, type PulsePlace, type TreeCell } from './pulse.ts';
import type { Names } from './queries.ts';

/** The reporting groups of a wave, declared before it opens: facts of who is invited and nothing else decide them. */

type Node = Pick<TreeCell, 'key' | 'kind' | 'scopeId' | 'name'> & { people: Invitee[]; children: Node[] };

const PHASES: [phase: string | null, key: string, name: string][] = [
  ['primary', 'primary', 'Primary schools'],
  ['secondary', 'secondary', 'Secondary schools'],
  ['special', 'special', 'Special schools'],
  ['other', 'other', 'Other schools'],
  [null, 'not-a-school', 'Not a school'],
];

/** The parts of a locality by phase, each with who is in it. */
const byPhase = (locality: Node, id: string): Node[] =>
  PHASES.map(([phase, key, name]) => ({
    key: `phase ${id} ${key}`,
    kind: 'phase',
    scopeId: id,
    name: `${name}, ${locality.name}`,
    people: locality.people.filter((person) => person.localityId === id && person.phase === phase),
    children: [],
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

/** The parts of a locality by its groups of one kind (hubs, clusters, districts): of the kind whose parts hold the most people. */
const byGroup = (locality: Node, id: string, names: Names): Node[] => {
  const groups = [...names.groups].filter(([, group]) => group.localityId === id && group.ofOrganisations);
  const kinds = [...Map.groupBy(groups, ([, { kind }]) => kind)].sort(([one], [other]) => (one < other ? -1 : 1));
  const parted = kinds.map(([, some]) => {
    const ids = some.map(([groupId]) => groupId);
    const members = inOneOnly(locality.people, ids, (person, groupId) => person.groupIds.includes(groupId));
    return some
      .map(
        ([groupId, { name }]): Node => ({
          key: `group ${groupId}`,
          kind: 'group',
          scopeId: groupId,
          name,
          people: members.get(groupId) ?? [],
          children: [],
        }),
      )
      .filter(({ people }) => people.length >= FEWEST_IN_PART);
  });
  const held = (parts: readonly Node[]) => parts.reduce((sum, { people }) => sum + people.length, 0);
  return parted.reduce<Node[]>((best, parts) => (held(parts) > held(best) ? parts : best), []);
};

/** How many must be invited for a cell below the root. */
const fewest = (kind: CellKind) => (kind === 'programme' || kind === 'pilot' || kind === 'locality' ? FEWEST_INVITED : FEWEST_IN_PART);

/** What a tree is made with. */
type Making = { plan: Pick<Plan, 'split'>; names: Names };

const placeNode = ({ kind, id }: PulsePlace, people: Invitee[], { names }: Making): Node => {
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
    children: [],
  };
};

/** The cells right under one, each of at least as many people as its kind needs; whoever is in none of them is the cell's own. */
const partsOf = (node: Node, making: Making): Node[] => {
  const { plan, names } = making;
  const id = node.scopeId ?? '';
  const under = (kind: 'pilot' | 'locality', ids: readonly string[], of: (person: Invitee) => string | null) => {
    const people = Map.groupBy(node.people, of);
    return ids.map((one) => placeNode({ kind, id: one }, people.get(one) ?? [], making));
  };
  const parts: Partial<Record<CellKind, () => Node[]>> = {
    programme: () => under('pilot', [...names.pilots.keys()], ({ pilotId }) => pilotId),
    pilot: () =>
      under(
        'locality',
        [...names.localities].filter(([, { pilotId }]) => pilotId === id).map(([localityId]) => localityId),
        ({ localityId }) => localityId,
      ),
    locality: () => ({ none: () => [], phase: () => byPhase(node, id), group: () => byGroup(node, id, names) })[plan.split](),
  };
  return grown(parts[node.kind]?.() ?? [], making);
};

const grown = (candidates: readonly Node[], making: Making): Node[] =>
  candidates.filter(({ kind, people }) => people.length >= fewest(kind)).map((node) => whole(node, partsOf(node, making), false));

/**
 * A cell with what is under it. Where a single child holds everybody, one of the two says nothing of its own and is left out: the child, but
 * of a pilot that is one locality the pilot, because the locality is what its people know. What was asked about is always there.
 */
const whole = (node: Node, children: Node[], isRoot: boolean): Node => {
  const [only] = children;
  if (only?.people.length !== node.people.length) return { ...node, children };
  return node.kind === 'pilot' && !isRoot ? only : { ...node, children: only.children };
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
const poolOf = (places: readonly PulsePlace[], people: Invitee[], making: Making): Node => {
  const keyOf = ({ kind, id }: PulsePlace) => `${kind} ${id}`;
  const at = new Map(places.map((place) => [keyOf(place), place]));
  const members = inOneOnly(people, [...at.keys()], (person, key) => isAt(at.get(key) as PulsePlace, person));
  const parts = [...at].map(([key, place]) => placeNode(place, members.get(key) ?? [], making));
  return {
    key: `pool ${places
      .map(({ id }) => id)
      .sort()
      .join(' ')}`,
    kind: 'pool',
    scopeId: null,
    name: inWords(parts.map(({ name }) => name)),
    people,
    children: parts,
  };
};

const flat = (node: Node, parent: string | null): TreeCell[] => {
  const { people, children, ...cell } = node;
  const below = new Set(children.flatMap((child) => child.people));
  return [
    { ...cell, parent, invited: people.length, own: people.filter((person) => !below.has(person)) },
    ...children.flatMap((child) => flat(child, cell.key)),
  ];
};

/** The cells of a wave, a parent before its children; or how many are invited, where they are too few to hide in. */
export type Tree = { cells: TreeCell[] } | { tooFew: number };

/** The tree of a plan for those whom it would ask: each of them is the own of exactly one cell. Pure. */
export const treeOf = (plan: Pick<Plan, 'places' | 'split'>, invitees: Invitee[], names: Names): Tree => {
  if (invitees.length < FEWEST_INVITED) return { tooFew: invitees.length };
  const making = { plan, names };
  const [first, ...others] = plan.places;
  if (!first) return { tooFew: 0 };
  const root = others.length === 0 ? placeNode(first, invitees, making) : poolOf(plan.places, invitees, making);
  const children = root.kind === 'pool' ? grown(root.children, making) : partsOf(root, making);
  return { cells: flat(whole(root, children, true), null) };
};
