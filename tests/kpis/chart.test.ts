import { describe, expect, test } from 'vitest';
import { periodAfter, periodFromKey } from '../../src/calendar/periods.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { concealTelling } from '../../src/kpis/conceal.ts';
import type { Kpi, Reading } from '../../src/kpis/kpi.ts';
import { spcOf } from '../../src/kpis/spc.ts';
import { type ChartMark, kpiChart, kpiSays } from '../../src/views/kpi-chart.ts';
import { day } from '../../src/views/kpi-parts.ts';
import { kpiSign } from '../../src/views/kpi-says.ts';
import { sharedCard } from '../../src/views/reading.ts';

// What the chart of a KPI shows and says: never more than its readings bear.

const reading = (key: string, value: number | null, more: Partial<Reading> = {}): Reading => {
  const { start, end } = periodFromKey(key, nationalTerms);
  return {
    period: key,
    periodStart: start.toString(),
    periodEnd: end.toString(),
    version: 1,
    kind: 'reading',
    value,
    numerator: null,
    denominator: null,
    note: null,
    evidence: null,
    origin: 'person',
    recordedById: null,
    ...more,
  };
};

/** One reading for each period after another; `undefined`: none was given. */
const from = (key: string, values: readonly (number | null | undefined)[]): Reading[] => {
  let period = periodFromKey(key, nationalTerms);
  return values.flatMap((value) => {
    const own = value === undefined ? [] : [reading(period.key, value)];
    period = periodAfter(period, nationalTerms);
    return own;
  });
};

const kpi = (readings: Reading[], changed: Partial<Kpi> = {}): Kpi => ({
  id: 'k',
  position: 1,
  localityId: 'w',
  locality: 'Wakefield',
  prefix: 'WAK',
  pilotId: 'p',
  programmeId: 'l',
  since: '2026-01-01',
  definitionVersion: 1,
  name: 'Attendance',
  aliases: [],
  unit: '%',
  kind: 'outcome',
  improvement: 'increase',
  decimals: 1,
  counts: 'children',
  countedChildrenIn: [changed.unit ?? '%'],
  base: 'none',
  cadence: 'week',
  baseline: 91.5,
  baselineDate: '2026-01-01',
  tolerance: 5,
  definition: 'Sessions attended',
  source: 'Registers',
  criterionId: null,
  projectId: null,
  coverage: null,
  project: null,
  targetVersion: 1,
  target: 94,
  targetDate: '2027-07-31',
  milestones: [],
  rebases: [],
  ownerVersion: 0,
  ownerId: null,
  owner: null,
  deputyId: null,
  deputy: null,
  ownerLeft: null,
  deputyLeft: null,
  readings,
  ...changed,
});
const weeks = (values: readonly (number | null | undefined)[], changed: Partial<Kpi> = {}) => kpi(from('2026-W20', values), changed);
const chartOf = (of: Kpi, marks?: ChartMark[]) => {
  const [part] = kpiChart(of, marks);
  if (part?.type !== 'chart') throw new Error('a chart was expected');
  return part;
};
const rebasedOn = (date: string) => ({ rebases: [{ date, reason: 'a new register', version: 1 }] });
/** Up and down by a half, so that the mean is the value and the limits are far. */
const around = (value: number, many: number) => Array.from({ length: many }, (_, index) => value + (index % 2 === 0 ? 0.5 : -0.5));

describe('how much is said grows with the readings', () => {
  test.each<[string, number[], string, boolean]>([
    ['none', [], 'There is no reading yet.', false],
    ['1', [93.2], 'The last reading is 93.2 %, the baseline 91.5 %, the target 94.0 %.', false],
    ['5, however wild', [90, 90, 90, 90, 99], 'The last reading is 99.0 %, the baseline 91.5 %, the target 94.0 %.', false],
    [
      '9, the last far outside',
      [92, 92.1, 92, 92.1, 92, 92.1, 92, 92.1, 99],
      'Above its trial limits: an improvement unlikely to be chance.',
      true,
    ],
    [
      '9 that rise: a rule of more readings',
      [92, 92.6, 91.9, 92.1, 92.3, 92.5, 92.7, 92.9, 93.1],
      'Within its trial limits: no sign of change beyond chance.',
      true,
    ],
    ['9, all in the usual range', around(92, 9), 'Within its trial limits: no sign of change beyond chance.', true],
    [
      '12, six low and then six high',
      [91, 91.4, 91.1, 91.3, 91.2, 91.4, 92.1, 91.9, 92.2, 92, 92.1, 92],
      'Its readings cross their median less often than chance explains: something has changed.',
      true,
    ],
    ['13, all in the usual range', around(92, 13), 'Within its usual range: no sign of change beyond chance.', true],
    ['12, all equal', Array(12).fill(92), 'Its readings hardly move, so there are no limits to tell a change by.', true],
    ['13, all equal', Array(13).fill(92), 'Its readings hardly move, so there are no limits to tell a change by.', true],
  ])('%s', (_what, values, says, isCharted) => {
    expect(kpiSays(weeks(values))).toBe(says);
    if (values.length === 0) return expect(kpiChart(weeks(values))).toEqual([]);
    const { points } = chartOf(weeks(values));
    expect(points.map(({ value }) => value)).toEqual(values);
    expect(points.some(({ mean, kind }) => mean !== undefined || kind !== undefined)).toBe(isCharted);
  });

  test('control: the same five wild readings among thirteen are told', () => {
    expect(kpiSays(weeks([...around(90, 12), 99]))).toBe('Above its upper limit: an improvement unlikely to be chance.');
  });
});

