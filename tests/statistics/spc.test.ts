import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fewestHeads } from '../../src/statistics/spc/shown.ts';
import { analyseSpc, type Cause, type Spc, type SpcInput, type SpcOptions, shownSpc } from '../../src/statistics/spc.ts';
import { type Broken, exactMean, type Naive, naiveSpc } from './spc-naive.ts';

// XmR charts: what NHSRplotthedots says of the same series, what the rules say once more and slowly, and what must hold of any series.

const weekAfter = (weeks: number) => new Date(Date.UTC(2023, 0, 2 + 7 * weeks)).toISOString().slice(0, 10);
const weekly = (values: readonly (number | null)[]): SpcInput[] => values.map((value, week) => ({ date: weekAfter(week), value }));
const analyse = (values: readonly (number | null)[], options: Partial<SpcOptions> = {}) =>
  analyseSpc(weekly(values), { improvement: 'increase', ...options });
const causesOf = ({ points }: Pick<Spc, 'points'>) => points.map(({ cause }) => cause);
const repeat = <T>(times: number, ...values: T[]): T[] => Array.from({ length: times }, () => values).flat();

/** What differs between two analyses of one series: limits by more than 1e-9, anything else at all. */
function differences(actual: Spc, expected: Naive): string[] {
  const apart = (a: number | null, b: number | null) =>
    a === null || b === null ? a !== b : Math.abs(a - b) > 1e-9 * Math.max(1, Math.abs(b));
  const found: string[] = [];
  const say = (what: string, a: unknown, b: unknown) => found.push(`${what}: ${a} for ${b}`);
  if (actual.points.length !== expected.points.length) say('points', actual.points.length, expected.points.length);
  actual.points.forEach((point, index) => {
    const other = expected.points[index];
    if (!other) return;
    for (const key of ['date', 'value', 'group', 'cause', 'kind'] as const) {
      if (point[key] !== other[key]) say(`${key} of ${index}`, point[key], other[key]);
    }
    for (const key of ['mean', 'lower', 'upper', 'nearLower', 'nearUpper'] as const) {
      if (apart(point[key], other[key])) say(`${key} of ${index}`, point[key], other[key]);
    }
  });
  if (actual.variation !== expected.variation) say('variation', actual.variation, expected.variation);
  if (actual.assurance !== expected.assurance) say('assurance', actual.assurance, expected.assurance);
  return found;
}

/**
 * Series of our own with the answers that the R package NHSRplotthedots 0.2.2 (nhs-r-community/NHSRplotthedots, MIT) gave when it was run on them.
 * Null means undefined there.
 */
type Vector = {
  id: string;
  note: string;
  input: {
    dates: string[];
    values: (number | null)[];
    improvement_direction: SpcOptions['improvement'];
    target: number | null;
    rebase_dates: string[];
    fix_after_n_points: number | null;
    screen_outliers: boolean;
  };
  expected: {
    points: Record<'mean' | 'lpl' | 'upl' | 'nlpl' | 'nupl' | 'amr' | 'value', (number | null)[]> &
      Record<'special_cause_type' | 'point_type' | 'date', string[]> & { rebase_group: number[] };
    variation_icon: Spc['variation'];
    assurance_icon: string | null;
  };
};
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/spc-vectors.json', import.meta.url), 'utf8')) as { vectors: Vector[] };

function packageSays({ input, expected: { points, variation_icon, assurance_icon } }: Vector): Naive {
  const causes: [RegExp, Cause][] = [
    [/UCL|LCL/u, 'outside'],
    [/Trend/u, 'trend'],
    [/2 in 3/u, 'two_in_three'],
    [/7 Points/u, 'shift'],
    [/Common/u, 'common'],
  ];
  const hasLimits = points.upl.at(-1) !== null;
  return {
    points: points.date.map((date, index) => ({
      date,
      value: points.value[index] ?? null,
      group: points.rebase_group[index] ?? -1,
      mean: points.mean[index] ?? null,
      lower: points.lpl[index] ?? null,
      upper: points.upl[index] ?? null,
      nearLower: points.nlpl[index] ?? null,
      nearUpper: points.nupl[index] ?? null,
      cause: causes.find(([said]) => said.test(points.special_cause_type[index] ?? ''))?.[1] ?? 'common',
      kind: (points.point_type[index] ?? '').replace('special_cause_', '') as Spc['points'][number]['kind'],
    })),
    variation: variation_icon,
    // Ours alone: no assurance where there are no limits.
    assurance:
      input.target === null || !hasLimits ? null : ((assurance_icon?.replace('inconsistent', 'hit_and_miss') ?? null) as Spc['assurance']),
  };
}

