import { z } from 'zod';
import { alsoWords, declareTie, tiesOf } from '../../src/actions/ties.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { tieCard, tiesCard } from '../../src/views/actions/ties.ts';
import { advisedPlace, asAdviser, placeInWords } from './advised.ts';
import { writerOf } from './context.ts';

/** What else an adviser is in a locality: `tie wakefield chairs the partnership board`; `tie wakefield none` takes it back. */

const DECLARE = 'say what else they are in a locality';
/** It stands beside every rating, in a line with others. */
const LONGEST = 150;
const NONE = /^(?:none|nothing|no)[.!]*$/iu;
const LEAD = /^(?:also)?[:,]?\s*/iu;
const FIRST_PERSON = /^(?:i(?:\s+also)?\s+(?<verb>\p{L}+)|i['’]m(?:\s+also)?)(?![\p{L}'’])/iu;
const IRREGULAR: Record<string, string> = { am: 'is', have: 'has', do: 'does', was: 'was', advise: 'advises' };

/** "I also chair the board" → "chairs the board": it follows the word "also". */
export const asOthersSay = (said: string): string => {
  const others = said.replace(FIRST_PERSON, (_, verb: string | undefined) => {
    const word = (verb ?? 'am').toLowerCase();
    return IRREGULAR[word] ?? (word.endsWith('ed') ? word : `${word}s`);
  });
  return others.replace(LEAD, '').replace(/[.\s]+$/u, '');
};

const standing = (turn: Turn, places: readonly Place[]) =>
  tiesOf(
    turn.tx,
    turn.actor.personId,
    places.map(({ localityId }) => localityId),
    turn.today.toString(),
  );

const list = async (turn: Turn, places: Place[]): Promise<Card> => {
  const ties = await standing(turn, places);
  return tiesCard(places.map(({ localityId, locality }) => ({ locality, also: alsoWords(ties(localityId)) })));
};

export const tie = cardVerb({
  state: z.object({ locality: z.string() }),
  run: async (turn, { words, state }) => {
    const places = await asAdviser(turn, DECLARE);
    if (words === '' && !state) return list(turn, places);
    const found = state
      ? { place: advisedPlace(places, state.locality), rest: words }
      : placeInWords(turn, places, words, { verb: 'rag.tie', complete: () => true });
    if (!('place' in found)) return found;
    const { place } = found;
    const said = asOthersSay(found.rest);
    const before = (await standing(turn, [place]))(place.localityId);
    if (said === '') return tieCard({ place, also: alsoWords(before), declared: before.declared, changed: false });
    const refused = noteRefusal(turn.platform, said);
    if (refused) return refused;
    if ([...said].length > LONGEST)
      throw new UserError(`Nothing was saved. This stands in a line beside your ratings: at most ${LONGEST} characters fit.`);
    const declared = NONE.test(said) ? null : said;
    if (declared !== before.declared) await declareTie(writerOf(turn), place.localityId, declared);
    return tieCard({ place, also: alsoWords({ ...before, declared }), declared, changed: declared !== before.declared });
  },
});
