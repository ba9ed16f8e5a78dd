import { describe, expect, test } from 'vitest';
import { plainText } from '../../src/cards/plain-text.ts';
import type { Item } from '../../src/pulses/pulse.ts';
import { type ResultCell, whereWent } from '../../src/pulses/results.ts';
import type { Scale, Shown } from '../../src/statistics/disclosure.ts';
import { wentWords } from '../../src/views/pulse/comments.ts';
import { type Answered, resultsCard } from '../../src/views/pulse/results.ts';

// What was released of one place as a card: its first line says what was answered without judging it, and what holds of all questions is said once.

const asked = (at: number, scale: Scale): Item => ({
  item: `item-${at}`,
  version: 1,
  text: `Question ${at}?`,
  scale,
  options: scale === 'choice' ? ['Time', 'People'] : [],
  criterionId: null,
});
const whole = (...shares: number[]): Shown => ({ as: 'whole', shares, base: 120 });
const tens = (...shares: number[]): Shown => ({ as: 'tens', shares, base: 35 });
const words = (most: number | null): Shown => ({ as: 'words', most });

const cardOf = (all: readonly [Scale, Shown][], pooled?: Answered['pooled']) =>
  resultsCard(
    {
      wave: { title: 'Trust', opensOn: '2026-06-08', closesOn: '2026-06-19', k: 5, origin: 'person' },
      name: 'Wakefield',
      parts: [],
      instead: [],
      answered: all.map(([scale, shown], at) => ({ item: asked(at + 1, scale), shown, before: undefined, pooled })),
      replies: [],
    },
    { others: [], more: 0, buttons: [] },
  );
const textOf = (all: readonly [Scale, Shown][], pooled?: Answered['pooled']) => plainText(cardOf(all, pooled));

const withheld: Shown = { as: 'c', in: null };
/** After the title, the place and the month. */
const headlineOf = (all: readonly [Scale, Shown][]) => cardOf(all).title.replace(/^Trust, Wakefield, June 2026[,:] /u, '');

test.each<[what: string, all: [Scale, Shown][], says: string]>([
  [
    'most first',
    [
      ['agree', words(0)],
      ['agree', words(null)],
      ['agree', words(null)],
    ],
    '3 questions: 2 mixed, 1 mostly agree',
  ],
  [
    'what most disagree with as plainly as what they agree with',
    [
      ['agree', words(1)],
      ['agree', words(0)],
      ['agree', whole(10, 5, 85)],
    ],
    '3 questions: 2 mostly disagree, 1 mostly agree',
  ],
  [
    '0 to 10, and yes or no, are no agreeing',
    [
      ['ten', tens(70, 20, 10)],
      ['yes_no', words(1)],
    ],
    '2 questions: 1 mostly 7 or more, 1 mostly no',
  ],
  ['figures alike: two thirds are most', [['agree', whole(67, 20, 13)]], '1 question: mostly agree'],
  ['and fewer are not', [['agree', whole(66, 20, 14)]], '1 question: mixed'],
  ['most who neither agree nor disagree', [['agree', whole(10, 80, 10)]], '1 question: mostly neither'],
  ['a choice without its name', [['choice', whole(80, 20)]], '1 question: mostly one choice'],
  [
    'what is withheld last',
    [
      ['agree', withheld],
      ['agree', withheld],
      ['agree', words(0)],
    ],
    '3 questions: 1 mostly agree, 2 not shown',
  ],
  [
    'at most three kinds',
    [
      ['agree', words(0)],
      ['ten', words(0)],
      ['yes_no', words(0)],
      ['choice', words(0)],
      ['agree', words(null)],
    ],
    '5 questions: 1 mostly agree, 1 mostly 7 or more, 1 mostly yes, 2 other',
  ],
  [
    'nothing, where everything is withheld',
    [
      ['agree', withheld],
      ['ten', withheld],
    ],
    'no answer can be shown',
  ],
])('the first line says how many questions were answered how: %s', (_, all, says) => {
  expect(headlineOf(all)).toBe(says);
});

