import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName, parseNumber } from '../../src/bot/grammar.ts';
import { CADENCES } from '../../src/calendar/periods.ts';
import type { Card, Field, Form } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { changesOf, createKpi, type Draft, editKpi, holdNames, optionalDate } from '../../src/kpis/define.ts';
import { candidates, type Kpi, placeOf } from '../../src/kpis/kpi.ts';
import { isPercentage } from '../../src/kpis/value.ts';
import { findPeople, localitiesIn, type Place } from '../../src/people/directory.ts';
import { noteProblem } from '../../src/people/notes.ts';
import { may } from '../../src/people/permissions.ts';
import { allCard } from '../../src/views/kpi.ts';
import { lined, mayEdit, readable, readableKpi, writerOf } from './context.ts';

/** Making a KPI and changing it: by the pilot lead or coordinator, who choose and assess their own. */

const State = z.object({
  /** The KPI that is edited; none = a new one. */
  kpi: z.string().optional(),
  versions: z.tuple([z.number(), z.number(), z.number()]).optional(),
});
type State = z.infer<typeof State>;

const CADENCE_WORDS = {
  week: 'Every week',
  month: 'Every month',
  half_term: 'Every half-term',
  term: 'Every term',
  year: 'Every school year',
} as const;
const MOST_NAME = 60;
const MOST_SOURCE = 200;

/** Words with a meaning of their own after `kpi`, so that no KPI can be called so. */
const TAKEN_WORDS = new Set(['new', 'edit', 'undo', 'help', 'all']);

const editable = async (turn: Turn): Promise<Place[]> => {
  const places = await localitiesIn(turn.tx, [...new Set(turn.actor.roles.map(({ scopeId }) => scopeId))]);
  return places.filter((place) => may(turn.actor, 'kpi.write', place));
};

const choice = (name: string, label: string, options: Record<string, string>, value: string | undefined): Field => ({
  kind: 'choice',
  name,
  label,
  options: Object.entries(options).map(([key, text]) => ({ value: key, label: text })),
  ...(value === undefined ? {} : { value }),
});

const number = (name: string, label: string, value: number | null | undefined): Field => ({
  kind: 'number',
  name,
  label,
  optional: true,
  ...(value == null ? {} : { value: String(value) }),
});

const formFor = (kpi: Kpi | undefined, places: Place[], name: string, state: State): Form => ({
  title: kpi ? 'Edit a KPI' : 'New KPI',
  ...(kpi
    ? { intro: `${kpi.name}, ${kpi.locality}. Every change is kept beside what it was before.` }
    : places.length === 1
      ? { intro: `For ${places[0]?.locality}. You choose it and you assess it.` }
      : {}),
  fields: [
    ...(kpi || places.length === 1
      ? []
      : [choice('locality', 'Locality', Object.fromEntries(places.map((place) => [place.localityId, place.locality])), undefined)]),
    {
      kind: 'text',
      name: 'name',
      label: 'Name',
      hint: 'As people will type it: Attendance',
      maxLength: MOST_NAME,
      value: kpi?.name ?? name,
    },
    {
      kind: 'text',
      name: 'aliases',
      label: 'Other names for it',
      hint: 'Separated by commas',
      optional: true,
      ...(kpi ? { value: kpi.aliases.join(', ') } : {}),
    },
    {
      kind: 'text',
      name: 'unit',
      label: 'Unit',
      hint: '% or what is counted: children, visits, schools',
      maxLength: 20,
      value: kpi?.unit ?? '%',
    },
    choice(
      'improvement',
      'What is better?',
      { increase: 'More', decrease: 'Less', neutral: 'Neither: it is watched' },
      kpi?.improvement ?? 'increase',
    ),
    choice(
      'kind',
      'What kind is it?',
      { outcome: 'Outcome: what changes for children', process: 'Process: what the partnership does' },
      kpi?.kind ?? 'outcome',
    ),
    choice('cadence', 'How often is it read?', CADENCE_WORDS, kpi?.cadence ?? 'half_term'),
    choice(
      'counts',
      'What does it count?',
      { children: 'Children', schools: 'Schools', people: 'People', other: 'Something else' },
      kpi?.counts ?? 'children',
    ),
    choice('base', 'Is each reading “so many of so many”?', { none: 'No', of_each_reading: 'Yes, as in 84 of 131' }, kpi?.base ?? 'none'),
    number('baseline', 'Baseline', kpi?.baseline),
    {
      kind: 'date',
      name: 'baselineDate',
      label: 'Date of the baseline',
      optional: true,
      ...(kpi?.baselineDate ? { value: kpi.baselineDate } : {}),
    },
    number('target', 'Target', kpi?.target),
    {
      kind: 'date',
      name: 'targetDate',
      label: 'Target to be reached by',
      optional: true,
      ...(kpi?.targetDate ? { value: kpi.targetDate } : {}),
    },
    number('tolerance', 'How far short still counts as close? (% of the way)', kpi?.tolerance ?? 5),
    {
      kind: 'text',
      name: 'owner',
      label: 'Who answers for it?',
      hint: 'Post or e-mail address; empty = you',
      optional: true,
      ...(kpi?.owner ? { value: kpi.owner } : {}),
    },
    {
      kind: 'text',
      name: 'deputy',
      label: 'Who stands in?',
      hint: 'Post or e-mail address',
      optional: true,
      ...(kpi?.deputy ? { value: kpi.deputy } : {}),
    },
    { kind: 'longtext', name: 'definition', label: 'What exactly is counted?', maxLength: 1_000, value: kpi?.definition ?? '' },
    { kind: 'text', name: 'source', label: 'Where do the figures come from?', maxLength: MOST_SOURCE, value: kpi?.source ?? '' },
  ],
  submit: { label: kpi ? 'Save' : 'Add the KPI', press: { verb: kpi ? 'kpi.edit' : 'kpi.new', state: { ...state } } },
});

