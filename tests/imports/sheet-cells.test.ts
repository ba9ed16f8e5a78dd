import { describe, expect, it } from 'vitest';
import { type Reading, readDate, readList, readNumber, readPercentages, readText } from '../../src/imports/sheet/cells.ts';
import type { Cell } from '../../src/imports/sheet/sheet.ts';

const cell = (value: Cell['value'], more: Partial<Cell> = {}): Cell => ({ column: 'D', value, ...more });
const said = (read: Reading<unknown> | undefined) => (read && 'problem' in read ? read.problem : `read as ${read?.value}`);
const BROKEN = cell(null, { problem: 'This cell shows #N/A.' });

describe('a date', () => {
  it.each([
    [cell('2027-03-01', { date: true }), '2027-03-01'],
    [cell('1 March 2027'), '2027-03-01'],
    [cell('1st March 2027'), '2027-03-01'],
    [cell('the 1st'), undefined],
    [cell('1 Mar 27'), '2027-03-01'],
    [cell('1-Mar-27'), '2027-03-01'],
    [cell('30 Sept. 2027'), '2027-09-30'],
    [cell('March 1, 2027'), '2027-03-01'],
    [cell('01/03/2027'), '2027-03-01'],
    [cell('1/3/27'), '2027-03-01'],
    [cell('1.3.27'), '2027-03-01'],
    [cell('01-03-2027'), '2027-03-01'],
    [cell('2027-03-01'), '2027-03-01'],
    [cell('01/03/2027 00:00:00'), '2027-03-01'],
    [cell('Monday 1 March 2027'), '2027-03-01'],
    [cell('  Mon,\u00a01  March 2027 '), '2027-03-01'],
    [cell('29/02/2028'), '2028-02-29'],
  ])('%o', (given, day) => {
    const read = readDate(given);
    expect('value' in read ? read.value?.toString() : undefined).toBe(day);
  });

  it.each([
    ['March 2027', 'which day? For its last day, write 31 March 2027.'],
    ['Feb 28', 'of which year?'],
    ['1 March', 'of which year?'],
    ['March', 'which day?'],
    ['03/13/2027', 'day first, 13 March 2027 is 13/03/2027'],
    ['31/02/2027', '“31/02/2027” is no date. Write'],
    ['29/02/2027', 'is no date'],
    ['Tuesday 1 March 2027', '1 March 2027 is a Monday. Which is right?'],
    ['46447', '46447 is how a spreadsheet counts days. Format the cell as a date'],
    ['1/3/1927', 'is in the year 1927'],
    ['2207-03-01', 'is in the year 2207'],
    ['end of term', '“end of term” is no date that can be read. Write the date as in 1 March 2027 or 01/03/2027.'],
    ['1/3', 'no date that can be read'],
    ['1/3/027', 'no date that can be read'],
    ['tbc', 'no date that can be read'],
  ])('written %s is answered', (text, answer) => {
    expect(said(readDate(cell(text)))).toContain(answer);
  });

  it('that is a number, a yes, an error or nothing is answered', () => {
    expect(said(readDate(cell(46447)))).toContain('46447 is how a spreadsheet counts days');
    expect(said(readDate(cell(true)))).toContain('yes or no, not a date');
    expect(said(readDate(cell('1927-03-01', { date: true })))).toContain('is in the year 1927');
    expect(said(readDate(BROKEN))).toBe('This cell shows #N/A.');
    expect(readDate(undefined)).toEqual({ value: null });
    expect(readDate(cell(' \u200b '))).toEqual({ value: null });
  });
});

