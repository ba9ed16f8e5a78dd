import type { Db, Tx } from './client.ts';
import { asUnavailable } from './outage.ts';

/** Milliseconds: to get a connection, and then for all of it. Together they end before somebody stops waiting for an answer. */
const LIMITS = { maxWait: 3_000, timeout: 5_000 };

/**
 * Runs `fn` in one transaction: all of it is saved, or nothing.
 * Use only the `tx` it is given: on the embedded database the outer client would wait for this very transaction.
 * @param limits only for work that nobody waits for, such as a first load.
 * @throws DatabaseUnavailable when the database is away, hung or full; anything else `fn` throws, as it is.
 */
export const inTransaction = async <T>(db: Db, fn: (tx: Tx) => Promise<T>, limits = LIMITS): Promise<T> => {
  try {
    return await db.$transaction(fn, limits);
  } catch (error) {
    throw asUnavailable(error);
  }
};

/**
 * Whether a unique key refused the row: somebody was there first. The transaction it happened in cannot go on (25P02):
 * let it end and try again, or use `createMany({ skipDuplicates: true })` and look at the count.
 */
export const isUniqueViolation = (error: unknown): boolean => {
  const { code, meta } = (error ?? {}) as { code?: unknown; meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  // A statement written by hand is P2010 whatever went wrong with it; PostgreSQL's own code tells.
  return code === 'P2002' || meta?.driverAdapterError?.cause?.originalCode === UNIQUE_VIOLATION;
};

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';
