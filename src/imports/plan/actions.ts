import type { Action } from '../../actions/action.ts';
import type { ActionDraft } from '../../actions/change.ts';
import type { VersionRow } from '../../actions/queries.ts';
import { type DraftKey, draftChanges } from '../../actions/versions.ts';
import type { Place } from '../../people/directory.ts';
import { someOf } from '../problems.ts';
import { folded, problemIn, type Row, saidList, saidSteps, saidText } from '../read.ts';
import { mergedSteps } from '../steps.ts';
import { meantBy, noteOwnNumbers, slipIn, type World } from './meant.ts';
import { codeOf, didYouMean, placeNamed, placeOf } from './place.ts';
import { dayWords, inPlace, isFirst, kpiNames, note, type Planning, shown, stated } from './planning.ts';
import { planRating } from './ratings.ts';
import { criterionIn, handsIn, nameOfCriterion, nameOfProject, postOf, projectIn } from './who.ts';

const NAMES: Record<DraftKey, string> = {
  title: 'Title',
  successMeasure: 'Success measure',
  due: 'Due',
  ownerId: 'Owner',
  deputyId: 'Deputy',
  criterionId: 'Criterion',
  projectId: 'Project',
  kpiIds: 'KPIs',
  steps: 'Steps',
};

const kpisIn = (planning: Planning, place: Place, row: Row, before: readonly string[]): string[] => {
  const said = saidList(row, 'kpis');
  if (said === undefined) return [...before];
  const ids = (said ?? []).map((name) => {
    const found = planning.kpis.get(inPlace(place.localityId, name));
    if (!found) {
      const near = didYouMean(name, kpiNames(planning, place));
      problemIn(planning.problems, row, 'kpis', `${place.locality} has no KPI “${name}”.${near} Put semicolons between several.`);
    }
    return found?.id;
  });
  const found = [...new Set(ids.filter((id) => id !== undefined))];
  // The order in which they are written says nothing.
  return found.length === before.length && found.every((id) => before.includes(id)) ? [...before] : found;
};

const NEW: ActionDraft = {
  title: '',
  successMeasure: '',
  due: null,
  ownerId: null,
  deputyId: null,
  criterionId: null,
  projectId: null,
  kpiIds: [],
  steps: [],
};

const draftOf = (planning: Planning, place: Place, row: Row, before: ActionDraft): ActionDraft => {
  const or = <T>(said: T | undefined, was: T): T => (said === undefined ? was : said);
  const title = saidText(row, 'title') as string;
  const steps = saidSteps(row, 'steps');
  return {
    title: folded(before.title) === folded(title) ? before.title : title,
    successMeasure: or(saidText(row, 'measure'), before.successMeasure) ?? '',
    due: or(saidText(row, 'due'), before.due),
    ...handsIn(planning, place, row, before),
    criterionId: or(criterionIn(planning, row), before.criterionId),
    projectId: or(projectIn(planning, place, row), before.projectId),
    kpiIds: kpisIn(planning, place, row, before.kpiIds),
    steps: steps === undefined ? [...before.steps] : mergedSteps(steps ?? [], before.steps, planning.today),
  };
};

const kindOfChange = (keys: readonly DraftKey[]): Exclude<VersionRow['change'], 'created'> => {
  const only = (...those: DraftKey[]) => keys.every((key) => those.includes(key));
  if (only('due')) return 'due';
  if (only('ownerId', 'deputyId')) return 'owner';
  return only('steps') ? 'step' : 'edited';
};

/** A day that is past is taken as it is, but said: plans are late, and years are mistyped. */
const notePast = (
  { today }: Planning,
  row: Row,
  { past }: World,
  { draft, before }: { draft: ActionDraft; before: Action | undefined },
) => {
  const rating = saidText(row, 'rag') ?? before?.self?.rating;
  const isOver = rating === 'complete' || rating === 'stopped';
  if (draft.due !== null && draft.due < today && draft.due !== before?.due && !isOver) past.push({ row, due: draft.due });
};