describe('words', () => {
  it('are tidied, their lines kept', () => {
    expect(readText(cell(' Train\u00a0 the \u200bstaff \r\n and  tell them\ufeff '))).toEqual({ value: 'Train the staff\nand tell them' });
  });

  it.each([
    [cell(12), '12'],
    [cell(0.1 + 0.2), '0.3'],
    [cell(0.93, { percent: true }), '93%'],
    [cell(true), 'Yes'],
    [cell(' '), null],
    [undefined, null],
  ])('are made of %o', (given, value) => {
    expect(readText(given)).toEqual({ value });
  });

  it('are asked for where a spreadsheet has made a date of them', () => {
    expect(said(readText(cell('2027-02-01', { date: true })))).toContain('This is a date (1 February 2027) where words belong.');
    expect(said(readText(BROKEN))).toBe('This cell shows #N/A.');
  });

  it('are a list when divided by semicolons or new lines; a comma divides nothing', () => {
    expect(readList(cell('Smith, Jo; Alex ;\n;Sam'))).toEqual({ value: ['Smith, Jo', 'Alex', 'Sam'] });
    expect(readList(undefined)).toEqual({ value: [] });
    expect(readList(BROKEN)).toEqual({ problem: 'This cell shows #N/A.' });
  });
});

describe('a number', () => {
  it.each([
    [cell(93.2), 93.2],
    [cell(0.1 + 0.2), 0.3],
    [cell('93.2'), 93.2],
    [cell('1,765'), 1765],
    [cell('1,765,000.5'), 1765000.5],
    [cell('£1,200'), 1200],
    [cell('-4'), -4],
    [cell('\u22124'), -4],
    [cell('.5'), 0.5],
    [cell(' 12 '), 12],
    [cell(''), null],
    [undefined, null],
  ])('%o', (given, value) => {
    expect(readNumber(given)).toEqual({ value });
  });

  it.each([
    [cell('93,2'), 'Did you mean 93.2?'],
    [cell('1,76'), 'Did you mean 1.76?'],
    [cell('1 765'), 'no number that can be read'],
    [cell('1.2.3'), 'no number that can be read'],
    [cell('about 90'), 'no number that can be read. Write a number, as in 93.2 or 1,765.'],
    [cell('1e5'), 'no number that can be read'],
    [cell('93%'), 'This is 93%, a percentage, where a plain number belongs.'],
    [cell(0.93, { percent: true }), 'This is 93%, a percentage'],
    [cell(1e12), 'too large'],
    [cell('2027-03-01', { date: true }), 'This is a date, not a number.'],
    [cell(false), 'This is yes or no, not a number.'],
    [BROKEN, '#N/A'],
  ])('%o is answered', (given, answer) => {
    expect(said(readNumber(given))).toContain(answer);
  });
});

describe('the percentages of a KPI', () => {
  it('are the same written as 93%, as 93 and as 0.93 in a cell formatted as a percentage', () => {
    const cells = [cell('93%'), cell(93), cell('93'), cell(0.93, { percent: true }), cell('93 %'), undefined, cell(0)];
    expect(readPercentages(cells)).toEqual([93, 93, 93, 93, 93, null, 0].map((value) => ({ value })));
  });

  it('lose nothing to how computers count', () => {
    expect(readPercentages([cell(0.07, { percent: true }), cell(0.281, { percent: true })])).toEqual([{ value: 7 }, { value: 28.1 }]);
  });

  it('that are all plain numbers up to 1 are asked about, each at its cell', () => {
    const ask = (share: string, whole: string) => ({
      problem: `${share}: is that ${share} % or ${whole} %? Format the column as a percentage or write ${whole}%.`,
    });
    expect(readPercentages([cell(0.93), cell('0.875'), cell(1)])).toEqual([ask('0.93', '93'), ask('0.875', '87.5'), ask('1', '100')]);
  });

  it('that mix 0.93 and 93 name the odd one, and take the others', () => {
    expect(readPercentages([cell(91), cell(0.93), cell('92.5')])).toEqual([
      { value: 91 },
      { problem: '0.93: is that 0.93 % or 93 %? Others here are like 91: write 93% or 0.93%.' },
      { value: 92.5 },
    ]);
  });

  it('that are truly small are taken when they say so', () => {
    expect(readPercentages([cell('0.93%'), cell(0.0093, { percent: true }), cell(2)])).toEqual([
      { value: 0.93 },
      { value: 0.93 },
      { value: 2 },
    ]);
  });

  it('that cannot be read are answered without a word on the others', () => {
    const [first, second] = readPercentages([BROKEN, cell(93)]);
    expect(said(first)).toContain('#N/A');
    expect(second).toEqual({ value: 93 });
  });
});
