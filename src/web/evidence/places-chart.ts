import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../../calendar/dates.ts';
import type { PointKind } from '../../cards/card.ts';
import { pointWords } from '../../cards/chart-words.ts';
import { formatNumber } from '../../cards/format.ts';
import type { CycleMark } from '../../evidence/register.ts';
import type { Kpi } from '../../kpis/kpi.ts';
import { spcOf } from '../../kpis/spc.ts';
import { beginsWords, laterWords, markDays } from '../../views/kpi-chart.ts';
import { chartSays } from '../../views/kpi-says.ts';

/**
 * A KPI's chart where many stand on one page: all its readings over time with mean, limits and target, as a few paths. Its own page has the
 * large one with the figures as a table. In per cent of the drawing, so that it stretches while its words keep their size.
 */

const AREA = { left: 14, right: 97, top: 14, bottom: 82 };

/** Days between the beginnings of two periods from which on one is missing between them. */
const GAP: Record<Kpi['cadence'], number> = { week: 10, month: 45, half_term: 110, term: 230, year: 550 };

/** Where the only point stands. */
const MIDDLE = 55;

/** Days since 1970 of an ISO date. */
const dayOf = (iso: string) => Date.parse(iso) / 86_400_000;
const round = (value: number) => Math.round(value * 100) / 100;

type Signed = Exclude<PointKind, 'common_cause'>;

/** What stands for what, once above all of them. */
export const CHART_LEGEND = [
  { line: 'mean', words: 'Mean' },
  { line: 'limit', words: 'Limits of what chance explains' },
  { line: 'target', words: 'Target' },
  ...(['improvement', 'concern', 'neutral_high', 'neutral_low'] as const).map((shape) => ({ shape, words: pointWords(shape) })),
];

/** @param kpi with all its periods @returns undefined where there is no reading that its reader may see */
export const smallChart = (kpi: Kpi, marks: readonly CycleMark[], today: Temporal.PlainDate) => {
  const spc = spcOf(kpi);
  const { points } = spc;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return undefined;
  /** Of the last reading's period. */
  const lastDay = kpi.readings.find(({ periodStart }) => periodStart === last.date)?.periodEnd ?? last.date;
  const all = points.flatMap(({ value, lower, upper }) => [value, lower, upper].filter((one) => one !== null));
  if (kpi.target !== null) all.push(kpi.target);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const span = most - least || Math.abs(most) || 1;
  const [start, end] = [dayOf(first.date), dayOf(last.date)];
  const across = (day: number) =>
    end === start ? MIDDLE : round(AREA.left + Math.min(Math.max((day - start) / (end - start), 0), 1) * (AREA.right - AREA.left));
  const y = (value: number) => round(AREA.bottom - ((value - least) / span) * (AREA.bottom - AREA.top));
  const placed = points.map((point) => {
    const day = dayOf(point.date);
    return { ...point, day, x: across(day), y: y(point.value as number) };
  });

  const line = placed
    .map(({ day, x, y: height }, at) => {
      const before = placed[at - 1];
      return `${before && day - before.day <= GAP[kpi.cadence] ? 'L' : 'M'}${x} ${height}`;
    })
    .join('');
  const groups = [...Map.groupBy(placed, ({ group }) => group).values()];
  const levels = (of: 'mean' | 'lower' | 'upper') =>
    groups.flatMap((own) => {
      const [from, to] = [own[0], own.at(-1)];
      const value = to?.[of];
      return from && to && value != null ? [`M${from.x} ${y(value)}L${to.x} ${y(value)}`] : [];
    });
  const date = (iso: string) => formatDate(Temporal.PlainDate.from(iso), today);
  return {
    id: `chart-${kpi.id}`,
    title: `${kpi.name}, ${kpi.unit}`,
    says: chartSays(kpi, spc),
    line,
    mean: levels('mean').join(''),
    limits: [...levels('lower'), ...levels('upper')].join(''),
    target: kpi.target === null ? undefined : y(kpi.target),
    spots: placed.flatMap(({ date: on, x, y: height, kind }): { x: number; y: number; shape: Signed | 'last' }[] =>
      kind !== 'common_cause' ? [{ x, y: height, shape: kind }] : on === last.date ? [{ x, y: height, shape: 'last' }] : [],
    ),
    bands: marks
      .filter(({ from, to }) => from <= lastDay && (to === null || to >= first.date))
      .map((mark) => {
        const { from, to, label } = mark;
        const [left, right] = [across(dayOf(from)), to === null ? AREA.right : across(dayOf(to))];
        return {
          x: left,
          width: Math.max(round(right - left), 0.5),
          words: `${label}, ${markDays(mark, today)}`,
        };
      }),
    /** What is not drawn. */
    notes: [...marks.filter(({ from }) => from > lastDay).map((mark) => laterWords(mark, today)), ...beginsWords(kpi, today)],
    most: { y: y(most), label: formatNumber(most, kpi.decimals) },
    least: { y: y(least), label: formatNumber(least, kpi.decimals) },
    from: date(first.date),
    to: points.length > 1 ? date(last.date) : undefined,
  };
};
