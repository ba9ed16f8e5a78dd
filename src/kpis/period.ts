import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland as bankHolidays } from '../calendar/bank-holidays.ts';
import { formatDate } from '../calendar/dates.ts';
import {
  CADENCES,
  type Cadence,
  dueDate,
  graceEnds,
  type Period,
  periodAfter,
  periodBefore,
  periodFromKey,
  periodOf,
} from '../calendar/periods.ts';
import { nationalTerms, type Terms } from '../calendar/terms.ts';
import { isWorkingDay } from '../calendar/working-days.ts';
import { UserError } from '../errors.ts';
import { given, type Kpi } from './kpi.ts';

/** Which period a reading is for, and which one waits. Pure. */

export type When = { kind: 'date'; date: Temporal.PlainDate } | { kind: 'period'; key: string };

const hasReading = (kpi: Kpi, period: Period) => given(kpi).some((reading) => reading.period === period.key);

/** A period that ended before the KPI's baseline cannot be waiting, nor be logged. */
const isBeforeBaseline = (kpi: Kpi, period: Period) => kpi.baselineDate !== null && period.end.toString() < kpi.baselineDate;

/** Nothing waits for the time before a KPI was there. */
const isBeforeKpi = (kpi: Kpi, period: Period) => period.end.toString() < (kpi.baselineDate ?? kpi.since);

const isAfter = (one: Temporal.PlainDate, other: Temporal.PlainDate) => Temporal.PlainDate.compare(one, other) > 0;

const NATIONAL_SCHOOLS: readonly Terms[] = [{ ...nationalTerms, closedInHolidays: true }];

type Schooled = Pick<Kpi, 'counts' | 'schools'>;

/** Whether no school of the locality is open on any day of a period: then there are no children to count. */
const isWithoutSchool = ({ counts, schools = NATIONAL_SCHOOLS }: Schooled, { start, end }: Period): boolean => {
  if (counts !== 'children') return false;
  for (let day = start; !isAfter(day, end); day = day.add({ days: 1 }))
    if (schools.some((theirs) => isWorkingDay(day, theirs, bankHolidays))) return false;
  return true;
};

/** The last period before another that there can be a reading of. */
const readBefore = (kpi: Schooled, period: Period, terms: Terms): Period => {
  const before = periodBefore(period, terms);
  return isWithoutSchool(kpi, before) ? readBefore(kpi, before, terms) : before;
};

/** The period itself, or the first after it that there can be a reading of. */
const readFrom = (kpi: Schooled, period: Period, terms: Terms): Period =>
  isWithoutSchool(kpi, period) ? readFrom(kpi, periodAfter(period, terms), terms) : period;

/**
 * The period meant. Undated: the one before if it is due and has no reading, else the current one; `other` is the one that was not taken.
 * @throws UserError for a period that has not begun, or that ended before the baseline.
 */
export const choosePeriod = (
  kpi: Kpi,
  when: When | undefined,
  today: Temporal.PlainDate,
  terms: Terms,
): { period: Period; other?: Period } => {
  const current = periodOf(kpi.cadence, today, terms);
  if (when === undefined) {
    const before = readBefore(kpi, current, terms);
    const open = !isBeforeKpi(kpi, before) && !hasReading(kpi, before);
    if (open && !isAfter(dueDate(before, terms, bankHolidays), today)) return { period: before, other: current };
    return open ? { period: current, other: before } : { period: current };
  }
  const period = when.kind === 'date' ? periodOf(kpi.cadence, when.date, terms) : periodFromKey(when.key, terms);
  // A button or a form from before the KPI's cadence was changed.
  if (period.cadence !== kpi.cadence)
    throw new UserError(
      `Not saved. ${kpi.name} is read for another kind of period now. Log it anew: kpi ${kpi.name.toLowerCase()} and the figure.`,
    );
  if (isAfter(when.kind === 'date' ? when.date : period.start, today))
    throw new UserError(
      `Not saved. ${when.kind === 'date' ? formatDate(when.date, today) : upperFirst(period.label)} has not come yet: a reading says what was, a target what should be.`,
    );
  if (isBeforeBaseline(kpi, period))
    throw new UserError(
      `Not saved. ${upperFirst(period.label)} is before the baseline of ${kpi.name} (${formatDate(Temporal.PlainDate.from(kpi.baselineDate as string), today)}).`,
    );
  return { period };
};

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export type Waiting =
  /** A reading is due: since its due date; `long` = past its grace too. */
  | { kind: 'waiting'; period: Period; since: Temporal.PlainDate; long: boolean }
  /** Nothing to do until then. */
  | { kind: 'later'; period: Period; due: Temporal.PlainDate }
  /** Nothing to do ever: it is worked out from who takes part. */
  | { kind: 'computed' };

