import { z } from 'zod';
import { type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Field, Form } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { may } from '../../src/people/permissions.ts';
import { HOWS, type How, type Named, organisationsOf, type Project, stopPart, takePart } from '../../src/people/taking.ts';
import { stoppedCard, takenCard } from '../../src/views/taking.ts';
import { writerOf } from './context.ts';
import { countsAt, projectById } from './taking.ts';
import { readOrganisations, readPartDay } from './taking-read.ts';

/** Saying which organisations take part in a project, and which do no longer. */

const State = z.object({ project: z.string() });
type State = z.infer<typeof State>;

const HOW_OPTIONS: { value: How; label: string }[] = [
  { value: 'signed_up', label: 'Signed up' },
  { value: 'attended', label: 'Attended' },
  { value: 'completed', label: 'Completed' },
];
/** In whichever way an organisation takes part. */
const ANY = 'any';

/** The project of a form, if the actor may change who takes part in it. */
const writable = async (turn: Turn, state: State | undefined): Promise<Project> => {
  const project = await projectById(turn, state?.project);
  if (!may(turn.actor, 'taking.write', project))
    throw new UserError(
      `Not saved. Who takes part in ${project.name} is kept by the pilot lead and the coordinator of ${project.locality}. Ask them.`,
    );
  return project;
};

const formOf = (turn: Turn, project: Project, title: string, how: Field, dayLabel: string, submit: Form['submit']): Form => ({
  title,
  intro: `${project.name}, ${project.locality}`,
  fields: [
    {
      kind: 'longtext',
      name: 'organisations',
      label: 'One organisation a line',
      hint: 'As they are called here. You can paste from a spreadsheet.',
    },
    how,
    { kind: 'date', name: 'day', label: dayLabel, value: turn.today.toString() },
  ],
  submit,
});

type Filled<T> = { kind: 'read'; organisations: Named[]; how: T; day: Turn['today'] } | { kind: 'wrong'; fields: FieldErrors['fields'] };

/** What was filled in, or every field that is wrong. */
const read = async <T extends string>(
  turn: Turn,
  project: Project,
  values: Record<string, string>,
  options: readonly T[],
): Promise<Filled<T>> => {
  const organisations = readOrganisations(values.organisations ?? '', await organisationsOf(turn.tx, project.localityId), project.locality);
  const day = readPartDay(values.day, turn.today);
  const how = options.find((option) => option === values.how);
  if ('found' in organisations && 'day' in day && how) return { kind: 'read', organisations: organisations.found, how, day: day.day };
  const fields: Record<string, string> = {};
  if ('problem' in organisations) fields.organisations = organisations.problem;
  if ('problem' in day) fields.day = day.problem;
  if (!how) fields.how = 'Choose one of the list.';
  return { kind: 'wrong', fields };
};

export const takepart = formVerb({
  state: State,
  form: async (turn, { state }) => {
    const project = await writable(turn, state);
    return formOf(
      turn,
      project,
      'Who takes part',
      { kind: 'choice', name: 'how', label: 'How?', options: HOW_OPTIONS, value: 'signed_up' },
      'From which day?',
      { label: 'Save', press: { verb: 'partners.takepart', state: { project: project.id } } },
    );
  },
  submit: async (turn, { values, state }) => {
    const project = await writable(turn, state);
    const filled = await read(turn, project, values, HOWS);
    if (filled.kind === 'wrong') return { fields: filled.fields };
    const { organisations, how, day } = filled;
    const done = await takePart(writerOf(turn), project.id, organisations, how, day.toString());
    const left = organisations.filter((organisation) => !done.includes(organisation));
    return takenCard({ project, how, on: day, done, left, counts: await countsAt(turn, project), today: turn.today });
  },
});

export const stoppart = formVerb({
  state: State,
  form: async (turn, { state }) => {
    const project = await writable(turn, state);
    return formOf(
      turn,
      project,
      'Who takes part no longer',
      { kind: 'choice', name: 'how', label: 'What has ended?', options: [{ value: ANY, label: 'All of it' }, ...HOW_OPTIONS], value: ANY },
      'What was the last day?',
      { label: 'Save', press: { verb: 'partners.stoppart', state: { project: project.id } } },
    );
  },
  submit: async (turn, { values, state }) => {
    const project = await writable(turn, state);
    const filled = await read(turn, project, values, [ANY, ...HOWS]);
    if (filled.kind === 'wrong') return { fields: filled.fields };
    const { organisations, day } = filled;
    const how = filled.how === ANY ? null : filled.how;
    const done = await stopPart(writerOf(turn), project.id, organisations, how, day.toString());
    const left = organisations.filter((organisation) => !done.includes(organisation));
    return stoppedCard({ project, how, on: day, done, left, counts: await countsAt(turn, project), today: turn.today });
  },
});
