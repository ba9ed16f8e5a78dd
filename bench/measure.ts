import { setTimeout as delay } from 'node:timers/promises';

/** One stretch of a measurement: so many at a time, until so many are done or so many seconds have passed. */
export type Phase = { name: string; concurrency: number; most: number; seconds: number };

/** Milliseconds, but for `rate` (a second). */
export type Measured = {
  name: string;
  count: number;
  failed: number;
  seconds: number;
  rate: number;
  p50: number;
  p95: number;
  p99: number;
  slowest: number;
};

const quantile = (sorted: Float64Array, share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** What a stretch came to. @param took milliseconds, of each that was done */
const measuredOf = (name: string, took: Float64Array, failed: number, seconds: number): Measured => {
  const sorted = took.sort();
  const count = sorted.length;
  return {
    name,
    count,
    failed,
    seconds,
    rate: count / seconds,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    slowest: sorted.at(-1) ?? 0,
  };
};

/**
 * Does `one` over and over and tells the parent process when the stretch begins and what it came to.
 * @param one does one, as a given worker; returns whether it came out right
 */
export const runPhase = async (phase: Phase, one: (worker: number) => Promise<boolean>): Promise<Measured> => {
  const took = new Float64Array(phase.most);
  let begun = 0;
  let done = 0;
  let failed = 0;
  process.send?.({ begins: phase.name });
  const start = performance.now();
  const worker = async (_: unknown, number: number) => {
    while (begun < phase.most && performance.now() - start < phase.seconds * 1000) {
      begun += 1;
      const from = performance.now();
      if (!(await one(number))) failed += 1;
      took[done++] = performance.now() - from;
    }
  };
  await Promise.all(Array.from({ length: phase.concurrency }, worker));
  const measured = measuredOf(phase.name, took.subarray(0, done), failed, (performance.now() - start) / 1000);
  process.send?.({ measured });
  return measured;
};

/**
 * Does each at its own moment, however many are under way: nobody waits until somebody else has been answered. Tells the parent process what it came to.
 * @param moments milliseconds from now; being late counts as waiting
 * @param one does the nth; returns whether it came out right
 */
export const runAtMoments = async (
  name: string,
  moments: readonly number[],
  one: (index: number) => Promise<boolean>,
): Promise<Measured> => {
  const took = new Float64Array(moments.length);
  let failed = 0;
  const start = performance.now();
  const each = async (moment: number, index: number) => {
    await delay(Math.max(0, start + moment - performance.now()));
    if (!(await one(index))) failed += 1;
    took[index] = performance.now() - start - moment;
  };
  await Promise.all(moments.map(each));
  const measured = measuredOf(name, took, failed, (performance.now() - start) / 1000);
  process.send?.({ measured });
  return measured;
};

/**
 * Does one after every so many milliseconds, however many are under way, until it is over. Tells the parent process what it came to.
 * @param every milliseconds; being late counts as waiting
 */
export const runEvery = async (
  name: string,
  every: number,
  over: Promise<unknown>,
  one: (index: number) => Promise<boolean>,
): Promise<Measured> => {
  const took: number[] = [];
  let failed = 0;
  let isOver = false;
  const start = performance.now();
  const ended = over.finally(() => {
    isOver = true;
  });
  const each = async (index: number) => {
    if (!(await one(index))) failed += 1;
    took.push(performance.now() - start - index * every);
  };
  const all: Promise<void>[] = [];
  for (let index = 0; !isOver; index += 1) {
    await delay(Math.max(0, start + index * every - performance.now()));
    all.push(each(index));
  }
  await Promise.all([ended, ...all]);
  const measured = measuredOf(name, Float64Array.from(took), failed, (performance.now() - start) / 1000);
  process.send?.({ measured });
  return measured;
};
