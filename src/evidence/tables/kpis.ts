import { type Sql, sql } from '../../db/client.ts';
import { countsOf, tells } from './readings.ts';
import { answerers, by, latest, type Read, readTable, recordedAt, recordedBy, version, within } from './rows.ts';
import { type Extent, symbols, type Table } from './table.ts';

/** What is measured, by whom it is answered for, and where it is meant to go: each a chain in which every change is a new version. */

/** A baseline of 1 to 4 children. */
const concealBaselines: NonNullable<Read['conceal']> = async (extent, rows, at) => {
  const [kpi, baseline, symbol] = [at('kpi_id'), at('baseline'), at('baseline_symbol')];
  const kpis = await countsOf(
    extent,
    rows.map((row) => row[kpi] as string),
  );
  for (const row of rows)
    if (tells(kpis.get(row[kpi] as string), { value: row[baseline] as number | null, numerator: null, denominator: null })) {
      row[baseline] = null;
      row[symbol] = '[c]';
    }
  return rows;
};

/** The versions `v` of what is known of KPIs `k`. @param more joined to each */
const ofKpis =
  (table: Sql, more = sql``) =>
  (extent: Extent): Sql =>
    sql`from kpi k join ${table} v on v.kpi_id = k.id ${more}
    where k.locality_id = any(${within(extent)}) and ${by(extent, sql`v.recorded_at`)}`;

const KEY = [
  { from: sql`v.kpi_id`, type: 'uuid' },
  { from: sql`v.version`, type: 'int' },
] as const satisfies Read['key'];

const KPI_ID = { name: 'kpi_id', type: 'code', meaning: 'The KPI.', from: sql`v.kpi_id` } as const;
const LOCALITY_ID = { name: 'locality_id', type: 'code', meaning: 'The KPI’s locality.', from: sql`k.locality_id` } as const;

export const kpiDefinitions = readTable({
  name: 'kpi_definitions',
  title: 'KPIs',
  meaning:
    'One version of what a KPI measures; its definition and its source, in words, are in free_text. Localities choose their own KPIs: those of two localities are not one measure, even where they share a name.',
  needs: 'kpi.read',
  columns: [
    KPI_ID,
    LOCALITY_ID,
    {
      name: 'position',
      type: 'integer',
      meaning: 'Its place in the fixed order of the locality’s KPIs. No ranking.',
      from: sql`k.position`,
    },
    version(sql`v.version`),
    latest(sql`v.kpi_id`, sql`v.version`),
    { name: 'name', type: 'text', meaning: 'What it is called.', from: sql`v.name` },
    { name: 'unit', type: 'text', meaning: 'What its values are in: % or what is counted.', from: sql`v.unit` },
    {
      name: 'kind',
      type: 'code',
      meaning: 'What it tells of.',
      values: { outcome: 'What came of the work.', process: 'The work itself, or what stands in for its outcome.' },
      from: sql`v.kind`,
    },
    {
      name: 'improvement',
      type: 'code',
      meaning: 'Which way is better.',
      values: { increase: 'More is better.', decrease: 'Less is better.', neutral: 'Neither.' },
      from: sql`v.improvement`,
    },
    { name: 'decimals', type: 'integer', meaning: 'Digits after the point that are shown.', from: sql`v.decimals` },
    {
      name: 'counts',
      type: 'code',
      meaning: 'What it counts. Figures about 1 to 4 children are confidential.',
      values: { children: 'Children.', schools: 'Schools.', people: 'People.', other: 'Something else.' },
      from: sql`v.counts`,
    },
    {
      name: 'base',
      type: 'code',
      meaning: 'What its values are out of.',
      values: { of_each_reading: 'Each reading says what it is out of.', none: 'Nothing.' },
      from: sql`v.base`,
    },
    {
      name: 'cadence',
      type: 'code',
      meaning: 'How often it is read.',
      values: {
        week: 'Each week, from Monday.',
        month: 'Each month.',
        half_term: 'Each half-term.',
        term: 'Each term.',
        year: 'Each school year.',
      },
      from: sql`v.cadence`,
    },
    { name: 'baseline', type: 'number', meaning: 'Where it began, in its unit.', from: sql`v.baseline` },
    {
      name: 'baseline_symbol',
      type: 'symbol',
      meaning: 'Why the baseline is empty.',
      values: symbols('[c]'),
      from: sql`null`,
    },
    { name: 'baseline_date', type: 'date', meaning: 'The day of the baseline.', from: sql`v.baseline_date` },
    {
      name: 'tolerance',
      type: 'number',
      meaning: 'How far short of the expected value is still close to it.',
      unit: '% of the way from baseline to target',
      from: sql`v.tolerance`,
    },
    { name: 'criterion_id', type: 'code', meaning: 'The criterion that it speaks to (criteria).', from: sql`v.criterion_id` },
    { name: 'project_id', type: 'code', meaning: 'Its project.', from: sql`v.project_id` },
    {
      name: 'coverage',
      type: 'code',
      meaning:
        'Its readings are not logged but worked out from who takes part in its project (taking_part), at least so far; empty: they are logged.',
      values: { signed_up: 'Signed up.', attended: 'Attended.', completed: 'Completed.' },
      from: sql`v.coverage`,
    },
    { name: 'retired', type: 'boolean', meaning: 'It is no longer in use.', from: sql`v.retired` },
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`k.locality_id`, sql`v.recorded_at`),
  ],
  key: KEY,
  source: ofKpis(sql`kpi_definition`),
  conceal: concealBaselines,
});

