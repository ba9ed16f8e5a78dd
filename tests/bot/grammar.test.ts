import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  matchName,
  type Named,
  NUMBER_EXPECTED,
  parseDay,
  parseNumber,
  parseReading,
  parseWhen,
  type Reading,
  type When,
} from '../../src/bot/grammar.ts';
import type { Cadence } from '../../src/calendar/periods.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';

/** A Friday in the second half of autumn term, week 47. */
const today = Temporal.PlainDate.from('2026-11-20');
const context = (cadence: Cadence = 'week', unit?: string) => ({ today, cadence, terms: nationalTerms, unit });
const seeded = { seed: 16_11, numRuns: 500 };

const said = (when: When | undefined) => (when?.kind === 'date' ? when.date.toString() : when?.key);
/** A reading in short: value, of, when, note. */
const reading = (text: string, cadence: Cadence = 'week', unit?: string) => {
  const parsed = parseReading(text, context(cadence, unit));
  if (parsed.kind !== 'reading') return parsed;
  return [parsed.value, parsed.of, said(parsed.when), parsed.note];
};
/** A problem in short: field, what was said, and the reading that was most likely meant. */
const problem = (text: string, cadence: Cadence = 'week', unit?: string) => {
  const parsed = parseReading(text, context(cadence, unit));
  if (parsed.kind !== 'problem') return parsed;
  const { meant } = parsed;
  return [parsed.field, parsed.said, meant && [meant.value, meant.of, said(meant.when), meant.note]];
};

