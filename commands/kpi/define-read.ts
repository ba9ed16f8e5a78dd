import type { Turn } from '../../src/bot/contract.ts';
import { parseNumber } from '../../src/bot/grammar.ts';
import { CADENCES } from '../../src/calendar/periods.ts';
import { type Draft, optionalDate } from '../../src/kpis/define.ts';
import type { Kpi } from '../../src/kpis/kpi.ts';
import { nameProblem } from '../../src/kpis/names.ts';
import { isPercentage } from '../../src/kpis/value.ts';
import type { Place } from '../../src/people/directory.ts';
import { textProblem } from '../../src/people/notes.ts';
import { HOWS, type Project } from '../../src/people/taking.ts';
import { dateExpected } from '../dates.ts';
import { readPerson } from '../hands.ts';
import { LOGGED, MOST_SOURCE, NONE } from './define-form.ts';

/** What was filled in: every value means something, or its field is told what is expected. */

const decimalsOf = (text: string | undefined) => /\.(?<places>\d+)/u.exec(text ?? '')?.groups?.places?.length ?? 0;

/** Reads the form; every field that is wrong is named. */
export const readForm = async (
  turn: Turn,
  values: Record<string, string>,
  place: Place,
  kpi: Kpi | undefined,
  others: Kpi[],
  projects: Project[],
): Promise<{ draft: Draft } | { fields: Record<string, string> }> => {
  const fields: Record<string, string> = {};
  const text = (name: string) => values[name]?.trim() ?? '';
  const name = text('name').replaceAll(/\s+/gu, ' ');
  const aliases = [
    ...new Set(
      text('aliases')
        .split(',')
        .map((alias) => alias.trim())
        .filter(Boolean),
    ),
  ];
  const taken = new Map(
    others
      .filter((other) => other.id !== kpi?.id && other.localityId === place.localityId)
      .flatMap((other) => [other.name, ...other.aliases].map((word) => [word.toLowerCase(), other.name])),
  );
  const checkName = (field: string, word: string) => {
    const problem = nameProblem(word);
    if (problem) fields[field] = problem;
    else if (taken.has(word.toLowerCase())) fields[field] = `“${word}” is a name of ${taken.get(word.toLowerCase())} already.`;
  };
  if (name === '') fields.name = 'Give it a name.';
  else checkName('name', name);
  for (const alias of aliases) checkName('aliases', alias);

  const unit = text('unit')
    .toLowerCase()
    .replace(/^(per ?cent|percentage)$/u, '%');
  if (unit === '' || unit.length > 20) fields.unit = 'Write % or what is counted, in at most 20 characters.';
  const readNumber = (field: string): number | null => {
    if (text(field) === '') return null;
    const parsed = parseNumber(text(field), unit);
    if ('value' in parsed) {
      if (unit === '%' && (parsed.value < 0 || parsed.value > 100)) fields[field] = 'A percentage is 0 to 100.';
      return parsed.value;
    }
    fields[field] = `Write a number, as in 93.2.${parsed.meant === undefined ? '' : ` Did you mean ${parsed.meant}?`}`;
    return null;
  };
  const readDate = (field: string): string | null => {
    const found = optionalDate(text(field));
    if (found === undefined) fields[field] = dateExpected(turn.today.add({ years: 1 }));
    return found ?? null;
  };
  const pick = <T extends string>(field: string, options: readonly T[], fallback: T): T => {
    const found = options.find((option) => option === text(field));
    if (!found && text(field) !== '') fields[field] = 'Choose one of the list.';
    return found ?? fallback;
  };
  const person = async (field: string, before: { id: string | null; post: string | null } | undefined): Promise<string | null> => {
    if (text(field) === '') return null;
    const found = await readPerson(turn, place, text(field), before);
    if ('id' in found) return found.id;
    fields[field] = found.problem;
    return null;
  };
  const baseline = readNumber('baseline');
  const target = readNumber('target');
  const baselineDate = readDate('baselineDate');
  const targetDate = readDate('targetDate');
  const tolerance = readNumber('tolerance') ?? 5;
  if (tolerance < 0 || tolerance > 100) fields.tolerance = 'Write a number from 0 to 100.';
  if (baseline !== null && !baselineDate && !fields.baselineDate) fields.baselineDate = 'Say when the baseline was read.';
  if (target !== null && !targetDate && !fields.targetDate) fields.targetDate = 'Say by when the target is to be reached.';
  if (target === null && targetDate && !fields.target) fields.target = 'Say what the target is, or leave its date empty.';
  if (baselineDate && targetDate && targetDate <= baselineDate) fields.targetDate = 'The target comes after the baseline.';
  for (const field of ['name', 'aliases', 'unit', 'definition', 'source']) {
    const problem = textProblem(text(field));
    if (problem) fields[field] = problem;
  }
  if (text('source').length > MOST_SOURCE) fields.source = `At most ${MOST_SOURCE} characters fit.`;
  if (text('definition') === '') fields.definition = 'Say what exactly is counted, so that others can read it.';
  // A form without these two fields (there was no project when it was opened) leaves them as they are.
  const from = text('coverage') === '' ? (kpi?.coverage ?? LOGGED) : pick('coverage', [LOGGED, ...HOWS], LOGGED);
  const coverage = from === LOGGED ? null : from;
  const chosen =
    text('project') === ''
      ? kpi?.projectId
      : projects.find(({ id, localityId }) => id === text('project') && localityId === place.localityId)?.id;
  const projectId = chosen ?? null;
  if (text('project') !== '' && text('project') !== NONE && !projectId) fields.project = `Choose a project of ${place.locality}.`;
  else if (coverage && !projectId) fields.project = 'Choose the project whose organisations are counted.';
  const counts = pick('counts', ['children', 'schools', 'people', 'other'], 'other');
  if (coverage && counts === 'children')
    fields.counts = 'What is worked out counts organisations: choose Schools, or Something else for organisations of every kind.';
  const ownerId =
    (await person('owner', kpi && { id: kpi.ownerId, post: kpi.owner })) ?? (fields.owner ? null : (kpi?.ownerId ?? turn.actor.personId));
  const deputyId = await person('deputy', kpi && { id: kpi.deputyId, post: kpi.deputy });
  if (deputyId && deputyId === ownerId) fields.deputy = 'Choose somebody else than the owner.';
  const draft: Draft = {
    name,
    aliases,
    unit,
    kind: pick('kind', ['outcome', 'process'], 'outcome'),
    improvement: pick('improvement', ['increase', 'decrease', 'neutral'], 'increase'),
    decimals: Math.min(
      6,
      Math.max(kpi?.decimals ?? (isPercentage({ unit }) ? 1 : 0), decimalsOf(values.baseline), decimalsOf(values.target)),
    ),
    counts,
    base: coverage ? 'of_each_reading' : pick('base', ['of_each_reading', 'none'], 'none'),
    cadence: pick('cadence', CADENCES, 'half_term'),
    baseline,
    baselineDate,
    tolerance,
    definition: text('definition'),
    source: text('source'),
    criterionId: kpi?.criterionId ?? null,
    projectId,
    coverage,
    target,
    targetDate,
    ownerId,
    deputyId,
  };
  return Object.keys(fields).length > 0 ? { fields } : { draft };
};
