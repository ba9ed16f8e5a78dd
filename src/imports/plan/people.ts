import type { Place } from '../../people/directory.ts';
import type { RoleName } from '../../people/permissions.ts';
import type { HeldRole, Person } from '../current.ts';
import type { Change } from '../import.ts';
import { folded, problemIn, type Row, saidText } from '../read.ts';
import type { RoleRow } from '../writes.ts';
import { placeOf } from './place.ts';
import { dayWords, differing, isFirst, note, type Planning, shown, stated } from './planning.ts';
import { isOf, organisationIn } from './who.ts';

const ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/u;

/** An adviser reads a whole pilot; the others have their locality. */
const scopeOf = (role: RoleName, { localityId, pilotId }: Place) =>
  role === 'adviser' ? ({ scopeKind: 'pilot', scopeId: pilotId } as const) : ({ scopeKind: 'locality', scopeId: localityId } as const);

/** Who a row is about: by address, else by post (and organisation) in the place. Undefined = somebody new; null = several. */
const known = (planning: Planning, place: Place, row: Row, organisationId: string | null | undefined): Person | undefined | null => {
  const email = saidText(row, 'email')?.toLowerCase();
  const byEmail = email ? planning.byEmail.get(email) : undefined;
  if (byEmail) return byEmail;
  const ofPost = (planning.byPost.get(folded(saidText(row, 'post') as string)) ?? [])
    // Another address is another person of the same post.
    .filter((person) => isOf(place, person) && (email === undefined || person.email === null))
    // Somebody whom an earlier row of the file made has been spoken of.
    .filter((person) => organisationId == null || person.organisationId === null || person.organisationId === organisationId);
  return ofPost.length > 1 ? null : ofPost[0];
};

type Wanted = { role: HeldRole; before: HeldRole | undefined };

/** The role that a row gives, and the one that it is now; nothing where it says nothing of a role. */
const roleIn = (planning: Planning, place: Place, row: Row, person: Person | undefined): Wanted | undefined => {
  const { problems, today, newId } = planning;
  const said = saidText(row, 'role') as RoleName | null | undefined;
  const [from, until] = [saidText(row, 'from') ?? undefined, saidText(row, 'until')];
  const here = (person?.roles ?? []).filter(({ role, scopeId }) =>
    said
      ? role === said && scopeId === scopeOf(role, place).scopeId
      : [place.localityId, place.pilotId, place.programmeId].includes(scopeId),
  );
  const latest = here.at(-1);
  const held =
    here.find((one) => one.from === from) ??
    (latest && (from === undefined || latest.to === null || latest.to >= from) ? latest : undefined);
  if (!said && held && from === undefined && until === undefined) return undefined;
  const role = said ?? held?.role ?? 'partner';
  const wanted: HeldRole = held
    ? { ...held, from: from !== undefined && from < held.from ? from : held.from, to: until === undefined ? held.to : until }
    : { id: newId(), role, scopeId: scopeOf(role, place).scopeId, from: from ?? today, to: until ?? null };
  if (wanted.to !== null && wanted.to < wanted.from) {
    problemIn(problems, row, 'until', `${dayWords(wanted.to)} is before the role begins, on ${dayWords(wanted.from)}.`);
    return undefined;
  }
  if (!held && !planning.grantable(place).includes(role)) {
    problemIn(
      problems,
      row,
      'role',
      `you cannot give the role ${role} in ${place.locality}. You can give: ${planning.grantable(place).join(', ')}.`,
    );
    return undefined;
  }
  return { role: wanted, before: held };
};

/** Whether whoever imports could have made this person: theirs alone to change, or an address would be a way into somebody's account. */
const mayChange = ({ isOperator, grantable, today }: Planning, place: Place, { roles, leftOn }: Person) =>
  isOperator ||
  (leftOn === null &&
    roles.every(
      ({ role, scopeId, to }) => (to !== null && to < today) || (scopeId === place.localityId && grantable(place).includes(role)),
    ));

