import type { Field, Form, Press } from '../../src/cards/card.ts';
import type { Kpi } from '../../src/kpis/kpi.ts';
import { MOST_NAME } from '../../src/kpis/names.ts';
import type { Place } from '../../src/people/directory.ts';
import type { Project } from '../../src/people/taking.ts';

/** The form in which a KPI is made or changed. */

export const CADENCE_WORDS = {
  week: 'Every week',
  month: 'Every month',
  half_term: 'Every half-term',
  term: 'Every term',
  year: 'Every school year',
} as const;

/** A project or a way of reading that is not chosen: a choice always has a value. */
export const NONE = 'none';
export const LOGGED = 'logged';
const ORIGINS = {
  [LOGGED]: 'People log them',
  signed_up: 'Worked out: organisations signed up',
  attended: 'Worked out: organisations that attended',
  completed: 'Worked out: organisations that completed',
};

/** The most options that a list to choose from can hold on every platform; one of them is “none”. */
const MOST_PROJECTS = 99;

/** Characters that fit. */
export const MOST_SOURCE = 200;

const choice = (name: string, label: string, options: Record<string, string>, value: string | undefined): Field => ({
  kind: 'choice',
  name,
  label,
  options: Object.entries(options).map(([key, text]) => ({ value: key, label: text })),
  ...(value === undefined ? {} : { value }),
});

const number = (name: string, label: string, value: number | null | undefined): Field => ({
  kind: 'number',
  name,
  label,
  optional: true,
  ...(value == null ? {} : { value: String(value) }),
});

/** Where readings come from; not asked where there is no project that anybody could take part in. */
const coverageFields = (kpi: Kpi | undefined, projects: Project[]): Field[] => {
  if (projects.length === 0) return [];
  const several = new Set(projects.map(({ localityId }) => localityId)).size > 1;
  const names = projects.slice(0, MOST_PROJECTS).map(({ id, name, locality }) => [id, several ? `${name}, ${locality}` : name]);
  return [
    choice('coverage', 'Where do readings come from?', ORIGINS, kpi?.coverage ?? LOGGED),
    {
      ...choice('project', 'Which project is it part of?', { [NONE]: 'None', ...Object.fromEntries(names) }, kpi?.projectId ?? NONE),
      hint: 'Readings that are worked out count the organisations that take part in it.',
    },
  ];
};

/** With what the KPI is now; a new one opens with `name`, and asks for the locality where there are several. */
export const formFor = (kpi: Kpi | undefined, places: Place[], projects: Project[], name: string, state: Press['state']): Form => ({
  title: kpi ? 'Edit a KPI' : 'New KPI',
  ...(kpi
    ? { intro: `${kpi.name}, ${kpi.locality}. Every change is kept beside what it was before.` }
    : places.length === 1
      ? { intro: `For ${places[0]?.locality}. You choose it and you assess it.` }
      : {}),
  fields: [
    ...(kpi || places.length === 1
      ? []
      : [choice('locality', 'Locality', Object.fromEntries(places.map((place) => [place.localityId, place.locality])), undefined)]),
    {
      kind: 'text',
      name: 'name',
      label: 'Name',
      hint: 'As people will type it: Attendance',
      maxLength: MOST_NAME,
      value: kpi?.name ?? name,
    },
    {
      kind: 'text',
      name: 'aliases',
      label: 'Other names for it',
      hint: 'Separated by commas',
      optional: true,
      ...(kpi ? { value: kpi.aliases.join(', ') } : {}),
    },
    {
      kind: 'text',
      name: 'unit',
      label: 'Unit',
      hint: '% or what is counted: children, visits, schools',
      maxLength: 20,
      value: kpi?.unit ?? '%',
    },
    choice(
      'improvement',
      'What is better?',
      { increase: 'More', decrease: 'Less', neutral: 'Neither: it is watched' },
      kpi?.improvement ?? 'increase',
    ),
    choice(
      'kind',
      'What kind is it?',
      { outcome: 'Outcome: what changes for children', process: 'Process: what the partnership does' },
      kpi?.kind ?? 'outcome',
    ),
    {
      ...choice('cadence', 'How often is it read?', CADENCE_WORDS, kpi?.cadence ?? 'half_term'),
      hint: 'Its chart tells change from chance after 6 readings, fully after 13: read every week in 3 months, every half-term in 2 years.',
    },
    choice(
      'counts',
      'What does it count?',
      { children: 'Children', schools: 'Schools', people: 'People', other: 'Something else' },
      kpi?.counts ?? 'children',
    ),
    choice('base', 'Is each reading “so many of so many”?', { none: 'No', of_each_reading: 'Yes, as in 84 of 131' }, kpi?.base ?? 'none'),
    ...coverageFields(kpi, projects),
    number('baseline', 'Baseline', kpi?.baseline),
    {
      kind: 'date',
      name: 'baselineDate',
      label: 'Date of the baseline',
      optional: true,
      ...(kpi?.baselineDate ? { value: kpi.baselineDate } : {}),
    },
    number('target', 'Target', kpi?.target),
    {
      kind: 'date',
      name: 'targetDate',
      label: 'Target to be reached by',
      optional: true,
      ...(kpi?.targetDate ? { value: kpi.targetDate } : {}),
    },
    number('tolerance', 'How far short still counts as close? (% of the way)', kpi?.tolerance ?? 5),
    {
      kind: 'text',
      name: 'owner',
      label: 'Who answers for it?',
      hint: 'Post or e-mail address; empty = you',
      optional: true,
      ...(kpi?.owner ? { value: kpi.owner } : {}),
    },
    {
      kind: 'text',
      name: 'deputy',
      label: 'Who stands in?',
      hint: 'Post or e-mail address',
      optional: true,
      ...(kpi?.deputy ? { value: kpi.deputy } : {}),
    },
    { kind: 'longtext', name: 'definition', label: 'What exactly is counted?', maxLength: 1_000, value: kpi?.definition ?? '' },
    { kind: 'text', name: 'source', label: 'Where do the figures come from?', maxLength: MOST_SOURCE, value: kpi?.source ?? '' },
  ],
  submit: { label: kpi ? 'Save' : 'Add the KPI', press: { verb: kpi ? 'kpi.edit' : 'kpi.new', state: { ...state } } },
});
