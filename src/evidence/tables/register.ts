import { type Sql, sql } from '../../db/client.ts';
import { by, latest, readTable, recordedAt, recordedBy, version, within } from './rows.ts';
import type { Extent, Table } from './table.ts';

/** The evidence register. Summaries, links and quotes are in free_text. */

const sameEntry = (extent: Extent, alias: Sql): Sql => sql`${alias}.entry_id = v.entry_id and ${by(extent, sql`${alias}.recorded_at`)}`;

/** Whether a version `v` of an entry is what stands of it. */
const isLatest = (extent: Extent): Sql =>
  sql`not exists (select 1 from register_version n where ${sameEntry(extent, sql`n`)} and n.version > v.version)`;

/**
 * An entry `v` that tells of fewer than 10 children is in no export before it was checked for identification; nor is any other wording of
 * it that was not, but for what was written after a checked one and no longer tells of so few.
 */
const entriesSeen = (extent: Extent): Sql => {
  const of = (alias: Sql) => sameEntry(extent, alias);
  return sql`(v.checked or not v.few_children and not exists (select 1 from register_version y where ${of(sql`y`)} and y.few_children
      and (y.version > v.version or not exists (
        select 1 from register_version x where ${of(sql`x`)} and x.checked and x.version between y.version and v.version))))
    and not exists (select 1 from register_version z where ${of(sql`z`)} and z.few_children and not z.checked
      and not exists (select 1 from register_version x where ${of(sql`x`)} and x.version > z.version))`;
};

/** Whether the words of a version `v` are still said: it is what stands of its entry, and that was not taken back. */
export const wordsStand = (extent: Extent): Sql => sql`not v.withdrawn and ${isLatest(extent)}`;

export const registerVersions = readTable({
  name: 'register_versions',
  title: 'Evidence register',
  meaning:
    'One version of an entry of the evidence register. An entry that tells of fewer than 10 children is left out until it was checked for identification. Of its words only those of its latest version are in free_text.',
  needs: 'register.read',
  columns: [
    { name: 'entry_id', type: 'code', meaning: 'The entry.', from: sql`v.entry_id` },
    { name: 'locality_id', type: 'code', meaning: 'The locality.', from: sql`e.locality_id` },
    version(sql`v.version`),
    // Not by the next row: that may be a version that is left out.
    { ...latest(sql`v.entry_id`, sql`v.version`), from: isLatest },
    {
      name: 'kind',
      type: 'code',
      meaning: 'What it is.',
      values: {
        interview: 'An interview.',
        workshop: 'A workshop.',
        observation: 'An observation.',
        document: 'A document.',
        story: 'A story.',
        cycle: 'A cycle of trying something and looking at what came of it.',
      },
      from: sql`v.kind`,
    },
    { name: 'date', type: 'date', meaning: 'The day; of a cycle its first.', from: sql`v.date` },
    { name: 'end_date', type: 'date', meaning: 'Of a cycle its last day; empty: it goes on.', from: sql`v.end_date` },
    {
      name: 'method',
      type: 'code',
      meaning: 'Of a cycle how it is done.',
      values: { pdsa: 'Plan, do, study, act.', var: 'Vulnerability, action, review.' },
      from: sql`v.method`,
    },
    { name: 'project_id', type: 'code', meaning: 'The project that it is about; empty: none.', from: sql`v.project_id` },
    { name: 'kpi_id', type: 'code', meaning: 'The KPI that it stands beside; empty: none.', from: sql`v.kpi_id` },
    {
      name: 'has_quote',
      type: 'boolean',
      meaning: 'Whether it quotes somebody, without a name and with their consent.',
      from: sql`v.quote is not null`,
    },
    {
      name: 'few_children',
      type: 'boolean',
      meaning: 'It tells of fewer than 10 children, and was checked for identification.',
      from: sql`v.few_children`,
    },
    { name: 'withdrawn', type: 'boolean', meaning: 'It was taken back: nothing that it said is in free_text.', from: sql`v.withdrawn` },
    recordedAt(sql`v.recorded_at`),
    recordedBy(sql`v.recorded_by_id`, sql`e.locality_id`, sql`v.recorded_at`),
  ],
  key: [
    { from: sql`v.entry_id`, type: 'uuid' },
    { from: sql`v.version`, type: 'int' },
  ],
  source: (extent) => sql`from register_entry e join register_version v on v.entry_id = e.id
    where e.locality_id = any(${within(extent)}) and ${by(extent, sql`v.recorded_at`)} and ${entriesSeen(extent)}`,
});

const areas = readTable({
  name: 'register_criteria',
  title: 'Criteria of the evidence register',
  meaning: 'A criterion that one version of an entry speaks to.',
  needs: 'register.read',
  columns: [
    { name: 'entry_id', type: 'code', meaning: 'The entry.', from: sql`v.entry_id` },
    { name: 'version', type: 'integer', meaning: 'Which version of it (register_versions).', from: sql`v.version` },
    { name: 'criterion_id', type: 'code', meaning: 'The criterion.', from: sql`c.id` },
  ],
  key: [
    { from: sql`v.entry_id`, type: 'uuid' },
    { from: sql`v.version`, type: 'int' },
    { from: sql`c.id`, type: 'uuid' },
  ],
  source: (
    extent,
  ) => sql`from register_entry e join register_version v on v.entry_id = e.id cross join lateral unnest(v.criterion_ids) as c (id)
    where e.locality_id = any(${within(extent)}) and ${by(extent, sql`v.recorded_at`)} and ${entriesSeen(extent)}`,
});

export const REGISTER: readonly Table[] = [registerVersions, areas];