const inputOf = ({ input }: Vector): [SpcInput[], SpcOptions] => [
  input.dates.map((date, index) => ({ date, value: input.values[index] ?? null })),
  {
    improvement: input.improvement_direction,
    target: input.target ?? undefined,
    rebase: input.rebase_dates,
    fixAfter: input.fix_after_n_points ?? undefined,
    screen: input.screen_outliers,
  },
];

describe('what NHSRplotthedots says of a series is what is said here', () => {
  test('of all kinds of series', () => {
    expect(vectors.length).toBeGreaterThan(30);
    expect(new Set(vectors.flatMap(({ expected }) => expected.points.special_cause_type)).size).toBeGreaterThan(7);
  });

  test.each(vectors.map((vector) => [vector.id, vector.note, vector] as const))('%s: %s', (_id, _note, vector) => {
    expect(differences(analyseSpc(...inputOf(vector)), packageSays(vector))).toEqual([]);
    expect(differences(naiveSpc(...inputOf(vector)) as Spc, packageSays(vector))).toEqual([]);
  });
});

const anyFraction = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 1, max: 97 })).map(([a, b]) => a / b);
/** Parts of series: noise with ties, decimals, levels, rises and falls with and without ties, spikes, anything. */
const part: fc.Arbitrary<(number | null)[]> = fc.oneof(
  fc.array(fc.integer({ min: -2, max: 5 }), { maxLength: 16 }),
  fc.array(
    fc.integer({ min: 900, max: 960 }).map((tenths) => tenths / 10),
    { maxLength: 24 },
  ),
  fc.array(
    fc.integer({ min: -3, max: 8 }).map((tenths) => tenths * 0.1),
    { maxLength: 16 },
  ),
  fc.tuple(fc.constantFrom(0, 0.1, 0.7, 3, 93.2), fc.integer({ min: 3, max: 15 })).map(([value, times]) => repeat(times, value)),
  fc
    .tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 4, max: 10 }), fc.constantFrom(-1, -0.1, 0.1, 1))
    .map(([from, steps, by]) => Array.from({ length: steps }, (_, step) => from + step * by)),
  fc
    .array(fc.constantFrom(0, 1, 1, 2), { minLength: 5, maxLength: 9 })
    .map((steps) => steps.map((_, index) => steps.slice(0, index).reduce<number>((a, b) => a + b, 0))),
  fc.tuple(fc.constantFrom(4, 9.9, 40), fc.boolean()).map(([spike, up]) => [up ? spike : -spike]),
  fc.array(anyFraction, { maxLength: 8 }),
);
const withGaps = (values: readonly (number | null)[], gaps: readonly number[]): (number | null)[] =>
  values.map((value, index) => (gaps.includes(index % 23) ? null : value));
const anyValues = fc
  .tuple(fc.array(part, { maxLength: 5 }), fc.oneof(fc.constant<number[]>([]), fc.array(fc.nat(22), { maxLength: 5 })))
  .map(([parts, gaps]) => withGaps(parts.flat().slice(0, 60), gaps));
/** Twelve readings with a mean of 10 and a mean moving range of 1, the limits fixed by them, then readings on limits and beside them. */
const onLimits: fc.Arbitrary<(number | null)[]> = fc
  .array(fc.constantFrom(9.5, 10.5, 10, 10 + 2.66, 10 - 2.66, 10 + 2 * (2.66 / 3), 10 - 2 * (2.66 / 3), 12, 8, 12.7, 7.3), {
    minLength: 1,
    maxLength: 16,
  })
  .map((after) => [...repeat(6, 9.5, 10.5), ...after]);

