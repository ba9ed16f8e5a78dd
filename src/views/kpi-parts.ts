import { Temporal } from 'temporal-polyfill';
import { monthName } from '../calendar/dates.ts';
import type { Period } from '../calendar/periods.ts';
import type { Part, StatusTone } from '../cards/card.ts';
import { capital, formatDelta, formatNumber, formatOf, formatValue } from '../cards/format.ts';
import { given, type Kpi, type Reading } from '../kpis/kpi.ts';
import { type ComputedStatus, statusOf } from '../kpis/status.ts';
import { small } from './actions/parts.ts';

/** What the cards of a KPI and of its readings say alike. */

export type Day = Temporal.PlainDate;

type Figure = Pick<Reading, 'value' | 'numerator' | 'denominator' | 'concealed'>;

/** Confidential (Government Analysis Function's symbols): given, but not shown to this reader. */
export const CONCEALED = '[c]';

export const day = (text: string) => Temporal.PlainDate.from(text);

/** Below this many readings the range of past ones says nothing. */
const ENOUGH_FOR_RANGE = 3;

/** Readings that the range speaks of. */
const RANGE = 9;

const TONES: Record<ComputedStatus['status'], StatusTone> = {
  on_track: 'good',
  close: 'close',
  off_track: 'bad',
  too_early: 'neutral',
  none: 'neutral',
};

/** "93.2", "84 of 131": the figure of a reading without its unit. */
export const figure = (kpi: Pick<Kpi, 'unit' | 'decimals'>, reading: Figure): string => {
  if (reading.value === null) return reading.concealed ? CONCEALED : 'withdrawn';
  if (reading.numerator !== null && reading.denominator !== null && kpi.unit !== '%')
    return formatOf(reading.numerator, reading.denominator);
  return formatNumber(reading.value, kpi.decimals);
};

/** "93.2 %", "84 of 131 schools", "62.5 % (5 of 8)". */
export const amount = (kpi: Pick<Kpi, 'unit' | 'decimals'>, reading: Figure): string => {
  if (reading.value === null) return figure(kpi, reading);
  if (reading.numerator === null || reading.denominator === null) return formatValue(reading.value, kpi.unit, kpi.decimals);
  if (kpi.unit === '%')
    return `${formatValue(reading.value, kpi.unit, kpi.decimals)} (${formatOf(reading.numerator, reading.denominator)})`;
  return `${figure(kpi, reading)} ${kpi.unit}`;
};

export const headline = (kpi: Kpi, period: Period, change: string) => `${kpi.name}, ${kpi.locality}, ${period.label}: ${change}`;

const before = (kpi: Kpi, reading: Reading) => given(kpi).findLast((other) => other.periodStart < reading.periodStart);

/** 92.8 → 93.2 % (+0.4): compared with the period before. */
export const movement = (kpi: Kpi, reading: Reading): string => {
  const earlier = before(kpi, reading);
  if (!earlier) return amount(kpi, reading);
  if (earlier.value === null || reading.value === null) return `${figure(kpi, earlier)} → ${amount(kpi, reading)}`;
  return `${figure(kpi, earlier)} → ${amount(kpi, reading)} (${formatDelta(earlier.value, reading.value, kpi.decimals)})`;
};

/** "On track: target 94.0 % by July, 0.8 to go (93.1 expected by now)" */
export const targetPart = (kpi: Kpi, today: Day): Part[] => {
  if (kpi.target === null || kpi.targetDate === null) return [];
  const isConcealed = kpi.baselineConcealed || given(kpi).at(-1)?.concealed;
  const found = statusOf(kpi, today);
  const by = day(kpi.targetDate);
  const month = monthName(by.month);
  const when = by.since(today).sign < 0 || by.until(today).total({ unit: 'days' }) < -330 ? `${month} ${by.year}` : month;
  const target = `target ${formatValue(kpi.target, kpi.unit, kpi.decimals)} by ${when}`;
  // How far it is from the target would tell the figure itself.
  if (isConcealed) return [{ type: 'status', tone: 'neutral', word: 'Not shown', text: target }];
  const toGo = found.toGo === null ? '' : found.toGo === 0 ? ', reached' : `, ${formatNumber(found.toGo, kpi.decimals)} to go`;
  const expected = found.expected === null ? '' : ` (${formatNumber(found.expected, kpi.decimals)} expected by now)`;
  const word = capital(found.word);
  return [
    {
      type: 'status',
      tone: TONES[found.status],
      word,
      text: `${target}${toGo}${expected}`,
    },
  ];
};

/** "One reading is not a trend: the last 9 lie between 92.1 and 93.6." */
export const rangePart = (kpi: Kpi): Part[] => {
  const last = given(kpi).slice(-RANGE);
  const values = last.flatMap(({ value }) => value ?? []);
  if (values.length < ENOUGH_FOR_RANGE || values.length < last.length) return [];
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(value, kpi.decimals));
  const where = least === most ? `are all ${least}` : `lie between ${least} and ${most}`;
  return [small(`One reading is not a trend: the last ${values.length} ${where}.`)];
};

/** What [c] means, wherever one is shown. */
export const concealedPart = (...kpis: Kpi[]): Part[] =>
  kpis.some((kpi) => kpi.baselineConcealed || given(kpi).some(({ concealed }) => concealed))
    ? [small(`${CONCEALED} is a figure about fewer than 5 children: it is shown only in their own locality.`)]
    : [];

export const notePart = (reading: Reading): Part[] => [
  ...(reading.note ? [{ type: 'text' as const, text: `Note: ${reading.note}` }] : []),
  ...(reading.evidence ? [{ type: 'text' as const, text: `Evidence: ${reading.evidence}` }] : []),
];
