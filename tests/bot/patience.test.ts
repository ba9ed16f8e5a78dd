import { expect, test } from 'vitest';
import { PATIENCE, startPatience, type Timer } from '../../src/bot/patience.ts';

const stoppedClock = () => {
  const set: { milliseconds: number; then: () => void; cancelled: boolean }[] = [];
  const timer: Timer = (milliseconds, then) => {
    const one = { milliseconds, then, cancelled: false };
    set.push(one);
    return () => {
      one.cancelled = true;
    };
  };
  return { set, timer };
};

test('a result that comes in time is the answer', async () => {
  const { timer } = stoppedClock();
  expect(await startPatience(timer).waitFor(Promise.resolve('saved'))).toEqual({ result: 'saved' });
});

test('after two and a half seconds it is late, and stays late for whatever is asked next', async () => {
  const { timer, set } = stoppedClock();
  const patience = startPatience(timer);
  const never = new Promise<string>(() => {});
  const waited = patience.waitFor(never);
  expect(set[0]?.milliseconds).toBe(2_500);
  expect(PATIENCE).toBeLessThan(3_000);
  set[0]?.then();
  expect(await waited).toBe('late');
  expect(await patience.waitFor(never)).toBe('late');
});

test('a failure in time is thrown, and one that comes late is left to who awaits it', async () => {
  const { timer } = stoppedClock();
  await expect(startPatience(timer).waitFor(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('once answered, nothing is left waiting', () => {
  const { timer, set } = stoppedClock();
  startPatience(timer).end();
  expect(set[0]?.cancelled).toBe(true);
});
