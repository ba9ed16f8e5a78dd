import { Temporal } from 'temporal-polyfill';
import type { Criterion } from '../../actions/criteria.ts';
import { formatDate } from '../../calendar/dates.ts';
import type { Button, Card, Field, Form } from '../../cards/card.ts';
import { type CycleMethod, needsCheck, type RegisterDraft, type RegisterEntry, type RegisterKind } from '../../evidence/register.ts';
import { criterionField, type EntryParts, NONE } from '../../evidence/register-fields.ts';
import { listed, small } from '../actions/parts.ts';

/** The evidence register → cards, and the form that chat and web share. */

type Day = Temporal.PlainDate;

export const KIND_WORDS: Record<RegisterKind, { name: string; plural: string; a: string }> = {
  interview: { name: 'Interview', plural: 'Interviews', a: 'an interview' },
  workshop: { name: 'Workshop', plural: 'Workshops', a: 'a workshop' },
  observation: { name: 'Observation', plural: 'Observations', a: 'an observation' },
  document: { name: 'Document', plural: 'Documents', a: 'a document' },
  story: { name: 'Story', plural: 'Stories', a: 'a story' },
  cycle: { name: 'Cycle', plural: 'Cycles', a: 'a cycle' },
};

export const METHOD_WORDS: Record<CycleMethod, string> = {
  pdsa: 'Plan, do, study, act',
  var: 'Vulnerability, action, review',
};

/** What each kind is asked for in its own words: the summary, and a hint below it. */
const ASKS: Record<RegisterKind, { summary: string; hint: string }> = {
  interview: { summary: 'What was said, in short', hint: 'Say who by their role, never by name: “a headteacher”.' },
  workshop: { summary: 'What came out of it, in short', hint: 'How many took part and what they agreed; nobody by name.' },
  observation: { summary: 'What was seen, in short', hint: 'Nobody by name.' },
  document: { summary: 'What it is and what it says, in short', hint: 'Nobody by name. The link can lead to it.' },
  story: { summary: 'The story, in short', hint: 'Nobody by name: “a Year 6 pupil”, “a parent”.' },
  cycle: { summary: 'What was tried, and what was learned', hint: 'Nobody by name.' },
};

const YES_NO = [
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
];

const day = (iso: string, today: Day) => formatDate(Temporal.PlainDate.from(iso), today);

/** "12 Nov" · of a cycle "12 Sep to 20 Nov", "from 12 Sep on" */
export const whenWords = ({ kind, date, endDate }: Pick<RegisterDraft, 'kind' | 'date' | 'endDate'>, today: Day): string => {
  if (kind !== 'cycle') return day(date, today);
  return endDate ? `${day(date, today)} to ${day(endDate, today)}` : `from ${day(date, today)} on`;
};

/** "interview, Wakefield, 12 Nov": never its words. */
export const entryName = (entry: Pick<RegisterEntry, 'kind' | 'locality' | 'date' | 'endDate'>, today: Day): string =>
  `${KIND_WORDS[entry.kind].name.toLowerCase()}, ${entry.locality}, ${whenWords(entry, today)}`;

export const CHECK_WAITS =
  'It is about fewer than 10 children: only whoever wrote it and those who may check it see it, until it is ticked as checked for identification.';

const choice = (
  name: string,
  label: string,
  options: readonly { id: string; name: string }[],
  value: string | null | undefined,
): Field => ({
  kind: 'choice',
  name,
  label,
  optional: true,
  options: [{ value: NONE, label: 'None' }, ...options.map((option) => ({ value: option.id, label: option.name }))],
  value: value ?? NONE,
});

const named = (name: string, label: string): Field => ({ kind: 'text', name, label, hint: 'By its name', optional: true });

/** What a form opens with: an entry to be corrected, or what was typed. */
type Opens = Partial<RegisterDraft>;

type Asked = {
  kind: RegisterKind;
  /** Where it may be; one = it is there. */
  places: readonly { localityId: string; locality: string }[];
  /** Of the one place; of several only the criteria. */
  parts: EntryParts;
  opens: Opens;
  submit: Form['submit'];
};

