import { sql } from '../../db/client.ts';
import { readTable, unordered, within } from './rows.ts';
import type { Table } from './table.ts';

/** Projects, which organisations take part in them, and groups of organisations: as they stand. */

export const projects = readTable({
  name: 'projects',
  title: 'Projects',
  meaning: 'A project, or strand, of a locality, as it stands. Its theory of action and hypothesis are in free_text.',
  columns: [
    { name: 'project_id', type: 'code', meaning: 'The project.', from: sql`p.id` },
    { name: 'locality_id', type: 'code', meaning: 'Its locality.', from: sql`p.locality_id` },
    { name: 'name', type: 'text', meaning: 'What it is called.', from: sql`p.name` },
    { name: 'theme', type: 'text', meaning: 'What it shares with projects of other localities.', from: sql`p.theme` },
  ],
  key: [{ from: sql`p.id`, type: 'uuid' }],
  source: (extent) => sql`from project p where p.locality_id = any(${within(extent)})`,
});

const takingPart = readTable({
  name: 'taking_part',
  title: 'Taking part',
  meaning:
    'An organisation that takes part in a project, from a day to a day. The readings of KPIs with a coverage (kpi_definitions) are worked out from these rows.',
  columns: [
    { name: 'taking_part_id', type: 'code', meaning: 'This row, by its code.', from: sql`t.id`, as: 'taking_part' },
    { name: 'project_id', type: 'code', meaning: 'The project.', from: sql`t.project_id` },
    { name: 'locality_id', type: 'code', meaning: 'The project’s locality.', from: sql`p.locality_id` },
    { name: 'organisation', type: 'code', meaning: 'The organisation, by its code.', from: sql`t.organisation_id`, as: 'organisation' },
    {
      name: 'how',
      type: 'code',
      meaning: 'How far it has come; each counts as those before it too.',
      values: { signed_up: 'It has signed up.', attended: 'It has attended.', completed: 'It has completed it.' },
      from: sql`t.how`,
    },
    { name: 'from', type: 'date', meaning: 'The first day.', from: sql`t."from"` },
    { name: 'to', type: 'date', meaning: 'The last day; empty: it still does.', from: sql`t."to"` },
  ],
  key: [{ from: sql`t.project_id`, type: 'uuid' }, unordered(sql`t.id`)],
  source: (extent) => sql`from taking_part t join project p on p.id = t.project_id where p.locality_id = any(${within(extent)})`,
});

const groups = readTable({
  name: 'groups',
  title: 'Groups',
  meaning: 'A named set of organisations or people, as it stands, by a code: its name could tell which organisations are in it.',
  columns: [
    { name: 'group', type: 'code', meaning: 'Its code, the same in every export.', from: sql`g.id`, as: 'group' },
    { name: 'locality_id', type: 'code', meaning: 'Its locality.', from: sql`g.locality_id` },
    { name: 'kind', type: 'text', meaning: 'What it is: hub, district, cluster, trust, board, project group.', from: sql`g.kind` },
  ],
  key: [{ from: sql`g.locality_id`, type: 'uuid' }, unordered(sql`g.id`)],
  source: (extent) => sql`from "group" g where g.locality_id = any(${within(extent)})`,
});

const members = readTable({
  name: 'group_members',
  title: 'Organisations of groups',
  meaning: 'An organisation that is in a group. People who are in one are left out.',
  columns: [
    { name: 'group', type: 'code', meaning: 'The group, by its code.', from: sql`m.group_id`, as: 'group' },
    { name: 'organisation', type: 'code', meaning: 'The organisation, by its code.', from: sql`m.organisation_id`, as: 'organisation' },
  ],
  key: [{ from: sql`g.locality_id`, type: 'uuid' }, unordered(sql`m.id`)],
  source: (extent) =>
    sql`from group_member m join "group" g on g.id = m.group_id where m.organisation_id is not null and g.locality_id = any(${within(extent)})`,
});

export const PROJECTS: readonly Table[] = [projects, takingPart, groups, members];
