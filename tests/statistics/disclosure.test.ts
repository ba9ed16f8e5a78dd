import { describe, expect, test } from 'vitest';
import { coarseIn } from '../../src/statistics/disclosure/waves.ts';
import { type Cell, forecast, type Question, release, type Scale } from '../../src/statistics/disclosure.ts';

// What is published of a wave, point by point of the rule.

const OPTIONS = { agree: 6, ten: 11, yes_no: 2, choice: 4 } as const;
const question = (scale: Scale): Question => (scale === 'choice' ? { scale, options: OPTIONS.choice } : { scale });

/** A cell whose people each work for another organisation, or so many for each. */
function cell(id: string, parent: string | null, counts: number[][], more: Partial<Cell> & { organisations?: number[] } = {}): Cell {
  const { organisations, ...rest } = more;
  const people = Math.max(0, ...counts.map((each) => each.reduce((sum, count) => sum + count, 0)));
  const answered = new Map((organisations ?? Array<number>(people).fill(1)).map((count, index) => [`${id}.${index}`, count]));
  return { id, parent, invited: people + 12, answered, counts, ...rest };
}
const one = (scale: Scale, counts: number[], more: Parameters<typeof cell>[3] = {}, k = 5) =>
  release([cell('a', null, [counts], more)], [question(scale)], k).shown.get('a')?.[0];

describe('under 20 answers: three words and no number', () => {
  test.each<[string, Scale, number[], number | null]>([
    ['8 of 12 agree: mostly agree', 'agree', [3, 5, 2, 1, 1, 0], 0],
    ['7 of 12: mixed', 'agree', [3, 4, 3, 1, 1, 0], null],
    ['8 of 12 disagree: mostly disagree', 'agree', [1, 1, 2, 4, 4, 0], 1],
    ['don’t know is left out: 8 of 12 with 6 who do not know', 'agree', [3, 5, 2, 1, 1, 6], 0],
    ['neither is no word: mixed', 'agree', [0, 1, 10, 1, 0, 0], null],
    ['everybody agrees: mostly, as any other', 'agree', [0, 9, 0, 0, 0, 0], 0],
    ['8 of 12 say 7 or more', 'ten', [1, 0, 0, 1, 1, 0, 1, 4, 0, 0, 4], 0],
    ['8 of 12 say 3 or less', 'ten', [3, 0, 0, 5, 2, 0, 1, 1, 0, 0, 0], 1],
    ['6 is in the middle', 'ten', [0, 0, 0, 1, 0, 0, 8, 3, 0, 0, 0], null],
    ['yes', 'yes_no', [8, 4], 0],
    ['no', 'yes_no', [4, 8], 1],
    ['neither yes nor no', 'yes_no', [7, 5], null],
    ['most chose the third', 'choice', [1, 2, 8, 1], 2],
    ['no choice of most', 'choice', [3, 3, 3, 3], null],
  ])('%s', (_, scale, counts, most) => {
    expect(one(scale, counts)).toEqual({ as: 'words', most });
  });
});

describe('from 20 answers the nearest 10 %, from 50 whole percentages; bases to the nearest 5', () => {
  test.each<[string, Scale, number[], unknown]>([
    ['19 answers are said in words', 'yes_no', [10, 9], { as: 'words', most: null }],
    ['20 answers', 'yes_no', [11, 9], { as: 'tens', shares: [60, 50], base: 20 }],
    ['49 answers', 'agree', [10, 20, 9, 5, 5, 3], { as: 'tens', shares: [60, 20, 20], base: 50 }],
    ['23 answers of 30 who know', 'agree', [6, 6, 6, 5, 0, 7], { as: 'tens', shares: [50, 30, 20], base: 25 }],
    ['50 answers', 'agree', [10, 21, 9, 5, 5, 0], { as: 'whole', shares: [62, 18, 20], base: 50 }],
    ['58 answers, from 0 to 10', 'ten', [4, 2, 0, 0, 10, 2, 0, 20, 10, 5, 5], { as: 'whole', shares: [69, 21, 10], base: 60 }],
    ['a choice of four', 'choice', [30, 20, 30, 20], { as: 'whole', shares: [30, 20, 30, 20], base: 100 }],
    ['all 20 agree: 90 % or more', 'agree', [20, 0, 0, 0, 0, 0], { as: 'tens', shares: [90, 10, 10], base: 20 }],
    ['18 of 20 agree: the same', 'agree', [18, 0, 1, 1, 0, 0], { as: 'tens', shares: [90, 10, 10], base: 20 }],
    ['all 80 agree: 95 % or more', 'agree', [80, 0, 0, 0, 0, 0], { as: 'whole', shares: [95, 5, 5], base: 80 }],
    ['78 of 80 agree: the same', 'agree', [78, 0, 1, 0, 1, 0], { as: 'whole', shares: [95, 5, 5], base: 80 }],
  ])('%s', (_, scale, counts, shown) => {
    expect(one(scale, counts)).toEqual(shown);
  });
});

