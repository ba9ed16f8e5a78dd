import { formatDate, monthName } from '../calendar/dates.ts';
import { type NationalPeriod, nationalAfter, nationalPeriod } from '../calendar/national-periods.ts';
import { type Period, periodFromKey } from '../calendar/periods.ts';
import { nationalTerms } from '../calendar/terms.ts';
import type { ChartBand, ChartPoint, Part } from '../cards/card.ts';
import { capital } from '../cards/format.ts';
import { given, type Kpi, type Reading } from '../kpis/kpi.ts';
import { isFor, type KpiSpc, spcOf } from '../kpis/spc.ts';
import { type Day, day } from './kpi-parts.ts';
import { chartSays, kpiSays } from './kpi-says.ts';

/** A KPI → its chart: every period from its first reading to its last, with the mean and limits that its readings bear. */

export { kpiSays };

/** A stretch of time with a name, as of a cycle; `to` null: it goes on. Days as in 2026-11-16. */
export type ChartMark = { from: string; to: string | null; label: string };

/** A period of the chart and the reading given for it. */
type Slot = { period: NationalPeriod; reading: Reading | undefined };

/** Every period from the first reading to the last, whether it has one or not. */
const slotsOf = (kpi: Kpi): Slot[] => {
  const readings = given(kpi).filter((reading) => isFor(kpi.cadence, reading));
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last) return [];
  const byPeriod = new Map(readings.map((reading) => [reading.period, reading]));
  const slots: Slot[] = [];
  for (let period = nationalPeriod(first.period); ; period = nationalAfter(period)) {
    slots.push({ period, reading: byPeriod.get(period.key) });
    if (period.start >= last.periodStart) return slots;
  }
};

/** Short enough for the end of a line: "16 Nov", "Nov 2026", "Autumn 1 26/27", "Autumn 2026", "2026/27". */
const labelOf = ({ key, cadence, start }: NationalPeriod, withYear: boolean): string => {
  const startYear = start.slice(0, 4);
  const month = monthName(Number(start.slice(5, 7))).slice(0, 3);
  if (cadence === 'week') return `${Number(start.slice(8))} ${month}${withYear ? ` ${startYear}` : ''}`;
  if (cadence === 'month') return `${month} ${startYear}`;
  const [year = '', season = '', half = ''] = key.split('-');
  if (cadence === 'half_term') return `${capital(season)} ${half} ${year.slice(2)}`;
  return cadence === 'term' ? `${capital(season)} ${startYear}` : year;
};

/** Weeks this far apart have the same day and month in their names. */
const WEEKS_OF_A_YEAR = 48;

/** Mean, limits and signs by the first day of a period. What lies in a gap goes on as it was. */
const pointsOf = (slots: readonly Slot[], spc: KpiSpc): ChartPoint[] => {
  const found = new Map(spc.points.map((point) => [point.date, point]));
  const withYear = slots.length > WEEKS_OF_A_YEAR;
  let before: KpiSpc['points'][number] | undefined;
  return slots.map(({ period, reading }): ChartPoint => {
    const label = labelOf(period, withYear);
    const own = reading?.value == null ? undefined : found.get(reading.periodStart);
    const isAnew = own !== undefined && before !== undefined && own.group !== before.group;
    before = own ?? before;
    return {
      label,
      value: own?.value ?? null,
      ...(reading?.concealed && { withheld: true as const }),
      ...(before?.mean == null ? {} : { mean: before.mean }),
      ...(before?.lower == null || before.upper === null ? {} : { lower: before.lower, upper: before.upper }),
      ...(own?.mean == null ? {} : { kind: own.kind }),
      ...(isAnew && { anew: true as const }),
    };
  });
};

/** "20 May to 3 Jun", "from 1 Jul on"; with the year where it is another school year than that of `near`. */
export const markDays = ({ from, to }: ChartMark, near: Day): string => {
  const date = (iso: string) => formatDate(day(iso), near);
  if (to === null) return `from ${date(from)} on`;
  return from === to ? date(from) : `${date(from)} to ${date(to)}`;
};

/** "Breakfast, from 18 Nov on: after the last reading" */
export const laterWords = (mark: ChartMark, near: Day): string => `${mark.label}, ${markDays(mark, near)}: after the last reading`;

/** "The limits begin anew on 20 Apr: after the new register", of each time that they do. */
export const beginsWords = ({ rebases }: Pick<Kpi, 'rebases'>, near: Day): string[] =>
  rebases.map(({ date, reason }) => `The limits begin anew on ${formatDate(day(date), near)}: ${reason.replace(/\.$/u, '')}`);

/** Where on the chart a mark is; nowhere when no period of the chart is in it. */
const bandsOf = (slots: readonly Slot[], marks: readonly ChartMark[], end: Day): ChartBand[] =>
  marks.flatMap((mark) => {
    const { from, to, label } = mark;
    const first = slots.findIndex(({ period }) => period.end >= from);
    const last = to === null ? slots.length - 1 : slots.findLastIndex(({ period }) => period.start <= to);
    return first < 0 || last < first ? [] : [{ from: first, to: last, label, days: markDays(mark, end) }];
  });

/** The chart of a KPI with all its periods; nothing where it has no reading that its reader may see. */
export const kpiChart = (kpi: Kpi, marks: readonly ChartMark[] = []): Part[] => {
  const spc = spcOf(kpi);
  if (spc.points.length === 0) return [];
  const slots = slotsOf(kpi);
  const end = day((slots.at(-1) as Slot).period.end);
  const bands = bandsOf(slots, marks, end);
  const later = marks.filter(({ from }) => from > end.toString()).map((mark) => laterWords(mark, end));
  const begins = beginsWords(kpi, end);
  return [
    {
      type: 'chart',
      title: `${kpi.name}, ${kpi.locality}`,
      unit: kpi.unit,
      decimals: kpi.decimals,
      says: chartSays(kpi, spc),
      points: pointsOf(slots, spc),
      ...(kpi.target === null ? {} : { target: kpi.target }),
      stage: spc.stage,
      ...(bands.length > 0 && { marks: bands }),
      ...(later.length > 0 && { later }),
      ...(begins.length > 0 && { begins }),
    },
  ];
};

/** "the week of 16 Nov": the period whose reading the limits begin anew with, of a rebase date; undefined: none follows. */
export const beginsWith = (kpi: Kpi, date: string): { period: Period; moved: boolean } | undefined => {
  const first = given(kpi).find((reading) => reading.value !== null && isFor(kpi.cadence, reading) && reading.periodStart >= date);
  return first && { period: periodFromKey(first.period, nationalTerms), moved: first.periodStart !== date };
};
