import { seeded } from '../../kill/seeded.ts';

/**
 * Somebody who has everything but the wave's key: a copy of all there is after each answer, and what some of those people answered. They look
 * for anything that can be seen of a step and moves with what was answered, and guess what the others answered.
 */

/** What was seen of one step, by where it was seen: numbers, lengths, places, counts. What was not there is left out. */
export type Seen = ReadonlyMap<string, number>;

/** What is to be found out of each step, by name: an option, or a sort of comment. */
export type Secrets = ReadonlyMap<string, readonly string[]>;

export type Verdict = {
  /** The chance that something at least as telling is seen where nothing tells anything, over all that was looked at together. */
  p: number;
  /** What told most, and of what. */
  best: { seen: string; of: string };
  /** How often the most alike other step had the same answer, for the answer where that was most surprising, and how surprising it was. */
  guessed: { of: string; right: number; steps: number; p: number };
  /** How many different things were looked at. */
  looked: number;
};

/** Orders of the steps that are tried to see what chance does. */
const SHUFFLES = 499;

/** Ranks of some numbers; equal ones share theirs. */
const ranksOf = (values: readonly number[]): Float64Array => {
  const order = values.map((_, at) => at).sort((one, other) => (values[one] as number) - (values[other] as number));
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to += 1;
    for (let at = from; at < to; at += 1) ranks[order[at] as number] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
};

const shuffled = (length: number, random: () => number): number[] => {
  const order = Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
};

/** Labels as numbers from 0. */
const coded = (labels: readonly string[]): { of: Int32Array; many: number; sizes: number[] } => {
  const names = [...new Set(labels)];
  const of = Int32Array.from(labels, (label) => names.indexOf(label));
  return { of, many: names.length, sizes: names.map((name) => labels.filter((label) => label === name).length) };
};

type Column = { name: string; values: number[]; ranks: Float64Array };

/** Steps that must be seen otherwise than most, for anything to be learnt from it. */
const FEWEST = 3;

/** What can be seen of some steps otherwise than of most, each only once however many names it has; and how it changed from step to step. */
const columnsOf = (steps: readonly Seen[]): Column[] => {
  const names = new Set(steps.flatMap((seen) => [...seen.keys()]));
  const columns = new Map<string, Column>();
  const add = (name: string, values: number[]) => {
    const often = new Map<number, number>();
    for (const value of values) often.set(value, (often.get(value) ?? 0) + 1);
    if (values.length - Math.max(...often.values()) < FEWEST) return;
    const ranks = ranksOf(values);
    const alike = ranks.join();
    if (!columns.has(alike)) columns.set(alike, { name, values, ranks });
  };
  for (const name of [...names].sort()) {
    const values = steps.map((seen) => seen.get(name) ?? -1);
    add(name, values);
    if (!isNoise(name))
      add(
        `change of ${name}`,
        values.map((value, at) => value - (values[at - 1] ?? 0)),
      );
  }
  return [...columns.values()];
};

/** Bytes of what is sealed. */
const isNoise = (name: string) => name.startsWith('sealed ');

/** The step that is most like each other one, over all columns. */
const nearestOf = (columns: readonly Column[], steps: number): number[] => {
  const scaled = columns.map(({ values }) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / steps;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / steps);
    return values.map((value) => (value - mean) / spread);
  });
  return Array.from({ length: steps }, (_, step) => {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (let other = 0; other < steps; other += 1) {
      if (other === step) continue;
      const away = scaled.reduce((sum, column) => sum + ((column[step] as number) - (column[other] as number)) ** 2, 0);
      if (away < least) [nearest, least] = [other, away];
    }
    return nearest;
  });
};

/**
 * For each thing seen and each secret: how far apart the ranks of what is seen lie from answer to answer (Kruskal and Wallis), in standard
 * deviations of what chance does. The largest of all is held against the largest that chance gives (Westfall and Young), so that however many
 * things are looked at, a telling one is found and chance alone gives p < 0.01 once in a hundred. The same for guesses by the most alike step.
 */
