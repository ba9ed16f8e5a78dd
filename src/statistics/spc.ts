import { type Limits, limitsOf, NO_LIMITS } from './spc/limits.ts';
import { type Signals, signalsOf } from './spc/rules.ts';

/**
 * XmR charts after NHS England's "Making Data Count": mean and limits, four rules, two icons. Pure.
 * Agrees with the R package NHSRplotthedots 0.2.2 on limits, flags and icons. Ours alone: missing readings are dropped before the rules, limits that
 * moving ranges of nought would give are not available, and a rebase date without a reading is that of the next one.
 * How much of it few readings bear is another question: `shownSpc`.
 */

export { shownSpc } from './spc/shown.ts';

/** A period of the series. `date`: as in 2026-11-16. `value`: finite; null when there is no reading: a gap in the line. */
export type SpcInput = { date: string; value: number | null };

export type SpcOptions = {
  /** Which way is better; neutral: neither. */
  improvement: 'increase' | 'decrease' | 'neutral';
  target?: number;
  /** Dates from which everything is reckoned anew, in any order. */
  rebase?: string[];
  /** Mean and limits come from the first so many readings of each group only: 12 or more. */
  fixAfter?: number;
  /** Whether moving ranges that are far too long are left out of the limits; they are, unless told otherwise. */
  screen?: boolean;
};

export type Cause = 'common' | 'outside' | 'trend' | 'two_in_three' | 'shift';
export type Kind = 'common_cause' | 'improvement' | 'concern' | 'neutral_high' | 'neutral_low';
export type Variation =
  | 'common_cause'
  | 'improvement_high'
  | 'improvement_low'
  | 'concern_high'
  | 'concern_low'
  | 'neutral_high'
  | 'neutral_low';
export type Assurance = 'pass' | 'fail' | 'hit_and_miss';

/**
 * Mean and limits are those of the point's group. The limits are null together: a group of one reading, or of hardly any movement, has none. The mean is
 * null when the series has no reading at all.
 */
export type SpcPoint = SpcInput &
  Limits & {
    /** How many rebases there were up to here. A gap is in the group of the reading before it. */
    group: number;
    /** Of several the one that counts most: outside, trend, two in three, shift. Of a gap: common. */
    cause: Cause;
    kind: Kind;
  };

export type Spc = {
  /** By date, gaps too. */
  points: SpcPoint[];
  /** Of the last reading. */
  variation: Variation;
  /** Null without a target, limits, or a better way. */
  assurance: Assurance | null;
  /** Of each rebase date without a reading: the date of the reading at which the group begins; null: none follows. */
  snapped?: { date: string; to: string | null }[];
};

type Reading = { date: string; value: number };
type Group = Signals & { number: number; limits: Limits };
/** Where gaps are that no reading goes with. */
const NO_GROUP: Group = { number: 0, limits: NO_LIMITS, causes: [], directions: [] };

/**
 * @param points in any order, each date once
 * @throws RangeError for a date that is there twice, a value or target that is not finite, fewer than 12 readings to fix the limits after
 */
export function analyseSpc(points: readonly SpcInput[], options: SpcOptions): Spc {
  checkOptions(options);
  const ordered = inOrder(points);
  const readings = ordered.filter((point): point is Reading => point.value !== null);
  const { starts, snapped } = rebased(readings, options.rebase ?? []);
  const groups = groupsOf(readings, starts, options);
  const analysed = put(ordered, groups, options.improvement);
  const last = analysed.findLast(({ value }) => value !== null);
  return {
    points: analysed,
    variation: variationOf(last?.kind ?? 'common_cause', options.improvement),
    assurance: assuranceOf(last ?? NO_LIMITS, options),
    ...(snapped.length > 0 && { snapped }),
  };
}

/** The fewest readings after which limits may be fixed. */
const FEWEST_TO_FIX = 12;

function checkOptions({ target, fixAfter }: SpcOptions) {
  if (target !== undefined && !Number.isFinite(target)) throw new RangeError('a target is a finite number');
  if (fixAfter !== undefined && !(Number.isInteger(fixAfter) && fixAfter >= FEWEST_TO_FIX)) {
    throw new RangeError(`limits are fixed after a whole number of readings, ${FEWEST_TO_FIX} or more`);
  }
}

