import { setImmediate } from 'node:timers/promises';
import type { Db } from '../../db/client.ts';
import { csvLine } from '../csv.ts';
import { TABLES } from '../tables/index.ts';
import type { Extent, Table } from '../tables/table.ts';
import { type About, changelog, checksums, codebook, dictionary, readme, type Written } from './documents.ts';
import { fileNameOf, type Scope } from './exports.ts';
import type { Manifest, Previous } from './manifest.ts';
import { startWorkbook, type Workbook } from './xlsx.ts';
import { createZip, type Part, type Sink } from './zip.ts';

/** The file of an export: every table, and what goes with them. */

/**
 * Rows read at once. Each page is read by a statement of its own, outside of any transaction: on an embedded database nobody waits longer than
 * for one of them, on a server none stays open, and what is read is as of one moment by when it was recorded.
 */
const PAGE = 1_000;
/** Of words: few rows have any, and each has several. */
const WORDS = 10_000;

export type Wanted = Omit<Extent, 'tx' | 'localityIds'> & {
  db: Db;
  scope: Scope;
  freeText: boolean;
  xlsx: boolean;
  demonstration: boolean;
  previous: Previous | undefined;
};

/**
 * Writes it. Every page is read with the rights of its actor as they were given; whoever calls has seen that they hold.
 * @param progress told after every page how many rows were written in all; what it throws ends the export
 */
export const writeArchive = async (wanted: Wanted, sink: Sink, progress: (rows: number) => Promise<void> | void): Promise<Manifest> => {
  const workbook = wanted.xlsx ? startWorkbook() : undefined;
  try {
    return await write(wanted, workbook, sink, progress);
  } finally {
    await workbook?.stop();
  }
};

const write = async (
  { db, scope, freeText, xlsx, demonstration, previous, ...asked }: Wanted,
  workbook: Workbook | undefined,
  sink: Sink,
  progress: (rows: number) => Promise<void> | void,
): Promise<Manifest> => {
  const extent: Extent = { ...asked, tx: db, localityIds: scope.localityIds };
  let bytes = 0;
  const zip = createZip(async (some) => {
    bytes += some.length;
    await sink(some);
  }, extent.to);
  const files: { name: string; sha256: string }[] = [];
  const written: Written[] = [];
  let done = 0;

  const put = async (name: string, write: (part: Part) => Promise<void>) => {
    const part = zip.part(name);
    await write(part);
    const { sha256 } = await part.end();
    files.push({ name, sha256 });
    return sha256;
  };
  const putText = (name: string, text: string | Uint8Array) => put(name, (part) => part.write(text));

  const putTable = async (table: Table) => {
    const columns = table.columns.map(({ name }) => name);
    const moment = columns.indexOf('recorded_at');
    let [rows, since] = [0, 0];
    workbook?.sheet(table.name, columns);
    const sha256 = await put(`${table.name}.csv`, async (part) => {
      await part.write(csvLine(columns));
      const read = (after: string | null) => table.page(extent, after, table.freeText ? WORDS : PAGE);
      for (let coming: ReturnType<typeof read> | undefined = read(null); coming; ) {
        const page: Awaited<ReturnType<typeof read>> = await coming;
        // The next page is read while this one is written.
        coming = page.next === null ? undefined : read(page.next);
        coming?.catch(() => {}); // it is waited for, or this page could not be written, which is what is told
        workbook?.add(page.rows);
        rows += page.rows.length;
        done += page.rows.length;
        if (previous && moment >= 0) since += page.rows.filter((row) => String(row[moment] ?? '') > previous.recordedTo).length;
        await part.write(page.rows.map(csvLine).join(''));
        await progress(done);
        await setImmediate(); // an embedded database works in this very thread: others get their turn
      }
    });
    written.push({ name: table.name, columns, rows, sha256, since: moment >= 0 ? since : null });
  };

  const tables = TABLES.filter((table) => freeText || !table.freeText);
  for (const table of tables) await putTable(table);
  const sheets = await workbook?.end();
  if (sheets) await putText('tables.xlsx', sheets);
  const about: About = {
    scope: scope.name,
    recordedTo: extent.to,
    freeText,
    workbook: xlsx && (sheets !== undefined || 'too_large'),
    demonstration,
  };
  await putText('dictionary.csv', dictionary(tables));
  await putText('codebook.csv', codebook(tables));
  await putText('changelog.csv', changelog(written, previous));
  await putText('README.txt', readme(tables, written, about));
  await putText('SHA256SUMS', checksums(files));
  await zip.end();
  const file = `${fileNameOf(scope, extent.to)}.zip`;
  return { localityIds: scope.localityIds, file, bytes, tables: written.map(({ since: _, ...table }) => table) };
};
