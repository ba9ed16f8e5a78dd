import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory, Transaction } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { driverError } from './outage.ts';
import { statementNames } from './prepared.ts';
import { type Watch, watched } from './watched.ts';

/** Milliseconds for a connection to be had, for a statement on the server, and for its answer to be here. */
export type Patience = { connect: number; statement: number; answer: number };
/** A hung database is given up after at most a wait for a connection and one for an answer: eight seconds in all. */
const PATIENCE: Patience = { connect: 3_000, statement: 4_500, answer: 5_000 };

/**
 * A connection that is cut when an answer does not come: pg itself leaves the statement running in it,
 * and the ROLLBACK that follows would wait behind it for ever.
 */
class ImpatientClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg's overloads, handed through
  override query(...statement: any[]): any {
    // biome-ignore lint/suspicious/noExplicitAny: the same
    const answer = (super.query as any)(...statement);
    if (answer instanceof Promise) {
      answer.catch((error: Error) => {
        if (error.message === 'Query read timeout')
          (this as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream.destroy();
      });
    }
    return answer;
  }
}

/**
 * All in UTC: Prisma writes moments without a zone, and reads them as if they were UTC. Nothing is compiled: the planner takes what a summary
 * looks up now and then for dear, and where the server can compile it would do so at every reading, for longer than the statement takes.
 */
const OPTIONS = '-c TimeZone=UTC -c jit=off';

/** A pool of connections. */
export const openPool = (url: string, size: number, patience = PATIENCE): pg.Pool =>
  new pg.Pool({
    connectionString: url,
    Client: ImpatientClient,
    max: size,
    connectionTimeoutMillis: patience.connect,
    query_timeout: patience.answer,
    statement_timeout: patience.statement,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    options: OPTIONS,
  });

/** One connection without time-outs, for migrating: it may have to wait for another process, and a migration may take long. */
export const openForMigration = (url: string): pg.Pool =>
  new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: PATIENCE.connect, options: OPTIONS });

const toThrow = (error: unknown): never => {
  throw driverError(error);
};

/**
 * COMMIT of a transaction in which a statement failed is a ROLLBACK, and PostgreSQL says so only in a tag that the adapter
 * does not look at: a caught error would end in "saved" with nothing saved. Here it is an error.
 */
const honest = (inner: Transaction, watch: Watch): Transaction => {
  let failed: unknown;
  const remembered = async <T>(statement: Promise<T>): Promise<T> =>
    statement.catch((error) => {
      failed ??= error;
      return toThrow(error);
    });
  const queries = watched(inner, watch);
  return {
    ...queries,
    options: inner.options,
    queryRaw: (query) => remembered(queries.queryRaw(query)),
    executeRaw: async (query) => {
      if (query.sql === 'COMMIT' && failed) {
        await remembered(queries.executeRaw({ ...query, sql: 'ROLLBACK' }));
        throw new Error('A statement of this transaction failed, so none of it was saved.', { cause: failed });
      }
      return remembered(queries.executeRaw(query));
    },
    commit: () => inner.commit(),
    rollback: () => inner.rollback(),
  };
};

/** Prisma's door to a PostgreSQL server. */
export const postgresqlAdapter = (pool: pg.Pool, watch: Watch): SqlMigrationAwareDriverAdapterFactory => {
  const nameOf = statementNames();
  const over = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => nameOf(sql) ?? '' });
  const around = (inner: SqlDriverAdapter): SqlDriverAdapter => {
    const queries = watched(inner, watch);
    return {
      ...queries,
      queryRaw: (query) => queries.queryRaw(query).catch(toThrow),
      executeRaw: (query) => queries.executeRaw(query).catch(toThrow),
      getConnectionInfo: () => inner.getConnectionInfo?.() ?? { supportsRelationJoins: true },
      startTransaction: async (isolation) => {
        watch.sent('BEGIN');
        return honest(await inner.startTransaction(isolation).catch(toThrow), watch);
      },
      // All of a script in one message: the adapter's own splits it at every semicolon, also in a comment or a string.
      executeScript: async (script) => {
        await pool.query(script);
      },
      dispose: () => inner.dispose(),
    };
  };
  return {
    provider: over.provider,
    adapterName: over.adapterName,
    connect: async () => around(await over.connect()),
    connectToShadowDb: async () => over.connectToShadowDb(),
  };
};
