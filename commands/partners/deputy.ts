import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName, parseCode } from '../../src/bot/grammar.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { canAnswer, countWords, recordHandover } from '../../src/people/handover.ts';
import { bothSure, type Known, type Meant, meant, partedBy, whoIsMeant } from '../../src/people/known.ts';
import { leaveNews } from '../../src/people/news.ts';
import { noteProblem } from '../../src/people/notes.ts';
import { amountWords, movedDaysPart } from '../../src/views/handover.ts';
import { NOBODY } from '../hands.ts';
import { asker, knownAt, mayRead, moveAll, placesFor, type Thing, thingsIn, whereWords, writerOf } from './context.ts';
import { type ThingMove, withDays } from './handed-days.ts';

/** Who stands in: for one action, one KPI, or for all that somebody owns. */

const REFUSAL = 'Who stands in is settled by the pilot lead or the coordinator of the locality. Ask them.';
const USAGE = 'Type who stands in, and for what: partners deputy POST for WAK-12, for a KPI, or for a post.';

type Scene = { places: Place[]; things: Thing[]; known: Known[] };

const sceneFor = async (turn: Turn): Promise<Scene> => {
  const places = await placesFor(turn, 'action.write', REFUSAL);
  const things = await thingsIn(turn, places);
  return { places, things, known: await knownAt(turn, places, things) };
};

/** What somebody is to stand in for. */
type For = { kind: 'thing'; thing: Thing } | { kind: 'person'; found: Meant } | { kind: 'unclear'; why: string };

const thingMeant = (turn: Turn, { things, known }: Scene, words: string): For => {
  const code = parseCode(words);
  if (code && code.rest === '') {
    const found = things.filter(
      (thing) =>
        thing.kind === 'action' &&
        thing.source.number === code.number &&
        (code.prefix === undefined || thing.source.prefix === code.prefix),
    );
    const [thing, other] = found;
    if (thing && !other) return { kind: 'thing', thing };
    const shown = code.prefix ? `${code.prefix}-${code.number}` : String(code.number);
    return {
      kind: 'unclear',
      why: thing ? `Which one? ${found.map(({ name }) => name).join(', ')}.` : `There is no open action ${shown} that you can change.`,
    };
  }
  const found = meant(words, known, asker(turn));
  if (found.kind === 'one' && found.sure) return { kind: 'person', found };
  const kpis = things.flatMap((thing) => (thing.kind === 'kpi' ? [thing.source] : []));
  const match = matchName(
    words,
    kpis.map(({ id, name, aliases, locality }) => ({ id, name, aliases: [...aliases, `${locality} ${name}`] })),
  );
  if (match.kind === 'one' && match.rest === '') return { kind: 'thing', thing: things.find(({ id }) => id === match.id) as Thing };
  if (match.kind === 'several' && match.rest === '' && found.kind === 'none') {
    const names = match.ids.flatMap((id) => kpis.find((kpi) => kpi.id === id) ?? []).map(({ name, locality }) => `${locality} ${name}`);
    return { kind: 'unclear', why: `Which one? ${names.join(', ')}.` };
  }
  return { kind: 'person', found };
};

const sureOf = (what: For): Meant =>
  what.kind === 'person'
    ? what.found
    : what.kind === 'thing'
      ? { kind: 'one', person: {} as Known, sure: true }
      : { kind: 'several', people: [] };

const movesFor = (turn: Turn, things: readonly Thing[], deputyId: string | null): Promise<ThingMove[]> =>
  withDays(
    turn,
    things
      .filter((thing) => thing.deputyId !== deputyId && thing.ownerId !== deputyId)
      .map((thing) => ({ thing, was: { ownerId: thing.ownerId, deputyId: thing.deputyId }, is: { ownerId: thing.ownerId, deputyId } })),
  );

const checkAble = (turn: Turn, person: Known | null, things: readonly Thing[]) => {
  const cannot = person && things.filter(({ at }) => !canAnswer(person, at, turn.today.toString()));
  if (cannot && cannot.length > 0)
    throw new UserError(
      `Nothing was changed: ${person.post} holds no role in ${[...new Set(cannot.map(({ locality }) => locality))].join(', ')} today with which they could answer for it.`,
    );
};

const write = async (turn: Turn, id: string, deputy: Known | null, about: string, moves: ThingMove[]): Promise<boolean> => {
  const writer = writerOf(turn);
  const first = moves[0];
  if (!first) return false;
  if (!(await recordHandover(writer, { id, what: 'deputy.set', fromId: about, toId: deputy?.id ?? null, moves }))) return false;
  await moveAll(turn, moves, 'owner');
  if (deputy && deputy.id !== turn.actor.personId)
    await leaveNews(writer, {
      personId: deputy.id,
      text: `You stand in, says ${turn.actor.post}: ${countWords(moves.map(({ thing }) => thing))}.`,
      aboutKind: 'deputy',
      aboutId: id,
    });
  return true;
};

const daysPart = (turn: Turn, moves: readonly ThingMove[], when: 'will' | 'have') =>
  movedDaysPart(moves, when, turn.today, (thing) => mayRead(turn, thing));

const setCard = (turn: Turn, thing: Thing, to: string, moves: readonly ThingMove[]): Card => ({
  title: `${thing.name}, who stands in: ${thing.deputy ?? 'nobody'} → ${to}`.slice(0, 150),
  parts: [
    {
      type: 'text',
      text:
        to === 'nobody'
          ? 'Nobody stands in for its owner now.'
          : `${to} may rate or log it too, and gets what waits when its owner is gone.`,
    },
    ...daysPart(turn, moves, 'have'),
  ],
});

