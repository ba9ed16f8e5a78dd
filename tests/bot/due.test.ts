import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { DUE_EXPECTED, parseDue, splitBy } from '../../src/bot/grammar.ts';
import { formatDate } from '../../src/calendar/dates.ts';
import { nationalTerms, type Terms } from '../../src/calendar/terms.ts';

/** A Friday in the second half of autumn term, four weeks before Christmas. Terms by the national default unless said otherwise. */
const FRIDAY = '2026-11-20';
const seeded = { seed: 4_12, numRuns: 500 };

const due = (text: string, today = FRIDAY, terms: Terms = nationalTerms) => {
  const parsed = parseDue(text, { today: Temporal.PlainDate.from(today), terms });
  return 'date' in parsed ? parsed.date.toString() : [parsed.problem, parsed.meant?.toString()];
};

describe('a day to come is read as people write it', () => {
  test.each([
    ['1 March', '2027-03-01'],
    ['1 Mar 2027', '2027-03-01'],
    ['1st March', '2027-03-01'],
    ['on the 1st of March', '2027-03-01'],
    ['March 1', '2027-03-01'],
    ['1 March 27', '2027-03-01'],
    ['1/3', '2027-03-01'],
    ['01/03/27', '2027-03-01'],
    ['1.3.27', '2027-03-01'],
    ['2027-03-01', '2027-03-01'],
    ['Friday 27 November', '2026-11-27'],
    ['20 November', '2026-11-20'],
    ['19 November', '2027-11-19'],
    ['29 February', '2028-02-29'],
    ['the 15th', '2026-12-15'],
    ['the 25th', '2026-11-25'],
    ['the 31st', '2026-12-31'],
    ['today', '2026-11-20'],
    ['tomorrow', '2026-11-21'],
    ['\u00A0\u200FTomorrow.', '2026-11-21'],
    ['in 10 days', '2026-11-30'],
    ['in two weeks', '2026-12-04'],
    ['in 3 weeks', '2026-12-11'],
    ['in a fortnight', '2026-12-04'],
    ["in two weeks' time", '2026-12-04'],
    ['within six weeks', '2027-01-01'],
    ['in a month', '2026-12-20'],
    ['two months from now', '2027-01-20'],
    ['Friday', '2026-11-20'],
    ['this Friday', '2026-11-20'],
    ['next Friday', '2026-11-27'],
    ['Friday week', '2026-11-27'],
    ['Monday', '2026-11-23'],
    ['next Monday', '2026-11-23'],
    ['a week on Monday', '2026-11-30'],
    ['this week', '2026-11-20'],
    ['next week', '2026-11-27'],
    ['end of next week', '2026-11-27'],
    ['week of 1 March', '2027-03-05'],
    ['w/c 1 March', '2027-03-05'],
    ['week ending 7 March 2027', '2027-03-05'],
    ['end of the month', '2026-11-30'],
    ['month end', '2026-11-30'],
    ['end of next month', '2026-12-31'],
    ['end of March', '2027-03-31'],
    ['end of November', '2026-11-30'],
    ['end of February 2028', '2028-02-29'],
    ['January', '2027-01-31'],
    ['end of 2026', '2026-12-31'],
    ['end of the calendar year', '2026-12-31'],
    ['end of the financial year', '2027-03-31'],
  ])('"%s" said on Friday 20 November 2026 is %s', (text, date) => {
    expect(due(text)).toBe(date);
  });

  test.each(['by', 'on', 'before', 'due', 'until', 'due by', 'Due:', 'by  '])('"%s" before it changes nothing', (word) => {
    expect(due(`${word} 1 March`)).toBe('2027-03-01');
    expect(due(`${word} the end of term`)).toBe('2026-12-18');
  });

  test('"next Monday" is in the next week, "Monday" the next that comes', () => {
    expect([due('Wednesday', '2026-11-16'), due('next Wednesday', '2026-11-16')]).toEqual(['2026-11-18', '2026-11-25']);
    expect([due('Monday', '2026-11-16'), due('next Monday', '2026-11-16')]).toEqual(['2026-11-16', '2026-11-23']);
  });

  test('"this week" said at a weekend is no day that has gone', () => {
    expect(due('end of the week', '2026-11-21')).toBe('2026-11-21');
  });

  test.each([
    ['1 March 2020', '2020-03-01'],
    ['01/03/20', '2020-03-01'],
    ['2020-03-01', '2020-03-01'],
    ['yesterday', '2026-11-19'],
    ['last Friday', '2026-11-13'],
  ])('"%s" has gone, and is given as it was said: whoever asked says so', (text, date) => {
    expect(due(text)).toBe(date);
  });
});