type Series = { points: SpcInput[]; options: SpcOptions };
const improvement = fc.constantFrom('increase' as const, 'decrease' as const, 'neutral' as const);
const anySeries: fc.Arbitrary<Series> = fc
  .record({
    values: fc.oneof({ weight: 5, arbitrary: anyValues }, { weight: 1, arbitrary: onLimits }),
    /** After which readings weeks are skipped. */
    skipped: fc.array(fc.nat(60), { maxLength: 3 }),
    improvement,
    target: fc.option(fc.constantFrom(0, 0.1, 3, 10, 12.66, 94, 1000), { nil: undefined }),
    /** Days after the first week: on a reading, between two, before all, after all. */
    rebase: fc.oneof(
      fc.constant(undefined),
      fc.array(
        fc.oneof(
          fc.integer({ min: -2, max: 45 }).map((week) => week * 7),
          fc.integer({ min: -9, max: 300 }),
        ),
        { maxLength: 3 },
      ),
    ),
    fixAfter: fc.oneof(fc.constant(undefined), fc.constant(12), fc.integer({ min: 12, max: 30 })),
    screen: fc.constantFrom(undefined, true, true, false),
  })
  .map(({ values, skipped, improvement, target, rebase, fixAfter, screen }) => {
    let week = 0;
    const points = values.map((value, index) => {
      week += skipped.includes(index) ? 3 : 1;
      return { date: weekAfter(week), value };
    });
    return { points, options: { improvement, target, rebase: rebase?.map((days) => weekAfter(days / 7)), fixAfter, screen } };
  });

const SEED = 20261122;
const samples = fc.sample(anySeries, { seed: SEED, numRuns: 2500 });

