import { createHash } from 'node:crypto';
import type { Card } from './card.ts';
import { plainText } from './plain-text.ts';

const short = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 16);

/** What a card says, in 16 characters: the same as long as its words are; its presses are sealed anew each time. */
export const digestOf = (card: Card<unknown>): string => short(plainText(card));

/** The same of what somebody agrees to: as long as nothing of it is another. */
export const digestOfData = (data: unknown): string => short(JSON.stringify(data));