const targets = readTable({
  name: 'kpi_targets',
  title: 'Targets of KPIs',
  meaning: 'One version of a KPI’s target. The milestones on the way are in kpi_milestones.',
  needs: 'kpi.read',
  columns: [
    KPI_ID,
    LOCALITY_ID,
    version(sql`v.version`),
    latest(sql`v.kpi_id`, sql`v.version`),
    { name: 'target', type: 'number', meaning: 'The target, in the KPI’s unit; empty: it was withdrawn.', from: sql`v.value` },
    { name: 'target_date', type: 'date', meaning: 'The day by which it is to be reached.', from: sql`v.date` },
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`k.locality_id`, sql`v.recorded_at`),
  ],
  key: KEY,
  source: ofKpis(sql`kpi_target`),
});

const milestones = readTable({
  name: 'kpi_milestones',
  title: 'Milestones of KPIs',
  meaning: 'A milestone on the way to a target. What is expected is a straight line from baseline to milestones to target.',
  needs: 'kpi.read',
  columns: [
    KPI_ID,
    LOCALITY_ID,
    { name: 'version', type: 'integer', meaning: 'Of which version of the target (kpi_targets).', from: sql`v.version` },
    { name: 'date', type: 'date', meaning: 'The day of the milestone.', from: sql`(m.milestone ->> 'date')::date` },
    { name: 'value', type: 'number', meaning: 'Its value, in the KPI’s unit.', from: sql`(m.milestone ->> 'value')::numeric` },
  ],
  key: [...KEY, { from: sql`m.place::int`, type: 'int' }],
  source: ofKpis(sql`kpi_target`, sql`cross join lateral jsonb_array_elements(v.milestones) with ordinality as m (milestone, place)`),
});

const owners = readTable({
  name: 'kpi_owners',
  title: 'Owners of KPIs',
  meaning: 'Who answered for a KPI, and who stood in, from a moment on: as role groups.',
  needs: 'kpi.read',
  columns: [
    KPI_ID,
    LOCALITY_ID,
    version(sql`v.version`),
    latest(sql`v.kpi_id`, sql`v.version`),
    ...answerers([sql`v.owner_id`, sql`v.deputy_id`], sql`k.locality_id`, sql`v.recorded_at`),
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`k.locality_id`, sql`v.recorded_at`),
  ],
  key: KEY,
  source: ofKpis(sql`kpi_owner`),
});

export const kpiRebases = readTable({
  name: 'kpi_rebases',
  title: 'Rebasing of KPIs',
  meaning:
    'A day from which on a KPI’s mean and limits are worked out anew. Of each KPI and day the highest version counts. The reason is in free_text.',
  needs: 'kpi.read',
  columns: [
    KPI_ID,
    LOCALITY_ID,
    version(sql`v.version`),
    latest(sql`v.kpi_id, v.date`, sql`v.version`),
    { name: 'date', type: 'date', meaning: 'From that day on.', from: sql`v.date` },
    { name: 'withdrawn', type: 'boolean', meaning: 'It was taken back.', from: sql`v.withdrawn` },
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`k.locality_id`, sql`v.recorded_at`),
  ],
  key: KEY,
  source: ofKpis(sql`kpi_rebase`),
});

export const KPIS: readonly Table[] = [kpiDefinitions, targets, milestones, owners, kpiRebases];
