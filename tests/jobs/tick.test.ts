import { pino } from 'pino';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it, vi } from 'vitest';
import { createTick, untilNext } from '../../src/jobs/tick.ts';
import { testClock } from '../support/clock.ts';

const tickOf = (steps: Partial<Record<'plan' | 'follow' | 'handOver' | 'refresh' | 'progress', () => Promise<unknown>>>) => {
  const logged: string[] = [];
  const nothing = async () => undefined;
  const { plan = nothing, follow = nothing, handOver = nothing, refresh = nothing, progress = nothing } = steps;
  let relayRests = () => {};
  const tick = createTick({
    now: testClock().now,
    log: pino({ level: 'info' }, { write: (line) => void logged.push(line) }),
    plan,
    pulses: { once: async () => {}, note: async () => {} },
    deliveries: {
      follow: async () => void (await follow()),
      handOver: async () => void (await handOver()) as undefined,
      refresh: async () => void (await refresh()),
    },
    progress: async () => void (await progress()),
    kick: () => {},
    atRest: (then) => {
      relayRests = then;
    },
  });
  return { tick, logged, relayRests: () => relayRests() };
};

describe('a tick', () => {
  it.each([
    ['2026-11-24T08:30:00Z', 300_000],
    ['2026-11-24T08:30:00.001Z', 299_999],
    ['2026-11-24T08:34:59Z', 1_000],
    ['2026-10-25T00:57:30Z', 150_000], // in the hour that comes twice
    ['2026-03-29T00:59:00Z', 60_000], // before the hour that does not come
  ])('after %s comes in %i ms, on the clock’s fives', (moment, milliseconds) => {
    expect(untilNext(Temporal.Instant.from(moment))).toBe(milliseconds);
  });

  it('plans, hands over, and looks what became of it before', async () => {
    const order: string[] = [];
    const step = (name: string) => async () => void order.push(name);
    const steps = { plan: step('plan'), follow: step('follow'), handOver: step('hand over'), refresh: step('refresh') };
    await tickOf({ ...steps, progress: step('progress') }).tick.once();
    expect(order).toEqual(['follow', 'plan', 'hand over', 'refresh', 'progress']);
  });

  it('is not waited for to know what became of what has just been sent', async () => {
    const order: string[] = [];
    const step = (name: string) => async () => void order.push(name);
    const { tick, relayRests } = tickOf({ follow: step('follow'), refresh: step('refresh'), progress: step('progress') });
    tick.start();
    relayRests();
    await vi.waitFor(() => expect(order).toEqual(['follow', 'refresh', 'progress', 'follow', 'progress']));
    await tick.stop();
    relayRests();
    await tick.stop();
    expect(order, 'nothing is begun once it was stopped').toHaveLength(5);
  });

  it('goes on where one step fails, says which, and not what people wrote', async () => {
    let handed = 0;
    const { tick, logged } = tickOf({
      plan: async () => {
        throw new Error('cannot read "flu in two schools"');
      },
      handOver: async () => {
        handed += 1;
      },
    });
    await tick.once();
    expect(handed).toBe(1);
    expect(logged.join()).toContain('"step":"plan"');
    expect(logged.join()).not.toContain('flu');
  });

  it('under way is waited for when the server stops', async () => {
    const planning = Promise.withResolvers<void>();
    let done = false;
    const { tick } = tickOf({
      plan: () => planning.promise,
      refresh: async () => {
        done = true;
      },
    });
    tick.start();
    const stopped = tick.stop();
    expect(done).toBe(false);
    planning.resolve();
    await stopped;
    expect(done).toBe(true);
  });
});
