import { PGlite, type Transaction as PGliteTransaction } from '@electric-sql/pglite';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory, SqlQueryable, Transaction } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { createEmbedded, type Embedded, type Life } from './embedded.ts';
import { driverError } from './outage.ts';
import { preparedQueries } from './pglite-prepared.ts';
import { type Watch, watched } from './watched.ts';

class RolledBack extends Error {}

/** pglite-prisma-adapter's queries, on a living engine only. */
const queriesOn = ({ call }: Life, queryable: SqlQueryable): SqlQueryable => {
  const asked = <T>(work: () => Promise<T>): Promise<T> =>
    call(work).catch((error) => {
      throw driverError(error);
    });
  return {
    provider: queryable.provider,
    adapterName: queryable.adapterName,
    queryRaw: (query) => asked(() => queryable.queryRaw(query)),
    executeRaw: (query) => asked(() => queryable.executeRaw(query)),
  };
};

const kept = new WeakMap<PGlite, ReturnType<typeof preparedQueries>>();

/** The transaction's queries, prepared where they come often. */
const preparing = (engine: PGlite, tx: PGliteTransaction): PGlite => {
  const prepared = kept.get(engine) ?? preparedQueries(engine);
  kept.set(engine, prepared);
  // Once the transaction is over, its own `query` says so; a prepared one would run outside it.
  const query: PGliteTransaction['query'] = (sql, values, options) =>
    ((tx.closed ? undefined : prepared(sql)) ?? tx.query)(sql, values ?? [], options ?? {});
  return { ...tx, query } as unknown as PGlite;
};

/** One transaction, open until `commit` or `rollback` is called. */
const begin = (life: Life, watch: Watch): Promise<Transaction> => {
  watch.sent('BEGIN');
  return life.call(
    () =>
      new Promise((started, notStarted) => {
        const end = Promise.withResolvers<void>();
        const ended = life.engine.transaction(async (tx: PGliteTransaction) => {
          const queryable = await new PrismaPGlite(preparing(life.engine, tx)).connect();
          started({
            ...watched(queriesOn(life, queryable), watch),
            options: { usePhantomQuery: true },
            commit: () => {
              watch.sent('COMMIT');
              return life
                .call(() => {
                  end.resolve();
                  return ended;
                })
                .catch((error) => {
                  watch.failed(error);
                  throw driverError(error);
                });
            },
            rollback: () => {
              watch.sent('ROLLBACK');
              return life
                .call(() => {
                  end.reject(new RolledBack());
                  return ended;
                })
                .catch((error) => {
                  if (!(error instanceof RolledBack)) throw driverError(error);
                });
            },
          });
          return end.promise;
        });
        ended.catch(notStarted);
      }),
  );
};

/**
 * Prisma's door to the embedded database. pglite-prisma-adapter does the conversions; transactions and scripts are ours,
 * because in its own (0.7.2) a COMMIT that fails, as on a full disk, looks like one that worked, and a script is not waited for.
 */
export const pgliteAdapter = (embedded: Embedded, watch: Watch): SqlMigrationAwareDriverAdapterFactory => {
  const named = { provider: 'postgres' as const, adapterName: 'pglite-prisma-adapter' };
  const onLife = <T>(use: (queryable: SqlQueryable) => Promise<T>): Promise<T> =>
    embedded
      .use(async (life) => use(queriesOn(life, await new PrismaPGlite(life.engine).connect())))
      .catch((error) => {
        throw driverError(error);
      });
  const connect = async (): Promise<SqlDriverAdapter> => ({
    ...watched(
      { ...named, queryRaw: (query) => onLife((on) => on.queryRaw(query)), executeRaw: (query) => onLife((on) => on.executeRaw(query)) },
      watch,
    ),
    getConnectionInfo: () => ({ supportsRelationJoins: true }),
    startTransaction: () =>
      embedded
        .use((life) => begin(life, watch))
        .catch((error) => {
          throw driverError(error);
        }),
    executeScript: async (script) => {
      await embedded.use(({ call, engine }) => call(() => engine.exec(script)));
    },
    dispose: async () => {},
  });
  /** A scratch database in memory, for Prisma's engine to replay migrations in. */
  const connectToShadowDb = async (): Promise<SqlDriverAdapter> => {
    const scratch = createEmbedded(async () => ({ engine: await PGlite.create() }));
    return { ...(await pgliteAdapter(scratch, { sent: () => {}, failed: () => {} }).connect()), dispose: () => scratch.close() };
  };
  return { ...named, connect, connectToShadowDb };
};
