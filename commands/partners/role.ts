import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { formatDate } from '../../src/calendar/dates.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { ROLE_WORDS as SAID_ROLES } from '../../src/people/invite.ts';
import { heldFrom, type Known, meant, whoIsMeant } from '../../src/people/known.ts';
import { mayGrant, ROLES, type RoleName } from '../../src/people/permissions.ts';
import { type Grant, giveRole, heldAlready } from '../../src/people/roles.ts';
import { ROLE_WORDS, roleWords } from '../../src/views/role-words.ts';
import { rolePreview } from '../../src/views/roles.ts';
import { asker, knownAt, placesToGrant, whereWords, writerOf } from './context.ts';
import { dayAtEnd, readDay } from './days.ts';

/** Giving somebody a role, or changing its last day: after a preview, within what the actor may grant. */

const REFUSAL = 'Roles are given by the pilot lead (to partners) or the coordinator (to partners and leads). Ask them.';
const USAGE = 'Type a post and a role: partners role POST lead from 1 Jan until 31 July.';

/** What each role is held for. */
const SCOPES: Record<RoleName, Grant['scopeKind']> = {
  partner: 'locality',
  lead: 'locality',
  coordinator: 'locality',
  adviser: 'pilot',
  evaluator: 'programme',
  administrator: 'programme',
};
const scopeIdOf = (role: RoleName, place: Place) =>
  ({ locality: place.localityId, pilot: place.pilotId, programme: place.programmeId })[SCOPES[role]];
const placeName = (role: RoleName, place: Place) =>
  ({ locality: place.locality, pilot: `the pilot of ${place.locality}`, programme: 'the programme' })[SCOPES[role]];

/** The role at the end of the words, as people call it; the longest first: "pilot lead" before "lead". */
const roleAtEnd = (words: string): { words: string; role: RoleName } | undefined => {
  for (const name of Object.keys(SAID_ROLES).sort((one, other) => other.length - one.length)) {
    const found = new RegExp(`^(?<rest>.+?)(?:\\s*,|\\s+(?:as|is|to be))?(?:\\s+an?)?\\s+${name}$`, 'isu').exec(words.trim())?.groups?.rest;
    if (found) return { words: found, role: SAID_ROLES[name] as RoleName };
  }
  return undefined;
};

/** Throws unless the actor may give this role to this person there. */
const check = (turn: Turn, person: Known, role: RoleName, place: Place) => {
  const mine = mayGrant(turn.actor, place);
  if (!mine.includes(role))
    throw new UserError(
      `Nothing was changed. You cannot give the role ${ROLE_WORDS[role]} in ${place.locality}. You can give: ${mine.map((one) => ROLE_WORDS[one]).join(', ')}.`,
    );
  // Somebody who had left gets back whatever of their roles was never ended: only for whoever could give these too.
  const wakes = person.leftOn === null ? [] : person.roles.filter(({ to }) => to === null || to >= turn.today.toString());
  if (wakes.some((held) => !mayGrant(turn.actor, held.at).includes(held.role)))
    throw new UserError(`Nothing was changed. ${person.post} has left and held a role that you cannot give. Ask an administrator.`);
};

const grantOf = (role: RoleName, place: Place, from: string, to: string | null): Grant => ({
  role,
  scopeKind: SCOPES[role],
  scopeId: scopeIdOf(role, place),
  from,
  to,
});

/** "in Wakefield", or where the person is; asked when it could be several places. */
const placeMeant = (places: Place[], person: Known, named: Place | undefined, role: RoleName): Place => {
  const theirs = places.filter(({ localityId }) => person.roles.some(({ scopeId }) => scopeId === localityId));
  const [place, other] = named ? [named] : theirs.length > 0 ? theirs : places;
  if (!place || (other && SCOPES[role] === 'locality'))
    throw new UserError(
      `Nothing was changed. In which locality? Add it at the end: in ${(theirs[0] ?? places[0])?.locality ?? 'Wakefield'}.`,
    );
  return place;
};

