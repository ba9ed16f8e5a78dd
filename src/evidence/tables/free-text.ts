import { joined, type Sql, sql } from '../../db/client.ts';
import type { Permission } from '../../people/permissions.ts';
import { commentCounts, commentsIn } from '../../pulses/results.ts';
import { findingsSeen, stepStands, stepsSeen } from './criteria.ts';
import { closedWaves, openWave } from './pulses.ts';
import { countsOf, tells } from './readings.ts';
import { entriesSeen, wordsStand } from './register.ts';
import { by, chained, type KeyPart, madeTable, type Read, type ReadColumn, type Row, readTable, within } from './rows.ts';
import type { Column, Extent, Table, Value } from './table.ts';

/** What people wrote, word for word, in one table of its own: it may name somebody, so that it is left out unless it is asked for. */

const COLUMNS = [
  { name: 'subject_table', type: 'code', meaning: 'The table of what it is about.' },
  { name: 'subject_id', type: 'code', meaning: 'The row of that table, by its first column.' },
  { name: 'version', type: 'integer', meaning: 'The version of that row, where it has versions.' },
  { name: 'field', type: 'code', meaning: 'What it says of it: note, reason, quote …' },
  { name: 'text', type: 'text', meaning: 'The words. They may identify somebody: handle them as personal data.' },
  { name: 'locality_id', type: 'code', meaning: 'The locality.' },
  { name: 'recorded_at', type: 'moment', meaning: 'When it was recorded; empty where that is not kept.' },
] as const satisfies readonly Column[];

type Words = {
  /** The table that they are about. */
  subject: string;
  id: Sql;
  version?: Sql;
  /** By field: a text, or for “step” several. At most as many as there are fields, and steps. */
  fields: Readonly<Record<string, Sql>>;
  locality: Sql;
  recordedAt?: Sql;
  key: readonly [KeyPart, ...KeyPart[]];
  from: Sql;
  where: (extent: Extent) => Sql;
  needs: Permission;
  /** Besides what is said of each row. */
  also?: readonly ReadColumn[];
  conceal?: NonNullable<Read['conceal']>;
};

const hidden = (name: string, from: Sql): ReadColumn => ({ name, type: 'text', meaning: '', from, hidden: true });

const STEPS = 'step';

const textsOf = (name: string, value: Value | undefined): [field: string, text: string][] => {
  if (value === null || value === undefined) return [];
  if (name !== STEPS) return [[name, value as string]];
  return (JSON.parse(value as string) as string[]).map((text, index) => [`${name} ${index + 1}`, text]);
};

/** Of many rows few may have words: no page reads more rows than its share, and each row’s words are in one page. */
const wordsOf = ({ subject, id, version, fields, locality, recordedAt, key, from, where, needs, also = [], conceal }: Words): Table => {
  const names = Object.keys(fields);
  const read: Record<(typeof COLUMNS)[number]['name'], Sql> = {
    subject_table: sql`${subject}::text`,
    subject_id: id,
    version: version ?? sql`null`,
    field: sql`null`,
    text: sql`null`,
    locality_id: locality,
    recorded_at: recordedAt ?? sql`null::timestamptz`,
  };
  const table = readTable({
    name: subject,
    title: subject,
    meaning: '',
    needs,
    columns: [
      ...COLUMNS.map((column) => ({ ...column, from: read[column.name] })),
      ...names.map((name) => hidden(name, fields[name] as Sql)),
      ...also,
    ],
    key,
    source: (extent) => sql`${from} where ${locality} = any(${within(extent)}) and ${where(extent)}`,
    keep: joined(
      names.map((name) => sql`(${fields[name] as Sql}) is not null`),
      ' or ',
    ),
    conceal: async (extent, rows, at) => {
      const seen = conceal ? await conceal(extent, rows, at) : rows;
      return seen.flatMap((row) =>
        names.flatMap((name) => textsOf(name, row[at(name)])).map(([field, text]) => row.with(at('field'), field).with(at('text'), text)),
      );
    },
  });
  return { ...table, page: (extent, after, limit) => table.page(extent, after, Math.max(1, Math.floor(limit / names.length))) };
};

const TRUE = () => sql`true`;

const projects = wordsOf({
  subject: 'projects',
  id: sql`p.id`,
  fields: { 'theory of action': sql`p.theory_of_action`, hypothesis: sql`p.hypothesis` },
  locality: sql`p.locality_id`,
  key: [{ from: sql`p.id`, type: 'uuid' }],
  from: sql`from project p`,
  where: TRUE,
  needs: 'action.read',
});

