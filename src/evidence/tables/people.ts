import { sql } from '../../db/client.ts';
import { readTable, within } from './rows.ts';
import type { Table } from './table.ts';

/** People as role groups: how many hold a role somewhere, never who. */

export const ROLE_VALUES = {
  partner: 'Answers for KPIs or actions of a locality; headteachers are partners.',
  lead: 'Leads a locality’s work.',
  coordinator: 'Coordinates a locality, a pilot or the programme.',
  adviser: 'Advises the localities of a pilot, and rates their actions independently.',
  evaluator: 'Of the independent evaluation team.',
  administrator: 'Looks after people, settings and the server.',
};

const SCHOOL_PHASES = {
  primary: 'Primary schools.',
  secondary: 'Secondary schools.',
  special: 'Special schools.',
  other: 'Other schools.',
};

const roleGroups = readTable({
  name: 'role_groups',
  title: 'Role groups',
  meaning:
    'Everybody who holds, or held, one role for one place and comes from schools of one phase. In other tables a person is the role group that they were of; “none” is somebody who never held a role there.',
  columns: [
    {
      name: 'role_group',
      type: 'code',
      meaning: 'The role, the phase and the place: partner-primary-WAK, adviser-P1 (the first pilot), evaluator (the programme).',
      from: sql`concat_ws('-', r.role, r.phase, r.place)`,
    },
    { name: 'role', type: 'code', meaning: 'The role.', values: ROLE_VALUES, from: sql`r.role` },
    { name: 'phase', type: 'code', meaning: 'The phase of their schools; empty: of no school.', values: SCHOOL_PHASES, from: sql`r.phase` },
    {
      name: 'scope_kind',
      type: 'code',
      meaning: 'What the role is held for.',
      values: { programme: 'The programme.', pilot: 'A pilot.', locality: 'A locality.' },
      from: sql`r.scope_kind`,
    },
    { name: 'scope_id', type: 'code', meaning: 'The programme, pilot or locality.', from: sql`r.scope_id` },
    { name: 'people', type: 'integer', meaning: 'How many hold it at the moment of the export.', unit: 'people', from: sql`r.people` },
    { name: 'first_day', type: 'date', meaning: 'The first day on which anybody held it.', from: sql`r.first_day` },
    {
      name: 'last_day',
      type: 'date',
      meaning: 'The last day on which anybody held it; empty: somebody does, without an end.',
      from: sql`r.last_day`,
    },
  ],
  key: [
    { from: sql`r.scope_id`, type: 'uuid' },
    { from: sql`r.role`, type: 'text' },
    { from: sql`coalesce(r.phase, '')`, type: 'text' },
  ],
  source: (extent) => sql`from (
      select h.role, h.scope_kind, h.scope_id, o.phase, coalesce(l.prefix, 'P' || i.position) as place,
        count(distinct p.id) filter (where h."from" <= ${extent.to}::timestamptz::date and (h."to" is null or h."to" >= ${extent.to}::timestamptz::date)) as people,
        min(h."from") as first_day, case when bool_and(h."to" is not null) then max(h."to") end as last_day
      from role h join person p on p.id = h.person_id left join organisation o on o.id = p.organisation_id
        left join locality l on l.id = h.scope_id left join pilot i on i.id = h.scope_id
      where h.scope_id in (select unnest(array[x.id, x.pilot_id, y.programme_id]) from locality x join pilot y on y.id = x.pilot_id where x.id = any(${within(extent)}))
      group by h.role, h.scope_kind, h.scope_id, o.phase, l.prefix, i.position) r
    where true`,
});

export const PEOPLE: readonly Table[] = [roleGroups];
