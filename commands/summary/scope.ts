import { z } from 'zod';
import type { Turn } from '../../src/bot/contract.ts';
import { matchName, type Named } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Card, Press } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import * as readable from '../../src/summaries/readable.ts';
import { allPlaces, type Part, type Place, partsIn, type ScopeKind } from '../../src/summaries/scopes.ts';

/** Whose plan a summary is of, among those that the actor may know something of. What may not be read does not exist. */

/** What the buttons of a summary carry. */
export const State = z.object({
  kind: z.enum(['locality', 'group', 'project', 'pilot', 'programme', 'mine']),
  /** Its own id; of one's own localities, one's own. */
  scope: z.string(),
  /** As at this day, YYYY-MM-DD. */
  at: z.iso.date().optional(),
  /** Place of the first locality on the page. */
  from: z.number().int().min(0).optional(),
});
export type State = z.infer<typeof State>;

export type Scope = {
  kind: ScopeKind;
  id: string;
  name: string;
  /** Its localities whose counts the actor may know, in their fixed order. */
  places: Place[];
};

export const mayReadPlan = (turn: Turn, place: Place) => readable.mayReadPlan(turn.actor, place);

/** Every locality whose counts the actor may know. */
export const placesKnown = async (turn: Turn): Promise<Place[]> =>
  (await allPlaces(turn.tx)).filter((place) => readable.mayReadCounts(turn.actor, place));

const ofLocality = (place: Place): Scope => ({ kind: 'locality', id: place.localityId, name: place.locality, places: [place] });
const ofPart = ({ kind, id, name, localityId }: Part, places: Place[]): Scope => {
  const here = places.filter((place) => place.localityId === localityId);
  return { kind, id, name: `${name}, ${here[0]?.locality}`, places: here };
};
const ofPilot = (id: string, places: Place[]): Scope => {
  const here = places.filter(({ pilotId }) => pilotId === id);
  return { kind: 'pilot', id, name: here[0]?.pilot ?? '', places: here };
};
const ofProgramme = (places: Place[]): Scope => ({
  kind: 'programme',
  id: places[0]?.programmeId ?? '',
  name: places[0]?.programme ?? '',
  places,
});

const pilotsOf = (places: Place[]) => [...new Set(places.map(({ pilotId }) => pilotId))];

/** The localities whose plans the actor may read, by the name of what they are together. */
const mine = (turn: Turn, places: Place[]): Scope => {
  const own = places.filter((place) => mayReadPlan(turn, place));
  const [first] = own;
  if (!first) throw new UserError('There is no plan that you can see yet. Ask your pilot lead or coordinator.');
  if (own.length === 1) return ofLocality(first);
  const [pilot, ...others] = pilotsOf(own);
  if (pilot && others.length === 0) return ofPilot(pilot, own);
  if (own.length === places.length) return ofProgramme(own);
  return { kind: 'mine', id: turn.actor.personId, name: 'Your localities', places: own };
};

const partsOf = (turn: Turn, places: Place[]) =>
  partsIn(
    turn.tx,
    places.filter((place) => mayReadPlan(turn, place)).map(({ localityId }) => localityId),
  );

/** The scope that a button carries, as the actor may know it now. */
export const scopeOf = async (turn: Turn, { kind, scope: id }: State): Promise<Scope> => {
  const places = await placesKnown(turn);
  const found =
    kind === 'mine'
      ? mine(turn, places)
      : kind === 'programme'
        ? ofProgramme(places)
        : kind === 'pilot'
          ? ofPilot(id, places)
          : kind === 'locality'
            ? places.filter(({ localityId }) => localityId === id).map(ofLocality)[0]
            : (await partsOf(turn, places)).filter((part) => part.id === id).map((part) => ofPart(part, places))[0];
  if (!found || found.places.length === 0) throw new UserError('I cannot find this plan. Type summary to see yours.');
  return found;
};

/** "l …", "p …", "g": what a name leads to. */
const candidatesOf = (places: Place[], parts: Part[]): { named: Named; scope: Scope }[] => [
  ...places.map((place) => ({ named: { id: place.localityId, name: place.locality, aliases: [place.prefix] }, scope: ofLocality(place) })),
  ...pilotsOf(places).map((id) => {
    const scope = ofPilot(id, places);
    return { named: { id, name: scope.name, aliases: [`pilot ${scope.places[0]?.pilotPosition}`] }, scope };
  }),
  ...(places.length > 0
    ? [{ named: { id: 'programme', name: 'programme', aliases: [ofProgramme(places).name] }, scope: ofProgramme(places) }]
    : []),
  ...parts.map((part) => {
    const scope = ofPart(part, places);
    return { named: { id: part.id, name: part.name, aliases: [`${scope.places[0]?.locality} ${part.name}`] }, scope };
  }),
];

const KINDS: Partial<Record<ScopeKind, string>> = { group: 'group', project: 'project' };

const whichCard = (title: string, scopes: Scope[], press: (state: State) => Press): Card => ({
  title,
  parts: [
    {
      type: 'list',
      items: scopes.slice(0, 8).map(({ kind, id, name }) => ({
        text: `${name}${KINDS[kind] ? ` (${KINDS[kind]})` : ''}`,
        button: {
          label: 'This one',
          press: press({ kind, scope: id }),
          says: `Summary of ${name}`,
        },
      })),
    },
  ],
});

/** No plan is named: they mean their own. */
export const isOwn = (words: string): boolean => words === '' || /^(?:mine|my|me|all)$/iu.test(words);

/** The scope that was named; none = the actor's own. A card asks which where it is not clear. @param press what is done with the one that is chosen there */
export const namedScope = async (turn: Turn, words: string, press: (state: State) => Press): Promise<Scope | Card> => {
  const places = await placesKnown(turn);
  if (isOwn(words)) return mine(turn, places);
  const candidates = candidatesOf(places, await partsOf(turn, places));
  const match = matchName(
    words,
    candidates.map(({ named }) => named),
  );
  const ids = match.kind === 'one' ? [match.id] : match.kind === 'none' ? [] : match.ids;
  const scopes = ids.flatMap((id) => candidates.filter(({ named }) => named.id === id).map(({ scope }) => scope));
  const [found] = scopes;
  if (match.kind === 'one' && found && match.rest === '') return found;
  if (match.kind === 'several' && match.rest === '')
    return whichCard(`Which one do you mean? ${scopes.length} have that name.`, scopes, press);
  const own = mine(turn, places);
  const near = scopes.length > 0 ? scopes : [own];
  return whichCard(
    `I do not know a plan called ${quoted(words)}. ${scopes.length > 0 ? 'Did you mean one of these?' : 'You can see yours:'}`,
    near,
    press,
  );
};
