import fc from 'fast-check';
import { strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/universal';
import { columnLetters, columnNumber } from '../../src/imports/sheet/address.ts';
import { type Cell, readWorkbook } from '../../src/imports/sheet/sheet.ts';
import { HOW_TO_SHEET, writeTemplate } from '../../src/imports/sheet/template.ts';
import { data, workbook } from './workbooks.ts';

const cellsOf = async (bytes: Uint8Array, name = 'plan.xlsx'): Promise<Cell[]> =>
  (await readWorkbook(bytes, name)).sheets.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells));
const valuesOf = async (bytes: Uint8Array, name?: string) => (await cellsOf(bytes, name)).map(({ value }) => value);
const FORMATS = (...ids: number[]) => `<cellXfs>${ids.map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs>`;
const written = async (rows: Parameters<typeof writeXlsxFile>[0]) =>
  new Uint8Array(await (await writeXlsxFile(rows as never, {}).toBlob()).arrayBuffer());

describe('a workbook', () => {
  it('is read with its words, numbers, dates, percentages and yeses, each at its row and column', async () => {
    const bytes = await written([
      ['Title', 'Due', 'Attendance', 'Done'],
      [],
      [
        'Appoint a lead',
        { value: new Date(Date.UTC(2027, 2, 1)), type: Date, format: 'dd/mm/yyyy' },
        { value: 0.93, format: '0.0%' },
        true,
      ],
    ] as never);
    const { sheets, notes } = await readWorkbook(bytes, 'plan.xlsx');
    expect(notes).toEqual([]);
    expect(sheets[0]?.rows.map(({ number }) => number)).toEqual([1, 3]);
    expect(sheets[0]?.rows[1]?.cells).toEqual([
      { column: 'A', value: 'Appoint a lead' },
      { column: 'B', value: '2027-03-01', date: true },
      { column: 'C', value: 0.93, percent: true },
      { column: 'D', value: true },
    ]);
  });

  it('has texts in one piece, whatever fonts they are in and however they are kept', async () => {
    const strings = '<si><r><t>Appoint </t></r><r><rPr><b/></rPr><t>a lead</t></r><rPh sb="0" eb="1"><t>reading aid</t></rPh></si>';
    const cells = `<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>in </t></r><r><t>line</t></r></is></c><c r="C1" t="inlineStr"><is><t>a_x000D__x000A_b_x0007_</t></is></c>`;
    expect(await valuesOf(workbook({ sheets: [data(cells)], strings }))).toEqual(['Appoint a lead', 'in line', 'a\nb']);
  });

  it('is read whatever prefix its writer gave the names', async () => {
    const sheets = ['<x:sheetData xmlns:x="x"><x:row r="1"><x:c r="A1"><x:v>12</x:v></x:c></x:row></x:sheetData>'];
    expect(await valuesOf(workbook({ sheets }))).toEqual([12]);
  });

  it('has the same day whether its days are counted from 1900 or from 1904', async () => {
    const styles = FORMATS(0, 14);
    const cell = (serial: number) => [data(`<c r="A1" s="1"><v>${serial}</v></c>`)];
    expect(await valuesOf(workbook({ sheets: cell(46447), styles }))).toEqual(['2027-03-01']);
    expect(await valuesOf(workbook({ sheets: cell(44985), styles, properties: 'date1904="1"' }))).toEqual(['2027-03-01']);
    expect(await valuesOf(workbook({ sheets: cell(46447), styles, properties: 'date1904="0"' }))).toEqual(['2027-03-01']);
  });

  it.each([
    [1, '1900-01-01'],
    [59, '1900-02-28'],
    [61, '1900-03-01'],
    [46447.99, '2027-03-01'],
  ])('takes day %s for %s', async (serial, day) => {
    expect(await valuesOf(workbook({ sheets: [data(`<c s="1"><v>${serial}</v></c>`)], styles: FORMATS(0, 14) }))).toEqual([day]);
  });

  it.each([0.5, 60, -1, 3_000_000])('says that day %s is none', async (serial) => {
    const [cell] = await cellsOf(workbook({ sheets: [data(`<c s="1"><v>${serial}</v></c>`)], styles: FORMATS(0, 14) }));
    expect(cell?.problem).toContain('is no day');
  });

  it.each([
    ['dd/mm/yyyy', 'date'],
    ['[$-809]d mmmm yyyy;@', 'date'],
    ['mmm-yy', 'date'],
    ['yyyy\\-mm\\-dd', 'date'],
    ['0.0%', 'percent'],
    ['[Red]0%;-0%', 'percent'],
    ['General', 'number'],
    ['#,##0 "days"', 'number'],
    ['0\\ \\d', 'number'],
    ['[h]:mm', 'number'],
    ['[$£-809]#,##0.00', 'number'],
    ['0.0"%"', 'number'],
  ])('knows by its format %s that a number is shown as a %s', async (code, shown) => {
    const styles = `<numFmts><numFmt numFmtId="164" formatCode="${code.replaceAll('"', '&quot;')}"/></numFmts>${FORMATS(0, 164)}`;
    const [cell] = await cellsOf(workbook({ sheets: [data('<c s="1"><v>46447</v></c>')], styles }));
    expect(cell?.date ? 'date' : cell?.percent ? 'percent' : 'number').toBe(shown);
  });

  it.each([
    ['date', [14, 15, 16, 17, 18, 22, 45, 47]],
    ['percent', [9, 10]],
    ['number', [0, 1, 4, 44, 48, 49]],
  ])('knows by the formats that every spreadsheet has that a number is a %s', async (shown, ids) => {
    const cells = ids.map((_, at) => `<c s="${at}"><v>46447</v></c>`).join('');
    const read = await cellsOf(workbook({ sheets: [data(cells)], styles: FORMATS(...ids) }));
    expect(read.map((cell) => (cell.date ? 'date' : cell.percent ? 'percent' : 'number'))).toEqual(ids.map(() => shown));
  });

  it('has dates that some programs write out', async () => {
    const [day, none] = await cellsOf(workbook({ sheets: [data('<c t="d"><v>2027-03-01T00:00:00</v></c><c t="d"><v>soon</v></c>')] }));
    expect(day).toEqual({ column: 'A', value: '2027-03-01', date: true });
    expect(none?.problem).toContain('is no day');
  });

  it('has what its formulas gave, and says which gave nothing or an error', async () => {
    const cells = [
      '<c r="A1"><f>40+2</f><v>42</v></c>',
      '<c r="B1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>',
      '<c r="C1"><f>NOW()</f></c>',
      '<c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
      '<c r="E1" t="e"><v>#N/A</v></c>',
      '<c r="F1" t="str"><f>""</f><v></v></c>',
    ];
    const read = await cellsOf(workbook({ sheets: [data(cells.join(''))] }));
    expect(read.map(({ column, value, formula }) => [column, value, formula])).toEqual([
      ['A', 42, true],
      ['B', 'ab', true],
      ['C', null, true],
      ['D', null, true],
      ['E', null, undefined],
    ]);
    expect(read.map(({ problem }) => problem?.slice(0, 40))).toEqual([
      undefined,
      undefined,
      'This cell holds a formula that was never',
      'This cell shows #DIV/0!. Mend the formul',
      'This cell shows #N/A. Mend the formula, ',
    ]);
  });

  it('says which cells are merged', async () => {
    const sheets = [`${data('<c r="A1"><v>1</v></c>')}<mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="B1:AA1"/></mergeCells>`];
    const { sheets: read } = await readWorkbook(workbook({ sheets }), 'plan.xlsx');
    expect(read[0]?.merges).toEqual([
      { reference: 'A1:A3', top: 1, bottom: 3, left: 'A', right: 'A' },
      { reference: 'B1:AA1', top: 1, bottom: 1, left: 'B', right: 'AA' },
    ]);
  });

  it('has its hidden rows read, and its hidden sheets left out and named', async () => {
    const sheet = '<sheetData><row r="2" hidden="1"><c r="A2"><v>1</v></c></row></sheetData>';
    const { sheets, notes } = await readWorkbook(
      workbook({ sheets: [sheet, sheet, sheet], states: { 1: 'state="hidden"', 2: 'state="veryHidden"' } }),
      'p.xlsx',
    );
    expect(sheets.map(({ name, rows }) => [name, rows.length])).toEqual([['Sheet 1', 1]]);
    expect(notes).toEqual(['Sheet “Sheet 2” is hidden, so it was not read.', 'Sheet “Sheet 3” is hidden, so it was not read.']);
  });
});

