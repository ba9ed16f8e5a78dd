import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addAnswers, type Box, BoxUnreadable, contentsOf, emptyBox, openBox, sealBox } from '../../src/pulses/box.ts';
import type { Answers } from '../../src/pulses/pulse.ts';
import { answersOf, QUESTIONS, tally } from './rows.ts';

/** A sealed box tells nobody anything but how many were invited; opened, it holds the sum of the answers and the comments in no order. */

const KEY = new Uint8Array(32).fill(5);
const ID = '01900000-0000-7000-8000-00000000000a';
const OTHER = '01900000-0000-7000-8000-00000000000b';
const sealed = (box: Box) => sealBox(KEY, ID, box);
/** Counters 6 + 11 + 2 + 3 of two bytes. */
const COUNTERS = 44;

const option = (most: number) => fc.option(fc.nat(most - 1), { nil: null, freq: 4 });
const somebody: fc.Arbitrary<Answers> = fc
  .tuple(
    fc.tuple(option(6), option(11), option(2), option(3)),
    fc.option(fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }), { nil: null }),
  )
  .map(([options, comment]) => answersOf(options, comment));

describe('a box', () => {
  it('sums whatever is answered to what a tally on paper says, and keeps each comment word for word', () => {
    fc.assert(
      fc.property(fc.array(somebody, { maxLength: 30 }), (all) => {
        const box = all.reduce((filled, one) => addAnswers(filled, QUESTIONS, one), emptyBox(QUESTIONS, 30));
        const { counts, comments } = contentsOf(openBox(KEY, ID, sealed(box)), QUESTIONS);
        expect(counts).toEqual(tally(all));
        expect(comments.toSorted()).toEqual(all.flatMap(({ comment }) => comment ?? []).toSorted());
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('has the same length, empty or full, sealed or not: nonce, counters, a slot for each invited, tag', () => {
    const long = 'é'.repeat(600);
    let box = emptyBox(QUESTIONS, 7);
    for (let n = 0; n < 7; n += 1) {
      expect(box).toHaveLength(COUNTERS + 7 * 1_202);
      expect(sealed(box)).toHaveLength(12 + COUNTERS + 7 * 1_202 + 16);
      box = addAnswers(box, QUESTIONS, answersOf([n % 6, n, null, null], n % 2 ? long : null));
    }
    expect(contentsOf(box, QUESTIONS).comments).toEqual([long, long, long]);
  });

  it('looks like another one each time it is sealed, though nothing was added', () => {
    const box = emptyBox(QUESTIONS, 3);
    const seals = Array.from({ length: 50 }, () => Buffer.from(sealed(box)));
    expect(new Set(seals.map((seal) => seal.subarray(0, 12).toString('hex'))).size).toBe(50);
    expect(new Set(seals.map((seal) => seal.subarray(12).toString('hex'))).size).toBe(50);
  });

  it.each<[string, () => Box]>([
    ['with another key', () => openBox(randomBytes(32), ID, sealed(emptyBox(QUESTIONS, 2)))],
    ['in the place of another box', () => openBox(KEY, OTHER, sealed(emptyBox(QUESTIONS, 2)))],
    [
      'with one bit changed',
      () =>
        openBox(
          KEY,
          ID,
          sealed(emptyBox(QUESTIONS, 2)).map((byte, at) => (at === 100 ? byte ^ 1 : byte)),
        ),
    ],
    ['cut short', () => openBox(KEY, ID, sealed(emptyBox(QUESTIONS, 2)).subarray(0, -1))],
    ['when it is no box', () => openBox(KEY, ID, new Uint8Array(5))],
  ])('does not open %s', (_how, open) => {
    expect(open).toThrow(BoxUnreadable);
  });

  it('is refused where it was made for other questions, rather than read wrongly', () => {
    expect(() => contentsOf(emptyBox(QUESTIONS, 4), QUESTIONS.slice(1))).toThrow('another length');
  });

  it('takes no more comments than there are people', () => {
    const full = addAnswers(emptyBox(QUESTIONS, 1), QUESTIONS, answersOf([], 'one'));
    expect(() => addAnswers(full, QUESTIONS, answersOf([], 'two'))).toThrow();
  });

  it('changes nothing of the box it was given', () => {
    const empty = emptyBox(QUESTIONS, 1);
    addAnswers(empty, QUESTIONS, answersOf([1, 2, 0, 1], 'mine'));
    expect(contentsOf(empty, QUESTIONS)).toEqual({ counts: tally([]), comments: [] });
  });
});

/** How far from what chance gives the places of the first of five comments are, in standard deviations. */
const farFromChance = (add: (box: Box, comment: string) => Box): number => {
  const RUNS = 2_000;
  const words = ['first', 'second', 'third', 'fourth', 'fifth'];
  const first = Array.from({ length: RUNS }, () => {
    const box = words.reduce(add, emptyBox([], words.length));
    return contentsOf(box, []).comments.indexOf('first');
  }).filter((place) => place === 0).length;
  return Math.abs(first - RUNS / 5) / Math.sqrt((RUNS / 5) * (4 / 5));
};

describe('where a comment lies in a box', () => {
  it('says nothing of when it came', () => {
    // Six standard deviations: by chance less often than once in a hundred million runs.
    expect(farFromChance((box, comment) => addAnswers(box, [], answersOf([], comment, [])))).toBeLessThan(6);
  });

  it('control: one that is put after those before it would be found out', () => {
    const inOrder = (box: Box, comment: string) => {
      const { comments } = contentsOf(box, []);
      const next = new Uint8Array(box);
      next.set([0, comment.length], comments.length * 1_202);
      next.set(new TextEncoder().encode(comment), comments.length * 1_202 + 2);
      return next;
    };
    expect(farFromChance(inOrder)).toBeGreaterThan(6);
  });
});
