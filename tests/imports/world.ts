import writeXlsxFile from 'write-excel-file/universal';
import type { Db } from '../../src/db/client.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { applyImport, type ImportContext, type ImportFile, type ImportRead, readImport } from '../../src/imports/import.ts';
import { findActor } from '../../src/people/actor.ts';
import type { TestBot } from '../support/bot.ts';

/** Workbooks made in a test, and an import of them as somebody. */

export type Value = string | number | Date | { value: string | number | Date; format: string } | null;

/** A workbook of some sheets: the first row of each has its headings. */
export const workbookOf = async (sheets: Record<string, readonly (readonly Value[])[]>, name = 'plan.xlsx'): Promise<ImportFile> => {
  const cell = (value: Value) => {
    if (value instanceof Date) return { value, format: 'dd/mm/yyyy' };
    return value !== null && typeof value === 'object' ? value : value === null ? null : { value };
  };
  const blob = await writeXlsxFile(
    Object.entries(sheets).map(([sheet, rows]) => ({ sheet, data: rows.map((row) => row.map(cell)) as never })),
  ).toBlob();
  return { name, bytes: new Uint8Array(await blob.arrayBuffer()) };
};

export const csvOf = (text: string, name = 'plan.csv'): ImportFile => ({ name, bytes: new TextEncoder().encode(text) });

const LIMITS = { maxWait: 30_000, timeout: 60_000 };

/** Imports into Wakefield as the operator, or as somebody by their address before the @. */
export const importer = async (bot: TestBot, who: string | null = null, locality = 'Wakefield') => {
  const { db } = bot.database;
  const transaction: ImportContext['transaction'] = (work) => inTransaction(db, work, LIMITS);
  const user = who && (await db.person.findUniqueOrThrow({ where: { email: `${who}@example.org` } })).id;
  const by = user ? await transaction((tx) => findActor(tx, { platform: 'web', tenant: 'web', user }, '2026-11-19')) : undefined;
  const context: ImportContext = { now: bot.core.now, newId: bot.core.newId, transaction, by: by ?? null, locality };
  return {
    context,
    read: (...files: ImportFile[]) => readImport(files, context),
    apply: (read: ImportRead) => applyImport(read, context),
    bring: async (...files: ImportFile[]) => applyImport(await readImport(files, context), context),
  };
};

export const problemsOf = (read: ImportRead) => read.problems.map(({ text }) => text);

/** How many rows each table has. */
export const rowCounts = async (db: Db): Promise<Record<string, number>> => {
  const tables = await db.$queryRaw<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.$queryRawUnsafe<{ count: number }[]>(`select count(*)::int as count from "${name}"`);
    counts[name] = row?.count ?? 0;
  }
  return counts;
};
