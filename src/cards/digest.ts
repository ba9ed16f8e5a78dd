import { createHash } from 'node:crypto';
import type { Card } from './card.ts';
import { plainText } from './plain-text.ts';

/** What a card says, in 16 characters: the same as long as its words are; its presses are sealed anew each time. */
export const digestOf = (card: Card<unknown>): string => createHash('sha256').update(plainText(card)).digest('base64url').slice(0, 16);
