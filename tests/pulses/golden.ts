import { expect } from 'vitest';
import type { SealedCard } from '../../src/cards/card.ts';
import { renderers } from '../cards/renderers.ts';
import type { Seen } from '../support/bot.ts';

/** Sealed presses are other ones each time: here they are named by their verb. */
const unsealed = (card: SealedCard): SealedCard =>
  JSON.parse(JSON.stringify(card), (key, value) => (key === 'token' ? 'sealed' : value)) as SealedCard;

/** Holds that a card looks as it did, on every platform. */
export const golden = async (name: string, seen: Seen): Promise<void> => {
  for (const { name: platform, extension, card } of renderers)
    await expect(card(unsealed(seen.card()))).toMatchFileSnapshot(`golden/run-${name}-${platform}.${extension}`);
};
