import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/imports/sheet/headings.ts';
import type { Merge } from '../../src/imports/sheet/sheet.ts';
import { findTable, type Table } from '../../src/imports/sheet/table.ts';
import { sheetOf } from './workbooks.ts';

const FIELDS: Field[] = [
  { key: 'code', heading: 'Code', also: ['ref', 'number'] },
  { key: 'title', heading: 'Title', also: ['action', 'what we will do'], required: true },
  { key: 'owner', heading: 'Owner', also: ['lead', 'who'], required: true },
  { key: 'due', heading: 'Due date', also: ['due', 'deadline', 'by when', 'target date'], required: true },
  { key: 'measure', heading: 'Success measure', also: ["how we'll know"] },
  { key: 'start', heading: 'Start date' },
];

const table = (rows: Parameters<typeof sheetOf>[0], merges: Merge[] = []): Table => {
  const found = findTable(sheetOf(rows, merges), FIELDS);
  if (!found) throw new Error('no headings found');
  return found;
};
const columns = (rows: Parameters<typeof sheetOf>[0], merges: Merge[] = []) => Object.fromEntries(table(rows, merges).columns);
const lines = ({ rows }: Table) => rows.map(({ number, cells }) => [number, ...[...cells.values()].map(({ value }) => value)]);
const merge = (reference: string, top: number, bottom: number, left: string, right: string): Merge => ({
  reference,
  top,
  bottom,
  left,
  right,
});

const LINE = ['Appoint a lead', 'Sam', '1 March 2027'];

describe('the headings of a plan', () => {
  it.each([
    ['as the template has them', ['Title', 'Owner', 'Due date']],
    ['in capitals, with a star', ['TITLE *', 'OWNER', 'DUE DATE*']],
    ['with other punctuation', ['Title:', 'Owner.', 'due-date']],
    ['in another order of words', ['title', 'the owner', 'Date due']],
    ['with accents', ['Títle', 'Öwner', 'Dué date']],
    ['with hints in brackets', ['Title (what we will do)', 'Owner [name]', 'Due date (dd/mm/yyyy)']],
    ['over two lines', ['Title', 'Owner', 'Due\ndate']],
    ['by other names', ['What we will do', 'Lead', 'By when']],
  ])('are found %s', (_what, headings) => {
    expect(columns([headings, LINE])).toEqual({ title: 'A', owner: 'B', due: 'C' });
  });

  it('are found under titles, notes and blank rows, and say which row they are', () => {
    const found = table([['Wakefield: action plan 2026'], [], ['Owner: Sam', null, 'Version 3'], ['Title', 'Owner', 'Due date'], LINE]);
    expect(found.header).toBe(4);
    expect(lines(found)).toEqual([[5, ...LINE]]);
  });

  it('are looked for in the first twenty rows', () => {
    const under = (blank: number) => [...Array.from({ length: blank }, () => ['a note']), ['Title', 'Owner', 'Due date'], LINE];
    expect(findTable(sheetOf(under(19)), FIELDS)?.header).toBe(20);
    expect(findTable(sheetOf(under(20)), FIELDS)).toBeUndefined();
  });

  it('are not found where there are none', () => {
    expect(findTable(sheetOf([LINE, LINE]), FIELDS)).toBeUndefined();
    expect(findTable(sheetOf([]), FIELDS)).toBeUndefined();
    expect(findTable(sheetOf([['Title', 'something', 'else']]), FIELDS)).toBeUndefined();
  });

  it('that are unknown are told, and the one that was probably meant is offered but not taken', () => {
    const found = table([['Title', 'Owner', 'Due dat', 'Budget'], LINE]);
    expect(Object.fromEntries(found.columns)).toEqual({ title: 'A', owner: 'B' });
    expect(found.unknown).toEqual([
      { column: 'C', heading: 'Due dat', meant: FIELDS[3], filled: true },
      { column: 'D', heading: 'Budget', filled: false },
    ]);
    expect(found.missing).toEqual([{ field: FIELDS[3], near: { column: 'C', heading: 'Due dat' } }]);
  });

  it('that are needed and lacking are told; those that are not needed may lack', () => {
    expect(table([['Title', 'Owner'], LINE]).missing).toEqual([{ field: FIELDS[3] }]);
    expect(table([['Title', 'Owner', 'Due date'], LINE]).missing).toEqual([]);
  });

  it('that claim one field twice by the same heading are told', () => {
    expect(table([['Title', 'Owner', 'Due date', 'DUE DATE *'], LINE]).twice).toEqual([{ field: FIELDS[3], columns: ['C', 'D'] }]);
  });

  it('that fit one field: its own name is taken, and the other is told', () => {
    const found = table([['Title', 'Owner', 'Deadline', 'Due date'], LINE]);
    expect(found.columns.get('due')).toBe('D');
    expect(found.twice).toEqual([]);
    expect(found.spare).toEqual([{ column: 'C', heading: 'Deadline', field: FIELDS[3], taken: 'Due date' }]);
  });

  it('that are all slips are still headings, so that each is answered', () => {
    const found = table([['Titel x', 'Ownr', 'Deu date', 'Cod', 'Success mesure'], LINE]);
    expect(found.header).toBe(1);
    expect(found.unknown.filter(({ meant }) => meant).map(({ heading }) => heading)).toEqual(['Ownr', 'Deu date', 'Cod', 'Success mesure']);
  });
});

