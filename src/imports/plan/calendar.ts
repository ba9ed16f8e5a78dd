import { Temporal } from 'temporal-polyfill';
import { GAP_WORDS } from '../../calendar/assumed.ts';
import { problemOfClosedDay, problemsOfYear } from '../../calendar/check-year.ts';
import { publishedTerms } from '../../calendar/published-terms.ts';
import { datesOf, schoolYearOfDates, type YearDates } from '../../calendar/school-year.ts';
import { GAPS, type Gap, type SchoolYear, schoolYearName, schoolYearOf } from '../../calendar/terms.ts';
import type { Place } from '../../people/directory.ts';
import type { ClosedWhat } from '../../people/term-dates.ts';
import type { Whose } from '../current.ts';
import { folded, problemIn, type Row, saidText } from '../read.ts';
import { didYouMean, placeOf } from './place.ts';
import { isFirst, note, type Planning, shown } from './planning.ts';
import { organisationNamed } from './who.ts';

/** The sheets of term dates and of closed days: each line is of a council area or of one organisation. */

type Subject = Whose & { name: string; code: string | null; isSchool: boolean };

const keyOf = ({ councilAreaId, organisationId }: Whose) => organisationId ?? councilAreaId ?? '';

/** Whose a line is: named, or of the locality's only council area. Undefined once that has been said as a problem. */
const subjectOf = (planning: Planning, place: Place, row: Row): Subject | undefined => {
  const areas = planning.current.areas.filter(({ localityId }) => localityId === place.localityId);
  const words = saidText(row, 'whose');
  const area = words ? areas.find(({ name }) => folded(name) === folded(words)) : areas.length === 1 ? areas[0] : undefined;
  if (area) return { councilAreaId: area.id, organisationId: null, name: area.name, code: area.code, isSchool: true };
  const organisation = words ? organisationNamed(planning, place, words) : undefined;
  if (organisation) {
    const above = areas.find(({ id }) => id === organisation.councilAreaId);
    const isSchool = organisation.kind === 'school';
    return { councilAreaId: null, organisationId: organisation.id, name: organisation.name, code: above?.code ?? null, isSchool };
  }
  const names = areas.map(({ name }) => name);
  const known = [
    ...names,
    ...[...planning.organisations.values()].filter((one) => one.localityId === place.localityId).map(({ name }) => name),
  ];
  const problem = words
    ? `${place.locality} has no council area or organisation “${words}”.${didYouMean(words, known)}`
    : `say whose it is: ${names.join(', ') || 'an organisation'}.`;
  problemIn(planning.problems, row, 'whose', problem);
  return undefined;
};

/** The day of a column, and one that is needed. */
const dayIn = (planning: Planning, row: Row, key: string): string | undefined => {
  const said = saidText(row, key);
  if (!said && !row.wrong.has(key)) problemIn(planning.problems, row, key, 'this is needed.');
  return said ?? undefined;
};

/** What the lines of one school year say together. */
type Year = { subject: Subject; year: number; before: YearDates; given: YearDates; rows: Map<Gap, Row> };

const above = ({ current, writes }: Planning, { organisationId, code }: Subject, year: number): [YearDates[], YearDates[]] => {
  const area = current.areas.find((one) => one.code === code);
  const entered = [...writes.termDates, ...current.termDates].filter(
    (row) => row.year === year && organisationId !== null && row.councilAreaId === area?.id,
  );
  const published = (official: boolean) =>
    (publishedTerms[code ?? ''] ?? []).filter((row) => row.year === year && row.official === official).map(({ dates }) => dates);
  return [[...entered.map(({ dates }) => dates), ...published(true)], published(false)];
};

