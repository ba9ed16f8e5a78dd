import { nationalAfter } from '../calendar/national-periods.ts';
import { capital, formatValue } from '../cards/format.ts';
import { given, type Kpi, type Reading, standing } from '../kpis/kpi.ts';
import { isFor, type KpiSpc, spcOf } from '../kpis/spc.ts';
import { CONCEALED } from './kpi-parts.ts';

/** What a KPI's chart means, in a sentence: never more than its readings bear. */

const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const count = (number: number) => COUNTS[number] ?? String(number);

const PERIODS = { week: 'weeks', month: 'months', half_term: 'half-terms', term: 'terms', year: 'years' } as const;

type Charted = Pick<Kpi, 'cadence' | 'improvement' | 'target' | 'rebases' | 'unit' | 'decimals' | 'baseline' | 'baselineConcealed'> & {
  readings: readonly Pick<Reading, 'period' | 'periodStart' | 'value' | 'concealed'>[];
};
type Periods = readonly Pick<Reading, 'period'>[];
type Point = KpiSpc['points'][number];

const UNLIKELY = {
  improvement: 'an improvement unlikely to be chance',
  concern: 'a change for the worse, unlikely to be chance',
  neutral_high: 'a change unlikely to be chance',
  neutral_low: 'a change unlikely to be chance',
} as const;

/** "The last reading is 93.2 %, the baseline 92.1 %, the target 94.0 %." */
const plainly = (kpi: Charted, last: number, since: number | undefined): string => {
  const figure = (value: number) => formatValue(value, kpi.unit, kpi.decimals);
  const baseline = kpi.baselineConcealed ? CONCEALED : kpi.baseline === null ? undefined : figure(kpi.baseline);
  const words = [
    `the last reading is ${figure(last)}`,
    ...(baseline === undefined ? [] : [`the baseline ${baseline}`]),
    ...(kpi.target === null ? [] : [`the target ${figure(kpi.target)}`]),
  ].join(', ');
  if (since === undefined) return `${capital(words)}.`;
  return `${capital(count(since))} ${since === 1 ? 'reading' : 'readings'} since the limits began anew: ${words}.`;
};

/** How many of the last points go on in the same way. @param goesOn whether a point belongs to the run of the one after it */
const runOf = (own: readonly Point[], goesOn: (point: Point, next: Point, index: number) => boolean): number => {
  let from = own.length - 1;
  while (from > 0 && goesOn(own[from - 1] as Point, own[from] as Point, from - 1)) from--;
  return own.length - from;
};

/** "seven weeks", where no week is missing between them; else "seven readings in a row". */
const runWords = (kpi: Charted, readings: Periods, run: number): string => {
  const last = readings.slice(-run).map(({ period }) => period);
  const unbroken = last.every((period, index) => index === 0 || nationalAfter({ key: last[index - 1] as string }).key === period);
  return `${count(run)} ${unbroken ? PERIODS[kpi.cadence] : 'readings in a row'}`;
};

/** What the last reading is a sign of, without the verdict. */
const signOf = (kpi: Charted, readings: Periods, own: readonly Point[], last: Point, limits: string): string => {
  const value = last.value as number;
  const isAbove = value > (last.mean as number);
  const before = own.at(-2)?.value ?? value;
  const isRising = value > before;
  switch (last.cause) {
    case 'outside':
      return `${isAbove ? 'Above' : 'Below'} its ${limits}`;
    case 'trend': {
      const run = runOf(own, (point, next) => Math.sign((next.value as number) - (point.value as number)) === (isRising ? 1 : -1));
      return `${isRising ? 'Rising' : 'Falling'} over ${runWords(kpi, readings, run)}`;
    }
    case 'two_in_three':
      return `Two of its last three readings are near its ${isAbove ? 'upper' : 'lower'} limit`;
    default: {
      const run = runOf(own, (point) => Math.sign((point.value as number) - (point.mean as number)) === (isAbove ? 1 : -1));
      return `${capital(runWords(kpi, readings, run))} ${isAbove ? 'above' : 'below'} its mean`;
    }
  }
};

/** Whether the target can be reached as things are; nothing where it is now and then, or where things are changing. */
const targetSays = (kpi: Charted, { assurance }: KpiSpc, last: Point): string => {
  if (kpi.target === null || assurance === null || assurance === 'hit_and_miss') return '';
  const where = `The target lies ${kpi.target > (last.upper as number) ? 'above' : 'below'} its usual range`;
  return assurance === 'fail'
    ? ` ${where}: as things are it will not be reached reliably.`
    : ` ${where}: as things are it is reached reliably.`;
};

/** Whether the last reading of its chart was given and may not be seen. */
const endsConcealed = (kpi: Charted) => given(kpi).findLast((reading) => isFor(kpi.cadence, reading))?.concealed === true;

/** What the chart of a KPI says, of what was worked out of it. */
export const chartSays = (kpi: Charted, spc: KpiSpc): string => {
  const readings = standing(kpi).filter((reading) => isFor(kpi.cadence, reading));
  const last = spc.points.at(-1);
  if (endsConcealed(kpi)) return `The last reading is not shown (${CONCEALED}), so nothing is said of it.`;
  if (!last) return 'There is no reading yet.';
  const own = spc.points.slice(-spc.readings);
  if (spc.stage === 'plain') return plainly(kpi, last.value as number, spc.points.length > spc.readings ? spc.readings : undefined);
  const isTrial = spc.stage !== 'full';
  if (last.kind !== 'common_cause') {
    const limits = isTrial ? 'trial limits' : `${(last.value as number) > (last.mean as number) ? 'upper' : 'lower'} limit`;
    return `${signOf(kpi, readings, own, last, limits)}: ${UNLIKELY[last.kind]}.`;
  }
  if (spc.runChart?.signal)
    return spc.runChart.longest > spc.runChart.longestByChance
      ? 'Its readings stay on one side of their median for longer than chance explains: something has changed.'
      : 'Its readings cross their median less often than chance explains: something has changed.';
  if (!spc.limits) return 'Its readings hardly move, so there are no limits to tell a change by.';
  const range = isTrial ? 'its trial limits' : 'its usual range';
  const earlier = own.some(({ kind }) => kind !== 'common_cause');
  const now = earlier
    ? `The last reading is within ${range}; earlier ones that chance hardly explains are marked.`
    : `Within ${range}: no sign of change beyond chance.`;
  return `${now}${targetSays(kpi, spc, last)}`;
};

/** The same, of a KPI with all its periods, where they are enough to tell chance from change. */
export const chanceSays = (kpi: Charted): string | undefined => {
  const spc = spcOf(kpi);
  return spc.stage === 'plain' || endsConcealed(kpi) ? undefined : chartSays(kpi, spc);
};

/** The same of a KPI with all its periods. */
export const kpiSays = (kpi: Charted): string => chartSays(kpi, spcOf(kpi));

/**
 * "Persistent absence 18.9 %, seven weeks below its mean: an improvement unlikely to be chance", of a KPI with all its periods;
 * nothing where the readings do not bear a full verdict, or the last one is within what chance explains.
 */
export const kpiSign = (kpi: Charted & Pick<Kpi, 'name'>): string | undefined => {
  const spc = spcOf(kpi);
  const last = spc.points.at(-1);
  if (spc.stage !== 'full' || !last || last.kind === 'common_cause' || endsConcealed(kpi)) return undefined;
  const says = chartSays(kpi, spc).replace(/\.$/u, '');
  return `${kpi.name} ${formatValue(last.value as number, kpi.unit, kpi.decimals)}, ${says.charAt(0).toLowerCase()}${says.slice(1)}`;
};
