import type { Temporal } from 'temporal-polyfill';
import { type Kpi, standing } from './kpi.ts';

type Improvement = 'increase' | 'decrease' | 'neutral';
/** `date`: YYYY-MM-DD, as all days here. Thousands of KPIs are looked at for one page, and Temporal takes a hundred times as long. */
export type DatedValue = { date: string; value: number };

export type StatusInput = {
  improvement: Improvement;
  baseline: DatedValue | null;
  target: DatedValue | null;
  /** Points that the line passes through; those not between baseline and target are left out. */
  milestones: readonly DatedValue[];
  /** Per cent of the way from baseline to target (5 by default in the database). */
  tolerance: number;
  /** Places after the point that the KPI is read with: what is expected is rounded to them, so that the words agree with the figures shown. */
  decimals: number;
  /** The current readings in order of time; `date` is the last day of the period that a reading is about. */
  readings: readonly DatedValue[];
  /** The day on which somebody looks. */
  at: string;
};

export type ComputedStatus = {
  status: 'on_track' | 'close' | 'off_track' | 'too_early' | 'none';
  /** The status in words. */
  word: 'on track' | 'close' | 'off track' | 'too early to say' | 'no target' | 'no baseline' | 'no direction';
  /** Where the line from baseline to target stands; null when there is no line. */
  expected: number | null;
  /** The day that `expected` is about: `at`, or the end of the last reading's period when that is past. */
  expectedOn: string | null;
  /** What is left from the last reading to the target, 0 when it is reached; null without a target, a reading or a direction. */
  toGo: number | null;
};

const DAY = 86_400_000;
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY;
/** Adding and dividing leave dust in the last places; figures that people typed have at most six. */
const clean = (value: number, decimals = 9) => Number(value.toFixed(decimals));

/** The value on the straight line baseline → milestones → target on a day: the baseline's before it, the target's after it. */
export const expectedOn = (
  day: string,
  { baseline, target, milestones }: { baseline: DatedValue; target: DatedValue; milestones: readonly DatedValue[] },
): number => {
  const between = milestones
    .filter((point) => point.date > baseline.date && point.date < target.date)
    .sort((one, other) => (one.date < other.date ? -1 : 1));
  const line = [baseline, ...between, target];
  const next = line.findIndex((point) => day < point.date);
  if (next < 0) return target.value;
  const to = line[next] as DatedValue;
  const from = line[next - 1];
  if (!from) return baseline.value;
  return from.value + ((to.value - from.value) * daysBetween(from.date, day)) / daysBetween(from.date, to.date);
};

/**
 * What the data say of a KPI, compared on the day that the last reading speaks for:
 * on track = as expected or better; close = short of it by at most the tolerance; else off track.
 * Too early = fewer than two readings since the baseline.
 */
export const computedStatus = (input: StatusInput): ComputedStatus => {
  const { improvement, baseline, target, at, decimals } = input;
  const last = input.readings.at(-1);
  const none = (word: ComputedStatus['word'], toGo: number | null = null): ComputedStatus => ({
    status: 'none',
    word,
    expected: null,
    expectedOn: null,
    toGo,
  });
  if (improvement === 'neutral') return none('no direction');
  if (!target) return none('no target');

  const upward = improvement === 'increase' ? 1 : -1;
  /** How far `value` falls short of `wanted`; negative when it is better. */
  const shortfall = (value: number, wanted: number) => clean(upward * (wanted - value));
  const toGo = last ? Math.max(0, shortfall(last.value, target.value)) : null;
  if (!baseline) return none('no baseline', toGo);

  const day = last && last.date < at ? last.date : at;
  const expected = clean(expectedOn(day, { baseline, target, milestones: input.milestones }), decimals);
  const found = { expected, expectedOn: day, toGo };
  const since = input.readings.filter((reading) => reading.date >= baseline.date);
  if (!last || since.length < 2) return { status: 'too_early', word: 'too early to say', ...found };

  const short = shortfall(last.value, expected);
  const allowed = clean((Math.abs(target.value - baseline.value) * input.tolerance) / 100);
  if (short <= 0) return { status: 'on_track', word: 'on track', ...found };
  return short <= allowed ? { status: 'close', word: 'close', ...found } : { status: 'off_track', word: 'off track', ...found };
};

/** What the data say of a KPI on a day. */
export const statusOf = (kpi: Kpi, today: Temporal.PlainDate): ComputedStatus =>
  computedStatus({
    ...kpi,
    baseline: kpi.baseline !== null && kpi.baselineDate !== null ? { date: kpi.baselineDate, value: kpi.baseline } : null,
    target: kpi.target !== null && kpi.targetDate !== null ? { date: kpi.targetDate, value: kpi.target } : null,
    readings: standing(kpi).map(({ periodEnd, value }) => ({ date: periodEnd, value })),
    at: today.toString(),
  });
