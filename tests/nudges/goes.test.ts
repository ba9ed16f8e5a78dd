import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Going, goes, type Told } from '../../src/nudges/goes.ts';
import type { Line } from '../../src/nudges/line.ts';
import { date } from '../calendar/support.ts';

// Whether a message goes, and what is in it. "Today" is Tuesday 24 November 2026.

const TODAY = date('2026-11-24');
const daysAgo = (days: number) => TODAY.subtract({ days }).toString();

const line = (key: string, { patient = false, once = false, ago = 0 } = {}): Line => ({
  kind: 'news',
  key,
  since: daysAgo(ago),
  patient,
  once,
  newsId: key,
  text: key,
});
const told = (days: Record<string, number[]> = {}): Told =>
  new Map(Object.entries(days).map(([key, list]) => [key, list.toSorted((one, other) => other - one).map(daysAgo)]));
const ANYBODY: Going = { weeklySummary: false, messagesThisYear: 0, ownsOne: false };
const keys = (lines: readonly Line[]) => lines.map(({ key }) => key);

describe('which lines make a message go, and which ride along', () => {
  const due = line('due');
  const half = (ago: number) => line('half', { patient: true, ago });
  const news = (ago: number) => line('news', { patient: true, once: true, ago });
  test.each([
    ['nothing waits', [], {}, {}, []],
    ['something new', [due], {}, {}, ['due']],
    ['told last week', [due], { due: [7] }, {}, []],
    // The week of today is the third from the one that ended on Sunday 15 November, nine days ago.
    ['told on the Monday of last week', [due], { due: [8] }, {}, []],
    ['told on a Tuesday two weeks ago: once more', [due], { due: [14] }, {}, ['due']],
    ['told on the Friday of that week, to which its message had moved', [due], { due: [11] }, {}, ['due']],
    ['told two weeks later: never alone again', [due], { due: [28, 14] }, {}, []],
    ['told two weeks later by a message that had moved', [due], { due: [28, 11] }, {}, []],
    ['rode along in the week after: not yet repeated', [due], { due: [14, 7] }, {}, ['due']],
    ['rode along in the week after, and was repeated since', [due], { due: [28, 21, 14] }, {}, []],
    ['told on a Monday, and on the Friday of the next week', [due], { due: [22, 11] }, {}, ['due']],
    ['told twice, and something new beside it', [due, line('new')], { due: [28, 14] }, {}, ['due', 'new']],
    ['told last week, and something new beside it', [due, line('new')], { due: [7] }, {}, ['due', 'new']],
    ['patient, for 20 days', [half(20)], {}, {}, []],
    ['patient, for 21 days', [half(21)], {}, {}, ['half']],
    ['patient, with something that is due', [due, half(1)], {}, {}, ['due', 'half']],
    ['patient, told two weeks ago', [half(40)], { half: [14] }, {}, ['half']],
    ['what is said once is not said again', [news(40)], { news: [30] }, {}, []],
    ['nor does it ride along', [due, news(40)], { news: [30] }, {}, ['due']],
    ['a weekly summary has what is patient', [half(40), news(40)], {}, { weeklySummary: true }, []],
    ['beside one, something that is due takes all with it', [due, half(1)], {}, { weeklySummary: true }, ['due', 'half']],
    ['told in last week’s summary', [due], { due: [5] }, { weeklySummary: true }, []],
    ['the tenth message to who owns one action', [due], {}, { ownsOne: true, messagesThisYear: 9 }, ['due']],
    ['it was the last', [due], {}, { ownsOne: true, messagesThisYear: 10 }, []],
    ['who owns more is not counted', [due], {}, { messagesThisYear: 10 }, ['due']],
  ] as const)('%s', (_, lines, days, going, expected) => {
    expect(keys(goes(lines as readonly Line[], told(days as Record<string, number[]>), TODAY, { ...ANYBODY, ...going }))).toEqual(expected);
  });
});

// ── The same rules, written a second time and slowly ──────────────────────────────────────────

type Case = {
  lines: { patient: boolean; once: boolean; ago: number; told: number[] }[];
  going: Going;
};

/** Weeks since the one of 1 January 1970, a Thursday: Mondays begin them. */
const week = (daysBefore: number) => Math.floor((Date.UTC(2026, 10, 24) / 86_400_000 - daysBefore + 3) / 7);