const decimalsOf = (text: string | undefined) => /\.(?<places>\d+)/u.exec(text ?? '')?.groups?.places?.length ?? 0;

/** Reads the form; every field that is wrong is named. */
const read = async (
  turn: Turn,
  values: Record<string, string>,
  place: Place,
  kpi: Kpi | undefined,
  others: Kpi[],
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
    if (TAKEN_WORDS.has(word.toLowerCase().split(' ')[0] ?? ''))
      fields[field] = `“${word}” begins with a word that means something else after kpi.`;
    else if (/^[\d+\-.,]/u.test(word) || word.length > MOST_NAME || word.length < 2)
      fields[field] = `“${word}”: a name begins with a letter and has 2 to ${MOST_NAME} characters.`;
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
    if (found === undefined) fields[field] = 'Write a date, as in 2027-07-31.';
    return found ?? null;
  };
  const pick = <T extends string>(field: string, options: readonly T[], fallback: T): T => {
    const found = options.find((option) => option === text(field));
    if (!found && text(field) !== '') fields[field] = 'Choose one of the list.';
    return found ?? fallback;
  };
  const person = async (field: string): Promise<string | null> => {
    const words = text(field);
    if (words === '') return null;
    if (words.toLowerCase() === 'me') return turn.actor.personId;
    const found = await findPeople(turn.tx, place.localityId, words, turn.today.toString());
    if (found.length === 1) return (found[0] as { id: string }).id;
    fields[field] =
      found.length === 0 ? `Nobody in ${place.locality} is called “${words}”.` : `Which one? ${found.map(({ post }) => post).join(', ')}.`;
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
    const problem = noteProblem(text(field));
    if (problem) fields[field] = problem.why.replace(/^The note/u, 'This');
  }
  if (text('source').length > MOST_SOURCE) fields.source = `At most ${MOST_SOURCE} characters fit.`;
  if (text('definition') === '') fields.definition = 'Say what exactly is counted, so that others can read it.';
  const ownerId = (await person('owner')) ?? (fields.owner ? null : (kpi?.ownerId ?? turn.actor.personId));
  const deputyId = await person('deputy');
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
    counts: pick('counts', ['children', 'schools', 'people', 'other'], 'other'),
    base: pick('base', ['of_each_reading', 'none'], 'none'),
    cadence: pick('cadence', CADENCES, 'half_term'),
    baseline,
    baselineDate,
    tolerance,
    definition: text('definition'),
    source: text('source'),
    criterionId: kpi?.criterionId ?? null,
    projectId: kpi?.projectId ?? null,
    target,
    targetDate,
    ownerId,
    deputyId,
  };
  return Object.keys(fields).length > 0 ? { fields } : { draft };
};

const placeOfKpi = (kpi: Kpi): Place => ({
  localityId: kpi.localityId,
  locality: kpi.locality,
  prefix: kpi.prefix,
  pilotId: kpi.pilotId,
  programmeId: kpi.programmeId,
});

