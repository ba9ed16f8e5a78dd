import { type Sql, sql } from '../../db/client.ts';
import { heldRoles, holdsThen, shownPhases } from './role-groups.ts';
import { readTable, within } from './rows.ts';
import type { Extent, Table } from './table.ts';

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

/** Ids of the localities and of what is above them. */
const scopes = (extent: Extent): Sql => sql`select unnest(array[x.id, x.pilot_id, y.programme_id])
  from locality x join pilot y on y.id = x.pilot_id where x.id = any(${within(extent)})`;

const roleGroups = readTable({
  name: 'role_groups',
  title: 'Role groups',
  meaning:
    'Everybody who holds, or held, one role for one place and comes from schools of one phase. In other tables a person is the role group that they were of; “none” is somebody who never held a role there. The phase is that of the school that they are at today, in what they did before as well; where fewer than 5 would share it, it is withheld.',
  columns: [
    {
      name: 'role_group',
      type: 'code',
      meaning: 'The role, the phase and the place: partner-primary-WAK, adviser-P1 (the first pilot), evaluator (the programme).',
      from: sql`concat_ws('-', r.role, r.phase, r.place)`,
    },
    { name: 'role', type: 'code', meaning: 'The role.', values: ROLE_VALUES, from: sql`r.role` },
    {
      name: 'phase',
      type: 'code',
      meaning: 'The phase of their schools; empty: of no school, or withheld.',
      values: SCHOOL_PHASES,
      from: sql`r.phase`,
    },
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
      select h.role, h.scope_kind, h.scope_id, s.shown as phase, coalesce(l.prefix, 'P' || i.position) as place,
        count(distinct h.person_id) filter (where ${holdsThen(extent.to)}) as people,
        min(h."from") as first_day, case when bool_and(h."to" is not null) then max(h."to") end as last_day
      from (${heldRoles(scopes(extent))}) h
        left join (${shownPhases(scopes(extent), extent.to)}) s on s.role = h.role and s.scope_id = h.scope_id and s.phase = h.phase
        left join locality l on l.id = h.scope_id left join pilot i on i.id = h.scope_id
      group by h.role, h.scope_kind, h.scope_id, s.shown, l.prefix, i.position) r
    where true`,
});

export const PEOPLE: readonly Table[] = [roleGroups];
