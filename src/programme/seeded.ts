import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { type Cadence, dueDate, type Period, periodAfter, periodOf } from '../calendar/periods.ts';
import { nationalTerms, schoolYear, schoolYearOf } from '../calendar/terms.ts';
import type { KpiInFile } from './format.ts';

/** Readings that are made up: the same in every database that is loaded on the same day. */

/** Written out, so that the made-up figures can be made again. */
const SEED = 'common cause 2022';

/** Three even chances, 0 to 1, from a hash of the seed and what they are for. */
const chances = (...about: string[]): number[] => {
  const hash = createHash('sha256')
    .update([SEED, ...about].join('\n'))
    .digest();
  return [0, 4, 8].map((at) => hash.readUInt32BE(at) / 2 ** 32);
};

/** About normal, mean 0, standard deviation 1: the sum of three even chances. */
const noise = (...about: string[]): number => 2 * (chances(...about).reduce((sum, chance) => sum + chance, 0) - 1.5);

/** How many of so many people chose each option, made up one by one. @param weights how likely each is beside the others */
export const seededCounts = (key: string, weights: readonly number[], people: number): number[] => {
  const counts = weights.map(() => 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let person = 1; person <= people; person += 1) {
    let left = (chances(key, String(person))[0] ?? 0) * total;
    const at = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
};

const isAfter = (one: Temporal.PlainDate, other: Temporal.PlainDate) => Temporal.PlainDate.compare(one, other) > 0;

/** Whether schools are open on some day of the period: nobody reads in August, or in the week of a half-term holiday. */
const inSchoolTime = ({ start, end }: Period) =>
  [start, end].some((day) =>
    schoolYear(schoolYearOf(day), nationalTerms).halves.some((half) => !isAfter(half.start, end) && !isAfter(start, half.end)),
  );

/** A period that may get a made-up reading, and the day on which its reading is due. */
type DuePeriod = { period: Period; due: Temporal.PlainDate };

const duePeriods = (cadence: Cadence, from: Temporal.PlainDate, today: Temporal.PlainDate): DuePeriod[] => {
  const all: DuePeriod[] = [];
  for (let period = periodOf(cadence, from, nationalTerms); !isAfter(period.start, today); period = periodAfter(period, nationalTerms))
    if (inSchoolTime(period)) all.push({ period, due: dueDate(period, nationalTerms, bankHolidaysOfEngland) });
  return all.filter(({ due }) => !isAfter(due, today));
};

/**
 * Gives the periods that get a made-up reading. Never the current one, so that the first thing somebody logs is a new reading;
 * and of a KPI that `waits`, not the latest that is due.
 * @param today the day of the load. What is worked out once is kept: most KPIs share a cadence and a first day, and Temporal is slow.
 */
export const seededPeriods = (today: Temporal.PlainDate) => {
  const known = new Map<string, DuePeriod[]>();
  return (cadence: Cadence, from: Temporal.PlainDate, waits: boolean): DuePeriod[] => {
    const key = `${cadence} ${from}`;
    const all = known.get(key) ?? duePeriods(cadence, from, today);
    known.set(key, all);
    const read = all.filter(({ period }) => isAfter(today, period.end));
    return waits && read.length === all.length ? read.slice(0, -1) : read;
  };
};

const round = (value: number, decimals: number) => Number(value.toFixed(decimals));

/** The made-up values for those periods, in order; of an "n of m" the n. */
export const seededValues = (key: string, kpi: Pick<KpiInFile, 'unit' | 'decimals' | 'seeded'>, periods: Period[]): number[] => {
  const { level, reaches, spread, of, ends = [] } = kpi.seeded;
  const most = of ?? (kpi.unit === '%' ? 100 : Number.POSITIVE_INFINITY);
  const writtenFrom = periods.length - ends.length;
  return periods.map((period, at) => {
    const written = at >= writtenFrom ? ends[at - writtenFrom] : undefined;
    if (written !== undefined) return written;
    const line = level + (reaches - level) * (at / Math.max(1, periods.length - 1));
    return round(Math.min(most, Math.max(0, line + spread * noise(key, period.key))), kpi.decimals);
  });
};
