import type { Temporal } from 'temporal-polyfill';

/** How much one token may ask for, so that a report which is refreshed makes nobody in a chat wait. Each process counts for itself. */

/** Requests of one token in a minute of the clock. */
export const MOST_REQUESTS = 300;

/** Counts a request. @returns how many seconds to wait, 0: none */
export const createRate = () => {
  let minute = 0;
  let counted = new Map<string, number>();
  return (tokenId: string, { epochMilliseconds }: Temporal.Instant): number => {
    const current = Math.floor(epochMilliseconds / 60_000);
    if (current !== minute) [minute, counted] = [current, new Map()];
    const count = (counted.get(tokenId) ?? 0) + 1;
    counted.set(tokenId, count);
    return count > MOST_REQUESTS ? Math.ceil(((minute + 1) * 60_000 - epochMilliseconds) / 1000) : 0;
  };
};

/** Has what belongs to one key done one after the other. */
export const createTurns = () => {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => {});
    last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
};