test('where all is withheld it is said once, over the questions', () => {
  const text = textOf([
    ['agree', withheld],
    ['ten', withheld],
  ]);
  expect(text.match(/not shown to anyone/gu)).toHaveLength(1);
  expect(text).toContain('No larger group that it is in is shown either. [c]\n1 Question 1?\n2 Question 2?\n');
  const some = textOf([
    ['agree', withheld],
    ['ten', words(0)],
    ['agree', withheld],
  ]);
  expect(some.match(/not shown to anyone/gu), 'control: where some is shown, beside each').toHaveLength(2);
});

test('where all is withheld and counted in a larger place, the questions are listed once, with what was said there', () => {
  const pooled = { name: 'Pilot 1', parts: ['Ealing', 'Wakefield'], shown: words(0) };
  const text = textOf(
    [
      ['agree', withheld],
      ['agree', withheld],
    ],
    pooled,
  );
  expect(text.match(/It is counted in Pilot 1\. \[c\]/gu)).toHaveLength(1);
  expect(text.match(/Question \d\? +Mostly agree\./gu)).toHaveLength(2);
  expect(text.match(/Question/gu)).toHaveLength(2);
});

test.each<[what: string, all: [Scale, Shown][], says: string | undefined]>([
  [
    'some to the nearest 10',
    [
      ['agree', tens(50, 30, 30)],
      ['agree', whole(50, 30, 21)],
    ],
    'Figures are rounded, some to the nearest 10, so they need not make 100.',
  ],
  ['all of them', [['agree', tens(50, 20, 20)]], 'Figures are to the nearest 10, so they need not make 100.'],
  ['none of them', [['agree', whole(50, 30, 21)]], 'Figures are rounded, so they need not make 100.'],
  ['control: no figures', [['agree', words(0)]], undefined],
])('rows that add up to 90 or 110 say why below them: %s', (_, all, says) => {
  expect(textOf(all).match(/Figures are [^.]*\./u)?.[0]).toBe(says);
});

describe('where comments went of a place that has none to read', () => {
  const cell = (name: string, parentId: string | null): ResultCell => ({
    id: name,
    parentId,
    key: name,
    kind: parentId === null ? 'programme' : 'locality',
    name,
    localityId: null,
    pilotId: null,
  });
  const cells = [
    cell('LocalEd', null),
    cell('Pilot 1', 'LocalEd'),
    ...['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => cell(name, 'Pilot 1')),
    cell('Part of A', 'A'),
  ];
  /** @param read names of the places where there are some */
  const went = (of: string, read: string[], instead: string[] = []) => {
    const found = cells.find(({ name }) => name === of) as ResultCell;
    const counts = new Map(read.map((name) => [name, 10]));
    return wentWords(instead[0] ?? of, whereWent(cells, counts, { cell: found, instead }));
  };
  const BY_RULE = 'they are read by themselves only where ten or more people comment.';

  test.each<[what: string, says: string, ...asked: Parameters<typeof went>]>([
    [
      'the next larger that has some',
      `Comments from A, if any, are read with those of Pilot 1: ${BY_RULE}`,
      'A',
      ['B', 'Pilot 1', 'LocalEd'],
    ],
    ['or one beyond it', `Comments from A, if any, are read with those of LocalEd: ${BY_RULE}`, 'A', ['B', 'LocalEd']],
    ['nowhere', `Comments from A, if any, were destroyed unread: ${BY_RULE}`, 'A', ['B']],
    ['its parts', 'Comments are read in A and Part of A; any others from Pilot 1 were destroyed unread.', 'Pilot 1', ['A', 'Part of A']],
    ['both', 'Comments are read in A; any others from Pilot 1 are read with those of LocalEd.', 'Pilot 1', ['A', 'LocalEd']],
    [
      'more parts than are named',
      'Comments are read in 6 smaller places; any others from Pilot 1 were destroyed unread.',
      'Pilot 1',
      ['A', 'B', 'C', 'D', 'E', 'F'],
    ],
    [
      'what a part without results is counted in',
      `Comments from H, if any, are read with those of Pilot 1: ${BY_RULE}`,
      'Pilot 1',
      ['Pilot 1', 'A'],
      ['H'],
    ],
  ])('%s', (_, says, ...asked) => {
    expect(went(...asked)).toBe(says);
  });
});
