import type { ActionArray, CardElement, CardElementArray, ISubmitAction } from '@microsoft/teams.cards';
import type { Field, SealedForm } from '../../cards/card.ts';
import { LIMITS } from './limits.ts';
import { line, paragraphs, run, shorten } from './text.ts';

/** Where a card stands: in a message its buttons are answered in place, in a dialog Teams only knows Action.Submit. */
export type Surface = 'message' | 'dialog';

/** What a button of ours carries; the values of a form's fields come beside it. */
export type ButtonData = {
  ask: 'press' | 'form' | 'submit';
  token: string;
  /** The prefix of the ids of the form's own fields, so that a field's name can never stand for anything else. */
  fields?: string;
};

/** The error of one field, or of the whole form. */
const mistake = (text: string): CardElement => line([run(`Error: ${text}`, { color: 'Attention', weight: 'Bolder' })]);

const input = (field: Field, id: string, required: boolean): CardElement => {
  const label = `${field.label}${field.hint ? ` (${field.hint})` : ''}${field.optional === true ? ' (optional)' : ''}`;
  const common = {
    id,
    label: shorten(label, LIMITS.text),
    ...(required && !field.optional ? { isRequired: true, errorMessage: 'Fill this in' } : {}),
    ...(field.value === undefined || field.value === '' ? {} : { value: field.value }),
  };
  switch (field.kind) {
    case 'text':
    case 'number':
      return { type: 'Input.Text', ...common, ...('maxLength' in field && field.maxLength ? { maxLength: field.maxLength } : {}) };
    case 'longtext':
      return { type: 'Input.Text', isMultiline: true, ...common, ...(field.maxLength ? { maxLength: field.maxLength } : {}) };
    case 'date':
      return { type: 'Input.Date', ...common };
    case 'choice':
      return {
        type: 'Input.ChoiceSet',
        style: field.options.length <= 7 ? 'expanded' : 'compact',
        wrap: true,
        choices: field.options
          .slice(0, LIMITS.choices)
          .map((option) => ({ title: shorten(option.label, LIMITS.cell), value: option.value })),
        ...common,
      };
  }
};

/**
 * A form as the inputs of a card, with its button.
 * @param at the form's position in its card: ids must be unique there
 * @param alone whether no other form is in the card: Teams checks every required input of a card at every button
 * @param errors field name → what is expected; shown above the field
 */
export const formElements = (
  form: SealedForm,
  surface: Surface,
  at = 0,
  alone = true,
  errors: Record<string, string> = {},
): CardElementArray => {
  const fields = `f${at}:`;
  const data: ButtonData = { ask: form.submit.press.form ? 'submit' : 'press', token: form.submit.press.token, fields };
  const title = shorten(form.submit.label, LIMITS.label);
  // In a message the oldest clients know no Action.Execute: a form must work there too.
  const submit: ISubmitAction = { type: 'Action.Submit', title, style: 'positive', data: { ...data } };
  const button: ActionArray =
    surface === 'dialog'
      ? [submit]
      : [{ type: 'Action.Execute', title, style: 'positive', verb: form.submit.press.verb, data: { ...data }, fallback: submit }];
  const unplaced = Object.entries(errors).filter(([name]) => !form.fields.some((field) => field.name === name));
  return [
    ...unplaced.map(([, text]) => mistake(text)),
    ...(form.intro ? paragraphs(form.intro) : []),
    ...form.fields.flatMap((field) => [
      ...(errors[field.name] ? [mistake(errors[field.name] ?? '')] : []),
      input(field, `${fields}${field.name}`, alone),
    ]),
    { type: 'ActionSet', actions: button },
  ] as CardElementArray;
};

/** The values of a form from what Teams sent beside a button's data: strings only, by field name. */
export const formValues = (data: Record<string, unknown>, fields: string | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data)
      .filter(([id]) => fields !== undefined && id.startsWith(fields))
      .map(([id, value]) => [id.slice((fields ?? '').length), typeof value === 'string' ? value : value == null ? '' : String(value)]),
  );
