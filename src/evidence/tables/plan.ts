import { type Sql, sql } from '../../db/client.ts';
import { answerers, by, latest, type Read, readTable, recordedAt, recordedBy, version, within } from './rows.ts';
import type { Extent, Table } from './table.ts';

/** The lines of the plans, how they were rated, and the meetings about them. What people wrote about them is in free_text. */

const ORIGINS = { person: 'Somebody made it.', import: 'Brought in with a plan.', demonstration: 'Made up, for the demonstration.' };

/** Versions `v` of actions `a`, or what is said of these. @param more joined to each */
const ofActions =
  (table: Sql, more = sql``) =>
  (extent: Extent): Sql =>
    sql`from action a join ${table} v on v.action_id = a.id ${more}
    where a.locality_id = any(${within(extent)}) and ${by(extent, sql`v.recorded_at`)}`;

const KEY = [
  { from: sql`v.action_id`, type: 'uuid' },
  { from: sql`v.version`, type: 'int' },
] as const satisfies Read['key'];

const ACTION_ID = { name: 'action_id', type: 'code', meaning: 'The action.', from: sql`v.action_id` } as const;
const LOCALITY_ID = { name: 'locality_id', type: 'code', meaning: 'The action’s locality.', from: sql`a.locality_id` } as const;

export const actionVersions = readTable({
  name: 'action_versions',
  title: 'Actions',
  meaning: 'One version of an action, a line of a locality’s plan.',
  needs: 'action.read',
  columns: [
    ACTION_ID,
    { name: 'code', type: 'code', meaning: 'What people call it: WAK-12.', from: sql`l.prefix || '-' || a.number` },
    LOCALITY_ID,
    version(sql`v.version`),
    latest(sql`v.action_id`, sql`v.version`),
    {
      name: 'change',
      type: 'code',
      meaning: 'What made this version.',
      values: {
        created: 'It came into the plan.',
        edited: 'It was edited.',
        due: 'Its day was changed.',
        owner: 'It was given to somebody else.',
        step: 'A step was done, or changed.',
        handover: 'It was handed over with everything else of its owner.',
      },
      from: sql`v.change`,
    },
    { name: 'due', type: 'date', meaning: 'The day by which it is to be done; empty: none was said.', from: sql`v.due` },
    ...answerers([sql`v.owner_id`, sql`v.deputy_id`], sql`a.locality_id`, sql`v.recorded_at`),
    { name: 'criterion_id', type: 'code', meaning: 'The criterion that it speaks to (criteria).', from: sql`v.criterion_id` },
    { name: 'project_id', type: 'code', meaning: 'Its project.', from: sql`v.project_id` },
    { name: 'steps', type: 'integer', meaning: 'How many steps it has (action_steps).', from: sql`jsonb_array_length(v.steps)` },
    { name: 'origin', type: 'code', meaning: 'Where the action comes from.', values: ORIGINS, from: sql`a.origin` },
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`a.locality_id`, sql`v.recorded_at`),
  ],
  key: KEY,
  source: ofActions(sql`action_version`, sql`join locality l on l.id = a.locality_id`),
});

const steps = readTable({
  name: 'action_steps',
  title: 'Steps of actions',
  meaning: 'A step of one version of an action.',
  needs: 'action.read',
  columns: [
    ACTION_ID,
    LOCALITY_ID,
    { name: 'version', type: 'integer', meaning: 'Of which version of the action (action_versions).', from: sql`v.version` },
    { name: 'position', type: 'integer', meaning: 'Its place among the steps, from 1.', from: sql`s.place` },
    { name: 'due', type: 'date', meaning: 'The day by which it is to be done.', from: sql`(s.step ->> 'due')::date` },
    { name: 'done', type: 'date', meaning: 'The day on which it was done; empty: it is not.', from: sql`(s.step ->> 'done')::date` },
  ],
  key: [...KEY, { from: sql`s.place::int`, type: 'int' }],
  source: ofActions(sql`action_version`, sql`cross join lateral jsonb_array_elements(v.steps) with ordinality as s (step, place)`),
});

const moves = readTable({
  name: 'action_kpis',
  title: 'KPIs that actions should move',
  meaning: 'A KPI that one version of an action is meant to move.',
  needs: 'action.read',
  columns: [
    ACTION_ID,
    LOCALITY_ID,
    { name: 'version', type: 'integer', meaning: 'Of which version of the action (action_versions).', from: sql`v.version` },
    { name: 'kpi_id', type: 'code', meaning: 'The KPI.', from: sql`m.id` },
  ],
  key: [...KEY, { from: sql`m.id`, type: 'uuid' }],
  source: ofActions(sql`action_version`, sql`cross join lateral unnest(v.kpi_ids) as m (id)`),
});

/** Why the latest ratings of an export, counted, are not the counts of a screen. */
const NO_UPDATE =
  'Screens count an action that is neither closed nor on hold as “No update in time”, and not by its owner’s rating, where that is too old: a red of more than ten working days, one of an earlier half-term and six weeks or more old (in the first two weeks of a half-term: one of before the last), or one given more than two weeks before a due date that has passed. Here it keeps its rating.';

