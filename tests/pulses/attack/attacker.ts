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
  /** How many of the steps were guessed rightly from the others, for the secret where that was most surprising, and how surprising it was. */
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

type Column = { name: string; ranks: Float64Array };

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
    if (!columns.has(alike)) columns.set(alike, { name, ranks });
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

/** Steps of which the answers are known, and steps of which they are to be guessed; every second one. */
type Half = {
  known: number[];
  guessed: number[];
  columns: {
    /** Of the known steps: how far above or below the middle, so that columns can be compared. */
    scaled: Float64Array;
    /** Of each step to be guessed: the known one that is most like it. */
    nearest: number[];
  }[];
};

const halvesOf = (columns: readonly Column[], steps: number): Half[] =>
  [0, 1].map((rest) => {
    const all = Array.from({ length: steps }, (_, at) => at);
    const [known, guessed] = [all.filter((at) => at % 2 === rest), all.filter((at) => at % 2 !== rest)];
    return {
      known,
      guessed,
      columns: columns.flatMap(({ ranks }) => {
        const mine = known.map((at) => ranks[at] as number);
        const mean = mine.reduce((sum, one) => sum + one, 0) / mine.length;
        const spread = Math.sqrt(mine.reduce((sum, one) => sum + (one - mean) ** 2, 0));
        if (spread === 0) return [];
        const away = (one: number, other: number) => Math.abs((ranks[one] as number) - (ranks[other] as number));
        const nearest = guessed.map((at) => known.reduce((best, other) => (away(other, at) < away(best, at) ? other : best)));
        return [{ scaled: Float64Array.from(mine, (one) => (one - mean) / spread), nearest }];
      }),
    };
  });

/** How many guesses are right: by what told most of the known answers, as the known step that is most alike there. */
const rightIn = ({ known, guessed, columns }: Half, shown: readonly number[], many: number): number => {
  const sizes = new Float64Array(many);
  for (const at of known) sizes[shown[at] as number] = (sizes[shown[at] as number] as number) + 1;
  const sums = new Float64Array(many);
  let [best, most] = [columns[0], -1];
  for (const column of columns) {
    sums.fill(0);
    for (let at = 0; at < known.length; at += 1) {
      const group = shown[known[at] as number] as number;
      sums[group] = (sums[group] as number) + (column.scaled[at] as number);
    }
    let told = 0;
    for (let group = 0; group < many; group += 1) if (sizes[group]) told += (sums[group] as number) ** 2 / (sizes[group] as number);
    if (told > most) [best, most] = [column, told];
  }
  return guessed.filter((step, at) => shown[step] === shown[best?.nearest[at] ?? -1]).length;
};

/**
 * For each thing seen and each secret: how far apart the ranks of what is seen lie from answer to answer (Kruskal and Wallis), in standard
 * deviations of what chance does. The largest of all is held against the largest that chance gives (Westfall and Young), so that however many
 * things are looked at, a telling one is found and chance alone gives p < 0.01 once in a hundred. The same for guesses of one half of the steps by who knows the other.
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

  const guesses = new Float64Array(orders.length).fill(Number.NEGATIVE_INFINITY);
  let guessed = { of: 'anything', right: 0, steps: many };
  const halves = halvesOf(columns, many);
  for (const label of labels) {
    for (const [nth, order] of orders.entries()) {
      const shown = order.map((at) => label.of[at] as number);
      found[nth] = halves.reduce((sum, half) => sum + rightIn(half, shown, label.many), 0);
    }
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