describe('which groups are shown', () => {
  const withheld = { as: 'c', in: null };
  test.each<[string, unknown, unknown]>([
    ['5 answers are', one('yes_no', [3, 2]), { as: 'words', most: null }],
    ['4 are not', one('yes_no', [2, 2]), withheld],
    ['nor are 4 and 3 who do not know', one('agree', [2, 2, 0, 0, 0, 3]), withheld],
    ['9 are not where 10 are asked for', one('yes_no', [5, 4], {}, 10), withheld],
    ['not from 2 organisations', one('yes_no', [5, 5], { organisations: [5, 5] }), withheld],
    ['from 3', one('yes_no', [5, 5], { organisations: [4, 3, 3] }), { as: 'words', most: null }],
    ['with a half of one organisation', one('yes_no', [5, 5], { organisations: [5, 3, 2] }), { as: 'words', most: null }],
    ['not with more than a half of one', one('yes_no', [5, 5], { organisations: [6, 2, 2] }), withheld],
    ['an organisation of which nobody answered is none', one('yes_no', [5, 5], { organisations: [5, 5, 0] }), withheld],
    ['nobody answered', one('yes_no', [0, 0]), withheld],
  ])('%s', (_, shown, expected) => {
    expect(shown).toEqual(expected);
  });

  test('fewer than 3 can never be asked for', () => {
    expect(() => release([], [], 2)).toThrow(RangeError);
    expect(() => release([], [], Number.NaN)).toThrow(RangeError);
    expect(() => forecast([], 1, 2)).toThrow(RangeError);
    // Of three or four the one who disagrees would know what all others said: these are withheld all the same.
    expect(one('yes_no', [2, 1], {}, 3)).toEqual({ as: 'c', in: null });
    expect(one('yes_no', [4, 2], {}, 3)).toEqual({ as: 'words', most: 0 });
  });

  test('a group that is withheld says where it is counted: the smallest that is shown and holds it', () => {
    const cells = [
      cell('programme', null, [[0, 0]]),
      cell('pilot', 'programme', [[0, 0]]),
      cell('Ashby', 'pilot', [[12, 10]]),
      cell('Barton', 'pilot', [[9, 12]]),
      cell('Colne', 'pilot', [[2, 1]]),
      cell('Denby', 'pilot', [[2, 3]]),
      cell('Elm', 'programme', [[14, 15]]),
    ];
    const { shown, verdict } = release(cells, [question('yes_no')], 5);
    const as = (id: string) => shown.get(id)?.[0];
    expect(as('Colne')).toEqual({ as: 'c', in: 'pilot' });
    // Colne is 3 people: one more is withheld with it, and it is the smallest that will do.
    expect(as('Denby')).toEqual({ as: 'c', in: 'pilot' });
    expect([as('Ashby')?.as, as('Barton')?.as, as('pilot')?.as, as('Elm')?.as]).toEqual(['tens', 'tens', 'whole', 'tens']);
    expect(verdict).toMatchObject({ published: 5, withheld: { small: 1, complementary: 1, audit: 0 } });
    expect(JSON.stringify(verdict)).not.toContain('Colne');
  });

  test('one organisation in two groups is counted once among those withheld together', () => {
    const leaf = (id: string, organisations: string[], counts: number[]): Cell => ({
      ...cell(id, 'p', [counts]),
      answered: new Map(organisations.map((name) => [name, 1])),
    });
    const names = Array.from({ length: 40 }, (_, index) => `school ${index}`);
    const cells = (second: string[]) => [
      cell('p', null, [[0, 0]], { invited: 100 }),
      leaf('x', ['1', '2'], [1, 1]),
      leaf('y', second, [1, 2]),
      leaf('z', names, [20, 20]),
    ];
    const said = (second: string[]) => [...release(cells(second), [question('yes_no')], 5).shown.values()].map(([only]) => only?.as);
    expect(said(['3', '4', '5'])).toEqual(['tens', 'c', 'c', 'tens']);
    expect(said(['1', '2'])).toEqual(['tens', 'c', 'c', 'c']);
  });

  test('questions are judged one by one: one that few could answer is withheld, the other is not', () => {
    const { shown } = release(
      [
        cell('a', null, [
          [6, 6],
          [2, 1],
        ]),
      ],
      [question('yes_no'), question('yes_no')],
      5,
    );
    expect(shown.get('a')?.map(({ as }) => as)).toEqual(['words', 'c']);
  });
});