const NAMES = { post: 'Post', organisationId: 'Organisation', email: 'E-mail' } as const;

const planPerson = (planning: Planning, row: Row) => {
  const { problems, people, byEmail, byPost, writes, newId, today } = planning;
  const place = placeOf(planning, row);
  const post = saidText(row, 'post');
  if (!place || !post) return;
  const email = saidText(row, 'email')?.toLowerCase();
  if (post.length < 2) return problemIn(problems, row, 'post', 'a post has 2 to 100 characters.');
  if (email && !ADDRESS.test(email)) return problemIn(problems, row, 'email', `“${email}” is no e-mail address.`);
  const words = saidText(row, 'organisation');
  const organisationId = words ? organisationIn(planning, place, row, 'organisation', words)?.id : words;
  if (words && !organisationId) return;
  const found = known(planning, place, row, organisationId);
  if (found === null)
    return problemIn(
      problems,
      row,
      'post',
      `several people in ${place.locality} are called “${post}”. Write the e-mail address of the one meant.`,
    );
  const wanted = roleIn(planning, place, row, found);
  const id = found?.id ?? newId();
  if (!isFirst(planning, `${id}|${saidText(row, 'role') ?? ''}`, row, 'post')) return;
  const person: Person = {
    id,
    post: found && folded(found.post) === folded(post) ? found.post : post,
    email: found?.email ?? email ?? null,
    organisationId: organisationId === undefined ? (found?.organisationId ?? null) : organisationId,
    leftOn: found && wanted && !wanted.before && (wanted.role.to === null || wanted.role.to >= today) ? null : (found?.leftOn ?? null),
    roles: found?.roles ?? [],
  };
  const nameOf = (key: string, value: unknown) =>
    key === 'organisationId' ? ([...planning.organisations.values()].find(({ id }) => id === value)?.name ?? '') : shown(value);
  const fields: Change['fields'] = found ? differing(found, person, NAMES, nameOf) : [];
  const roleFields = wanted
    ? wanted.before
      ? differing(wanted.before, wanted.role, { from: 'From', to: 'Until' })
      : stated(wanted.role, { role: 'Role', from: 'From', to: 'Until' })
    : [];
  if (found && fields.length + roleFields.length > 0 && !mayChange(planning, place, found))
    return problemIn(problems, row, 'post', 'this person has left, or has other roles in the programme, so an administrator changes them.');

  const { roles, ...own } = person;
  if (!found) writes.people.push(own);
  else if (fields.length > 0 || person.leftOn !== found.leftOn) writes.peopleChanged.push(own);
  if (wanted && roleFields.length > 0) {
    const written: RoleRow = {
      ...wanted.role,
      personId: person.id,
      ...(wanted.before ? kindOf(wanted.role, place) : scopeOf(wanted.role.role, place)),
    };
    writes[wanted.before ? 'rolesChanged' : 'roles'].push(written);
  }
  const now = { ...person, roles: wanted ? [...roles.filter(({ id }) => id !== wanted.role.id), wanted.role] : roles };
  if (found) people.splice(people.indexOf(found), 1, now);
  else people.push(now);
  if (now.email) byEmail.set(now.email, now);
  byPost.set(folded(now.post), [...(byPost.get(folded(now.post)) ?? []).filter(({ id }) => id !== now.id), now]);
  note(
    planning,
    row,
    person.post,
    found ? (fields.length + roleFields.length > 0 ? 'change' : 'same') : 'add',
    found ? [...fields, ...roleFields] : [...stated(person, { organisationId: 'Organisation', email: 'E-mail' }, nameOf), ...roleFields],
  );
};

const kindOf = ({ scopeId }: HeldRole, { pilotId }: Place) => ({
  scopeKind: scopeId === pilotId ? ('pilot' as const) : ('locality' as const),
  scopeId,
});

/** Found by address, else by post in the place. Personal names are never asked for. */
export const planPeople = (planning: Planning): void => {
  for (const row of planning.rows.people) planPerson(planning, row);
};
