import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../../calendar/dates.ts';
import { nationalPeriod } from '../../calendar/national-periods.ts';
import type { PointKind } from '../../cards/card.ts';
import { pointWords } from '../../cards/chart-words.ts';
import { formatNumber } from '../../cards/format.ts';
import type { CycleMark } from '../../evidence/register.ts';
import type { Kpi } from '../../kpis/kpi.ts';
import { isFor, type KpiSpc, spcOf } from '../../kpis/spc.ts';
import { beginsWords, laterWords, markDays } from '../../views/kpi-chart.ts';
import { chartSays } from '../../views/kpi-says.ts';
import type { Charted } from './places-kpis.ts';

/**
 * A KPI's chart where many stand on one page: all its readings over time with mean, limits and target, as a few paths. Its own page has the
 * large one with the figures as a table. In parts of the drawing, so that it stretches while its words keep their size.
 */

/** In hundredths of a per cent of the drawing, of which the lines are drawn: whole numbers are the shortest to write. */
const AREA = { left: 1400, right: 9700, top: 1400, bottom: 8200 };
const percent = (hundredths: number) => hundredths / 100;

/** Days between the beginnings of two periods from which on one is missing between them. A Map as the KEYS of src/kpis/spc.ts. */
const GAPS: ReadonlyMap<Kpi['cadence'], number> = new Map([
  ['week', 10],
  ['month', 45],
  ['half_term', 110],
  ['term', 230],
  ['year', 550],
]);

/** Where the only point stands. */
const MIDDLE = 5500;

/** Days since 1970 of an ISO date. */
const dayOf = (iso: string) => Date.parse(iso) / 86_400_000;

type Signed = Exclude<PointKind, 'common_cause'>;

/** What stands for what, once above all of them. */
export const CHART_LEGEND = [
  { line: 'mean', words: 'Mean' },
  { line: 'limit', words: 'Limits of what chance explains' },
  { line: 'target', words: 'Target' },
  ...(['improvement', 'concern', 'neutral_high', 'neutral_low'] as const).map((shape) => ({ shape, words: pointWords(shape) })),
];

/** The least and the most that must be in the picture. */
const rangeOf = (points: KpiSpc['points'], target: number | null): [least: number, most: number] => {
  let [least, most] = target === null ? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] : [target, target];
  for (const { value, lower, upper } of points) {
    const figure = value as number;
    least = Math.min(least, figure, lower ?? figure);
    most = Math.max(most, figure, upper ?? figure);
  }
  return [least, most];
};

/** Mean and limits as long as each holds, from the first point of its group to the last, as paths. */
const levelsOf = (points: KpiSpc['points'], xs: readonly number[], y: (value: number) => number) => {
  const paths = { mean: '', lower: '', upper: '' };
  let from = 0;
  points.forEach((point, to) => {
    if (points[to + 1]?.group === point.group) return;
    for (const level of ['mean', 'lower', 'upper'] as const) {
      const value = point[level];
      if (value !== null) paths[level] += `M${xs[from]} ${y(value)}H${xs[to]}`;
    }
    from = to + 1;
  });
  return { mean: paths.mean, limits: paths.lower + paths.upper };
};

/** The last day of the period of the last point. */
const endOf = (kpi: Charted, { date }: KpiSpc['points'][number]): string => {
  const last = kpi.readings.find((reading) => reading.periodStart === date && isFor(kpi.cadence, reading));
  return last ? nationalPeriod(last.period).end : date;
};

/** @param kpi with all its periods @returns undefined where there is no reading that its reader may see */
export const smallChart = (kpi: Charted, marks: readonly CycleMark[], today: Temporal.PlainDate) => {
  const spc = spcOf(kpi);
  const { points } = spc;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return undefined;
  const [least, most] = rangeOf(points, kpi.target);
  const span = most - least || Math.abs(most) || 1;
  const days = points.map(({ date }) => dayOf(date));
  const [start, end] = [days[0] as number, days.at(-1) as number];
  const across = (day: number) =>
    end === start ? MIDDLE : Math.round(AREA.left + Math.min(Math.max((day - start) / (end - start), 0), 1) * (AREA.right - AREA.left));
  const y = (value: number) => Math.round(AREA.bottom - ((value - least) / span) * (AREA.bottom - AREA.top));
  const xs = days.map(across);
  const gap = GAPS.get(kpi.cadence) as number;
  const spots: { x: number; y: number; shape: Signed | 'last' }[] = [];
  let line = '';
  points.forEach(({ value, kind }, at) => {
    const [x, height] = [xs[at] as number, y(value as number)];
    const isNext = at > 0 && (days[at] as number) - (days[at - 1] as number) <= gap;
    line += `${isNext ? 'L' : 'M'}${x} ${height}`;
    const shape = kind !== 'common_cause' ? kind : at === points.length - 1 ? 'last' : undefined;
    if (shape) spots.push({ x: percent(x), y: percent(height), shape });
  });
  const lastDay = marks.length > 0 ? endOf(kpi, last) : last.date;
  const date = (iso: string) => formatDate(Temporal.PlainDate.from(iso), today);
  return {
    id: `chart-${kpi.id}`,
    title: `${kpi.name}, ${kpi.unit}`,
    says: chartSays(kpi, spc),
    line,
    ...levelsOf(points, xs, y),
    target: kpi.target === null ? undefined : percent(y(kpi.target)),
    spots,
    bands: marks
      .filter(({ from, to }) => from <= lastDay && (to === null || to >= first.date))
      .map((mark) => {
        const { from, to, label } = mark;
        const [left, right] = [across(dayOf(from)), to === null ? AREA.right : across(dayOf(to))];
        return {
          x: percent(left),
          width: Math.max(percent(right - left), 0.5),
          words: `${label}, ${markDays(mark, today)}`,
        };
      }),
    /** What is not drawn. */
    notes: [...marks.filter(({ from }) => from > lastDay).map((mark) => laterWords(mark, today)), ...beginsWords(kpi, today)],
    most: { y: percent(y(most)), label: formatNumber(most, kpi.decimals) },
    least: { y: percent(y(least)), label: formatNumber(least, kpi.decimals) },
    from: date(first.date),
    to: points.length > 1 ? date(last.date) : undefined,
  };
};
