import { Temporal } from 'temporal-polyfill';
import type { Criterion } from '../actions/criteria.ts';
import { dayWords } from '../calendar/dates.ts';
import { linkProblem } from '../people/links.ts';
import { textProblem } from '../people/notes.ts';
import { CYCLE_METHODS, type RegisterDraft, type RegisterKind } from './register.ts';

/** What was filled in about an entry: every value means something, or its field is told what is expected. */

type Named = { id: string; name: string };

/** What an entry can be about in its locality. */
export type EntryParts = { criteria: readonly Criterion[]; projects: readonly Named[]; kpis: readonly Named[] };

/** A project or KPI that is not chosen: a choice always has a value. */
export const NONE = 'none';

/** The field of a criterion, by its place from 0: forms have no ticks, so each is a choice. */
export const criterionField = (at: number): string => `criterion${at + 1}`;

const FIRST_DAY = Temporal.PlainDate.from('2000-01-01');
const LONGEST_CYCLE = { years: 5 };

type Fields = Record<string, string>;

const isBefore = (one: Temporal.PlainDate, other: Temporal.PlainDate) => Temporal.PlainDate.compare(one, other) < 0;

const dayOf = (text: string): Temporal.PlainDate | undefined => {
  try {
    return /^\d{4}-\d{2}-\d{2}$/u.test(text) ? Temporal.PlainDate.from(text, { overflow: 'reject' }) : undefined;
  } catch {
    return undefined;
  }
};

const readDate = (text: string, today: Temporal.PlainDate, fields: Fields): Temporal.PlainDate | undefined => {
  const day = dayOf(text);
  if (!day) fields.date = `Write a date, as in ${dayWords(today)}.`;
  else if (isBefore(today, day)) fields.date = `${dayWords(day)} is still to come. Log it once it has been.`;
  else if (isBefore(day, FIRST_DAY)) fields.date = `${dayWords(day)} is too long ago. Look at the year.`;
  return day;
};

const readEnd = (text: string, first: Temporal.PlainDate | undefined, today: Temporal.PlainDate, fields: Fields): string | null => {
  if (text === '') return null;
  const day = dayOf(text);
  if (!day) fields.endDate = `Write a date, as in ${dayWords(today)}, or leave it empty while the cycle goes on.`;
  else if (first && isBefore(day, first)) fields.endDate = 'The last day cannot be before the first.';
  else if (first && isBefore(first.add(LONGEST_CYCLE), day)) fields.endDate = 'A cycle is at most five years long. Look at the year.';
  return day?.toString() ?? null;
};

/** One of a list by its id, its name, or a part of its name that no other has; null = none. */
const readOne = (text: string, options: readonly Named[]): string | null | undefined => {
  const said = text.trim().toLowerCase();
  if (said === '' || said === NONE) return null;
  const found = (is: (option: Named) => boolean) => options.filter(is);
  const exact = found(({ id, name }) => id === said || name.toLowerCase() === said);
  const [match, ...others] = exact.length > 0 ? exact : found(({ name }) => name.toLowerCase().includes(said));
  return match && others.length === 0 ? match.id : undefined;
};

const notFound = (what: string, options: readonly Named[], locality: string) =>
  `There is no ${what} of this name in ${locality}.${options.length > 0 ? ` There are: ${options.map(({ name }) => name).join('; ')}.` : ''}`;

/**
 * Reads the form of an entry; every field that is wrong is named.
 * @param values of each field what was typed or chosen; a field that is not there is empty
 */
export const readEntry = (
  kind: RegisterKind,
  values: Readonly<Record<string, string>>,
  { criteria, projects, kpis }: EntryParts,
  { locality, today }: { locality: string; today: Temporal.PlainDate },
): { draft: RegisterDraft } | { fields: Fields } => {
  const fields: Fields = {};
  const text = (name: string) => values[name]?.trim() ?? '';

  const first = readDate(text('date'), today, fields);
  const endDate = kind === 'cycle' ? readEnd(text('endDate'), first, today, fields) : null;
  const method = kind === 'cycle' ? (CYCLE_METHODS.find((known) => known === text('method')) ?? null) : null;
  if (kind === 'cycle' && !method) fields.method = 'Choose how the cycle goes round.';

  const summary = text('summary');
  if (summary === '') fields.summary = 'Say in a few sentences what it was.';
  const quote = text('quote') || null;
  for (const [name, words] of Object.entries({ summary, quote })) {
    const problem = words ? textProblem(words) : undefined;
    if (problem) fields[name] = problem;
  }
  const link = text('link') || null;
  const wrongLink = link === null ? undefined : linkProblem(link);
  if (wrongLink) fields.link = wrongLink;

  const consent = quote !== null && text('consent') === 'yes';
  if (quote !== null && !consent)
    fields.consent = 'A quote is kept only when whoever said it has agreed to be quoted. Say so, or take the quote out.';
  const few = text('fewChildren');
  // Where it is left open elsewhere, nobody was quoted and no child's story was told.
  if (!['yes', 'no'].includes(few) && (kind === 'story' || quote !== null))
    fields.fewChildren = 'Say whether it is about fewer than 10 children.';

  const projectId = readOne(text('project'), projects);
  if (projectId === undefined) fields.project = notFound('project', projects, locality);
  const kpiId = readOne(text('kpi'), kpis);
  if (kpiId === undefined) fields.kpi = notFound('KPI', kpis, locality);

  if (Object.keys(fields).length > 0 || !first) return { fields };
  return {
    draft: {
      kind,
      date: first.toString(),
      endDate,
      method,
      criterionIds: criteria.filter((_, at) => text(criterionField(at)) === 'yes').map(({ id }) => id),
      projectId: projectId ?? null,
      kpiId: kpiId ?? null,
      summary,
      link,
      quote,
      consent,
      fewChildren: few === 'yes',
    },
  };
};
