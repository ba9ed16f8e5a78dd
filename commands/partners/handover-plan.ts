import type { Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { canAnswer, type Plan, planOf } from '../../src/people/handover.ts';
import type { Known } from '../../src/people/known.ts';
import { isTheirs } from '../../src/people/ownership.ts';
import { handoverPreview, personWords } from '../../src/views/handover.ts';
import { knownAt, mayRead, placesFor, type Thing, thingsIn, whereWords } from './context.ts';
import { type ThingMove, withDays } from './handed-days.ts';

/** What a handover would move, and whether it may: looked at for the preview, and again at its press. */

const REFUSAL = 'Things are handed over by the pilot lead or the coordinator of the locality. Ask them.';

export type Scene = { places: Place[]; things: Thing[]; known: Known[] };

/** The places where the actor may hand over (one of them, where it was named), what is owned there, and who is known. */
export const sceneFor = async (turn: Turn, only?: string): Promise<Scene> => {
  const all = await placesFor(turn, 'handover', REFUSAL);
  const places = only ? all.filter(({ localityId }) => localityId === only) : all;
  if (places.length === 0) throw new UserError(REFUSAL);
  const things = await thingsIn(turn, places);
  return { places, things, known: await knownAt(turn, places, things) };
};

export const personIn = ({ known }: Scene, id: string): Known => {
  const person = known.find((one) => one.id === id);
  if (!person) throw new UserError('I cannot find this person. Type partners to see who is who.');
  return person;
};

export const narrowed = (scene: Scene, place: Place): Scene => ({
  ...scene,
  places: [place],
  things: scene.things.filter(({ at }) => at.localityId === place.localityId),
});

type Agreed = { from: Known; to: Known; plan: Plan & { moves: ThingMove[] } };

/** What would move; throws with what to do instead where nothing can. */
export const agree = async (turn: Turn, { places, things }: Scene, from: Known, to: Known): Promise<Agreed> => {
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
  return { from, to, plan: { ...plan, moves: await withDays(turn, plan.moves as ThingMove[]) } };
};

export const preview = async (turn: Turn, scene: Scene, from: Known, to: Known, only: string | undefined): Promise<Card> => {
  const { plan } = await agree(turn, scene, from, to);
  return handoverPreview(
    plan,
    { from, to, today: turn.today, shown: (thing) => mayRead(turn, thing) },
    { from: from.id, to: to.id, id: turn.core.newId(), ...(only ? { in: only } : {}) },
  );
};
