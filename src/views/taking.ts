import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import { formatOf } from '../cards/format.ts';
import { HOW_WORDS } from '../kpis/coverage.ts';
import type { Change, Counts, How, Project } from '../people/taking.ts';
import { small } from './actions/parts.ts';

/** Who takes part in a project → cards. */

type Day = Temporal.PlainDate;

const of = (counts: Counts, how: How) => `${formatOf(counts[how], counts.schools)} schools`;

const organisations = (count: number) => `${count} ${count === 1 ? 'organisation' : 'organisations'}`;

/** The most names in one line; a card's list is no register. */
const MOST_NAMES = 5;
const names = (those: { name: string }[]) => {
  const first = those.slice(0, MOST_NAMES).map(({ name }) => name);
  return those.length > MOST_NAMES ? `${first.join('; ')} and ${those.length - MOST_NAMES} more` : first.join('; ');
};

const see = (project: Pick<Project, 'id'>): Button => ({
  label: 'Who takes part',
  press: { verb: 'partners.taking', state: { project: project.id } },
});
const add = (project: Pick<Project, 'id'>): Button => ({
  label: 'Add organisations',
  press: { verb: 'partners.takepart', state: { project: project.id } },
});
const stop = (project: Pick<Project, 'id'>): Button => ({
  label: 'Somebody stopped',
  press: { verb: 'partners.stoppart', state: { project: project.id } },
  says: 'Say which organisations take part no longer',
});

/** The projects that somebody can see, with how many schools take part in each. */
export const projectsCard = (title: string, lines: { project: Project; counts: Counts | undefined }[]): Card => {
  const places = [...new Set(lines.map(({ project }) => project.locality))];
  return {
    title,
    parts: places.flatMap((place): Part[] => [
      ...(places.length > 1 ? [{ type: 'text' as const, style: 'heading' as const, text: place }] : []),
      {
        type: 'list',
        items: lines
          .filter(({ project }) => project.locality === place)
          .map(({ project, counts }) => ({
            text: project.name,
            detail: counts ? of(counts, 'signed_up') : '',
            button: { ...see(project), says: `Who takes part in ${project.name}, ${place}` },
          })),
      },
    ]),
  };
};

/** One project: how far its schools have come, and what changed last. `changes` undefined: not for this reader. */
export const projectCard = (project: Project, counts: Counts, changes: Change[] | undefined, mayWrite: boolean, today: Day): Card => ({
  title: `${project.name}, ${project.locality}: ${of(counts, 'signed_up')} take part`,
  parts: [
    {
      type: 'facts',
      facts: [
        { label: 'Signed up', value: of(counts, 'signed_up') },
        { label: 'Attended', value: of(counts, 'attended') },
        { label: 'Completed', value: of(counts, 'completed') },
        ...(counts.others > 0 ? [{ label: 'And', value: `${organisations(counts.others)} of other kinds` }] : []),
      ],
    },
    small('Who completed it attended too, and who attended had signed up. KPIs that are worked out from this follow by themselves.'),
    ...(changes && changes.length > 0
      ? [
          { type: 'text' as const, style: 'heading' as const, text: 'Last changes' },
          {
            type: 'list' as const,
            items: changes.map(({ organisation, how, what, on }) => ({
              text: organisation,
              detail: `${HOW_WORDS[how]}, ${what} ${formatDate(Temporal.PlainDate.from(on), today)}`,
            })),
          },
        ]
      : []),
    ...(mayWrite ? [{ type: 'buttons' as const, buttons: [{ ...add(project), style: 'primary' as const }, stop(project)] }] : []),
  ],
});

type Done = { project: Project; how: How | null; on: Day; done: { name: string }[]; left: { name: string }[]; counts: Counts; today: Day };

const doneParts = ({ project, done, left, counts }: Done, leftWords: string): Part[] => [
  ...(done.length > 0 ? [{ type: 'text' as const, text: names(done) }] : []),
  ...(left.length > 0 ? [small(`${leftWords}: ${names(left)}.`)] : []),
  {
    type: 'facts',
    facts: [{ label: 'Today', value: `signed up ${of(counts, 'signed_up')}, attended ${counts.attended}, completed ${counts.completed}` }],
  },
  { type: 'buttons', buttons: [see(project), add(project)] },
];

/** After organisations were added. */
export const takenCard = (done: Done & { how: How }): Card => {
  const { project, how, on, today } = done;
  const count = done.done.length;
  return {
    title:
      count === 0
        ? `Nothing was changed: all of these take part in ${project.name} already (${HOW_WORDS[how]}).`
        : `Added to ${project.name}, ${project.locality}: ${organisations(count)}, ${HOW_WORDS[how]}, from ${formatDate(on, today)}.`,
    parts: doneParts(done, 'Known already'),
  };
};

/** After some stopped. */
export const stoppedCard = (done: Done): Card => {
  const { project, how, on, today } = done;
  const count = done.done.length;
  const which = how ? ` (${HOW_WORDS[how]})` : '';
  return {
    title:
      count === 0
        ? `Nothing was changed: none of these takes part in ${project.name}${which} on ${formatDate(on, today)}.`
        : `${project.name}, ${project.locality}: ${organisations(count)} ${count === 1 ? 'takes' : 'take'} part${which} until ${formatDate(on, today)}.`,
    parts: doneParts(done, 'Did not take part then'),
  };
};
