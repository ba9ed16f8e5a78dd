import { parentPort } from 'node:worker_threads';
import writeXlsxFile from 'write-excel-file/universal';
import type { Value } from '../tables/table.ts';
import type { Told } from './xlsx.ts';

/** Writes a workbook in a thread of its own: it takes seconds of nothing else. */

const bold = (value: string) => ({ value, fontWeight: 'bold' as const });

const sheets: { name: string; columns: readonly string[]; rows: Value[][] }[] = [];

const write = async (): Promise<Uint8Array<ArrayBuffer>> => {
  const workbook = await writeXlsxFile(
    sheets.map(({ name, columns, rows }) => ({
      sheet: name,
      data: [columns.map(bold), ...rows],
      columns: columns.map((column) => ({ width: Math.max(12, column.length + 2) })),
      stickyRowsCount: 1,
    })),
  ).toBlob();
  return new Uint8Array(await workbook.arrayBuffer());
};

parentPort?.on('message', async (told: Told) => {
  if ('sheet' in told) sheets.push({ name: told.sheet, columns: told.columns, rows: [] });
  else if ('rows' in told) sheets.at(-1)?.rows.push(...told.rows);
  else {
    const bytes = await write();
    parentPort?.postMessage(bytes, [bytes.buffer]);
  }
});