/** The form of an entry. */
export const entryForm = ({ kind, places, parts: { criteria, projects, kpis }, opens, submit }: Asked): Form => {
  const one = places.length === 1;
  const answered = opens.fewChildren === undefined ? undefined : opens.fewChildren ? 'yes' : 'no';
  const cycle: Field[] = [
    {
      kind: 'date',
      name: 'endDate',
      label: 'Last day',
      hint: 'Leave it empty while it goes on.',
      optional: true,
      ...(opens.endDate ? { value: opens.endDate } : {}),
    },
    {
      kind: 'choice',
      name: 'method',
      label: 'How does it go round?',
      options: Object.entries(METHOD_WORDS).map(([value, label]) => ({ value, label })),
      ...(opens.method ? { value: opens.method } : {}),
    },
  ];
  const fields: Field[] = [
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
      kind: 'date',
      name: 'date',
      label: kind === 'cycle' ? 'First day' : kind === 'document' ? 'Its date' : 'When was it?',
      ...(opens.date ? { value: opens.date } : {}),
    },
    ...(kind === 'cycle' ? cycle : []),
    {
      kind: 'longtext',
      name: 'summary',
      label: ASKS[kind].summary,
      hint: ASKS[kind].hint,
      maxLength: 1_000,
      ...(opens.summary ? { value: opens.summary } : {}),
    },
    {
      kind: 'text',
      name: 'link',
      label: 'Link to what shows it',
      hint: 'As in https://example.org/notes',
      optional: true,
      ...(opens.link ? { value: opens.link } : {}),
    },
    {
      kind: 'longtext',
      name: 'quote',
      label: 'What somebody said, word for word',
      hint: 'Without names and without what would give them away.',
      optional: true,
      maxLength: 1_000,
      ...(opens.quote ? { value: opens.quote } : {}),
    },
    {
      kind: 'choice',
      name: 'consent',
      label: 'Have they agreed to be quoted?',
      optional: true,
      options: YES_NO,
      ...(opens.consent ? { value: 'yes' } : {}),
    },
    {
      kind: 'choice',
      name: 'fewChildren',
      label: 'Is it about fewer than 10 children?',
      hint: 'In a named place they could be told from it. Then it is checked before others see it.',
      ...(kind === 'story' ? {} : { optional: true }),
      options: YES_NO,
      ...(answered ? { value: answered } : {}),
    },
    ...criteria.map(
      ({ id, name }, at): Field => ({
        kind: 'choice',
        name: criterionField(at),
        label: `Is it about: ${name}?`,
        optional: 'said',
        options: YES_NO,
        value: opens.criterionIds?.includes(id) ? 'yes' : 'no',
      }),
    ),
    one ? choice('project', 'Project', projects, opens.projectId) : named('project', 'Project'),
    one ? choice('kpi', 'KPI beside whose chart it stands', kpis, opens.kpiId) : named('kpi', 'KPI beside whose chart it stands'),
  ];
  return {
    title: `Log ${KIND_WORDS[kind].a}`,
    intro: `${one ? `${places[0]?.locality}. ` : ''}No names: of people their role, of children nothing that tells who they are.`,
    fields,
    submit,
  };
};

const ON_THE_WEB = 'Open on the web';

/** Which kind? One press for each; words typed so far go with it. @param url of the register */
export const kindsCard = (kinds: readonly RegisterKind[], words: string, url: string): Card => ({
  title: 'What do you want to log in the evidence register?',
  parts: [
    { type: 'text', text: `One of six kinds: ${kinds.map((kind) => KIND_WORDS[kind].a).join(', ')}.` },
    {
      type: 'buttons',
      buttons: kinds.map((kind) => ({
        label: KIND_WORDS[kind].name,
        press: { verb: 'evidence.log', state: { kind }, ...(words ? { words } : {}) },
        says: `${KIND_WORDS[kind].name}: log ${KIND_WORDS[kind].a}`,
      })),
    },
    small('To correct an entry, or to tick one as checked, open the register on the web.'),
    { type: 'buttons', buttons: [{ label: ON_THE_WEB, url, says: `${ON_THE_WEB}: the evidence register` }] },
  ],
});

/** The criteria of an entry by name, in their fixed order. */
export const criterionNames = ({ criterionIds }: Pick<RegisterEntry, 'criterionIds'>, criteria: readonly Criterion[]): string[] =>
  criteria.filter(({ id }) => criterionIds.includes(id)).map(({ name }) => name);

/** What is to be said of an entry that was saved. @param url of its page in the register */
export const loggedCard = (entry: RegisterEntry, criteria: readonly Criterion[], url: string, today: Day): Card => {
  const facts = [
    { label: 'Areas', value: listed(criterionNames(entry, criteria)) },
    { label: 'Project', value: entry.project ?? '' },
    { label: 'Beside the chart of', value: entry.kpi ?? '' },
    { label: 'Goes round as', value: entry.method ? METHOD_WORDS[entry.method].toLowerCase() : '' },
    { label: 'Link', value: entry.link ?? '' },
  ].filter(({ value }) => value !== '');
  const buttons: Button[] = [
    {
      label: 'Undo',
      press: { verb: 'evidence.unlog', state: { entry: entry.id, version: entry.version } },
      says: `Undo: take this ${KIND_WORDS[entry.kind].name.toLowerCase()} out again`,
    },
    { label: ON_THE_WEB, url },
  ];
  return {
    title: `Logged: ${entryName(entry, today)}`,
    parts: [
      { type: 'text', text: entry.summary },
      ...(entry.quote ? [{ type: 'text' as const, text: `“${entry.quote}”` }, small('Kept with consent, without a name.')] : []),
      ...(facts.length > 0 ? [{ type: 'facts' as const, facts }] : []),
      ...(needsCheck(entry) ? [small(CHECK_WAITS)] : []),
      small(needsCheck(entry) ? 'To correct it, or to tick it as checked, open it on the web.' : 'To correct it, open it on the web.'),
      { type: 'buttons', buttons },
    ],
  };
};

/** It was taken out again. @param url of its page in the register */
export const unloggedCard = (entry: RegisterEntry, url: string, today: Day): Card => ({
  title: `Taken out again: ${entryName(entry, today)}`,
  parts: [
    small('It is no longer in the register, nor beside a chart. On the web it can be brought back.'),
    { type: 'buttons', buttons: [{ label: ON_THE_WEB, url }] },
  ],
});
