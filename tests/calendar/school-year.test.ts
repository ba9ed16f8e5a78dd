import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assumedAhead } from '../../src/calendar/assumed.ts';
import { bankHolidaysOfEngland } from '../../src/calendar/bank-holidays.ts';
import { problemsOfYear } from '../../src/calendar/check-year.ts';
import { publishedTerms } from '../../src/calendar/published-terms.ts';
import { datesOf, schoolYearOfDates, type YearDates } from '../../src/calendar/school-year.ts';
import { GAPS, type Gap, nationalTerms, schoolYear, type Terms } from '../../src/calendar/terms.ts';
import { addWorkingDays, isWorkingDay } from '../../src/calendar/working-days.ts';
import { date, seeded } from './support.ts';

// Term dates layer by layer, and the days on which schools and services are at work.

/** Every row of what was published (area, school year, what, first and last day, whether the council itself says so), as it was read. */
const ROWS = readFileSync(new URL('../fixtures/term-dates.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [area, year, period, kind, start, end, official] = line.split(',') as [string, string, string, string, string, string, string];
    return { area, year: Number(year), period, kind, start, end, official: official === 'yes' };
  });

const termsOf = (area: string, official?: boolean): Terms => {
  const published = publishedTerms[area] ?? [];
  const layers = (year: number, wanted: boolean) =>
    published.filter((row) => row.year === year && row.official === wanted).map(({ dates }) => dates);
  return {
    years: [...new Set(published.map(({ year }) => year))].map((year) =>
      schoolYearOfDates(year, layers(year, true), official ? [] : layers(year, false)),
    ),
    closedInHolidays: true,
  };
};
/** Bank holidays before those that we know, on an edge of some row. */
const OLDER = [
  '2017-01-02',
  '2021-12-27',
  '2021-12-28',
  '2022-01-03',
  '2022-04-15',
  '2022-04-18',
  '2022-06-02',
  '2022-06-03',
  '2022-12-26',
];
const bankHolidays = new Set([...bankHolidaysOfEngland, ...OLDER, '2022-12-27', '2023-01-02', '2023-04-07', '2023-04-10', '2023-05-29']);
const isOpen = (day: string, terms: Terms) => isWorkingDay(date(day), terms, bankHolidays);
const isOff = (day: string) => date(day).dayOfWeek > 5 || bankHolidays.has(day);
/** The nearest day in a direction that is neither at a weekend nor a bank holiday. */
const beside = (day: string, step: 1 | -1): string => {
  const next = date(day).add({ days: step }).toString();
  return isOff(next) ? beside(next, step) : next;
};

/** A site's misprint, and what a council only proposes. */
const isDoubtful = ({ area, start }: (typeof ROWS)[number]) => area === 'E06000057' && start === '2026-05-05';

describe('the dates that were published', () => {
  const all = ROWS.filter((row) => row.kind !== 'proposal' && !isDoubtful(row));

  test('are all there: as many rows as were read', () => expect([ROWS.length, all.length]).toEqual([165, 162]));

  const checks = all.map((row) => ({ ...row, name: `${row.area} ${row.year} ${row.period}` }));
  test.each(checks.filter(({ kind }) => kind === 'holiday'))('$name: no school from $start to $end', ({ area, start, end }) => {
    const terms = termsOf(area);
    expect(isOpen(beside(start, -1), terms), 'open before it').toBe(true);
    expect(isOpen(isOff(start) ? beside(start, 1) : start, terms), 'closed on its first day').toBe(false);
    if (end === '') return;
    expect(isOpen(end, terms), 'closed on its last day').toBe(false);
    if (date(end).month !== 8) expect(isOpen(beside(end, 1), terms), 'open after it').toBe(true);
  });

  test.each(checks.filter(({ kind }) => kind === 'term'))('$name: school on $start and on $end', ({ area, start, end }) => {
    const terms = termsOf(area);
    for (const day of [start, end]) if (!isOff(day)) expect(isOpen(day, terms), day).toBe(true);
  });

  test('a council that only proposes is not taken at its word, and one school does not speak for all', () => {
    expect(publishedTerms.E06000054?.some(({ year }) => year === 2026)).toBe(false);
    for (const { area, year, official } of all) {
      const found = publishedTerms[area]?.find((row) => row.year === year && row.official === official);
      expect(found, `${area} ${year}`).toBeDefined();
    }
    const surrey = termsOf('E10000030').years.find(({ year }) => year === 2026);
    expect(surrey?.assumedGaps).toEqual(GAPS);
    expect(termsOf('E09000009').years.find(({ year }) => year === 2026)?.assumed).toBe(false);
  });

  // The broken twin: without what was published, these would not hold.
  test('control: by the national rule alone many of them would be wrong', () => {
    const national: Terms = { ...nationalTerms, closedInHolidays: true };
    const wrong = all.filter(({ kind, start }) => !isOff(start) && isOpen(start, national) !== (kind === 'term'));
    expect(wrong.length).toBeGreaterThan(5);
  });

  test('bank holidays are as published on gov.uk', () => {
    const published =
      '2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26 2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26 2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28 2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28';
    expect([...bankHolidaysOfEngland].sort().join(' ')).toBe(published);
  });
});