describe('a day of the school year', () => {
  test.each([
    ['end of term', '2026-12-18'],
    ['the end of this term', '2026-12-18'],
    ['last day of term', '2026-12-18'],
    ['this term', '2026-12-18'],
    ['end of next term', '2027-03-25'],
    ['end of spring term', '2027-03-25'],
    ['end of autumn term', '2026-12-18'],
    ['end of autumn term 2027', '2027-12-17'],
    ['end of summer term 2028', '2028-07-21'],
    ['start of term', '2027-01-04'],
    ['start of next term', '2027-01-04'],
    ['start of summer term', '2027-04-12'],
    ['beginning of the school year', '2027-09-02'],
    ['end of half-term', '2026-12-18'],
    ['end of next half term', '2027-02-12'],
    ['by half-term', '2027-02-12'],
    ['half-term holidays', '2027-02-12'],
    ['February half-term', '2027-02-12'],
    ['Feb half term', '2027-02-12'],
    ['spring half-term', '2027-02-12'],
    ['May half-term 2028', '2028-05-26'],
    ['October half-term', '2027-10-22'],
    ['end of school year', '2027-07-22'],
    ['end of the academic year', '2027-07-22'],
    ['end of next school year', '2028-07-21'],
    ['end of 2026/27', '2027-07-22'],
    ['end of school year 2026-2027', '2027-07-22'],
    ['Christmas', '2026-12-18'],
    ['before the Christmas break', '2026-12-18'],
    ['Easter', '2027-03-25'],
    ['Easter 2028', '2028-04-07'],
    ['summer', '2027-07-22'],
    ['by the summer holidays', '2027-07-22'],
  ])('"%s" said in autumn term 2026 is %s', (text, date) => {
    expect(due(text)).toBe(date);
  });

  test.each([
    ['its last Monday', '2026-12-14', '2026-12-18', '2027-03-25'],
    ['its last day', '2026-12-18', '2026-12-18', '2027-03-25'],
    ['the first Saturday of the holidays', '2026-12-19', '2027-03-25', '2027-03-25'],
    ['Boxing Day', '2026-12-26', '2027-03-25', '2027-03-25'],
    ['the first day back', '2027-01-04', '2027-03-25', '2027-07-22'],
    ['the half-term holiday', '2026-10-28', '2026-12-18', '2027-03-25'],
    ['August', '2027-08-10', '2027-12-17', '2027-12-17'],
  ])(
    'on %s of a term, "end of term" and "end of next term" are of the running term, in the holidays of the coming one',
    (_, today, end, next) => {
      expect([due('end of term', today), due('end of next term', today)]).toEqual([end, next]);
    },
  );

  test('half-terms go on in the next school year', () => {
    expect([due('by half-term', '2027-06-10'), due('end of half-term', '2027-05-31')]).toEqual(['2027-10-22', '2027-07-22']);
  });

  test("the council's own dates are taken where they are known", () => {
    const day = (month: number, date: number) => new Temporal.PlainDate(month > 8 ? 2026 : 2027, month, date);
    const half = (start: [number, number], end: [number, number]) => ({ start: day(...start), end: day(...end) });
    const given: Terms = {
      closedInHolidays: true,
      years: [
        {
          year: 2026,
          assumed: false,
          assumedGaps: [],
          halves: [
            half([9, 1], [10, 16]),
            half([11, 2], [12, 22]),
            half([1, 6], [2, 5]),
            half([2, 15], [3, 19]),
            half([4, 6], [5, 28]),
            half([6, 7], [7, 20]),
          ],
        },
      ],
    };
    expect([due('end of term', FRIDAY, given), due('Easter', FRIDAY, given), due('by half-term', FRIDAY, given)]).toEqual([
      '2026-12-22',
      '2027-03-19',
      '2027-02-05',
    ]);
  });
});

describe('what is no day is asked about', () => {
  test.each([
    ['3/14', 'the day before the month, as in 14/11', '2027-03-14'],
    ['30 February', 'a day that exists: there is no 30 February', undefined],
    ['31/2/2027', 'a day that exists: there is no 31/2/2027', undefined],
    ['Monday 27 November', 'a day and a date that agree: 27 November 2026 is a Friday', '2026-11-27'],
    ['end of the year', 'which year, as in `end of school year` or `end of calendar year`', '2027-07-22'],
    ['next term', 'its end or its start, as in `end of next term`', '2027-03-25'],
    ['spring term', 'its end or its start, as in `end of spring term`', '2027-03-25'],
    ['next half-term', 'its end or its start, as in `end of next half-term`', '2027-02-12'],
    ['12 Novmeber', 'the month in full, as in 12 November', '2027-11-12'],
    ['end of Febuary', 'the month in full, as in end of February', '2027-02-28'],
    ['Firday', DUE_EXPECTED, '2026-11-20'],
    ['nxet Friday', DUE_EXPECTED, '2026-11-27'],
    ['tomorow', DUE_EXPECTED, '2026-11-21'],
    ['end of trem', DUE_EXPECTED, '2026-12-18'],
    ['in 999 years', DUE_EXPECTED, undefined],
    ['15', DUE_EXPECTED, undefined],
    ['week', DUE_EXPECTED, undefined],
    ['soon', DUE_EXPECTED, undefined],
    ['as soon as we can', DUE_EXPECTED, undefined],
    ['1 March or 2 March', DUE_EXPECTED, undefined],
    ['end of term or so', DUE_EXPECTED, undefined],
    ['93.2', DUE_EXPECTED, undefined],
    ['<@U0LEAD>', DUE_EXPECTED, undefined],
    ['', DUE_EXPECTED, undefined],
  ])('"%s": write %s', (text, problem, meant) => {
    expect(due(text)).toEqual([problem, meant]);
  });
});

