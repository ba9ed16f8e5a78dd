/** Mean and limits of one group of readings. */

/** The limits, in the readings' own unit and not clipped, are null together: not available. */
export type Limits = {
  mean: number | null;
  lower: number | null;
  upper: number | null;
  nearLower: number | null;
  nearUpper: number | null;
};

export const NO_LIMITS: Limits = { mean: null, lower: null, upper: null, nearLower: null, nearUpper: null };

/** So many mean moving ranges lie between the mean and a process limit; two thirds of them between the mean and a near limit. */
const TO_LIMIT = 2.66;
const TO_NEAR_LIMIT = 2 * (TO_LIMIT / 3);
/** From so many mean moving ranges on one is screened out. */
const SCREENED_FROM = 3.267;

/**
 * @param baseline by date, at least one
 * @param screen whether moving ranges that are far too long are left out; the mean is never screened
 */
export function limitsOf(baseline: readonly number[], screen: boolean): Limits {
  const mean = meanOf(baseline);
  const range = movingRange(baseline, screen);
  if (range === 0) return { ...NO_LIMITS, mean };
  return {
    mean,
    lower: mean - TO_LIMIT * range,
    upper: mean + TO_LIMIT * range,
    nearLower: mean - TO_NEAR_LIMIT * range,
    nearUpper: mean + TO_NEAR_LIMIT * range,
  };
}

/** The mean moving range; nought when nothing moves, or nothing but what is screened out. */
function movingRange(baseline: readonly number[], screen: boolean): number {
  const ranges: number[] = [];
  for (let index = 1; index < baseline.length; index++) {
    ranges.push(Math.abs((baseline[index] as number) - (baseline[index - 1] as number)));
  }
  const all = meanOf(ranges);
  return screen ? meanOf(ranges.filter((range) => range < SCREENED_FROM * all)) : all;
}

/**
 * Rounded once, as if reckoned exactly: the mean of readings that are all 0.1 is 0.1, or each of them lay on one side of it.
 * A compensated sum, and a second pass for what the first mean leaves of each value (R's mean() does so with longer numbers). Nought of no values.
 */
function meanOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const first = sumLess(values, 0) / values.length;
  return first + sumLess(values, first) / values.length;
}

/** The sum of what each value is over `less`: what rounding loses is kept apart and added last. */
function sumLess(values: readonly number[], less: number): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const over = value - less;
    const next = sum + over;
    lost += lostIn(value, -less, over) + lostIn(sum, over, next);
    sum = next;
  }
  return sum + lost;
}

/** What rounding took from a + b; exact (Knuth, The Art of Computer Programming, volume 2, 4.2.2). */
function lostIn(a: number, b: number, sum: number): number {
  const b2 = sum - a;
  return a - (sum - b2) + (b - b2);
}