const SURREY_AUTUMN: YearDates = { autumnHalfTerm: ['2026-10-19', '2026-10-30'] };
const school = (...given: YearDates[]): Terms => ({ years: [schoolYearOfDates(2026, given)], closedInHolidays: true });
const service: Terms = nationalTerms;

describe('who is at work on which day', () => {
  test.each([
    ['the last day of the summer holidays', '2026-08-28', school(), false],
    ['31 August, the end of a school year and a bank holiday', '2026-08-31', service, false],
    ['1 September, before school begins', '2026-09-01', school(), false],
    ['1 September, for a service', '2026-09-01', service, true],
    ['the first day of school', '2026-09-02', school(), true],
    ['a school that begins earlier than most', '2026-09-01', school({ start: '2026-09-01' }), true],
    ['the first week of a two-week half-term', '2026-10-21', school(SURREY_AUTUMN), false],
    ['the same week elsewhere', '2026-10-21', school(), true],
    ['the Friday of half-term', '2026-10-30', school(), false],
    ['the Monday after half-term', '2026-11-02', school(), true],
    ['Christmas Eve at a school', '2026-12-24', school(), false],
    ['Christmas Eve at a service', '2026-12-24', service, true],
    ['Christmas Day at a service', '2026-12-25', service, false],
    ['the substitute for Boxing Day', '2026-12-28', service, false],
    ['New Year’s Eve over the end of the calendar year', '2026-12-31', school(), false],
    ['the first Monday after Christmas', '2027-01-04', school(), true],
    ['a school whose Christmas goes on', '2027-01-04', school({ christmas: ['2026-12-21', '2027-01-05'] }), false],
    ['May Day', '2027-05-03', school(), false],
    ['August at a service', '2027-08-11', service, true],
    ['August at a school', '2027-08-11', school(), false],
    ['an INSET day', '2026-11-27', { ...school(), closed: new Set(['2026-11-27']) }, false],
    ['the day after an INSET day', '2026-11-30', { ...school(), closed: new Set(['2026-11-27']) }, true],
    ['a day on which a service is closed', '2026-11-27', { ...service, closed: new Set(['2026-11-27']) }, false],
    ['the Sunday on which the clock goes back', '2026-10-25', service, false],
    ['the Monday after the clock went forward', '2027-03-29', service, false],
  ] as const)('%s', (_, day, terms, expected) => expect(isWorkingDay(date(day), terms, bankHolidaysOfEngland)).toBe(expected));

  test('INSET days and holidays are no working days of a grace: it goes on after them', () => {
    const inset = { ...school(), closed: new Set(['2026-11-23', '2026-11-24']) };
    expect(addWorkingDays(date('2026-11-20'), 5, inset, bankHolidaysOfEngland).toString()).toBe('2026-12-01');
    expect(addWorkingDays(date('2026-11-20'), 5, school(), bankHolidaysOfEngland).toString()).toBe('2026-11-27');
    expect(addWorkingDays(date('2026-12-18'), 5, school(), bankHolidaysOfEngland).toString()).toBe('2027-01-08');
  });
});

/** Dates of a year that move some gaps by up to a week, each still in its place. */
const someDates = fc
  .record(Object.fromEntries(GAPS.map((gap) => [gap, fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined })])))
  .map((moves) => {
    const whole = datesOf(schoolYear(2026, nationalTerms));
    const moved = (gap: Gap) => {
      const days = [whole[gap]].flat().map((day) =>
        date(day)
          .add({ days: 7 * (moves[gap] as number) })
          .toString(),
      );
      return days.length > 1 ? days : days[0];
    };
    return Object.fromEntries(GAPS.filter((gap) => moves[gap] !== undefined).map((gap) => [gap, moved(gap)])) as YearDates;
  });

