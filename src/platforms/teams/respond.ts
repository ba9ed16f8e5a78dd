import type { Answer } from '../../bot/contract.ts';
import type { Returns } from './receive.ts';
import { type Rendered, renderCard, renderForm, renderInlineForm } from './render.ts';

/** An answer as the body of the response to a Teams invoke. Field names are exact: a wrong one shows "Unable to reach app" although all was saved. */

const attachment = ({ card }: Rendered) => ({ contentType: 'application/vnd.microsoft.card.adaptive', content: card });

const dialog = (rendered: Rendered) => ({
  task: { type: 'continue', value: { title: rendered.summary, width: 'medium', height: 'medium', card: attachment(rendered) } },
});

/** A short notice in words, over the card that was pressed or in place of the dialog. */
export const notice = (returns: Exclude<Returns, 'message'>, text: string) =>
  returns === 'card'
    ? { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: text }
    : { task: { type: 'message', value: text } };

export const respond = (answer: Answer, returns: Exclude<Returns, 'message'>, link: string) => {
  if (returns === 'card') {
    // No dialog can be opened from here: a form stands in the card itself.
    const { card } =
      answer.kind === 'card'
        ? renderCard(answer.card, { link })
        : renderInlineForm(answer.form, answer.kind === 'fields' ? answer.fields : {});
    return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card };
  }
  if (answer.kind === 'form') return dialog(renderForm(answer.form));
  if (answer.kind === 'fields') return dialog(renderForm(answer.form, answer.fields));
  return dialog(renderCard(answer.card, { link, surface: 'dialog' }));
};
