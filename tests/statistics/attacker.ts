import { type Cell, type Question, release, type Shown } from '../../src/statistics/disclosure.ts';

/**
 * Somebody who wants to know what others said, and who knows far more than anybody could: who was invited where, the whole code, how many answered in
 * each leaf, and their own answer. They run what publishes on every pattern of answers there is, put together the patterns that look alike, and see
 * what all of them have in common. Knows nothing of how the product decides.
 */

/** A small tree: leaves hold people, parents hold leaves or parents. `own` are people directly in a parent. */
export type Small = { id: string; invited: number; organisations: number; answers: number; parts: Small[] };

/** By place that holds people (leaf or own part of a parent): how many chose each group. */
export type Pattern = ReadonlyMap<string, readonly number[]>;

export function placesOf(tree: Small): Small[] {
  return [...(tree.invited > 0 ? [tree] : []), ...tree.parts.flatMap(placesOf)];
}

export function cellsOf(tree: Small, pattern: Pattern, question: Question, parent: string | null = null): Cell[] {
  const counts = pattern.get(tree.id) ?? [];
  const people = counts.reduce((sum, count) => sum + count, 0);
  const answered = new Map<string, number>();
  for (let person = 0; person < people; person++) {
    const organisation = `${tree.id}.${person % tree.organisations}`;
    answered.set(organisation, (answered.get(organisation) ?? 0) + 1);
  }
  const [agree = 0, neither = 0, disagree = 0] = counts;
  const byOption = question.scale === 'agree' ? [agree, 0, neither, disagree, 0, 0] : question.scale === 'ten' ? tens(counts) : [...counts];
  const below = tree.parts.flatMap((part) => cellsOf(part, pattern, question, tree.id));
  return [{ id: tree.id, parent, invited: invitedIn(tree), answered, counts: [byOption] }, ...below];
}

const tens = ([agree = 0, neither = 0, disagree = 0]: readonly number[]) => [disagree, 0, 0, 0, neither, 0, 0, 0, agree, 0, 0];
export const invitedIn = (tree: Small): number => tree.invited + tree.parts.reduce((sum, part) => sum + invitedIn(part), 0);

/** All ways in which so many people can choose among so many groups. */
export function choices(people: number, groups: number): number[][] {
  if (groups === 1) return [[people]];
  return Array.from({ length: people + 1 }, (_, first) => choices(people - first, groups - 1).map((rest) => [first, ...rest])).flat();
}

/** Every pattern of answers of so many in each place; or, where it is not known how many answered, of up to all who were invited. */
export function everyPattern(tree: Small, groups: number, known: boolean): Pattern[] {
  let patterns: [string, number[]][][] = [[]];
  for (const place of placesOf(tree)) {
    const here = known ? choices(place.answers, groups) : choices(place.invited, groups + 1).map((counts) => counts.slice(0, groups));
    patterns = patterns.flatMap((pattern) => here.map((counts): [string, number[]][] => [...pattern, [place.id, counts]]));
  }
  return patterns.map((pattern) => new Map(pattern));
}

export const numberOfPatterns = (tree: Small, groups: number) =>
  placesOf(tree).reduce((product, { answers }) => product * choices(answers, groups).length, 1);

/** What is to be seen of one pattern. */
export type Publish = (pattern: Pattern) => Map<string, unknown>;

export function published(tree: Small, question: Question, k: number): Publish {
  return (pattern) => {
    const { shown } = release(cellsOf(tree, pattern, question), [question], k);
    return new Map([...shown].map(([cell, [only]]) => [cell, only]));
  };
}

export const isWithheld = (shown: unknown) => (shown as Shown).as === 'c';

/** Everything that can be told of anybody's answers, over all patterns: empty when nothing ever can. */
export function toldBy(tree: Small, patterns: readonly Pattern[], publish: Publish, k: number, atMost = 3): string[] {
  const alike = new Map<string, { seen: Map<string, unknown>; patterns: Pattern[] }>();
  for (const pattern of patterns) {
    const seen = publish(pattern);
    const key = JSON.stringify([...seen]);
    const others = alike.get(key);
    if (others) others.patterns.push(pattern);
    else alike.set(key, { seen, patterns: [pattern] });
  }
  const told: string[] = [];
  for (const [key, { seen, patterns: same }] of alike) {
    for (const found of toldOf(tree, seen, same, k)) {
      told.push(`${found} from ${key}`);
      if (told.length >= atMost) return told;
    }
  }
  return told;
}

/** Groups of people of whom something might be told: each place, and those of each published cell who are in none of its published parts. */
function groupsIn(tree: Small, seen: Map<string, unknown>): string[][] {
  const groups: string[][] = placesOf(tree).map(({ id }) => [id]);
  const rest = (cell: Small): string[] => {
    const mine = [...(cell.invited > 0 ? [cell.id] : []), ...cell.parts.flatMap(rest)];
    if (isWithheld(seen.get(cell.id))) return mine;
    groups.push(mine);
    return [];
  };
  rest(tree);
  return groups;
}

function* toldOf(tree: Small, seen: Map<string, unknown>, patterns: readonly Pattern[], k: number): Generator<string> {
  const options = [...(patterns[0]?.values().next().value ?? [])].keys().toArray();
  const whoLooks: ({ place: string; chose: number } | null)[] = [
    null,
    ...placesOf(tree).flatMap(({ id }) => options.map((chose) => ({ place: id, chose }))),
  ];
  const groups = groupsIn(tree, seen);
  for (const self of whoLooks) {
    const possible = self ? patterns.filter((pattern) => (pattern.get(self.place)?.[self.chose] ?? 0) > 0) : patterns;
    if (possible.length === 0) continue;
    for (const group of groups) {
      const others = possible.map((pattern) =>
        options.map(
          (option) =>
            group.reduce((sum, place) => sum + (pattern.get(place)?.[option] ?? 0), 0) -
            (self && group.includes(self.place) && self.chose === option ? 1 : 0),
        ),
      );
      const sizes = others.map((counts) => counts.reduce((sum, count) => sum + count, 0));
      if (sizes.some((size) => size === 0)) continue;
      for (const option of options) {
        const counts = others.map((each) => each[option] ?? 0);
        const first = counts[0] ?? 0;
        const who = `${group.join('+')}${self ? ` seen by one of ${self.place} who chose ${self.chose}` : ''}`;
        if (counts.every((count, index) => count === sizes[index])) yield `all of ${who} chose ${option}`;
        else if (Math.max(...sizes) < k && first > 0 && counts.every((count) => count === first))
          yield `${first} of ${who} chose ${option}`;
      }
    }
  }
}