describe('a .csv file', () => {
  it.each([
    [
      'commas',
      'Title,Due,Owner\n"Train, coach",1/3/27,\n',
      [
        ['Title', 'Due', 'Owner'],
        ['Train, coach', '1/3/27'],
      ],
    ],
    [
      'semicolons',
      'Title;Value\r\nAttendance;93,2\r\n',
      [
        ['Title', 'Value'],
        ['Attendance', '93,2'],
      ],
    ],
    [
      'tabs',
      'Title\tDue\nA, b\tsoon',
      [
        ['Title', 'Due'],
        ['A, b', 'soon'],
      ],
    ],
    ["Excel's own first line", 'sep=;\r\na,b;c,d,e\r\n', [['a,b', 'c,d,e']]],
    [
      'a byte order mark',
      '\ufeffTitle,Due\nA,b',
      [
        ['Title', 'Due'],
        ['A', 'b'],
      ],
    ],
    [
      'new lines and quotation marks in quotation marks',
      'Title,Note\nA,"one\ntwo ""three"""\nB,c',
      [
        ['Title', 'Note'],
        ['A', 'one\ntwo "three"'],
        ['B', 'c'],
      ],
    ],
  ])('is read with %s', async (_what, text, rows) => {
    const { sheets } = await readWorkbook(strToU8(text), 'The plan.csv');
    expect(sheets[0]?.name).toBe('The plan');
    expect(sheets[0]?.rows.map(({ cells }) => cells.map(({ value }) => value))).toEqual(rows);
  });

  it('has the letters it was written with: UTF-8, Windows or the Unicode text of Excel', async () => {
    const word = 'Zoë’s £5';
    expect(await valuesOf(strToU8(word), 'a.csv')).toEqual([word]);
    expect(await valuesOf(new Uint8Array([0x5a, 0x6f, 0xeb, 0x92, 0x73, 0x20, 0xa3, 0x35]), 'a.csv')).toEqual([word]);
    expect(await valuesOf(new Uint8Array(Buffer.from(`\ufeff${word}`, 'utf16le')), 'a.csv')).toEqual([word]);
  });

  it('counts its rows as a spreadsheet shows them: a cell of two lines is one row, a blank line is one too', async () => {
    const { sheets } = await readWorkbook(strToU8('a\n"b\nc"\n\nd'), 'a.csv');
    expect(sheets[0]?.rows.map(({ number }) => number)).toEqual([1, 2, 4]);
  });

  it('with a quotation mark where none can be is answered with the line', async () => {
    await expect(readWorkbook(strToU8('a,b\n"c"d,e\n'), 'a.csv')).rejects.toThrow(/line 2 .*quotation mark/u);
  });
});

