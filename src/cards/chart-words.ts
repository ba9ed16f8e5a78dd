import type { ChartPoint, Part, PointKind } from './card.ts';
import { formatNumber } from './format.ts';

/** What lines, points and bands of a chart mean, in words: never by colour or shape alone. */

export type Chart = Extract<Part, { type: 'chart' }>;

const WORDS: Record<PointKind, string> = {
  common_cause: 'within what chance explains',
  improvement: 'better than chance explains',
  concern: 'worse than chance explains',
  neutral_high: 'higher than chance explains',
  neutral_low: 'lower than chance explains',
};

export const pointWords = (kind: PointKind): string => WORDS[kind];

export const ANEW = 'the limits begin anew';

/** What a point shows where its readings are so alike that nothing can be told by them. */
export const NO_LIMITS = 'no limits: the readings hardly move';

/** What a point shows, common ones too; undefined where it has no mean to differ from. */
export const shownBy = ({ kind, lower }: ChartPoint): string | undefined =>
  kind === undefined ? undefined : kind === 'common_cause' && lower === undefined ? NO_LIMITS : WORDS[kind];

/** "93.1", or why there is no figure. */
export const figureWords = ({ value, withheld }: ChartPoint, decimals: number): string =>
  value !== null ? formatNumber(value, decimals) : withheld ? '[c] withheld' : 'no reading';

/** What is to be said of a point beside its figure; of most, nothing. */
export const signsOf = ({ kind, anew }: ChartPoint): string[] => [
  ...(anew ? [ANEW] : []),
  ...(kind === undefined || kind === 'common_cause' ? [] : [WORDS[kind]]),
];

/** "Mean 93.1", "Limits 91.2 to 94.9", as they are for the last reading; "Trial limits" while they are, "now" where they were others before. */
export const levelWords = ({ points, stage, decimals }: Chart): { mean?: string; limits?: string } => {
  const last = points.findLast(({ value }) => value !== null);
  const now = points.some(({ anew }) => anew) ? ' now' : '';
  const figure = (value: number) => formatNumber(value, decimals);
  return {
    ...(last?.mean !== undefined && { mean: `Mean${now} ${figure(last.mean)}` }),
    ...(last?.lower !== undefined &&
      last.upper !== undefined && {
        limits: `${stage === 'full' ? 'Limits' : 'Trial limits'}${now} ${figure(last.lower)} to ${figure(last.upper)}`,
      }),
  };
};

/** "Calling home on the first day, from 2 Nov on" */
export const bandWords = ({ marks = [] }: Chart): string[] => marks.map(({ label, days }) => `${label}, ${days}`);

/** The lines and bands in a sentence each, for where they are not drawn. */
export const chartNotes = (chart: Chart): string[] => {
  const { mean, limits } = levelWords(chart);
  const levels = [mean, limits && (mean ? limits.replace(/^[TL]/u, (letter) => letter.toLowerCase()) : limits)].filter(Boolean).join(', ');
  return [
    ...(levels ? [`${levels}.`] : []),
    ...[...bandWords(chart), ...(chart.later ?? []), ...(chart.begins ?? [])].map((words) => `${words}.`),
  ];
};