export const create = formVerb({
  state: State,
  form: async (turn, { words }) => {
    const places = await editable(turn);
    if (places.length === 0) throw new UserError('KPIs are added by the pilot lead or the coordinator of the locality. Ask them.');
    return formFor(undefined, places, words, {});
  },
  submit: async (turn, { values }) => {
    const places = await editable(turn);
    const place = places.length === 1 ? places[0] : places.find(({ localityId }) => localityId === values.locality);
    if (places.length === 0) throw new UserError('Not saved. KPIs are added by the pilot lead or the coordinator of the locality.');
    if (!place) return { fields: { locality: 'Choose a locality.' } };
    await holdNames(turn.tx, place.localityId);
    const found = await read(turn, values, place, undefined, await readable(turn));
    if ('fields' in found) return found;
    const id = await createKpi(writerOf(turn), place.localityId, found.draft);
    return doneCard(`Added: ${found.draft.name}, ${place.locality}.`, found.draft, id);
  },
});

const doneCard = (title: string, draft: Draft, id: string): Card => ({
  title,
  parts: [
    {
      type: 'text',
      text: `It is read ${CADENCE_WORDS[draft.cadence].toLowerCase()}. To log it, type: kpi ${draft.name.toLowerCase()} and the figure.`,
    },
    {
      type: 'buttons',
      buttons: [
        { label: 'Log a reading', press: { verb: 'kpi.log', state: { kpi: id } } },
        { label: 'Edit', press: { verb: 'kpi.edit', state: { kpi: id } } },
      ],
    },
  ],
});

/** The KPI that is to be edited: from a button, or by its name. */
const meantKpi = async (turn: Turn, words: string, state: State | undefined): Promise<Kpi> => {
  if (state?.kpi) return readableKpi(turn, state.kpi);
  const kpis = (await readable(turn)).filter((kpi) => mayEdit(turn, kpi));
  const match = matchName(words, candidates(kpis));
  const found = match.kind === 'one' ? kpis.find(({ id }) => id === match.id) : undefined;
  if (found) return found;
  const near =
    match.kind === 'several' || match.kind === 'near'
      ? match.ids.flatMap((id) => kpis.find((kpi) => kpi.id === id)?.name ?? [])
      : kpis.slice(0, 8).map(({ name }) => name);
  throw new UserError(
    `Which KPI do you want to edit? Type kpi edit and its name${near.length > 0 ? `: ${[...new Set(near)].join(', ')}` : ''}.`,
  );
};

export const edit = formVerb({
  state: State,
  form: async (turn, { words, state }) => {
    const kpi = await meantKpi(turn, words, state);
    if (!mayEdit(turn, kpi))
      throw new UserError(`${kpi.name} is edited by the pilot lead or the coordinator of ${kpi.locality}. Ask them.`);
    return formFor(kpi, [], '', { kpi: kpi.id, versions: [kpi.definitionVersion, kpi.targetVersion, kpi.ownerVersion] });
  },
  submit: async (turn, { values, state }) => {
    const kpi = await meantKpi(turn, '', state);
    if (!may(turn.actor, 'kpi.write', placeOf(kpi)))
      throw new UserError('Not saved. KPIs are edited by the pilot lead or the coordinator of the locality.');
    await holdNames(turn.tx, kpi.localityId);
    const found = await read(turn, values, placeOfKpi(kpi), kpi, await readable(turn));
    if ('fields' in found) return found;
    const changed = changesOf(kpi, found.draft);
    if (!changed.definition && !changed.target && !changed.owner)
      return doneCard(`Nothing was changed in ${kpi.name}.`, found.draft, kpi.id);
    if (
      state?.versions &&
      JSON.stringify(state.versions) !== JSON.stringify([kpi.definitionVersion, kpi.targetVersion, kpi.ownerVersion])
    ) {
      throw new UserError(`Not saved. Somebody changed ${kpi.name} after you opened the form. Open it again to see what it is now.`);
    }
    await editKpi(writerOf(turn), kpi, found.draft);
    return doneCard(`Saved: ${found.draft.name}, ${kpi.locality}.`, found.draft, kpi.id);
  },
});

export const all = cardVerb({
  state: z.undefined(),
  run: async (turn) => allCard(lined(turn, await readable(turn)), turn.today),
});
