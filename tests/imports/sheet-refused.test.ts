import { strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { readWorkbook } from '../../src/imports/sheet/sheet.ts';
import { data, parts, workbook, zipOf, zipped } from './workbooks.ts';

/** What is answered to a file. */
const refusal = (bytes: Uint8Array, name = 'plan.xlsx'): Promise<string> =>
  readWorkbook(bytes, name).then(
    ({ sheets }) => `read: ${sheets.flatMap(({ rows }) => rows).length} rows`,
    (error: unknown) => {
      if (error instanceof UserError) return error.message;
      throw error;
    },
  );

const plain = { sheets: [data('<c r="A1"><v>1</v></c>')] };
const withPart = (name: string) => workbook({ ...plain, more: { [name]: 'x' } });
const text = (cell: string) => data(`<c r="A1" t="inlineStr"><is><t>${cell}</t></is></c>`);
const OLE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

describe('a file that is no plan is refused with what to do', () => {
  it.each([
    ['an empty file', new Uint8Array(), 'plan.xlsx', 'This file is empty. Send the .xlsx or .csv file'],
    [
      'an old workbook',
      new Uint8Array([...OLE, ...new Uint8Array(600)]),
      'plan.xls',
      'old workbook (.xls). Save it as .xlsx without macros',
    ],
    [
      'a workbook with a password',
      new Uint8Array([...OLE, ...new Uint8Array(600), ...Buffer.from('EncryptedPackage', 'utf16le')]),
      'plan.xlsx',
      'locked with a password. Save it as .xlsx without a password',
    ],
    ['a workbook with macros', withPart('xl/vbaProject.bin'), 'plan.xlsx', 'has macros. Save it as .xlsx without macros'],
    ['a workbook with macros, elsewhere', withPart('odd/VBAproject.BIN'), 'plan.xlsx', 'has macros'],
    ['a workbook with macros of the oldest kind', withPart('xl/macrosheets/sheet1.xml'), 'plan.xlsx', 'has macro sheets'],
    ['a workbook named as one for macros', workbook(plain), 'plan.xlsm', 'for macros (.xlsm). Save it as .xlsx without macros'],
    ['a binary workbook', withPart('xl/workbook.bin'), 'plan.xlsb', 'binary workbook (.xlsb). Save it as .xlsx'],
    ['an OpenDocument sheet', zipped({ mimetype: 'x', 'content.xml': '<x/>' }), 'plan.ods', 'such as .ods. Save it as .xlsx'],
    ['a Word document', zipped({ '[Content_Types].xml': 'x', 'word/document.xml': 'x' }), 'plan.docx', 'a document, not a spreadsheet'],
    ['a zip of something else', zipped({ 'plan.xlsx': 'x' }), 'plan.zip', 'a zip file, not a spreadsheet. Unpack it'],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]), 'plan.xlsx', 'This is a picture, not a spreadsheet.'],
    ['a PDF', strToU8('%PDF-1.7 …'), 'plan.csv', 'This is a PDF, not a spreadsheet.'],
    ['anything else', new Uint8Array([1, 2, 0, 4]), 'plan.csv', 'no spreadsheet that can be read here. Save it as .xlsx or .csv'],
    ['a workbook cut short', workbook(plain).subarray(0, 500), 'plan.xlsx', 'damaged'],
    ['a workbook without its list of sheets', zipped({ '[Content_Types].xml': 'x', 'xl/x.xml': '<x/>' }), 'plan.xlsx', 'damaged'],
    ['a workbook that is not well-formed', workbook({ sheets: ['<sheetData><row></sheetData>'] }), 'plan.xlsx', 'damaged'],
    ['a workbook whose rows go back', workbook({ sheets: ['<sheetData><row r="2"/><row r="1"/></sheetData>'] }), 'plan.xlsx', 'damaged'],
    [
      'a workbook whose cells go back',
      workbook({ sheets: [data('<c r="B1"><v>1</v></c><c r="A1"><v>1</v></c>')] }),
      'plan.xlsx',
      'damaged',
    ],
    ['a cell that names a text that is none', workbook({ sheets: [data('<c r="A1" t="s"><v>7</v></c>')] }), 'plan.xlsx', 'damaged'],
    ['a number that is none', workbook({ sheets: [data('<c r="A1"><v>many</v></c>')] }), 'plan.xlsx', 'damaged'],
  ])('%s', async (_what, bytes, name, said) => {
    expect(await refusal(bytes, name)).toContain(said);
  });

  it('but the plain workbook beside them is read, whatever its name', async () => {
    for (const name of ['plan.xlsx', 'plan.XLSX', 'plan.csv', 'upload']) expect(await refusal(workbook(plain), name)).toBe('read: 1 rows');
  });
});

