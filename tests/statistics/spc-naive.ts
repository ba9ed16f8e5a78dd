import type { Assurance, Cause, Kind, SpcInput, SpcOptions, Variation } from '../../src/statistics/spc.ts';

/**
 * The XmR rules once more, straight from their text and slowly: means of exact fractions, and every point asked anew about every window it is in.
 * Knows nothing of how the product reckons. `Broken` turns it into a twin with one mistake, to see that the comparison finds it.
 */

export type Broken = {
  /** Means of plain sums, in one pass. */
  onePassMean?: true;
  /** On a limit is beyond it. */
  orOnTheLimit?: true;
  shiftOf?: number;
  trendOf?: number;
  /** The rules see the group before. */
  acrossRebases?: true;
  /** Limits of percentages stop at 0 and 100. */
  clipped?: true;
  /** No moving range is left out. */
  unscreened?: true;
  /** What is outside counts as near. */
  outsideIsNear?: true;
  /** A trend is judged by its side of the mean. */
  trendBySide?: true;
};

type Limits = { mean: number; lower: number | null; upper: number | null; nearLower: number | null; nearUpper: number | null };
export type NaivePoint = { date: string; value: number | null; group: number } & {
  [limit in keyof Limits]: number | null;
} & { cause: Cause; kind: Kind };
export type Naive = { points: NaivePoint[]; variation: Variation; assurance: Assurance | null };

export function naiveSpc(input: readonly SpcInput[], options: SpcOptions, broken: Broken = {}): Naive {
  const points = [...input].sort((a, b) => Number(a.date > b.date) - Number(a.date < b.date));
  const readings = points.flatMap(({ date, value }) => (value === null ? [] : [{ date, value }]));
  // The reading at which each rebase takes effect, and each reading's group: how many of these there are up to it.
  const begins = new Set((options.rebase ?? []).flatMap((date) => readings.find((reading) => reading.date >= date)?.date ?? []));
  const groupAt = (date: string) => [...begins].filter((begin) => begin <= date).length;
  const limitsAt = new Map<number, Limits>();
  const valuesAt = (group: number) => readings.filter(({ date }) => groupAt(date) === group).map(({ value }) => value);
  for (const { date } of readings) {
    const group = groupAt(date);
    if (!limitsAt.has(group)) limitsAt.set(group, naiveLimits(valuesAt(group), options, broken));
  }
  const found = new Map<string, { cause: Cause; direction: number }>();
  for (const { date } of readings) {
    const group = groupAt(date);
    const seen = broken.acrossRebases ? readings : readings.filter((other) => groupAt(other.date) === group);
    const index = seen.findIndex((other) => other.date === date);
    found.set(
      date,
      pointIn(
        seen.map(({ value }) => value),
        index,
        limitsAt.get(group) as Limits,
        broken,
      ),
    );
  }
  const analysed = points.map(({ date, value }): NaivePoint => {
    const before = readings.filter((reading) => reading.date <= date).at(-1) ?? readings[0];
    const group = before ? groupAt(before.date) : 0;
    const limits = limitsAt.get(group) ?? { mean: null, lower: null, upper: null, nearLower: null, nearUpper: null };
    const { cause, direction } = (value !== null && found.get(date)) || { cause: 'common' as const, direction: 0 };
    return { date, value, group, ...limits, cause, kind: kindOf(cause, direction, options.improvement) };
  });
  const last = analysed.filter(({ value }) => value !== null).at(-1);
  return { points: analysed, variation: variationOf(last, options.improvement), assurance: assuranceOf(last, options) };
}

function naiveLimits(values: number[], { fixAfter, screen }: SpcOptions, broken: Broken): Limits {
  const meanOf = broken.onePassMean ? plainMean : exactMean;
  const baseline = fixAfter === undefined ? values : values.slice(0, fixAfter);
  const mean = meanOf(baseline);
  const ranges = baseline.slice(1).map((value, index) => Math.abs(value - (baseline[index] as number)));
  const all = ranges.length === 0 ? null : meanOf(ranges);
  const kept = (screen ?? true) && !broken.unscreened && all !== null ? ranges.filter((range) => range < 3.267 * all) : ranges;
  const range = kept.length === 0 ? null : meanOf(kept);
  if (range === null || range === 0) return { mean, lower: null, upper: null, nearLower: null, nearUpper: null };
  const clip = (limit: number) => (broken.clipped ? Math.min(100, Math.max(0, limit)) : limit);
  return {
    mean,
    lower: clip(mean - 2.66 * range),
    upper: clip(mean + 2.66 * range),
    nearLower: mean - 2 * (2.66 / 3) * range,
    nearUpper: mean + 2 * (2.66 / 3) * range,
  };
}

