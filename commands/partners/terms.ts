import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import { schoolYearName, schoolYearOf } from '../../src/calendar/terms.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { may } from '../../src/people/permissions.ts';
import { recordYear, type Subject, subjectsIn, yearOfSubject } from '../../src/people/term-dates.ts';
import { termsCard, whichTermsCard } from '../../src/views/terms.ts';
import { placesFor, writerOf } from './context.ts';
import { splitYear } from './terms-read.ts';

/** `partners terms WHOSE YEAR`: the dates of a council area's schools or of one organisation, and who says so. */

export const TermsState = z.object({ area: z.string().optional(), organisation: z.string().optional(), year: z.number().int() });
export type TermsState = z.infer<typeof TermsState>;

/** How far from today a school year can be shown, and entered. */
const YEARS_AROUND = 10;

type Known = { subjects: Subject[]; places: Place[] };

const knownTo = async (turn: Turn): Promise<Known> => {
  const places = await placesFor(turn, 'people.read', 'There are no term dates to show for your roles.');
  return { places, subjects: await subjectsIn(turn.tx, places) };
};

const mayWrite = (turn: Turn, { places, subjects }: Known, { kind, id }: Subject): boolean => {
  // A council area may lie in several localities: whoever keeps the calendar of one of them may keep it.
  const localities = subjects.filter((subject) => subject.kind === kind && subject.id === id).map(({ localityId }) => localityId);
  return places.some((place) => localities.includes(place.localityId) && may(turn.actor, 'calendar.write', place));
};

const checkYear = (turn: Turn, year: number): void => {
  const now = schoolYearOf(turn.today);
  if (Math.abs(year - now) > YEARS_AROUND)
    throw new UserError(
      `I keep the school years ${schoolYearName(now - YEARS_AROUND)} to ${schoolYearName(now + YEARS_AROUND)}; ${schoolYearName(year)} is none of them.`,
    );
};

/** What a press or a form is about, if the actor may read it. What may not be read does not exist. */
export const subjectOf = async (
  turn: Turn,
  state: TermsState | undefined,
): Promise<{ subject: Subject; year: number; mayWrite: boolean }> => {
  const known = await knownTo(turn);
  const subject = known.subjects.find(({ kind, id }) => id === (kind === 'area' ? state?.area : state?.organisation));
  if (!state || !subject) throw new UserError('I cannot find whose dates these are. Type partners terms to see yours.');
  checkYear(turn, state.year);
  return { subject, year: state.year, mayWrite: mayWrite(turn, known, subject) };
};

/** The same, for somebody who wants to change it. */
export const subjectToChange = async (turn: Turn, state: TermsState | undefined) => {
  const asked = await subjectOf(turn, state);
  if (!asked.mayWrite)
    throw new UserError(`Not saved. The term dates of ${asked.subject.name} are kept by its coordinator. Ask them to enter what is right.`);
  return asked;
};

export const showTerms = async (turn: Turn, subject: Subject, year: number, writable: boolean, note?: string): Promise<Card> =>
  termsCard(subject, await yearOfSubject(turn.tx, subject, year), writable, turn.today, note);

const unique = (subjects: readonly Subject[]) => [...new Map(subjects.map((subject) => [subject.id, subject])).values()];

const said = async (turn: Turn, words: string): Promise<Card> => {
  const asked = splitYear(words);
  if ('problem' in asked) throw new UserError(asked.problem);
  const year = asked.year ?? schoolYearOf(turn.today);
  checkYear(turn, year);
  const known = await knownTo(turn);
  const areas = unique(known.subjects.filter(({ kind }) => kind === 'area'));
  const show = (subject: Subject) => showTerms(turn, subject, year, mayWrite(turn, known, subject));
  if (asked.name === '') {
    // Whoever keeps no calendar here asks for the days of their own organisation.
    const own = known.subjects.find(({ kind, id }) => kind === 'organisation' && id === turn.actor.organisationId);
    if (own && !areas.some((area) => mayWrite(turn, known, area))) return show(own);
    if (areas.length === 0) throw new UserError('None of your localities has a council area yet, so there are no term dates to show.');
    return areas.length === 1 ? show(areas[0] as Subject) : whichTermsCard('The term dates of which council area?', areas, year);
  }
  const localityOf = (subject: Subject) => known.places.find(({ localityId }) => localityId === subject.localityId)?.locality;
  const match = matchName(
    asked.name,
    unique(known.subjects).map((subject) => ({
      id: subject.id,
      name: subject.name,
      aliases: subject.kind === 'area' ? [localityOf(subject) ?? ''] : [],
    })),
  );
  const byId = new Map(known.subjects.map((subject) => [subject.id, subject]));
  const rest = match.kind === 'none' ? '' : match.rest.trim();
  if (match.kind === 'one' && rest === '') return show(byId.get(match.id) as Subject);
  const near = match.kind === 'one' ? [match.id] : match.kind === 'none' ? [] : match.ids;
  const subjects = near.flatMap((id) => byId.get(id) ?? []);
  if (match.kind === 'several' && rest === '') return whichTermsCard(`The term dates of which ${quoted(asked.name)}?`, subjects, year);
  return whichTermsCard(
    `I do not know a council area or an organisation of yours called ${quoted(asked.name)}. Do you mean one of these?`,
    subjects.length > 0 ? subjects : areas,
    year,
  );
};

export const terms = cardVerb({
  state: TermsState,
  run: async (turn, { words, state }) => {
    if (!state) return said(turn, words);
    const { subject, year, mayWrite: writable } = await subjectOf(turn, state);
    return showTerms(turn, subject, year, writable);
  },
});

/** "These dates are right": what was assumed is now entered, by whoever said so. `seen`: the dates they said it of. */
export const termsright = cardVerb({
  state: TermsState.extend({ seen: z.string() }),
  run: async (turn, { state }) => {
    const { subject, year } = await subjectToChange(turn, state);
    const { school, dates } = await yearOfSubject(turn.tx, subject, year);
    if (state?.seen !== JSON.stringify(dates))
      return showTerms(turn, subject, year, true, 'Nothing was saved: somebody changed these dates since. Are they right now?');
    if (!school.assumed) return showTerms(turn, subject, year, true, 'Nothing to save: these dates are not assumed any more.');
    await recordYear(writerOf(turn), subject, year, dates);
    return showTerms(turn, subject, year, true, `Saved: the dates of ${subject.name}, ${schoolYearName(year)}, are right.`);
  },
});