describe('a document type is refused, so that no entity can explode', () => {
  const lol = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>';
  it.each([
    'xl/workbook.xml',
    'xl/worksheets/sheet1.xml',
    'xl/sharedStrings.xml',
    'xl/styles.xml',
    'xl/_rels/workbook.xml.rels',
    '_rels/.rels',
  ])('in %s', async (name) => {
    const files = parts(plain);
    expect(await refusal(zipped(files))).toBe('read: 1 rows');
    expect(await refusal(zipped({ ...files, [name]: lol + files[name] }))).toContain('declares a document type (DOCTYPE)');
  });

  it('and an entity without one is damage', async () => {
    expect(await refusal(workbook({ sheets: [text('&b;')] }))).toContain('damaged');
    expect(await refusal(workbook({ sheets: [text('&amp;&#163;')] }))).toBe('read: 1 rows');
  });
});

/** A sheet with one cell at a place. */
const at = (column: string, row: number) => `<sheetData><row r="${row}"><c r="${column}${row}"><v>1</v></c></row></sheetData>`;
const sheets = (number: number) => workbook({ sheets: Array.from({ length: number }, () => plain.sheets[0] as string) });
const more = (number: number) => Object.fromEntries(Array.from({ length: number }, (_, index) => [`xl/media/${index}.png`, 'x']));
const merges = (number: number) => `${at('A', 1)}<mergeCells>${'<mergeCell ref="A1:B1"/>'.repeat(number)}</mergeCells>`;
const OWN_PARTS = Object.keys(parts(plain)).length;

describe('a file that is too much is refused with the limit, and one that is just not is read', () => {
  it.each([
    ['rows', 'at most 20,000 rows', workbook({ sheets: [at('A', 20_001)] }), workbook({ sheets: [at('A', 20_000)] })],
    ['columns', 'column CW: at most 100 columns', workbook({ sheets: [at('CW', 1)] }), workbook({ sheets: [at('CV', 1)] })],
    [
      'letters in a cell',
      'row 1, column A holds more than 5,000 characters',
      workbook({ sheets: [text('a'.repeat(5_001))] }),
      workbook({ sheets: [text('a'.repeat(5_000))] }),
    ],
    [
      'letters in a shared text',
      'row 1, column A holds more than 5,000 characters',
      workbook({ sheets: [data('<c t="s"><v>0</v></c>')], strings: `<si><t>${'a'.repeat(5_001)}</t></si>` }),
      workbook({ sheets: [data('<c t="s"><v>0</v></c>')], strings: `<si><t>${'a'.repeat(5_000)}</t></si>` }),
    ],
    ['sheets', 'has 21 sheets: at most 20', sheets(21), sheets(20)],
    [
      'parts',
      'more than 200 parts',
      workbook({ ...plain, more: more(201 - OWN_PARTS) }),
      workbook({ ...plain, more: more(200 - OWN_PARTS) }),
    ],
    ['merged cells', 'more than 5,000 merged cells', workbook({ sheets: [merges(5_001)] }), workbook({ sheets: [merges(5_000)] })],
    ['rows of a .csv', 'more than 20,000 rows', strToU8('a\n'.repeat(20_001)), strToU8('a\n'.repeat(20_000))],
    [
      'columns of a .csv',
      'row 1, column CW: at most 100 columns',
      strToU8(`${','.repeat(100)}a`),
      strToU8(`${','.repeat(99)}a${','.repeat(99)}`),
    ],
    [
      'letters in a cell of a .csv',
      '5,000 characters in row 2, column B',
      strToU8(`a,b\nc,${'d'.repeat(5_001)}`),
      strToU8(`a,b\nc,${'d'.repeat(5_000)}`),
    ],
    ['bytes', 'larger than 10 MB', strToU8('a\n'.padEnd(50_000_000)), strToU8('a\n'.padEnd(4_000))],
  ])('%s', async (_what, said, tooMuch, enough) => {
    expect(await refusal(tooMuch)).toContain(said);
    expect(await refusal(enough)).toMatch(/^read: /u);
  });

  it('but rows and columns that only have a colour are no rows and columns', async () => {
    const coloured =
      '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576" s="1" customFormat="1"/></sheetData>';
    expect(await refusal(workbook({ sheets: [coloured] }))).toBe('read: 1 rows');
  });
});