/** Written at once for whoever was named surely; a part of a post may mean somebody else, and is asked about. */
const oneSet = async (turn: Turn, deputy: Known | null, thing: Thing, isSure: boolean): Promise<Card> => {
  if (deputy && thing.ownerId === deputy.id)
    throw new UserError(`Nothing was changed: ${deputy.post} owns ${thing.name}. Choose somebody else to stand in.`);
  checkAble(turn, deputy, [thing]);
  const to = deputy?.post ?? 'nobody';
  const moves = await movesFor(turn, [thing], deputy?.id ?? null);
  if (moves.length === 0) return { title: `${thing.name}: ${to} stands in already.`, parts: [] };
  if (deputy && !isSure) {
    const state = { thing: thing.id, deputy: deputy.id, id: turn.core.newId() };
    return {
      title: `Have ${to} stand in for ${thing.name}?`.slice(0, 150),
      parts: [
        ...daysPart(turn, moves, 'will'),
        { type: 'buttons', buttons: [{ label: 'Yes', press: { verb: 'partners.stand', state }, style: 'primary' }] },
      ],
    };
  }
  await write(turn, turn.core.newId(), deputy, thing.ownerId ?? turn.actor.personId, moves);
  return setCard(turn, thing, to, moves);
};

/** `PERSON for WAK-12`, `PERSON for attendance`, `PERSON for PERSON` */
export const deputy = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const scene = await sceneFor(turn);
    if (words === '') throw new UserError(USAGE);
    const who = (said: string): Meant | 'nobody' => (NOBODY.test(said) ? 'nobody' : meant(said, scene.known, asker(turn)));
    const parted = partedBy(words, 'for', {
      left: who,
      right: (said) => thingMeant(turn, scene, said),
      sure: (left, right) => bothSure(left === 'nobody' ? { kind: 'one', person: {} as Known, sure: true } : left, sureOf(right)),
    });
    if (!parted) throw new UserError(USAGE);
    const { left, right, said } = parted;
    if (noteProblem(words)) throw new UserError(USAGE);
    if (left !== 'nobody' && left.kind !== 'one')
      throw new UserError(`Nothing was changed. Who stands in? ${whoIsMeant(left, said[0], whereWords(scene.places))}`);
    const person = left === 'nobody' ? null : left.person;
    if (right.kind === 'unclear') throw new UserError(`Nothing was changed. ${right.why}`);
    if (right.kind === 'thing') return oneSet(turn, person, right.thing, left === 'nobody' || left.sure);
    if (right.found.kind !== 'one')
      throw new UserError(`Nothing was changed. For what? ${whoIsMeant(right.found, said[1], whereWords(scene.places))}`);
    const owner = right.found.person;
    if (person && owner.id === person.id) throw new UserError('Choose two different people: who owns the things, and who stands in.');
    const things = scene.things.filter(({ ownerId }) => ownerId === owner.id);
    const moves = await movesFor(turn, things, person?.id ?? null);
    if (moves.length === 0)
      return {
        title:
          `Nothing to change: ${person ? `${person.post} stands in already` : 'nobody stands in'} for all that ${owner.post} owns.`.slice(
            0,
            150,
          ),
        parts: [],
      };
    checkAble(
      turn,
      person,
      moves.map(({ thing }) => thing),
    );
    const state = { owner: owner.id, ...(person ? { deputy: person.id } : {}), id: turn.core.newId() };
    return {
      title:
        `${person ? `Have ${person.post} stand in` : 'Have nobody stand in'} for ${amountWords(moves.map(({ thing }) => thing))}?`.slice(
          0,
          150,
        ),
      parts: [
        { type: 'text', text: `All that ${owner.post} owns: ${countWords(moves.map(({ thing }) => thing))}.` },
        ...daysPart(turn, moves, 'will'),
        { type: 'buttons', buttons: [{ label: 'Yes, for all of it', press: { verb: 'partners.stand', state }, style: 'primary' }] },
      ],
    };
  },
});

/** The button under the preview of all that somebody owns, or of one thing. */
export const stand = cardVerb({
  state: z.object({ owner: z.string().optional(), thing: z.string().optional(), deputy: z.string().optional(), id: z.uuid() }),
  run: async (turn, { state }) => {
    const scene = await sceneFor(turn);
    const person = state?.deputy ? scene.known.find(({ id }) => id === state.deputy) : null;
    if (!state || person === undefined) throw new UserError('I cannot find this person. Type partners to see who is who.');
    const thing = scene.things.find(({ id }) => id === state.thing);
    const moves = await movesFor(
      turn,
      scene.things.filter(({ id, ownerId }) => (state.thing ? id === state.thing : ownerId === state.owner)),
      person?.id ?? null,
    );
    checkAble(
      turn,
      person,
      moves.map(({ thing }) => thing),
    );
    const isDone = await write(turn, state.id, person, state.owner ?? thing?.ownerId ?? turn.actor.personId, moves);
    if (thing && isDone) return setCard(turn, thing, person?.post ?? 'nobody', moves);
    return {
      title: isDone
        ? `${person?.post ?? 'Nobody'} stands in now: ${countWords(
            moves.map(({ thing }) => thing),
            4,
          )}.`
        : 'This was done already: nothing was changed again.',
      parts: isDone ? daysPart(turn, moves, 'have') : [],
    };
  },
});