describe('what is written is what is read', () => {
  const text = fc
    .string({ unit: fc.constantFrom(...'aB 9,;"\'\n=<&>é£–'), maxLength: 12 })
    .filter((value) => value.trim() === value && !/^sep=/iu.test(value));
  const day = fc
    .date({ min: new Date('1990-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));
  const cell = fc.oneof(
    text.map((value) => ({ type: 'text' as const, value })),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => ({ type: 'number' as const, value: value / 100 })),
    day.map((value) => ({ type: 'day' as const, value })),
    fc.boolean().map((value) => ({ type: 'boolean' as const, value })),
    fc.integer({ min: 0, max: 100 }).map((value) => ({ type: 'percent' as const, value: value / 100 })),
  );
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });
  type Written = { type: string; value: string | number | boolean };

  it('in a workbook, for any table', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const asWritten = ({ type, value }: Written) => {
          if (type === 'day') return { value: new Date(`${value}T00:00:00Z`), type: Date, format: 'dd/mm/yyyy' };
          return type === 'percent' ? { value, type: Number, format: '0%' } : { value, type: Object(value).constructor };
        };
        const asRead = ({ type, value }: Written, at: number) => ({
          column: columnLetters(at + 1),
          value,
          ...(type === 'day' ? { date: true } : {}),
          ...(type === 'percent' ? { percent: true } : {}),
        });
        const expected = rows
          .map((cells, at) => ({ number: at + 1, cells: cells.map(asRead).filter(({ value }) => value !== '') }))
          .filter(({ cells }) => cells.length > 0);
        const { sheets } = await readWorkbook(await written(rows.map((cells) => cells.map(asWritten)) as never), 'plan.xlsx');
        expect(sheets[0]?.rows).toEqual(expected);
      }),
      { seed: 27, numRuns: 60 },
    );
  });

  it.each([',', ';', '\t'])('in a .csv file divided by %j, for any table of three columns or more', async (delimiter) => {
    const texts = fc.array(fc.array(text, { minLength: 3, maxLength: 6 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, async (rows) => {
        const csv = rows.map((values) => values.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter)).join('\r\n');
        const expected = rows
          .map((values, at) => ({
            number: at + 1,
            cells: values.map((value, place) => ({ column: columnLetters(place + 1), value })).filter(({ value }) => value !== ''),
          }))
          .filter(({ cells }) => cells.length > 0);
        const { sheets } = await readWorkbook(strToU8(csv), 'plan.csv');
        expect(sheets[0]?.rows).toEqual(expected);
      }),
      { seed: 27, numRuns: 100 },
    );
  });

  it('for the letters of every column', () => {
    for (let number = 1; number <= 16_384; number += 1) expect(columnNumber(columnLetters(number))).toBe(number);
    expect([1, 26, 27, 702, 703, 16_384].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA', 'XFD']);
  });
});