export const actionRatings = readTable({
  name: 'action_ratings',
  title: 'Ratings of actions',
  meaning: `A rating of an action. Its owner’s and its adviser’s stand side by side: neither takes the place of the other. ${NO_UPDATE}`,
  needs: 'action.read',
  columns: [
    { name: 'rating_id', type: 'code', meaning: 'The rating.', from: sql`v.id` },
    ACTION_ID,
    LOCALITY_ID,
    {
      name: 'kind',
      type: 'code',
      meaning: 'Whose it is.',
      values: { self: 'Its owner’s.', independent: 'Its adviser’s.' },
      from: sql`v.kind`,
    },
    version(sql`v.version`),
    latest(sql`v.action_id, v.kind`, sql`v.version`),
    {
      name: 'rating',
      type: 'code',
      meaning: `The rating as it was given. What the colours mean is in rating_definitions. ${NO_UPDATE}`,
      values: {
        not_started: 'Not started.',
        green: 'On track.',
        amber: 'At risk.',
        red: 'Off track.',
        complete: 'Complete: its success measure was checked.',
        on_hold: 'It rests, by decision.',
        stopped: 'It was stopped, by decision.',
      },
      from: sql`v.rating`,
    },
    { name: 'remedy_by', type: 'date', meaning: 'Of a red: the day by which it could be put right.', from: sql`v.remedy_by` },
    {
      name: 'decided_on',
      type: 'date',
      meaning: 'Of one that rests or was stopped: the day on which that was decided.',
      from: sql`v.decided_on`,
    },
    { name: 'definition_version', type: 'integer', meaning: 'By which version of rating_definitions.', from: sql`v.definition_version` },
    { name: 'origin', type: 'code', meaning: 'Where it comes from.', values: ORIGINS, from: sql`v.origin` },
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`a.locality_id`, sql`v.recorded_at`),
  ],
  key: [
    { from: sql`v.action_id`, type: 'uuid' },
    { from: sql`v.kind`, type: 'text' },
    { from: sql`v.version`, type: 'int' },
  ],
  source: ofActions(sql`rating`),
});

const ratingDefinitions = readTable({
  name: 'rating_definitions',
  title: 'What the ratings mean',
  meaning:
    'One version of what the colours mean. Where there is no version 1, the first was the product’s own: green is on track, amber at risk, red off track.',
  columns: [
    { name: 'version', type: 'integer', meaning: 'The version.', from: sql`d.version` },
    { name: 'green', type: 'text', meaning: 'What green means.', from: sql`d.green` },
    { name: 'amber', type: 'text', meaning: 'What amber means.', from: sql`d.amber` },
    { name: 'red', type: 'text', meaning: 'What red means.', from: sql`d.red` },
    recordedAt(sql`d.recorded_at`),
  ],
  key: [{ from: sql`d.version`, type: 'int' }],
  source: (extent) => sql`from rating_definition d where ${by(extent, sql`d.recorded_at`)}`,
});

export const actionComments = readTable({
  name: 'action_comments',
  title: 'Comments on actions',
  meaning: 'That something was said about an action. What it was is in free_text.',
  needs: 'action.read',
  columns: [
    { name: 'comment_id', type: 'code', meaning: 'The comment.', from: sql`v.id` },
    ACTION_ID,
    LOCALITY_ID,
    { name: 'answers_rating_id', type: 'code', meaning: 'The adviser’s rating that it answers; empty: none.', from: sql`v.answers_id` },
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`a.locality_id`, sql`v.recorded_at`),
  ],
  key: [{ from: sql`v.id`, type: 'uuid' }],
  source: ofActions(sql`action_comment`),
});

const meetings = readTable({
  name: 'meetings',
  title: 'Meetings with advisers',
  meaning: 'A day on which an adviser meets, or met, a locality.',
  needs: 'action.read',
  columns: [
    { name: 'meeting_id', type: 'code', meaning: 'The meeting.', from: sql`m.id` },
    { name: 'locality_id', type: 'code', meaning: 'The locality.', from: sql`m.locality_id` },
    { name: 'date', type: 'date', meaning: 'The day.', from: sql`m.date` },
    recordedAt(sql`m.recorded_at`),
    {
      name: 'withdrawn_at',
      type: 'moment',
      meaning: 'When it was called off; empty: it was not.',
      from: (extent) => sql`case when ${by(extent, sql`m.withdrawn_at`)} then m.withdrawn_at end`,
    },
  ],
  key: [{ from: sql`m.id`, type: 'uuid' }],
  source: (extent) => sql`from meeting m where m.locality_id = any(${within(extent)}) and ${by(extent, sql`m.recorded_at`)}`,
});

export const PLAN: readonly Table[] = [actionVersions, steps, moves, actionRatings, ratingDefinitions, actionComments, meetings];
