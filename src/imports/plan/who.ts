import type { Place } from '../../people/directory.ts';
import { ANSWERING } from '../../people/permissions.ts';
import type { Organisation, Person } from '../current.ts';
import { folded, problemIn, type Row } from '../read.ts';
import { didYouMean } from './place.ts';
import { inPlace, type Planning } from './planning.ts';

/** Who and what a cell means by a name. */

/** An organisation of the place, or of the programme. */
export const organisationNamed = ({ organisations }: Planning, place: Place, name: string): Organisation | undefined =>
  organisations.get(inPlace(place.localityId, name)) ?? organisations.get(inPlace(null, name));

/** The organisation that a cell names; undefined once that has been said as a problem. */
export const organisationIn = (planning: Planning, place: Place, row: Row, key: string, name: string): Organisation | undefined => {
  const found = organisationNamed(planning, place, name);
  if (!found) {
    const names = [...planning.organisations.values()].filter(({ localityId }) => localityId === place.localityId).map((one) => one.name);
    problemIn(
      planning.problems,
      row,
      key,
      `${place.locality} has no organisation “${name}”.${didYouMean(name, names)} Or add it to the sheet Organisations.`,
    );
  }
  return found;
};

const scopesOf = ({ localityId, pilotId, programmeId }: Place) => [localityId, pilotId, programmeId];

/** Whether somebody holds, has held or will hold a role that covers the place. */
export const isOf = (place: Place, { roles }: Person) => roles.some(({ scopeId }) => scopesOf(place).includes(scopeId));

/** The roles that somebody who is not gone holds there, or will: those that have not ended. */
const rolesHere = (place: Place, { roles, leftOn }: Person, today: string) =>
  leftOn !== null && leftOn <= today
    ? []
    : roles.filter(({ scopeId, to }) => scopesOf(place).includes(scopeId) && (to === null || to >= today));

/** Whether somebody can own things there. In a sheet their role may begin later: a plan is brought in before its people begin. */
const canOwn = (place: Place, person: Person, today: string) =>
  rolesHere(place, person, today).some(({ role }) => ANSWERING.includes(role));

export const peopleNamed = ({ byEmail, byPost }: Planning, words: string): Person[] => {
  const email = byEmail.get(words.toLowerCase());
  return email ? [email] : (byPost.get(folded(words)) ?? []);
};

/**
 * The person that a cell names, by address or post.
 * @param before who it was: they may stay, even when they have left
 * @returns undefined once that has been said as a problem
 */
export const personIn = (
  planning: Planning,
  place: Place,
  row: Row,
  key: string,
  words: string,
  before: string | null,
): string | undefined => {
  const { problems, today, people } = planning;
  const named = peopleNamed(planning, words);
  if (before !== null && named.some(({ id }) => id === before)) return before;
  const here = named.filter((person) => canOwn(place, person, today));
  const unfit = named.find((person) => rolesHere(place, person, today).length > 0);
  if (here.length === 1) return here[0]?.id;
  const left = named.find((person) => isOf(place, person));
  if (here.length > 1)
    problemIn(problems, row, key, `several people in ${place.locality} are called “${words}”. Write the e-mail address of the one meant.`);
  else if (unfit)
    problemIn(problems, row, key, `${unfit.post} cannot own anything in ${place.locality}. Partners, pilot leads and coordinators can.`);
  else if (left) problemIn(problems, row, key, `${left.post} has left ${place.locality}. Name somebody who works there now.`);
  else {
    const posts = people.filter((person) => canOwn(place, person, today)).map(({ post }) => post);
    problemIn(
      problems,
      row,
      key,
      `nobody in ${place.locality} is called “${words}”.${didYouMean(words, posts)} Or add them to the sheet People.`,
    );
  }
  return undefined;
};

/** Owner and deputy of a row; `fine` is false once something has been said as a problem. */
export const handsIn = (
  planning: Planning,
  place: Place,
  row: Row,
  before: { ownerId: string | null; deputyId: string | null },
): { ownerId: string | null; deputyId: string | null } => {
  const one = (key: 'owner' | 'deputy', was: string | null): string | null => {
    const words = row.values.get(key) as string | null | undefined;
    return words === undefined ? was : words === null ? null : (personIn(planning, place, row, key, words, was) ?? was);
  };
  const hands = { ownerId: one('owner', before.ownerId), deputyId: one('deputy', before.deputyId) };
  if (hands.deputyId === null || hands.deputyId !== hands.ownerId) return hands;
  // The owner of now was the deputy before, and the sheet says nothing of a deputy: nobody stands in for themselves.
  if (row.values.has('deputy')) problemIn(planning.problems, row, 'deputy', 'name somebody else than the owner.');
  return { ...hands, deputyId: null };
};

export const postOf = ({ people }: Planning, id: string | null): string =>
  id === null ? '' : (people.find((person) => person.id === id)?.post ?? 'somebody');

/** The project or criterion that a cell names: undefined = nothing was said, or what was has been said as a problem. */
export const projectIn = (planning: Planning, place: Place, row: Row): string | null | undefined => {
  const words = row.values.get('project') as string | null | undefined;
  if (!words) return words;
  const found = planning.projects.get(inPlace(place.localityId, words));
  if (!found) {
    const names = [...planning.projects.values()].filter(({ localityId }) => localityId === place.localityId).map(({ name }) => name);
    problemIn(
      planning.problems,
      row,
      'project',
      `${place.locality} has no project “${words}”.${didYouMean(words, names)} Or add it to the sheet Projects.`,
    );
  }
  return found?.id;
};

/** The words of a name that say something. */
const wordsOf = (text: string) =>
  folded(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !/^(?:an?|and|the|of|to)$/u.test(word));

export const criterionIn = ({ current: { criteria }, problems }: Planning, row: Row): string | null | undefined => {
  const words = row.values.get('criterion') as string | null | undefined;
  if (!words) return words;
  const [, figure] = /^([1-9])(?:[.):]? .*)?$/u.exec(words) ?? [];
  const wanted = wordsOf(words);
  // “Shared commitment” is enough for “A shared commitment to the locality”, where no other has those words.
  const alike = criteria.filter(({ name }) => wanted.every((word) => wordsOf(name).includes(word)));
  const found =
    criteria[Number(figure ?? 0) - 1] ??
    criteria.find(({ name }) => folded(name) === folded(words)) ??
    (wanted.length > 0 && alike.length === 1 ? alike[0] : undefined);
  if (!found)
    problemIn(
      problems,
      row,
      'criterion',
      `“${words}” is none of the criteria: ${criteria.map(({ name }, at) => `${at + 1} ${name}`).join(', ')}.`,
    );
  return found?.id;
};

export const nameOfCriterion = ({ current: { criteria } }: Planning, id: unknown) => criteria.find((one) => one.id === id)?.name ?? '';
export const nameOfProject = ({ projects }: Planning, id: unknown) => [...projects.values()].find((one) => one.id === id)?.name ?? '';
