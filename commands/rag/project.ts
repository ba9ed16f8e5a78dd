import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  changeProject,
  createProject,
  holdProjects,
  type Project,
  type ProjectDraft,
  projectChanges,
  projectsIn,
} from '../../src/actions/projects.ts';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Card, Form } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { textProblem } from '../../src/people/notes.ts';
import { may } from '../../src/people/permissions.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { projectCard } from '../../src/views/actions/projects.ts';
import { raiseOffer } from '../raising.ts';
import { writerOf } from './context.ts';
import { placesFor, scopesOf } from './places.ts';

/** Projects: what a locality does under one name, and why it should work. */

/** Characters of a name and of a theme. */
const MOST_NAME = 80;

const State = z.object({
  /** The project that is changed; none = a new one. */
  project: z.string().optional(),
  /** What it was when the form was opened, in short. */
  seen: z.string().optional(),
});
type State = z.infer<typeof State>;

/** The projects that the actor may read. */
export const readableProjects = async (turn: Turn): Promise<Project[]> =>
  (await projectsIn(turn.tx, scopesOf(turn))).filter((project) => may(turn.actor, 'action.read', project));
export const mayWriteProject = (turn: Turn, project: Project) => may(turn.actor, 'action.write', project);

/** A fingerprint of what somebody saw, so that a form that is old says so. */
const seenOf = ({ name, theme, theoryOfAction, hypothesis }: ProjectDraft): string =>
  createHash('sha256')
    .update(JSON.stringify([name, theme, theoryOfAction, hypothesis]))
    .digest('base64url')
    .slice(0, 16);

const formFor = (project: Project | undefined, places: Place[], name: string): Form => {
  const long = (field: 'theoryOfAction' | 'hypothesis', label: string, hint: string) => ({
    kind: 'longtext' as const,
    name: field,
    label,
    hint,
    optional: true,
    maxLength: 1_000,
    ...(project?.[field] ? { value: project[field] } : {}),
  });
  return {
    title: project ? 'Edit a project' : 'New project',
    ...(project ? { intro: `${project.name}, ${project.locality}` } : places.length === 1 ? { intro: `For ${places[0]?.locality}.` } : {}),
    fields: [
      ...(project || places.length === 1
        ? []
        : [
            {
              kind: 'choice' as const,
              name: 'locality',
              label: 'Locality',
              options: places.map(({ localityId, locality }) => ({ value: localityId, label: locality })),
            },
          ]),
      { kind: 'text', name: 'name', label: 'Name', maxLength: MOST_NAME, value: project?.name ?? name },
      {
        kind: 'text',
        name: 'theme',
        label: 'Theme',
        hint: 'What it shares with projects of other localities, as in: transition',
        optional: true,
        maxLength: MOST_NAME,
        ...(project?.theme ? { value: project.theme } : {}),
      },
      long('theoryOfAction', 'Theory of action', 'If we do this, then that will change, because…'),
      long('hypothesis', 'Hypothesis', 'What it tests'),
    ],
    submit: {
      label: project ? 'Save' : 'Add the project',
      press: { verb: 'rag.project', state: project ? { project: project.id, seen: seenOf(project) } : {} },
    },
  };
};

