import type { Cause } from '../spc.ts';
import type { Limits } from './limits.ts';

/** The four rules of special cause, over the readings of one group. */

/** Of each reading: the rule that counts most, and which way: 1 above or rising, −1 below or falling, 0 common cause. */
export type Signals = { causes: Cause[]; directions: number[] };

/** Readings on one side of the mean that make a shift; steps one way that make a trend: seven readings. */
const SHIFT = 7;
const TREND = 6;

/** @param values by date; those after the baseline too */
export function signalsOf(values: readonly number[], limits: Limits): Signals {
  const causes = values.map((): Cause => 'common');
  const directions = values.map(() => 0);
  const sides = values.map((value) => Math.sign(value - (limits.mean as number)));
  const flag = (index: number, cause: Cause, direction: number) => {
    causes[index] = cause;
    directions[index] = direction;
  };
  // Each rule overrules those before it.
  eachRun(sides, SHIFT, (from, to, side) => {
    for (let index = from; index < to; index++) flag(index, 'shift', side);
  });
  eachNearLimit(values, sides, limits, (index, side) => flag(index, 'two_in_three', side));
  eachInTrend(values, (index, direction) => flag(index, 'trend', direction));
  eachBeyond(values, limits.lower, limits.upper, (index, side) => flag(index, 'outside', side));
  return { causes, directions };
}

/** The longest stretches of one sign, nought not being one, from `from` up to and without `to`. */
function eachRun(signs: readonly number[], atLeast: number, found: (from: number, to: number, sign: number) => void) {
  let from = 0;
  for (let index = 1; index <= signs.length; index++) {
    const sign = signs[from] as number;
    if (signs[index] === sign) continue;
    if (sign !== 0 && index - from >= atLeast) found(from, index, sign);
    from = index;
  }
}

/** Without limits none is beyond them. */
function eachBeyond(values: readonly number[], lower: number | null, upper: number | null, found: (index: number, side: number) => void) {
  if (lower === null || upper === null) return;
  values.forEach((value, index) => {
    if (value > upper) found(index, 1);
    else if (value < lower) found(index, -1);
  });
}

/** Of three in a row on one side of the mean those near its limit, when they are two at least. What is outside is not near. */
function eachNearLimit(values: readonly number[], sides: readonly number[], limits: Limits, found: (index: number, side: number) => void) {
  const near = values.map(() => 0);
  eachBeyond(values, limits.nearLower, limits.nearUpper, (index) => (near[index] = 1));
  eachBeyond(values, limits.lower, limits.upper, (index) => (near[index] = 0));
  for (let last = 2; last < values.length; last++) {
    const side = sides[last] as number;
    if (sides[last - 1] !== side || sides[last - 2] !== side) continue;
    if ((near[last - 2] as number) + (near[last - 1] as number) + (near[last] as number) < 2) continue;
    for (let index = last - 2; index <= last; index++) if (near[index]) found(index, side);
  }
}

/**
 * The direction of one that has another in a trend after it is that of the step to it, else of the step from the one before.
 * No step, between a trend and the next, counts as falling: the package's choice, kept so that every point has its kind.
 */
function eachInTrend(values: readonly number[], found: (index: number, direction: number) => void) {
  const steps: number[] = [];
  for (let index = 1; index < values.length; index++) steps.push(Math.sign((values[index] as number) - (values[index - 1] as number)));
  const members = new Set<number>();
  eachRun(steps, TREND, (from, to) => {
    for (let index = from; index <= to; index++) members.add(index);
  });
  for (const index of members) found(index, steps[members.has(index + 1) ? index : index - 1] === 1 ? 1 : -1);
}
