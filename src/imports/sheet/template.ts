import { unzipSync, zipSync } from 'fflate';
import writeXlsxFile, { type SheetData } from 'write-excel-file/universal';

/** One sheet to fill in: its columns, and what to say about them. */
export type TemplateSheet = {
  /** At most 31 characters, as spreadsheets have it. */
  name: string;
  intro: string;
  fields: readonly { heading: string; hint: string; example: string; required: boolean }[];
};

/** The sheet of a template that explains the others: an import passes it over. */
export const HOW_TO_SHEET = 'How to fill it in';

const bold = (value: string) => ({ value, fontWeight: 'bold' as const, wrap: true, alignVertical: 'top' as const });
const wrapped = (value: string) => ({ value, wrap: true, alignVertical: 'top' as const });

const howTo = (sheets: readonly TemplateSheet[]): SheetData => [
  [bold(HOW_TO_SHEET)],
  ...sheets.flatMap(
    ({ name, intro, fields }): SheetData => [
      [],
      [bold(`Sheet “${name}”`), null, wrapped(intro)],
      ['Column', 'Needed?', 'What to write', 'For example'].map(bold),
      ...fields.map(({ heading, hint, example, required }) => [heading, required ? 'yes' : 'if you have it', hint, example].map(wrapped)),
    ],
  ),
];

/** In characters. */
const WIDTHS = { narrowest: 12, widest: 40 };
const widthOf = ({ heading, example }: TemplateSheet['fields'][number]) =>
  Math.min(WIDTHS.widest, Math.max(WIDTHS.narrowest, heading.length + 2, example.length + 2));

/** A zip notes when each part was written, as a local time: one fixed moment makes the same template the same file. */
const WRITTEN = '2000-01-01T12:00:00';

/** An empty workbook to fill in (.xlsx): one sheet for each kind of thing, its headings bold and in sight, and one that explains them. */
export const writeTemplate = async (sheets: readonly TemplateSheet[]): Promise<Uint8Array> => {
  const workbook = await writeXlsxFile([
    { sheet: HOW_TO_SHEET, data: howTo(sheets), columns: [28, 14, 70, 40].map((width) => ({ width })) },
    ...sheets.map(({ name, fields }) => ({
      sheet: name,
      data: [fields.map(({ heading }) => bold(heading))],
      columns: fields.map((field) => ({ width: widthOf(field) })),
      stickyRowsCount: 1,
    })),
  ]).toBlob();
  return zipSync(unzipSync(new Uint8Array(await workbook.arrayBuffer())), { mtime: WRITTEN });
};
