import { z } from 'zod';
import { type Action, isClosed, type Step } from '../../src/actions/action.ts';
import type { ActionDraft } from '../../src/actions/change.ts';
import { daysFor, dueDay } from '../../src/actions/due.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { matchName, parseDue, splitBy } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Terms } from '../../src/calendar/terms.ts';
import type { Place } from '../../src/people/directory.ts';
import { textProblem } from '../../src/people/notes.ts';
import { NOBODY, readPerson } from '../hands.ts';
import { termsOnceHanded } from './calendar.ts';
import { dayWords, type FormParts, MOST_STEPS, MOST_STEPS_TEXT, MOST_TITLE, NONE, stepLine } from './form.ts';

/** What was filled in: every value means something, or its field is told what is expected. */

export type ReadAction = {
  draft: ActionDraft;
  /** What was understood otherwise than it was written, to be said: "1 March is a Sunday: moved to Monday 2 March". */
  notes: string[];
};

type Fields = Record<string, string>;

const readTitle = (text: string, fields: Fields): string => {
  const title = text.replaceAll(/\s+/gu, ' ').trim();
  if (title === '') fields.title = 'Say in one line what is to be done.';
  else if ([...title].length > MOST_TITLE)
    fields.title = `A title has at most ${MOST_TITLE} characters; this has ${[...title].length}. The rest can go into the success measure.`;
  else {
    const problem = textProblem(title);
    if (problem) fields.title = problem;
  }
  return title;
};

/** Nobody, or who is meant. */
const readHand = async (
  ...[turn, place, words, before]: Parameters<typeof readPerson>
): Promise<{ id: string | null } | { problem: string }> =>
  words === '' || NOBODY.test(words) ? { id: null } : readPerson(turn, place, words, before);

/** A name or an id of a list: "none" and empty are none. */
const readOne = (words: string, options: { id: string; name: string }[]): string | null | undefined => {
  if (words === '' || words === NONE) return null;
  if (options.some(({ id }) => id === words)) return words;
  const match = matchName(
    words,
    options.map((option) => ({ ...option, aliases: [] })),
  );
  return match.kind === 'one' && match.rest === '' ? match.id : undefined;
};

/** Names one after the other; a name may have a comma in it. */
const readKpis = (words: string, kpis: FormParts['kpis'], fields: Fields): string[] => {
  const named = kpis.map((kpi) => ({ ...kpi, aliases: [] }));
  const ids: string[] = [];
  let left = words.trim();
  while (left !== '') {
    const match = matchName(left, named);
    if (match.kind === 'one' && /^(?:[,;\n]|$)/u.test(match.rest)) {
      ids.push(match.id);
      left = match.rest.replace(/^[,;\s]+/u, '');
      continue;
    }
    const said = left.split(/[,;\n]/u)[0] as string;
    const near = match.kind === 'near' || match.kind === 'several' ? match.ids : kpis.slice(0, 8).map(({ id }) => id);
    const names = near.flatMap((id) => kpis.find((kpi) => kpi.id === id)?.name ?? []);
    fields.kpis = `There is no KPI called ${quoted(said)} there.${names.length > 0 ? ` Did you mean: ${names.join(', ')}?` : ''}`;
    return [];
  }
  return [...new Set(ids)];
};

type DayContext = { turn: Turn; theirs: Terms; notes: string[] };

/** A day as it counts, or why it cannot. */
const readDay = (said: string, { turn, theirs, notes }: DayContext): { day: string } | { problem: string } => {
  const parsed = parseDue(said, { today: turn.today, terms: theirs });
  if (!('date' in parsed)) {
    return {
      problem: `Write ${parsed.problem.replaceAll('`', '')}.${parsed.meant ? ` Did you mean ${dayWords(parsed.meant.toString())}?` : ''}`,
    };
  }
  const due = dueDay(parsed.date, turn.today, theirs);
  if (due.kind === 'past') return { problem: `${dayWords(parsed.date.toString())} is past. Give a later date.` };
  if (due.kind === 'far') return { problem: `${dayWords(parsed.date.toString())} is more than ten years away. Give an earlier date.` };
  if (due.moved) notes.push(`${due.moved}.`);
  return { day: due.day.toString() };
};

