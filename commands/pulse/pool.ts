import { type FieldErrors, formVerb } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { FEWEST_IN_PART, FEWEST_INVITED, type Plan } from '../../src/pulses/pulse.ts';
import { liesIn } from '../../src/pulses/queries.ts';
import { placesWords } from '../../src/views/pulse/plan.ts';
import { CHOOSE, choice } from './change.ts';
import { MOST_PLACES, placesOfRunner, SubjectState } from './context.ts';
import { keep, placesToPool, subjectOf } from './plan.ts';

/** Asking several places together, so that there are enough people to hide among. */

const NONE = 'none';
/** So many more at a time. */
const MORE = ['place1', 'place2', 'place3'] as const;

export const pool = formVerb({
  state: SubjectState,
  form: async (turn, { state }) => {
    const { plan, names } = await subjectOf(turn, state);
    const others = placesToPool(plan.places, await placesOfRunner(turn));
    if (others.length === 0) throw new UserError('There is no other place in which you can run pulses.');
    const options = others.map(({ id, name }) => ({ value: id, label: name }));
    return {
      title: 'Pool with other places',
      intro: `Asked together with ${placesWords(names)}. Results are of all of them together; a pilot or locality of ${FEWEST_INVITED} or more people has its own too, a group or project from ${FEWEST_IN_PART} on.`,
      fields: MORE.map((name, at) =>
        at === 0
          ? choice(name, 'Which place?', options, undefined)
          : choice(name, 'And?', [{ value: NONE, label: 'No other' }, ...options], NONE),
      ),
      submit: { label: 'Ask them together', press: { verb: 'pulse.pool', ...(state ? { state } : {}) } },
    };
  },
  submit: async (turn, { values, state }): Promise<Card | FieldErrors> => {
    const subject = await subjectOf(turn, state);
    const mine = await placesOfRunner(turn);
    const places: Plan['places'] = [...subject.plan.places];
    const fields: Record<string, string> = {};
    for (const [at, name] of MORE.entries()) {
      const value = values[name] ?? '';
      if (at > 0 && (value === '' || value === NONE)) continue;
      const found = mine.find(({ id }) => id === value);
      if (!found) fields[name] = CHOOSE;
      else if (!places.some(({ id }) => id === found.id)) places.push({ kind: found.kind, id: found.id });
    }
    if (places.length > MOST_PLACES) fields.place1 = `At most ${MOST_PLACES} places together; choose one that holds several of them.`;
    if (Object.keys(fields).length > 0) return { fields };
    const chosen = mine.filter(({ id }) => places.some((place) => place.id === id));
    const outermost = places.filter(({ id }) => !chosen.some((outer) => chosen.some((inner) => inner.id === id && liesIn(inner, outer))));
    return keep(turn, subject, { ...subject.plan, places: outermost });
  },
});
