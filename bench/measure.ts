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
  const seconds = (performance.now() - start) / 1000;
  const sorted = took.subarray(0, done).sort();
  const measured: Measured = {
    name: phase.name,
    count: done,
    failed,
    seconds,
    rate: done / seconds,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    slowest: sorted.at(-1) ?? 0,
  };
  process.send?.({ measured });
  return measured;
};