const readSteps = (text: string, before: readonly Step[], context: DayContext, fields: Fields): Step[] => {
  const { turn, theirs } = context;
  const lines = text
    .split('\n')
    .map((line) => line.trim().replace(/^(?:[-*•]|\d{1,2}[.)])\s+/u, ''))
    .filter(Boolean);
  if (lines.length > MOST_STEPS) fields.steps = `At most ${MOST_STEPS} steps fit; these are ${lines.length}.`;
  else if ([...text].length > MOST_STEPS_TEXT) fields.steps = `At most ${MOST_STEPS_TEXT} characters fit.`;
  if (fields.steps) return [];
  return lines.flatMap((line, at): Step[] => {
    const kept = before.find((step) => stepLine(step) === line);
    if (kept) return [kept];
    const isDone = /^(?:✓|✔️?|☑️?|\[x\])\s*/iu.exec(line);
    const bare = isDone ? line.slice(isDone[0].length) : line;
    const known = before.find((step) => stepLine({ ...step, done: null }) === bare);
    const done = isDone ? (known?.done ?? turn.today.toString()) : null;
    if (known) return [{ ...known, done }];
    const { words, by, said } = splitBy(bare, { today: turn.today, terms: theirs });
    const problem =
      words === ''
        ? 'say what is to be done.'
        : [...words].length > MOST_TITLE
          ? `at most ${MOST_TITLE} characters fit.`
          : textProblem(words);
    const same = before.find((step) => step.text === words && by !== undefined && step.due === by.toString());
    const day = by && !same && !isDone ? readDay(said ?? '', context) : { day: by?.toString() ?? null };
    const wrong = problem ?? ('problem' in day ? day.problem : undefined);
    if (wrong) fields.steps ??= `Step ${at + 1}: ${wrong}`;
    return 'day' in day ? [{ text: words, due: day.day, done }] : [];
  });
};

/** What the form was opened with. */
export type Before = Pick<Action, 'due' | 'steps' | 'ownerId' | 'owner' | 'deputyId' | 'deputy' | 'kpiIds' | 'self'>;

/** Reads the form; every field that is wrong is named. What was not changed is kept as it is, whether or not it could be written so now. */
export const readAction = async (
  turn: Turn,
  values: Record<string, string>,
  place: Place,
  parts: Pick<FormParts, 'criteria' | 'projects' | 'kpis'>,
  before: Before | undefined,
): Promise<ReadAction | { fields: Fields }> => {
  const fields: Fields = {};
  const notes: string[] = [];
  const text = (name: string) => values[name]?.trim() ?? '';
  const title = readTitle(text('title'), fields);
  const successMeasure = text('successMeasure');
  const wrongMeasure = textProblem(successMeasure);
  if (wrongMeasure) fields.successMeasure = wrongMeasure;

  const owner = await readHand(turn, place, text('owner'), before && { id: before.ownerId, post: before.owner });
  const deputy = await readHand(turn, place, text('deputy'), before && { id: before.deputyId, post: before.deputy });
  if ('problem' in owner) fields.owner = owner.problem;
  if ('problem' in deputy) fields.deputy = deputy.problem;
  const ownerId = 'id' in owner ? owner.id : null;
  const deputyId = 'id' in deputy ? deputy.id : null;
  if (deputyId && deputyId === ownerId) fields.deputy = 'Choose somebody else than the owner.';

  const { theirs, isAnother } = await termsOnceHanded(turn, place.localityId, { ownerId, deputyId }, before);
  const context = { turn, theirs, notes };
  const isUnchanged = before?.due && text('due') === dayWords(before.due);
  const due = text('due') === '' || isUnchanged ? { day: isUnchanged ? before.due : null } : readDay(text('due'), context);
  if ('problem' in due) fields.due = due.problem;
  const steps = readSteps(values.steps ?? '', before?.steps ?? [], context, fields);

  const criterionId = readOne(text('criterion'), parts.criteria);
  const projectId = readOne(text('project'), parts.projects);
  if (criterionId === undefined) fields.criterion = 'Choose one of the list.';
  if (projectId === undefined)
    fields.project = `There is no project called ${quoted(text('project'))} in ${place.locality}.${parts.projects.length > 0 ? ` There are: ${parts.projects.map(({ name }) => name).join(', ')}.` : ''}`;
  // What was not to be seen in the form was not taken out by sending it.
  const unseen = (before?.kpiIds ?? []).filter((id) => !parts.kpis.some((kpi) => kpi.id === id));
  const kpiIds = [...readKpis(text('kpis'), parts.kpis, fields), ...unseen];

  if (Object.keys(fields).length > 0) return { fields };
  const day = 'day' in due ? due.day : null;
  // Days that were not written anew are those of another calendar, once somebody else must act.
  const slides = isAnother && before !== undefined && !isClosed(before);
  const days = slides ? daysFor({ due: day, steps }, turn.today, theirs) : { changed: {}, moved: [] };
  return {
    draft: {
      title,
      successMeasure,
      due: day,
      ownerId,
      deputyId,
      criterionId: criterionId ?? null,
      projectId: projectId ?? null,
      kpiIds,
      steps,
      ...days.changed,
    },
    notes: [...notes, ...days.moved],
  };
};

/** A locality as a form gives it: its id, or anything. */
export const isId = (text: string | undefined): text is string => z.guid().safeParse(text).success;