describe('a number is read as people type it', () => {
  test.each([
    ['93.2', 93.2, 1],
    ['93.20', 93.2, 1],
    ['100', 100, 0],
    ['0', 0, 0],
    ['007', 7, 0],
    ['.5', 0.5, 1],
    ['1,765', 1765, 0],
    ['12,345,678.9', 12345678.9, 1],
    ['93.2%', 93.2, 1],
    ['93.2 %', 93.2, 1],
    ['93.2 per cent', 93.2, 1],
    ['93.2 percent', 93.2, 1],
    ['41 visits', 41, 0],
    ['£500', 500, 0],
    ['+4', 4, 0],
    ['-5', -5, 0],
    ['\u22125', -5, 0],
    ['–5', -5, 0],
    [' \u00A093.2\u2009', 93.2, 1],
    ['\u200F93.2\u200E', 93.2, 1],
    ['\u202B93.2\u202C', 93.2, 1],
    ['9\u200B3.\u206020', 93.2, 1],
    ['\uFEFF93.2', 93.2, 1],
    ['9\u00073.2\u001F', 93.2, 1],
    ['９３．２％', 93.2, 1],
    ['٩٣٫٢', 93.2, 1],
    ['999999999999', 999999999999, 0],
    ['0.000001', 0.000001, 6],
  ])('"%s" is %d', (text, value, decimals) => {
    expect(parseNumber(text, 'visits')).toMatchObject({ value, decimals });
  });

  test('a per cent sign is told from its absence', () => {
    expect(parseNumber('93.2 %')).toMatchObject({ percent: true });
    expect(parseNumber('93.2')).toMatchObject({ percent: false });
  });

  test.each([
    ['9 3.2', '9 3.2', [93.2, undefined, undefined, undefined], [9, undefined, undefined, '3.2']],
    ['9 3.2 flu', '9 3.2', [93.2, undefined, undefined, 'flu'], [9, undefined, undefined, '3.2 flu']],
    ['last week: 9 3.2', '9 3.2', [93.2, undefined, '2026-W46', undefined], [9, undefined, '2026-W46', '3.2']],
    ['8 4 of 131', '8 4', [84, 131, undefined, undefined], [8, undefined, undefined, '4 of 131']],
    ['93.2 91.5', '93.2 91.5', undefined, [93.2, undefined, undefined, '91.5']],
    ['93.2 2 schools closed', '93.2 2', undefined, [93.2, undefined, undefined, '2 schools closed']],
  ])('"%s": a second number right after the first is asked about, never taken for a note', (text, words, meant, noted) => {
    const short = (one: Reading | undefined) => one && [one.value, one.of, said(one.when), one.note];
    const parsed = parseReading(text, context());
    if (parsed.kind !== 'problem') throw new Error(`it was taken: ${JSON.stringify(parsed)}`);
    expect([parsed.said, short(parsed.meant), short(parsed.noted)]).toEqual([words, meant, noted]);
  });

  test.each([
    ['93.2, 2 schools closed', '2 schools closed'],
    ['93.2 - 2 schools closed', '2 schools closed'],
    ['93.2% 2 schools closed', '2 schools closed'],
    ['93.2 last week 2 schools closed', '2 schools closed'],
    ['84 of 131 2 schools closed', '2 schools closed'],
    ['93.2 2nd year of flu', '2nd year of flu'],
    ['93.2 two schools closed', 'two schools closed'],
  ])('control: in "%s" something stands between them or it is no bare number: it is a note', (text, note) => {
    expect(parseReading(text, context())).toMatchObject({ kind: 'reading', note });
  });

  test.each([
    ['93,2', 'comma_decimal', 93.2],
    ['1,76', 'comma_decimal', 1.76],
    ['0,765', 'comma_decimal', 0.765],
    ['1.765,5', 'comma_decimal', 1765.5],
    ['1 765', 'spaced_thousands', 1765],
    ['1\u202F765.5', 'spaced_thousands', 1765.5],
    ['ninety', 'word', 90],
    ['Ninety-three point two', 'word', 93.2],
    ['one hundred and thirty-one', 'word', 131],
    ['a thousand and four', 'word', 1004],
    ['two million', 'word', 2_000_000],
    ['nil', 'word', 0],
    ['minus five', 'word', -5],
    ['3k', 'word', 3000],
    ['2 thousand', 'word', 2000],
    ['1e9', 'exponent', 1e9],
    ['1.5E3', 'exponent', 1500],
    ['1e400', 'exponent', undefined],
    ['93.1234567', 'too_precise', 93.123457],
    ['123456789012.1234', 'too_precise', 123456789012.123],
    ['1000000000000', 'too_large', undefined],
    ['about 93', 'not_a_number', 93],
    ['~93.2', 'not_a_number', 93.2],
    ['93 horses', 'not_a_number', 93],
    ['1.234.567', 'not_a_number', 1234567],
    ['1,2,3', 'not_a_number', undefined],
    ['12:30', 'not_a_number', undefined],
    ['93.2.1', 'not_a_number', undefined],
    ['93-94', 'not_a_number', undefined],
    ['93.2flu', 'not_a_number', undefined],
    ['flu', 'not_a_number', undefined],
    ['', 'not_a_number', undefined],
    ['%', 'not_a_number', undefined],
    ['NaN', 'not_a_number', undefined],
    ['Infinity', 'not_a_number', undefined],
    ['0x10', 'not_a_number', undefined],
    ['\u0000', 'not_a_number', undefined],
  ])('"%s" is asked (%s), with what it may mean', (text, kind, meant) => {
    const parsed = parseNumber(text);
    expect(parsed).toEqual(meant === undefined ? { problem: kind } : { problem: kind, meant });
    expect(NUMBER_EXPECTED[kind as keyof typeof NUMBER_EXPECTED]).toMatch(/^(an? |at )/);
  });

  test('any number that the database holds is read back as it is written, with or without thousands', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), fc.integer({ min: 0, max: 3 }), (whole, decimals) => {
        const value = whole / 10 ** decimals;
        expect(parseNumber(String(value))).toMatchObject({ value });
        expect(parseNumber(value.toLocaleString('en-GB', { maximumFractionDigits: 3 }))).toMatchObject({ value });
      }),
      seeded,
    );
  });

  test('marks that nobody sees never change a number', () => {
    const marks = [
      '\u200B',
      '\u200C',
      '\u200D',
      '\u200E',
      '\u200F',
      '\u202A',
      '\u202E',
      '\u2066',
      '\u2069',
      '\uFEFF',
      '\u00AD',
      '\u061C',
      '\u2060',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999 }),
        fc.array(fc.tuple(fc.nat(9), fc.constantFrom(...marks)), { maxLength: 8 }),
        (tenths, inserted) => {
          const characters = [...(tenths / 10).toFixed(1)];
          for (const [place, mark] of inserted) characters.splice(place, 0, mark);
          expect(parseNumber(characters.join(''))).toMatchObject({ value: tenths / 10 });
        },
      ),
      seeded,
    );
  });
});

