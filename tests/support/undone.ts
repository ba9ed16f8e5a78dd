import type { Core } from '../../src/app.ts';
import type { Db, Tx } from '../../src/db/client.ts';
import type { TestDatabase } from './database.ts';

/** Ends a transaction without keeping anything of it. */
class Undone extends Error {}

const WRITES = /\b(insert into|update|delete from)\s+(?:"?public"?\.)?"?([a-z_]+)"?/giu;

/** The tables in which a transaction has written rows. @param statements what it has sent @param tables all that there are */
const writtenBy = async (tx: Tx, statements: readonly string[], tables: ReadonlySet<string>): Promise<string[]> => {
  const named = statements.flatMap((sql) =>
    [...sql.matchAll(WRITES)].map(([, does = '', table = '']) => [does.toLowerCase(), table] as const),
  );
  const deleted = new Set(named.filter(([does]) => does === 'delete from').map(([, table]) => table));
  // "for update of", "on conflict do update set": not everything that follows these words is a table.
  const others = [...new Set(named.map(([, table]) => table))].filter((table) => !deleted.has(table) && tables.has(table));
  if (others.length === 0) return [...deleted];
  // A statement that finds nothing to change has written nothing.
  const rows = await tx.$queryRawUnsafe<{ name: string }[]>(
    others
      .map(
        (table) =>
          `select '${table}' as name where exists (select 1 from "${table}" where xmin::text::bigint = pg_current_xact_id()::text::bigint % 4294967296)`,
      )
      .join(' union all '),
  );
  return [...deleted, ...rows.map(({ name }) => name)];
};
const tablesOf = async (db: Db): Promise<ReadonlySet<string>> => {
  const rows = await db.$queryRaw<{ name: string }[]>`select tablename::text as name from pg_tables where schemaname = 'public'`;
  return new Set(rows.map(({ name }) => name));
};

/**
 * The same core, but nothing that is done through it stays: each transaction is undone once it has given its answer. What somebody may
 * is tried for real, by many, one after the other, and everybody finds the same.
 * @param wrote is told the tables in which a transaction has written
 */
export const undone = (core: Core, { statements }: Pick<TestDatabase, 'statements'>, wrote: (tables: string[]) => void): Core => {
  let tables: Promise<ReadonlySet<string>> | undefined;
  const db = new Proxy(core.db, {
    get: (target, name) => {
      if (name !== '$transaction') return Reflect.get(target, name);
      return async (work: (tx: Tx) => Promise<unknown>, limits: object) => {
        let result: unknown;
        tables ??= tablesOf(target);
        const all = await tables;
        try {
          await target.$transaction(async (tx) => {
            const from = statements.length;
            result = await work(tx);
            wrote(await writtenBy(tx, statements.slice(from), all));
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