describe('across waves', () => {
  const people = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `person ${from + index}`);
  type Asked = { people: string[]; nearlyAll: boolean };
  const asked = (from: number, to: number, nearlyAll = true): Asked => ({ people: people(from, to), nearlyAll });
  test.each<[string, Asked, Asked[], boolean]>([
    ['the same people', asked(0, 30), [asked(0, 30)], false],
    ['one has joined and nearly all answered', asked(0, 31), [asked(0, 30)], true],
    ['one has left', asked(0, 29), [asked(0, 30)], true],
    ['two have left and two joined', asked(2, 32), [asked(0, 30)], true],
    ['three have left and two joined', asked(3, 32), [asked(0, 30)], false],
    ['five have joined', asked(0, 35), [asked(0, 30)], false],
    ['one has joined and many answered in neither', asked(0, 31, false), [asked(0, 30, false)], false],
    ['nearly all answered in the earlier only', asked(0, 31, false), [asked(0, 30)], true],
    ['the wave before the last', asked(0, 31), [asked(0, 30), asked(0, 60)], true],
    ['other people altogether', asked(0, 30), [asked(100, 130)], false],
    ['the first wave', asked(0, 30), [], false],
  ])('%s', (_, now, earlier, coarse) => {
    const cells = [{ id: 'a', parent: null, people: now.people, silent: now.nearlyAll ? 4 : 5 }];
    const waves = earlier.map((wave) => ({ k: 5, nooks: [wave] }));
    expect([...coarseIn(cells, new Set(['a']), waves, 5)]).toEqual(coarse ? ['a'] : []);
  });

  test('what the ledger says may be said in words only is said in words, and what is beside it as ever', () => {
    const cells = (coarse: boolean) => [
      cell('p', null, [[0, 0]], { coarse: [coarse] }),
      cell('a', 'p', [[33, 27]], { coarse: [coarse] }),
      cell('b', 'p', [[30, 25]]),
    ];
    const said = (coarse: boolean) => [...release(cells(coarse), [question('yes_no')], 5).shown.values()].map(([only]) => only?.as);
    expect(said(false)).toEqual(['whole', 'whole', 'whole']);
    expect(said(true)).toEqual(['words', 'words', 'whole']);
  });
});

describe('the forecast', () => {
  const schools = (id: string, heads: number) => ({
    id,
    parent: 'p',
    invited: new Map(Array.from({ length: heads }, (_, index) => [`${id}.${index}`, 1])),
  });
  const cells = [{ id: 'p', parent: null, invited: new Map<string, number>() }, schools('a', 12), schools('b', 14), schools('c', 40)];
  test.each<[number, string[]]>([
    [0.1, ['p']],
    [0.3, ['c', 'p']],
    [0.5, ['a', 'b', 'c', 'p']],
    [1, ['a', 'b', 'c', 'p']],
    [0, []],
  ])('at a turnout of %d these are shown: %s', (turnout, ids) => {
    expect([...forecast(cells, turnout, 5)].toSorted()).toEqual(ids);
  });

  test('is spread over organisations as evenly as can be', () => {
    const services = {
      id: 'a',
      parent: null,
      invited: new Map([
        ['police', 9],
        ['health', 6],
        ['housing', 5],
      ]),
    };
    expect([...forecast([services], 0.5, 5)]).toEqual(['a']);
    expect([
      ...forecast(
        [
          {
            ...services,
            invited: new Map([
              ['police', 14],
              ['health', 4],
              ['housing', 2],
            ]),
          },
        ],
        0.5,
        5,
      ),
    ]).toEqual([]);
  });
});

test('153 localities with 24,000 answers are released whole, and every one can be read', () => {
  const cells: Cell[] = [cell('programme', null, [[0, 0, 0, 0, 0, 0]])];
  for (let locality = 0; locality < 153; locality++) {
    const size = 60 + ((locality * 37) % 190);
    const agree = Math.floor((size * (30 + (locality % 50))) / 100);
    cells.push(cell(`${locality}`, 'programme', [[agree, 0, Math.floor((size - agree) / 2), Math.ceil((size - agree) / 2), 0, 3]]));
  }
  const { shown, verdict } = release(cells, [question('agree')], 5);
  expect([...shown.values()].every(([only]) => only?.as === 'whole')).toBe(true);
  expect(verdict.withheld).toEqual({ small: 0, complementary: 0, audit: 0 });
});
