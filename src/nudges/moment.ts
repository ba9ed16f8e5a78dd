import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { periodFromKey, periodOf } from '../calendar/periods.ts';
import { nationalTerms } from '../calendar/terms.ts';
import { isWorkingDay } from '../calendar/working-days.ts';
import { dayIn, PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Person } from './person.ts';

/**
 * When somebody may be written to unasked; pure. A week is an ISO week in the programme's zone, named by its Monday; days and hours are
 * those of the person's own zone, and only what lies in both counts: in Auckland half of Monday is still the Sunday before.
 */

/** What decides the moment; the programme's calendar and a day of one's own are all in it. */
type Keeper = Pick<Person, 'zone' | 'terms' | 'away' | 'weekday' | 'time'>;

/** First and last minute of the working day. */
const OPENS = Temporal.PlainTime.from('08:00');
const CLOSES = Temporal.PlainTime.from('17:30');
const MONDAY = 1;
const FRIDAY = 5;
/** A nudge of a week goes until this minute of its Friday. */
const LAST_ON_FRIDAY = Temporal.PlainTime.from('15:00');
/** When summaries go. */
const SUMMARY_DAY = 4;
const SUMMARY_TIME = Temporal.PlainTime.from('08:30');
/** Working days that a summary may be late, after everything was down. */
const SUMMARY_LATE = 2;
/** Days within which those must lie: in a long holiday there is no sense in the summary of the week before it. */
const FORTNIGHT = 14;

const { compare: compareTimes } = Temporal.PlainTime;
const isBefore = (one: Temporal.Instant, other: Temporal.Instant): boolean => Temporal.Instant.compare(one, other) < 0;

/** Zones that this machine knows; one that a platform made up must hold up nobody's nudge. */
const known = new Map<string, string>();
const zoneOf = ({ zone }: Pick<Person, 'zone'>): string => {
  let usable = known.get(zone);
  if (usable === undefined) {
    try {
      usable = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId;
    } catch {
      usable = PROGRAMME_ZONE;
    }
    known.set(zone, usable);
  }
  return usable;
};

/**
 * A day and a time in somebody's zone as a moment. Clocks are put forward and back at night nearly everywhere; where it happens in working
 * hours, a time that comes twice is its first, and one that does not come at all is as much later as the clocks jump.
 */
const momentOf = (person: Pick<Keeper, 'zone'>, day: Temporal.PlainDate, time: Temporal.PlainTime): Temporal.Instant =>
  day.toZonedDateTime({ timeZone: zoneOf(person), plainTime: time }).toInstant();

/**
 * Whether an hour of some weekday in a zone lies after one moment, up to and with another: no more is needed to look at nobody.
 * @param first the first weekday that counts, 1 = Monday
 */
export const isHourIn = (zone: string, time: Temporal.PlainTime, from: Temporal.Instant, to: Temporal.Instant, first = MONDAY): boolean => {
  const local = (moment: Temporal.Instant) => moment.toZonedDateTimeISO(zoneOf({ zone })).toPlainDate();
  for (let day = local(from); Temporal.PlainDate.compare(day, local(to)) <= 0; day = day.add({ days: 1 })) {
    const moment = momentOf({ zone }, day, time);
    if (first <= day.dayOfWeek && day.dayOfWeek <= FRIDAY && isBefore(from, moment) && !isBefore(to, moment)) return true;
  }
  return false;
};

/** Whether somebody's summary in a zone could lie there. */
export const isSummaryHourIn = (zone: string, from: Temporal.Instant, to: Temporal.Instant): boolean =>
  isHourIn(zone, SUMMARY_TIME, from, to, SUMMARY_DAY);

const startOf = (monday: Temporal.PlainDate): Temporal.Instant => monday.toZonedDateTime(PROGRAMME_ZONE).toInstant();
const isIn = (moment: Temporal.Instant, monday: Temporal.PlainDate): boolean =>
  !isBefore(moment, startOf(monday)) && isBefore(moment, startOf(monday.add({ weeks: 1 })));

/** The ISO week of a moment, by its Monday. */
export const mondayOf = (moment: Temporal.Instant): Temporal.PlainDate => {
  const day = dayIn(moment);
  return day.subtract({ days: day.dayOfWeek - 1 });
};

/** "2026-W48": how the week of a Monday is written. */
export const weekName = (monday: Temporal.PlainDate): string => periodOf('week', monday, nationalTerms).key;

/** The Monday of a week as it is written. */
export const mondayOfWeek = (week: string): Temporal.PlainDate => periodFromKey(week, nationalTerms).start;

/** Whether somebody is at work on a day of theirs: their calendar, and no day on which they are away. */
const isAtWork = ({ terms, away }: Keeper, day: Temporal.PlainDate): boolean => {
  const said = day.toString();
  return isWorkingDay(day, terms, bankHolidaysOfEngland) && !away.some(({ from, to }) => from <= said && said <= to);
};

/** Whether they asked not to be written to on that day of theirs. */
export const isQuietAt = (person: Pick<Person, 'zone' | 'quietUntil'>, moment: Temporal.Instant): boolean =>
  person.quietUntil !== null && moment.toZonedDateTimeISO(zoneOf(person)).toPlainDate().toString() < person.quietUntil;

