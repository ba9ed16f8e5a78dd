import { type Sql, sql } from '../../db/client.ts';
import { allowed, by, latest, readTable, recordedAt, recordedBy, version, within } from './rows.ts';
import type { Extent, Table } from './table.ts';

/** The four criteria, what localities take themselves to be and what the evaluators do, and what these wrote. It stays apart from the KPIs. */

const criteria = readTable({
  name: 'criteria',
  title: 'Criteria',
  meaning: 'One of the areas of locality working by which the programme is evaluated.',
  columns: [
    { name: 'criterion_id', type: 'code', meaning: 'The criterion.', from: sql`c.id` },
    { name: 'position', type: 'integer', meaning: 'Its place.', from: sql`c.position` },
    { name: 'name', type: 'text', meaning: 'What it is called.', from: sql`c.name` },
  ],
  key: [{ from: sql`c.position`, type: 'int' }],
  source: () => sql`from criterion c where true`,
});

const questions = readTable({
  name: 'criterion_questions',
  title: 'Questions of the criteria',
  meaning: 'A question that belongs to a criterion.',
  columns: [
    { name: 'question_id', type: 'code', meaning: 'The question.', from: sql`q.id` },
    { name: 'criterion_id', type: 'code', meaning: 'Its criterion.', from: sql`q.criterion_id` },
    { name: 'position', type: 'integer', meaning: 'Its place in the criterion.', from: sql`q.position` },
    { name: 'text', type: 'text', meaning: 'The question.', from: sql`q.text` },
  ],
  key: [{ from: sql`q.id`, type: 'uuid' }],
  source: () => sql`from criterion_question q where true`,
});

/** Of the evaluators’ steps only those where drafts of theirs may be read. */
const stepsSeen = (extent: Extent): Sql => sql`(s.lens = 'self' or s.locality_id = any(${within(allowed(extent, 'finding.draft'))}))`;

/** Whether the words of a version `s` of a step are still said: it is what stands, and was not withdrawn. */
export const stepStands = (extent: Extent): Sql => sql`s.step is not null and not exists (select 1 from assessment_step n
  where n.locality_id = s.locality_id and n.lens = s.lens and n.round = s.round and n.about_id = s.about_id and n.version > s.version
    and ${by(extent, sql`n.recorded_at`)})`;

export const assessmentSteps = readTable({
  name: 'assessment_steps',
  title: 'Steps on the criteria',
  meaning:
    'Where a locality takes itself to be, or the evaluators do, in one round: a criterion each term, a question each school year. Two lenses, never to be put together. Of the evidence for a step only what stands is in free_text.',
  needs: 'assessment.read',
  columns: [
    { name: 'step_id', type: 'code', meaning: 'This version.', from: sql`s.id` },
    { name: 'locality_id', type: 'code', meaning: 'The locality.', from: sql`s.locality_id` },
    {
      name: 'lens',
      type: 'code',
      meaning: 'Whose view it is.',
      values: { self: 'The locality’s own.', evaluator: 'The evaluators’.' },
      from: sql`s.lens`,
    },
    { name: 'round', type: 'code', meaning: 'The term, 2026/27-autumn, or the school year, 2026/27.', from: sql`s.round` },
    {
      name: 'about_kind',
      type: 'code',
      meaning: 'What it is about.',
      values: { criterion: 'A criterion (criteria).', question: 'A question (criterion_questions).' },
      from: sql`s.about_kind`,
    },
    { name: 'about_id', type: 'code', meaning: 'Which criterion or question.', from: sql`s.about_id` },
    version(sql`s.version`),
    latest(sql`s.locality_id, s.lens, s.round, s.about_id`, sql`s.version`),
    { name: 'step', type: 'integer', meaning: 'The step, from 1 to 5; empty: it was withdrawn.', from: sql`s.step` },
    recordedAt(sql`s.recorded_at`),
    recordedBy(sql`s.recorded_by_id`, sql`s.locality_id`, sql`s.recorded_at`),
  ],
  key: [
    { from: sql`s.locality_id`, type: 'uuid' },
    { from: sql`s.lens`, type: 'text' },
    { from: sql`s.round`, type: 'text' },
    { from: sql`s.about_id`, type: 'uuid' },
    { from: sql`s.version`, type: 'int' },
  ],
  source: (extent) =>
    sql`from assessment_step s where s.locality_id = any(${within(extent)}) and ${stepsSeen(extent)} and ${by(extent, sql`s.recorded_at`)}`,
});

