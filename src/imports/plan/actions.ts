import type { Action } from '../../actions/action.ts';
import type { ActionDraft } from '../../actions/change.ts';
import type { VersionRow } from '../../actions/queries.ts';
import { type DraftKey, draftChanges } from '../../actions/versions.ts';
import type { Place } from '../../people/directory.ts';
import { folded, problemIn, type Row, saidList, saidSteps, saidText } from '../read.ts';
import { mergedSteps } from '../steps.ts';
import { dayWords, didYouMean, inPlace, isFirst, note, type Planning, placeNamed, placeOf, shown } from './planning.ts';
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

const CODE = /^(?:([a-z]{2,4})[ -]?)?(\d{1,6})$/iu;
/** Far above any plan: a number beyond it is a slip. */
const MOST_NUMBER = 100_000;

type Meant = { place: Place; number: number | undefined };

/** Where the action is and which number it has; undefined once that has been said as a problem. */
const meantBy = (planning: Planning, row: Row): Meant | undefined => {
  const { places, problems } = planning;
  const code = saidText(row, 'code');
  if (!code) {
    const place = placeOf(planning, row);
    return place && { place, number: undefined };
  }
  const [, prefix, figures] = CODE.exec(code) ?? [];
  const number = Number(figures);
  if (!figures || number < 1 || number > MOST_NUMBER) {
    problemIn(
      problems,
      row,
      'code',
      `“${code}” is no code of an action. Write it as in WAK-12 or 12, or leave it empty: then the action is found by its title.`,
    );
    return undefined;
  }
  const byPrefix = prefix ? placeNamed(places, prefix) : undefined;
  if (prefix && !byPrefix) {
    problemIn(
      problems,
      row,
      'code',
      `“${code}”: ${prefix.toUpperCase()} is no locality that can be imported into. There are: ${places
        .slice(0, 10)
        .map((place) => place.prefix)
        .join(', ')}.`,
    );
    return undefined;
  }
  if (byPrefix && !saidText(row, 'locality')) return { place: byPrefix, number };
  const place = placeOf(planning, row);
  if (!place) return undefined;
  if (byPrefix && byPrefix.localityId !== place.localityId) {
    problemIn(problems, row, 'code', `“${code}” is of ${byPrefix.locality}, and the row says ${place.locality}.`);
    return undefined;
  }
  return { place, number };
};

const kpisIn = (planning: Planning, place: Place, row: Row, before: readonly string[]): string[] => {
  const said = saidList(row, 'kpis');
  if (said === undefined) return [...before];
  const ids = (said ?? []).map((name) => {
    const found = planning.kpis.get(inPlace(place.localityId, name));
    const names = [...planning.kpis].filter(([key]) => key.startsWith(`${place.localityId}|`)).map(([, kpi]) => kpi.name);
    if (!found)
      problemIn(
        planning.problems,
        row,
        'kpis',
        `${place.locality} has no KPI “${name}”.${didYouMean(name, names)} Put semicolons between several.`,
      );
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

/** Whole titles that differ only in capitals or spaces are one title. */
const planAction = (planning: Planning, row: Row, world: World) => {
  const meant = meantBy(planning, row);
  const title = saidText(row, 'title');
  if (!meant || !title) return;
  const { place, number } = meant;
  const titled = world.byTitle.get(inPlace(place.localityId, title)) ?? [];
  if (number === undefined && titled.length > 1)
    return problemIn(
      planning.problems,
      row,
      'title',
      `${titled.map(({ code }) => code).join(' and ')} are both called this. Write the code of the one meant.`,
    );
  const before = number === undefined ? titled[0] : world.byCode.get(`${place.localityId}|${number}`);
  const taken = before?.id ?? (number === undefined ? `${place.localityId}|${folded(title)}` : `${place.localityId}|${number}`);
  if (!isFirst(planning, taken, row, number === undefined ? 'title' : 'code')) return;
  const draft = draftOf(planning, place, row, before ?? NEW);
  const given = before?.number ?? number ?? world.nextNumber(place.localityId);
  const id = before?.id ?? planning.newId();
  const code = `${place.prefix}-${given}`;
  const rating = planRating(planning, row, { id, before: before?.self ?? null });
  const name = `${code} ${draft.title}`;
  const { writes } = planning;
  if (!before) {
    writes.actions.push({ id, localityId: place.localityId, number: given });
    writes.versions.push({ ...draft, actionId: id, version: 1, change: 'created' });
    note(planning, row, name, 'add', rating);
    return;
  }
  const keys = draftChanges(before, draft);
  if (keys.length > 0) writes.versions.push({ ...draft, actionId: id, version: before.version + 1, change: kindOfChange(keys) });
  const show = (key: DraftKey, from: ActionDraft): string => {
    if (key === 'ownerId' || key === 'deputyId') return postOf(planning, from[key]);
    if (key === 'criterionId') return nameOfCriterion(planning, from[key]);
    if (key === 'projectId') return nameOfProject(planning, from[key]);
    if (key === 'kpiIds') return from.kpiIds.map((kpi) => world.nameOfKpi(kpi)).join('; ');
    if (key === 'steps')
      return from.steps.map(({ text, due, done }) => `${done ? '✓ ' : ''}${text}${due ? ` by ${dayWords(due)}` : ''}`).join('; ');
    return shown(from[key]);
  };
  const fields = [...keys.map((key) => ({ name: NAMES[key], from: show(key, before), to: show(key, draft) })), ...rating];
  note(planning, row, name, fields.length > 0 ? 'change' : 'same', fields);
};

type World = {
  byCode: Map<string, Action>;
  byTitle: Map<string, Action[]>;
  nextNumber: (localityId: string) => number;
  nameOfKpi: (id: string) => string;
};

/** Found by code or number within the locality, else by title. */
export const planActions = (planning: Planning): void => {
  const { current, rows, kpis } = planning;
  const last = new Map(current.last.map(({ localityId, action }) => [localityId, action]));
  // Numbers that the file gives are kept free of those that are counted on.
  for (const row of rows.actions) {
    const [, prefix, figures] = CODE.exec(saidText(row, 'code') ?? '') ?? [];
    const said = prefix ?? saidText(row, 'locality');
    const place = said ? placeNamed(planning.places, said) : planning.place;
    if (figures && place) last.set(place.localityId, Math.max(last.get(place.localityId) ?? 0, Number(figures)));
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
  };
  for (const row of rows.actions) planAction(planning, row, world);
};
