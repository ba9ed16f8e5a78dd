import { type Action, isClosed, placeOfAction } from '../../src/actions/action.ts';
import { handActions } from '../../src/actions/change.ts';
import { slid } from '../../src/actions/due.ts';
import { actionsIn } from '../../src/actions/queries.ts';
import type { Writer } from '../../src/app.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { handKpis } from '../../src/kpis/define.ts';
import { type Kpi, placeOf } from '../../src/kpis/kpi.ts';
import { kpisIn } from '../../src/kpis/queries.ts';
import { localitiesIn, type Place } from '../../src/people/directory.ts';
import type { Move, Owned } from '../../src/people/handover.ts';
import { type Known, knownIn } from '../../src/people/known.ts';
import { may, mayGrant, type Permission } from '../../src/people/permissions.ts';

/** What the verbs about people share: the places of the actor, who is known there, and what is owned there. */

export const placesOf = (turn: Turn): Promise<Place[]> =>
  localitiesIn(turn.tx, [...new Set(turn.actor.roles.map(({ scopeId }) => scopeId))]);

/** Those of the actor's places of which something is true; `refusal` where there is none. */
export const placesWhere = async (turn: Turn, is: (place: Place) => boolean, refusal: string): Promise<Place[]> => {
  const places = (await placesOf(turn)).filter(is);
  if (places.length === 0) throw new UserError(refusal);
  return places;
};

/** The places where the actor may do something. */
export const placesFor = (turn: Turn, permission: Permission, refusal: string): Promise<Place[]> =>
  placesWhere(turn, (place) => may(turn.actor, permission, place), refusal);

/** The places where the actor may give roles, and so end them. */
export const placesToGrant = (turn: Turn, refusal: string): Promise<Place[]> =>
  placesWhere(turn, (place) => mayGrant(turn.actor, place).length > 0, refusal);

export const writerOf = (turn: Turn): Writer => ({ tx: turn.tx, now: turn.now, newId: turn.core.newId, personId: turn.actor.personId });

/** "Wakefield", "your localities" */
export const whereWords = (places: readonly Place[]) => (places.length === 1 ? (places[0] as Place).locality : 'your localities');

/** Everybody who is or was somebody in these places or above them, and who owns something there. */
export const knownAt = (turn: Turn, places: readonly Place[], things: readonly Owned[] = []): Promise<Known[]> =>
  knownIn(turn.tx, [...new Set(places.flatMap(({ localityId, pilotId, programmeId }) => [localityId, pilotId, programmeId]))], turn, [
    ...new Set(things.flatMap(({ ownerId, deputyId }) => [ownerId, deputyId].flatMap((id) => id ?? []))),
  ]);

export const asker = (turn: Turn) => ({ id: turn.actor.personId, mentions: turn.mentions });

/** An owned thing with what its feature needs to write its next version. */
export type Thing = Owned & ({ kind: 'kpi'; source: Kpi } | { kind: 'action'; source: Action });

const hands = ({ ownerId, owner, ownerLeft, deputyId, deputy, deputyLeft }: Kpi | Action) => ({
  ownerId,
  owner,
  ownerLeft,
  deputyId,
  deputy,
  deputyLeft,
});
const ofKpi = (kpi: Kpi): Thing => ({
  kind: 'kpi',
  source: kpi,
  id: kpi.id,
  name: kpi.name,
  title: kpi.name,
  locality: kpi.locality,
  at: placeOf(kpi),
  ...hands(kpi),
});
const ofAction = (action: Action): Thing => ({
  kind: 'action',
  source: action,
  id: action.id,
  name: action.code,
  title: action.title,
  locality: action.locality,
  at: placeOfAction(action),
  ...hands(action),
});

/** Every KPI, and every action that is neither complete nor stopped, of some places: whatever needs somebody to answer for it. */
export const thingsIn = async (turn: Turn, places: readonly Place[]): Promise<Thing[]> => {
  const scopes = places.map(({ localityId }) => localityId);
  const day = turn.today.toString();
  const kpis = await kpisIn(turn.tx, scopes, { periods: 1, day });
  const actions = await actionsIn(turn.tx, scopes, { day });
  return [...kpis.map(ofKpi), ...actions.filter((action) => !isClosed(action)).map(ofAction)];
};

/** Writes whose things are from now on, and the days that move with them: two statements, however many there are. */
export const moveAll = async (
  turn: Turn,
  moves: readonly (Move & { thing: Thing })[],
  change: 'handover' | 'owner' | 'due',
): Promise<void> => {
  const writer = writerOf(turn);
  await handKpis(
    writer,
    moves.flatMap(({ thing, is }) => (thing.kind === 'kpi' ? [{ kpi: thing.source, is }] : [])),
  );
  await handActions(
    writer,
    moves.flatMap(({ thing, is, slides = [] }) =>
      thing.kind === 'action' ? [{ action: thing.source, is, days: slid(thing.source, slides) }] : [],
    ),
    change,
  );
};

/** Whether the actor may see what a thing is, not only that there is one: administrators hand over what they may not read. */
export const mayRead = (turn: Turn, thing: Owned) => may(turn.actor, thing.kind === 'kpi' ? 'kpi.read' : 'action.read', thing.at);
