import type { ChartPoint, PointKind } from '../../cards/card.ts';
import { ANEW, bandWords, type Chart, figureWords, levelWords, NO_LIMITS, pointWords, shownBy } from '../../cards/chart-words.ts';
import { capital, formatNumber } from '../../cards/format.ts';

/**
 * A line chart as numbers, in per cent of the plot: the template draws it as SVG with nothing but lines, shapes and words,
 * so that it stretches to the page while its words keep the size the reader has chosen.
 */

/** How a point is drawn: `usual` where it has a mean to differ from, `plain` where it has none; `last` is the last of those. */
type Shape = Exclude<PointKind, 'common_cause'> | 'usual' | 'plain' | 'last';
type LineKind = 'mean' | 'limit' | 'target' | 'anew';

export type Plot = {
  /** Pixels. */
  height: number;
  top: number;
  bottom: number;
  /** So many points that each is drawn smaller. */
  dense: boolean;
  ticks: { y: number; label: string }[];
  /** Paths in hundredths of a per cent, in whole numbers: the line, and the points that are `usual`. There may be hundreds of them. */
  line: string;
  usual: string;
  /** Those of another shape. */
  dots: { x: number; y: number; shape: Exclude<Shape, 'usual'> }[];
  /** Mean and limits, each as long as it holds. */
  levels: { kind: 'mean' | 'limit'; x1: number; x2: number; y: number }[];
  /** Where they begin anew. */
  begins: number[];
  bands: { x: number; width: number; middle: number; letter: string }[];
  target: { y: number; label: string; x: number; anchor: 'start' | 'end' } | undefined;
  /** The first and the last point. */
  ends: { x: number; label: string; anchor: 'start' | 'middle' | 'end' }[];
  /** What lines, shapes and bands mean. */
  legend: { words: string; line?: LineKind; shape?: Shape; letter?: string }[];
  /** The same figures as words. */
  head: { label: string; numeric: boolean }[];
  rows: string[][];
};

/** Where the drawing may go: room at the left for the scale, at the top for the words on the highest line. */
const AREA = { left: 16, right: 97, top: 10, bottom: 84 };
const MOST_LARGE = 60;
/** Pixels. */
const HEIGHT = { plain: 220, withLimits: 300 };

/** A step of 1, 2 or 5 times a power of ten that gives about four lines. */
const stepFor = (span: number) => {
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
};

const round = (value: number) => Math.round(value * 100) / 100;
/** A place in a path. */
const place = ({ x, y }: { x: number; y: number }) => `${Math.round(x * 100)} ${Math.round(y * 100)}`;

