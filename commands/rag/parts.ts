import type { Action } from '../../src/actions/action.ts';
import type { ActionDraft } from '../../src/actions/change.ts';
import { criteria } from '../../src/actions/criteria.ts';
import { projectsIn } from '../../src/actions/projects.ts';
import type { DraftKey } from '../../src/actions/versions.ts';
import type { Turn } from '../../src/bot/contract.ts';
import type { Place } from '../../src/people/directory.ts';
import { readable as readableKpis } from '../kpi/context.ts';
import { dayWords, type FormParts, stepLine } from './form.ts';

/** What an action can be given in a locality, and its parts in words. */

export const partsFor = async (turn: Turn, places: Place[]): Promise<FormParts> => {
  const [place, ...others] = places;
  const areas = await criteria(turn.tx);
  if (!place || others.length > 0) return { places, criteria: areas, projects: [], kpis: [] };
  const kpis = (await readableKpis(turn)).filter(({ localityId }) => localityId === place.localityId);
  return { places, criteria: areas, projects: await projectsIn(turn.tx, [place.localityId]), kpis };
};

export const FIELD_LABELS: Record<DraftKey, { field: string; label: string }> = {
  title: { field: 'title', label: 'What is to be done' },
  successMeasure: { field: 'successMeasure', label: 'What will show that it worked' },
  due: { field: 'due', label: 'Due' },
  ownerId: { field: 'owner', label: 'Owner' },
  deputyId: { field: 'deputy', label: 'Stands in' },
  criterionId: { field: 'criterion', label: 'Area of locality working' },
  projectId: { field: 'project', label: 'Project' },
  kpiIds: { field: 'kpis', label: 'KPIs it should move' },
  steps: { field: 'steps', label: 'Steps' },
};

type Said = ActionDraft & Pick<Action, 'owner' | 'deputy'>;

/** One part of an action as people read it; empty = none. */
export const partWords = (key: DraftKey, action: Said, { criteria: areas, projects, kpis }: FormParts): string => {
  const nameIn = (list: { id: string; name: string }[], id: string | null) => list.find((one) => one.id === id)?.name ?? '';
  switch (key) {
    case 'due':
      return action.due ? dayWords(action.due) : '';
    case 'ownerId':
      return action.owner ?? '';
    case 'deputyId':
      return action.deputy ?? '';
    case 'criterionId':
      return nameIn(areas, action.criterionId);
    case 'projectId':
      return nameIn(projects, action.projectId);
    case 'kpiIds':
      return action.kpiIds
        .map((id) => nameIn(kpis, id))
        .filter(Boolean)
        .join(', ');
    case 'steps':
      return action.steps.map(stepLine).join('; ');
    default:
      return action[key];
  }
};
