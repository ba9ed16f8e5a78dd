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
    expect(plot(chart([92, 93, null, 94, 95])).segments).toHaveLength(2);
    expect(plot(chart([92, 93, 93.5, 94, 95])).segments).toHaveLength(4);
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
