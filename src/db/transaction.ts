import { CommitUnconfirmed, DatabaseUnavailable } from '../errors.ts';
import type { Db, Tx } from './client.ts';
import { asUnavailable } from './outage.ts';

/** Milliseconds: to get a connection, and then for all of it. Together they end before somebody stops waiting for an answer. */
const LIMITS = { maxWait: 3_000, timeout: 5_000 };

/**
 * Runs `fn` in one transaction: all of it is saved, or nothing.
 * Use only the `tx` it is given: on the embedded database the outer client would wait for this very transaction.
 * @param limits only for work that nobody waits for, such as a first load.
 * @throws DatabaseUnavailable when the database is away, hung or full, and CommitUnconfirmed when it was so only at the COMMIT;
 * anything else `fn` throws, as it is.
 */
export const inTransaction = async <T>(db: Db, fn: (tx: Tx) => Promise<T>, limits = LIMITS): Promise<T> => {
  let atCommit = false;
  try {
    return await db.$transaction(async (tx) => {
      const result = await fn(tx);
      atCommit = true;
      return result;
    }, limits);
  } catch (error) {
    const told = asUnavailable(error);
    throw atCommit && told instanceof DatabaseUnavailable ? new CommitUnconfirmed(told.message, { cause: error }) : told;
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