const wakefield: Named[] = [
  { id: 'attendance', name: 'Attendance', aliases: ['att'] },
  { id: 'cin', name: 'Attendance of children in need', aliases: ['CIN'] },
  { id: 'persistent', name: 'Persistent absence', aliases: ['PA'] },
  { id: 'hubs', name: 'Visits in hubs', aliases: [] },
  { id: 'home', name: 'Visits at home', aliases: [] },
  { id: 'cafe', name: 'Élan café: mornings', aliases: ['KS2'] },
];

describe('a KPI is found by its name', () => {
  test.each([
    ['attendance 93.2 flu', 'attendance', '93.2 flu'],
    ['ATTENDANCE', 'attendance', ''],
    ['attendance of children in need 88', 'cin', '88'],
    ['Attendance  of\u00A0children in need: 88', 'cin', ': 88'],
    ['attendance of children 88', 'cin', '88'],
    ['attendance of 88', 'cin', '88'],
    ['cin 88', 'cin', '88'],
    ['att 93.2', 'attendance', '93.2'],
    ['persistent 18.9', 'persistent', '18.9'],
    ['pers 18.9', 'persistent', '18.9'],
    ['elan cafe mornings 4', 'cafe', '4'],
    ['E\u0301LAN CAFE\u0301 4', 'cafe', '4'],
    ['ks2 4', 'cafe', '4'],
    ['KS 2 4', 'cafe', '4'],
    ['\u200Fattendance\u200F 93.2', 'attendance', '93.2'],
    ['att\u200Bendance 93.2', 'attendance', '93.2'],
    ['attendance93.2', 'attendance', '93.2'],
    ['attendance -5', 'attendance', '-5'],
    ['ａttendance 93.2', 'attendance', '93.2'],
  ])('"%s" is one, and what follows stays as typed', (text, id, rest) => {
    expect(matchName(text, wakefield)).toEqual({ kind: 'one', id, rest });
  });

  test('what fits two is asked: which?', () => {
    expect(matchName('visits 41 in rain', wakefield)).toEqual({ kind: 'several', ids: ['hubs', 'home'], rest: '41 in rain' });
    expect(matchName('attend 93', wakefield)).toEqual({ kind: 'several', ids: ['attendance', 'cin'], rest: '93' });
  });

  test('the same name in two localities is asked, with both', () => {
    const both = [...wakefield, { id: 'coventry', name: 'attendance', aliases: [] }];
    expect(matchName('attendance 93.2', both)).toEqual({ kind: 'several', ids: ['attendance', 'coventry'], rest: '93.2' });
  });

  test('a name and an alias of the same KPI are not two', () => {
    expect(matchName('hub 3', [{ id: 'hubs', name: 'Hubs', aliases: ['Hub', 'hub'] }])).toEqual({ kind: 'one', id: 'hubs', rest: '3' });
  });

  test.each([
    ['atendance 93.2', 'attendance', '93.2'],
    ['attendence of children in need 88', 'cin', '88'],
    ['persistant absense 18.9', 'persistent', '18.9'],
    ['absence 18.9', 'persistent', '18.9'],
    ['absense 18.9', 'persistent', '18.9'],
    ['visit in hubs 41', 'hubs', '41'],
    ['hubs 41', 'hubs', '41'],
  ])('"%s" is near: "did you mean …?", the nearest first', (text, id, rest) => {
    const found = matchName(text, wakefield);
    expect(found).toMatchObject({ kind: 'near', rest });
    expect(found.kind === 'near' && found.ids[0]).toBe(id);
  });

  test.each(['zebra 93', '93.2', 'of 3', 'a 93', '', '   ', '🙂', '-', '%'])('"%s" is near nothing', (text) => {
    expect(matchName(text, wakefield)).toEqual({ kind: 'none' });
  });

  test('a number is not taken for the end of a name', () => {
    const years = [{ id: 'six', name: 'Year 6', aliases: [] }];
    expect(matchName('year 6 93.2', years)).toEqual({ kind: 'one', id: 'six', rest: '93.2' });
    expect(matchName('year 6.5', years)).toEqual({ kind: 'one', id: 'six', rest: '6.5' });
  });

  test('nothing to choose from is none', () => {
    expect(matchName('attendance', [])).toEqual({ kind: 'none' });
    expect(matchName('attendance', [{ id: 'x', name: '🙂', aliases: [''] }])).toEqual({ kind: 'none' });
  });

  test('any full name or alias is found in any case, and the rest is kept as it is', () => {
    const labels = wakefield.flatMap(({ id, name, aliases }) => [name, ...aliases].map((label) => ({ id, label })));
    fc.assert(
      fc.property(fc.constantFrom(...labels), fc.boolean(), fc.stringMatching(/^\d{1,4}( \S{1,9}){0,4}$/), ({ id, label }, upper, rest) => {
        expect(matchName(`${upper ? label.toUpperCase() : label.toLowerCase()} ${rest}`, wakefield)).toEqual({ kind: 'one', id, rest });
      }),
      seeded,
    );
  });
});

