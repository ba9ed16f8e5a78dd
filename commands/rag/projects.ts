import { z } from 'zod';
import { type Counted, countedAs } from '../../src/actions/cadence.ts';
import type { Project } from '../../src/actions/projects.ts';
import { cardVerb } from '../../src/bot/contract.ts';
import { quoted } from '../../src/bot/replies.ts';
import { UserError } from '../../src/errors.ts';
import { projectsCard } from '../../src/views/actions/projects.ts';
import { raiseButtons } from '../raising.ts';
import { agesOf, readableActions } from './context.ts';
import { placesFor } from './places.ts';
import { mayWriteProject, readableProjects } from './project.ts';

/** The projects of the localities they can see, each with its actions counted once. */
export const projects = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const all = await readableProjects(turn);
    const wanted = words.trim().toLowerCase();
    const named = wanted === '' ? all : all.filter(({ locality }) => locality.toLowerCase().includes(wanted));
    if (wanted !== '' && named.length === 0)
      throw new UserError(`I do not know a locality of yours with projects called ${quoted(words)}.`);
    const actions = await readableActions(turn);
    const age = agesOf(turn);
    const countsOf = ({ id }: Project) => {
      const counts: Partial<Record<Counted, number>> = {};
      for (const action of actions.filter(({ projectId }) => projectId === id)) {
        const counted = countedAs(action, age(action));
        counts[counted] = (counts[counted] ?? 0) + 1;
      }
      return counts;
    };
    return projectsCard(
      named.map((project) => ({ project, counts: countsOf(project), edit: mayWriteProject(turn, project) })),
      [
        ...((await placesFor(turn, 'action.write')).length > 0 ? [{ label: 'New project', press: { verb: 'rag.project' } }] : []),
        ...raiseButtons(turn, await placesFor(turn, 'worry.raise')),
      ],
    );
  },
});
