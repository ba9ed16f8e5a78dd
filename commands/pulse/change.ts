import { type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card, Field } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { optionalDate } from '../../src/kpis/define.ts';
import { textProblem } from '../../src/people/notes.ts';
import { closesByDefault, MOST_TITLE, refuseDays } from '../../src/pulses/draft.ts';
import { itemsNow } from '../../src/pulses/items.ts';
import { AUDIENCES, type Audience, MOST_ITEMS, type Plan, type PulsePlace, type Split } from '../../src/pulses/pulse.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { AUDIENCE_WORDS, placesWords, SPLIT_WORDS, USUAL_K } from '../../src/views/pulse/plan.ts';
import { dateExpected } from '../dates.ts';
import { placesOfRunner, type RunPlace, SubjectState } from './context.ts';
import { keep, subjectOf } from './plan.ts';

/** Changing a plan: what it is called and asks; whom, where and when. */

/** As much as an option of a list shows everywhere, and as many as one can have. */
export const OPTION = 75;
export const MOST_LISTED = 100;

export const CHOOSE = 'Choose one of the list.';
const NONE = 'none';
/** The places as they are, where they are several. */
const AS_NOW = 'as-now';

export const choice = (
  name: string,
  label: string,
  options: readonly { value: string; label: string }[],
  value: string | undefined,
): Field => ({
  kind: 'choice',
  name,
  label,
  options: options.slice(0, MOST_LISTED).map((option) => ({ ...option, label: shortened(option.label, OPTION) })),
  ...(value === undefined ? {} : { value }),
});

/** The days of a form: the default closing day where none is given; or what is expected of them. */
export const readDays = async (
  turn: Turn,
  asked: Pick<Plan, 'audience' | 'places'>,
  values: Record<string, string>,
): Promise<{ opensOn: string; closesOn: string } | FieldErrors> => {
  const fields: Record<string, string> = {};
  const opensOn = optionalDate(values.opens) ?? undefined;
  const closes = optionalDate(values.closes);
  if (opensOn === undefined) fields.opens = dateExpected(turn.today);
  if (closes === undefined) fields.closes = dateExpected(turn.today.add({ weeks: 2 }), 'leave it empty');
  if (opensOn === undefined || closes === undefined) return { fields };
  const days = { opensOn, closesOn: closes ?? (await closesByDefault(turn.tx, asked, opensOn)) };
  try {
    await refuseDays(turn.tx, { ...asked, ...days }, turn.today);
    return days;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { fields: { [closes !== null && /closes/u.test(error.message) ? 'closes' : 'opens']: error.message } };
  }
};

export const audienceField = (value: Audience): Field =>
  choice(
    'audience',
    'Whom does it ask?',
    AUDIENCES.map((audience) => ({ value: audience, label: AUDIENCE_WORDS[audience] })),
    value,
  );

/** @param value id of the place that it opens with */
export const placeField = (mine: readonly RunPlace[], value: string | undefined, label = 'Where?'): Field =>
  choice(
    'place',
    label,
    mine.map(({ id, name }) => ({ value: id, label: name })),
    value,
  );

export const dayFields = ({ opensOn, closesOn }: { opensOn: string; closesOn?: string }): Field[] => [
  { kind: 'date', name: 'opens', label: 'On which day does it open?', value: opensOn },
  {
    kind: 'date',
    name: 'closes',
    label: 'On which day does it close?',
    hint: 'Empty: after ten working days in term',
    optional: true,
    ...(closesOn ? { value: closesOn } : {}),
  },
];

export const readAudience = (value: string | undefined): Audience | undefined => AUDIENCES.find((audience) => audience === value);
export const readPlace = (mine: readonly RunPlace[], value: string | undefined): PulsePlace | undefined => {
  const found = mine.find(({ id }) => id === value);
  return found && { kind: found.kind, id: found.id };
};

/** The smallest bases that can be chosen, with what each means. */
const BASES: [k: number, label: string][] = [
  [3, '3 answers: the least there can be'],
  [4, '4 answers'],
  [USUAL_K, `${USUAL_K} answers, as usual`],
  [7, '7 answers'],
  [10, '10 answers'],
];

const SPLITS: Split[] = ['none', 'phase', 'group'];