describe('two rows of headings', () => {
  it('are read as one when a heading is split over both', () => {
    const found = table([['Title', 'Owner', 'Due', 'Success'], [null, null, 'date', 'measure'], LINE]);
    expect(Object.fromEntries(found.columns)).toEqual({ title: 'A', owner: 'B', due: 'C', measure: 'D' });
    expect(found.header).toBe(2);
    expect(lines(found)).toEqual([[3, ...LINE]]);
  });

  it('are a group above the real ones', () => {
    const rows = [
      ['The plan', null, 'Dates', null],
      ['Title', 'Owner', 'Start date', 'Due date'],
      ['Appoint a lead', 'Sam', '1/2/27', '1/3/27'],
    ];
    expect(columns(rows, [merge('A1:B1', 1, 1, 'A', 'B'), merge('C1:D1', 1, 1, 'C', 'D')])).toEqual({
      title: 'A',
      owner: 'B',
      start: 'C',
      due: 'D',
    });
  });

  it('are a group that the real ones need: "Date" over "Start" and "Due"', () => {
    const rows = [
      ['Title', 'Owner', 'Date', null],
      [null, null, 'Start', 'Due'],
      ['Appoint a lead', 'Sam', '1/2/27', '1/3/27'],
    ];
    const merges = [merge('A1:A2', 1, 2, 'A', 'A'), merge('B1:B2', 1, 2, 'B', 'B'), merge('C1:D1', 1, 1, 'C', 'D')];
    expect(columns(rows, merges)).toEqual({ title: 'A', owner: 'B', start: 'C', due: 'D' });
    expect(lines(table(rows, merges))).toEqual([[3, 'Appoint a lead', 'Sam', '1/2/27', '1/3/27']]);
  });

  it('are not made of one and the first line of the plan', () => {
    const found = table([['Title', 'Owner', 'Due date'], ['Owner', 'Lead', 'Due'], LINE]);
    expect(found.header).toBe(1);
    expect(lines(found)[0]).toEqual([2, 'Owner', 'Lead', 'Due']);
    // A word that is a heading elsewhere makes no headings of a line.
    expect(
      table([
        ['Title', 'Owner', 'Due date'],
        ['Review', 'Sam', 46447, 'Code'],
      ]).header,
    ).toBe(1);
  });
});

describe('the lines of a plan', () => {
  const HEAD = ['Title', 'Owner', 'Due date', 'Code'];

  it('keep the numbers of their rows, blank rows left out', () => {
    expect(lines(table([HEAD, LINE, [], ['Train', 'Alex', 'soon']]))).toEqual([
      [2, ...LINE],
      [4, 'Train', 'Alex', 'soon'],
    ]);
  });

  it.each(['Total', 'TOTALS', 'Sum', 'Grand total', 'Sub-total', 'Total:'])(
    'do not take in a row that begins with %s and holds numbers',
    (word) => {
      const found = table([HEAD, LINE, [word, null, null, 12]]);
      expect(lines(found)).toEqual([[2, ...LINE]]);
      expect(found.leftOut).toEqual([{ row: 3, why: 'totals' }]);
    },
  );

  it('take in an action that is only called something like it', () => {
    const rows = [
      ['Total review of the offer', 'Sam', '1 March 2027', 12],
      ['Total', 'Sam', '1 March 2027', 12],
    ];
    expect(table([HEAD, ...rows]).rows).toHaveLength(2);
    expect(table([HEAD, ...rows]).leftOut).toEqual([]);
  });

  it('do not take in the headings again where a page begins', () => {
    const found = table([HEAD, LINE, HEAD, LINE]);
    expect(lines(found).map(([number]) => number)).toEqual([2, 4]);
    expect(found.leftOut).toEqual([{ row: 3, why: 'headings again' }]);
  });

  it('share the value of a cell that is merged over them', () => {
    const rows = [HEAD, LINE, ['Train', null, 'soon'], ['Review', 'Alex', 'later']];
    expect(lines(table(rows, [merge('B2:B3', 2, 3, 'B', 'B')]))).toEqual([
      [2, ...LINE],
      [3, 'Train', 'Sam', 'soon'],
      [4, 'Review', 'Alex', 'later'],
    ]);
    expect(lines(table(rows))[1]).toEqual([3, 'Train', 'soon']);
  });

  it('are not made of the blank rows that a merged cell reaches over', () => {
    expect(lines(table([HEAD, LINE, [], []], [merge('B2:B4', 2, 4, 'B', 'B')]))).toEqual([[2, ...LINE]]);
  });

  it('say which cells are merged across columns; a merged title is none of them', () => {
    const rows = [['Our plan'], HEAD, LINE];
    const merges = [merge('A1:D1', 1, 1, 'A', 'D'), merge('B3:C3', 3, 3, 'B', 'C'), merge('E3:F3', 3, 3, 'E', 'F')];
    expect(table(rows, merges).acrossColumns).toEqual([{ row: 3, column: 'B', reference: 'B3:C3' }]);
  });

  it('leave columns that belong to no field alone, also where only they hold something', () => {
    expect(
      lines(
        table([
          [...HEAD, 'Budget'],
          [...LINE, null, '£5'],
          [null, null, null, null, 'a remark'],
        ]),
      ),
    ).toEqual([[2, ...LINE]]);
  });
});

describe('a sheet made to take for ever', () => {
  it('is answered', () => {
    const long = 'ab '.repeat(1_600);
    const rows = Array.from({ length: 20 }, () => Array.from({ length: 100 }, () => long));
    const merges = Array.from({ length: 5_000 }, (_, at) => merge('A1:XFD1', (at % 20) + 1, 1_000_000, 'A', 'XFD'));
    expect(findTable(sheetOf(rows, merges), FIELDS)).toBeUndefined();
    expect(findTable(sheetOf([['Title', 'Owner', 'Due date'], ...rows], merges), FIELDS)?.header).toBe(1);
  });
});
