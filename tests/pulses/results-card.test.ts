import { expect, test } from 'vitest';
import { plainText } from '../../src/cards/plain-text.ts';
import type { Item } from '../../src/pulses/pulse.ts';
import type { Scale, Shown } from '../../src/statistics/disclosure.ts';
import { resultsCard } from '../../src/views/pulse/results.ts';

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

const cardOf = (all: readonly [Scale, Shown][]) =>
  resultsCard(
    {
      wave: { title: 'Trust', opensOn: '2026-06-08', closesOn: '2026-06-19', k: 5, origin: 'person' },
      name: 'Wakefield',
      parts: [],
      instead: [],
      answered: all.map(([scale, shown], at) => ({ item: asked(at + 1, scale), shown, before: undefined, pooled: undefined })),
      replies: [],
    },
    { others: [], more: 0, buttons: [] },
  );
const textOf = (all: readonly [Scale, Shown][]) => plainText(cardOf(all));

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
