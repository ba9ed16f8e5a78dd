import type { Counted } from '../../actions/cadence.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { Project } from '../../actions/projects.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { count, shortened } from './parts.ts';

/** Projects → cards. */

/** Reds first; every action is counted once. */
const ORDER: Counted[] = ['red', 'amber', 'green', 'not_started', 'complete', 'on_hold', 'stopped', 'no_update'];
const WORDS: Record<Counted, string> = { ...RATING_WORDS, no_update: 'no update' };

/** "4 actions: 1 Red · 3 Green" */
const countWords = (counts: Partial<Record<Counted, number>>): string => {
  const all = Object.values(counts).reduce((sum, many) => sum + many, 0);
  const each = ORDER.flatMap((counted) => (counts[counted] ? [`${counts[counted]} ${WORDS[counted]}`] : []));
  return all === 0 ? 'no actions yet' : `${count(all, 'action')}: ${each.join(' · ')}`;
};

const editButton = ({ id, name, locality }: Pick<Project, 'id' | 'name' | 'locality'>): Button => ({
  label: 'Edit',
  press: { verb: 'rag.project', state: { project: id } },
  says: `Edit ${name}, ${locality}`,
});

export const projectsCard = (
  lines: { project: Project; counts: Partial<Record<Counted, number>>; edit: boolean }[],
  buttons: Button[],
): Card => {
  const localities = [...new Set(lines.map(({ project }) => project.locality))];
  const where =
    localities.length === 1
      ? ` in ${localities[0]}`
      : localities.length === 0
        ? ' that you can see'
        : ` in ${localities.length} localities`;
  return {
    title: `${lines.length === 0 ? 'No projects' : count(lines.length, 'project')}${where}`,
    parts: [
      ...localities.flatMap((locality): Part[] => [
        ...(localities.length > 1 ? [{ type: 'text' as const, style: 'heading' as const, text: locality }] : []),
        {
          type: 'list',
          items: lines
            .filter(({ project }) => project.locality === locality)
            .map(({ project, counts, edit }) => ({
              text: project.name,
              detail: [countWords(counts), project.theme && `theme: ${project.theme}`].filter(Boolean).join(' · '),
              ...(edit ? { button: editButton(project) } : {}),
            })),
        },
      ]),
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons }] : []),
    ],
  };
};

/** @param says what was done with it */
export const projectCard = (project: Omit<Project, 'pilotId' | 'programmeId'>, says?: string): Card => ({
  title: `${shortened(project.name, 100)}, ${project.locality}${says ? `: ${says}` : ''}`,
  parts: [
    {
      type: 'facts',
      facts: [
        { label: 'Theme', value: project.theme ?? '' },
        { label: 'Theory of action', value: project.theoryOfAction ?? '' },
        { label: 'Hypothesis', value: project.hypothesis ?? '' },
      ].filter(({ value }) => value !== ''),
    },
    {
      type: 'buttons',
      buttons: [...(says ? [editButton(project)] : []), { label: 'All projects', press: { verb: 'rag.projects' } }],
    },
  ],
});
