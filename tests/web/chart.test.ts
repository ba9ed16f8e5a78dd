import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from '../../src/cards/card.ts';
import { plot } from '../../src/platforms/web/chart.ts';

type Chart = Extract<Part, { type: 'chart' }>;
const chart = (values: (number | null)[], more: Partial<Chart> = {}): Chart => ({
  type: 'chart',
  title: 'Attendance',
  unit: '%',
  decimals: 1,
  says: 'It rose.',
  points: values.map((value, index) => ({ label: `week ${index + 1}`, value })),
  ...more,
});

describe('a chart', () => {
  test('has a line between neighbours and none across a week without a reading', () => {
    const steps = (values: (number | null)[]) => plot(chart(values)).line.replace(/[\d ]+/gu, '');
    expect(steps([92, 93, null, 94, 95])).toBe('MLML');
    expect(steps([92, 93, 93.5, 94, 95])).toBe('MLLLL');
  });

  test('draws a higher value higher', () => {
    const [low, high] = plot(chart([92, 94])).dots;
    expect(high?.y).toBeLessThan(low?.y as number);
  });

  test('keeps a target in the picture that no reading has come near', () => {
    const { target, ticks } = plot(chart([10, 12], { target: 90 }));
    expect(target?.label).toBe('Target 90.0');
    expect(target?.y).toBeGreaterThanOrEqual(0);
    expect(ticks.at(-1)?.label).toBe('100.0');
  });

  test('gives every figure as a word too, and says where there is none', () => {
    expect(plot(chart([92.84, null])).rows).toEqual([
      ['week 1', '92.8'],
      ['week 2', 'no reading'],
    ]);
  });

  test('tells special causes apart by shape and by word, and says in the table what each shows', () => {
    const lines = { mean: 93, lower: 92, upper: 94 };
    const kinds = ['common_cause', 'improvement', 'concern', 'neutral_high', 'neutral_low', 'common_cause'] as const;
    const points = kinds.map((kind, index) => ({ label: `week ${index + 1}`, value: 93, ...lines, kind }));
    const { dots, usual, line, legend, head, rows } = plot(chart([], { points, stage: 'full', target: 94 }));
    expect(dots.map(({ shape }) => shape)).toEqual(['improvement', 'concern', 'neutral_high', 'neutral_low', 'last']);
    expect(usual, 'where the line begins').toBe(`${/^M[\d ]+/u.exec(line)?.[0]}h0`);
    expect(legend.map(({ words }) => words)).toEqual([
      'Mean 93.0',
      'Limits 92.0 to 94.0',
      'Target 94.0',
      'Within what chance explains',
      'Better than chance explains',
      'Worse than chance explains',
      'Higher than chance explains',
      'Lower than chance explains',
    ]);
    expect(head.map(({ label }) => label)).toEqual(['Period', '%', 'Lower limit', 'Mean', 'Upper limit', 'What it shows']);
    expect(rows[2]).toEqual(['week 3', '93.0', '92.0', '93.0', '94.0', 'worse than chance explains']);
  });

  test('mean and limits step where they begin anew, and go on through a gap', () => {
    const at = (value: number | null, mean: number, anew = false) => ({
      label: '',
      value,
      mean,
      lower: mean - 1,
      upper: mean + 1,
      ...(anew && { anew: true as const }),
    });
    const { levels, begins, legend, rows } = plot(
      chart([], { points: [at(93, 93), at(null, 93), at(93, 93), at(90, 90, true), at(90, 90)], stage: 'trial' }),
    );
    expect(levels.map(({ kind }) => kind)).toEqual(['mean', 'mean', 'limit', 'limit', 'limit', 'limit']);
    const [first, second] = levels;
    expect(first?.x2).toBe(begins[0]);
    expect(second?.x1).toBe(begins[0]);
    expect(second?.y).toBeGreaterThan(first?.y as number);
    expect(legend.map(({ words }) => words)).toContain('Trial limits now 89.0 to 91.0');
    expect(rows[3]?.at(-1)).toBe('the limits begin anew');
  });

  test('says nothing of limits where there are none', () => {
    const { levels, legend, head } = plot(chart([92, 93, 92], { target: 94, stage: 'plain' }));
    expect([levels, legend, head.length]).toEqual([[], [], 2]);
  });

  test('a cycle is a band with a letter, and its name and days are words', () => {
    const { bands, legend, head, rows } = plot(
      chart([92, 93, 92, 94], { marks: [{ from: 1, to: 2, label: 'Calling home', days: 'from 12 Nov on' }] }),
    );
    expect(bands).toMatchObject([{ letter: 'A' }]);
    expect(legend).toEqual([{ letter: 'A', words: 'Calling home, from 12 Nov on' }]);
    expect(head.at(-1)?.label).toBe('What it shows');
    expect(rows.map((row) => row.at(-1))).toEqual(['', 'Calling home', 'Calling home', '']);
  });

  test('what began after the last reading, and why the limits begin anew, stand in its legend', () => {
    const { legend } = plot(
      chart([92, 93], {
        later: ['Breakfast, from 18 Nov on: after the last reading'],
        begins: ['The limits begin anew on 20 Apr: a new register'],
      }),
    );
    expect(legend).toEqual([
      { line: 'anew', words: 'The limits begin anew on 20 Apr: a new register' },
      { words: 'Breakfast, from 18 Nov on: after the last reading' },
    ]);
  });

  test('where all readings are equal it says that there are no limits, not that chance explains them', () => {
    const points = [1, 2].map((week) => ({ label: `week ${week}`, value: 5, mean: 5, kind: 'common_cause' as const }));
    const { legend, rows } = plot(chart([], { points, stage: 'full' }));
    expect(JSON.stringify([legend, rows])).not.toMatch(/chance/iu);
    expect(rows[0]?.at(-1)).toBe('no limits: the readings hardly move');
    expect(legend.at(-1)?.words).toBe('No limits: the readings hardly move');
  });

  test('a figure that is withheld is said to be, and its name under the line is whole', () => {
    const { rows, ends } = plot(
      chart([], {
        points: [
          { label: '16 Nov 2025', value: null, withheld: true },
          { label: '23 Nov 2025', value: null },
        ],
      }),
    );
    expect(rows).toEqual([
      ['16 Nov 2025', '[c] withheld'],
      ['23 Nov 2025', 'no reading'],
    ]);
    expect(ends.map(({ label }) => label)).toEqual(['16 Nov 2025', '23 Nov 2025']);
  });

  test('shortens long words under the line, never in the table', () => {
    const label = 'the week in which it snowed';
    const { ends, rows } = plot(chart([], { points: [{ label, value: 1 }] }));
    expect(ends[0]?.label).toBe('the week in w…');
    expect(rows[0]?.[0]).toBe(label);
  });

  test('stays inside its frame, whatever the figures', () => {
    const value = fc.option(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { nil: null });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        fc.option(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { nil: undefined }),
        (values, target) => {
          const drawn = plot(chart(values, { target }));
          const numbers = [
            ...drawn.dots.flatMap(({ x, y }) => [x, y]),
            ...[...drawn.line.matchAll(/-?\d+/gu)].map(([hundredths]) => Number(hundredths) / 100),
            ...drawn.ticks.map(({ y }) => y),
            ...(drawn.target ? [drawn.target.y] : []),
          ];
          expect(numbers.every((number) => number >= 0 && number <= 100)).toBe(true);
          expect(drawn.ticks.length).toBeLessThan(9);
        },
      ),
      { seed: 20261122 },
    );
  });
});
