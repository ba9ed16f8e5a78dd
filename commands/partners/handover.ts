import { z } from 'zod';
import { cardVerb, type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card, Field, Form } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { canAnswer, countWords, handoverOf, type Move, moveNews, type Plan, planOf, recordHandover } from '../../src/people/handover.ts';
import { bothSure, type Known, meant, partedBy, whoIsMeant } from '../../src/people/known.ts';
import { leaveNews } from '../../src/people/news.ts';
import { isTheirs } from '../../src/people/ownership.ts';
import { handedCard, handoverPreview, personWords } from '../../src/views/handover.ts';
import { asker, knownAt, mayRead, moveAll, placesFor, type Thing, thingsIn, whereWords, writerOf } from './context.ts';

/** Handing over all that somebody owns and stands in for, to somebody else: after a preview, in one transaction, once. */

const REFUSAL = 'Things are handed over by the pilot lead or the coordinator of the locality. Ask them.';
/** The most people that a list to choose from can hold on every platform. */
const MOST_CHOICES = 100;

type Scene = { places: Place[]; things: Thing[]; known: Known[] };

/** The places where the actor may hand over (one of them, where it was named), what is owned there, and who is known. */
const sceneFor = async (turn: Turn, only?: string): Promise<Scene> => {
  const all = await placesFor(turn, 'handover', REFUSAL);
  const places = only ? all.filter(({ localityId }) => localityId === only) : all;
  if (places.length === 0) throw new UserError(REFUSAL);
  const things = await thingsIn(turn, places);
  return { places, things, known: await knownAt(turn, places, things) };
};

const personIn = ({ known }: Scene, id: string): Known => {
  const person = known.find((one) => one.id === id);
  if (!person) throw new UserError('I cannot find this person. Type partners to see who is who.');
  return person;
};

const narrowed = (scene: Scene, place: Place): Scene => ({
  ...scene,
  places: [place],
  things: scene.things.filter(({ at }) => at.localityId === place.localityId),
});

type Agreed = { from: Known; to: Known; plan: Plan };

/** What would move; throws with what to do instead where nothing can. */
const agree = (turn: Turn, { places, things }: Scene, from: Known, to: Known): Agreed => {
  const day = turn.today.toString();
  const where = whereWords(places);
  if (from.id === to.id) throw new UserError('Choose two different people: who hands over, and who takes over.');
  if (!things.some((thing) => isTheirs(thing, from.id)))
    throw new UserError(`${from.post} has nothing to hand over in ${where}: no KPI, and no action that is still open.`);
  if (to.leftOn !== null && to.leftOn <= day)
    throw new UserError(`Nothing was handed over: ${personWords(to, turn.today)}. Choose somebody who is here.`);
  const plan = planOf(things, from, to, day);
  if (plan.moves.length === 0) {
    const holds = places.some((place) => canAnswer(to, place, day));
    throw new UserError(
      `Nothing was handed over: ${to.post} holds no role ${holds ? 'where these things are' : `in ${where} today`} with which they could answer for it. Give them one first: partners role.`,
    );
  }
  return { from, to, plan };
};

const preview = (turn: Turn, scene: Scene, from: Known, to: Known, only: string | undefined): Card => {
  const { plan } = agree(turn, scene, from, to);
  return handoverPreview(
    plan,
    { from, to, today: turn.today, shown: (thing) => mayRead(turn, thing) },
    { from: from.id, to: to.id, id: turn.core.newId(), ...(only ? { in: only } : {}) },
  );
};

/** "… in Wakefield" at the end, of the places that there are; the words without it. */
const placeAtEnd = (words: string, places: readonly Place[]) => {
  const found = /^(?<rest>.+)\s+(?:in|for)\s+(?<name>\S.*)$/isu.exec(words)?.groups;
  const place = found && places.find(({ locality }) => locality.toLowerCase() === found.name?.trim().toLowerCase());
  return place && found?.rest ? { place, words: found.rest } : undefined;
};

