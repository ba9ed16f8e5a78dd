import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';

/** A clock that stands still until it is told to go on. */
export const testClock = (start = '2026-11-24T09:00:00Z') => {
  let at = Temporal.Instant.from(start);
  return {
    now: () => at,
    /** Moves the clock on: `{ hours: 2 }`. Days are 24 hours. */
    advance: ({ days = 0, ...duration }: { days?: number; hours?: number; minutes?: number; seconds?: number; milliseconds?: number }) => {
      at = at.add({ ...duration, hours: (duration.hours ?? 0) + days * 24 });
    },
    set: (instant: string) => {
      at = Temporal.Instant.from(instant);
    },
  };
};

/** The same UUIDs (version 7) in the same order in every run, later ones sorting after earlier ones. */
export const testIds = (seed = 1) => {
  let made = 0;
  return () => {
    made += 1;
    const random = new Uint8Array(16);
    new DataView(random.buffer).setUint32(12, seed * 1_000_003 + made);
    return v7({ msecs: 1_790_000_000_000 + made, random, seq: made });
  };
};