describe('a reading is a number, of a number, on a date, and a note', () => {
  test.each([
    ['93.2', [93.2, undefined, undefined, undefined]],
    ['93.2 flu in two schools', [93.2, undefined, undefined, 'flu in two schools']],
    ['93.2 flu week', [93.2, undefined, undefined, 'flu week']],
    ['93.2%  flu   *week*', [93.2, undefined, undefined, 'flu   *week*']],
    ['93.2, flu', [93.2, undefined, undefined, 'flu']],
    ['93.2: flu', [93.2, undefined, undefined, 'flu']],
    ['93.2 - flu', [93.2, undefined, undefined, 'flu']],
    ['93.2 (flu)', [93.2, undefined, undefined, '(flu)']],
    ['93.2 :) well done', [93.2, undefined, undefined, ':) well done']],
    [': 93.2', [93.2, undefined, undefined, undefined]],
    ['= 93.2', [93.2, undefined, undefined, undefined]],
    ['is 93.2 now', [93.2, undefined, undefined, 'now']],
    ['- 93.2', [93.2, undefined, undefined, undefined]],
    ['" 93.2', [93.2, undefined, undefined, undefined]],
    ['-5', [-5, undefined, undefined, undefined]],
    ['1,765 children', [1765, undefined, undefined, 'children']],
    ['84 of 131', [84, 131, undefined, undefined]],
    ['84 out of 131 heads came', [84, 131, undefined, 'heads came']],
    ['84/131', [84, 131, undefined, undefined]],
    ['84 / 131, rain', [84, 131, undefined, 'rain']],
    ['84 of the 131', [84, 131, undefined, undefined]],
    ['1,084 of 1,131', [1084, 1131, undefined, undefined]],
    ['131 of 131', [131, 131, undefined, undefined]],
    ['0 of 131', [0, 131, undefined, undefined]],
    ['41 of them new', [41, undefined, undefined, 'of them new']],
    ['93.2 on average over two sites', [93.2, undefined, undefined, 'on average over two sites']],
    ['93.2 on 3 sites', [93.2, undefined, undefined, 'on 3 sites']],
    ['93.2 in 2 match weeks', [93.2, undefined, undefined, 'in 2 match weeks']],
    ['93.2 for the record', [93.2, undefined, undefined, 'for the record']],
    ['93.2 may be wrong', [93.2, undefined, undefined, 'may be wrong']],
    ['93.2 November was hard', [93.2, undefined, undefined, 'November was hard']],
    ['93.2 14/11 was a training day', [93.2, undefined, undefined, '14/11 was a training day']],
    ['93.2 👩🏽‍🏫 \u202Eturned', [93.2, undefined, undefined, '👩🏽‍🏫 \u202Eturned']],
    ['93.2 \u200B', [93.2, undefined, undefined, undefined]],
    ['93.2 on 14 Nov', [93.2, undefined, '2026-11-14', undefined]],
    ['93.2 on 14 november flu', [93.2, undefined, '2026-11-14', 'flu']],
    ['93.2 on 14th of November 2025, flu', [93.2, undefined, '2025-11-14', 'flu']],
    ['93.2 on Nov 14 flu', [93.2, undefined, '2026-11-14', 'flu']],
    ['93.2 on Sat 14 Nov flu', [93.2, undefined, '2026-11-14', 'flu']],
    ['93.2 on 14/11 flu', [93.2, undefined, '2026-11-14', 'flu']],
    ['93.2 on 4/11/25', [93.2, undefined, '2025-11-04', undefined]],
    ['93.2 on 14.11.2026', [93.2, undefined, '2026-11-14', undefined]],
    ['93.2 on 14-11-2026', [93.2, undefined, '2026-11-14', undefined]],
    ['93.2 on 2026-11-14', [93.2, undefined, '2026-11-14', undefined]],
    ['93.2 2026-11-14 flu', [93.2, undefined, '2026-11-14', 'flu']],
    ['93.2 on 29 Feb 2024', [93.2, undefined, '2024-02-29', undefined]],
    ['93.2 on Friday', [93.2, undefined, '2026-11-20', undefined]],
    ['93.2 on monday flu', [93.2, undefined, '2026-11-16', 'flu']],
    ['93.2 yesterday', [93.2, undefined, '2026-11-19', undefined]],
    ['93.2 last week flu', [93.2, undefined, '2026-W46', 'flu']],
    ['93.2 for last week', [93.2, undefined, '2026-W46', undefined]],
    ['93.2 this week', [93.2, undefined, '2026-W47', undefined]],
    ['93.2 week 46 flu', [93.2, undefined, '2026-W46', 'flu']],
    ['93.2 week 46 of 2025', [93.2, undefined, '2025-W46', undefined]],
    ['93.2 week 10', [93.2, undefined, '2026-W10', undefined]],
    ['93.2 2026-W46', [93.2, undefined, '2026-W46', undefined]],
    ['93.2 week of 9 Nov flu', [93.2, undefined, '2026-11-09', 'flu']],
    ['93.2 w/c 9/11', [93.2, undefined, '2026-11-09', undefined]],
    ['84 of 131 last week, rain', [84, 131, '2026-W46', 'rain']],
    ['week 46 93.2 flu', [93.2, undefined, '2026-W46', 'flu']],
    ['on 14 Nov 93.2 flu', [93.2, undefined, '2026-11-14', 'flu']],
    ['last week: 93.2', [93.2, undefined, '2026-W46', undefined]],
  ])('"%s"', (text, expected) => {
    expect(reading(text)).toEqual(expected);
  });

  test.each<[string, Cadence, unknown[]]>([
    ['14 Nov', 'month', [14, undefined, '2026-11', undefined]],
    ['14 in November 2025 rain', 'month', [14, undefined, '2025-11', 'rain']],
    ['14 last month', 'month', [14, undefined, '2026-10', undefined]],
    ['14 last week', 'month', [14, undefined, '2026-11', undefined]],
    ['14 2026-10', 'month', [14, undefined, '2026-10', undefined]],
    ['14 may', 'month', [14, undefined, '2026-05', undefined]],
    ['14 may rise', 'month', [14, undefined, undefined, 'may rise']],
    ['14 Sept', 'month', [14, undefined, '2026-09', undefined]],
    ['14 last half-term', 'half_term', [14, undefined, '2026/27-autumn-1', undefined]],
    ['14 autumn 1 rain', 'half_term', [14, undefined, '2026/27-autumn-1', 'rain']],
    ['14 spring half-term 1', 'half_term', [14, undefined, '2026/27-spring-1', undefined]],
    ['14 summer half term 2 2025', 'half_term', [14, undefined, '2024/25-summer-2', undefined]],
    ['14 second half of summer term', 'half_term', [14, undefined, '2025/26-summer-2', undefined]],
    ['14 autumn term rain', 'term', [14, undefined, '2026/27-autumn', 'rain']],
    ['14 spring term 2026', 'term', [14, undefined, '2025/26-spring', undefined]],
    ['14 last term', 'term', [14, undefined, '2025/26-summer', undefined]],
    ['14 autumn 1', 'term', [14, undefined, '2026/27-autumn', undefined]],
    ['14 2025/26 rain', 'year', [14, undefined, '2025/26', 'rain']],
    ['14 school year 2025-26', 'year', [14, undefined, '2025/26', undefined]],
    ['14 last year', 'year', [14, undefined, '2025/26', undefined]],
    ['14 autumn term', 'year', [14, undefined, '2026/27', undefined]],
  ])('"%s", read by the %s', (text, cadence, expected) => {
    expect(reading(text, cadence)).toEqual(expected);
  });

  test('a day or period without its year is the last one, unless the next is within two months', () => {
    expect(said((parseWhen('20 July', context()) as { when: When }).when)).toBe('2026-07-20');
    expect(said((parseWhen('14 Dec', context()) as { when: When }).when)).toBe('2026-12-14');
    expect(said((parseWhen('20 Jan', context()) as { when: When }).when)).toBe('2027-01-20');
    expect(said((parseWhen('21 Jan', context()) as { when: When }).when)).toBe('2026-01-21');
  });

  test('the unit said with the figure is no note, unless the note goes on', () => {
    expect(reading('41 visits', 'week', 'visits')).toEqual([41, undefined, undefined, undefined]);
    expect(reading('41 visits last week', 'week', 'visits')).toEqual([41, undefined, '2026-W46', undefined]);
    expect(reading('1 visit', 'week', 'visits')).toEqual([1, undefined, undefined, undefined]);
    expect(reading('84 of 131 schools', 'week', 'schools')).toEqual([84, 131, undefined, undefined]);
    expect(reading('84 schools of 131', 'week', 'schools')).toEqual([84, 131, undefined, undefined]);
    expect(reading('41 visits in hubs', 'week', 'visits')).toEqual([41, undefined, undefined, 'visits in hubs']);
  });

  test.each(['', '  ', '\u200F', '\u00A0'])('"%s" is nothing', (text) => {
    expect(parseReading(text, context())).toEqual({ kind: 'nothing' });
  });
});

