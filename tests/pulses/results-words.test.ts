import { expect, test } from 'vitest';
import type { Item } from '../../src/pulses/pulse.ts';
import type { Scale, Shown } from '../../src/statistics/disclosure.ts';
import { answerWords, monthWords } from '../../src/views/pulse/words.ts';

// What was published of one question, in words: at the precision that it has and no other, with what may be said of a change.

const item = (scale: Scale, options: string[] = []): Item => ({
  item: 'asked',
  version: 1,
  text: 'What do you say?',
  scale,
  options,
  criterionId: null,
});
const AGREE = item('agree');
const CHOICE = item('choice', ['Time', 'People', 'Money']);
const of = (asked: Item, shown: Shown | undefined, countedIn?: string) =>
  answerWords(asked, shown, { k: 5, closesOn: '2026-11-20', countedIn });

test.each<[what: string, asked: Item, shown: Shown | undefined, says: string]>([
  ['fewer than 20 who agree are three words', AGREE, { as: 'words', most: 0 }, 'Mostly agree.'],
  ['who disagree', AGREE, { as: 'words', most: 1 }, 'Mostly disagree.'],
  ['or neither', AGREE, { as: 'words', most: null }, 'Mixed.'],
  ['yes and no likewise', item('yes_no'), { as: 'words', most: 1 }, 'Mostly no.'],
  ['0 to 10 at its ends', item('ten'), { as: 'words', most: 0 }, 'Mostly 7 or more.'],
  ['both of them', item('ten'), { as: 'words', most: 1 }, 'Mostly 3 or less.'],
  ['what most chose by its name', CHOICE, { as: 'words', most: 2 }, 'Most chose “Money”.'],
  ['words for a reason of the ledger say no more', AGREE, { as: 'words', most: 0, coarse: true }, 'Mostly agree.'],
  [
    'tens say that they are about',
    AGREE,
    { as: 'tens', shares: [70, 20, 10], base: 35 },
    'About 70 % agree, 20 % neither, at most 10 % disagree. About 35 answers.',
  ],
  [
    'that all said the same is never seen',
    item('yes_no'),
    { as: 'tens', shares: [90, 10], base: 20 },
    'At least 90 % yes, at most 10 % no. About 20 answers.',
  ],
  [
    'whole percentages, and a base in fives',
    item('ten'),
    { as: 'whole', shares: [61, 39, 5], base: 120 },
    '61 % gave 7 or more, 39 % gave 4 to 6, at most 5 % gave 3 or less. About 120 answers.',
  ],
  [
    'a choice by its options',
    CHOICE,
    { as: 'whole', shares: [50, 30, 20], base: 60 },
    '50 % “Time”, 30 % “People”, 20 % “Money”. About 60 answers.',
  ],
  ['what was not asked is no blank', AGREE, undefined, 'Not asked [x]'],
])('%s', (_, asked, shown, says) => {
  expect(of(asked, shown)).toBe(says);
});

test('what is withheld says for whom it is and where it is counted, in one sentence whatever the reason; the words come before the symbol', () => {
  expect(of(AGREE, { as: 'c', in: 'id' }, 'Pilot 1')).toBe(
    'Fewer than 5 people or 3 organisations, or somebody’s answer could be worked out: not shown to anyone. It is counted in Pilot 1. [c]',
  );
  expect(of(AGREE, { as: 'c', in: null })).toBe(
    'Fewer than 5 people or 3 organisations, or somebody’s answer could be worked out: not shown to anyone. No larger group that it is in is shown either. [c]',
  );
  expect(answerWords(AGREE, { as: 'c', in: null }, { k: 10, closesOn: '2026-11-20' })).toContain('Fewer than 10 people');
});

const changed = (asked: Item, now: Shown, then: Shown, version = 1) =>
  answerWords(asked, now, { k: 5, closesOn: '2026-11-20', before: { shown: then, version, closesOn: '2026-06-19' } });
const whole = (...shares: number[]): Shown => ({ as: 'whole', shares, base: 60 });
const tens = (...shares: number[]): Shown => ({ as: 'tens', shares, base: 30 });
const words = (most: number | null, coarse?: true): Shown => ({ as: 'words', most, ...(coarse ? { coarse } : {}) });

test.each<[what: string, asked: Item, now: Shown, then: Shown, says: RegExp]>([
  ['whole percentages by points', AGREE, whole(70, 20, 10), whole(58, 22, 20), / answers\. \+12 points since June\.$/u],
  ['also downwards', AGREE, whole(57, 23, 20), whole(58, 22, 20), /\. −1 point since June\.$/u],
  ['or none', AGREE, whole(58, 23, 19), whole(58, 22, 20), /\. As in June\.$/u],
  ['never finer than the coarser of both', AGREE, whole(74, 16, 10), tens(60, 30, 10), /\. About \+10 points since June\.$/u],
  ['and not of what rounds away', AGREE, tens(60, 30, 10), whole(64, 16, 20), /\. About as in June\.$/u],
  ['of a choice, by what most choose now', CHOICE, whole(20, 50, 30), whole(50, 35, 15), /\. \+15 points since June\.$/u],
  ['words that stayed', AGREE, words(0), words(0), /^Mostly agree\. As in June\.$/u],
  ['words that did not', AGREE, words(null), words(0), /^Mixed\. In June mostly agree\.$/u],
  [
    'words and figures stand beside one another',
    AGREE,
    words(null),
    tens(60, 30, 10),
    /\. In June about 60 % agree, 30 % neither, at most 10 % disagree\.$/u,
  ],
  ['beyond an end, no points', AGREE, whole(95, 5, 5), whole(80, 10, 10), /\. In June 80 % agree, 10 % neither, 10 % disagree\.$/u],
  ['at the same end, about the same', AGREE, whole(95, 5, 5), whole(95, 5, 5), /\. About as in June\.$/u],
  [
    'nothing of what the ledger holds back now',
    AGREE,
    words(0, true),
    whole(80, 10, 10),
    /^Mostly agree\. No change is shown: nearly the same people were asked in June\.$/u,
  ],
  ['or held back then', AGREE, words(null), words(0, true), /\. No change is shown: nearly the same people were asked in June\.$/u],
])('a change is told: %s', (_, asked, now, then, says) => {
  expect(changed(asked, now, then)).toMatch(says);
});

test('nothing is said of a change where either was withheld', () => {
  expect(changed(AGREE, { as: 'c', in: null }, whole(80, 10, 10))).not.toContain('June');
  expect(changed(AGREE, whole(80, 10, 10), { as: 'c', in: null })).toBe('80 % agree, 10 % neither, 10 % disagree. About 60 answers.');
});

test('another wording is no change, whatever the figures say', () => {
  expect(changed(AGREE, whole(70, 20, 10), whole(58, 22, 20), 2)).toMatch(/ The wording changed: not comparable with June \[b\]\.$/u);
});

test.each([
  ['2026-06-19', '2026-11-20', 'June'],
  ['2025-12-20', '2026-11-19', 'December'],
  ['2025-11-21', '2026-11-20', 'November 2025'],
])('a month is named with its year where it would be taken for this one: %s from %s', (on, from, says) => {
  expect(monthWords(on, from)).toBe(says);
});
