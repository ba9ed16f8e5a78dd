import type { Kpi } from './kpi.ts';
import { standing } from './kpi.ts';

/** A value as given: `value`, or `value` of `of`. */
export type Given = { value: number; of?: number };

/** What is kept of it. `value` is a percentage for a KPI in per cent, else the count itself. */
export type Kept = { value: number; numerator: number | null; denominator: number | null };

export type Checked =
  | { kind: 'fine'; kept: Kept }
  /** Cannot be; `meant` is the likely meaning. */
  | { kind: 'impossible'; why: string; meant?: number }
  /** Can be, but is so far from everything known that it is asked first. */
  | { kind: 'unlikely'; why: string; kept: Kept; meant?: number };

/** More children than England has: nothing here is counted in more. */
const MOST = 10_000_000;
/** How many times the largest figure known a count may be before it is asked. */
const FAR_MORE = 20;
/** Digits after the point that the database keeps. */
const PLACES = 6;

export const isPercentage = (kpi: Pick<Kpi, 'unit'>) => kpi.unit === '%';

/** A figure as the database would give it back. */
export const round = (value: number) => Number(value.toFixed(PLACES));

/** Every figure known of a KPI: baseline, target, readings. */
const known = (kpi: Kpi) =>
  [kpi.baseline, kpi.target, ...standing(kpi).map(({ value }) => value)].filter((value): value is number => value !== null);

const percentage = (kpi: Kpi, { value, of }: Given): Checked => {
  if (of !== undefined) {
    const kept: Kept = { value: round((100 * value) / of), numerator: value, denominator: of };
    return { kind: 'fine', kept };
  }
  const kept: Kept = { value, numerator: null, denominator: null };
  const why = `${kpi.name} is a percentage, so 0 to 100.`;
  if (value < 0) return { kind: 'impossible', why, ...(value >= -100 ? { meant: -value } : {}) };
  if (value > 100) {
    const meant = [10, 100, 1_000].map((by) => round(value / by)).find((candidate) => candidate <= 100);
    return { kind: 'impossible', why, ...(meant === undefined ? {} : { meant }) };
  }
  const figures = known(kpi);
  if (value > 0 && value <= 1 && figures.length > 0 && figures.every((figure) => figure > 5)) {
    return {
      kind: 'unlikely',
      why: `${kpi.name} is a percentage and has been ${Math.min(...figures)} or more until now.`,
      kept,
      meant: round(value * 100),
    };
  }
  return { kind: 'fine', kept };
};

const count = (kpi: Kpi, { value, of }: Given): Checked => {
  const kept: Kept = { value, numerator: of === undefined ? null : value, denominator: of ?? null };
  const figures = known(kpi);
  const mayBeNegative = figures.some((figure) => figure < 0);
  if (value < 0 && !mayBeNegative) return { kind: 'impossible', why: `${kpi.name} counts ${kpi.unit}, so 0 or more.`, meant: -value };
  if (Math.abs(value) > MOST)
    return { kind: 'impossible', why: `${kpi.name} counts ${kpi.unit}, so at most ${MOST.toLocaleString('en-GB')}.` };
  if (kpi.decimals === 0 && !Number.isInteger(value))
    return { kind: 'impossible', why: `${kpi.name} counts whole ${kpi.unit}.`, meant: Math.round(value) };
  const largest = Math.max(0, ...figures);
  if (largest > 0 && value > FAR_MORE * largest && value > 100) {
    return { kind: 'unlikely', why: `The most until now is ${largest.toLocaleString('en-GB')} ${kpi.unit}.`, kept };
  }
  return { kind: 'fine', kept };
};

/** Whether a value can be a reading of this KPI: within its unit, and near enough to what is known not to be asked. */
export const checkValue = (kpi: Kpi, given: Given): Checked => {
  const { value, of } = given;
  if (of !== undefined) {
    if (of <= 0 || !Number.isInteger(of) || !Number.isInteger(value) || value < 0)
      return { kind: 'impossible', why: 'Both numbers of “84 of 131” are whole, and the second is above 0.' };
    if (value > of) return { kind: 'impossible', why: `${value} of ${of} is more than all of them.` };
    if (of > MOST) return { kind: 'impossible', why: `${kpi.name}: at most ${MOST.toLocaleString('en-GB')}.` };
  }
  return isPercentage(kpi) ? percentage(kpi, given) : count(kpi, given);
};
