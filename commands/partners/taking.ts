import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { may } from '../../src/people/permissions.ts';
import { type Counts, countsOf, latestChanges, type Project, projectsIn } from '../../src/people/taking.ts';
import { projectCard, projectsCard } from '../../src/views/taking.ts';
import { placesOf } from './context.ts';

/** `partners taking part PROJECT`: who takes part in which project. */

const State = z.object({ project: z.string() });

const CHANGES = 8;
/** The most projects with a press of their own in one card. */
const MOST_PROJECTS = 20;

/** The projects whose taking part the actor may read. */
const readable = async (turn: Turn): Promise<Project[]> => {
  const places = (await placesOf(turn)).filter((place) => may(turn.actor, 'kpi.read', place));
  const projects = await projectsIn(
    turn.tx,
    places.map(({ localityId }) => localityId),
  );
  if (projects.length === 0) throw new UserError('There is no project that you can see yet.');
  return projects;
};

/** How many take part today. */
export const countsAt = async (turn: Turn, project: Project): Promise<Counts> =>
  (await countsOf(turn.tx, [project.id], turn.today.toString())).get(project.id) as Counts;

const show = async (turn: Turn, project: Project): Promise<Card> =>
  projectCard(
    project,
    await countsAt(turn, project),
    // Evaluators read of organisations as codes only.
    may(turn.actor, 'people.read', project) ? await latestChanges(turn.tx, project.id, CHANGES) : undefined,
    may(turn.actor, 'taking.write', project),
    turn.today,
  );

const list = async (turn: Turn, title: string, projects: Project[]): Promise<Card> => {
  const shown = projects.slice(0, MOST_PROJECTS);
  const counts = await countsOf(
    turn.tx,
    shown.map(({ id }) => id),
    turn.today.toString(),
  );
  return projectsCard(
    title,
    shown.map((project) => ({ project, counts: counts.get(project.id) })),
  );
};

const said = async (turn: Turn, words: string): Promise<Card> => {
  const projects = await readable(turn);
  const name = words.replace(/^(?:part\b\s*)?(?:in\b\s*)?/iu, '');
  const some = projects.length > MOST_PROJECTS ? `: name one of ${projects.length}` : '';
  if (name === '')
    return projects.length === 1 ? show(turn, projects[0] as Project) : list(turn, `Who takes part in which project${some}`, projects);
  const candidates = projects.map((project) => ({
    ...project,
    aliases: [`${project.locality} ${project.name}`, `${project.name} ${project.locality}`],
  }));
  const match = matchName(name, candidates);
  const [only] = match.kind === 'one' ? projects.filter(({ id }) => id === match.id) : [];
  if (only) return show(turn, only);
  const near = match.kind === 'several' || match.kind === 'near' ? projects.filter(({ id }) => match.ids.includes(id)) : [];
  if (near.length > 0) return list(turn, `Which project do you mean by ${quoted(name)}?`, near);
  const here = projects.filter(({ locality }) => locality.toLowerCase() === name.toLowerCase());
  if (here.length > 0) return list(turn, `Who takes part in which project, ${here[0]?.locality}`, here);
  return list(turn, `I do not know a project called ${quoted(name)}. You can see these${some}:`, projects);
};

/** One project, if the actor may read it. What may not be read does not exist. */
export const projectById = async (turn: Turn, id: string | undefined): Promise<Project> => {
  const found = (await readable(turn)).find((project) => project.id === id);
  if (!found) throw new UserError('I cannot find this project. Type partners taking part to see yours.');
  return found;
};

export const taking = cardVerb({
  state: State,
  run: async (turn, { words, state }) => (state ? show(turn, await projectById(turn, state.project)) : said(turn, words)),
});
