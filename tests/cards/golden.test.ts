import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cards, forms } from './catalogue.ts';
import { renderers } from './renderers.ts';

const folder = new URL('golden/', import.meta.url).pathname;

describe.each(renderers)('$name', ({ name, extension, card, form }) => {
  const file = (sample: string) => `${folder}${name}/${sample}.${extension}`;

  test.each(Object.keys(cards))('the card "%s" looks as it did', async (sample) => {
    await expect(card(cards[sample] as (typeof cards)[string])).toMatchFileSnapshot(file(sample));
  });

  test.each(Object.keys(forms))('the form "%s" looks as it did', async (sample) => {
    await expect(form(forms[sample] as (typeof forms)[string])).toMatchFileSnapshot(file(`form-${sample}`));
  });

  test('no golden file is left over from a sample that is gone', () => {
    const expected = new Set(
      [...Object.keys(cards), ...Object.keys(forms).map((sample) => `form-${sample}`)].map((sample) => `${sample}.${extension}`),
    );
    const kept = existsSync(`${folder}${name}`) ? readdirSync(`${folder}${name}`) : [];
    expect(kept.filter((golden) => !expected.has(golden))).toEqual([]);
  });
});
