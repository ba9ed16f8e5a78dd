import type { Turn } from '../src/bot/contract.ts';
import type { Place } from '../src/people/directory.ts';
import { whoLeft } from '../src/people/here.ts';
import { type FoundPerson, findPerson, whoExpected } from '../src/people/mention.ts';

/** Who is to answer for something, or to stand in, as somebody says it. */

/** Words for having no owner, or nobody who stands in. */
export const NOBODY = /^(?:nobody|no one|no-one|none|noone)[.!]?$/iu;

/** Who in a locality is meant by the words. */
export const personMeant = (turn: Turn, { localityId }: Pick<Place, 'localityId'>, words: string): Promise<FoundPerson> => {
  const { tx, actor, platform, tenant, mentions, today } = turn;
  return findPerson(tx, { localityId, words, actorId: actor.personId, platform, tenant, mentions, today: today.toString() });
};

/**
 * A field of a form that holds words: who is meant, or what is expected.
 * @param before who it was when the form was opened; left as it stands it stays so, whoever that is
 */
export const readPerson = async (
  turn: Turn,
  place: Pick<Place, 'localityId' | 'locality'>,
  words: string,
  before: { id: string | null; post: string | null } | undefined,
): Promise<{ id: string } | { problem: string }> => {
  if (before?.id && words === before.post) return { id: before.id };
  const found = await personMeant(turn, place, words);
  if (found.kind === 'one') return { id: found.id };
  const left = found.kind === 'none' ? await whoLeft(turn.tx, place.localityId, words, turn.today.toString()) : undefined;
  return { problem: left ? `${left} has left. Choose somebody who works there now.` : whoExpected(found, place.locality, words) };
};