describe('the rules, read once more and applied slowly, come to the same', () => {
  const analysed = samples.map(({ points, options }) => ({ points, options, spc: analyseSpc(points, options) }));

  test('of any series', () => {
    for (const { points, options, spc } of analysed) {
      const found = differences(spc, naiveSpc(points, options));
      expect(found, JSON.stringify({ points, options })).toEqual([]);
    }
  });

  test('and the series have what the rules speak of', () => {
    const times = (is: (one: (typeof analysed)[number]) => boolean) => analysed.filter(is).length;
    for (const cause of ['outside', 'trend', 'two_in_three', 'shift'] as const) {
      expect(times(({ spc }) => causesOf(spc).includes(cause))).toBeGreaterThan(200);
    }
    expect(times(({ spc }) => new Set(spc.points.map(({ group }) => group)).size > 2)).toBeGreaterThan(50);
    expect(times(({ spc }) => spc.snapped !== undefined)).toBeGreaterThan(100);
    expect(times(({ points }) => points.some(({ value }) => value === null))).toBeGreaterThan(100);
    expect(times(({ spc }) => spc.points.some(({ mean, upper }) => mean !== null && upper === null))).toBeGreaterThan(100);
    expect(times(({ spc }) => spc.points.some(({ value, mean }) => value !== null && value === mean))).toBeGreaterThan(100);
    expect(
      times(({ spc }) => spc.points.some(({ value, upper, lower }) => value !== null && (value === upper || value === lower))),
    ).toBeGreaterThan(50);
    for (const icon of ['pass', 'fail', 'hit_and_miss']) expect(times(({ spc }) => spc.assurance === icon)).toBeGreaterThan(100);
  });

  test.each<[string, Broken]>([
    ['means of plain sums, in one pass', { onePassMean: true }],
    ['on a limit is beyond it', { orOnTheLimit: true }],
    ['six make a shift', { shiftOf: 6 }],
    ['six make a trend', { trendOf: 6 }],
    ['the rules see across a rebase', { acrossRebases: true }],
    ['limits are clipped', { clipped: true }],
    ['nothing is screened', { unscreened: true }],
    ['what is outside is near', { outsideIsNear: true }],
    ['a trend is judged by its side of the mean', { trendBySide: true }],
  ])('control: a twin in which %s is found out', (_mistake, broken) => {
    expect(analysed.some(({ points, options, spc }) => differences(spc, naiveSpc(points, options, broken)).length > 0)).toBe(true);
  });

  test('a mean is the exact one, rounded once', () => {
    const wide = fc.oneof(
      anyFraction,
      fc.integer({ min: -1000, max: 1000 }).map((tenths) => tenths / 10),
      fc.constantFrom(1e15, -1e15, 0.1, 1e-9),
    );
    fc.assert(
      fc.property(fc.array(wide, { minLength: 1, maxLength: 40 }), (values) => {
        expect(analyse(values).points[0]?.mean).toBe(exactMean(values) || 0);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});

describe('what holds of any series', () => {
  const check = (property: (series: Series) => void) => fc.assert(fc.property(anySeries, property), { seed: SEED + 1, numRuns: 400 });
  const found = (spc: Spc) => spc.points.map(({ date, group, cause, kind }) => ({ date, group, cause, kind }));
  const isReading = ({ value }: { value: number | null }) => value !== null;

  test('the order of its points is nothing', () => {
    check(({ points, options }) => {
      const before = structuredClone(points);
      expect(analyseSpc(points.toReversed(), options)).toEqual(analyseSpc(points, options));
      expect(points).toEqual(before);
    });
  });

  test('missing readings change nothing for the others', () => {
    check(({ points, options }) => {
      const whole = analyseSpc(points, options);
      const dense = analyseSpc(points.filter(isReading), options);
      expect(whole.points.filter(isReading)).toEqual(dense.points);
      expect([whole.variation, whole.assurance]).toEqual([dense.variation, dense.assurance]);
      expect(whole.points.map(({ date, value }) => ({ date, value }))).toEqual(points);
      for (const gap of whole.points.filter((point) => !isReading(point)))
        expect([gap.cause, gap.kind]).toEqual(['common', 'common_cause']);
    });
  });

  test('nothing crosses a rebase: each group is as if it stood alone', () => {
    check(({ points, options }) => {
      const whole = analyseSpc(points, options).points.filter(isReading);
      for (const group of new Set(whole.map((point) => point.group))) {
        const own = whole.filter((point) => point.group === group);
        const alone = analyseSpc(
          own.map(({ date, value }) => ({ date, value })),
          { ...options, rebase: [] },
        );
        expect(alone.points.map((point) => ({ ...point, group }))).toEqual(own);
      }
    });
  });

  test('upside down, with the other way better, the same is good and bad', () => {
    const turned = { increase: 'decrease', decrease: 'increase', neutral: 'neutral' } as const;
    check(({ points, options }) => {
      const spc = analyseSpc(points, options);
      const values = spc.points.filter(isReading);
      // Where two trends meet in a tie, the tie counts as falling whichever way up.
      const inTrend = (point: Spc['points'][number] | undefined) => point?.cause === 'trend' || point?.cause === 'outside';
      fc.pre(!values.some((point, index) => point.value === values[index + 1]?.value && inTrend(point) && inTrend(values[index + 1])));
      const mirrored = analyseSpc(
        points.map(({ date, value }) => ({ date, value: value === null ? null : -value })),
        { ...options, improvement: turned[options.improvement], target: options.target === undefined ? undefined : -options.target },
      );
      expect(causesOf(mirrored)).toEqual(causesOf(spc));
      expect(mirrored.assurance).toBe(spc.assurance);
      mirrored.points.forEach(({ kind, mean, lower }, index) => {
        const other = spc.points[index];
        const high = other?.kind === 'neutral_high' ? 'neutral_low' : other?.kind === 'neutral_low' ? 'neutral_high' : other?.kind;
        expect(kind).toBe(high);
        expect(mean === null ? null : 0 - mean).toBe(other?.mean ?? null);
        expect(lower === null ? null : 0 - lower).toBe(other?.upper ?? null);
      });
    });
  });

  test('higher by a constant, the same is found', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -6, max: 9 }), { maxLength: 50 }),
        fc.integer({ min: -1000, max: 1000 }),
        improvement,
        (values, by, way) => {
          const spc = analyse(values, { improvement: way, target: 4 });
          // A reading, or the target, just on a limit may fall to either side of it by rounding.
          const limits = spc.points.flatMap(({ lower, upper, nearLower, nearUpper }) => [lower, upper, nearLower, nearUpper]);
          fc.pre(!limits.some((limit) => limit !== null && [4, ...values].some((value) => Math.abs(value - limit) < 1e-9)));
          const higher = analyse(
            values.map((value) => value + by),
            { improvement: way, target: 4 + by },
          );
          expect(found(higher)).toEqual(found(spc));
          expect([higher.variation, higher.assurance]).toEqual([spc.variation, spc.assurance]);
        },
      ),
      { seed: SEED, numRuns: 400 },
    );
  });

  test('with fixed limits, what comes later takes no signal back, and changes nothing more than seven readings old', () => {
    const strength: Cause[] = ['common', 'shift', 'two_in_three', 'trend', 'outside'];
    let longer = 0;
    check(({ points, options }) => {
      const dense = points.filter(isReading);
      fc.pre(dense.length > 13);
      longer++;
      const fixed = { ...options, rebase: [], fixAfter: 12 };
      const whole = analyseSpc(dense, fixed).points;
      for (let now = 12; now < dense.length; now += 4) {
        const then = analyseSpc(dense.slice(0, now), fixed).points;
        expect(then.slice(0, -7)).toEqual(whole.slice(0, Math.max(0, now - 7)));
        then.forEach(({ cause, mean, upper }, index) => {
          expect([mean, upper]).toEqual([whole[index]?.mean, whole[index]?.upper]);
          expect(strength.indexOf(cause)).toBeLessThanOrEqual(strength.indexOf(whole[index]?.cause ?? 'common'));
        });
      }
    });
    expect(longer).toBeGreaterThan(100);
  });
});

