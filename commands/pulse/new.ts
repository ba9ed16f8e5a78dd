import { z } from 'zod';
import { type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import type { Card } from '../../src/cards/card.ts';
import { changeDraft, nextWave } from '../../src/pulses/draft.ts';
import { askingDays } from '../../src/pulses/half-term.ts';
import { itemsNow } from '../../src/pulses/items.ts';
import type { Plan } from '../../src/pulses/pulse.ts';
import { TEMPLATES } from '../../src/pulses/templates.ts';
import { againWords, USUAL_K } from '../../src/views/pulse/plan.ts';
import { audienceField, CHOOSE, choice, dayFields, placeField, readAudience, readDays, readPlace } from './change.ts';
import { type MyWave, myWave, myWaves, placesOfRunner, writerOf } from './context.ts';
import { keep, shownAgain } from './plan.ts';

/** `pulse new`: what to ask, whom, where and when. What comes of it is a draft: nobody is asked yet. */

const CHOOSE_QUESTIONS = 'choose';
const AGAIN = 'again ';
const AS_THEN = 'Not for “The same as …”: that asks whom and where it asked then';

/** The last wave of each survey, where that has closed: it can be asked again. */
const askedBefore = (waves: readonly MyWave[]): MyWave[] => {
  const bySurvey = Map.groupBy(waves, ({ wave }) => wave.surveyId);
  return [...bySurvey.values()].flatMap((some) => {
    const last = some.reduce((one, other) => (other.wave.number > one.wave.number ? other : one));
    return last.wave.state === 'closed' ? [last] : [];
  });
};

/** What it can ask: the product's own, the same as before, or what is chosen next. */
const optionsOf = (waves: readonly MyWave[]): { value: string; label: string }[] => [
  ...TEMPLATES.map(({ id, title }) => ({ value: id, label: title })),
  ...askedBefore(waves).map(({ wave, names }) => ({
    value: `${AGAIN}${wave.surveyId}`,
    label: `The same as “${wave.title}”, ${names.join(', ')}`,
  })),
  { value: CHOOSE_QUESTIONS, label: 'Choose the questions' },
];

/** What the words after the command mean of these; the first where they mean none. */
const meant = (words: string, options: readonly { value: string; label: string }[]): string | undefined => {
  const match = matchName(
    words,
    options.map(({ value, label }) => ({ id: value, name: label, aliases: [] })),
  );
  return match.kind === 'one' ? match.id : match.kind === 'near' || match.kind === 'several' ? match.ids[0] : options[0]?.value;
};

/** The same people are asked the same again, in other days. */
const again = async (turn: Turn, surveyId: string, values: Record<string, string>): Promise<Card | FieldErrors> => {
  const last = askedBefore(await myWaves(turn)).find(({ wave }) => wave.surveyId === surveyId);
  if (!last) return { fields: { template: CHOOSE } };
  const days = await readDays(turn, last.wave, values);
  if ('fields' in days) return days;
  const writer = writerOf(turn);
  const id = await nextWave(writer, surveyId);
  const { wave } = await myWave(turn, id);
  await changeDraft(writer, id, { ...wave, ...days });
  return shownAgain(turn, id, againWords(last.wave.questions, wave.questions));
};

/** Until its questions are chosen nothing is stored: the plan travels in the button. */
const chooseCard = (plan: Plan): Card => ({
  title: 'Now its name and its questions: at most five, and a comment.',
  parts: [
    { type: 'buttons', buttons: [{ label: 'Choose the questions', press: { verb: 'pulse.ask', state: { plan } }, style: 'primary' }] },
    { type: 'text', style: 'small', text: 'Nothing is stored yet.' },
  ],
});

export const newPulse = formVerb({
  state: z.undefined(),
  form: async (turn, { words }) => {
    const mine = await placesOfRunner(turn);
    const options = optionsOf(await myWaves(turn));
    const [first] = mine;
    const asThen = options.some(({ value }) => value.startsWith(AGAIN)) ? { hint: AS_THEN } : {};
    const days = await askingDays(turn.tx, { audience: 'schools', places: first ? [{ kind: first.kind, id: first.id }] : [] });
    return {
      title: 'New pulse',
      intro: 'Nobody is asked anything yet: first you see whom it would ask, and what there would be to read.',
      fields: [
        choice('template', 'What does it ask?', options, meant(words, options)),
        { ...audienceField('schools'), ...asThen },
        { ...placeField(mine, first?.id), ...asThen },
        ...dayFields({ opensOn: days.from(turn.today.add({ days: 1 })).toString() }),
      ],
      submit: { label: 'Plan it', press: { verb: 'pulse.new' } },
    };
  },
  submit: async (turn, { values }) => {
    const mine = await placesOfRunner(turn);
    const template = values.template ?? '';
    if (template.startsWith(AGAIN)) return again(turn, template.slice(AGAIN.length), values);
    const chosen = TEMPLATES.find(({ id }) => id === template);
    const audience = readAudience(values.audience);
    const place = readPlace(mine, values.place);
    if ((!chosen && template !== CHOOSE_QUESTIONS) || !audience || !place)
      return {
        fields: {
          ...(chosen || template === CHOOSE_QUESTIONS ? {} : { template: CHOOSE }),
          ...(audience ? {} : { audience: CHOOSE }),
          ...(place ? {} : { place: CHOOSE }),
        },
      };
    const days = await readDays(turn, { audience, places: [place] }, values);
    if ('fields' in days) return days;
    const plan: Plan = { title: '', audience, places: [place], split: 'none', items: [], comment: true, k: USUAL_K, ...days };
    if (!chosen) return chooseCard(plan);
    const bank = await itemsNow(turn.tx);
    const items = chosen.items.flatMap((id) => bank.filter(({ item }) => item === id).map(({ item, version }) => ({ item, version })));
    return keep(turn, { wave: undefined }, { ...plan, title: chosen.title, items, comment: chosen.comment });
  },
});
