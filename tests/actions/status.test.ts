import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RATINGS, type RatingWord, type Step } from '../../src/actions/action.ts';
import { actionStatus } from '../../src/actions/status.ts';
import { date, seeded } from '../calendar/support.ts';

// What the data say of an action on 19 November.

const TODAY = '2026-11-19';
const step = (due: string | null, done: string | null = null): Step => ({ text: 'A step', due, done });
const action = (rating: RatingWord | null, due: string | null, steps: Step[] = []) => ({
  self: rating && { rating, on: '2026-11-02' },
  due,
  steps,
});
const at = (...of: Parameters<typeof action>) => actionStatus(action(...of), date(TODAY));

describe('an action', () => {
  test.each([
    [null, '2026-11-20', [], 'on_time', 'on time'],
    [null, '2026-11-19', [], 'on_time', 'on time'],
    [null, '2026-11-18', [], 'late', '1 day past its date'],
    ['green', '2026-11-13', [], 'late', '6 days past its date'],
    ['red', '2025-11-19', [], 'late', '365 days past its date'],
    ['green', '2026-12-18', [step('2026-11-01', '2026-11-30'), step('2026-11-10')], 'step_late', 'step 2 is 9 days past its date'],
    ['green', null, [step('2026-11-18')], 'step_late', 'step 1 is 1 day past its date'],
    ['green', '2026-11-13', [step('2026-11-10')], 'late', '6 days past its date'],
    ['green', '2026-12-18', [step('2026-11-19'), step(null)], 'on_time', 'on time'],
    ['green', null, [], 'none', 'no date'],
    ['complete', '2026-11-13', [step('2026-11-10')], 'none', ''],
    ['on_hold', '2026-11-13', [], 'none', ''],
    ['stopped', '2026-11-13', [], 'none', ''],
  ] as const)('rated %s, due on %s', (rating, due, steps, status, word) => {
    expect(at(rating, due, [...steps])).toMatchObject({ status, word });
  });

  test('says the rule that gave it, in words that nobody is blamed by', () => {
    for (const { why, word } of [at('green', '2026-11-13'), at('green', null, [step('2026-11-10')]), at('stopped', null), at(null, null)]) {
      expect(why).toMatch(/^[A-Z].*\.$/u);
      expect(`${why} ${word}`).not.toMatch(/overdue|missed|owes/u);
    }
  });
});

describe('whatever the dates', () => {
  const day = fc.option(
    fc.integer({ min: -60, max: 60 }).map((days) => date(TODAY).add({ days }).toString()),
    { nil: null },
  );
  const steps = fc.array(fc.record({ text: fc.constant('A step'), due: day, done: day }), { maxLength: 5 });
  const cases = fc.record({ rating: fc.option(fc.constantFrom(...RATINGS), { nil: null }), due: day, steps });

  /** Whether anything is past its date, told apart by nothing but the definition. `from` is the first day that is not past. */
  const naive = (rating: RatingWord | null, due: string | null, given: Step[], from: string) => {
    if (rating === 'complete' || rating === 'on_hold' || rating === 'stopped') return 'none';
    if (due !== null && due < from) return 'late';
    if (given.some((one) => one.done === null && one.due !== null && one.due < from)) return 'step_late';
    return due === null ? 'none' : 'on_time';
  };
  const agreesFrom = (from: string) =>
    fc.check(
      fc.property(cases, ({ rating, due, steps: given }) => at(rating, due, given).status === naive(rating, due, given, from)),
      { ...seeded, numRuns: 1_000 },
    );

  test('the status is the first of: past its date, a step past its date, on time', () => {
    expect(agreesFrom(TODAY).failed).toBe(false);
  });

  test('control: a status that is late on the day itself is told from it', () => {
    expect(agreesFrom('2026-11-20').failed).toBe(true);
  });
});
