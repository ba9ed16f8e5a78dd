import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RATINGS, type RatingWord } from '../../src/actions/action.ts';
import { type Aged, agesAt, countedAs } from '../../src/actions/cadence.ts';
import { bankHolidaysOfEngland } from '../../src/calendar/bank-holidays.ts';
import { periodOf } from '../../src/calendar/periods.ts';
import { nationalTerms, schoolYear } from '../../src/calendar/terms.ts';
import { date, seeded } from '../calendar/support.ts';

// When a rating waits to be given anew, and when it is past its cadence. The second half of the autumn term 2026 begins on 2 November.

const aged = (rating: RatingWord | null, on: string, due: string | null = null, keeps: Aged['keeps'] = 'all_year'): Aged => ({
  self: rating && { rating, on },
  since: on,
  due,
  keeps,
});
const at = (today: string, action: Aged) => agesAt(date(today), nationalTerms)(action);

describe('once in each half-term', () => {
  test.each([
    ['2026-10-29', '2026-10-30', null, false],
    ['2026-10-29', '2026-11-02', 'half_term', false],
    // A rating of the last half-term is good for the first two weeks of this one.
    ['2026-09-21', '2026-11-02', 'half_term', false],
    ['2026-09-21', '2026-11-15', 'half_term', false],
    ['2026-09-21', '2026-11-16', 'half_term', true],
    // Nor with a rating younger than six weeks.
    ['2026-10-20', '2026-11-30', 'half_term', false],
    ['2026-10-20', '2026-12-01', 'half_term', true],
    ['2026-11-02', '2026-12-18', null, false],
    // Once past, past until it is given anew: the next half-term, from 22 February, takes nothing back.
    ['2026-11-02', '2027-01-04', 'half_term', false],
    ['2026-11-02', '2027-01-18', 'half_term', true],
    ['2026-11-02', '2027-02-12', 'half_term', true],
    ['2026-11-02', '2027-02-23', 'half_term', true],
    ['2026-11-02', '2027-03-07', 'half_term', true],
    ['2026-11-02', '2027-03-08', 'half_term', true],
  ] as const)('rated on %s, looked at on %s', (on, today, waits, past) => {
    expect(at(today, aged('amber', on))).toMatchObject({ waits, past });
  });

  test('what nobody has rated counts from the day on which it came into the plan', () => {
    expect(at('2026-11-19', aged(null, '2026-09-07'))).toEqual({ waits: 'half_term', past: true, weeks: 10 });
    expect(at('2026-11-19', aged(null, '2026-11-18'))).toEqual({ waits: null, past: false, weeks: 0 });
  });
});

describe('within two weeks of the due date', () => {
  test.each([
    ['2026-11-05', '2026-11-10', '2026-11-25', null, false],
    ['2026-11-05', '2026-11-11', '2026-11-25', 'due', false],
    ['2026-11-11', '2026-11-25', '2026-11-25', null, false],
    ['2026-11-05', '2026-11-25', '2026-11-25', 'due', false],
    ['2026-11-05', '2026-11-26', '2026-11-25', 'due', true],
    ['2026-11-12', '2026-11-30', '2026-11-25', null, false],
  ] as const)('rated on %s, looked at on %s, due on %s', (on, today, due, waits, past) => {
    expect(at(today, aged('green', on, due))).toMatchObject({ waits, past });
  });
});

describe('a red every two weeks', () => {
  test.each([
    // Ten working days after Monday 2 November are over on Monday 16.
    ['2026-11-02', '2026-11-13', 'all_year', null, false],
    ['2026-11-02', '2026-11-16', 'all_year', 'red', false],
    ['2026-11-02', '2026-11-17', 'all_year', 'red', true],
    // A school's half-term holiday does not count, and Christmas for nobody in full.
    ['2026-10-16', '2026-11-05', 'all_year', 'red', true],
    ['2026-10-16', '2026-11-05', 'school', 'half_term', false],
    ['2026-12-18', '2027-01-08', 'school', 'half_term', false],
    ['2026-12-18', '2027-01-08', 'all_year', 'red', true],
  ] as const)('given on %s, looked at on %s by somebody who keeps %s', (on, today, keeps, waits, past) => {
    expect(at(today, aged('red', on, null, keeps))).toMatchObject({ waits, past });
  });
});

test.each(['complete', 'stopped', 'on_hold'] as const)('nothing waits of what is %s, however old', (rating) => {
  expect(at('2026-11-19', aged(rating, '2025-11-19', '2026-01-01'))).toEqual({ waits: null, past: false, weeks: 52 });
});

test('every action is counted once: as what is declared, or as without an update', () => {
  const age = at('2026-11-19', aged('amber', '2026-09-21'));
  expect(countedAs(aged('amber', '2026-09-21'), age)).toBe('no_update');
  expect(countedAs(aged('amber', '2026-11-03'), at('2026-11-19', aged('amber', '2026-11-03')))).toBe('amber');
  expect(countedAs(aged(null, '2026-11-03'), at('2026-11-19', aged(null, '2026-11-03')))).toBe('not_started');
});