/** Words under the line are short, so that two fit beside each other on a telephone; the table has them whole. */
const MOST_LETTERS = 14;
const short = (text: string) => {
  const letters = [...text];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join('')}…` : text;
};

type Scale = { x: (index: number) => number; y: (value: number) => number; half: number };

/** Everything that must be in the picture. */
const valuesOf = ({ points, target }: Chart): number[] => [
  ...points.flatMap(({ value, mean, lower, upper }) => [value, mean, lower, upper].filter((one) => one !== null && one !== undefined)),
  ...(target === undefined ? [] : [target]),
];

const LEVELS = [
  ['mean', 'mean'],
  ['lower', 'limit'],
  ['upper', 'limit'],
] as const;

/** A level goes on from half a step before its first point to half a step after its last; it steps where the value changes. */
const levelsOf = (points: readonly ChartPoint[], { x, y, half }: Scale): Plot['levels'] =>
  LEVELS.flatMap(([of, kind]) => {
    const runs: { value: number; from: number; to: number }[] = [];
    points.forEach(({ [of]: value }, index) => {
      const run = runs.at(-1);
      if (value === undefined) return;
      if (run && run.value === value && run.to === index - 1) run.to = index;
      else runs.push({ value, from: index, to: index });
    });
    return runs.map(({ value, from, to }) => ({
      kind,
      x1: round(Math.max(x(from) - half, AREA.left)),
      x2: round(Math.min(x(to) + half, AREA.right)),
      y: y(value),
    }));
  });

const shapeOf = ({ kind, mean }: ChartPoint, isLast: boolean): Shape => {
  if (kind !== undefined && kind !== 'common_cause') return kind;
  return isLast ? 'last' : mean === undefined ? 'plain' : 'usual';
};

/** Bands are told apart by letters; more than there are letters never fit. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const SHAPES: Exclude<PointKind, 'common_cause'>[] = ['improvement', 'concern', 'neutral_high', 'neutral_low'];

const legendOf = (chart: Chart): Plot['legend'] => {
  const some = (has: (point: ChartPoint) => boolean) => chart.points.some(has);
  const isCharted = some(({ mean }) => mean !== undefined);
  const hasLimits = some(({ lower }) => lower !== undefined);
  const { mean = 'Mean', limits = 'Limits' } = levelWords(chart);
  return [
    ...(isCharted ? [{ line: 'mean' as const, words: mean }] : []),
    ...(hasLimits ? [{ line: 'limit' as const, words: limits }] : []),
    ...(isCharted && chart.target !== undefined
      ? [{ line: 'target' as const, words: `Target ${formatNumber(chart.target, chart.decimals)}` }]
      : []),
    ...(isCharted ? [{ shape: 'usual' as const, words: capital(hasLimits ? pointWords('common_cause') : NO_LIMITS) }] : []),
    ...SHAPES.flatMap((shape) => (some(({ kind }) => kind === shape) ? [{ shape, words: capital(pointWords(shape)) }] : [])),
    ...(chart.begins ?? []).map((words) => ({ line: 'anew' as const, words })),
    ...bandWords(chart)
      .slice(0, LETTERS.length)
      .map((words, index) => ({ letter: LETTERS[index] as string, words })),
    ...(chart.later ?? []).map((words) => ({ words })),
  ];
};

const tableOf = (chart: Chart): Pick<Plot, 'head' | 'rows'> => {
  // Mean and limits are the same in many rows.
  const levels = new Map<number, string>();
  const figure = (value: number | undefined) => {
    if (value === undefined) return '';
    const written = levels.get(value) ?? formatNumber(value, chart.decimals);
    levels.set(value, written);
    return written;
  };
  const isCharted = chart.points.some(({ mean }) => mean !== undefined);
  const marks = chart.marks ?? [];
  const isSigned = isCharted || marks.length > 0 || chart.points.some(({ anew }) => anew);
  const numeric = (label: string) => ({ label, numeric: true });
  return {
    head: [
      { label: 'Period', numeric: false },
      numeric(chart.unit),
      ...(isCharted ? ['Lower limit', 'Mean', 'Upper limit'].map(numeric) : []),
      ...(isSigned ? [{ label: 'What it shows', numeric: false }] : []),
    ],
    rows: chart.points.map((point, index) => {
      const shown = shownBy(point);
      return [
        point.label,
        figureWords(point, chart.decimals),
        ...(isCharted ? [figure(point.lower), figure(point.mean), figure(point.upper)] : []),
        ...(isSigned
          ? [
              [
                ...(point.anew ? [ANEW] : []),
                ...(shown === undefined ? [] : [shown]),
                ...marks.filter(({ from, to }) => from <= index && index <= to).map((mark) => mark.label),
              ].join('; '),
            ]
          : []),
      ];
    }),
  };
};

export const plot = (chart: Chart): Plot => {
  const all = valuesOf(chart);
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
  const between = (AREA.right - AREA.left) / last;
  const x = (index: number) => round(AREA.left + index * between);
  const scale: Scale = { x, y, half: between / 2 };

  const steps = Math.round((to - from) / step);
  const ticks = Array.from({ length: steps + 1 }, (_, index) => {
    const value = from + index * step;
    return { y: y(value), label: formatNumber(value, chart.decimals) };
  });

  const lastWithValue = chart.points.findLastIndex(({ value }) => value !== null);
  const dots: Plot['dots'] = [];
  let [line, usual] = ['', ''];
  chart.points.forEach((point, index) => {
    if (point.value === null) return;
    const at = { x: x(index), y: y(point.value) };
    line += `${chart.points[index - 1]?.value == null ? 'M' : 'L'}${place(at)}`;
    const shape = shapeOf(point, index === lastWithValue);
    if (shape === 'usual') usual += `M${place(at)}h0`;
    else dots.push({ ...at, shape });
  });

  const count = chart.points.length;
  const ends = chart.points.flatMap((point, index): Plot['ends'] => {
    if (index === 0 && count > 1) return [{ x: x(index), label: short(point.label), anchor: 'start' }];
    if (index === count - 1)
      return [{ x: count > 1 ? x(index) : AREA.left, label: short(point.label), anchor: count > 1 ? 'end' : 'start' }];
    return [];
  });

  const bands = (chart.marks ?? []).slice(0, LETTERS.length).map((mark, index) => {
    const [start, end] = [Math.max(x(mark.from) - scale.half, AREA.left), Math.min(x(mark.to) + scale.half, AREA.right)];
    return {
      x: round(start),
      width: round(Math.max(end - start, 0.5)),
      middle: round((start + end) / 2),
      letter: LETTERS[index] as string,
    };
  });

  // The target's name stands at the end where the line is further from it.
  const target = chart.target === undefined ? undefined : y(chart.target);
  const away = (point: ChartPoint | undefined) => Math.abs((point?.value == null ? 0 : y(point.value)) - (target ?? 0));
  const atStart = away(chart.points.find(({ value }) => value !== null)) > away(chart.points[lastWithValue]);
  const levels = levelsOf(chart.points, scale);

  return {
    height: levels.length > 0 ? HEIGHT.withLimits : HEIGHT.plain,
    top: AREA.top,
    bottom: AREA.bottom,
    dense: count > MOST_LARGE,
    ticks,
    line,
    usual,
    dots,
    levels,
    begins: chart.points.flatMap(({ anew }, index) => (anew ? [round(x(index) - scale.half)] : [])),
    bands,
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
    legend: legendOf(chart),
    ...tableOf(chart),
  };
};
