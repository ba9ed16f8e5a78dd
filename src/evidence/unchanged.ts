import type { Tx } from '../db/client.ts';

/**
 * What takes long to work out is kept as long as nothing at all was written: not for some seconds, but until the database says so. Ten
 * people who look at the programme in one meeting have it counted once, and whoever rates an action sees it counted at once.
 */
export type WhileUnchanged = <T>(tx: Tx, key: string, work: () => Promise<T>) => Promise<T>;

/** So many things are kept. */
const MOST_KEPT = 8;

/**
 * Which transactions a statement sees the effects of. Whatever wrote took a number from the same count, so the same text means the same
 * data (https://www.postgresql.org/docs/current/functions-info.html, pg_current_snapshot).
 */
const snapshotOf = async (tx: Tx): Promise<string> => {
  const [row] = await tx.$queryRaw<{ snapshot: string }[]>`select pg_current_snapshot()::text as snapshot`;
  return row?.snapshot ?? '';
};

/** Something that was worked out, or is at the moment: from what was written by then, or later. */
type Work = { snapshot: string; done: Promise<unknown>; isOver: boolean };

/**
 * One memory of a database. The key says everything that the work depends on beside the data. Whoever asks while somebody else is at it gets
 * what they come to; if something was written since that began, what the next one comes to, with everybody else who asks meanwhile: however
 * many ask at once, and however much is written, no more than one is at it. What is kept is for many, and must not be changed by whoever gets it.
 */
export const rememberWhileUnchanged = (): WhileUnchanged => {
  const kept = new Map<string, Work>();
  /** What will be worked out from what is written when it begins: once somebody who began before is done. */
  const next = new Map<string, Promise<unknown>>();

  const begin = <T>(key: string, snapshot: string, work: () => Promise<T>): Promise<T> => {
    const done = work();
    const begun: Work = { snapshot, done, isOver: false };
    kept.delete(key);
    kept.set(key, begun);
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    done.then(
      () => {
        begun.isOver = true;
      },
      () => kept.get(key) === begun && kept.delete(key),
    );
    return done;
  };

  const beginAfter = async <T>(before: Promise<unknown>, key: string, tx: Tx, work: () => Promise<T>): Promise<T> => {
    await before.catch(() => {});
    try {
      const snapshot = await snapshotOf(tx);
      return begin(key, snapshot, work);
    } finally {
      next.delete(key);
    }
  };

  const ask: WhileUnchanged = async <T>(tx: Tx, key: string, work: () => Promise<T>): Promise<T> => {
    const snapshot = await snapshotOf(tx);
    const last = kept.get(key);
    const known = (last?.snapshot === snapshot ? last.done : next.get(key)) as Promise<T> | undefined;
    // What failed for somebody else may have been their own transaction's fault: one of those who waited begins, and the others wait for them.
    if (known) return known.catch(() => ask(tx, key, work));
    if (!last || last.isOver) return begin(key, snapshot, work);
    const done = beginAfter(last.done, key, tx, work);
    next.set(key, done);
    return done;
  };
  return ask;
};
