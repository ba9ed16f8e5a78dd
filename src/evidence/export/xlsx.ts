import writeXlsxFile from 'write-excel-file/universal';
import { harmless } from '../csv.ts';
import type { Table, Value } from '../tables/table.ts';

/** The tables as one workbook, for who would rather not read CSV: one sheet each. It is held in memory, so only as long as it is small. */

/** Rows of all tables together up to which there is one. */
export const MOST_ROWS = 50_000;

export type Sheet = { table: Pick<Table, 'name' | 'columns'>; rows: Value[][] };

const bold = (value: string) => ({ value, fontWeight: 'bold' as const });

export const writeWorkbook = async (sheets: readonly Sheet[]): Promise<Uint8Array> => {
  const workbook = await writeXlsxFile(
    sheets.map(({ table: { name, columns }, rows }) => ({
      sheet: name,
      data: [
        columns.map((column) => bold(column.name)),
        ...rows.map((row) => row.map((cell) => (typeof cell === 'string' ? harmless(cell) : cell))),
      ],
      columns: columns.map((column) => ({ width: Math.max(12, column.name.length + 2) })),
      stickyRowsCount: 1,
    })),
  ).toBlob();
  return new Uint8Array(await workbook.arrayBuffer());
};
