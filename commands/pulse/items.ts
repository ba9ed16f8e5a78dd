import { z } from 'zod';
import { criteria } from '../../src/actions/criteria.ts';
import { cardVerb, type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { addItem, itemsMadeBy, itemsNow, MOST_TEXT, reword as rewordItem, rewording, wording } from '../../src/pulses/items.ts';
import { namedIn } from '../../src/pulses/named.ts';
import type { Item } from '../../src/pulses/pulse.ts';
import type { Scale } from '../../src/statistics/disclosure.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { marksWords } from '../../src/views/pulse/comments.ts';
import { itemsCard, namedCard } from '../../src/views/pulse/items.ts';
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

const Reworded = z.object({ item: z.string(), text: z.string() });

const saveReworded = async (turn: Turn, { item, text }: z.infer<typeof Reworded>): Promise<Card> => {
  const saved = await rewordItem(writerOf(turn), item, text);
  return bank(turn, 0, `Saved: “${shortened(saved.text, LONGEST)}”, version ${saved.version}.`);
};

/** Another wording of a question: its next version. */
export const reword = formVerb({
  state: Reworded,
  form: async (turn, { state }) => {
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
          ...(state ? { value: state.item } : {}),
        },
        {
          kind: 'text',
          name: 'text',
          label: 'How is it worded from now on?',
          maxLength: MOST_TEXT,
          ...(state ? { value: state.text } : {}),
        },
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
      const { text } = await rewording(turn.tx, item, values.text ?? '');
      const marks = await namedIn(turn.tx, [text]);
      const state = { item, text };
      if (marks.length === 0) return saveReworded(turn, state);
      return namedCard(text, marks, [
        { label: 'Word it otherwise', press: { verb: 'pulse.reword', state }, style: 'primary' },
        { label: 'Save it as it is', press: { verb: 'pulse.reworded', state } },
      ]);
    });
  },
});

/** Though it looks as if it named somebody. */
export const reworded = cardVerb({
  state: Reworded,
  run: async (turn, { state }) => {
    const mine = await toReword(turn);
    if (!state || !mine.some(({ item }) => item === state.item)) throw notYours();
    return saveReworded(turn, state);
  },
});

const NONE = 'none';
const SCALES: { value: Scale; label: string }[] = [
  { value: 'agree', label: 'Agree or disagree, in five steps' },
  { value: 'ten', label: '0 to 10' },
  { value: 'yes_no', label: 'Yes or no' },
  { value: 'choice', label: 'One of a few options' },
];

const Added = z.object({
  text: z.string(),
  scale: z.enum(['agree', 'ten', 'yes_no', 'choice']),
  options: z.array(z.string()),
  criterionId: z.guid().nullable(),
});

/** Bytes of a question that fit into a button, where it is asked whether it is to be kept. */
const MOST_CARRIED = 1_000;

const saveAdded = async (turn: Turn, added: z.infer<typeof Added>): Promise<Card> => {
  const saved = await addItem(writerOf(turn), added);
  return bank(turn, 0, `Added: “${shortened(saved.text, LONGEST)}”`);
};

/** A question of one's own. */
export const question = formVerb({
  state: Added,
  form: async (turn, { state }) => {
    await placesOfRunner(turn);
    const areas = await criteria(turn.tx);
    return {
      title: 'Add a question',
      intro: 'Ask one thing at a time, in words that a headteacher can answer in ten seconds. Everybody who runs pulses can ask it.',
      fields: [
        {
          kind: 'text',
          name: 'text',
          label: 'What is the question, or the statement to agree with?',
          maxLength: MOST_TEXT,
          ...(state ? { value: state.text } : {}),
        },
        { kind: 'choice', name: 'scale', label: 'How is it answered?', options: SCALES, value: state?.scale ?? 'agree' },
        {
          kind: 'longtext',
          name: 'options',
          label: 'Which options?',
          hint: 'For one of a few options alone: 2 to 6, one a line',
          optional: true,
          ...(state ? { value: state.options.join('\n') } : {}),
        },
        {
          kind: 'choice',
          name: 'criterion',
          label: 'Which area is it about?',
          options: [...areas.map(({ id, name }) => ({ value: id, label: byHand(name) })), { value: NONE, label: 'None of them' }],
          value: state?.criterionId ?? NONE,
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
      const made = await wording(turn.tx, { text: values.text ?? '', scale, options, criterionId });
      const state = { ...made, options: [...made.options] };
      const marks = await namedIn(turn.tx, [made.text, ...made.options]);
      if (marks.length === 0) return saveAdded(turn, state);
      if (Buffer.byteLength(JSON.stringify(state)) > MOST_CARRIED)
        throw new UserError(`This looks as if it names ${marksWords(marks)}: word it otherwise, or shorter.`);
      return namedCard(made.text, marks, [
        { label: 'Word it otherwise', press: { verb: 'pulse.question', state }, style: 'primary' },
        { label: 'Add it as it is', press: { verb: 'pulse.added', state } },
      ]);
    });
  },
});

/** Though it looks as if it named somebody. */
export const added = cardVerb({
  state: Added,
  run: async (turn, { state }) => {
    await placesOfRunner(turn);
    return state ? saveAdded(turn, state) : bank(turn);
  },
});