describe('what is unusual in a series', () => {
  test('no reading at all: nothing is said', () => {
    expect(analyse([])).toEqual({ points: [], variation: 'common_cause', assurance: null });
    const { points, variation, assurance } = analyse([null, null], { target: 3 });
    expect(points[1]).toEqual({
      date: '2023-01-09',
      value: null,
      group: 0,
      mean: null,
      lower: null,
      upper: null,
      nearLower: null,
      nearUpper: null,
      cause: 'common',
      kind: 'common_cause',
    });
    expect([variation, assurance]).toEqual(['common_cause', null]);
  });

  test('one reading is its own mean and has no limits', () => {
    const { points, assurance } = analyse([5], { target: 6 });
    expect(points).toMatchObject([{ mean: 5, lower: null, upper: null, nearLower: null, nearUpper: null, cause: 'common' }]);
    expect(assurance).toBeNull();
  });

  test.each([0.1, 0.7, 93.2])('fifteen readings of %d are no shift, and there are no limits', (value) => {
    const { points, variation, assurance } = analyse(repeat(15, value), { target: value });
    expect(new Set(points.map(({ mean }) => mean))).toEqual(new Set([value]));
    expect(points.every(({ cause, upper }) => cause === 'common' && upper === null)).toBe(true);
    expect([variation, assurance]).toEqual(['common_cause', null]);
  });

  test('a series that hardly moves has no limits, and may be shifted all the same', () => {
    const { points, variation, assurance } = analyse([...repeat(14, 20), 50], { target: 10 });
    expect(points[0]).toMatchObject({ mean: 22, lower: null, nearUpper: null, cause: 'shift', kind: 'concern' });
    expect(causesOf({ points }).at(-1)).toBe('common');
    expect([variation, assurance]).toEqual(['common_cause', null]);
  });

  test('a moving range of just 3.267 times the mean is screened out', () => {
    // The moving ranges are 3.267, 0.733, 0 and 0, with a mean of 1: what is kept has a mean of 0.733 / 3.
    const { mean, upper } = analyse([0, 3.267, 4, 4, 4]).points[0] ?? {};
    expect((upper ?? 0) - (mean ?? 0)).toBeCloseTo((2.66 * 0.733) / 3, 9);
  });

  test('without screening nothing but a series that does not move lacks limits', () => {
    expect(analyse(repeat(15, 20), { screen: false }).points[0]?.upper).toBeNull();
    expect(analyse([...repeat(14, 20), 50], { screen: false }).points.at(-1)).toMatchObject({ cause: 'outside', kind: 'improvement' });
  });

  test('a trend goes its own way, whichever side of the mean; at its end, the way of the trend that follows, and a tie there is falling', () => {
    const { points } = analyse([1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 13], { screen: false });
    const tied = points.slice(4, 10);
    expect(tied.map(({ cause, kind }) => `${cause} ${kind}`)).toEqual([
      ...repeat(2, 'trend improvement'),
      'trend concern',
      ...repeat(3, 'trend improvement'),
    ]);
  });

  test('a gap keeps its place, with the limits it lies in, and a signal lasts over it', () => {
    const { points, variation } = analyse([...repeat(6, 9.5, 10.5), 13, null], { fixAfter: 12 });
    expect(points.at(-1)).toMatchObject({ value: null, mean: 10, upper: 12.66, cause: 'common', kind: 'common_cause' });
    expect(variation).toBe('improvement_high');
  });

  test('gaps are no readings: limits are fixed by the first twelve there are, and seven on one side may have a gap among them', () => {
    const { points } = analyse([...repeat(6, 9.5, null, 10.5), 11, 11, 11, null, 11, 11, 11, 11], { fixAfter: 12 });
    expect(points[0]).toMatchObject({ mean: 10, upper: 12.66 });
    expect(causesOf({ points }).filter((cause) => cause === 'shift')).toHaveLength(8);
  });

  test.each<[string, string, { date: string; to: string | null }[] | undefined, number[]]>([
    ['on a reading', '2023-01-16', undefined, [0, 0, 1, 1, 1]],
    ['between two is that of the next', '2023-01-18', [{ date: '2023-01-18', to: '2023-01-30' }], [0, 0, 0, 0, 1]],
    ['on a gap is that of the next', '2023-01-23', [{ date: '2023-01-23', to: '2023-01-30' }], [0, 0, 0, 0, 1]],
    ['before all is that of the first', '2022-12-25', [{ date: '2022-12-25', to: '2023-01-02' }], [1, 1, 1, 1, 1]],
    ['after all waits for a reading', '2023-03-01', [{ date: '2023-03-01', to: null }], [0, 0, 0, 0, 0]],
  ])('a rebase %s', (_where, date, snapped, groups) => {
    const spc = analyse([1, 2, 3, null, 5], { rebase: [date] });
    expect(spc.snapped).toEqual(snapped);
    expect(spc.points.map(({ group }) => group)).toEqual(groups);
  });

  test('two rebases before one reading begin one group, and each is said to have moved', () => {
    const spc = analyse([1, 2, null, 4, 5], { rebase: ['2023-01-20', '2023-01-17', '2023-01-17'] });
    expect(spc.points.map(({ group }) => group)).toEqual([0, 0, 0, 1, 1]);
    expect(spc.snapped).toEqual([
      { date: '2023-01-17', to: '2023-01-23' },
      { date: '2023-01-20', to: '2023-01-23' },
    ]);
  });

  test('each group fixes its limits by its own first readings', () => {
    const { points } = analyse([...repeat(6, 9.5, 10.5), 30, ...repeat(6, 19.5, 20.5), 30], { fixAfter: 12, rebase: [weekAfter(13)] });
    expect(points[0]).toMatchObject({ group: 0, mean: 10, upper: 12.66 });
    expect(points.at(-1)).toMatchObject({ group: 1, mean: 20, upper: 22.66, cause: 'outside' });
  });

  test('what cannot be reckoned with is refused', () => {
    const twice = [...weekly([1, 2]), { date: '2023-01-02', value: 3 }];
    expect(() => analyseSpc(twice, { improvement: 'increase' })).toThrow(new RangeError('two readings on 2023-01-02'));
    for (const fixAfter of [11, 0, -12, 12.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => analyse([1, 2], { fixAfter }), `${fixAfter}`).toThrow(RangeError);
    }
    expect(() => analyse([1, 2], { target: Number.NaN })).toThrow(RangeError);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => analyse([1, value])).toThrow(RangeError);
  });
});

