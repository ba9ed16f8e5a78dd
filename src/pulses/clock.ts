import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { plannedTo } from './keys-check.ts';

/** Hours that a clock may have gone on by since it was looked at last: by more, it is looked at twice. */
const TOO_FAR = 24;
/** Minutes between those two looks. */
const BETWEEN = 5;

const isBefore = (one: Temporal.Instant, other: Temporal.Instant) => Temporal.Instant.compare(one, other) < 0;

/**
 * Whether the clock can be believed: one that is wrong, as of a machine that wakes months ahead, would open and close pulses for good. Where
 * it has gone on by more than a day since this process looked last, or, at its first look, since messages were planned last, it is
 * believed five minutes later, if it still says so: clocks are put right by then. After a long down-time opening and closing wait as long.
 */
export const createClockCheck = ({ db, now }: Pick<Core, 'db' | 'now'>): (() => Promise<boolean>) => {
  let last: Temporal.Instant | undefined;
  let doubted: Temporal.Instant | undefined;
  return async () => {
    const at = now();
    const planned = last ? undefined : await plannedTo(db);
    const before = last ?? (planned === undefined ? at : Temporal.Instant.from(planned));
    last = at;
    if (isBefore(before.add({ hours: TOO_FAR }), at)) doubted = at;
    if (doubted && isBefore(at, doubted)) doubted = undefined; // it was put right
    return doubted === undefined || !isBefore(at, doubted.add({ minutes: BETWEEN }));
  };
};
