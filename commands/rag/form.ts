import { Temporal } from 'temporal-polyfill';
import type { Action, Step } from '../../src/actions/action.ts';
import type { Criterion } from '../../src/actions/criteria.ts';
import type { Project } from '../../src/actions/projects.ts';
import { fullDay } from '../../src/calendar/dates.ts';
import type { Field, Form, Press } from '../../src/cards/card.ts';
import type { Place } from '../../src/people/directory.ts';

/** The form in which an action is made or changed. */

/** Characters that fit. */
export const MOST_TITLE = 150;
/** Steps that fit, and the characters of all of them with their dates. */
export const MOST_STEPS = 20;
export const MOST_STEPS_TEXT = 2_500;
export const NONE = 'none';

export const dayWords = (iso: string) => fullDay(Temporal.PlainDate.from(iso));

/** "✓ Agree the form by Monday 1 March 2027": a step as a line of the form. */
export const stepLine = ({ text, due, done }: Step) => `${done ? '✓ ' : ''}${text}${due ? ` by ${dayWords(due)}` : ''}`;

export type FormParts = {
  /** Where it may be; one = it is there. */
  places: Place[];
  criteria: Criterion[];
  /** Of the one place. */
  projects: Project[];
  kpis: { id: string; name: string }[];
};

const choice = (name: string, label: string, options: { id: string; name: string }[], value: string | null | undefined): Field => ({
  kind: 'choice',
  name,
  label,
  optional: true,
  options: [{ value: NONE, label: 'None' }, ...options.map((option) => ({ value: option.id, label: option.name }))],
  value: value ?? NONE,
});

const text = (name: string, label: string, hint: string, value: string | null | undefined): Field => ({
  kind: 'text',
  name,
  label,
  ...(hint ? { hint } : {}),
  optional: true,
  ...(value ? { value } : {}),
});

/** With what the action is now; a new one opens with `title` and `kpis`. */
export const actionForm = (
  action: Action | undefined,
  { places, criteria, projects, kpis }: FormParts,
  {
    title,
    kpis: about,
    intro,
    state,
    submit,
  }: { title: string; kpis?: string | undefined; intro: string; state: Press['state']; submit: { label: string; verb: string } },
): Form => {
  const one = places.length === 1;
  return {
    title: action ? 'Edit an action' : 'New action',
    ...(intro ? { intro } : {}),
    fields: [
      ...(one
        ? []
        : [
            {
              kind: 'choice' as const,
              name: 'locality',
              label: 'Locality',
              options: places.map(({ localityId, locality }) => ({ value: localityId, label: locality })),
            },
          ]),
      {
        kind: 'text',
        name: 'title',
        label: 'What is to be done?',
        hint: 'One line, as in: Share early-help data with hubs',
        maxLength: MOST_TITLE,
        value: action?.title ?? title,
      },
      {
        kind: 'longtext',
        name: 'successMeasure',
        label: 'What will show that it worked?',
        optional: true,
        maxLength: 1_000,
        ...(action?.successMeasure ? { value: action.successMeasure } : {}),
      },
      text('due', 'By when?', 'As in: 1 March, next Friday, end of term', action?.due && dayWords(action.due)),
      text('owner', 'Who answers for it?', 'Post or e-mail address, or me; empty = nobody yet', action?.owner),
      text('deputy', 'Who stands in?', 'Post or e-mail address', action?.deputy),
      choice('criterion', 'Which area of locality working?', criteria, action?.criterionId),
      one ? choice('project', 'Project', projects, action?.projectId) : text('project', 'Project', 'By its name', undefined),
      text(
        'kpis',
        'Which KPIs should it move?',
        'Their names, separated by commas',
        action ? action.kpiIds.flatMap((id) => kpis.find((kpi) => kpi.id === id)?.name ?? []).join(', ') : about,
      ),
      {
        kind: 'longtext',
        name: 'steps',
        label: 'Steps',
        hint: 'One a line, as in: Agree the form by 1 March. A ✓ in front = done',
        optional: true,
        maxLength: MOST_STEPS_TEXT,
        ...(action && action.steps.length > 0 ? { value: action.steps.map(stepLine).join('\n') } : {}),
      },
    ],
    submit: { label: submit.label, press: { verb: submit.verb, ...(state ? { state } : {}) } },
  };
};