describe('the empty workbook to fill in', () => {
  const sheets = [
    {
      name: 'Plan',
      intro: 'One row for each action.',
      fields: [
        { heading: 'Title', hint: 'What will be done', example: 'Appoint a lead', required: true },
        { heading: 'Due date', hint: 'The day it is done by', example: '1 March 2027', required: false },
      ],
    },
  ];

  it('has the headings alone on each sheet, and one sheet that explains them', async () => {
    const { sheets: read } = await readWorkbook(await writeTemplate(sheets), 'template.xlsx');
    expect(read.map(({ name }) => name)).toEqual([HOW_TO_SHEET, 'Plan']);
    expect(read[1]?.rows).toEqual([
      {
        number: 1,
        cells: [
          { column: 'A', value: 'Title' },
          { column: 'B', value: 'Due date' },
        ],
      },
    ]);
    const words = read[0]?.rows.map(({ cells }) => cells.map(({ value }) => value));
    expect(words).toContainEqual(['Title', 'yes', 'What will be done', 'Appoint a lead']);
    expect(words).toContainEqual(['Due date', 'if you have it', 'The day it is done by', '1 March 2027']);
  });

  it('is the same file every time', async () => {
    const bytes = await writeTemplate(sheets);
    expect(bytes).toEqual(await writeTemplate(sheets));
    // The day its first part says it was written, as a zip keeps it: 1 January 2000, not today.
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint16(12, true)).toBe(((2000 - 1980) << 9) | (1 << 5) | 1);
  });
});
