import { PGlite, type Transaction as PGliteTransaction } from '@electric-sql/pglite';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory, Transaction } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { type Watch, watched } from './watched.ts';

class RolledBack extends Error {}

/** One transaction of the embedded database, open until `commit` or `rollback` is called. */
const begin = (engine: PGlite, watch: Watch): Promise<Transaction> =>
  new Promise((started, notStarted) => {
    const end = Promise.withResolvers<void>();
    watch('BEGIN');
    const ended = engine.transaction(async (tx: PGliteTransaction) => {
      const queryable = await new PrismaPGlite(tx as unknown as PGlite).connect();
      started({
        ...watched(queryable, watch),
        options: { usePhantomQuery: true },
        commit: () => {
          watch('COMMIT');
          end.resolve();
          return ended;
        },
        rollback: async () => {
          watch('ROLLBACK');
          end.reject(new RolledBack());
          await ended.catch((error) => {
            if (!(error instanceof RolledBack)) throw error;
          });
        },
      });
      return end.promise;
    });
    ended.catch(notStarted);
  });

/**
 * Prisma's door to the embedded database. pglite-prisma-adapter does the conversions; transactions and scripts are ours,
 * because in its own (0.7.2) a COMMIT that fails, as on a full disk, looks like one that worked, and a script is not waited for.
 */
export const pgliteAdapter = (engine: PGlite, watch: Watch = () => {}): SqlMigrationAwareDriverAdapterFactory => {
  const over = new PrismaPGlite(engine);
  const connect = async (): Promise<SqlDriverAdapter> => {
    const inner = await over.connect();
    return {
      ...watched(inner, watch),
      getConnectionInfo: () => inner.getConnectionInfo?.() ?? { supportsRelationJoins: true },
      startTransaction: () => begin(engine, watch),
      executeScript: async (script) => {
        await engine.exec(script);
      },
      dispose: async () => {},
    };
  };
  /** A scratch database in memory, for Prisma's engine to replay migrations in. */
  const connectToShadowDb = async (): Promise<SqlDriverAdapter> => {
    const scratch = await PGlite.create();
    const shadow = await pgliteAdapter(scratch).connect();
    return { ...shadow, dispose: () => scratch.close() };
  };
  return { provider: over.provider, adapterName: over.adapterName, connect, connectToShadowDb };
};