export const attack = (steps: readonly Seen[], secrets: Secrets, seed = 1): Verdict => {
  const random = seeded(seed);
  const many = steps.length;
  const orders = [Array.from({ length: many }, (_, at) => at), ...Array.from({ length: SHUFFLES }, () => shuffled(many, random))];
  const columns = columnsOf(steps);
  const labels = [...secrets].map(([name, values]) => ({ name, ...coded(values) }));

  /** Of each order the largest so far, in standard deviations. */
  const largest = new Float64Array(orders.length).fill(Number.NEGATIVE_INFINITY);
  let best = { seen: 'nothing', of: 'anything' };
  const found = new Float64Array(orders.length);
  /** Takes what each order gives for one thing; the first is how it really was. */
  const hold = (into: Float64Array, told: () => void) => {
    const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
    const spread = Math.sqrt(found.reduce((sum, one) => sum + (one - mean) ** 2, 0) / found.length);
    if (spread < 1e-9) return;
    for (let at = 0; at < found.length; at += 1) {
      const away = ((found[at] as number) - mean) / spread;
      if (away <= (into[at] as number)) continue;
      into[at] = away;
      if (at === 0) told();
    }
  };
  const asLarge = (of: Float64Array) => of.filter((one) => one >= (of[0] as number) - 1e-9).length / of.length;

  for (const { name, ranks } of columns) {
    for (const label of labels) {
      const sums = new Float64Array(label.many);
      for (const [nth, order] of orders.entries()) {
        sums.fill(0);
        for (let at = 0; at < many; at += 1) {
          const group = label.of[order[at] as number] as number;
          sums[group] = (sums[group] as number) + (ranks[at] as number);
        }
        found[nth] = sums.reduce((sum, one, group) => sum + (one * one) / (label.sizes[group] as number), 0);
      }
      hold(largest, () => {
        best = { seen: name, of: label.name };
      });
    }
  }

  // What is sealed looks like noise, and would hide from this learner what moves: it was looked at byte by byte above.
  const nearest = nearestOf(
    columns.filter(({ name }) => !isNoise(name)),
    many,
  );
  const guesses = new Float64Array(orders.length).fill(Number.NEGATIVE_INFINITY);
  let guessed = { of: 'anything', right: 0, steps: many };
  for (const label of labels) {
    for (const [nth, order] of orders.entries())
      found[nth] = nearest.filter(
        (other, step) => other >= 0 && label.of[order[step] as number] === label.of[order[other] as number],
      ).length;
    const right = found[0] as number;
    hold(guesses, () => {
      guessed = { of: label.name, right, steps: many };
    });
  }
  return { p: asLarge(largest), best, guessed: { ...guessed, p: asLarge(guesses) }, looked: columns.length };
};

/** The ways in which words may stand somewhere: as they are, in the two-byte form, as hexadecimal digits, within base64. */
export const formsOf = (needle: string | Uint8Array): Buffer[] => {
  const plain = Buffer.from(needle as string);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), plain]).toString('base64');
    // The first and last characters also depend on what stands beside them.
    return Buffer.from(text.slice(shift === 0 ? 0 : shift + 1, Math.floor(((plain.length + shift) * 8) / 6)));
  });
  const twoBytes = typeof needle === 'string' ? [Buffer.from(needle, 'utf16le')] : [];
  return [plain, ...twoBytes, Buffer.from(plain.toString('hex')), ...base64];
};

/** What is searched, by where it lies. */
export type Haystack = ReadonlyMap<string, Uint8Array>;

/** Where any of some needles stands, in any form. */
export const search = (haystack: Haystack, needles: readonly (string | Uint8Array)[]): string[] => {
  const forms = needles.flatMap((needle) => formsOf(needle));
  return [...haystack].flatMap(([where, bytes]) => {
    const hay = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return forms.some((form) => hay.includes(form)) ? [where] : [];
  });
};
