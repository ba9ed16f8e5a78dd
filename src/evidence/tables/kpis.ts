import { sql } from '../../db/client.ts';
import { countsOf, tells } from './readings.ts';
import { answerers, by, latest, type Read, readTable, recordedAt, recordedBy, version, within } from './rows.ts';
import { symbols, type Table } from './table.ts';

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

const KPI_ID = { name: 'kpi_id', type: 'code', meaning: 'The KPI.' } as const;
const LOCALITY_ID = { name: 'locality_id', type: 'code', meaning: 'The KPI’s locality.', from: sql`k.locality_id` } as const;

export const kpiDefinitions = readTable({
  name: 'kpi_definitions',
  title: 'KPIs',
  meaning:
    'One version of what a KPI measures; its definition and its source, in words, are in free_text. Localities choose their own KPIs: those of two localities are not one measure, even where they share a name.',
  needs: 'kpi.read',
  columns: [
    { ...KPI_ID, from: sql`d.kpi_id` },
    LOCALITY_ID,
    {
      name: 'position',
      type: 'integer',
      meaning: 'Its place in the fixed order of the locality’s KPIs. No ranking.',
      from: sql`k.position`,
    },
    version(sql`d.version`),
    latest(sql`d.kpi_id`, sql`d.version`),
    { name: 'name', type: 'text', meaning: 'What it is called.', from: sql`d.name` },
    { name: 'unit', type: 'text', meaning: 'What its values are in: % or what is counted.', from: sql`d.unit` },
    {
      name: 'kind',
      type: 'code',
      meaning: 'What it tells of.',
      values: { outcome: 'What came of the work.', process: 'The work itself, or what stands in for its outcome.' },
      from: sql`d.kind`,
    },
    {
      name: 'improvement',
      type: 'code',
      meaning: 'Which way is better.',
      values: { increase: 'More is better.', decrease: 'Less is better.', neutral: 'Neither.' },
      from: sql`d.improvement`,
    },
    { name: 'decimals', type: 'integer', meaning: 'Digits after the point that are shown.', from: sql`d.decimals` },
    {
      name: 'counts',
      type: 'code',
      meaning: 'What it counts. Figures about 1 to 4 children are confidential.',
      values: { children: 'Children.', schools: 'Schools.', people: 'People.', other: 'Something else.' },
      from: sql`d.counts`,
    },
    {
      name: 'base',
      type: 'code',
      meaning: 'What its values are out of.',
      values: { of_each_reading: 'Each reading says what it is out of.', none: 'Nothing.' },
      from: sql`d.base`,
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
      from: sql`d.cadence`,
    },
    { name: 'baseline', type: 'number', meaning: 'Where it began, in its unit.', from: sql`d.baseline` },
    {
      name: 'baseline_symbol',
      type: 'symbol',
      meaning: 'Why the baseline is empty.',
      values: symbols('[c]'),
      from: sql`null`,
    },
    { name: 'baseline_date', type: 'date', meaning: 'The day of the baseline.', from: sql`d.baseline_date` },
    {
      name: 'tolerance',
      type: 'number',
      meaning: 'How far short of the expected value is still close to it.',
      unit: '% of the way from baseline to target',
      from: sql`d.tolerance`,
    },
    { name: 'criterion_id', type: 'code', meaning: 'The criterion that it speaks to (criteria).', from: sql`d.criterion_id` },
    { name: 'project_id', type: 'code', meaning: 'Its project.', from: sql`d.project_id` },
    {
      name: 'coverage',
      type: 'code',
      meaning:
        'Its readings are not logged but worked out from who takes part in its project (taking_part), at least so far; empty: they are logged.',
      values: { signed_up: 'Signed up.', attended: 'Attended.', completed: 'Completed.' },
      from: sql`d.coverage`,
    },
    { name: 'retired', type: 'boolean', meaning: 'It is no longer in use.', from: sql`d.retired` },
    recordedAt(sql`d.recorded_at`),
    recordedBy(sql`d.recorded_by_id`, sql`k.locality_id`, sql`d.recorded_at`),
  ],
  key: [
    { from: sql`d.kpi_id`, type: 'uuid' },
    { from: sql`d.version`, type: 'int' },
  ],
  source: (extent) =>
    sql`from kpi k join kpi_definition d on d.kpi_id = k.id where k.locality_id = any(${within(extent)}) and ${by(extent, sql`d.recorded_at`)}`,
  conceal: concealBaselines,
});

