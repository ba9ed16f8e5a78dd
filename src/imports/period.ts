import type { Temporal } from 'temporal-polyfill';
import { MONTHS } from '../calendar/dates.ts';
import { type Cadence, isoWeek, type Period, periodFromKey, periodOf, SEASONS } from '../calendar/periods.ts';
import { schoolYearName, type Terms } from '../calendar/terms.ts';
import { readDate, readText } from './sheet/cells.ts';
import { readDateText } from './sheet/dates.ts';
import type { Cell } from './sheet/sheet.ts';

/** Which period a reading is for: a day in it, or the period itself in words, with its year: a sheet may be read years later. */

const EXAMPLES: Record<Cadence, string> = {
  week: 'Write a day in the week, as in 16 November 2026, or week 47 of 2026.',
  month: 'Write a day in the month, or the month, as in November 2026.',
  half_term: 'Write a day in the half-term, or as in first half of autumn term 2026.',
  term: 'Write a day in the term, or the term, as in autumn term 2026.',
  year: 'Write a day in the school year, or as in 2025/26.',
};
const CADENCE_NAMES: Record<Cadence, string> = { week: 'week', month: 'month', half_term: 'half-term', term: 'term', year: 'school year' };

const SEASON = `(${SEASONS.join('|')})`;
const YEAR = '(20\\d{2})(?:\\s?[/-]\\s?(?:20)?(\\d{2}))?';
const PART = new RegExp(
  `^(?:(first|second|1st|2nd) half(?: of)?(?: the)? )?${SEASON}(?: term)?(?: (?:half(?:[ -]term)? )?([12]))?,? ${YEAR}$`,
  'iu',
);
const WEEK = /^(?:week|wk)(?: no\.?)? ?(\d{1,2})(?:,| of|,? in)? ?(20\d{2})$|^(20\d{2})-W(\d{1,2})$/iu;
const MONTH = /^([a-z]{3,9})\.?,? (20\d{2})$/iu;
const SCHOOL_YEAR = /^(?:school year |academic year )?(20\d{2})\s?[/-]\s?(?:20)?(\d{2})$/iu;
const BEGINNING = /^(?:w\/c|w\/b|wc|week (?:of|beginning|commencing|starting|ending)|w\/e) /iu;
const KEY = /^20\d{2}(?:-W\d{2}|-\d{2}|\/\d{2}(?:-(?:autumn|spring|summer)(?:-[12])?)?)$/u;

/** "2026/27" is the year from September 2026; an autumn's own year begins it, a spring's ends it. */
const schoolYearIn = (season: string, first: string, second: string | undefined): number | undefined => {
  const year = Number(first);
  if (second !== undefined) return (year + 1) % 100 === Number(second) ? year : undefined;
  return season === 'autumn' ? year : year - 1;
};

const fromKey = (key: string, terms: Terms): Period | undefined => {
  try {
    return periodFromKey(key, terms);
  } catch {
    return undefined;
  }
};

/** A period in words; undefined when they are none. */
const inWords = (text: string, terms: Terms): Period | undefined => {
  if (KEY.test(text)) return fromKey(text, terms);
  const week = WEEK.exec(text);
  if (week) return isoWeek(Number(week[2] ?? week[3]), Number(week[1] ?? week[4]));
  const month = MONTH.exec(text);
  const number = month ? MONTHS.findIndex((name) => name.toLowerCase().startsWith((month[1] as string).toLowerCase())) + 1 : 0;
  if (month && number > 0) return fromKey(`${month[2]}-${String(number).padStart(2, '0')}`, terms);
  const school = SCHOOL_YEAR.exec(text);
  const year = school && schoolYearIn('', school[1] as string, school[2]);
  if (year) return fromKey(schoolYearName(year), terms);
  const part = PART.exec(text);
  if (!part) return undefined;
  const season = (part[2] as string).toLowerCase();
  const of = schoolYearIn(season, part[4] as string, part[5]);
  const half = part[1] ? (/^(?:first|1st)$/iu.test(part[1]) ? 1 : 2) : part[3];
  return of === undefined ? undefined : fromKey(`${schoolYearName(of)}-${season}${half ? `-${half}` : ''}`, terms);
};

/** The period of a cadence that a cell means, or why it means none. */
export const readPeriod = (cell: Cell | undefined, cadence: Cadence, terms: Terms): { value: Period } | { problem: string } => {
  const onDay = (day: Temporal.PlainDate) => ({ value: periodOf(cadence, day, terms) });
  const words = readText(cell?.date ? undefined : cell);
  if ('problem' in words) return words;
  if (words.value !== null) {
    const text = words.value.replaceAll(/\s+/gu, ' ').trim();
    const found = inWords(text, terms);
    if (found?.cadence === cadence) return { value: found };
    if (found)
      return {
        problem: `“${text.slice(0, 60)}” is a ${CADENCE_NAMES[found.cadence]}, and this KPI is read every ${CADENCE_NAMES[cadence]}. ${EXAMPLES[cadence]}`,
      };
    const day = readDateText(text.replace(BEGINNING, ''));
    return 'problem' in day
      ? { problem: `${day.problem.replace(/ Write the date as in .*$/u, '')} ${EXAMPLES[cadence]}` }
      : onDay(day.value);
  }
  const day = readDate(cell);
  if ('problem' in day) return day;
  return day.value ? onDay(day.value) : { problem: `this is needed. ${EXAMPLES[cadence]}` };
};