const definitions = wordsOf({
  subject: 'kpi_definitions',
  id: sql`d.kpi_id`,
  version: sql`d.version`,
  fields: { definition: sql`d.definition`, source: sql`d.source` },
  locality: sql`k.locality_id`,
  recordedAt: sql`d.recorded_at`,
  key: [
    { from: sql`d.kpi_id`, type: 'uuid' },
    { from: sql`d.version`, type: 'int' },
  ],
  from: sql`from kpi k join kpi_definition d on d.kpi_id = k.id`,
  where: (extent) => by(extent, sql`d.recorded_at`),
  needs: 'kpi.read',
});

const rebases = wordsOf({
  subject: 'kpi_rebases',
  id: sql`b.kpi_id`,
  version: sql`b.version`,
  fields: { reason: sql`b.reason` },
  locality: sql`k.locality_id`,
  recordedAt: sql`b.recorded_at`,
  key: [
    { from: sql`b.kpi_id`, type: 'uuid' },
    { from: sql`b.version`, type: 'int' },
  ],
  from: sql`from kpi k join kpi_rebase b on b.kpi_id = k.id`,
  where: (extent) => by(extent, sql`b.recorded_at`),
  needs: 'kpi.read',
});

/** A note on a figure about 1 to 4 children goes with the figure. */
const withoutTelling: NonNullable<Read['conceal']> = async (extent, rows, at) => {
  const kpis = await countsOf(
    extent,
    rows.map((row) => row[at('kpi_id')] as string),
  );
  const isTelling = (row: Value[]) =>
    tells(kpis.get(row[at('kpi_id')] as string), {
      value: row[at('value')] as number | null,
      numerator: row[at('numerator')] as number | null,
      denominator: row[at('denominator')] as number | null,
    });
  return rows.filter((row) => !isTelling(row));
};

const readings = wordsOf({
  subject: 'kpi_readings',
  id: sql`r.id`,
  version: sql`r.version`,
  fields: { note: sql`r.note`, evidence: sql`r.evidence` },
  locality: sql`k.locality_id`,
  recordedAt: sql`r.recorded_at`,
  key: [
    { from: sql`r.kpi_id`, type: 'uuid' },
    { from: sql`r.period`, type: 'text' },
    { from: sql`r.version`, type: 'int' },
  ],
  from: sql`from kpi k join reading r on r.kpi_id = k.id`,
  where: (extent) => by(extent, sql`r.recorded_at`),
  needs: 'kpi.read',
  also: [
    hidden('kpi_id', sql`r.kpi_id`),
    { ...hidden('value', sql`r.value`), type: 'number' },
    { ...hidden('numerator', sql`r.numerator`), type: 'number' },
    { ...hidden('denominator', sql`r.denominator`), type: 'number' },
  ],
  conceal: withoutTelling,
});

const actions = wordsOf({
  subject: 'action_versions',
  id: sql`v.action_id`,
  version: sql`v.version`,
  fields: {
    title: sql`v.title`,
    'success measure': sql`nullif(v.success_measure, '')`,
    [STEPS]: sql`(select json_agg(s.step ->> 'text' order by s.place) from jsonb_array_elements(v.steps) with ordinality as s (step, place))`,
  },
  locality: sql`a.locality_id`,
  recordedAt: sql`v.recorded_at`,
  key: [
    { from: sql`v.action_id`, type: 'uuid' },
    { from: sql`v.version`, type: 'int' },
  ],
  from: sql`from action a join action_version v on v.action_id = a.id`,
  where: (extent) => by(extent, sql`v.recorded_at`),
  needs: 'action.read',
});

const ratings = wordsOf({
  subject: 'action_ratings',
  id: sql`r.id`,
  version: sql`r.version`,
  fields: { reason: sql`r.reason`, remedy: sql`r.remedy`, 'decided by': sql`r.decided_by`, evidence: sql`r.evidence`, also: sql`r.also` },
  locality: sql`a.locality_id`,
  recordedAt: sql`r.recorded_at`,
  key: [
    { from: sql`r.action_id`, type: 'uuid' },
    { from: sql`r.kind`, type: 'text' },
    { from: sql`r.version`, type: 'int' },
  ],
  from: sql`from action a join rating r on r.action_id = a.id`,
  where: (extent) => by(extent, sql`r.recorded_at`),
  needs: 'action.read',
});

