import { changesOf, type Draft } from '../../kpis/define.ts';
import type { Kpi } from '../../kpis/kpi.ts';
import { nameProblem } from '../../kpis/names.ts';
import type { Place } from '../../people/directory.ts';
import type { How } from '../../people/taking.ts';
import { folded, problemIn, type Row, saidList, saidText } from '../read.ts';
import type { DefinitionRow } from '../writes.ts';
import { type Figures, unitOf } from './figures.ts';
import { placeOf } from './place.ts';
import { differing, inPlace, isFirst, note, type Planning, shown, stated } from './planning.ts';
import { criterionIn, handsIn, nameOfCriterion, nameOfProject, postOf, projectIn } from './who.ts';

const NAMES = {
  name: 'Name',
  aliases: 'Other names',
  unit: 'Unit',
  improvement: 'Better',
  kind: 'Kind',
  counts: 'Counts',
  base: 'Base',
  cadence: 'How often',
  baseline: 'Baseline',
  baselineDate: 'Baseline date',
  target: 'Target',
  targetDate: 'Target date',
  tolerance: 'Tolerance',
  ownerId: 'Owner',
  deputyId: 'Deputy',
  definition: 'Definition',
  source: 'Source',
  criterionId: 'Criterion',
  projectId: 'Project',
  coverage: 'Readings come from',
} as const;

/** As the sheet says it. */
const BETTER: Record<Draft['improvement'], string> = { increase: 'up', decrease: 'down', neutral: 'neither' };

/** The columns without which nobody can say what a reading of the KPI is. */
const NEEDED = ['unit', 'cadence', 'base', 'coverage'];

/** What a reading needs of a KPI, whether it is there already or in the file. */
export type Measured = Pick<
  Kpi,
  'id' | 'name' | 'unit' | 'decimals' | 'cadence' | 'baseline' | 'baselineDate' | 'target' | 'coverage' | 'counts' | 'readings'
>;

/** What a unit says of what is counted, where the sheet has no word for it: coverage in schools counts schools alone. */
const countsOfUnit = (unit: string): Kpi['counts'] => {
  if (/\bschools?\b/iu.test(unit)) return 'schools';
  if (/\b(?:child(?:ren)?|pupils?)\b/iu.test(unit)) return 'children';
  return /\b(?:people|persons?|adults?|staff|parents?)\b/iu.test(unit) ? 'people' : 'other';
};

/** What every KPI has that nobody said anything of: not worth a word. */
const isUsual = ({ base, coverage, definition, name }: Draft, key: keyof Draft): boolean =>
  (key === 'base' && (base === 'none' || coverage !== null)) || (key === 'definition' && definition === name);

const places = (value: number | null) => /\.(\d+)$/u.exec(String(value ?? ''))?.[1]?.length ?? 0;

const checkNames = (planning: Planning, place: Place, row: Row, id: string | undefined, names: { key: string; word: string }[]): boolean =>
  names
    .map(({ key, word }) => {
      const other = planning.kpis.get(inPlace(place.localityId, word));
      const problem = nameProblem(word) ?? (other && other.id !== id ? `“${word}” is a name of ${other.name} already.` : undefined);
      if (problem) problemIn(planning.problems, row, key, problem);
      return problem === undefined;
    })
    .every(Boolean);

const figureIn = (planning: Planning, row: Row, key: string, figures: Figures, before: number | null): number | null => {
  const cell = row.figures.get(key);
  if (!cell) return before;
  if (typeof cell.value === 'string' && /^(?:none|-|–|n\/a)$/iu.test(cell.value.trim())) return null;
  const read = figures(cell);
  if ('problem' in read) problemIn(planning.problems, row, key, read.problem);
  return 'problem' in read ? before : read.value;
};