describe('few readings are said to be few', () => {
  /** Much to find: the last is far outside, and before it all are above the first. */
  const busy = (readings: number) =>
    [...repeat(Math.max(0, readings - 2), 10, 10.5, 10, 9.5).slice(0, Math.max(0, readings - 2)), 10, 60].slice(-readings || 99);
  const shown = (values: readonly (number | null)[], options: Partial<SpcOptions> = {}) =>
    shownSpc(analyse(values, { target: 0, ...options }));

  test.each([
    [0, 'plain', false],
    [1, 'plain', false],
    [5, 'plain', false],
    [6, 'trial', true],
    [9, 'trial', true],
    [10, 'run_chart', true],
    [12, 'run_chart', true],
    [13, 'full', true],
    [20, 'full', true],
  ] as const)('of %i readings: %s, limits %s', (readings, stage, limits) => {
    const values = readings === 0 ? [] : busy(readings);
    const spc = analyse(values, { target: 0 });
    const some = shownSpc(spc);
    expect(some).toMatchObject({ stage, limits, readings });
    expect(some.runChart !== null).toBe(stage === 'run_chart');
    expect(some.variation).toBe(stage === 'full' ? 'improvement_high' : null);
    expect(some.assurance).toBe(stage === 'full' ? spc.assurance : null);
    expect(some.points.map(({ date, value, group }) => ({ date, value, group }))).toEqual(
      spc.points.map(({ date, value, group }) => ({ date, value, group })),
    );
    some.points.forEach((point, index) => {
      const raw = spc.points[index];
      if (stage === 'plain')
        expect(point).toMatchObject({ mean: null, lower: null, upper: null, nearUpper: null, cause: 'common', kind: 'common_cause' });
      else expect([point.mean, point.lower, point.upper]).toEqual([raw?.mean, raw?.lower, raw?.upper]);
      if (stage === 'trial' || stage === 'run_chart') expect([point.nearLower, point.nearUpper]).toEqual([null, null]);
      if (stage === 'full') expect(point).toEqual(raw);
    });
    expect(some.points.at(-1)?.cause).toBe(readings === 0 ? undefined : stage === 'plain' ? 'common' : 'outside');
  });

  test('up to 12 readings the outside rule alone flags a point; from 13 on all four do', () => {
    const rising = (readings: number) => Array.from({ length: readings }, (_, index) => index);
    expect(causesOf(analyse(rising(12)))).toContain('trend');
    expect(causesOf(shown(rising(9)))).not.toContain('trend');
    expect(causesOf(shown(rising(12)))).not.toContain('trend');
    expect(new Set(shown(rising(12)).points.map(({ kind, cause }) => `${cause} ${kind}`))).toEqual(
      new Set(['common common_cause', 'outside concern', 'outside improvement']),
    );
    expect(causesOf(shown(rising(13)))).toEqual(causesOf(analyse(rising(13))));
  });

  test('gaps do not count as readings', () => {
    expect(shown([1, 2, null, 3, 4, null, 5])).toMatchObject({ stage: 'plain', readings: 5 });
    expect(shown([1, 2, null, 3, 4, null, 5, 6, null])).toMatchObject({ stage: 'trial', readings: 6 });
  });

  test('after a rebase the verdict is of the latest group, and every group shows what its own readings bear', () => {
    const many = repeat(10, 4, 6);
    const spc = analyse([...many, 9, 9, 8], { rebase: [weekAfter(20)] });
    const justRebased = shownSpc(spc);
    expect(justRebased).toMatchObject({ stage: 'plain', readings: 3, limits: false, variation: null, assurance: null });
    // What was known of the time before the change is not taken away by it.
    expect(justRebased.points.slice(0, 20)).toEqual(spc.points.slice(0, 20));
    expect(justRebased.points.slice(20).every(({ mean, kind }) => mean === null && kind === 'common_cause')).toBe(true);
    const longRebased = shown([1, 9, 1, ...many], { rebase: [weekAfter(3)] });
    expect(longRebased).toMatchObject({ stage: 'full', readings: 20, limits: true });
    expect(longRebased.points.map(({ upper }) => upper !== null)).toEqual([...repeat(3, false), ...repeat(20, true)]);
  });

  test('where nothing moves there are no limits to show, however many readings', () => {
    expect(shown(repeat(15, 3))).toMatchObject({ stage: 'full', limits: false, variation: 'common_cause', assurance: null });
    expect(shown(repeat(11, 3))).toMatchObject({
      stage: 'run_chart',
      limits: false,
      runChart: { median: 3, useful: 0, longest: 0, crossings: 0, signal: false },
    });
  });

  test.each<[string, number[], object]>([
    [
      'readings on the median count for nothing, and part no run',
      [1, 2, 8, 8, 8, 8, 8, 1, 8, 2],
      { median: 8, useful: 4, longest: 4, crossings: 0, signal: false },
    ],
    [
      'five low, then five high: it crosses too seldom',
      [1, 2, 3, 2, 1, 7, 8, 9, 8, 7],
      { median: 5, longest: 5, longestByChance: 6, crossings: 1, crossingsByChance: 2, signal: true },
    ],
    [
      'to and fro',
      repeat(6, 1, 9),
      { median: 5, useful: 12, longest: 1, longestByChance: 7, crossings: 11, crossingsByChance: 3, signal: false },
    ],
    ['crossing twice is enough for 10', [1, 9, 9, 9, 9, 9, 1, 1, 1, 1], { longest: 5, crossings: 2, crossingsByChance: 2, signal: false }],
  ])('a run chart: %s', (_what, values, expected) => {
    expect(shown(values).runChart).toMatchObject(expected);
  });

  test('the two tests are those of Anhøj, reckoned another way', () => {
    const seen = { signal: 0, none: 0 };
    const values = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 12 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 10, maxLength: 12 }).map((some) => some.toSorted((a, b) => a - b)),
    );
    fc.assert(
      fc.property(values, (some) => {
        const { runChart } = shown(some);
        const sorted = some.toSorted((a, b) => a - b);
        const median = (values: readonly number[]): number =>
          values.length <= 2 ? values.reduce((a, b) => a + b, 0) / values.length : median(values.slice(1, -1));
        const letters = some.map((value) => (value > median(sorted) ? 'A' : value < median(sorted) ? 'B' : '')).join('');
        const runs = letters.match(/A+|B+/gu) ?? [];
        const longest = Math.max(0, ...runs.map((run) => run.length));
        const crossings = Math.max(0, runs.length - 1);
        const tooLong = letters.length > 0 && longest > Math.round(Math.log2(letters.length) + 3);
        const tooFew = letters.length > 0 && crossings < quantile(letters.length - 1);
        expect(runChart).toMatchObject({ median: median(sorted), useful: letters.length, longest, crossings, signal: tooLong || tooFew });
        seen[tooLong || tooFew ? 'signal' : 'none']++;
      }),
      { seed: SEED, numRuns: 600 },
    );
    expect(seen.signal).toBeGreaterThan(50);
    expect(seen.none).toBeGreaterThan(50);
  });

  /** Of all ways in which so many coins can fall, by the number of heads: the least with one in twenty of them up to it. */
  const quantile = (tosses: number) => {
    const rowOf = (row: number): bigint[] =>
      Array.from({ length: row }).reduce<bigint[]>((above) => [...above, 0n].map((ways, index) => ways + (above[index - 1] ?? 0n)), [1n]);
    const ways = rowOf(tosses);
    const all = ways.reduce((a, b) => a + b);
    return ways.findIndex((_, heads) => ways.slice(0, heads + 1).reduce((a, b) => a + b) * 20n >= all);
  };

  test('the fewest crossings that chance explains are the 5 % quantile of the binomial distribution', () => {
    for (let tosses = 0; tosses <= 48; tosses++) expect(fewestHeads(tosses), `${tosses}`).toBe(quantile(tosses));
    // The limits published with the tests, for 10, 11, 12, 20 and 24 readings.
    expect([9, 10, 11, 19, 23].map(fewestHeads)).toEqual([2, 2, 3, 6, 8]);
  });
});