describe('layers', () => {
  test('whatever is more particular changes nothing that it says nothing of, and wins where it says something', () => {
    fc.assert(
      fc.property(someDates, someDates, (own, area) => {
        const below = datesOf(schoolYearOfDates(2026, [area]));
        const both = schoolYearOfDates(2026, [own, area]);
        for (const gap of GAPS) expect(datesOf(both)[gap]).toEqual(own[gap] ?? below[gap]);
        expect(both.assumedGaps).toEqual(GAPS.filter((gap) => own[gap] === undefined && area[gap] === undefined));
        expect(both.assumed).toBe(both.assumedGaps.length > 0);
      }),
      seeded,
    );
  });

  test('with nothing given a year is the national one, and the dates of any year make that year again', () => {
    for (let year = 2000; year < 2100; year += 1) {
      const national = schoolYear(year, nationalTerms);
      expect(schoolYearOfDates(year, []).halves).toEqual(national.halves);
      expect(schoolYearOfDates(year, [datesOf(national)])).toMatchObject({ halves: national.halves, assumed: false, assumedGaps: [] });
    }
  });

  test('a guess fills what nobody gave and stays assumed', () => {
    const year = schoolYearOfDates(2026, [{ end: '2027-07-21' }], [{ ...SURREY_AUTUMN, end: '2027-07-28' }]);
    expect(datesOf(year)).toMatchObject({ ...SURREY_AUTUMN, end: '2027-07-21' });
    expect(year.assumedGaps).toEqual(GAPS.filter((gap) => gap !== 'end'));
  });
});

describe('what is asked three weeks ahead', () => {
  const asked = (today: string, terms: Terms) => {
    const found = assumedAhead(terms, date(today));
    return found && `${found.year} ${found.what}, ${found.day}`;
  };
  test.each([
    ['four weeks before Christmas', '2026-11-23', school(), undefined],
    ['three weeks before Christmas', '2026-11-30', school(), '2026 Christmas holiday, 2026-12-21'],
    ['the day before', '2026-12-20', school(), '2026 Christmas holiday, 2026-12-21'],
    ['on its first day', '2026-12-21', school(), undefined],
    ['where it was given', '2026-11-30', school({ christmas: ['2026-12-21', '2027-01-01'] }), undefined],
    ['at the end of July', '2027-07-05', school(), '2026 last day of the school year, 2027-07-22'],
    ['in August, of the year to come', '2027-08-20', school(), '2027 first day of the school year, 2027-09-02'],
  ] as const)('%s', (_, today, terms, expected) => expect(asked(today, terms)).toBe(expected));
});

describe('dates that somebody gives', () => {
  const problems = (given: YearDates) =>
    [...problemsOfYear(2026, given, datesOf(schoolYearOfDates(2026, [given])))].map(([gap, text]) => `${gap}: ${text}`);
  test.each([
    ['that are right', { autumnHalfTerm: ['2026-10-26', '2026-10-30'], end: '2027-07-21' }, []],
    [
      'an end before its start',
      { easter: ['2027-04-09', '2027-03-26'] },
      ['easter: It ends (26 March 2027) before it begins (9 April 2027).'],
    ],
    ['a weekend', { start: '2026-09-05' }, ['start: 5 September 2026 is a Saturday. Give a weekday.']],
    ['another school year', { end: '2026-07-22' }, ['end: 22 July 2026 is not in the school year 2026/27.']],
    [
      'one over the next',
      { autumnHalfTerm: ['2026-10-26', '2026-12-22'] },
      ['autumnHalfTerm: It comes too late: there is no school day between it and the Christmas holiday (21 December 2026).'],
    ],
    [
      'one right after the other',
      { autumnHalfTerm: ['2026-10-26', '2026-12-18'], christmas: ['2026-12-21', '2027-01-01'] },
      ['christmas: It comes too early: there is no school day between it and the autumn half-term (18 December 2026).'],
    ],
    [
      'out of order',
      { springHalfTerm: ['2027-04-19', '2027-04-23'], easter: ['2027-03-26', '2027-04-09'] },
      ['easter: It comes too early: there is no school day between it and the spring half-term (23 April 2027).'],
    ],
    ['one day of school in between is enough', { autumnHalfTerm: ['2026-10-26', '2026-12-17'] }, []],
    [
      'a year that ends before summer half-term',
      { end: '2027-05-28' },
      ['end: It comes too early: there is no school day between it and the summer half-term (4 June 2027).'],
    ],
  ] as [string, YearDates, string[]][])('%s', (_, given, expected) => expect(problems(given)).toEqual(expected));
});
