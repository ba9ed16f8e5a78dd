import { describe, expect, test } from 'vitest';
import type { Card } from '../../src/cards/card.ts';
import { plainForm, plainText } from '../../src/cards/plain-text.ts';
import { cards, forms } from './catalogue.ts';

/** Every string that people are to read, wherever it stands in a card or form. */
const NOT_SHOWN = new Set(['type', 'style', 'tone', 'kind', 'name', 'verb', 'token', 'align', 'says', 'stage']);
const strings = (value: unknown, key = ''): string[] => {
  if (typeof value === 'string') return NOT_SHOWN.has(key) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => strings(item, key));
  if (typeof value !== 'object' || value === null) return [];
  const { kind, options, ...rest } = value as Record<string, unknown>;
  // A chart without points has no figures, so no unit either.
  if (Array.isArray(rest.points) && rest.points.length === 0) delete rest.unit;
  // What a choice opens with shows as its mark.
  const shown =
    kind === 'choice'
      ? { ...rest, value: undefined, options: (options as { label: string }[]).map(({ label }) => label) }
      : { ...rest, options };
  return Object.entries(shown).flatMap(([inner, item]) => strings(item, inner));
};
const spaced = (text: string) => text.replace(/[\s\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();

describe('plain text', () => {
  test.each(Object.keys(cards))('never drops a word of the card "%s"', (name) => {
    const card = cards[name];
    const text = spaced(plainText(card as Card<unknown>));
    const expected = strings(card);
    expect(expected.length).toBeGreaterThan(0);
    // The status' word begins a line, so its first letter is a capital.
    for (const string of expected) expect(text.toLowerCase()).toContain(spaced(string).toLowerCase());
  });

  test.each(Object.keys(forms))('never drops a word of the form "%s"', (name) => {
    const form = forms[name] as (typeof forms)[string];
    const text = spaced(plainForm(form));
    for (const string of strings(form)) expect(text).toContain(spaced(string));
  });

  test('shows no sealed token', () => {
    for (const card of Object.values(cards)) expect(plainText(card)).not.toContain('sealed-');
    for (const form of Object.values(forms)) expect(plainForm(form)).not.toContain('sealed-');
  });

  test('says the title first, and DEMONSTRATION before it in a demonstration', () => {
    const card: Card = { title: 'Attendance:\n93.2 %', parts: [{ type: 'divider' }] };
    expect(plainText(card)).toBe('Attendance: 93.2 %\n──');
    expect(plainText({ ...card, demonstration: true })).toBe('DEMONSTRATION: Attendance: 93.2 %\n──');
  });

  test('lines up what stands in columns, figures to the right', () => {
    const card: Card = {
      title: 'Wakefield',
      parts: [
        {
          type: 'list',
          items: [
            { text: 'Persistent absence', detail: '18.9 %', button: { label: 'Log', press: { verb: 'kpi.log' } } },
            { text: 'Visits', detail: '41' },
            { text: 'A name so long that it would push every other line far to the right of any screen', detail: '4' },
          ],
        },
        {
          type: 'table',
          caption: 'Readings',
          columns: [{ label: 'Week' }, { label: '%', align: 'right' }],
          rows: [
            ['2 Nov', '9.5'],
            ['16 Nov', '100.0'],
          ],
        },
      ],
    };
    expect(plainText(card).split('\n')).toEqual([
      'Wakefield',
      'Persistent absence  18.9 %  [Log]',
      'Visits              41',
      'A name so long that it would push every other line far to the right of any screen  4',
      'Readings',
      'Week        %',
      '2 Nov     9.5',
      '16 Nov  100.0',
    ]);
  });
});
