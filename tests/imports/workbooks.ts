import { strToU8, type Zippable, zipSync } from 'fflate';
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

export const zipped = (files: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])) as Zippable);

export const workbook = (made: HandMade): Uint8Array => zipped(parts(made));

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
