import type { How } from '../../people/taking.ts';
import type { Project, Taking } from '../current.ts';
import { problemIn, saidText } from '../read.ts';
import { placeOf } from './place.ts';
import { dayWords, differing, inPlace, isFirst, note, type Planning, shown, stated } from './planning.ts';
import { organisationIn, projectIn } from './who.ts';

const NAMES = { theme: 'Theme', theoryOfAction: 'Theory of action', hypothesis: 'Hypothesis' } as const;

/** Found by name in the place. */
export const planProjects = (planning: Planning): void => {
  const { projects, writes, newId } = planning;
  for (const row of planning.rows.projects) {
    const place = placeOf(planning, row);
    const name = saidText(row, 'name');
    if (!place || !name) continue;
    const key = inPlace(place.localityId, name);
    const before = projects.get(key);
    const or = (said: string | null | undefined, was: string | null | undefined) => (said === undefined ? (was ?? null) : said);
    const after: Project = {
      id: before?.id ?? newId(),
      localityId: place.localityId,
      name: before?.name ?? name,
      theme: or(saidText(row, 'theme'), before?.theme),
      theoryOfAction: or(saidText(row, 'theory'), before?.theoryOfAction),
      hypothesis: or(saidText(row, 'hypothesis'), before?.hypothesis),
    };
    if (!isFirst(planning, after.id, row, 'name')) continue;
    projects.set(key, after);
    const fields = before ? differing(before, after, NAMES) : stated(after, NAMES);
    if (!before) writes.projects.push(after);
    else if (fields.length > 0) writes.projectsChanged.push(after);
    note(planning, row, after.name, before ? (fields.length > 0 ? 'change' : 'same') : 'add', fields);
  }
};

const inWords = (_: unknown, value: unknown) => shown(value).replaceAll('_', ' ');

/** Found by organisation, project, how and first day; a day within a time that is known already is that time. */
export const planTakingPart = (planning: Planning): void => {
  const { writes, newId, problems } = planning;
  const keyOf = ({ organisationId, projectId, how }: Pick<Taking, 'organisationId' | 'projectId' | 'how'>) =>
    `${organisationId}|${projectId}|${how}`;
  const known = Map.groupBy(planning.current.taking, keyOf);
  for (const row of planning.rows.taking_part) {
    const place = placeOf(planning, row);
    const [name, project, how] = [saidText(row, 'organisation'), saidText(row, 'project'), saidText(row, 'how') as How | undefined];
    if (!place || !name || !project || !how) continue;
    const organisation = organisationIn(planning, place, row, 'organisation', name);
    const projectId = projectIn(planning, place, row);
    if (!organisation || !projectId) continue;
    const from = saidText(row, 'from') ?? undefined;
    const to = saidText(row, 'to');
    const key = keyOf({ organisationId: organisation.id, projectId, how });
    const times = known.get(key) ?? [];
    const before =
      times.find((time) => time.from === from) ??
      times.findLast((time) => from === undefined || (time.from <= from && (time.to === null || time.to >= from)));
    const start = before?.from ?? from;
    if (start === undefined) {
      problemIn(problems, row, 'from', 'say from which day on.');
      continue;
    }
    const after: Taking = {
      id: before?.id ?? newId(),
      organisationId: organisation.id,
      projectId,
      how,
      from: start,
      to: to === undefined ? (before?.to ?? null) : to,
    };
    if (after.to !== null && after.to < after.from) {
      problemIn(problems, row, 'to', `${dayWords(after.to)} is before it begins, on ${dayWords(after.from)}.`);
      continue;
    }
    if (!isFirst(planning, after.id, row, 'organisation')) continue;
    known.set(
      key,
      [...times.filter(({ id }) => id !== after.id), after].sort((one, other) => one.from.localeCompare(other.from)),
    );
    const fields = before ? differing(before, after, { to: 'To' }) : stated(after, { how: 'How', from: 'From', to: 'To' }, inWords);
    if (!before) writes.taking.push(after);
    else if (fields.length > 0) writes.takingChanged.push(after);
    note(planning, row, `${organisation.name}: ${project}`, before ? (fields.length > 0 ? 'change' : 'same') : 'add', fields);
  }
};