describe('what would put a red right, and by when', () => {
  const split = (text: string) => {
    const { words, by, said } = splitBy(text, { today: Temporal.PlainDate.from(FRIDAY), terms: nationalTerms });
    return [words, by?.toString(), said];
  };
  test.each([
    ['a joint post, by January', 'a joint post', '2027-01-31', 'January'],
    ['a joint post by the end of term.', 'a joint post', '2026-12-18', 'the end of term'],
    ['a joint post (by Easter)', 'a joint post', '2027-03-25', 'Easter'],
    ['a joint post – by 1 March', 'a joint post', '2027-03-01', '1 March'],
    ['led by health, by next Friday', 'led by health', '2026-11-27', 'next Friday'],
    ['a joint post\nby 1/3', 'a joint post', '2027-03-01', '1/3'],
    ['By January', '', '2027-01-31', 'January'],
  ])('"%s" is "%s", by %s', (text, words, by, said) => {
    expect(split(text)).toEqual([words, by, said]);
  });
  test.each([
    'agreed by the board',
    'a joint post',
    'a nearby school in January',
    'by January we hope to have a joint post',
    'a joint post by Janury',
    'stand by',
    '',
  ])('"%s" says no day at its end: all of it is words', (text) => {
    expect(split(text)).toEqual([text, undefined, undefined]);
  });
});

describe('whatever is typed', () => {
  const context = { today: Temporal.PlainDate.from(FRIDAY), terms: nationalTerms };
  const word = fc.constantFrom(
    ...'by end start of the next this last week month term half-term school year spring summer easter in a two 3 999 31 1 feb may march friday 2027 2026/27 1/3 30/2 , . th st'.split(
      ' ',
    ),
  );
  test.each([
    ['any characters', fc.string({ unit: 'binary', maxLength: 60 })],
    ['words of dates in any order', fc.array(word, { maxLength: 7 }).map((words) => words.join(' '))],
  ])('%s are answered with a day of this century, or with what is expected', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseDue(text, context);
        if ('date' in parsed) expect(String(parsed.date)).toMatch(/^20\d\d-/u);
        else expect(parsed.problem).not.toBe('');
        const { words, by } = splitBy(text, context);
        expect(text).toContain(words);
        expect(words === text.trim()).toBe(by === undefined);
      }),
      seeded,
    );
  });

  test('a day without its year has never gone, on whatever day it is said', () => {
    const undated = fc.constantFrom(
      ...['1 March', '29 Feb', '31/12', 'Friday', 'next Monday', 'the 31st', 'this week', 'in two days', 'end of the month', 'January'],
      ...['end of term', 'start of term', 'end of spring term', 'half-term', 'May half-term', 'end of next half-term', 'Easter', 'summer'],
      ...['end of next term', 'end of half-term', 'end of the school year', 'start of summer term', 'Christmas', 'end of next week'],
    );
    fc.assert(
      fc.property(undated, fc.integer({ min: 0, max: 4_000 }), (text, later) => {
        const today = context.today.add({ days: later });
        const parsed = parseDue(text, { ...context, today });
        if (!('date' in parsed)) throw new Error(`${text} on ${today}: ${parsed.problem}`);
        expect(Temporal.PlainDate.compare(parsed.date, today)).toBeGreaterThanOrEqual(0);
      }),
      seeded,
    );
  });

  test.each(['.', ' ', 'by ', '1/', 'x', 'end '])('a very long run of "%s" is no day', (run) => {
    expect(due(run.repeat(20_000))).toEqual([DUE_EXPECTED, undefined]);
    expect(splitBy(`x ${run.repeat(20_000)}x`, context).by).toBeUndefined();
  });

  const days = fc.tuple(fc.integer({ min: 2000, max: 2099 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }));
  const long = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });
  const medium = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const short = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeZone: 'UTC' });
  test('a day in any British form is read back as that day', () => {
    fc.assert(
      fc.property(days, ([year, month, date]) => {
        const utc = Date.UTC(year, month - 1, date);
        const iso = new Date(utc).toISOString().slice(0, 10);
        for (const form of [long, medium, short]) expect(due(form.format(utc))).toBe(iso);
        expect(due(iso)).toBe(iso);
      }),
      seeded,
    );
  });
  test('a day of the coming year is read back from how we write it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 364 }), (ahead) => {
        const day = context.today.add({ days: ahead });
        expect(due(formatDate(day, context.today))).toBe(day.toString());
      }),
      seeded,
    );
  });
});
