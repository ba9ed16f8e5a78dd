import type { SealedCard, SealedForm } from '../../src/cards/card.ts';
import { plainForm, plainText } from '../../src/cards/plain-text.ts';

/** What every sample card is put through. One row per renderer; its golden files are in golden/NAME/. */
type Renderer = {
  name: string;
  extension: 'txt' | 'json' | 'html';
  card: (card: SealedCard) => string;
  form: (form: SealedForm) => string;
};

export const renderers: Renderer[] = [{ name: 'plain-text', extension: 'txt', card: plainText, form: plainForm }];
