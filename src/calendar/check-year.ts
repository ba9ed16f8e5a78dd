import { Temporal } from 'temporal-polyfill';
import { GAP_WORDS } from './assumed.ts';
import { bankHolidaysOfEngland } from './bank-holidays.ts';
import { dayWords } from './dates.ts';
import { type WholeYear, weekdayAfter, type YearDates } from './school-year.ts';
import { GAPS, type Gap, type SchoolYear, schoolYearName, schoolYearOf } from './terms.ts';
import { isWorkingDay } from './working-days.ts';

const WEEKEND: Record<number, string> = { 6: 'Saturday', 7: 'Sunday' };
const isAfter = (one: Temporal.PlainDate, other: Temporal.PlainDate) => Temporal.PlainDate.compare(one, other) > 0;

const edges = (dates: YearDates, gap: Gap): readonly [Temporal.PlainDate, Temporal.PlainDate] | undefined => {
  const days = dates[gap] === undefined ? [] : [dates[gap]].flat().map((day) => Temporal.PlainDate.from(day));
  return days[0] && [days[0], days[1] ?? days[0]];
};

const ofItself = (gap: Gap, [first, last]: readonly [Temporal.PlainDate, Temporal.PlainDate], year: number): string | undefined => {
  const other = [first, last].find((day) => schoolYearOf(day) !== year);
  if (other) return `${dayWords(other)} is not in the school year ${schoolYearName(year)}.`;
  if (isAfter(first, last)) return `It ends (${dayWords(last)}) before it begins (${dayWords(first)}).`;
  const weekend = [first, last].find((day) => day.dayOfWeek in WEEKEND);
  if (!weekend) return undefined;
  const wanted = gap === 'start' || gap === 'end' ? 'Give a weekday.' : 'Give the first and the last weekday without school.';
  return `${dayWords(weekend)} is a ${WEEKEND[weekend.dayOfWeek]}. ${wanted}`;
};

/**
 * What is wrong with dates that somebody gives for a school year, by gap; nothing where all is well.
 * @param whole the year as it would be with them: holidays are in order, with school between them
 */
export const problemsOfYear = (year: number, given: YearDates, whole: WholeYear): Map<Gap, string> => {
  const problems = new Map<Gap, string>();
  for (const gap of GAPS) {
    const days = edges(given, gap);
    const problem = days && ofItself(gap, days, year);
    if (problem) problems.set(gap, problem);
  }
  if (problems.size > 0) return problems;
  GAPS.slice(1).forEach((gap, index) => {
    const before = GAPS[index] as Gap;
    const [beginsBefore, ended] = edges(whole, before) as readonly [Temporal.PlainDate, Temporal.PlainDate];
    const [begins] = edges(whole, gap) as readonly [Temporal.PlainDate, Temporal.PlainDate];
    const firstSchoolDay = before === 'start' ? beginsBefore : weekdayAfter(ended);
    const isInOrder = gap === 'end' ? !isAfter(firstSchoolDay, begins) : isAfter(begins, firstSchoolDay);
    if (isInOrder) return;
    const [at, other] = given[gap] === undefined ? [before, gap] : [gap, before];
    if (given[at] === undefined) return;
    problems.set(
      at,
      at === gap
        ? `It comes too early: there is no school day between it and the ${GAP_WORDS[other]} (${dayWords(ended)}).`
        : `It comes too late: there is no school day between it and the ${GAP_WORDS[other]} (${dayWords(begins)}).`,
    );
  });
  return problems;
};

/** Why a day need not be said to be closed: nobody is expected then anyway. Undefined: it may be. @param isSchool it has holidays */
export const problemOfClosedDay = (day: Temporal.PlainDate, school: SchoolYear, isSchool: boolean): string | undefined => {
  if (isWorkingDay(day, { years: [school], closedInHolidays: isSchool }, bankHolidaysOfEngland)) return undefined;
  const why =
    day.dayOfWeek in WEEKEND ? 'at a weekend' : bankHolidaysOfEngland.has(day.toString()) ? 'a bank holiday' : 'in the school holidays';
  return `${dayWords(day)} is ${why}, so nobody is expected anyway.`;
};
