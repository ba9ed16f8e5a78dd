import type { Part } from '../../cards/card.ts';
import { formatNumber } from '../../cards/format.ts';

/**
 * A line chart as numbers, in per cent of the plot: the template draws it as SVG with nothing but lines, dots and words,
 * so that it stretches to the page while its words keep the size the reader has chosen.
 */

type Chart = Extract<Part, { type: 'chart' }>;

export type Plot = {
  ticks: { y: number; label: string }[];
  segments: { x1: number; y1: number; x2: number; y2: number }[];
  dots: { x: number; y: number }[];
  target: { y: number; label: string; x: number; anchor: 'start' | 'end' } | undefined;
  /** The first and the last point. */
  ends: { x: number; label: string; anchor: 'start' | 'middle' | 'end' }[];
  /** The same figures as words. */
  rows: [string, string][];
};

/** Where the drawing may go: room at the left for the scale, at the top for the words on the highest line. */
const AREA = { left: 16, right: 97, top: 10, bottom: 84 };

/** A step of 1, 2 or 5 times a power of ten that gives about four lines. */
const stepFor = (span: number) => {
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
};

const round = (value: number) => Math.round(value * 100) / 100;

/** Words under the line are short, so that two fit beside each other on a telephone; the table has them whole. */
const MOST_LETTERS = 14;
const short = (text: string) => {
  const letters = [...text];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join('')}…` : text;
};

export const plot = (chart: Chart): Plot => {
  const values = chart.points.flatMap(({ value }) => (value === null ? [] : [value]));
  const all = chart.target === undefined ? values : [...values, chart.target];
  const least = all.length > 0 ? Math.min(...all) : 0;
  const most = all.length > 0 ? Math.max(...all) : 1;
  // Never finer than the readings themselves are written.
  const step = Math.max(stepFor(most - least || Math.abs(most) || 1), 10 ** -chart.decimals);
  const from = Math.floor(least / step) * step;
  const to = Math.max(Math.ceil(most / step) * step, from + step);
  const y = (value: number) => {
    const up = Math.min(Math.max((value - from) / (to - from), 0), 1); // rounding must not leave the frame
    return round(AREA.bottom - up * (AREA.bottom - AREA.top));
  };
  const last = Math.max(chart.points.length - 1, 1);
  const x = (index: number) => round(AREA.left + (index / last) * (AREA.right - AREA.left));

  const steps = Math.round((to - from) / step);
  const ticks = Array.from({ length: steps + 1 }, (_, index) => {
    const value = from + index * step;
    return { y: y(value), label: formatNumber(value, chart.decimals) };
  });

  const at = (index: number) => {
    const value = chart.points[index]?.value;
    return value === null || value === undefined ? undefined : { x: x(index), y: y(value) };
  };
  const dots = chart.points.flatMap((_, index) => at(index) ?? []);
  const segments = chart.points.flatMap((_, index) => {
    const [a, b] = [at(index - 1), at(index)];
    return a && b ? [{ x1: a.x, y1: a.y, x2: b.x, y2: b.y }] : [];
  });

  const count = chart.points.length;
  const ends = chart.points.flatMap((point, index): Plot['ends'] => {
    if (index === 0 && count > 1) return [{ x: x(index), label: short(point.label), anchor: 'start' }];
    if (index === count - 1)
      return [{ x: count > 1 ? x(index) : AREA.left, label: short(point.label), anchor: count > 1 ? 'end' : 'start' }];
    return [];
  });

  // The target's name stands at the end where the line is further from it.
  const target = chart.target === undefined ? undefined : y(chart.target);
  const away = (dot: { y: number } | undefined) => Math.abs((dot?.y ?? 0) - (target ?? 0));
  const atStart = away(dots[0]) > away(dots.at(-1));

  return {
    ticks,
    segments,
    dots,
    target:
      chart.target === undefined || target === undefined
        ? undefined
        : {
            y: target,
            label: `Target ${formatNumber(chart.target, chart.decimals)}`,
            x: atStart ? AREA.left : 100,
            anchor: atStart ? 'start' : 'end',
          },
    ends,
    rows: chart.points.map(({ label, value }) => [label, value === null ? 'no reading' : formatNumber(value, chart.decimals)]),
  };
};