/** Whether the leads had answered this text by then. */
const answered = (extent: Extent): Sql =>
  sql`exists (select 1 from finding_answer x where x.finding_id = v.finding_id and x.version = v.version and ${by(extent, sql`x.recorded_at`)})`;

/** Of a version `v` of a finding `f`: drafts are for the evaluators and for who answers them. */
const findingsSeen = (extent: Extent): Sql =>
  sql`(f.locality_id = any(${within(allowed(extent, 'finding.draft'))}) or ${answered(extent)})`;

export const findingVersions = readTable({
  name: 'finding_versions',
  title: 'Findings',
  meaning: 'One version of what the evaluators wrote of a locality: a draft until its leads have answered it. The text is in free_text.',
  needs: 'assessment.read',
  columns: [
    { name: 'finding_id', type: 'code', meaning: 'The finding.', from: sql`v.finding_id` },
    { name: 'locality_id', type: 'code', meaning: 'The locality.', from: sql`f.locality_id` },
    {
      name: 'criterion_id',
      type: 'code',
      meaning: 'The criterion that it is about; empty: the locality as a whole.',
      from: sql`f.criterion_id`,
    },
    { name: 'round', type: 'code', meaning: 'The term that it is about.', from: sql`f.round` },
    version(sql`v.version`),
    latest(sql`v.finding_id`, sql`v.version`),
    {
      name: 'state',
      type: 'code',
      meaning: 'How far it has come.',
      values: {
        draft: 'The leads have not answered this text: not to be quoted.',
        answered: 'The leads have answered it (finding_answers).',
        withdrawn: 'The evaluators took it back.',
      },
      from: (extent) => sql`case when v.text is null then 'withdrawn' when ${answered(extent)} then 'answered' else 'draft' end`,
    },
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`f.locality_id`, sql`v.recorded_at`),
  ],
  key: [
    { from: sql`v.finding_id`, type: 'uuid' },
    { from: sql`v.version`, type: 'int' },
  ],
  source: (extent) => sql`from finding f join finding_version v on v.finding_id = f.id
    where f.locality_id = any(${within(extent)}) and ${by(extent, sql`v.recorded_at`)} and ${findingsSeen(extent)}`,
});

export const findingAnswers = readTable({
  name: 'finding_answers',
  title: 'Answers to findings',
  meaning: 'What the leads of a locality answered to one version of a finding. Their words are in free_text.',
  needs: 'assessment.read',
  columns: [
    { name: 'answer_id', type: 'code', meaning: 'The answer.', from: sql`w.id` },
    { name: 'finding_id', type: 'code', meaning: 'The finding.', from: sql`w.finding_id` },
    { name: 'locality_id', type: 'code', meaning: 'The locality.', from: sql`f.locality_id` },
    { name: 'version', type: 'integer', meaning: 'Which version of it.', from: sql`w.version` },
    {
      name: 'kind',
      type: 'code',
      meaning: 'What they answered.',
      values: { agree: 'They agree.', correct: 'A fact is to be corrected.', context: 'They add context.' },
      from: sql`w.kind`,
    },
    recordedAt(sql`w.recorded_at`),
    recordedBy(sql`w.recorded_by_id`, sql`f.locality_id`, sql`w.recorded_at`),
  ],
  key: [{ from: sql`w.id`, type: 'uuid' }],
  source: (extent) =>
    sql`from finding f join finding_answer w on w.finding_id = f.id where f.locality_id = any(${within(extent)}) and ${by(extent, sql`w.recorded_at`)}`,
});

export const CRITERIA: readonly Table[] = [criteria, questions, assessmentSteps, findingVersions, findingAnswers];
