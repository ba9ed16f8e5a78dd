import { crc32, deflateRawSync } from 'node:zlib';
import { columnLetters } from '../../src/imports/sheet/address.ts';
import type { Cell, Sheet } from '../../src/imports/sheet/sheet.ts';

type HandMade = {
  /** What is inside `<worksheet>`, for each sheet. */
  sheets: string[];
  /** Attributes of a sheet in the list of sheets, by its place. */
  states?: Record<number, string>;
  /** Attributes of `<workbookPr>`. */
  properties?: string;
  /** Inside `<sst>`. */
  strings?: string;
  /** Inside `<styleSheet>`. */
  styles?: string;
  more?: Record<string, string>;
};

const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`;

/** The parts of a workbook written by hand, for what no writer would write. */
export const parts = ({
  sheets,
  states = {},
  properties = '',
  strings = '',
  styles = '',
  more = {},
}: HandMade): Record<string, string> => ({
  '[Content_Types].xml': '<Types/>',
  '_rels/.rels': `<Relationships>${relation('a', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
  'xl/workbook.xml': `<workbook xmlns:r="r"><workbookPr ${properties}/><sheets>${sheets
    .map((_, at) => `<sheet name="Sheet ${at + 1}" sheetId="${at + 1}" r:id="s${at}" ${states[at] ?? ''}/>`)
    .join('')}</sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships>${sheets.map((_, at) => relation(`s${at}`, 'worksheet', `worksheets/sheet${at + 1}.xml`)).join('')}${relation('strings', 'sharedStrings', 'sharedStrings.xml')}${relation('styles', 'styles', '/xl/styles.xml')}</Relationships>`,
  'xl/sharedStrings.xml': `<sst>${strings}</sst>`,
  'xl/styles.xml': `<styleSheet>${styles}</styleSheet>`,
  ...Object.fromEntries(sheets.map((inside, at) => [`xl/worksheets/sheet${at + 1}.xml`, `<worksheet>${inside}</worksheet>`])),
  ...more,
});

/** A zip of these parts; a part of its own kind is stored as it is. Node packs ten times as fast as JavaScript does. */
export const zipOf = (files: Record<string, Uint8Array>, stored: readonly string[] = []): Uint8Array<ArrayBuffer> => {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [path, bytes] of Object.entries(files)) {
    const packs = !stored.includes(path);
    const packed = packs ? deflateRawSync(bytes, { level: 1 }) : Buffer.from(bytes);
    const name = Buffer.from(path);
    const about = Buffer.alloc(26); // what both lists say, from the version to the length of the name
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(packs ? 8 : 0, 4);
    about.writeUInt32LE(crc32(bytes), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(bytes.length, 18);
    about.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), about, name, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), about, place, name]));
    locals.push(local);
    at += local.length;
  }
  const list = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...locals, list, end]));
};

export const zipped = (files: Record<string, string>) =>
  zipOf(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));

export const workbook = (made: HandMade) => zipped(parts(made));

/** `<sheetData>` of rows of cells as XML. */
export const data = (...rows: string[]) =>
  `<sheetData>${rows.map((cells, at) => `<row r="${at + 1}">${cells}</row>`).join('')}</sheetData>`;

/** A sheet as it is after reading, from rows of values; null is an empty cell. The first row is row 1. */
export const sheetOf = (rows: readonly (readonly (Cell['value'] | Partial<Cell>)[])[], merges: Sheet['merges'] = []): Sheet => ({
  name: 'Plan',
  merges,
  rows: rows
    .map((values, at) => ({
      number: at + 1,
      cells: values.flatMap((value, place): Cell[] => {
        const column = columnLetters(place + 1);
        if (value === null || value === '') return [];
        return [typeof value === 'object' ? { column, value: null, ...value } : { column, value }];
      }),
    }))
    .filter(({ cells }) => cells.length > 0),
});
