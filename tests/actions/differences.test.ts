import { describe, expect, test } from 'vitest';
import { RATINGS, type RatingWord } from '../../src/actions/action.ts';
import { differencesOf, type KpiWord } from '../../src/actions/differences.ts';
import type { ActionStatus } from '../../src/actions/status.ts';
import { differenceLine } from '../../src/views/actions/show.ts';

// Where what is declared and what is known otherwise do not agree.

const LATE: ActionStatus = { status: 'late', word: '6 days past its date', why: '' };
const STEP: ActionStatus = { status: 'step_late', word: 'step 2 is 9 days past its date', why: '' };
const ON_TIME: ActionStatus = { status: 'on_time', word: 'on time', why: '' };
const kpi = (status: KpiWord['status']): KpiWord => ({ name: 'Attendance', status, word: status });
const rated = (self: RatingWord | null, independent: RatingWord | null = null) => ({
  self: self && { rating: self, on: '2026-11-02' },
  independent: independent && { rating: independent },
  atOnce: null,
});
const says = (...of: Parameters<typeof differencesOf>) => differencesOf(...of).map((difference) => difference.says);

describe('the figures', () => {
  test.each([
    ['green', LATE, [], ['rated green, but 6 days past its date']],
    ['green', STEP, [], ['rated green, but step 2 is 9 days past its date']],
    ['green', ON_TIME, [kpi('off_track')], ['rated green, but Attendance is off track']],
    ['green', LATE, [kpi('off_track')], ['rated green, but 6 days past its date and Attendance is off track']],
    ['green', ON_TIME, [kpi('close'), kpi('too_early'), kpi('none'), kpi('on_track')], []],
    ['green', ON_TIME, [], []],
    ['complete', ON_TIME, [kpi('off_track')], ['rated complete, but Attendance is off track']],
    ['complete', ON_TIME, [kpi('on_track')], []],
    // Amber and red say themselves that something is in the way.
    ['amber', LATE, [kpi('off_track')], []],
    ['red', STEP, [], []],
    [null, LATE, [], []],
  ] as const)('rated %s', (rating, status, kpis, expected) => {
    expect(says(rated(rating), status, kpis)).toEqual(expected);
  });
});

describe('the adviser', () => {
  /** Every pair of words: said for what goes on and for what is complete, when the words are not the same. */
  const expected = (self: RatingWord | null, independent: RatingWord) => {
    const own = self ?? 'not_started';
    if (own === independent || own === 'on_hold' || own === 'stopped') return [];
    // A green says nothing against what nobody has rated yet, or what was completed since.
    if (independent === 'green' && (self === null || own === 'complete')) return [];
    return [`adviser says ${independent.replace('_', ' ')}`];
  };

  test.each([null, ...RATINGS])('stands beside what the owner declares: %s', (self) => {
    for (const independent of RATINGS) expect(says(rated(self, independent), ON_TIME), independent).toEqual(expected(self, independent));
  });

  test('control: who has not rated says nothing', () => {
    for (const self of RATINGS) expect(says(rated(self), ON_TIME)).toEqual([]);
  });
});

test('two people at once are a difference', () => {
  const other = { rating: 'amber', by: 'Wakefield coordinator', on: '2026-11-02' } as const;
  expect(says({ ...rated('green'), atOnce: { self: other } }, ON_TIME)).toEqual([
    'Wakefield coordinator said amber on the same day (2 November 2026)',
  ]);
  expect(says({ ...rated('green', 'green'), atOnce: { independent: { ...other, by: 'Adviser, pilot 2' } } }, ON_TIME)).toEqual([
    'Adviser, pilot 2 said amber on the same day (2 November 2026)',
  ]);
});

test('all of it is one line', () => {
  const all = differencesOf({ ...rated('green', 'red'), atOnce: { self: { rating: 'amber', by: null, on: '2026-11-02' } } }, LATE, [
    kpi('off_track'),
  ]);
  expect(differenceLine(all)).toBe(
    'Does not agree: rated green, but 6 days past its date and Attendance is off track; adviser says red; somebody else said amber on the same day (2 November 2026).',
  );
  expect(differenceLine([])).toBe('');
});
