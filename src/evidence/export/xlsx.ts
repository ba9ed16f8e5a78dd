import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { harmless } from '../csv.ts';
import type { Value } from '../tables/table.ts';

/** The tables as one workbook, for who would rather not read CSV: one sheet each. It is held in memory, so only as long as it is small. */

/** Rows of all tables together up to which there is one. */
export const MOST_ROWS = 50_000;

/** What the thread that writes it is told: the next sheet, rows of that one, or that there are no more. */
export type Told = { sheet: string; columns: readonly string[] } | { rows: readonly Value[][] } | { end: true };

export type Workbook = {
  sheet: (name: string, columns: readonly string[]) => void;
  /** Rows of the sheet begun last. */
  add: (rows: readonly Value[][]) => void;
  /** The finished file; undefined where there were too many rows. */
  end: () => Promise<Uint8Array | undefined>;
  /** Nobody wants it any more. */
  stop: () => Promise<unknown>;
};

export const startWorkbook = (): Workbook => {
  const worker = new Worker(new URL('./xlsx-worker.ts', import.meta.url));
  const made = once(worker, 'message') as Promise<[Uint8Array]>;
  made.catch(() => {}); // who asks for the file is told
  const tell = (told: Told) => worker.postMessage(told);
  let rows = 0;
  const fits = () => rows <= MOST_ROWS;
  return {
    sheet: (sheet, columns) => tell({ sheet, columns }),
    add: (some) => {
      if (!fits()) return;
      rows += some.length;
      if (fits()) tell({ rows: some.map((row) => row.map((cell) => (typeof cell === 'string' ? harmless(cell) : cell))) });
      else void worker.terminate();
    },
    end: async () => {
      if (!fits()) return undefined;
      tell({ end: true });
      const [bytes] = await made;
      return bytes;
    },
    stop: () => worker.terminate(),
  };
};
