import { z } from 'zod';
import { criteria } from '../../src/actions/criteria.ts';
import { cardVerb, type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { addItem, itemsMadeBy, itemsNow, MOST_TEXT, reword as rewordItem } from '../../src/pulses/items.ts';
import type { Item } from '../../src/pulses/pulse.ts';
import type { Scale } from '../../src/statistics/disclosure.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { itemsCard } from '../../src/views/pulse/items.ts';
import { MOST_LISTED, OPTION } from './change.ts';
import { placesOfRunner, writerOf } from './context.ts';

/** `pulse questions`: the bank of questions, wording one anew, and adding one's own. */

const LONGEST = 110;

/**
 * The questions that the actor may word anew: whoever runs pulses in the whole programme all of them, others those they made. Others ask the
 * same questions, and another wording breaks their series too.
 */
const toReword = async (turn: Turn): Promise<Item[]> => {
  const items = await itemsNow(turn.tx);
  if ((await placesOfRunner(turn)).some(({ kind }) => kind === 'programme')) return items;
  const made = await itemsMadeBy(turn.tx, turn.actor.personId);
  return items.filter(({ item }) => made.includes(item));
};

const notYours = () =>
  new UserError(
    'Nothing was changed. Others ask these questions too, and another wording breaks their series: the evaluation team and the programme’s coordinators can reword them. Add your own question instead.',
    { label: 'Add a question', press: { verb: 'pulse.question' } },
  );

const bank = async (turn: Turn, from = 0, done?: string): Promise<Card> => {
  const areas = await criteria(turn.tx);
  const mine = (await toReword(turn)).length > 0;
  return itemsCard(await itemsNow(turn.tx), { from, mine }, (id) => areas.find((area) => area.id === id)?.name ?? '', done);
};

export const questions = cardVerb({
  state: z.object({ from: z.number().int().min(0) }),
  run: async (turn, { state }) => {
    await placesOfRunner(turn);
    return bank(turn, state?.from);
  },
});

const byHand = (text: string) => shortened(text, OPTION);

/** The rules of wording answer at the field that holds the words; anything else is no matter of the form. */
const atField = async (field: string, save: () => Promise<Card>): Promise<Card | FieldErrors> => {
  try {
    return await save();
  } catch (error) {
    if (error instanceof UserError) return { fields: { [field]: error.message } };
    throw error;
  }
};

/** Another wording of a question: its next version. */
export const reword = formVerb({
  state: z.undefined(),
  form: async (turn) => {
    const items = await toReword(turn);
    if (items.length === 0) throw notYours();
    return {
      title: 'Reword a question',
      intro: 'Pulses that are planned from now on ask the new wording. Its results are not compared with those of the wording before.',
      fields: [
        {
          kind: 'choice',
          name: 'item',
          label: 'Which question?',
          options: items.slice(0, MOST_LISTED).map(({ item, text }) => ({ value: item, label: byHand(text) })),
        },
        { kind: 'text', name: 'text', label: 'How is it worded from now on?', maxLength: MOST_TEXT },
      ],
      submit: { label: 'Save', press: { verb: 'pulse.reword' } },
    };
  },
  submit: async (turn, { values }) => {
    const item = values.item ?? '';
    const mine = await toReword(turn);
    if (mine.length === 0) throw notYours();
    if (!mine.some((one) => one.item === item)) return { fields: { item: 'Choose one of the list.' } };
    return atField('text', async () => {
      const saved = await rewordItem(writerOf(turn), item, values.text ?? '');
      return bank(turn, 0, `Saved: “${shortened(saved.text, LONGEST)}”, version ${saved.version}.`);
    });
  },
});

const NONE = 'none';
const SCALES: { value: Scale; label: string }[] = [
  { value: 'agree', label: 'Agree or disagree, in five steps' },
  { value: 'ten', label: '0 to 10' },
  { value: 'yes_no', label: 'Yes or no' },
  { value: 'choice', label: 'One of a few options' },
];

/** A question of one's own. */
export const question = formVerb({
  state: z.undefined(),
  form: async (turn) => {
    await placesOfRunner(turn);
    const areas = await criteria(turn.tx);
    return {
      title: 'Add a question',
      intro: 'Ask one thing at a time, in words that a headteacher can answer in ten seconds. Everybody who runs pulses can ask it.',
      fields: [
        { kind: 'text', name: 'text', label: 'What is the question, or the statement to agree with?', maxLength: MOST_TEXT },
        { kind: 'choice', name: 'scale', label: 'How is it answered?', options: SCALES, value: 'agree' },
        {
          kind: 'longtext',
          name: 'options',
          label: 'Which options?',
          hint: 'For one of a few options alone: 2 to 6, one a line',
          optional: true,
        },
        {
          kind: 'choice',
          name: 'criterion',
          label: 'Which area is it about?',
          options: [...areas.map(({ id, name }) => ({ value: id, label: byHand(name) })), { value: NONE, label: 'None of them' }],
          value: NONE,
        },
      ],
      submit: { label: 'Save', press: { verb: 'pulse.question' } },
    };
  },
  submit: async (turn, { values }) => {
    await placesOfRunner(turn);
    const scale = SCALES.find(({ value }) => value === values.scale)?.value;
    if (!scale) return { fields: { scale: 'Choose one of the list.' } };
    const areas = await criteria(turn.tx);
    const options = (values.options ?? '').split(/\r?\n/u);
    return atField(scale === 'choice' && (values.text ?? '').trim() !== '' ? 'options' : 'text', async () => {
      const criterionId = areas.find(({ id }) => id === values.criterion)?.id ?? null;
      const saved = await addItem(writerOf(turn), { text: values.text ?? '', scale, options, criterionId });
      return bank(turn, 0, `Added: “${shortened(saved.text, LONGEST)}”`);
    });
  },
});