/** `FROM to TO`, as typed. */
export const typedHandover = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const scene = await sceneFor(turn);
    const read = (said: string) => meant(said, scene.known, asker(turn));
    const part = (text: string) => partedBy(text.replace(/^\s*from\s+/iu, ''), 'to', { left: read, right: read, sure: bothSure });
    const ended = placeAtEnd(words, scene.places);
    const all = words.replace(/\s+(?:everywhere|in all(?: localities)?)\s*$/iu, '');
    const whole = part(all);
    const inPlace = ended && part(ended.words);
    const isNarrow = inPlace !== undefined && (!whole || bothSure(inPlace.left, inPlace.right) > bothSure(whole.left, whole.right));
    const parted = isNarrow ? inPlace : whole;
    if (!parted) throw new UserError('Say from whom to whom: partners handover POST to POST, or partners handover alone for a form.');
    const where = whereWords(scene.places);
    if (parted.left.kind !== 'one') throw new UserError(`From whom? ${whoIsMeant(parted.left, parted.said[0], where)}`);
    if (parted.right.kind !== 'one') throw new UserError(`To whom? ${whoIsMeant(parted.right, parted.said[1], where)}`);
    const place = isNarrow ? ended?.place : undefined;
    return preview(turn, place ? narrowed(scene, place) : scene, parted.left.person, parted.right.person, place?.localityId);
  },
});

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

const HandState = z.object({ from: z.string(), to: z.string(), id: z.uuid(), in: z.string().optional() });

const DONE: Card = { title: 'This was handed over already: nothing was moved again.', parts: [] };

/** The news of a handover, to whoever has the things now. */
const tellNew = (turn: Turn, toId: string, words: string, moves: readonly Move[], id: string) =>
  toId === turn.actor.personId
    ? Promise.resolve()
    : leaveNews(writerOf(turn), {
        personId: toId,
        text: `${words} by ${turn.actor.post}: ${countWords(moves.map(({ thing }) => thing))}.`,
        aboutKind: 'handover',
        aboutId: id,
      });

/** The button under the preview: everything moves, or nothing, once. */
export const hand = cardVerb({
  state: HandState,
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Nothing was handed over. Type partners handover.');
    // Before anything else is looked at: a second press finds nothing to move, and would be told so.
    if (await handoverOf(turn.tx, state.id)) return DONE;
    const scene = await sceneFor(turn, state.in);
    const { from, to, plan } = agree(turn, scene, personIn(scene, state.from), personIn(scene, state.to));
    const moves = plan.moves as (Move & { thing: Thing })[];
    const isFirst = await recordHandover(writerOf(turn), { id: state.id, what: 'handover', fromId: from.id, toId: to.id, moves });
    if (!isFirst) return DONE;
    await moveAll(turn, moves, 'handover');
    await moveNews(writerOf(turn), from.id, to.id, moves);
    await tellNew(turn, to.id, 'Handed to you', moves, state.id);
    return handedCard(plan, { from, to }, { handover: state.id, id: turn.core.newId() });
  },
});

/** Hands back what one handover moved, and no more: what has changed hands again since stays where it is. */
export const back = cardVerb({
  state: z.object({ handover: z.uuid(), id: z.uuid() }),
  run: async (turn, { state }) => {
    const done = state && (await handoverOf(turn.tx, state.handover));
    if (!state || !done) throw new UserError('Nothing was handed back: I cannot find this handover.');
    const scene = await sceneFor(turn);
    const [from, to] = [personIn(scene, done.toId), personIn(scene, done.fromId)];
    const moves = done.moved.flatMap(({ id, was, is }) => {
      const thing = scene.things.find((one) => one.id === id && one.ownerId === is.ownerId && one.deputyId === is.deputyId);
      return thing ? [{ thing, was: is, is: was }] : [];
    });
    if (moves.length === 0) throw new UserError('Nothing was handed back: all of it has changed hands since, or is finished.');
    const day = turn.today.toString();
    if (!moves.every(({ thing }) => canAnswer(to, thing.at, day)))
      throw new UserError(`Nothing was handed back: ${personWords(to, turn.today)} holds no role there today.`);
    const recorded = { id: state.id, what: 'handover.back' as const, fromId: from.id, toId: to.id, moves };
    if (!(await recordHandover(writerOf(turn), recorded)))
      return { ...DONE, title: 'This was handed back already: nothing was moved again.' };
    await moveAll(turn, moves, 'handover');
    await moveNews(writerOf(turn), from.id, to.id, moves);
    await tellNew(turn, to.id, 'Handed back to you', moves, state.id);
    const kept = done.moved.length - moves.length;
    return {
      title: `Handed back to ${to.post}: ${countWords(
        moves.map(({ thing }) => thing),
        4,
      )}.`,
      parts:
        kept > 0
          ? [
              {
                type: 'text',
                text: `${kept} of them ${kept === 1 ? 'has' : 'have'} changed hands since and ${kept === 1 ? 'stays' : 'stay'} where they are.`,
              },
            ]
          : [],
    };
  },
});