const comments = wordsOf({
  subject: 'action_comments',
  id: sql`c.id`,
  fields: { comment: sql`c.text`, evidence: sql`c.evidence` },
  locality: sql`a.locality_id`,
  recordedAt: sql`c.recorded_at`,
  key: [{ from: sql`c.id`, type: 'uuid' }],
  from: sql`from action a join action_comment c on c.action_id = a.id`,
  where: (extent) => by(extent, sql`c.recorded_at`),
  needs: 'action.read',
});

const steps = wordsOf({
  subject: 'assessment_steps',
  id: sql`s.id`,
  version: sql`s.version`,
  fields: { evidence: sql`s.evidence` },
  locality: sql`s.locality_id`,
  recordedAt: sql`s.recorded_at`,
  key: [{ from: sql`s.id`, type: 'uuid' }],
  from: sql`from assessment_step s`,
  where: (extent) => sql`${by(extent, sql`s.recorded_at`)} and ${stepsSeen(extent)} and ${stepStands(extent)}`,
  needs: 'assessment.read',
});

const findings = wordsOf({
  subject: 'finding_versions',
  id: sql`v.finding_id`,
  version: sql`v.version`,
  fields: { finding: sql`v.text` },
  locality: sql`f0.locality_id`,
  recordedAt: sql`v.recorded_at`,
  key: [
    { from: sql`v.finding_id`, type: 'uuid' },
    { from: sql`v.version`, type: 'int' },
  ],
  from: sql`from finding f0 join finding_version v on v.finding_id = f0.id`,
  where: (extent) => sql`${by(extent, sql`v.recorded_at`)} and ${findingsSeen(extent, sql`f0.locality_id`)}`,
  needs: 'assessment.read',
});

const answers = wordsOf({
  subject: 'finding_answers',
  id: sql`w.id`,
  fields: { answer: sql`w.text` },
  locality: sql`f0.locality_id`,
  recordedAt: sql`w.recorded_at`,
  key: [{ from: sql`w.id`, type: 'uuid' }],
  from: sql`from finding f0 join finding_answer w on w.finding_id = f0.id`,
  where: (extent) => by(extent, sql`w.recorded_at`),
  needs: 'assessment.read',
});

const register = wordsOf({
  subject: 'register_versions',
  id: sql`v.entry_id`,
  version: sql`v.version`,
  fields: { summary: sql`v.summary`, link: sql`v.link`, quote: sql`case when v.consent then v.quote end` },
  locality: sql`e.locality_id`,
  recordedAt: sql`v.recorded_at`,
  key: [
    { from: sql`v.entry_id`, type: 'uuid' },
    { from: sql`v.version`, type: 'int' },
  ],
  from: sql`from register_entry e join register_version v on v.entry_id = e.id`,
  where: (extent) => sql`${by(extent, sql`v.recorded_at`)} and ${entriesSeen(extent)} and ${wordsStand(extent)}`,
  needs: 'register.read',
});

const pulseComments = madeTable({
  name: 'pulse_cells',
  title: 'pulse_cells',
  meaning: '',
  columns: COLUMNS,
  parts: closedWaves,
  // However many comments a wave has, a page reads its own and no more: how many each group has is known for good.
  rowsOf: async (extent, { id }, from, most) => {
    const { open, codeOf } = await openWave(extent, id, 'pulse.comments');
    const counts = await commentCounts(
      extent.tx,
      open.map((cell) => cell.id),
    );
    const rows: Row[] = [];
    let before = 0;
    for (const cell of open) {
      const many = counts.get(cell.id) ?? 0;
      const begins = Math.max(0, from - before);
      before += many;
      if (begins >= many || rows.length >= most) continue;
      for (const { text } of await commentsIn(extent.tx, cell.id, { from: begins, most: most - rows.length }))
        rows.push({
          subject_table: 'pulse_cells',
          subject_id: codeOf(cell.id),
          version: null,
          field: 'comment',
          text,
          locality_id: cell.localityId,
          recorded_at: null,
        });
    }
    return rows;
  },
});

const freeText = chained(
  {
    name: 'free_text',
    title: 'Free text',
    meaning: 'Words that people wrote about a row of another table. They may identify somebody.',
    freeText: true,
    columns: COLUMNS,
  },
  [projects, definitions, rebases, readings, actions, ratings, comments, steps, findings, answers, register, pulseComments],
);

export const FREE_TEXT: readonly Table[] = [freeText];