const targets = readTable({
  name: 'kpi_targets',
  title: 'Targets of KPIs',
  meaning: 'One version of a KPI’s target. The milestones on the way are in kpi_milestones.',
  needs: 'kpi.read',
  columns: [
    { ...KPI_ID, from: sql`t.kpi_id` },
    LOCALITY_ID,
    version(sql`t.version`),
    latest(sql`t.kpi_id`, sql`t.version`),
    { name: 'target', type: 'number', meaning: 'The target, in the KPI’s unit; empty: it was withdrawn.', from: sql`t.value` },
    { name: 'target_date', type: 'date', meaning: 'The day by which it is to be reached.', from: sql`t.date` },
    recordedAt(sql`t.recorded_at`),
    recordedBy(sql`t.recorded_by_id`, sql`k.locality_id`, sql`t.recorded_at`),
  ],
  key: [
    { from: sql`t.kpi_id`, type: 'uuid' },
    { from: sql`t.version`, type: 'int' },
  ],
  source: (extent) =>
    sql`from kpi k join kpi_target t on t.kpi_id = k.id where k.locality_id = any(${within(extent)}) and ${by(extent, sql`t.recorded_at`)}`,
});

const milestones = readTable({
  name: 'kpi_milestones',
  title: 'Milestones of KPIs',
  meaning: 'A milestone on the way to a target. What is expected is a straight line from baseline to milestones to target.',
  needs: 'kpi.read',
  columns: [
    { ...KPI_ID, from: sql`t.kpi_id` },
    LOCALITY_ID,
    { name: 'version', type: 'integer', meaning: 'Of which version of the target (kpi_targets).', from: sql`t.version` },
    { name: 'date', type: 'date', meaning: 'The day of the milestone.', from: sql`(m.milestone ->> 'date')::date` },
    { name: 'value', type: 'number', meaning: 'Its value, in the KPI’s unit.', from: sql`(m.milestone ->> 'value')::numeric` },
  ],
  key: [
    { from: sql`t.kpi_id`, type: 'uuid' },
    { from: sql`t.version`, type: 'int' },
    { from: sql`m.place::int`, type: 'int' },
  ],
  source: (extent) => sql`from kpi k join kpi_target t on t.kpi_id = k.id
    cross join lateral jsonb_array_elements(t.milestones) with ordinality as m (milestone, place)
    where k.locality_id = any(${within(extent)}) and ${by(extent, sql`t.recorded_at`)}`,
});

const owners = readTable({
  name: 'kpi_owners',
  title: 'Owners of KPIs',
  meaning: 'Who answered for a KPI, and who stood in, from a moment on: as role groups.',
  needs: 'kpi.read',
  columns: [
    { ...KPI_ID, from: sql`o.kpi_id` },
    LOCALITY_ID,
    version(sql`o.version`),
    latest(sql`o.kpi_id`, sql`o.version`),
    ...answerers([sql`o.owner_id`, sql`o.deputy_id`], sql`k.locality_id`, sql`o.recorded_at`),
    recordedAt(sql`o.recorded_at`),
    recordedBy(sql`o.recorded_by_id`, sql`k.locality_id`, sql`o.recorded_at`),
  ],
  key: [
    { from: sql`o.kpi_id`, type: 'uuid' },
    { from: sql`o.version`, type: 'int' },
  ],
  source: (extent) =>
    sql`from kpi k join kpi_owner o on o.kpi_id = k.id where k.locality_id = any(${within(extent)}) and ${by(extent, sql`o.recorded_at`)}`,
});

export const kpiRebases = readTable({
  name: 'kpi_rebases',
  title: 'Rebasing of KPIs',
  meaning:
    'A day from which on a KPI’s mean and limits are worked out anew. Of each KPI and day the highest version counts. The reason is in free_text.',
  needs: 'kpi.read',
  columns: [
    { ...KPI_ID, from: sql`b.kpi_id` },
    LOCALITY_ID,
    version(sql`b.version`),
    latest(sql`b.kpi_id, b.date`, sql`b.version`),
    { name: 'date', type: 'date', meaning: 'From that day on.', from: sql`b.date` },
    { name: 'withdrawn', type: 'boolean', meaning: 'It was taken back.', from: sql`b.withdrawn` },
    recordedAt(sql`b.recorded_at`),
    recordedBy(sql`b.recorded_by_id`, sql`k.locality_id`, sql`b.recorded_at`),
  ],
  key: [
    { from: sql`b.kpi_id`, type: 'uuid' },
    { from: sql`b.version`, type: 'int' },
  ],
  source: (extent) =>
    sql`from kpi k join kpi_rebase b on b.kpi_id = k.id where k.locality_id = any(${within(extent)}) and ${by(extent, sql`b.recorded_at`)}`,
});

export const KPIS: readonly Table[] = [kpiDefinitions, targets, milestones, owners, kpiRebases];
