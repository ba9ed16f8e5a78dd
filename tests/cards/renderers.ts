import type { SealedCard, SealedForm } from '../../src/cards/card.ts';
import { plainForm, plainText } from '../../src/cards/plain-text.ts';
import { renderCard as slackCard, renderForm as slackForm } from '../../src/platforms/slack/render.ts';
import { renderCard as teamsCard, renderForm as teamsForm } from '../../src/platforms/teams/render.ts';
import { cardView, formView } from '../../src/platforms/web/render.ts';
import { createTemplates } from '../../src/web/templates.ts';

const templates = createTemplates();
const page = { action: '/chat', csrf: 'csrf', nonce: 'nonce' };

/** What every sample card is put through. One row per renderer; its golden files are in golden/NAME/. */
type Renderer = {
  name: string;
  extension: 'txt' | 'json' | 'html';
  card: (card: SealedCard) => string;
  form: (form: SealedForm) => string;
};

const json = (drawn: unknown) => `${JSON.stringify(drawn, null, 2)}\n`;

export const renderers: Renderer[] = [
  { name: 'plain-text', extension: 'txt', card: plainText, form: plainForm },
  { name: 'slack', extension: 'json', card: (card) => json(slackCard(card)), form: (form) => json(slackForm(form)) },
  {
    name: 'teams',
    extension: 'json',
    card: (card) => json(teamsCard(card, { link: 'https://commoncause.example.org' })),
    form: (form) => json(teamsForm(form)),
  },
  {
    name: 'web',
    extension: 'html',
    card: (card) => templates.render('answer.njk', { answer: cardView(card), page }),
    form: (form) => templates.render('form-page.njk', { form: formView(form), page, visitor: { post: 'Wakefield pilot lead' } }),
  },
];
