import type { Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { noteRefusal, quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { placesFor } from './places.ts';

/** The localities that somebody advises, and which of them the words name. */

export const advisedPlaces = (turn: Turn): Promise<Place[]> => placesFor(turn, 'rating.independent');

/** @throws UserError for those who advise none: `what` is said of advisers, as in "note when they meet a locality" */
export const asAdviser = async (turn: Turn, what: string): Promise<Place[]> => {
  const places = await advisedPlaces(turn);
  if (places.length === 0) throw new UserError(`Nothing was changed. Only advisers ${what}.`);
  return places;
};

/** One of them by id, from a button. What they do not advise does not exist. */
export const advisedPlace = (places: readonly Place[], id: string): Place => {
  const place = places.find(({ localityId }) => localityId === id);
  if (!place) throw new UserError('Nothing was changed. You are not the adviser of this locality.');
  return place;
};

const whichCard = (title: string, verb: string, places: readonly Place[], words: string): Card => ({
  title,
  parts: [
    {
      type: 'buttons',
      buttons: places.map(({ localityId, locality }) => ({
        label: locality.slice(0, 30),
        press: { verb, state: { locality: localityId }, ...(words ? { words } : {}) },
      })),
    },
  ],
});

/**
 * The locality that the words begin or end with, and the rest of them; or the card that asks which.
 * @param verb the dotted name of the verb that goes on with what is chosen
 * @param complete whether words without a locality are all that is needed besides: they go with the buttons
 */
export const placeInWords = (
  turn: Turn,
  places: readonly Place[],
  words: string,
  { verb, complete }: { verb: string; complete: (words: string) => boolean },
): { place: Place; rest: string } | Card => {
  const match = matchName(
    words,
    places.map(({ localityId, locality, prefix }) => ({ id: localityId, name: locality, aliases: [prefix] })),
  );
  const named = (ids: readonly string[]) => places.filter(({ localityId }) => ids.includes(localityId));
  if (match.kind === 'one') return { place: named([match.id])[0] as Place, rest: match.rest };
  const atEnd = places.find(({ locality }) => words.toLowerCase().endsWith(` ${locality.toLowerCase()}`));
  if (atEnd) return { place: atEnd, rest: words.slice(0, -atEnd.locality.length).trim() };
  const [only, ...others] = places;
  if (only && others.length === 0 && complete(words)) return { place: only, rest: words };
  const rest = match.kind === 'several' || match.kind === 'near' ? match.rest : complete(words) ? words : '';
  // What was typed travels in the buttons: so it must be fit to be kept.
  const refused = noteRefusal(turn.platform, rest);
  if (refused) return refused;
  if (match.kind === 'several' || match.kind === 'near')
    return whichCard(`Which locality do you mean with ${quoted(words)}? Nothing was saved.`, verb, named(match.ids), rest);
  return whichCard(
    rest === '' && words !== '' ? `I do not know ${quoted(words)}. Which locality do you mean?` : 'Which locality? Nothing was saved yet.',
    verb,
    places,
    rest,
  );
};
