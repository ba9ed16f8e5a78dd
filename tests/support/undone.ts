import type { Core } from '../../src/app.ts';
import type { Db, Tx } from '../../src/db/client.ts';

/** Ends a transaction without keeping anything of it. */
class Undone extends Error {}

/** Rows that were written so far in this connection, by table. */
const written = async (tx: Tx): Promise<Map<string, bigint>> => {
  const rows = await tx.$queryRaw<{ table: string; rows: bigint }[]>`
    select relname::text as "table", n_tup_ins + n_tup_upd + n_tup_del as rows from pg_stat_xact_user_tables`;
  return new Map(rows.map(({ table, rows }) => [table, rows]));
};

/**
 * The same core, but nothing that is done through it stays: each transaction is undone once it has given its answer. What somebody may
 * is tried for real, by many, one after the other, and everybody finds the same.
 * @param wrote is told the tables in which a transaction has written rows
 */
export const undone = (core: Core, wrote: (tables: string[]) => void): Core => {
  const db = new Proxy(core.db, {
    get: (target, name) => {
      if (name !== '$transaction') return Reflect.get(target, name);
      return async (work: (tx: Tx) => Promise<unknown>, limits: object) => {
        let result: unknown;
        try {
          await target.$transaction(async (tx) => {
            const before = await written(tx);
            result = await work(tx);
            const tables = [...(await written(tx))].filter(([table, rows]) => rows > (before.get(table) ?? 0n));
            wrote(tables.map(([table]) => table));
            throw new Undone();
          }, limits);
        } catch (error) {
          if (!(error instanceof Undone)) throw error;
        }
        return result;
      };
    },
  }) as Db;
  return { ...core, db };
};