/** The rules of one point: each window of the readings that holds it. */
function pointIn(values: number[], index: number, limits: Limits, broken: Broken): { cause: Cause; direction: number } {
  const side = (at: number) => Math.sign((values[at] as number) - limits.mean);
  const outside = (at: number) => {
    const value = values[at] as number;
    if (limits.upper === null || limits.lower === null) return false;
    return broken.orOnTheLimit ? value >= limits.upper || value <= limits.lower : value > limits.upper || value < limits.lower;
  };
  const near = (at: number) => {
    const value = values[at] as number;
    if (limits.nearUpper === null || limits.nearLower === null) return false;
    return (broken.outsideIsNear || !outside(at)) && (value > limits.nearUpper || value < limits.nearLower);
  };
  const windowsWith = (at: number, length: number) =>
    values
      .map((_, start) => Array.from({ length }, (_, offset) => start + offset))
      .filter((window) => window.includes(at) && window.every((one) => one < values.length));
  const step = (at: number) => Math.sign((values[at] as number) - (values[at - 1] as number));
  const inTrend = (at: number) =>
    at < values.length &&
    windowsWith(at, broken.trendOf ?? 7).some((window) =>
      [1, -1].some((direction) => window.slice(1).every((one) => step(one) === direction)),
    );
  if (outside(index)) return { cause: 'outside', direction: side(index) };
  if (inTrend(index)) {
    const direction = inTrend(index + 1) ? step(index + 1) : step(index);
    // A step of nought between two trends is the package's "Decreasing".
    return { cause: 'trend', direction: broken.trendBySide ? side(index) : direction || -1 };
  }
  const twoInThree = windowsWith(index, 3).some(
    (window) => [1, -1].some((one) => window.every((at) => side(at) === one)) && window.filter(near).length >= 2,
  );
  if (twoInThree && near(index)) return { cause: 'two_in_three', direction: side(index) };
  const shifted = windowsWith(index, broken.shiftOf ?? 7).some((window) => [1, -1].some((one) => window.every((at) => side(at) === one)));
  return shifted ? { cause: 'shift', direction: side(index) } : { cause: 'common', direction: 0 };
}

function kindOf(cause: Cause, direction: number, improvement: SpcOptions['improvement']): Kind {
  if (cause === 'common') return 'common_cause';
  const better = { increase: 1, decrease: -1, neutral: 0 }[improvement];
  if (better === 0) return direction > 0 ? 'neutral_high' : 'neutral_low';
  return direction * better > 0 ? 'improvement' : 'concern';
}

function variationOf(last: NaivePoint | undefined, improvement: SpcOptions['improvement']): Variation {
  const kind = last?.kind ?? 'common_cause';
  const letters = { increase: { improvement: 'high', concern: 'low' }, decrease: { improvement: 'low', concern: 'high' } } as const;
  if (improvement === 'neutral' || (kind !== 'improvement' && kind !== 'concern')) return kind as Variation;
  return `${kind}_${letters[improvement][kind]}`;
}

function assuranceOf(last: NaivePoint | undefined, { target, improvement }: SpcOptions): Assurance | null {
  if (target === undefined || improvement === 'neutral' || last?.lower == null || last.upper === null) return null;
  const [always, never] =
    improvement === 'increase' ? [target < last.lower, target > last.upper] : [target > last.upper, target < last.lower];
  return always ? 'pass' : never ? 'fail' : 'hit_and_miss';
}

const plainMean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of the numbers as the machine holds them, as a fraction of whole numbers, rounded to the nearest number the machine can hold. */
export function exactMean(values: readonly number[]): number {
  let places = 0;
  for (const value of values) while (!Number.isInteger(value * 2 ** places)) places++;
  const sum = values.reduce((total, value) => total + BigInt(value * 2 ** places), 0n);
  const divisor = BigInt(values.length);
  // 128 more binary places than any value has; what is left decides a tie, as one place more.
  const scaled = sum << 128n;
  const quotient = (scaled / divisor) * 2n + (scaled % divisor === 0n ? 0n : sum < 0n ? -1n : 1n);
  return Number(quotient) / 2 ** (129 + places);
}