/** Whole titles that differ only in capitals or spaces are one title. */
const planAction = (planning: Planning, row: Row, world: World) => {
  const title = saidText(row, 'title');
  if (slipIn(planning, row, world)) return;
  const place = placeOf(planning, row);
  if (!place || !title) return;
  const meant = meantBy(planning, place, row, title, world);
  if (!meant) return;
  const { before, number } = meant;
  const taken = before?.id ?? (number === undefined ? `${place.localityId}|${folded(title)}` : `${place.localityId}|${number}`);
  if (!isFirst(planning, taken, row, number === undefined ? 'title' : 'code')) return;
  const draft = draftOf(planning, place, row, before ?? NEW);
  const given = before?.number ?? number ?? world.nextNumber(place.localityId);
  const id = before?.id ?? planning.newId();
  const code = `${place.prefix}-${given}`;
  const rating = planRating(planning, row, { id, before: before?.self ?? null });
  const name = `${code} ${draft.title}`;
  notePast(planning, row, world, { draft, before });
  const { writes } = planning;
  const show = (key: DraftKey, from: ActionDraft): string => {
    if (key === 'ownerId' || key === 'deputyId') return postOf(planning, from[key]);
    if (key === 'criterionId') return nameOfCriterion(planning, from[key]);
    if (key === 'projectId') return nameOfProject(planning, from[key]);
    if (key === 'kpiIds') return from.kpiIds.map((kpi) => world.nameOfKpi(kpi)).join('; ');
    if (key === 'steps')
      return from.steps.map(({ text, due, done }) => `${done ? '✓ ' : ''}${text}${due ? ` by ${dayWords(due)}` : ''}`).join('; ');
    return shown(from[key]);
  };
  if (!before) {
    writes.actions.push({ id, localityId: place.localityId, number: given });
    writes.versions.push({ ...draft, actionId: id, version: 1, change: 'created' });
    const { title: _, ...names } = NAMES;
    note(planning, row, name, 'add', [...stated(draft, names, (key) => show(key, draft)), ...rating]);
    return;
  }
  const keys = draftChanges(before, draft);
  if (keys.length > 0) writes.versions.push({ ...draft, actionId: id, version: before.version + 1, change: kindOfChange(keys) });
  const fields = [...keys.map((key) => ({ name: NAMES[key], from: show(key, before), to: show(key, draft) })), ...rating];
  note(planning, row, name, fields.length > 0 ? 'change' : 'same', fields);
};

/** Found by code within the locality, else by title. */
export const planActions = (planning: Planning): void => {
  const { current, rows, kpis } = planning;
  const last = new Map(current.last.map(({ localityId, action }) => [localityId, action]));
  // Numbers that the file gives are kept free of those that are counted on.
  for (const row of rows.actions) {
    const { prefix, number = 0 } = codeOf(planning, row) ?? {};
    const at = prefix && placeNamed(planning.places, prefix)?.localityId;
    if (at) last.set(at, Math.max(last.get(at) ?? 0, number));
  }
  const names = new Map([...kpis.values()].map(({ id, name }) => [id, name]));
  const world: World = {
    byCode: new Map(current.actions.map((action) => [`${action.localityId}|${action.number}`, action])),
    byTitle: Map.groupBy(current.actions, ({ localityId, title }) => inPlace(localityId, title)),
    nextNumber: (localityId) => {
      last.set(localityId, (last.get(localityId) ?? 0) + 1);
      return last.get(localityId) as number;
    },
    nameOfKpi: (id) => names.get(id) ?? '',
    sheetsWithCodes: new Set(rows.actions.flatMap((row) => (codeOf(planning, row)?.prefix ? [`${row.file}|${row.sheet}`] : []))),
    ownNumbers: [],
    past: [],
  };
  for (const row of rows.actions) planAction(planning, row, world);
  noteOwnNumbers(planning, world);
  for (const [sheet, late] of Map.groupBy(world.past, ({ row }) => row.sheet))
    planning.notes.push(
      `Sheet “${sheet}”: past their date and not complete, taken as they are: ${someOf(late.map(({ row, due }) => `row ${row.row} (${dayWords(due)})`))}.`,
    );
};
