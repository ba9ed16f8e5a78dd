import type { RatingRow, VersionRow } from '../actions/queries.ts';
import type { Draft } from '../kpis/define.ts';
import type { Kpi } from '../kpis/kpi.ts';
import type { ClosedDay, HeldRole, Organisation, Person, Project, Taking, TermDates } from './current.ts';

/** The rows that an import writes, table by table; each list is one statement for each few hundred of it (write.ts). */

type PersonRow = Omit<Person, 'roles'>;
export type RoleRow = HeldRole & { personId: string; scopeKind: 'pilot' | 'locality' };

export type DefinitionRow = Pick<
  Draft,
  | 'name'
  | 'aliases'
  | 'unit'
  | 'kind'
  | 'improvement'
  | 'decimals'
  | 'counts'
  | 'base'
  | 'cadence'
  | 'baseline'
  | 'baselineDate'
  | 'tolerance'
  | 'definition'
  | 'source'
  | 'criterionId'
  | 'projectId'
  | 'coverage'
> & { kpiId: string; version: number };
export type TargetRow = { kpiId: string; version: number; value: number | null; date: string | null; milestones: Kpi['milestones'] };
export type OwnerRow = { kpiId: string; version: number; ownerId: string | null; deputyId: string | null };

export type ReadingRow = {
  id: string;
  kpiId: string;
  period: string;
  periodStart: string;
  periodEnd: string;
  version: number;
  kind: 'reading' | 'correction';
  value: number;
  numerator: number | null;
  denominator: number | null;
  note: string | null;
  evidence: string | null;
  recordedAt: string;
};

export type Writes = {
  organisations: Organisation[];
  organisationsChanged: Organisation[];
  people: PersonRow[];
  peopleChanged: PersonRow[];
  roles: RoleRow[];
  rolesChanged: RoleRow[];
  groups: { id: string; localityId: string; name: string; kind: string }[];
  groupsChanged: { id: string; localityId: string; name: string; kind: string }[];
  members: { id: string; groupId: string; organisationId: string | null; personId: string | null }[];
  projects: Project[];
  projectsChanged: Project[];
  taking: Taking[];
  takingChanged: Taking[];
  termDates: TermDates[];
  closedDays: ClosedDay[];
  kpis: { id: string; localityId: string; position: number }[];
  definitions: DefinitionRow[];
  targets: TargetRow[];
  owners: OwnerRow[];
  readings: ReadingRow[];
  actions: { id: string; localityId: string; number: number }[];
  versions: Omit<VersionRow, 'recordedAt' | 'recordedById'>[];
  ratings: Omit<RatingRow, 'recordedById' | 'origin'>[];
};

export const noWrites = (): Writes => ({
  organisations: [],
  organisationsChanged: [],
  people: [],
  peopleChanged: [],
  roles: [],
  rolesChanged: [],
  groups: [],
  groupsChanged: [],
  members: [],
  projects: [],
  projectsChanged: [],
  taking: [],
  takingChanged: [],
  termDates: [],
  closedDays: [],
  kpis: [],
  definitions: [],
  targets: [],
  owners: [],
  readings: [],
  actions: [],
  versions: [],
  ratings: [],
});

/** How many rows there are to write. */
export const rowsIn = (writes: Writes): number => Object.values(writes).reduce((sum, rows) => sum + rows.length, 0);
