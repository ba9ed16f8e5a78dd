import type { KnownBlock } from '@slack/types';
import type { ChartPoint } from '../../cards/card.ts';
import { type Chart, pointWords } from '../../cards/chart-words.ts';
import { capital } from '../../cards/format.ts';
import { LIMITS } from './limits.ts';
import { clip } from './text.ts';

/** A chart → Slack's block for it (https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block). */

/** @slack/types does not know it yet. Every line has a value at every category, and no two lines or categories have one name. */
type ChartBlock = {
  type: 'data_visualization';
  title: string;
  chart: {
    type: 'line';
    series: { name: string; data: { label: string; value: number }[] }[];
    axis_config: { categories: string[]; y_label?: string };
  };
};

type Read = ChartPoint & { value: number };

/** The latest readings that fit; where the last has a mean, those back to the first that has none. */
const shownOf = (points: readonly ChartPoint[]): Read[] => {
  const read = points.filter((point): point is Read => point.value !== null && Number.isFinite(point.value));
  const latest = read.slice(-LIMITS.chartPoints);
  if (read.at(-1)?.mean === undefined) return latest;
  return latest.slice(latest.findLastIndex(({ mean }) => mean === undefined) + 1);
};

const LINES = [
  ['Mean', 'mean'],
  ['Lower limit', 'lower'],
  ['Upper limit', 'upper'],
] as const;

/** What a line cannot show: points that chance hardly explains, and how many readings there is no room for. */
const leftOf = (shown: readonly Read[], all: number): string | undefined => {
  const signs = Map.groupBy(
    shown.filter(({ kind }) => kind !== undefined && kind !== 'common_cause'),
    ({ kind }) => pointWords(kind as NonNullable<ChartPoint['kind']>),
  );
  const words = [
    ...[...signs].map(([sign, points]) => `${capital(sign)}: ${points.map(({ label }) => label).join(', ')}.`),
    ...(shown.length < all ? [`The latest ${shown.length} of ${all} readings.`] : []),
  ];
  return words.length > 0 ? words.join(' ') : undefined;
};

/** Undefined: Slack would refuse it, or there is no line to draw. `left`: what it does not show. */
export const chartBlock = (chart: Chart): { block: KnownBlock; left?: string } | undefined => {
  const shown = shownOf(chart.points);
  const categories = shown.map(({ label }) => clip(label.trim(), LIMITS.chartName));
  if (shown.length < 2 || chart.title.trim() === '' || categories.includes('') || new Set(categories).size < categories.length)
    return undefined;
  const line = (name: string, of: (point: Read) => number | undefined): ChartBlock['chart']['series'] => {
    const data = shown.flatMap((point, index) => {
      const value = of(point);
      return value === undefined ? [] : [{ label: categories[index] as string, value }];
    });
    return data.length === shown.length ? [{ name, data }] : [];
  };
  const unit = chart.unit.trim();
  const block: ChartBlock = {
    type: 'data_visualization',
    title: clip(chart.title.trim(), LIMITS.chartTitle),
    chart: {
      type: 'line',
      series: [
        ...line('Reading', ({ value }) => value),
        ...LINES.flatMap(([name, of]) => line(name, (point) => point[of])),
        ...line('Target', () => chart.target),
      ],
      axis_config: { categories, ...(unit && { y_label: clip(unit, LIMITS.chartAxis) }) },
    },
  };
  const left = leftOf(shown, chart.points.filter(({ value }) => value !== null).length);
  return { block: block as unknown as KnownBlock, ...(left && { left }) };
};
