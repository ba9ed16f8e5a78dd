import type { Change } from './import.ts';
import { planActions } from './plan/actions.ts';
import { planClosedDays, planTerms } from './plan/calendar.ts';
import { readFigures } from './plan/figures.ts';
import { planGroups } from './plan/groups.ts';
import { planKpis } from './plan/kpis.ts';
import { planOrganisations } from './plan/organisations.ts';
import { planPeople } from './plan/people.ts';
import { type Asked, beginPlanning } from './plan/planning.ts';
import { planProjects, planTakingPart } from './plan/projects.ts';
import { planReadings } from './plan/readings.ts';
import type { Writes } from './writes.ts';

/**
 * What the rows of a file would change, and the rows of the database that this makes. Each kind of thing is looked at after those
 * that it may name: a person of a new organisation, an action of a new KPI. Pure but for `newId`: it reads and writes no database.
 */
export const planImport = (asked: Asked): { changes: Change[]; notes: string[]; writes: Writes } => {
  const planning = beginPlanning(asked);
  planOrganisations(planning);
  planPeople(planning);
  planGroups(planning);
  planProjects(planning);
  planTakingPart(planning);
  planTerms(planning);
  planClosedDays(planning);
  const figures = readFigures(planning);
  const measured = planKpis(planning, figures);
  planReadings(planning, figures, measured);
  planActions(planning);
  const { changes, notes, writes } = planning;
  return { changes, notes, writes };
};