describe('what is not clear is asked, with the whole reading that was likely meant', () => {
  test.each<[string, unknown[]]>([
    ['flu', ['value', 'flu', undefined]],
    ['%', ['value', '%', undefined]],
    ['last week', ['value', 'last', undefined]],
    ['93,2 flu', ['value', '93,2', [93.2, undefined, undefined, 'flu']]],
    ['ninety-three last week flu', ['value', 'ninety-three', [93, undefined, '2026-W46', 'flu']]],
    ['1 765 children', ['value', '1 765', [1765, undefined, undefined, 'children']]],
    ['1e9', ['value', '1e9', [1e9, undefined, undefined, undefined]]],
    ['12:30 flu', ['value', '12:30', undefined]],
    ['84 of ninety rain', ['of', 'ninety', [84, 90, undefined, 'rain']]],
    ['131 of 84', ['of', '131 of 84', [84, 131, undefined, undefined]]],
    ['84 of 0', ['of', '84 of 0', undefined]],
    ['84/x', ['of', 'x', undefined]],
    ['93.2 on 31 Feb flu', ['when', 'on 31 Feb', undefined]],
    ['93.2 on 29 Feb', ['when', 'on 29 Feb', undefined]],
    ['93.2 on 31/9', ['when', 'on 31/9', undefined]],
    ['93.2 on 14/13', ['when', 'on 14/13', undefined]],
    ['93.2 on 2026-02-30', ['when', 'on 2026-02-30', undefined]],
    ['93.2 on 1/2/3', ['when', 'on 1/2/3', undefined]],
    ['93.2 on 11/14 flu', ['when', 'on 11/14', [93.2, undefined, '2026-11-14', 'flu']]],
    ['93.2 on 11/14/2026', ['when', 'on 11/14/2026', [93.2, undefined, '2026-11-14', undefined]]],
    ['93.2 on 14 Novmber flu', ['when', 'on 14 Novmber', [93.2, undefined, '2026-11-14', 'flu']]],
    ['93.2 on 14 Apirl', ['when', 'on 14 Apirl', [93.2, undefined, '2026-04-14', undefined]]],
    ['93.2 week 60', ['when', 'week 60', undefined]],
    ['93.2 week 53 of 2025', ['when', 'week 53 of 2025', undefined]],
    ['93.2 autumn term flu', ['when', 'autumn term', undefined]],
    ['93.2 November', ['when', 'November', undefined]],
    ['93.2 in November', ['when', 'in November', undefined]],
    ['93.2 2025/27', ['when', '2025/27', undefined]],
    ['93,2 on 11/14 flu', ['value', '93,2', [93.2, undefined, '2026-11-14', 'flu']]],
    ['93,2 on 31 Feb', ['value', '93,2', undefined]],
    ['14 Nov 93.2 flu', ['value', '14 Nov', [93.2, undefined, '2026-11-14', 'flu']]],
    ['14 Nov', ['value', '14 Nov', undefined]],
  ])('"%s"', (text, expected) => {
    expect(problem(text)).toEqual(expected);
  });

  test('half a term is asked which half', () => {
    expect(parseReading('14 autumn half-term', context('half_term'))).toMatchObject({
      field: 'when',
      expected: 'which half of the term, as in `autumn 1` or `autumn 2`',
    });
  });

  test('a period of another length says what can be said instead', () => {
    expect(parseReading('14 last term', context('month'))).toMatchObject({
      field: 'when',
      expected: expect.stringContaining('`last month`'),
    });
    expect(parseReading('14 this month', context('half_term'))).toMatchObject({
      field: 'when',
      expected: expect.stringContaining('`autumn 1`'),
    });
  });

  test('a day of the month before a number is never taken for the reading', () => {
    expect(problem('14 Nov 93.2', 'month')).toEqual(['value', '14 Nov', [93.2, undefined, '2026-11-14', undefined]]);
  });
});