/** The figures of the file for this KPI: a new one shows as many decimals as they have. */
const mostPlaces = (planning: Planning, figures: Figures, names: readonly string[]) => {
  const wanted = new Set(names.map(folded));
  return planning.rows.readings
    .filter((row) => wanted.has(folded(saidText(row, 'kpi') ?? '')) && !row.figures.has('of'))
    .map((row) => figures(row.figures.get('value')))
    .reduce((most, read) => Math.max(most, 'value' in read ? places(read.value) : 0), 0);
};

const draftOf = (
  planning: Planning,
  place: Place,
  row: Row,
  name: string,
  before: Kpi | undefined,
  figures: Figures,
): { draft: Draft; isFine: boolean } => {
  const { problems } = planning;
  const count = problems.count();
  const word = <T extends string>(key: string, was: T): T => (saidText(row, key) as T | null | undefined) ?? was;
  const text = (key: string, was: string) => saidText(row, key) ?? was;
  const day = (key: string, was: string | null) => {
    const said = saidText(row, key);
    return said === undefined ? was : said;
  };
  const unit = unitOf(text('unit', before?.unit ?? ''));
  const aliases = saidList(row, 'aliases') ?? before?.aliases ?? [];
  const from = saidText(row, 'coverage');
  const coverage = from === undefined || from === null ? (before?.coverage ?? null) : from === 'logged' ? null : (from as How);
  const project = projectIn(planning, place, row);
  const projectId = project === undefined ? (before?.projectId ?? null) : project;
  const criterion = criterionIn(planning, row);
  const baseline = figureIn(planning, row, 'baseline', figures, before?.baseline ?? null);
  const target = figureIn(planning, row, 'target', figures, before?.target ?? null);
  const counts = word('counts', before?.counts ?? countsOfUnit(unit));
  const draft: Draft = {
    name: before && folded(before.name) === folded(name) ? before.name : (before?.name ?? name),
    aliases,
    unit,
    kind: word('kind', before?.kind ?? 'outcome'),
    improvement: word('better', before?.improvement ?? 'increase'),
    decimals: Math.min(
      6,
      Math.max(
        before?.decimals ?? Math.max(unit === '%' ? 1 : 0, mostPlaces(planning, figures, [name, ...aliases])),
        places(baseline),
        places(target),
      ),
    ),
    counts,
    base: coverage ? 'of_each_reading' : word('base', before?.base ?? 'none'),
    cadence: word('cadence', before?.cadence ?? 'half_term'),
    baseline,
    baselineDate: day('baselineDate', before?.baselineDate ?? null),
    tolerance: figureIn(planning, row, 'tolerance', figures, before?.tolerance ?? 5) ?? 5,
    definition: text('definition', before?.definition ?? name),
    source: text('source', before?.source ?? ''),
    criterionId: criterion === undefined ? (before?.criterionId ?? null) : criterion,
    projectId,
    coverage,
    target,
    targetDate: target === null ? null : day('targetDate', before?.targetDate ?? null),
    ...handsIn(planning, place, row, before ?? { ownerId: null, deputyId: null }),
  };
  const say = (wrong: boolean, key: string, problem: string) => wrong && problemIn(problems, row, key, problem);
  for (const key of ['baseline', 'target'] as const)
    say(unit === '%' && draft[key] !== null && (draft[key] < 0 || draft[key] > 100), key, 'a percentage is 0 to 100.');
  say(draft.tolerance < 0 || draft.tolerance > 100, 'tolerance', 'a number from 0 to 100.');
  say(baseline !== null && !draft.baselineDate, 'baselineDate', 'say when the baseline was read.');
  say(target !== null && !draft.targetDate, 'targetDate', 'say by when the target is to be reached.');
  say(
    draft.baselineDate !== null && draft.targetDate !== null && draft.targetDate <= draft.baselineDate,
    'targetDate',
    'the target comes after the baseline.',
  );
  say(coverage !== null && !projectId, 'project', 'name the project whose organisations are counted.');
  say(coverage !== null && counts === 'children', 'counts', 'what is worked out counts organisations: write schools, or other.');
  say(
    before !== undefined && before.cadence !== draft.cadence && before.readings.some(({ value }) => value !== null),
    'cadence',
    `it is read every ${before?.cadence.replace('_', '-')} and has readings, so that stays. Make another KPI for another rhythm.`,
  );
  const fine = checkNames(planning, place, row, before?.id, [
    { key: 'name', word: draft.name },
    ...aliases.map((alias) => ({ key: 'aliases', word: alias })),
  ]);
  return { draft, isFine: fine && problems.count() === count };
};