/** Whether a moment is within somebody's working hours, to the minute. */
export const mayWriteAt = (person: Keeper, moment: Temporal.Instant): boolean => {
  const local = moment.toZonedDateTimeISO(zoneOf(person)).round({ smallestUnit: 'minute', roundingMode: 'floor' });
  const time = local.toPlainTime();
  return compareTimes(time, OPENS) >= 0 && compareTimes(time, CLOSES) <= 0 && isAtWork(person, local.toPlainDate());
};

/** When the working hours that a moment is in end: nothing goes after it. The end of that minute. */
export const hoursEnd = (person: Keeper, moment: Temporal.Instant): Temporal.Instant =>
  momentOf(person, moment.toZonedDateTimeISO(zoneOf(person)).toPlainDate(), CLOSES).add({ minutes: 1 });

/** The earliest moment from one on, and before another, at which somebody may be written to; undefined: there is none. */
export const earliest = (person: Keeper, from: Temporal.Instant, until: Temporal.Instant): Temporal.Instant | undefined => {
  if (!isBefore(from, until)) return undefined;
  if (mayWriteAt(person, from)) return from;
  const last = until.toZonedDateTimeISO(zoneOf(person)).toPlainDate();
  for (
    let day = from.toZonedDateTimeISO(zoneOf(person)).toPlainDate();
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  ) {
    const opens = momentOf(person, day, OPENS);
    if (!isBefore(opens, from) && isBefore(opens, until) && isAtWork(person, day)) return opens;
  }
  return undefined;
};

/**
 * When the nudge of a week goes: on somebody's day at their hour, else on a later working day of that week at the same hour, until
 * Friday 15:00. Undefined: that week has none, and what waits goes with the next. Whoever chose a later hour of a Friday has it at 15:00.
 */
export const nudgeMoment = (person: Keeper, monday: Temporal.PlainDate): Temporal.Instant | undefined => {
  for (let weekday = person.weekday; weekday <= FRIDAY; weekday += 1) {
    const day = monday.add({ days: weekday - 1 });
    const isTooLate = weekday === FRIDAY && compareTimes(person.time, LAST_ON_FRIDAY) > 0;
    if (isTooLate && person.weekday !== FRIDAY) return undefined;
    const time = isTooLate ? LAST_ON_FRIDAY : person.time;
    const moment = momentOf(person, day, time);
    if (isIn(moment, monday) && mayWriteAt(person, moment)) return moment;
  }
  return undefined;
};

/** Until when a nudge of a week may go, after down-time: Friday 15:00 of theirs; the end of that minute. */
export const sendBy = (person: Keeper, monday: Temporal.PlainDate): Temporal.Instant =>
  momentOf(person, monday.add({ days: FRIDAY - 1 }), LAST_ON_FRIDAY).add({ minutes: 1 });

/** The first Thursday of a month that is a working day of theirs. */
const isFirstOfItsMonth = (person: Keeper, thursday: Temporal.PlainDate): boolean => {
  for (let day = thursday.subtract({ weeks: 1 }); day.month === thursday.month; day = day.subtract({ weeks: 1 }))
    if (isAtWork(person, day)) return false;
  return true;
};

/**
 * When the summary of a week goes: Thursday 08:30 of theirs; where they are not at work, Friday. One of a month goes on its first Thursday
 * that is a working day. Undefined: that week has none.
 */
export const summaryMoment = (person: Keeper, monday: Temporal.PlainDate, every: 'week' | 'month'): Temporal.Instant | undefined => {
  const thursday = monday.add({ days: SUMMARY_DAY - 1 });
  const days = every === 'week' ? [thursday, thursday.add({ days: 1 })] : isFirstOfItsMonth(person, thursday) ? [thursday] : [];
  const day = days.find((candidate) => isAtWork(person, candidate));
  return day && momentOf(person, day, SUMMARY_TIME);
};

/**
 * What a summary is the only one of: its week, "2026-W48", or its month, "2026-12". Days away that are noted once the first Thursday's has
 * gone make a later Thursday the first one, and not a second summary.
 */
export const summarySpan = (monday: Temporal.PlainDate, every: 'week' | 'month'): string =>
  every === 'week'
    ? weekName(monday)
    : monday
        .add({ days: SUMMARY_DAY - 1 })
        .toPlainYearMonth()
        .toString();

/** Until when a summary may go that was missed because everything was down: the end of the second working day after its own. */
export const summaryBy = (person: Keeper, moment: Temporal.Instant): Temporal.Instant => {
  const own = moment.toZonedDateTimeISO(zoneOf(person)).toPlainDate();
  let last = own;
  for (let [ahead, left] = [1, SUMMARY_LATE]; ahead <= FORTNIGHT && left > 0; ahead += 1) {
    const day = own.add({ days: ahead });
    if (!isAtWork(person, day)) continue;
    last = day;
    left -= 1;
  }
  return momentOf(person, last, CLOSES).add({ minutes: 1 });
};
