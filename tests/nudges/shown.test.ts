import { describe, expect, test } from 'vitest';
import type { Line, LineKind } from '../../src/nudges/line.ts';
import { shownOf } from '../../src/views/nudge-words.ts';

// Which lines of much that waits one message shows: the others are told by a later one.

/** "red", "red:9 Nov", with `!` for what is told once: one line of that kind, by the order in which it is written. */
const lines = (...said: string[]): Line[] =>
  said.map((one, index) => {
    const [kind = '', day = '2'] = one.replace('!', '').split(':');
    const since = `2026-11-${day.padStart(2, '0')}`;
    return { kind: kind as LineKind, key: `${index + 1} ${kind}`, since, once: one.endsWith('!'), patient: false } as Line;
  });
const shown = (all: Line[], ...told: string[]) => shownOf(all, new Set(told)).map(({ key }) => key);

const REDS = ['red', 'red', 'red', 'red', 'red', 'red'];

describe('a message shows', () => {
  test('everything, where it is little', () => {
    expect(shown(lines('red', 'half_term', 'terms!', 'news!'))).toEqual(['1 red', '2 half_term', '3 terms', '4 news']);
    expect(shown([])).toEqual([]);
  });

  test('five lines and three pieces of news, in the order of what matters', () => {
    expect(shown(lines(...REDS, 'news!', 'news!', 'news!', 'news!'))).toEqual([
      ...['1 red', '2 red', '3 red', '4 red', '5 red'],
      ...['7 news', '8 news', '9 news'],
    ]);
  });

  test('what is told once, however many reds there are', () => {
    expect(shown(lines(...REDS, 'answer!', 'terms!'))).toEqual(['1 red', '2 red', '3 red', '7 answer', '8 terms']);
    // control: the same line that may be told again waits for its turn.
    expect(shown(lines(...REDS, 'half_term'))).not.toContain('7 half_term');
  });

  test('what has waited longest, though what comes every week matters more', () => {
    const readings = ['reading:16', 'reading:16', 'reading:16', 'reading:16', 'reading:16'];
    expect(shown(lines(...readings, 'half_term:2'))).toContain('6 half_term');
  });

  test('what was not told yet before what was', () => {
    const all = lines(...REDS, 'half_term');
    expect(shown(all, '1 red', '2 red', '3 red', '4 red', '5 red')).toEqual(['1 red', '2 red', '3 red', '6 red', '7 half_term']);
  });

  test('everything within a few messages: nothing waits for its turn for ever', () => {
    const all = lines(...REDS, ...REDS, 'half_term', 'answer!', 'terms!', 'without_owner');
    const told = new Set<string>();
    for (let message = 1; message <= 4; message += 1) for (const { key } of shownOf(all, told)) told.add(key);
    expect(told.size).toBe(all.length);
  });
});
