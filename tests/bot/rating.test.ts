import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCode, parseRating } from '../../src/bot/grammar.ts';

const seeded = { seed: 7_12, numRuns: 500 };

/** In short: the rating and what follows it; a question mark where it is asked. */
const rating = (text: string) => {
  const parsed = parseRating(text);
  if (!parsed) return undefined;
  return 'rating' in parsed ? [parsed.rating, parsed.rest] : [`${parsed.near}?`, parsed.rest];
};

describe('a rating is read as people say it', () => {
  test.each([
    ['green', 'green', ''],
    ['Green!', 'green', ''],
    ['on track', 'green', ''],
    ['on-track: both adverts are out', 'green', 'both adverts are out'],
    ['amber waiting for the data agreement', 'amber', 'waiting for the data agreement'],
    ['AMBER - waiting', 'amber', 'waiting'],
    ['amber—waiting', 'amber', 'waiting'],
    ['yellow', 'amber', ''],
    ['orange, a bit late', 'amber', 'a bit late'],
    ['at risk', 'amber', ''],
    ['red: two failed adverts', 'red', 'two failed adverts'],
    ['off track', 'red', ''],
    ['red -5 % since May', 'red', '-5 % since May'],
    ['complete', 'complete', ''],
    ['completed in June', 'complete', 'in June'],
    ['done', 'complete', ''],
    ['finished', 'complete', ''],
    ['not started', 'not_started', ''],
    ['not yet started, no money', 'not_started', 'no money'],
    ['on hold until Easter', 'on_hold', 'until Easter'],
    ['hold', 'on_hold', ''],
    ['paused', 'on_hold', ''],
    ['stop', 'stopped', ''],
    ['stopped by the board', 'stopped', 'by the board'],
    ['cancelled', 'stopped', ''],
    ['same', 'same', ''],
    ['Same as before', 'same', ''],
    ['unchanged', 'same', ''],
    ['=', 'same', ''],
    ['= no news', 'same', 'no news'],
    ['🟢', 'green', ''],
    ['🟠 late', 'amber', 'late'],
    ['🟡', 'amber', ''],
    ['🔴 two failed adverts', 'red', 'two failed adverts'],
    ['g', 'green', ''],
    ['A', 'amber', ''],
    ['r.', 'red', ''],
    ['a: waiting', 'amber', 'waiting'],
    ['a – waiting', 'amber', 'waiting'],
    ['r, two failed adverts', 'red', 'two failed adverts'],
    ['c', 'complete', ''],
    ['\u200Eamber\u00A0late', 'amber', 'late'],
  ])('"%s" is %s, then "%s"', (text, found, rest) => {
    expect(rating(text)).toEqual([found, rest]);
  });

  test.each([
    ['gren', 'green?', ''],
    ['ambr waiting', 'amber?', 'waiting'],
    ['Ambre', 'amber?', ''],
    ['compelte', 'complete?', ''],
    ['finishd: all four schools', 'complete?', 'all four schools'],
    ['r two failed adverts', 'red?', 'two failed adverts'],
    ['g now', 'green?', 'now'],
  ])('"%s" is asked: %s', (text, found, rest) => {
    expect(rating(text)).toEqual([found, rest]);
  });

  test.each([
    'a new plan',
    'A-level results are out',
    'reduced',
    'greenhouse visits',
    'redesign of the form',
    'some schools are late',
    'step 2 done',
    'cause unknown',
    'great',
    'stopping distance',
    'due 1 March',
    'owner me',
    'doneness',
    'constructor',
    '',
  ])('"%s" begins with none', (text) => {
    expect(rating(text)).toBeUndefined();
  });
});

describe('the code of an action', () => {
  test.each([
    ['WAK-12', { prefix: 'WAK', number: 12, rest: '' }],
    ['wak12 amber', { prefix: 'WAK', number: 12, rest: 'amber' }],
    ['WAK 12 amber waiting', { prefix: 'WAK', number: 12, rest: 'amber waiting' }],
    ['WAK–12: done', { prefix: 'WAK', number: 12, rest: 'done' }],
    ['ＷＡＫ-12', { prefix: 'WAK', number: 12, rest: '' }],
    ['MAR-12 red', { prefix: 'MAR', number: 12, rest: 'red' }],
    ['#12', { number: 12, rest: '' }],
    ['12', { number: 12, rest: '' }],
    ['12:', { number: 12, rest: '' }],
    ['12 - done', { number: 12, rest: 'done' }],
    ['12. done', { number: 12, rest: 'done' }],
    ['012 red', { number: 12, rest: 'red' }],
    ['12 may be late', { number: 12, rest: 'may be late' }],
    ['12 due 1 March', { number: 12, rest: 'due 1 March' }],
    ['12 = ', { number: 12, rest: '=' }],
    ['\u200F12\u00A0done', { number: 12, rest: 'done' }],
    ['#12 March', { number: 12, rest: 'March' }],
  ])('"%s" is read', (text, code) => {
    expect(parseCode(text)).toEqual(code);
  });

  test.each([
    '12.5',
    '12%',
    '12 %',
    '12 per cent',
    '12 March',
    '12 Mar 2027',
    '12 may',
    '12 May 2027',
    '12 of March',
    '12th',
    '12th March',
    '12/3',
    '12-03-2027',
    '2027-03-01',
    '12:30',
    '1,765',
    '84 of 131',
    '2 weeks',
    'March 12',
    'Mar-12',
    'week 12',
    'on 12 amber',
    'step 2 done',
    'Friday 12',
    'attendance 12',
    'WAK',
    'WAK-',
    'WAK-0',
    '#',
    '0',
    '1234567',
    'amber',
    '',
  ])('"%s" begins with none', (text) => {
    expect(parseCode(text)).toBeUndefined();
  });
});

test('whatever is typed, an answer comes, and what follows is always a part of what was typed', () => {
  const word = fc.constantFrom(
    ...'green gren on track a r g - : = 🟢 🔴\uFE0F not started same as before WAK-12 # 12 % . March may the'.split(' '),
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(text).toContain(parseRating(text)?.rest ?? '');
      expect(text).toContain(parseCode(text)?.rest ?? '');
    }),
    seeded,
  );
});

test('any code is read back as it is written', () => {
  const prefix = fc.constantFrom('WAK', 'LE', 'BRAD', 'NYC');
  fc.assert(
    fc.property(prefix, fc.integer({ min: 1, max: 999_999 }), (letters, number) => {
      expect(parseCode(`${letters}-${number} note`)).toEqual({ prefix: letters, number, rest: 'note' });
      expect(parseCode(`${number} note`)).toEqual({ number, rest: 'note' });
    }),
    seeded,
  );
});
