import { describe, expect, test } from 'vitest';
import { closeDirections } from '../../src/cards/direction.ts';
import { formatDelta, formatNumber, formatOf, formatValue } from '../../src/cards/format.ts';

describe('figures are written as people in England read them', () => {
  test.each([
    [1765, 0, '1,765'],
    [93.2, 1, '93.2'],
    [93, 1, '93.0'],
    [93.25, 1, '93.3'],
    [-4, 0, '\u22124'],
    [-0.04, 1, '0.0'],
    [-1234567.5, 2, '\u22121,234,567.50'],
    [999999999999, 0, '999,999,999,999'],
  ])('%d with %d decimals is %s', (value, decimals, expected) => {
    expect(formatNumber(value, decimals)).toBe(expected);
  });

  test('a value has its unit, a count its base', () => {
    expect(formatValue(93.2, '%', 1)).toBe('93.2 %');
    expect(formatValue(1041, 'visits')).toBe('1,041 visits');
    expect(formatValue(41, '')).toBe('41');
    expect(formatOf(84, 1131)).toBe('84 of 1,131');
  });

  test.each([
    [92.8, 93.2, 1, '+0.4'],
    [93.2, 92.8, 1, '\u22120.4'],
    [93.2, 93.2, 1, 'no change'],
    [93.2, 93.21, 1, 'no change'],
    [1000, 2500, 0, '+1,500'],
  ])('from %d to %d with %d decimals is %s', (from, to, decimals, expected) => {
    expect(formatDelta(from, to, decimals)).toBe(expected);
  });
});

describe('a note that turns the writing round does not turn what follows', () => {
  test.each([
    ['plain', 'plain'],
    ['a\u202Eb', 'a\u202Eb\u202C'],
    ['a\u202Eb\u202Cc', 'a\u202Eb\u202Cc'],
    ['\u2067a\u2066b', '\u2067a\u2066b\u2069\u2069'],
    ['\u2067a\u202Eb', '\u2067a\u202Eb\u202C\u2069'],
    ['\u2067a\u202Eb\u2069', '\u2067a\u202Eb\u2069'],
    ['a\u202Cb\u2069', 'a\u202Cb\u2069'],
    ['', ''],
  ])('%j', (text, closed) => {
    expect(closeDirections(text)).toBe(closed);
  });
});