/** Whom it asks, where, when, and in which groups. */
export const when = formVerb({
  state: SubjectState,
  form: async (turn, { state }) => {
    const { plan, names } = await subjectOf(turn, state);
    const mine = await placesOfRunner(turn);
    const several = plan.places.length > 1 ? [{ value: AS_NOW, label: `${placesWords(names)}, as now` }] : [];
    const places = [...several, ...mine.map(({ id, name }) => ({ value: id, label: name }))];
    return {
      title: 'Who and when',
      fields: [
        audienceField(plan.audience),
        choice('place', 'Where?', places, several.length > 0 ? AS_NOW : plan.places[0]?.id),
        ...dayFields(plan),
        {
          ...choice(
            'split',
            'Show the parts of a locality apart?',
            SPLITS.map((split) => ({ value: split, label: SPLIT_WORDS[split] })),
            plan.split,
          ),
          hint: 'Only parts of 30 or more people are shown apart',
        },
        {
          ...choice(
            'k',
            'From how many answers is a group shown?',
            BASES.map(([k, label]) => ({ value: String(k), label })),
            String(plan.k),
          ),
          hint: 'More: people hide among more, and fewer groups have results. It cannot be changed once the pulse is open',
        },
      ],
      submit: { label: 'Save', press: { verb: 'pulse.when', ...(state ? { state } : {}) } },
    };
  },
  submit: async (turn, { values, state }) => {
    const subject = await subjectOf(turn, state);
    const mine = await placesOfRunner(turn);
    const audience = readAudience(values.audience);
    const place = readPlace(mine, values.place);
    const places = values.place === AS_NOW ? subject.plan.places : place && [place];
    const split = SPLITS.find((one) => one === values.split);
    const k = BASES.map(([base]) => base).find((base) => String(base) === values.k);
    if (!audience || !places || !split || !k)
      return {
        fields: {
          ...(audience ? {} : { audience: CHOOSE }),
          ...(places ? {} : { place: CHOOSE }),
          ...(split ? {} : { split: CHOOSE }),
          ...(k ? {} : { k: CHOOSE }),
        },
      };
    const days = await readDays(turn, { audience, places }, values);
    return 'fields' in days ? days : keep(turn, subject, { ...subject.plan, audience, places, split, k, ...days });
  },
});

const questionName = (at: number) => `question${at + 1}`;

/** What it is called and asks, in this order. */
export const ask = formVerb({
  state: SubjectState,
  form: async (turn, { state }) => {
    const { plan } = await subjectOf(turn, state);
    const bank = (await itemsNow(turn.tx)).slice(0, MOST_LISTED - 1).map(({ item, text }) => ({ value: item, label: text }));
    return {
      title: 'Name and questions',
      fields: [
        { kind: 'text', name: 'title', label: 'What is it called?', value: plan.title, maxLength: MOST_TITLE },
        ...Array.from({ length: MOST_ITEMS }, (_, at) =>
          choice(questionName(at), `Question ${at + 1}`, [...bank, { value: NONE, label: 'None' }], plan.items[at]?.item ?? NONE),
        ),
        choice(
          'comment',
          'Does it end with a comment?',
          [
            { value: 'yes', label: 'Yes' },
            { value: 'no', label: 'No' },
          ],
          plan.comment ? 'yes' : 'no',
        ),
      ],
      submit: { label: 'Save', press: { verb: 'pulse.ask', ...(state ? { state } : {}) } },
    };
  },
  submit: async (turn, { values, state }): Promise<Card | FieldErrors> => {
    const subject = await subjectOf(turn, state);
    const bank = await itemsNow(turn.tx);
    const fields: Record<string, string> = {};
    const title = (values.title ?? '').replaceAll(/\s+/gu, ' ').trim();
    if (title === '') fields.title = 'Say in a few words what it is about: whoever is asked reads that first.';
    else if ([...title].length > MOST_TITLE) fields.title = `At most ${MOST_TITLE} characters; this has ${[...title].length}.`;
    else {
      const problem = textProblem(title);
      if (problem) fields.title = problem;
    }
    const items: Plan['items'] = [];
    for (let at = 0; at < MOST_ITEMS; at += 1) {
      const name = questionName(at);
      const value = values[name] ?? '';
      if (value === '' || value === NONE) continue;
      const found = bank.find(({ item }) => item === value);
      if (!found) fields[name] = CHOOSE;
      else if (items.some(({ item }) => item === found.item)) fields[name] = 'This question is there already.';
      else items.push({ item: found.item, version: found.version });
    }
    if (items.length === 0 && Object.keys(fields).length === 0) fields[questionName(0)] = 'Choose at least one question.';
    if (Object.keys(fields).length > 0) return { fields };
    return keep(turn, subject, { ...subject.plan, title, items, comment: values.comment !== 'no' });
  },
});