describe('what thirteen readings and more bear', () => {
  const usual = around(92, 13);
  test.each<[string, number[], Partial<Kpi>, string]>([
    [
      'a shift',
      [...usual, 91, 90.9, 91.1, 90.9, 91, 91.1, 90.9],
      {},
      'Seven weeks below its mean: a change for the worse, unlikely to be chance.',
    ],
    [
      'the same where less is better',
      [...usual, 91, 90.9, 91.1, 90.9, 91, 91.1, 90.9],
      { improvement: 'decrease', target: null },
      'Seven weeks below its mean: an improvement unlikely to be chance.',
    ],
    [
      'the same where neither is',
      [...usual, 91, 90.9, 91.1, 90.9, 91, 91.1, 90.9],
      { improvement: 'neutral' },
      'Seven weeks below its mean: a change unlikely to be chance.',
    ],
    ['a trend', [...usual, 91.6, 91.7, 91.8, 91.9, 92, 92.1, 92.2], {}, 'Rising over seven weeks: an improvement unlikely to be chance.'],
    [
      'two of three',
      [...around(92, 20), 94.5, 92.5, 94.6],
      {},
      'Two of its last three readings are near its upper limit: an improvement unlikely to be chance.',
    ],
    [
      'a target out of reach',
      around(92, 14),
      { target: 97 },
      'Within its usual range: no sign of change beyond chance. The target lies above its usual range: as things are it will not be reached reliably.',
    ],
    [
      'a target that is always reached',
      around(92, 14),
      { target: 85 },
      'Within its usual range: no sign of change beyond chance. The target lies below its usual range: as things are it is reached reliably.',
    ],
    [
      'a target out of reach where less is better',
      around(20, 14),
      { improvement: 'decrease', target: 12 },
      'Within its usual range: no sign of change beyond chance. The target lies below its usual range: as things are it will not be reached reliably.',
    ],
    [
      'something earlier',
      [...around(92, 10), 99, ...around(92, 8)],
      {},
      'The last reading is within its usual range; earlier ones that chance hardly explains are marked.',
    ],
  ])('%s', (_what, values, changed, says) => {
    expect(kpiSays(weeks(values, changed))).toBe(says);
  });

  test('weeks are not said where one is missing between them', () => {
    const values = [...around(92, 13), 91, 90.9, undefined, 91.1, 90.9, 91, 91.1, 90.9];
    expect(kpiSays(weeks(values))).toContain('Seven readings in a row below its mean');
  });
});

test.each<[string, number[], string | undefined]>([
  ['two', [91, 92], undefined],
  ['five', [91, 93.4, 92, 90, 91], 'One reading is not a trend: the last 5 lie between 90.0 and 93.4.'],
  ['five equal ones', [92, 92, 92, 92, 92], 'One reading is not a trend: the last 5 are all 92.0.'],
  ['six', [92, 92.1, 92, 92.1, 92, 99], 'Above its trial limits: an improvement unlikely to be chance.'],
])('the card of a reading says what the chart says, and of too few readings only where they lie: %s', (_what, values, says) => {
  const of = weeks(values);
  const last = of.readings.at(-1) as Reading;
  const { parts } = sharedCard(of, last, periodFromKey(last.period, nationalTerms), day('2026-11-19'), false);
  expect(parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))).toEqual(says === undefined ? [] : [says]);
});

test('a summary tells only of thirteen readings and more, and only what chance hardly explains', () => {
  const shifted = [...around(19, 13), 18, 17.9, 18.1, 17.9, 18, 18.1, 17.9];
  const named = { name: 'Persistent absence', improvement: 'decrease', target: null } as const;
  expect(kpiSign(weeks(shifted, named))).toBe(
    'Persistent absence 17.9 %, seven weeks below its mean: an improvement unlikely to be chance',
  );
  expect(kpiSign(weeks(around(19, 20), named)), 'within what chance explains').toBeUndefined();
  expect(kpiSign(weeks([...around(19, 11), 40], named)), 'twelve readings').toBeUndefined();
  expect(kpiSign(weeks([...around(19, 12), 40], named)), 'control: thirteen').toContain('40.0 %, above its upper limit');
  const few = weeks([...around(19, 12), 40, 3], { ...named, unit: 'children' });
  expect(kpiSign(few), 'control').toContain('3');
  expect(kpiSign(concealTelling(few))).toBeUndefined();
});

