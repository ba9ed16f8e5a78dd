import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { faultOf } from '../fault.ts';
import type { Deliveries } from './deliveries.ts';
import type { Pulses } from './pulses.ts';

/**
 * What every process does by the clock: every five minutes, on the clock's fives, and once at start. Nothing depends on a tick: one that
 * fails, comes late or in two processes at once leaves what it should have done to the next.
 */

const EVERY_MINUTES = 5;
/** Milliseconds between two looks for what has become due between ticks: a plan spreads its messages over time. */
const BETWEEN = 1_000;

type Parts = Pick<Core, 'now' | 'log'> & {
  plan: () => Promise<unknown>;
  pulses: Pick<Pulses, 'once' | 'note'>;
  deliveries: Deliveries;
  /** Says in the log how far the runs are. */
  progress: () => Promise<void>;
  /** The relay: wakes it; calls back each time it has tried whatever of the deliveries was due. */
  kick: () => void;
  atRest: (then: () => void) => void;
};

export type Tick = {
  /** One tick now; never throws. @returns when the next planned message is due, if there is one */
  once: () => Promise<Temporal.Instant | undefined>;
  start: () => void;
  /** Resolves when what is under way has come to its end. */
  stop: () => Promise<void>;
};

/** Milliseconds from a moment to the clock's next five. */
export const untilNext = (moment: Temporal.Instant): number => {
  const every = EVERY_MINUTES * 60_000;
  return every - (moment.epochMilliseconds % every);
};

export const createTick = ({ now, log, plan, pulses, deliveries, progress, kick, atRest }: Parts): Tick => {
  /** One step; where it fails, the others still go. */
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      log.warn({ step: name, fault: faultOf(error) }, 'a step of a tick failed; the next tick does it');
      return undefined;
    }
  };

  const handOver = async () => {
    const next = await step('hand over', deliveries.handOver);
    kick();
    return next;
  };
  const once = async () => {
    await pulses.once();
    await step('follow', deliveries.follow);
    await step('plan', plan);
    await pulses.note();
    const next = await handOver();
    await step('refresh', deliveries.refresh);
    kick();
    await step('progress', progress);
    return next;
  };
  /** What has just been sent is known as sent at once, not a tick later. */
  const follow = async () => {
    if (stopped) return;
    await step('follow', deliveries.follow);
    await step('progress', progress);
  };

  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let working: Promise<void> = Promise.resolve();
  /** One after the other. */
  const then = (work: () => Promise<void>) => {
    working = working.then(work);
  };
  /** After some work: at the next five, or sooner where a planned message is due before. */
  const wait = (next: Temporal.Instant | undefined, atFive: number) => {
    if (stopped) return;
    const left = atFive - now().epochMilliseconds;
    const due = next ? next.epochMilliseconds - now().epochMilliseconds : left;
    const isTick = left <= Math.max(due, BETWEEN);
    timer = setTimeout(
      () => {
        then(async () => wait(await (isTick ? once() : handOver()), isTick ? now().epochMilliseconds + untilNext(now()) : atFive));
      },
      Math.max(isTick ? left : due, isTick ? 0 : BETWEEN),
    ).unref();
  };

  return {
    once,
    start: () => {
      then(async () => wait(await once(), now().epochMilliseconds + untilNext(now())));
      atRest(() => then(follow));
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
  };
};