/** The days on which schools are open, one by one. */
const schoolDays = new Set(
  [2026, 2027].flatMap((year) =>
    schoolYear(year, nationalTerms).halves.flatMap(({ start, end }) =>
      Array.from({ length: start.until(end).days + 1 }, (_, days) => start.add({ days }).toString()),
    ),
  ),
);

/** The rule once more, day by day and as slow as it likes. */
const naive = (today: string, action: Aged, isOff: (day: string) => boolean): ReturnType<typeof at> => {
  const on = action.self?.on ?? action.since;
  const weeks = Math.floor(date(on).until(date(today), { largestUnit: 'days' }).days / 7);
  const rating = action.self?.rating ?? 'not_started';
  if (/complete|stopped|on_hold/u.test(rating)) return { waits: null, past: false, weeks };
  const worked = (until: string) => {
    let days = 0;
    for (let day = date(on).add({ days: 1 }); day.toString() <= until; day = day.add({ days: 1 })) {
      const isWorked = day.dayOfWeek <= 5 && !isOff(day.toString()) && (action.keeps === 'all_year' || schoolDays.has(day.toString()));
      if (isWorked) days += 1;
    }
    return days;
  };
  const window = action.due === null ? undefined : date(action.due).subtract({ days: 14 }).toString();
  const red = rating === 'red' && worked(today) >= 10;
  const due = window !== undefined && window <= today && on < window;
  const halfOf = (day: string) => periodOf('half_term', date(day), nationalTerms).start.toString();
  const old = on < halfOf(today);
  // There was a day, at least six weeks later, on which a half-term after that of the rating had been under way for two weeks.
  let outlived = false;
  for (let day = date(on).add({ days: 42 }).toString(); day <= today && !outlived; day = date(day).add({ days: 1 }).toString())
    outlived = halfOf(day) > on && date(halfOf(day)).add({ days: 14 }).toString() <= day;
  return {
    waits: red ? 'red' : due ? 'due' : old ? 'half_term' : null,
    past:
      (rating === 'red' && worked(date(today).subtract({ days: 1 }).toString()) >= 10) ||
      (due && (action.due as string) < today) ||
      outlived,
    weeks,
  };
};

const day = fc.integer({ min: 0, max: 400 }).map((days) => date('2026-09-01').add({ days }).toString());
const cases = fc.record({
  on: day,
  later: fc.integer({ min: 0, max: 300 }),
  due: fc.option(day, { nil: null }),
  // Reds are looked at most often, so they come up most often here.
  rating: fc.option(fc.oneof(fc.constant('red' as const), fc.constantFrom(...RATINGS)), { nil: null }),
  keeps: fc.constantFrom('school' as const, 'all_year' as const),
});
const drawn = ({ on, later, due, rating, keeps }: typeof cases extends fc.Arbitrary<infer T> ? T : never) => ({
  today: date(on).add({ days: later }).toString(),
  action: aged(rating, on, due, keeps),
});

describe('whatever the dates', () => {
  const isBankHoliday = (iso: string) => bankHolidaysOfEngland.has(iso);

  test('the rule says what the slow one says', () => {
    fc.assert(
      fc.property(cases, (drawnCase) => {
        const { today, action } = drawn(drawnCase);
        expect(at(today, action)).toEqual(naive(today, action, isBankHoliday));
      }),
      { ...seeded, numRuns: 300 },
    );
  });

  const staysPast = (ageOn: typeof at) =>
    fc.check(
      fc.property(cases, fc.integer({ min: 0, max: 120 }), (drawnCase, more) => {
        const { today, action } = drawn(drawnCase);
        const later = date(today).add({ days: more }).toString();
        return !ageOn(today, action).past || ageOn(later, action).past;
      }),
      { ...seeded, numRuns: 1_000 },
    );

  test('what is past its cadence stays so on every later day, until it is rated', () => {
    expect(staysPast(at).failed).toBe(false);
  });

  test('control: a rule that gives every old rating the first two weeks of a half-term does not', () => {
    const forgetful: typeof at = (today, action) => {
      const half = periodOf('half_term', date(today), nationalTerms).start;
      const age = at(today, action);
      return { ...age, past: age.past && half.add({ days: 14 }).toString() <= today };
    };
    expect(staysPast(forgetful).failed).toBe(true);
  });

  /** Reds given in December, looked at two to three weeks later. */
  const overChristmas = Array.from({ length: 10 }, (_, days) => date('2026-12-14').add({ days })).flatMap((on) =>
    Array.from({ length: 9 }, (_, more) => ({ on: on.toString(), today: on.add({ days: 12 + more }).toString() })),
  );
  const agree = (isOff: (iso: string) => boolean) =>
    overChristmas.every(({ on, today }) => {
      const action = aged('red', on);
      const [found, slow] = [at(today, action), naive(today, action, isOff)];
      return found.waits === slow.waits && found.past === slow.past;
    });

  test('over Christmas, too', () => {
    expect(agree(isBankHoliday)).toBe(true);
  });

  test('control: a slow one that works on bank holidays is told from it', () => {
    expect(agree(() => false)).toBe(false);
  });
});