type Asked = Schooled & Pick<Kpi, 'cadence'>;

/** The periods of which a reading can wait on a day, the earlier first: the one before and the current one, as far as they are due. */
const askedOn = (kpi: Asked, today: Temporal.PlainDate, terms: Terms): { period: Period; due: Temporal.PlainDate }[] => {
  const current = periodOf(kpi.cadence, today, terms);
  return [readBefore(kpi, current, terms), current]
    .map((period) => ({ period, due: dueDate(period, terms, bankHolidays) }))
    .filter(({ period, due }) => !isWithoutSchool(kpi, period) && !isAfter(due, today));
};

/** Of the KPIs of a cadence that count children, or do not: the periods (keys) of which nothing waits once each has a reading. */
export type Wanted = {
  cadence: Cadence;
  children: boolean;
  /** Their first day, YYYY-MM-DD. */
  from: string;
  keys: string[];
};

/**
 * The same for every locality, where it does not depend on its own schools' calendar what waits.
 * @param dependsOnSchools where it does
 * @param pastGrace what has waited past its grace, by anybody's calendar: a KPI without a reading since the last such period is without it too
 */
export const wantedOn = (
  today: Temporal.PlainDate,
  terms: Terms,
  { dependsOnSchools, pastGrace = false }: { dependsOnSchools: (kpi: Pick<Kpi, 'counts' | 'cadence'>) => boolean; pastGrace?: boolean },
): Wanted[] => {
  const isOver = (period: Period) => isAfter(today, graceEnds(period, terms, bankHolidays));
  const lastOver = (period: Period): Period => (isOver(period) ? period : lastOver(periodBefore(period, terms)));
  return CADENCES.flatMap((cadence) =>
    (['children', 'other'] as const).flatMap((counts): Wanted[] => {
      if (dependsOnSchools({ counts, cadence })) return [];
      const asked = askedOn({ counts, cadence }, today, terms).map(({ period }) => period);
      const periods = pastGrace ? [lastOver(periodOf(cadence, today, terms)), ...asked.filter(isOver)] : asked;
      const [from = today.toString()] = periods.map(({ start }) => start.toString()).sort();
      return [{ cadence, children: counts === 'children', from, keys: [...new Set(periods.map(({ key }) => key))] }];
    }),
  );
};

/**
 * What waits of one KPI on a day: the period before first, then the current one. What counts children has none without a school day.
 * @param terms what periods are reckoned by: the declared default, the same for everybody
 * @param theirs the calendar of whoever gives the reading, by which its grace is counted
 */
export const waitingOf = (kpi: Kpi, today: Temporal.PlainDate, terms: Terms, theirs: Terms = terms): Waiting => {
  if (kpi.coverage) return { kind: 'computed' };
  for (const { period, due } of askedOn(kpi, today, terms)) {
    if (isBeforeKpi(kpi, period) || hasReading(kpi, period)) continue;
    return { kind: 'waiting', period, since: due, long: isAfter(today, graceEnds(period, terms, bankHolidays, theirs)) };
  }
  const current = periodOf(kpi.cadence, today, terms);
  const next = readFrom(kpi, hasReading(kpi, current) ? periodAfter(current, terms) : current, terms);
  return { kind: 'later', period: next, due: dueDate(next, terms, bankHolidays) };
};
