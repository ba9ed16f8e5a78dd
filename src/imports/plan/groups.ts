import type { Place } from '../../people/directory.ts';
import type { Group } from '../current.ts';
import { problemIn, type Row, saidText } from '../read.ts';
import { didYouMean, placeOf } from './place.ts';
import { inPlace, note, type Planning, stated } from './planning.ts';
import { isOf, organisationNamed, peopleNamed } from './who.ts';

type Member = { organisationId: string | null; personId: string | null };

const memberIn = (planning: Planning, place: Place, row: Row, words: string): Member | undefined => {
  const organisation = organisationNamed(planning, place, words);
  if (organisation) return { organisationId: organisation.id, personId: null };
  const people = peopleNamed(planning, words).filter((person) => isOf(place, person));
  if (people.length === 1) return { organisationId: null, personId: people[0]?.id as string };
  const names = [...planning.organisations.values()].filter(({ localityId }) => localityId === place.localityId).map(({ name }) => name);
  problemIn(
    planning.problems,
    row,
    'member',
    people.length > 1
      ? `several people in ${place.locality} are called “${words}”. Write the e-mail address of the one meant.`
      : `${place.locality} has no organisation or person “${words}”.${didYouMean(words, names)}`,
  );
  return undefined;
};

/** One line for each member; nobody is taken out of a group by an import. */
export const planGroups = (planning: Planning): void => {
  const { groups, writes, newId, problems } = planning;
  const kinds = new Map<string, string>();
  for (const row of planning.rows.groups) {
    const place = placeOf(planning, row);
    const name = saidText(row, 'group');
    if (!place || !name) continue;
    const key = inPlace(place.localityId, name);
    const words = saidText(row, 'member');
    const member = words ? memberIn(planning, place, row, words) : undefined;
    if (words && !member) continue;
    const kind = saidText(row, 'kind')?.toLowerCase();
    if (kind && kinds.has(key) && kinds.get(key) !== kind) {
      problemIn(problems, row, 'kind', `an earlier row says that ${name} is a ${kinds.get(key)}. Keep one of the two.`);
      continue;
    }
    if (kind) kinds.set(key, kind);
    const before = groups.get(key);
    const group: Group = before ?? { id: newId(), localityId: place.localityId, name, kind: kind ?? 'group', members: [] };
    const { members: _, ...own } = group;
    if (!before) {
      groups.set(key, group);
      writes.groups.push(own);
    }
    const fields = before && kind && before.kind !== kind ? [{ name: 'Kind', from: before.kind, to: kind }] : [];
    if (fields.length > 0 && kind) {
      group.kind = kind;
      const made = writes.groups.find(({ id }) => id === group.id);
      if (made) made.kind = kind;
      else writes.groupsChanged.push({ ...own, kind });
    }
    const id = member?.organisationId ?? member?.personId;
    const joins = member !== undefined && id != null && !group.members.includes(id);
    if (joins) {
      group.members.push(id);
      writes.members.push({ id: newId(), groupId: group.id, ...member });
    }
    const added = joins ? [{ name: 'Member', from: '', to: words as string }] : [];
    note(
      planning,
      row,
      group.name,
      before ? (fields.length + added.length > 0 ? 'change' : 'same') : 'add',
      before ? [...fields, ...added] : [...stated(group, { kind: 'Kind' }), ...added],
    );
  }
};