const definitionRow = (kpiId: string, version: number, { target, targetDate, ownerId, deputyId, ...definition }: Draft): DefinitionRow => ({
  kpiId,
  version,
  ...definition,
});

/** Found by name or other name in the place. Returns what readings need of each KPI, by its id. */
export const planKpis = (planning: Planning, figures: Figures): Map<string, Measured> => {
  const { kpis, writes, newId, current } = planning;
  const measured = new Map<string, Measured>(current.kpis.map((kpi) => [kpi.id, kpi]));
  const byId = new Map(current.kpis.map((kpi) => [kpi.id, kpi]));
  const positions = new Map(current.last.map(({ localityId, kpi }) => [localityId, kpi]));
  for (const row of planning.rows.kpis) {
    const place = placeOf(planning, row);
    const name = saidText(row, 'name');
    if (!place || !name) continue;
    const there = kpis.get(inPlace(place.localityId, name));
    const before = there && byId.get(there.id);
    if (there && !isFirst(planning, there.id, row, 'name')) continue;
    const { draft, isFine } = draftOf(planning, place, row, name, before, figures);
    const id = before?.id ?? newId();
    if (!there) planning.spoken.set(id, row);
    // A KPI that is not right yet is still the one that readings and actions mean: each slip is said once.
    for (const each of [name, ...draft.aliases]) kpis.set(inPlace(place.localityId, each), { id, name: before?.name ?? name });
    // Its readings are looked at even so, but not by what could not be read of it.
    if (NEEDED.some((key) => row.wrong.has(key)) || draft.unit === '') measured.delete(id);
    else measured.set(id, { ...draft, id, readings: before?.readings ?? [] });
    if (!isFine) continue;
    const show = (key: keyof Draft, value: unknown): string => {
      if (key === 'ownerId' || key === 'deputyId') return postOf(planning, value as string | null);
      if (key === 'criterionId') return nameOfCriterion(planning, value);
      if (key === 'improvement') return BETTER[value as Draft['improvement']];
      return key === 'projectId' ? nameOfProject(planning, value) : shown(value).replaceAll('_', ' ');
    };
    if (!before) {
      const position = (positions.get(place.localityId) ?? 0) + 1;
      positions.set(place.localityId, position);
      writes.kpis.push({ id, localityId: place.localityId, position });
      writes.definitions.push(definitionRow(id, 1, draft));
      if (draft.target !== null)
        writes.targets.push({ kpiId: id, version: 1, value: draft.target, date: draft.targetDate, milestones: [] });
      writes.owners.push({ kpiId: id, version: 1, ownerId: draft.ownerId, deputyId: draft.deputyId });
      const { name: _, ...names } = NAMES;
      note(
        planning,
        row,
        name,
        'add',
        stated<Draft>(draft, names, (key, value) => (isUsual(draft, key) ? '' : show(key, value))),
      );
      continue;
    }
    const changed = changesOf(before, draft);
    if (changed.definition) writes.definitions.push(definitionRow(id, before.definitionVersion + 1, draft));
    if (changed.target)
      writes.targets.push({
        kpiId: id,
        version: before.targetVersion + 1,
        value: draft.target,
        date: draft.targetDate,
        milestones: before.milestones,
      });
    if (changed.owner)
      writes.owners.push({ kpiId: id, version: before.ownerVersion + 1, ownerId: draft.ownerId, deputyId: draft.deputyId });
    const fields = differing<Draft>(before, draft, NAMES, show);
    const isChanged = changed.definition || changed.target || changed.owner;
    note(planning, row, before.name, isChanged ? 'change' : 'same', fields);
  }
  return measured;
};
