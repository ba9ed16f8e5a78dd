import type { Tx } from '../db/client.ts';
import { snapshotOf } from './overview-queries.ts';

/**
 * What takes long to work out is kept as long as nothing at all was written: not for some seconds, but until the database says so. Ten
 * people who look at the programme in one meeting have it counted once, and whoever rates an action sees it counted at once.
 */
export type WhileUnchanged = <T>(tx: Tx, key: string, work: () => Promise<T>) => Promise<T>;

/** So many things are kept. */
const MOST_KEPT = 8;

/**
 * One memory of a database. The key says everything that the work depends on beside the data. Whoever asks while somebody else is at it gets
 * what they come to. What is kept is for many, and must not be changed by whoever gets it.
 */
export const rememberWhileUnchanged = (): WhileUnchanged => {
  let as = '';
  const kept = new Map<string, Promise<unknown>>();
  return async <T>(tx: Tx, key: string, work: () => Promise<T>): Promise<T> => {
    const now = await snapshotOf(tx);
    if (now !== as) kept.clear();
    as = now;
    const known = kept.get(key) as Promise<T> | undefined;
    // What failed for somebody else may have been their own transaction's fault.
    if (known) return known.catch(work);
    const done = work();
    kept.set(key, done);
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    done.catch(() => kept.get(key) === done && kept.delete(key));
    return done;
  };
};