/** `PERSON lead [in PLACE] [from DATE] [until DATE]` */
export const role = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const places = await placesToGrant(turn, REFUSAL);
    if (words === '') throw new UserError(USAGE);
    const known = await knownAt(turn, places);
    const until = dayAtEnd(words, 'until|till|to');
    const isUntil = until !== undefined && roleAtEnd(until.words.replace(/\s+(?:in|from)\s.*$/isu, '')) !== undefined;
    const unended = isUntil ? until.words : words;
    const starting = dayAtEnd(unended, 'from');
    const isFrom = starting !== undefined && roleAtEnd(starting.words.replace(/\s+in\s.*$/isu, '')) !== undefined;
    const undated = isFrom ? starting.words : unended;
    const ended = /^(?<rest>.+)\s+(?:in|of|for)\s+(?<name>\S.*)$/isu.exec(undated)?.groups;
    const named = places.find(({ locality }) => locality.toLowerCase() === ended?.name?.toLowerCase().trim());
    const said = roleAtEnd(named && ended?.rest ? ended.rest : undated);
    if (!said)
      throw new UserError(
        `Nothing was changed. I do not know which role you mean: ${ROLES.map((one) => ROLE_WORDS[one]).join(', ')}. ${USAGE}`,
      );
    const found = meant(said.words, known, asker(turn));
    if (found.kind !== 'one') throw new UserError(`Nothing was changed. ${whoIsMeant(found, said.words, whereWords(places))}`);
    const { person } = found;
    const place = placeMeant(places, person, named, said.role);
    check(turn, person, said.role, place);
    const last = isUntil ? readDay(turn, until.said) : null;
    const first = isFrom ? readDay(turn, starting.said) : turn.today;
    if (last && Temporal.PlainDate.compare(last, first) < 0) {
      throw new UserError(
        `Nothing was changed: the role would end before it begins. To end a role, type partners leaver ${person.post} on its last day.`,
      );
    }
    const held = heldAlready(person, grantOf(said.role, place, first.toString(), null));
    const back = person.leftOn !== null && person.leftOn <= turn.today.toString() ? 'They have left, and would be here again.' : undefined;
    const before = held
      ? `They hold this role already, ${held.to ? `until ${formatDate(Temporal.PlainDate.from(held.to), turn.today)}` : 'without an end'}: its last day changes.`
      : undefined;
    return rolePreview(
      person,
      { role: said.role, place: placeName(said.role, place), from: first, until: last, before: back ?? before },
      turn.today,
      {
        person: person.id,
        role: said.role,
        in: place.localityId,
        from: first.toString(),
        ...(last ? { until: last.toString() } : {}),
      },
    );
  },
});

const GiveState = z.object({
  person: z.string(),
  role: z.enum(ROLES),
  in: z.string(),
  from: z.iso.date(),
  until: z.iso.date().optional(),
});

/** The button under the preview. */
export const give = cardVerb({
  state: GiveState,
  run: async (turn, { state }) => {
    const places = await placesToGrant(turn, REFUSAL);
    const place = places.find(({ localityId }) => localityId === state?.in);
    const person = (await knownAt(turn, places)).find(({ id }) => id === state?.person);
    if (!state || !place || !person) throw new UserError('I cannot find this person. Type partners to see who is who.');
    check(turn, person, state.role, place);
    const grant = grantOf(state.role, place, state.from, state.until ?? null);
    const words = `${person.post} is ${roleWords({ role: state.role, place: placeName(state.role, place) })}`;
    const day = (text: string) => formatDate(Temporal.PlainDate.from(text), turn.today);
    const when = `from ${day(state.from)}${state.until ? ` until ${day(state.until)}` : ''}`;
    const held = heldAlready(person, grant);
    if (held && held.from <= grant.from && held.to === grant.to && person.leftOn === null)
      return { title: `${words} ${when}: it was so already.`.slice(0, 150), parts: [] };
    await giveRole(writerOf(turn), person, grant);
    const isLinked = heldFrom(person, turn.today.toString()).length > 0;
    return {
      title: `${words} ${when}.`.slice(0, 150),
      parts: isLinked ? [] : [{ type: 'text', text: 'If they have no linked account yet, invite them: type partners invite.' }],
    };
  },
});