describe('the chart', () => {
  test('has a gap for a period without a reading, for one withdrawn, and for a figure that is not shown', () => {
    const children = weeks([17, undefined, 19, null, 3, 18], { unit: 'children', decimals: 0 });
    const { points } = chartOf(concealTelling(children));
    expect(points).toEqual([
      { label: '11 May', value: 17 },
      { label: '18 May', value: null },
      { label: '25 May', value: 19 },
      { label: '1 Jun', value: null },
      { label: '8 Jun', value: null, withheld: true },
      { label: '15 Jun', value: 18 },
    ]);
    expect(chartOf(children).points[4], 'control').toEqual({ label: '8 Jun', value: 3 });
    expect(kpiSays(concealTelling(weeks([17, 19, 3], { unit: 'children' })))).toBe(
      'The last reading is not shown ([c]), so nothing is said of it.',
    );
  });

  test('limits that a concealed figure would move are those of the figures shown', () => {
    const children = weeks([...around(20, 14), 3, 20], { unit: 'children', decimals: 0 });
    const without = weeks([...around(20, 14), undefined, 20], { unit: 'children', decimals: 0 });
    const lines = (of: Kpi) => chartOf(of).points.map(({ mean, upper }) => [mean, upper]);
    expect(lines(concealTelling(children))).toEqual(lines(without));
    expect(lines(children), 'control').not.toEqual(lines(without));
  });

  test('a gap has the lines of the stretch it is in, and no sign', () => {
    const { points } = chartOf(weeks([...around(92, 8), undefined, ...around(92, 5)]));
    expect(points[8]).toEqual({ label: '6 Jul', value: null, mean: points[7]?.mean, lower: points[7]?.lower, upper: points[7]?.upper });
  });

  test('names its periods so that no two are alike', () => {
    const long = chartOf(kpi(from('2024-W40', around(92, 120))));
    expect(new Set(long.points.map(({ label }) => label)).size).toBe(120);
    expect(chartOf(kpi(from('2026/27-autumn-1', [1, 2]), { cadence: 'half_term' })).points.map(({ label }) => label)).toEqual([
      'Autumn 1 26/27',
      'Autumn 2 26/27',
    ]);
    expect(chartOf(kpi(from('2026-11', [1, 2]), { cadence: 'month' })).points.map(({ label }) => label)).toEqual(['Nov 2026', 'Dec 2026']);
  });

  test('compares weeks with weeks: readings from before its cadence was changed are no part of it', () => {
    const mixed = kpi([...from('2026-01', [40, 41, 42]), ...from('2026-W20', around(92, 14))]);
    expect(spcOf(mixed).readings).toBe(14);
    expect(chartOf(mixed).points).toHaveLength(14);
    // A month and a week can begin on one day.
    expect(() => kpiSays(kpi([reading('2026-06', 40), reading('2026-W23', 92)]))).not.toThrow();
  });

  test('a cycle is where its days are and says them; one from another time is not there, one after the last reading is in words', () => {
    const { marks, later } = chartOf(weeks(around(92, 10)), [
      { from: '2026-05-20', to: '2026-06-03', label: 'Calling home' },
      { from: '2026-07-01', to: null, label: 'Breakfast' },
      { from: '2025-01-01', to: '2025-02-01', label: 'Long ago' },
      { from: '2026-07-20', to: null, label: 'Walking bus' },
    ]);
    expect(marks).toEqual([
      { from: 1, to: 3, label: 'Calling home', days: '20 May to 3 Jun' },
      { from: 7, to: 9, label: 'Breakfast', days: 'from 1 Jul on' },
    ]);
    expect(later).toEqual(['Walking bus, from 20 Jul on: after the last reading']);
  });
});

describe('limits that begin anew', () => {
  const values = [...around(92, 14), ...around(95, 8)];
  test('step there, and the time before keeps its own', () => {
    const { points } = chartOf(weeks(values, rebasedOn('2026-08-17')));
    expect(points.findIndex(({ anew }) => anew)).toBe(14);
    expect(points[13]?.mean).toBe(92);
    expect(points[14]?.mean).toBe(95);
    expect(points.every(({ kind }) => kind === 'common_cause')).toBe(true);
    expect(
      chartOf(weeks(values)).points.some(({ anew }) => anew),
      'control',
    ).toBe(false);
  });

  test('say where and why', () => {
    expect(chartOf(weeks(values, rebasedOn('2026-08-12'))).begins).toEqual(['The limits begin anew on 12 Aug 2026: a new register']);
    expect(chartOf(weeks(values)).begins, 'control').toBeUndefined();
  });

  test('on a day on which no period begins, they begin with the next', () => {
    const { points } = chartOf(weeks(values, rebasedOn('2026-08-12')));
    expect(points.findIndex(({ anew }) => anew)).toBe(14);
    expect(spcOf(weeks(values, rebasedOn('2026-08-12'))).snapped).toEqual([{ date: '2026-08-12', to: '2026-08-17' }]);
  });

  test('few readings since then are said to be few, and earlier lines stay', () => {
    const just = weeks(values.slice(0, 17), rebasedOn('2026-08-17'));
    expect(kpiSays(just)).toBe(
      'Three readings since the limits began anew: the last reading is 95.5 %, the baseline 91.5 %, the target 94.0 %.',
    );
    expect(chartOf(just).points.map(({ mean }) => mean !== undefined)).toEqual([...Array(14).fill(true), ...Array(3).fill(false)]);
  });
});