/** The list at the end of a zip says that each part unpacks to `size` bytes; the zip itself is as it was. */
const lying = (bytes: Uint8Array, size: number): Uint8Array => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let place = 0; place < copy.length - 4; place += 1) {
    if (view.getUint32(place, true) === 0x02014b50) view.setUint32(place + 24, size, true);
    if (view.getUint32(place, true) === 0x04034b50) view.setUint32(place + 22, size, true);
  }
  return copy;
};
const MEGABYTE = 1_000_000;
const sheetOfBytes = (sheet: Uint8Array, pictures: Record<string, Uint8Array> = {}): Uint8Array => {
  const others = Object.entries(parts({ sheets: [''] })).map(([name, part]) => [name, strToU8(part)]);
  return zipOf({ ...Object.fromEntries(others), 'xl/worksheets/sheet1.xml': sheet, ...pictures }, Object.keys(pictures));
};
const spaces = (bytes: number) => new Uint8Array(bytes).fill(32);

describe('a bomb is answered before it goes off', () => {
  const large = sheetOfBytes(spaces(110 * MEGABYTE));
  const small = sheetOfBytes(spaces(20 * MEGABYTE));
  // Numbers that hardly pack at all, kept as they are, make the file too large for the ratio to tell.
  const noise = strToU8(Array.from({ length: 200_000 }, (_, index) => `${(index * 48_271) % 2_147_483_647}`).join(' '));
  const hidden = sheetOfBytes(spaces(110 * MEGABYTE), { 'xl/media/1.png': noise });

  it.each([
    ['a sheet of 110 MB', large, 'plan.xlsx', /unpacks to more than 100 MB/u],
    ['a sheet of 110 MB that says it is small', lying(large, 1_000), 'plan.xlsx', /more than 100 times its size/u],
    ['a sheet of 110 MB that says it is small, beside a picture', lying(hidden, 1_000), 'plan.xlsx', /unpacks to more than 100 MB/u],
    ['20 MB in 90 kB', small, 'plan.xlsx', /more than 100 times its size/u],
    ['20 MB in 90 kB that say they are small', lying(small, 1_000), 'plan.xlsx', /more than 100 times its size/u],
    ['a small part that says it is large', lying(workbook(plain), 4_000_000_000), 'plan.xlsx', /unpacks to more than 100 MB/u],
    ['110 MB beside a picture that hides the ratio', hidden, 'plan.xlsx', /unpacks to more than 100 MB/u],
    ['elements in elements', workbook({ sheets: ['<a>'.repeat(1_000_000)] }), 'plan.xlsx', /damaged/u],
    [
      'attributes without end',
      workbook({ sheets: [`<a ${Array.from({ length: 300_000 }, (_, index) => `a${index}=""`).join(' ')}/>`] }),
      'plan.xlsx',
      /damaged/u,
    ],
    ['a .csv of nothing but commas', strToU8(','.repeat(9_900_000)), 'plan.csv', /at most 100 columns/u],
    ['a .csv of nothing but new lines', strToU8('\n'.repeat(9_900_000)), 'plan.csv', /more than 20,000 rows/u],
    ['a .csv of nothing but quotation marks', strToU8('"'.repeat(9_900_001)), 'plan.csv', /quotation mark/u],
    ['a .csv that never closes its quotation mark', strToU8(`"${'a\n'.repeat(4_900_000)}`), 'plan.csv', /quotation mark/u],
  ])('%s', async (_what, bytes, name, said) => {
    // Read to its end, or once more for each of its elements, it would not be through when the test's time is.
    expect(await refusal(bytes, name)).toMatch(said);
  });

  it('and elements that are too deep in each other are damage', async () => {
    const nested = (depth: number) => workbook({ sheets: [`${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`] });
    expect(await refusal(nested(200))).toContain('damaged');
    expect(await refusal(nested(90))).toBe('read: 0 rows');
  });

  it('and elements without end, in one part or many, are not read to their end', async () => {
    const elements = Array.from({ length: 760_000 }, (_, index) => `<a b="${(index * 48_271) % 65_537}"/>`).join('');
    expect(await refusal(workbook({ sheets: [elements, elements] }))).toContain('too many cells to be a plan');
    expect(await refusal(workbook({ sheets: [elements, ''] }))).toBe('read: 0 rows');
  });

  it('while a large plan, which takes its time, lets other work go on beside it', async () => {
    const rows = Array.from(
      { length: 5_000 },
      (_, row) => `<row r="${row + 1}">${`<c t="inlineStr"><is><t>word ${row}</t></is></c>`.repeat(12)}</row>`,
    );
    let turns = 0;
    const other = setInterval(() => {
      turns += 1;
    }, 0);
    const { sheets } = await readWorkbook(workbook({ sheets: [`<sheetData>${rows.join('')}</sheetData>`] }), 'plan.xlsx');
    clearInterval(other);
    expect(sheets[0]?.rows).toHaveLength(5_000);
    expect(turns).toBeGreaterThan(10);
  });
});
