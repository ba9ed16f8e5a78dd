import { z } from 'zod';
import { raiseWorry, type Worry, worryById } from '../../src/actions/worries.ts';
import { cardVerb, type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import type { Card, Press } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { directory, type Place } from '../../src/people/directory.ts';
import { textProblem } from '../../src/people/notes.ts';
import { may } from '../../src/people/permissions.ts';
import { raisedCard } from '../../src/views/actions/worry.ts';
import { readableKpi } from '../kpi/context.ts';
import { readableAction, writerOf } from './context.ts';
import { placesFor } from './places.ts';
import { askedAction } from './which.ts';

/** Raising a worry: one sentence to the coordinator of a locality, from words or from any card. */

/** What it is about, or where; none = their own locality. */
const State = z.object({ action: z.string().optional(), kpi: z.string().optional(), locality: z.string().optional() });
type State = z.infer<typeof State>;

/** A code as finds.ts and the buttons of "which one?" write it, so that a sentence that begins with a number is a sentence. */
const CODE_IN_FRONT = /^(?:#\d|\p{Lu}{2,5}-\d)/u;

/** What follows a code that a sentence speaks of. */
const OF_THE_CODE =
  /^(?:is|isn['’]t|was|wasn['’]t|has|hasn['’]t|had|will|won['’]t|would|can|cannot|can['’]t|could|should|must|may|does|doesn['’]t|did|didn['’]t|needs|and|or)\s/iu;

type About = { id: string; kind: 'action' | 'kpi'; says: string };
type Aimed = { places: Place[]; about: About | undefined };

const aim = async (turn: Turn, state: State | undefined): Promise<Aimed> => {
  const places = await placesFor(turn, 'worry.raise');
  const at = (place: Place): Place[] => places.filter(({ localityId }) => localityId === place.localityId);
  if (state?.action !== undefined) {
    const action = await readableAction(turn, state.action);
    return { places: at(action), about: { kind: 'action', id: action.id, says: `${action.code} ${action.title}` } };
  }
  if (state?.kpi !== undefined) {
    const kpi = await readableKpi(turn, state.kpi);
    return { places: at(kpi), about: { kind: 'kpi', id: kpi.id, says: kpi.name } };
  }
  return {
    places: state?.locality === undefined ? places : places.filter(({ localityId }) => localityId === state.locality),
    about: undefined,
  };
};

const check = ({ places }: Aimed) => {
  if (places.length === 0)
    throw new UserError(
      'Nothing was saved. Worries go to the coordinator of a locality that you work in, and there is none for your role.',
    );
};

const save = async (turn: Turn, place: Place, about: About | undefined, text: string): Promise<Card> => {
  const { id, again } = await raiseWorry(writerOf(turn), place.localityId, text, about && { kind: about.kind, id: about.id });
  const worry = (await worryById(turn.tx, [place.localityId], id)) as Worry;
  const here = await directory(turn.tx, [place.localityId, place.pilotId, place.programmeId], turn.today.toString());
  // Whoever is nearest first: the locality's own, then its pilot's and the programme's.
  const near = { locality: 0, pilot: 1, programme: 2 };
  const readers = here.filter(({ role }) => role === 'coordinator').sort((one, other) => near[one.scopeKind] - near[other.scopeKind]);
  return raisedCard(
    { text: worry.text, locality: place.locality, about: about?.says ?? null },
    [...new Set(readers.map(({ post }) => post))],
    may(turn.actor, 'worry.answer', place),
    again,
  );
};

const pressOf = (verb: 'rag.raise' | 'rag.worry', state: State, words = ''): Press => ({ verb, state, ...(words ? { words } : {}) });

const writeCard = (state: State): Card => ({
  title: 'What worries you? One sentence to the coordinator is enough.',
  parts: [
    { type: 'buttons', buttons: [{ label: 'Write it', press: pressOf('rag.worry', state), style: 'primary' }] },
    { type: 'text', style: 'small', text: 'Or type it: rag raise and your sentence.' },
  ],
});

export const raise = cardVerb({
  state: State,
  run: async (turn, { words, state }) => {
    let text = words.trim();
    let to = state ?? {};
    if (CODE_IN_FRONT.test(text) && to.action === undefined && to.kpi === undefined) {
      const asked = await askedAction(turn, 'rag.raise', { words: text, state: undefined });
      if (!('action' in asked)) return asked;
      to = { action: asked.action.id };
      // "raise WAK-7 is stuck": its code is the sentence's own first word.
      text = OF_THE_CODE.test(asked.rest) ? `${asked.action.code} ${asked.rest}` : asked.rest;
    }
    const aimed = await aim(turn, to);
    check(aimed);
    if (text === '') return writeCard(to);
    const refused = noteRefusal(turn.platform, text);
    if (refused) return refused;
    const [place, ...others] = aimed.places;
    if (place && others.length === 0) return save(turn, place, aimed.about, text);
    return {
      title: 'Which locality is it about? Nothing was saved yet.',
      parts: [
        {
          type: 'buttons',
          buttons: aimed.places.map(({ localityId, locality }) => ({
            label: locality.slice(0, 30),
            press: pressOf('rag.raise', { ...to, locality: localityId }, text),
          })),
        },
      ],
    };
  },
});

/** The same in a form, for a card's button. */
export const worry = formVerb({
  state: State,
  form: async (turn, { state }) => {
    const aimed = await aim(turn, state);
    check(aimed);
    const [place, ...others] = aimed.places;
    return {
      title: 'Raise a worry',
      intro: `${aimed.about ? `About ${aimed.about.says}. ` : ''}It goes to the coordinator${others.length === 0 ? ` of ${place?.locality}` : ''}, who sees that it comes from you. You are told what becomes of it.`,
      fields: [
        ...(others.length === 0
          ? []
          : [
              {
                kind: 'choice' as const,
                name: 'locality',
                label: 'Locality',
                options: aimed.places.map(({ localityId, locality }) => ({ value: localityId, label: locality })),
              },
            ]),
        {
          kind: 'longtext',
          name: 'text',
          label: 'What worries you?',
          hint: 'One sentence is enough. Do not name a child.',
          maxLength: 1_000,
        },
      ],
      submit: { label: 'Raise it', press: pressOf('rag.worry', state ?? {}) },
    };
  },
  submit: async (turn, { values, state }): Promise<Card | FieldErrors> => {
    const aimed = await aim(turn, state);
    check(aimed);
    const place = aimed.places.length === 1 ? aimed.places[0] : aimed.places.find(({ localityId }) => localityId === values.locality);
    if (!place) return { fields: { locality: 'Choose a locality.' } };
    const text = values.text?.trim() ?? '';
    const problem = textProblem(text);
    if (problem) return { fields: { text: problem } };
    if (text === '') return { fields: { text: 'Write what worries you, in a sentence.' } };
    return save(turn, place, aimed.about, text);
  },
});