describe('a field for a date or period', () => {
  test.each([
    ['last week', '2026-W46'],
    ['on 14 Nov', '2026-11-14'],
    ['14 Nov', '2026-11-14'],
    [' 14/11/2026 ', '2026-11-14'],
    ['friday', '2026-11-20'],
  ])('"%s" is %s', (text, expected) => {
    const parsed = parseWhen(text, context());
    expect('when' in parsed && said(parsed.when)).toBe(expected);
  });

  test.each(['', 'soon', '14 Nov and then', '31 Feb', 'autumn term'])('"%s" is not', (text) => {
    expect(parseWhen(text, context())).toHaveProperty('problem');
  });
});

describe('whatever is typed', () => {
  const pieces = fc.constantFrom(
    ...[
      '93.2',
      '93,2',
      '1 765',
      'of',
      '/',
      'on',
      'in',
      'week',
      '46',
      '14',
      'Nov',
      '14/11',
      '2026-11-14',
      'last',
      'term',
      'autumn',
      '1',
      'ninety',
      'about',
    ],
    ...[
      '%',
      '-',
      ':',
      'w/c',
      'may',
      '2025/26',
      '-W',
      '\u202E',
      '\u0000',
      '\uD800',
      '🙂',
      'é',
      '\n',
      "'",
      '`',
      '\\',
      '(',
      '9'.repeat(20),
      '0001',
    ],
  );
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.tuple(pieces, fc.constantFrom(' ', '')), { maxLength: 12 }).map((parts) => parts.flat().join('')),
  );
  const cadence = fc.constantFrom<Cadence>('week', 'month', 'half_term', 'term', 'year');

  test('an answer comes, and a note is always a part of what was typed', () => {
    fc.assert(
      fc.property(typed, cadence, (text, every) => {
        const parsed = parseReading(text, context(every, 'visits (new)'));
        const found = parsed.kind === 'problem' ? parsed.meant : parsed.kind === 'reading' ? parsed : undefined;
        if (found) {
          expect(Number.isFinite(found.value)).toBe(true);
          expect(text).toContain(found.note ?? '');
          if (found.of !== undefined) expect(found.of >= found.value || parsed.kind === 'problem').toBe(true);
        }
        if (parsed.kind === 'problem') expect(parsed.expected).not.toBe('');
        matchName(text, wakefield);
        parseWhen(text, context(every));
        parseNumber(text, 'visits (new)');
      }),
      { ...seeded, numRuns: 3000 },
    );
  });

  test('a note of plain words is kept exactly', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[f-hj-km-np-vx-z][^\s]{0,20}( +[^\s]{1,12}){0,8}$/), (note) => {
        fc.pre(
          note === note.trim() &&
            !/^(this|today|first|second|previous|spring|summer|k\b|hundred|thousand|million|per|pct|pc|for|mar|jan|jun|jul|feb|sep|nov|year|school|yesterday)/i.test(
              note,
            ) &&
            /[!-~]/.test(note),
        );
        expect(parseReading(`93.2 ${note}`, context())).toMatchObject({ kind: 'reading', value: 93.2, note });
      }),
      seeded,
    );
  });

  test('ten thousand characters are read at once', { timeout: 5_000 }, () => {
    for (const piece of [
      '1',
      '1 ',
      '1,',
      ':',
      '" ',
      '- ',
      'of ',
      'the ',
      'on ',
      'ninety ',
      'one hundred and ',
      'a',
      '( ',
      '. ',
      '\u200B',
    ]) {
      const text = piece.repeat(Math.ceil(10_000 / piece.length));
      parseReading(text, context());
      parseReading(`93.2 ${text}`, context());
      parseReading(`93.2 of ${text}`, context());
      matchName(text, wakefield);
      parseNumber(text);
    }
  });
});

