import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { canAnswer, countWords, handoverOf, type Move, moveNews, recordHandover } from '../../src/people/handover.ts';
import { bothSure, meant, partedBy, whoIsMeant } from '../../src/people/known.ts';
import { leaveNews } from '../../src/people/news.ts';
import { handedCard, movedDaysPart, personWords } from '../../src/views/handover.ts';
import { asker, mayRead, moveAll, whereWords, writerOf } from './context.ts';
import { type ThingMove, withDaysBack } from './handed-days.ts';
import { agree, narrowed, personIn, preview, sceneFor } from './handover-plan.ts';

/** Handing over all that somebody owns and stands in for, to somebody else: after a preview, in one transaction, once. */

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
    const { from, to, plan } = await agree(turn, scene, personIn(scene, state.from), personIn(scene, state.to));
    const { moves } = plan;
    const isFirst = await recordHandover(writerOf(turn), { id: state.id, what: 'handover', fromId: from.id, toId: to.id, moves });
    if (!isFirst) return DONE;
    await moveAll(turn, moves, 'handover');
    await moveNews(writerOf(turn), from.id, to.id, moves);
    await tellNew(turn, to.id, 'Handed to you', moves, state.id);
    return handedCard(
      plan,
      { from, to, today: turn.today, shown: (thing) => mayRead(turn, thing) },
      { handover: state.id, id: turn.core.newId() },
    );
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
    const handed = done.moved.flatMap(({ id, was, is }): ThingMove[] => {
      const thing = scene.things.find((one) => one.id === id && one.ownerId === is.ownerId && one.deputyId === is.deputyId);
      return thing ? [{ thing, was: is, is: was }] : [];
    });
    if (handed.length === 0) throw new UserError('Nothing was handed back: all of it has changed hands since, or is finished.');
    const day = turn.today.toString();
    if (!handed.every(({ thing }) => canAnswer(to, thing.at, day)))
      throw new UserError(`Nothing was handed back: ${personWords(to, turn.today)} holds no role there today.`);
    const moves = await withDaysBack(turn, handed, done.moved);
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
      parts: [
        ...movedDaysPart(moves, 'have', turn.today, (thing) => mayRead(turn, thing)),
        ...(kept > 0
          ? [
              {
                type: 'text' as const,
                text: `${kept} of them ${kept === 1 ? 'has' : 'have'} changed hands since and ${kept === 1 ? 'stays' : 'stay'} where they are.`,
              },
            ]
          : []),
      ],
    };
  },
});