const finish = (planning: Planning, { subject, year, before, given, rows }: Year): void => {
  const dates = { ...before, ...given };
  const [known, guesses] = above(planning, subject, year);
  const problems = problemsOfYear(year, given, datesOf(schoolYearOfDates(year, [dates, ...known], guesses)));
  for (const [gap, row] of rows) {
    const problem = problems.get(gap);
    if (problem) problemIn(planning.problems, row, 'from', problem);
    const [from, to] = [before[gap], given[gap]].map((days) => (days === undefined ? '' : [days].flat().map(shown).join(' to ')));
    const fields = from === to ? [] : [{ name: 'Days', from: from as string, to: to as string }];
    const what = from === to ? 'same' : before[gap] === undefined ? 'add' : 'change';
    note(planning, row, `${subject.name}, ${schoolYearName(year)}: ${GAP_WORDS[gap]}`, what, fields);
  }
  if (JSON.stringify(datesInOrder(dates)) === JSON.stringify(datesInOrder(before))) return;
  const { councilAreaId, organisationId } = subject;
  planning.writes.termDates.push({ id: planning.newId(), councilAreaId, organisationId, year, dates: datesInOrder(dates) });
};

const datesInOrder = (dates: YearDates): YearDates =>
  Object.fromEntries(GAPS.flatMap((gap) => (dates[gap] === undefined ? [] : [[gap, dates[gap]]])));

/** Each line is one holiday, or the first or last day of a school year; what a file does not say stays. */
export const planTerms = (planning: Planning): void => {
  const years = new Map<string, Year>();
  for (const row of planning.rows.terms) {
    const place = placeOf(planning, row);
    const gap = saidText(row, 'gap') as Gap | undefined;
    const subject = place && subjectOf(planning, place, row);
    const first = dayIn(planning, row, 'from');
    const isDay = gap === 'start' || gap === 'end';
    // Of a name that is none it is not known whether it has a last day.
    const last = isDay ? (saidText(row, 'to') ?? first) : gap && dayIn(planning, row, 'to');
    if (!gap || !subject || !first || !last) continue;
    if (isDay && first !== last) {
      problemIn(planning.problems, row, 'to', `the ${GAP_WORDS[gap]} is one day.`);
      continue;
    }
    const year = schoolYearOf(Temporal.PlainDate.from(first));
    const key = `${keyOf(subject)}|${year}`;
    if (!isFirst(planning, `${key}|${gap}`, row, 'gap')) continue;
    const before = planning.current.termDates.find((held) => keyOf(held) === keyOf(subject) && held.year === year)?.dates ?? {};
    const found = years.get(key) ?? { subject, year, before, given: {}, rows: new Map() };
    found.rows.set(gap, row);
    Object.assign(found.given, { [gap]: isDay ? first : [first, last] });
    years.set(key, found);
  }
  for (const year of years.values()) finish(planning, year);
};

/** The school year of a day, with what the same file says of it. */
const yearWith = (planning: Planning, subject: Subject, day: string): SchoolYear => {
  const year = schoolYearOf(Temporal.PlainDate.from(day));
  const [known, guesses] = above(planning, subject, year);
  const own = [...planning.writes.termDates, ...planning.current.termDates].find(
    (row) => keyOf(row) === keyOf(subject) && row.year === year,
  );
  return schoolYearOfDates(year, [...(own ? [own.dates] : []), ...known], guesses);
};

/** Each line is one day; it is closed however often a file says so. */
export const planClosedDays = (planning: Planning): void => {
  for (const row of planning.rows.closed_days) {
    const place = placeOf(planning, row);
    const subject = place && subjectOf(planning, place, row);
    const day = saidText(row, 'day');
    const what = (saidText(row, 'why') ?? 'inset') as ClosedWhat;
    if (!subject || !day) continue;
    const problem = problemOfClosedDay(Temporal.PlainDate.from(day), yearWith(planning, subject, day), subject.isSchool);
    if (problem) {
      problemIn(planning.problems, row, 'day', problem);
      continue;
    }
    if (!isFirst(planning, `${keyOf(subject)}|${day}`, row, 'day')) continue;
    const before = planning.current.closedDays.find((held) => keyOf(held) === keyOf(subject) && held.day === day);
    const words = { inset: 'INSET day', closed: 'closed' };
    const fields = before?.what === what ? [] : [{ name: 'Why', from: before ? words[before.what] : '', to: words[what] }];
    note(planning, row, `${subject.name}: ${shown(day)}`, fields.length === 0 ? 'same' : before ? 'change' : 'add', fields);
    const { councilAreaId, organisationId } = subject;
    if (fields.length > 0) planning.writes.closedDays.push({ id: planning.newId(), councilAreaId, organisationId, day, what });
  }
};