describe('a field that holds a day and nothing else', () => {
  test.each([
    ['18 Nov', '2026-11-18'],
    [' on 18 November ', '2026-11-18'],
    ['18/11/2026', '2026-11-18'],
    ['18/11', '2026-11-18'],
    ['2026-11-18', '2026-11-18'],
    ['yesterday', '2026-11-19'],
    ['last Friday', '2026-11-20'],
    ['20 Dec', '2025-12-20'],
    ['21 Jan', '2026-01-21'],
  ])('%s', (text, date) => {
    expect(parseDay(text, today, { until: today })).toEqual({ date: Temporal.PlainDate.from(date) });
  });

  test.each([
    ['until', '18 Nov', '2026-11-18'],
    ['until', '20 Nov', '2026-11-20'],
    ['until', '21 Nov', '2025-11-21'],
    ['until', '1 Jan', '2026-01-01'],
    ['until', '31/12', '2025-12-31'],
    ['until', '29 Feb', '2024-02-29'],
    ['until', '1 Jan 2027', '2027-01-01'],
    ['until', 'yesterday', '2026-11-19'],
    ['since', '20 Nov', '2026-11-20'],
    ['since', '19 Nov', '2027-11-19'],
    ['since', '31 Dec', '2026-12-31'],
    ['since', '29 Feb', '2028-02-29'],
    ['since', '1 Jan 2020', '2020-01-01'],
  ])('without its year it is the one that the field is for: %s 20 November 2026, %s', (way, text, date) => {
    const unsaid = way === 'until' ? { until: today } : { since: today };
    expect(parseDay(text, today, unsaid)).toEqual({ date: Temporal.PlainDate.from(date) });
  });

  test.each([
    ['', 'a day, as in 18 Nov or 18/11/2026'],
    ['18 Nov and more', 'a day, as in 18 Nov or 18/11/2026'],
    ['last week', 'a day, as in 18 Nov or 18/11/2026'],
    ['9'.repeat(81), 'a day, as in 18 Nov or 18/11/2026'],
    ['31/02/2026', 'a day that exists: there is no 31/02/2026'],
  ])('what is none says what is expected (%#)', (text, problem) => {
    expect(parseDay(text, today, { until: today })).toEqual({ problem });
  });

  test('what was most likely meant is offered, never taken', () => {
    expect(parseDay('11/18/2026', today, { until: today })).toEqual({
      problem: 'the day before the month, as in 14/11',
      meant: Temporal.PlainDate.from('2026-11-18'),
    });
  });
});
