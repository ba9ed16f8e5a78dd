import type { Tx } from '../db/client.ts';

/**
 * What takes long to work out is kept as long as nothing at all was written: not for some seconds, but until the database says so. Ten
 * people who look at the programme in one meeting have it counted once, and whoever rates an action sees it counted at once.
 */
export type WhileUnchanged = <T>(tx: Tx, key: string, work: () => Promise<T>) => Promise<T>;

/** So many things are kept: readers differ in what they may see. */
const MOST_KEPT = 8;

/**
 * Which transactions a statement sees the effects of. Whatever wrote took a number from the same count, so the same text means the same
 * data (https://www.postgresql.org/docs/current/functions-info.html, pg_current_snapshot).
 */
const snapshot = async (tx: Tx): Promise<string> => {
  const [row] = await tx.$queryRaw<{ snapshot: string }[]>`select pg_current_snapshot()::text as snapshot`;
  return row?.snapshot ?? '';
};

/**
 * One memory of a database. The key says everything that the work depends on beside the data: what its reader may see above all, so that
 * nobody is shown what was worked out for somebody else's rights. What is kept must not be changed by whoever gets it.
 */
export const rememberWhileUnchanged = (): WhileUnchanged => {
  let as = '';
  const kept = new Map<string, unknown>();
  return async <T>(tx: Tx, key: string, work: () => Promise<T>): Promise<T> => {
    const now = await snapshot(tx);
    if (now === as && kept.has(key)) return kept.get(key) as T;
    const done = await work();
    // What was written meanwhile may be in it or not: it is kept as of before, and nobody asks for that any more.
    if (now !== as) kept.clear();
    as = now;
    kept.set(key, done);
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    return done;
  };
};