const readDraft = (values: Record<string, string>, others: Project[]): { draft: ProjectDraft } | { fields: Record<string, string> } => {
  const fields: Record<string, string> = {};
  const text = (name: string) => values[name]?.trim() ?? '';
  const oneLine = (name: string) => {
    const said = text(name).replaceAll(/\s+/gu, ' ');
    if ([...said].length > MOST_NAME) fields[name] = `At most ${MOST_NAME} characters fit.`;
    return said;
  };
  const name = oneLine('name');
  const theme = oneLine('theme');
  if ([...name].length < 2) fields.name = 'Give it a name.';
  else if (others.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    fields.name = `There is a project called ${quoted(name)} already.`;
  for (const field of ['name', 'theme', 'theoryOfAction', 'hypothesis']) {
    const problem = textProblem(text(field));
    if (problem) fields[field] ??= problem;
  }
  if (Object.keys(fields).length > 0) return { fields };
  return { draft: { name, theme: theme || null, theoryOfAction: text('theoryOfAction') || null, hypothesis: text('hypothesis') || null } };
};

const refused = async (turn: Turn): Promise<UserError> => {
  const [here] = await placesFor(turn, 'worry.raise');
  return new UserError(
    'Nothing was changed. Projects are added and edited by the pilot lead or the coordinator of the locality.',
    here && raiseOffer(turn, here, { locality: here.localityId }),
  );
};

/** The project that is meant: from a button, or by its name, with its locality's in front where several have it. */
const meant = async (turn: Turn, words: string, state: State | undefined): Promise<Project> => {
  const all = await readableProjects(turn);
  const byId = all.find(({ id }) => id === state?.project);
  if (byId) return byId;
  const match = matchName(
    words,
    all.map(({ id, name, locality }) => ({ id, name, aliases: [`${locality} ${name}`] })),
  );
  const named = (ids: readonly string[]) => ids.flatMap((id) => all.find((one) => one.id === id) ?? []);
  const [found] = match.kind === 'one' ? named([match.id]) : [];
  // Words that are left over name something else: one that is near is asked about, never opened.
  if (found && match.kind === 'one' && match.rest === '') return found;
  const near = found ? [found] : match.kind === 'several' || match.kind === 'near' ? named(match.ids) : all.slice(0, 8);
  throw new UserError(
    `Which project? I do not know ${quoted(words)}.${near.length > 0 ? ` Type rag project and its name: ${near.map(({ name, locality }) => `${locality} ${name}`).join(', ')}.` : ''} A new one: rag project new`,
    ...near.slice(0, 3).map(({ id, name }) => ({ label: shortened(name, 30), press: { verb: 'rag.project', state: { project: id } } })),
  );
};

const NEW = /^new(?:\s+|$)/iu;

export const project = formVerb({
  state: State,
  form: async (turn, { words, state }): Promise<Form | Card> => {
    if (state?.project || (words !== '' && !NEW.test(words))) {
      const found = await meant(turn, words, state);
      return mayWriteProject(turn, found) ? formFor(found, [], '') : projectCard(found);
    }
    const places = await placesFor(turn, 'action.write');
    if (places.length === 0) throw await refused(turn);
    return formFor(undefined, places, words.replace(NEW, ''));
  },
  submit: async (turn, { values, state }) => {
    const places = await placesFor(turn, 'action.write');
    if (places.length === 0) throw await refused(turn);
    const before = state?.project ? await meant(turn, '', state) : undefined;
    const place = before
      ? places.find(({ localityId }) => localityId === before.localityId)
      : places.length === 1
        ? places[0]
        : places.find(({ localityId }) => localityId === values.locality);
    if (!place && before) throw await refused(turn);
    if (!place) return { fields: { locality: 'Choose a locality.' } };
    await holdProjects(turn.tx, place.localityId);
    const here = await projectsIn(turn.tx, [place.localityId]);
    const now = before && here.find(({ id }) => id === before.id);
    const read = readDraft(
      values,
      here.filter(({ id }) => id !== before?.id),
    );
    if ('fields' in read) return read;
    if (!now) {
      const id = await createProject(writerOf(turn), place.localityId, read.draft);
      return projectCard({ ...read.draft, ...place, id }, 'added');
    }
    if (projectChanges(now, read.draft).length === 0) return projectCard(now, 'nothing was changed');
    if (state?.seen !== seenOf(now))
      throw new UserError(`Not saved. Somebody changed ${now.name} after you opened the form. Open it again to see what it is now.`, {
        label: 'Open it again',
        press: { verb: 'rag.project', state: { project: now.id } },
      });
    await changeProject(writerOf(turn), now, read.draft);
    return projectCard({ ...now, ...read.draft }, 'saved');
  },
});
