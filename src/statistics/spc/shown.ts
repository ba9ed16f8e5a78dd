import type { Assurance, Spc, SpcPoint, Variation } from '../spc.ts';
import { NO_LIMITS } from './limits.ts';

/**
 * How much may be said of few readings: the policy over what was reckoned, which never depends on it.
 * Each group by its own readings, the verdict by those of the latest: under 6 a plain line, 6 to 9 trial limits and the outside rule,
 * 10 to 12 the tests of a run chart too, 13 and more everything.
 */

export type Stage = 'plain' | 'trial' | 'run_chart' | 'full';

/** Readings from which on a stage is reached, the last first. */
const FROM: readonly (readonly [Exclude<Stage, 'plain'>, number])[] = [
  ['full', 13],
  ['run_chart', 10],
  ['trial', 6],
];

/**
 * Anhøj's two tests of a run chart, around the median; readings on it count for nothing. Either alone is a signal that something other than
 * chance is at work; neither says since when, or whether for the better.
 */
export type RunChart = {
  median: number;
  /** Readings that are not on the median. */
  useful: number;
  /** Readings of the longest run on one side, and the most that chance explains. */
  longest: number;
  longestByChance: number;
  /** How often the line crosses the median, and the fewest that chance explains. */
  crossings: number;
  crossingsByChance: number;
  signal: boolean;
};

export type ShownSpc = {
  stage: Stage;
  /** Readings of the latest group. */
  readings: number;
  /** Whether the latest group has limits to show: trial limits until the stage is full. */
  limits: boolean;
  /** As they may be drawn: what may not be shown of mean, limits and causes is left out of them. Every group shows what its own readings bear. */
  points: SpcPoint[];
  /** The icons; null: not shown. */
  variation: Variation | null;
  assurance: Assurance | null;
  /** At its stage only. */
  runChart: RunChart | null;
};

export function shownSpc(spc: Spc): ShownSpc {
  const values = byGroup(spc.points);
  const latest = spc.points.findLast(({ value }) => value !== null);
  const own = values.get(latest?.group ?? 0) ?? [];
  const stage = stageOf(own.length);
  const isFull = stage === 'full';
  return {
    stage,
    readings: own.length,
    limits: stage !== 'plain' && latest?.lower != null,
    points:
      isFull && values.size === 1 ? spc.points : spc.points.map((point) => shownAt(stageOf(values.get(point.group)?.length ?? 0), point)),
    variation: isFull ? spc.variation : null,
    assurance: isFull ? spc.assurance : null,
    runChart: stage === 'run_chart' ? runChartOf(own) : null,
  };
}

const stageOf = (readings: number): Stage => FROM.find(([, from]) => readings >= from)?.[0] ?? 'plain';

function byGroup(points: readonly SpcPoint[]): Map<number, number[]> {
  const values = new Map<number, number[]>();
  for (const { group, value } of points) {
    if (value === null) continue;
    const own = values.get(group);
    if (own) own.push(value);
    else values.set(group, [value]);
  }
  return values;
}

function shownAt(stage: Stage, point: SpcPoint): SpcPoint {
  if (stage === 'full') return point;
  if (stage === 'plain') return { ...point, ...NO_LIMITS, cause: 'common', kind: 'common_cause' };
  const outside = { ...point, nearLower: null, nearUpper: null };
  return point.cause === 'outside' ? outside : { ...outside, cause: 'common', kind: 'common_cause' };
}

/** @param values by date, at least one */
function runChartOf(values: readonly number[]): RunChart {
  const median = medianOf(values);
  const sides = values.map((value) => Math.sign(value - median)).filter((side) => side !== 0);
  let longest = 0;
  let crossings = 0;
  let run = 0;
  sides.forEach((side, index) => {
    const goesOn = side === sides[index - 1];
    if (!goesOn && index > 0) crossings++;
    run = goesOn ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  // All on the median: nothing to be surprised at.
  const useful = Math.max(1, sides.length);
  const longestByChance = Math.round(Math.log2(useful) + 3);
  const crossingsByChance = fewestHeads(useful - 1);
  return {
    median,
    useful: sides.length,
    longest,
    longestByChance,
    crossings,
    crossingsByChance,
    signal: longest > longestByChance || crossings < crossingsByChance,
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

/**
 * The 5 % quantile of the binomial distribution at one half: the fewest heads of so many tosses that come up, or fewer do, one time in twenty at least.
 * @param tosses 0 to 48, so that every whole number is exact
 */
export function fewestHeads(tosses: number): number {
  let heads = 0;
  let ways = 1;
  let upTo = 1;
  while (20 * upTo < 2 ** tosses) {
    ways = (ways * (tosses - heads)) / (heads + 1);
    heads++;
    upTo += ways;
  }
  return heads;
}