/** Which of the lines are in a message, by their place; DESIGN.md, "Rhythm", a sentence at a time. */
const naive = ({ lines, going }: Case): number[] => {
  // "the tenth message to someone who owns one action is the last of that school year"
  if (going.ownsOne && going.messagesThisYear > 9) return [];
  let isWorthIt = false;
  for (const { patient, once, ago, told: days } of lines) {
    // Theirs are in the weekly summary.
    if (going.weeklySummary && patient) continue;
    if (days.length === 0) {
      // "what is due waits up to three weeks to share one"
      if (patient && ago < 3 * 7) continue;
      isWorthIt = true;
    }
    // "a line left undone is repeated once, two weeks later, then only rides in a message that goes anyway"
    if (days.length > 0 && !once) {
      const first = week(Math.max(...days));
      const repeated = days.some((on) => week(on) - first > 1);
      if (!repeated && week(0) - first > 1) isWorthIt = true;
    }
  }
  const all = lines.map((_, index) => index);
  return isWorthIt ? all.filter((index) => !(lines[index]?.once && (lines[index]?.told.length ?? 0) > 0)) : [];
};

const anyLine = fc.record({
  patient: fc.boolean(),
  once: fc.boolean(),
  ago: fc.oneof(fc.integer({ min: 0, max: 45 }), fc.constantFrom(20, 21, 22)),
  told: fc.array(fc.oneof(fc.integer({ min: 1, max: 45 }), fc.constantFrom(13, 14, 15)), { maxLength: 3 }),
});
const anyCase: fc.Arbitrary<Case> = fc.record({
  lines: fc.array(anyLine, { maxLength: 5 }),
  going: fc.record({ weeklySummary: fc.boolean(), messagesThisYear: fc.integer({ min: 0, max: 14 }), ownsOne: fc.boolean() }),
});

type Rule = typeof goes;
const holds = (rule: Rule) =>
  fc.check(
    fc.property(anyCase, (one) => {
      const lines = one.lines.map((given, index) => line(String(index), given));
      const days = told(Object.fromEntries(one.lines.flatMap(({ told: list }, index) => (list.length > 0 ? [[String(index), list]] : []))));
      expect(keys(rule(lines, days, TODAY, one.going)).map(Number)).toEqual(naive(one));
    }),
    { seed: 4_2026, numRuns: 3_000 },
  );

test('the rule says what the slow one says', () => {
  expect(holds(goes)).toMatchObject({ failed: false });
});

const changed = (days: Told, how: (list: readonly string[]) => readonly string[]): Told =>
  new Map([...days].map(([key, list]) => [key, how(list)]));
const later = (day: string, by: number) => date(day).add({ days: by }).toString();
const BROKEN: [string, Rule][] = [
  [
    'repeats a week early',
    (lines, days, today, going) =>
      goes(
        lines,
        changed(days, ([first, ...others]) => (first ? [later(first, -7), ...others] : [])),
        today,
        going,
      ),
  ],
  [
    'counts days where weeks count',
    (lines, days, today, going) =>
      goes(
        lines,
        changed(days, ([first, ...others]) => (first ? [later(first, date(first).dayOfWeek - 1), ...others] : [])),
        today,
        going,
      ),
  ],
  [
    'repeats again and again',
    (lines, days, today, going) =>
      goes(
        lines,
        changed(days, (list) => list.slice(0, 1)),
        today,
        going,
      ),
  ],
  [
    'takes what rode along for the repetition',
    (lines, days, today, going) =>
      goes(
        lines,
        changed(days, (list) => list.map((day, index) => (index === 0 ? day : later(day, 7)))),
        today,
        going,
      ),
  ],
  [
    'repeats what is said once',
    (lines, days, today, going) =>
      goes(
        lines.map((one) => ({ ...one, once: false })),
        days,
        today,
        going,
      ),
  ],
  [
    'is a day more patient',
    (lines, days, today, going) =>
      goes(
        lines.map((one) => ({ ...one, since: date(one.since).add({ days: 1 }).toString() })),
        days,
        today,
        going,
      ),
  ],
  [
    'is never patient',
    (lines, days, today, going) =>
      goes(
        lines.map((one) => ({ ...one, patient: false })),
        days,
        today,
        going,
      ),
  ],
  ['lets nothing ride along', (lines, days, today, going) => lines.filter((one) => goes([one], days, today, going).length > 0)],
  ['forgets what was told', (lines, _, today, going) => goes(lines, new Map(), today, going)],
  [
    'writes an eleventh time',
    (lines, days, today, going) => goes(lines, days, today, { ...going, messagesThisYear: going.messagesThisYear - 1 }),
  ],
  ['writes no tenth', (lines, days, today, going) => goes(lines, days, today, { ...going, messagesThisYear: going.messagesThisYear + 1 })],
  ['counts everybody’s messages', (lines, days, today, going) => goes(lines, days, today, { ...going, ownsOne: true })],
  ['does not know of summaries', (lines, days, today, going) => goes(lines, days, today, { ...going, weeklySummary: false })],
];
test.each(BROKEN)('control: the slow one finds out a rule that %s', (_, rule) => {
  expect(holds(rule)).toMatchObject({ failed: true });
});
