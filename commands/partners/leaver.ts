import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { dayWords } from '../../src/calendar/dates.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { recordHandover } from '../../src/people/handover.ts';
import { type Held, heldFrom, type Known, meant, whoIsMeant } from '../../src/people/known.ts';
import { isTheirs } from '../../src/people/ownership.ts';
import { mayGrant } from '../../src/people/permissions.ts';
import { begunAfter, endRoles, leavesWith } from '../../src/people/roles.ts';
import { leaverPreview, movedDaysPart, reaches } from '../../src/views/handover.ts';
import { roleWords } from '../../src/views/role-words.ts';
import { leftCard } from '../../src/views/roles.ts';
import { asker, knownAt, mayRead, moveAll, placesToGrant, type Thing, thingsIn, whereWords, writerOf } from './context.ts';
import { dayAtEnd, readDay } from './days.ts';
import { withDaysAfter } from './handed-days.ts';

/** Somebody leaves: their roles end, after a preview of what they own and who stands in. */

const REFUSAL = 'Roles are ended by the pilot lead (of partners) or the coordinator (of partners and leads). Ask them.';

/** Somebody's leaving is entered shortly before or after; from so many days on, a last day is asked about. */
const LONG_PAST_DAYS = 31;

type Leaving = { person: Known; ending: Held[]; keeps: Held[]; last: Temporal.PlainDate; left: boolean; warning: string | undefined };

/** Whether nobody else would hold such a role for that scope after its last day. */
const isLast = (known: readonly Known[], held: Held, person: Known, last: string) =>
  (held.role === 'coordinator' || held.role === 'administrator') &&
  !known.some(
    (other) =>
      other.id !== person.id &&
      heldFrom(other, last).some((one) => one.role === held.role && one.scopeId === held.scopeId && (one.to === null || one.to > last)),
  );

/** What would end; throws where nothing may. */
const leavingOf = (turn: Turn, known: readonly Known[], person: Known, last: Temporal.PlainDate): Leaving => {
  const held = heldFrom(person, last.toString()).filter(({ to }) => to === null || to > last.toString());
  const ending = held.filter(({ role, at }) => mayGrant(turn.actor, at).includes(role));
  const keeps = held.filter((one) => !ending.includes(one));
  if (held.length === 0) throw new UserError(`Nothing was changed: ${person.post} holds no role here after that day.`);
  if (ending.length === 0)
    throw new UserError(
      `Nothing was changed. You cannot end the role of ${person.post}: ${keeps.map(roleWords).join('; ')}. Ask an administrator or coordinator.`,
    );
  const [early] = begunAfter(ending, last.toString(), turn.today.toString());
  if (early)
    throw new UserError(
      `Nothing was changed. ${person.post} has been ${roleWords(early)} since ${dayWords(Temporal.PlainDate.from(early.from))}: their last day cannot be before that. Which day did you mean?`,
    );
  const alone = ending.filter((one) => isLast(known, one, person, last.toString()));
  if (person.id === turn.actor.personId && alone.length > 0)
    throw new UserError(
      `Nothing was changed. You are the last ${alone.map(roleWords).join('; ')}: give the role to somebody else first, then yours can end.`,
    );
  return {
    person,
    ending,
    keeps,
    last,
    left: leavesWith(person, ending, last.toString()),
    warning:
      alone.length > 0
        ? `They are the last ${alone.map(roleWords).join('; ')}: give the role to somebody else, so that there is one.`
        : undefined,
  };
};

const theirs = (things: readonly Thing[], person: Known) => things.filter((thing) => isTheirs(thing, person.id));

/** What of theirs no other role of theirs reaches: its days are those of whoever stands in, from the day after their last. */
const daysThen = (turn: Turn, things: readonly Thing[], { person, keeps, last }: Leaving) =>
  withDaysAfter(
    turn,
    things.filter((thing) => !keeps.some((held) => reaches(held, thing))),
    person.id,
    last,
  );

const preview = async (turn: Turn, places: Place[], known: readonly Known[], person: Known, last: Temporal.PlainDate): Promise<Card> => {
  const leaving = leavingOf(turn, known, person, last);
  const { ending, keeps, left, warning } = leaving;
  const things = theirs(await thingsIn(turn, places), person);
  const isLongPast = last.until(turn.today).days > LONG_PAST_DAYS;
  return leaverPreview(
    person,
    { roles: ending.map(roleWords), keeps, last, left, warning, isLongPast, moves: await daysThen(turn, things, leaving) },
    things,
    { today: turn.today, shown: (thing) => mayRead(turn, thing) },
    { person: person.id, last: last.toString() },
  );
};

/** `PERSON on DATE`; without a date their last day is today. */
export const leaver = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const places = await placesToGrant(turn, REFUSAL);
    const known = await knownAt(turn, places);
    const where = whereWords(places);
    if (words === '') throw new UserError('Who leaves, and when? Type their post and last day: partners leaver POST on 31 Dec.');
    const whole = meant(words, known, asker(turn));
    const parted = whole.kind === 'one' && whole.sure ? undefined : dayAtEnd(words, 'on|from|until');
    const found = parted ? meant(parted.words, known, asker(turn)) : whole;
    if (found.kind !== 'one') throw new UserError(`Nothing was changed. ${whoIsMeant(found, parted?.words ?? words, where)}`);
    return preview(turn, places, known, found.person, parted ? readDay(turn, parted.said, { near: true }) : turn.today);
  },
});

/** The button under the preview. */
export const leave = cardVerb({
  state: z.object({ person: z.string(), last: z.iso.date() }),
  run: async (turn, { state }) => {
    const places = await placesToGrant(turn, REFUSAL);
    const known = await knownAt(turn, places);
    const person = known.find(({ id }) => id === state?.person);
    if (!state || !person) throw new UserError('I cannot find this person. Type partners to see who is who.');
    const last = Temporal.PlainDate.from(state.last);
    const isDone = heldFrom(person, state.last).every(
      ({ to, role, at }) => (to !== null && to <= state.last) || !mayGrant(turn.actor, at).includes(role),
    );
    const things = theirs(await thingsIn(turn, places), person);
    if (isDone && !heldFrom(person, state.last).some(({ to }) => to === null || to > state.last))
      return leftCard(person, { roles: [], last, left: person.leftOn !== null, again: true }, things, turn.today);
    const leaving = leavingOf(turn, known, person, last);
    const { ending } = leaving;
    const moves = await daysThen(turn, things, leaving);
    const { left } = await endRoles(writerOf(turn), person, ending, { last: state.last, today: turn.today.toString() });
    if (moves.length > 0) {
      const id = turn.core.newId();
      await recordHandover(writerOf(turn), { id, what: 'role.ended.days', fromId: person.id, toId: null, moves });
      await moveAll(turn, moves, 'due');
    }
    const days = movedDaysPart(moves, 'have', turn.today, (thing) => mayRead(turn, thing));
    return leftCard(person, { roles: ending.map(roleWords), last, left, again: false, days }, things, turn.today);
  },
});
