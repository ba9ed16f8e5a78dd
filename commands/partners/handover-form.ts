import { z } from 'zod';
import { type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card, Field, Form } from '../../src/cards/card.ts';
import { canAnswer } from '../../src/people/handover.ts';
import { type Known, meant, whoIsMeant } from '../../src/people/known.ts';
import { isTheirs } from '../../src/people/ownership.ts';
import { personWords } from '../../src/views/handover.ts';
import { asker, whereWords } from './context.ts';
import { narrowed, personIn, preview, sceneFor } from './handover-plan.ts';

/** Handing over by a form, for whoever would rather choose than type. */

/** The most people that a list to choose from can hold on every platform. */
const MOST_CHOICES = 100;

const FormState = z.object({ from: z.string().optional() });

const choice = (name: string, label: string, people: Known[], turn: Turn): Field =>
  people.length <= MOST_CHOICES
    ? { kind: 'choice', name, label, options: people.map((person) => ({ value: person.id, label: personWords(person, turn.today) })) }
    : { kind: 'text', name, label, hint: 'A post, or an address.' };

/** The form: from whom, to whom, and where. */
export const handover = formVerb({
  state: FormState,
  form: async (turn, { state }): Promise<Form | Card> => {
    const scene = await sceneFor(turn);
    const { known, things, places } = scene;
    const owners = known.filter(({ id }) => things.some((thing) => isTheirs(thing, id)));
    const takers = known.filter(
      (person) => places.some((place) => canAnswer(person, place, turn.today.toString())) && person.id !== state?.from,
    );
    const from = state?.from ? personIn(scene, state.from) : undefined;
    if (owners.length === 0)
      return { title: `Nobody owns anything in ${whereWords(places)} yet: there is nothing to hand over.`, parts: [] };
    return {
      title: 'Hand over',
      intro: from
        ? `All that ${personWords(from, turn.today)} owns and stands in for. You see what it is before anything moves.`
        : 'All that somebody owns and stands in for. You see what it is before anything moves.',
      fields: [
        ...(from ? [] : [choice('from', 'From whom?', owners, turn)]),
        choice('to', 'To whom?', takers, turn),
        ...(places.length === 1
          ? []
          : [
              {
                kind: 'choice' as const,
                name: 'in',
                label: 'Where?',
                value: 'all',
                options: [
                  { value: 'all', label: 'Everywhere' },
                  ...places.slice(0, MOST_CHOICES - 1).map(({ localityId, locality }) => ({ value: localityId, label: locality })),
                ],
              },
            ]),
      ],
      submit: { label: 'Show what moves', press: { verb: 'partners.handover', state: from ? { from: from.id } : {} } },
    };
  },
  submit: async (turn, { values, state }): Promise<Card | FieldErrors> => {
    const whole = await sceneFor(turn);
    const fields: Record<string, string> = {};
    const person = (field: 'from' | 'to'): Known | undefined => {
      const said = (field === 'from' ? state?.from : undefined) ?? values[field]?.trim() ?? '';
      const byId = whole.known.find(({ id }) => id === said);
      const found = byId ? { kind: 'one' as const, person: byId } : meant(said, whole.known, asker(turn));
      if (found.kind === 'one') return found.person;
      fields[field] = said === '' ? 'Choose somebody.' : whoIsMeant(found, said, whereWords(whole.places));
      return undefined;
    };
    const [from, to] = [person('from'), person('to')];
    const place = whole.places.find(({ localityId }) => localityId === values.in);
    if (!place && values.in && values.in !== 'all') fields.in = 'Choose one of the list.';
    if (!from || !to || Object.keys(fields).length > 0) return { fields };
    return preview(turn, place ? narrowed(whole, place) : whole, from, to, place?.localityId);
  },
});
