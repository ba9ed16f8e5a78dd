import { Temporal } from 'temporal-polyfill';

/** One half of a term: the first and the last day that schools are open. */
export type Half = { start: Temporal.PlainDate; end: Temporal.PlainDate };

/** What a school year is made of, in order: its first day, the five holidays within it, its last day. */
export const GAPS = ['start', 'autumnHalfTerm', 'christmas', 'springHalfTerm', 'easter', 'summerHalfTerm', 'end'] as const;
export type Gap = (typeof GAPS)[number];

/** The six halves of a school year, in order: autumn 1, autumn 2, spring 1, spring 2, summer 1, summer 2. */
export type SchoolYear = {
  /** The calendar year it starts in: 2026 for 2026/27. */
  year: number;
  halves: readonly [Half, Half, Half, Half, Half, Half];
  /** Something of it was given by nobody who answers for it: which gaps those are. */
  assumed: boolean;
  assumedGaps: readonly Gap[];
};

/** The term dates of a council area or an organisation; a year that is not given takes the national default. */
export type Terms = {
  years: readonly SchoolYear[];
  /** A school closes in its holidays; a council service, a charity or a company works on. */
  closedInHolidays: boolean;
  /** Other days on which nobody is expected: INSET days and the like, YYYY-MM-DD. */
  closed?: ReadonlySet<string>;
};

/** Nothing known: every year is the national default, for people who work all year. */
export const nationalTerms: Terms = { years: [], closedInHolidays: false };

const date = (year: number, month: number, day: number) => new Temporal.PlainDate(year, month, day);
const MONDAY = 1;
const FRIDAY = 5;

/** The last given weekday (1 = Monday) on or before a day. */
const lastOnOrBefore = (day: Temporal.PlainDate, weekday: number) => day.subtract({ days: (day.dayOfWeek - weekday + 7) % 7 });
const workdayOnOrBefore = (day: Temporal.PlainDate) => (day.dayOfWeek > FRIDAY ? lastOnOrBefore(day, FRIDAY) : day);
const workdayOnOrAfter = (day: Temporal.PlainDate) => (day.dayOfWeek > FRIDAY ? day.add({ days: 8 - day.dayOfWeek }) : day);

/** Easter Sunday of a Gregorian year: the "Anonymous Gregorian" reckoning (Meeus, Astronomical Algorithms, chapter 8). */
const easterSunday = (year: number) => {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return date(year, Math.floor(n / 31), (n % 31) + 1);
};

/** The Easter holiday: the last day of spring term and the first of summer term. */
const easterHoliday = (year: number) => {
  const easter = easterSunday(year);
  // An early Easter opens the fortnight's holiday, a late one closes it, otherwise Holy Week is its first week.
  if (Temporal.PlainDate.compare(easter, date(year, 4, 5)) < 0)
    return { end: easter.subtract({ days: 3 }), start: easter.add({ days: 15 }) };
  if (Temporal.PlainDate.compare(easter, date(year, 4, 18)) < 0)
    return { end: easter.subtract({ days: 9 }), start: easter.add({ days: 8 }) };
  return { end: easter.subtract({ days: 16 }), start: easter.add({ days: 2 }) };
};

/**
 * The declared national default, by rule, for any school year. England has no national term dates: councils and trusts set their own,
 * mostly within a few days of this pattern. tests/calendar/terms.test.ts holds it against dates that councils have published.
 *
 * - autumn: from the first weekday on or after 2 September to the last Friday on or before 23 December
 * - Christmas: two weeks
 * - half-terms: the week of the fourth Monday in October, of the third Monday in February, of the last Monday in May
 * - Easter: see `easterHoliday`
 * - summer: to the last weekday on or before 22 July
 */
const nationalSchoolYear = (year: number): SchoolYear => {
  const autumnBreak = lastOnOrBefore(date(year, 10, 28), MONDAY);
  const autumnEnd = lastOnOrBefore(date(year, 12, 23), FRIDAY);
  const springBreak = lastOnOrBefore(date(year + 1, 2, 21), MONDAY);
  const easter = easterHoliday(year + 1);
  const summerBreak = lastOnOrBefore(date(year + 1, 5, 31), MONDAY);
  const half = (start: Temporal.PlainDate, end: Temporal.PlainDate): Half => ({ start, end });
  const before = (monday: Temporal.PlainDate) => monday.subtract({ days: 3 });
  const after = (monday: Temporal.PlainDate) => monday.add({ days: 7 });
  return {
    year,
    halves: [
      half(workdayOnOrAfter(date(year, 9, 2)), before(autumnBreak)),
      half(after(autumnBreak), autumnEnd),
      half(autumnEnd.add({ days: 17 }), before(springBreak)),
      half(after(springBreak), easter.end),
      half(easter.start, before(summerBreak)),
      half(after(summerBreak), workdayOnOrBefore(date(year + 1, 7, 22))),
    ],
    assumed: true,
    assumedGaps: GAPS,
  };
};

/** Each is worked out once: a summary goes back through the working days of a year one by one. */
const nationalYears = new Map<number, SchoolYear>();
const nationalYear = (year: number): SchoolYear => {
  const found = nationalYears.get(year) ?? nationalSchoolYear(year);
  nationalYears.set(year, found);
  return found;
};

/** The school year that starts in a calendar year: as given, else the national default. */
export const schoolYear = (year: number, terms: Terms): SchoolYear =>
  terms.years.find((given) => given.year === year) ?? nationalYear(year);

/** The calendar year in which the school year of a day starts: 1 September to 31 August belong together. */
export const schoolYearOf = (day: Temporal.PlainDate): number => (day.month >= 9 ? day.year : day.year - 1);

/** "2026/27" for 2026. */
export const schoolYearName = (year: number): string => `${year}/${String((year + 1) % 100).padStart(2, '0')}`;