function inOrder(points: readonly SpcInput[]): readonly SpcInput[] {
  const isOrdered = points.every(({ date }, index) => index === 0 || (points[index - 1] as SpcInput).date < date);
  const ordered = isOrdered ? points : points.toSorted((a, b) => (a.date < b.date ? -1 : 1));
  ordered.forEach(({ date, value }, index) => {
    if (date === ordered[index - 1]?.date) throw new RangeError(`two readings on ${date}`);
    if (value !== null && !Number.isFinite(value)) throw new RangeError(`the reading on ${date} is not a finite number`);
  });
  return ordered;
}

/** Of the readings, by date, those at which a group begins because of a rebase; and which dates were moved for it. */
function rebased(readings: readonly Reading[], dates: readonly string[]) {
  const starts: number[] = [];
  const snapped: NonNullable<Spc['snapped']> = [];
  let next = 0;
  for (const date of [...new Set(dates)].sort()) {
    while (next < readings.length && (readings[next] as Reading).date < date) next++;
    const to = readings[next]?.date ?? null;
    if (to !== null && starts.at(-1) !== next) starts.push(next);
    if (to !== date) snapped.push({ date, to });
  }
  return { starts, snapped };
}

function groupsOf(readings: readonly Reading[], starts: readonly number[], { fixAfter = Infinity, screen = true }: SpcOptions): Group[] {
  const values = readings.map(({ value }) => value);
  const rebasedAtOnce = starts[0] === 0;
  const from = rebasedAtOnce || values.length === 0 ? starts : [0, ...starts];
  return from.map((start, index) => {
    const own = from.length === 1 ? values : values.slice(start, from[index + 1]);
    const limits = limitsOf(own.length > fixAfter ? own.slice(0, fixAfter) : own, screen);
    return { number: rebasedAtOnce ? index + 1 : index, limits, ...signalsOf(own, limits) };
  });
}

/** Readings with what was found of them, gaps in their place. */
function put(ordered: readonly SpcInput[], groups: readonly Group[], improvement: SpcOptions['improvement']): SpcPoint[] {
  let at = 0;
  let within = 0;
  return ordered.map(({ date, value }) => {
    if (value !== null && within === groups[at]?.causes.length) {
      at++;
      within = 0;
    }
    const { number: group, limits, causes, directions } = groups[at] ?? NO_GROUP;
    const { mean, lower, upper, nearLower, nearUpper } = limits;
    const isGap = value === null;
    const kind = isGap ? 'common_cause' : kindOf(directions[within] as number, improvement);
    const cause = isGap ? 'common' : (causes[within++] as Cause);
    return { date, value, mean, lower, upper, nearLower, nearUpper, group, cause, kind };
  });
}

/** @param direction 1: above or rising, −1: below or falling, 0: common cause */
function kindOf(direction: number, improvement: SpcOptions['improvement']): Kind {
  if (direction === 0) return 'common_cause';
  if (improvement === 'neutral') return direction > 0 ? 'neutral_high' : 'neutral_low';
  return direction > 0 === (improvement === 'increase') ? 'improvement' : 'concern';
}

function variationOf(kind: Kind, improvement: SpcOptions['improvement']): Variation {
  if (kind === 'improvement') return improvement === 'increase' ? 'improvement_high' : 'improvement_low';
  if (kind === 'concern') return improvement === 'increase' ? 'concern_low' : 'concern_high';
  return kind;
}

/** Whether the process, as it is, reaches the target always, never, or now and then. */
function assuranceOf({ lower, upper }: Limits, { improvement, target }: SpcOptions): Assurance | null {
  if (target === undefined || improvement === 'neutral' || lower === null || upper === null) return null;
  if (target > upper) return improvement === 'increase' ? 'fail' : 'pass';
  if (target < lower) return improvement === 'increase' ? 'pass' : 'fail';
  return 'hit_and_miss';
}
