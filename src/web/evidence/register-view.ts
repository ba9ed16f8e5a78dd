import { Temporal } from 'temporal-polyfill';
import type { Criterion } from '../../actions/criteria.ts';
import type { Project } from '../../actions/projects.ts';
import { parseDay, type UnsaidYear } from '../../bot/grammar.ts';
import { dayWords } from '../../calendar/dates.ts';
import {
  counts,
  type KindCounts,
  needsCheck,
  REGISTER_KINDS,
  type RegisterEntry,
  type RegisterKind,
  sumOf,
} from '../../evidence/register.ts';
import type { Filter, Tallied } from '../../evidence/register-queries.ts';
import { withoutNumbers } from '../../people/identifiers.ts';
import { showable } from '../../people/notes.ts';
import { may, type ScopePath } from '../../people/permissions.ts';
import type { Place } from '../../summaries/scopes.ts';
import { shortened } from '../../views/actions/parts.ts';
import { criterionNames, KIND_WORDS, whenWords } from '../../views/evidence/register.ts';
import { ROLE_WORDS } from '../../views/role-words.ts';
import { type Asked, pageAsked, type Reader } from './page.ts';

/** The register as its pages show it: filters from the address, counts as tables, entries as lines. */

/** Entries on one page. */
const ENTRIES = 50;
/** Of a summary in the list. */
const MOST_SUMMARY = 220;

/** Who wrote a version: by post or, for those who see people as groups, by role and locality. */
export const writtenBy = (
  actor: Reader['actor'],
  { by, byRole, locality, ...place }: Pick<RegisterEntry, 'by' | 'byRole' | 'locality'> & ScopePath,
): string => {
  if (may(actor, 'names.read', place) && by) return by;
  return byRole === null ? `somebody in ${locality}` : `${ROLE_WORDS[byRole]}, ${locality}`;
};

/** A day as its field shows it: in full or, with what is wrong, as it was typed. */
type DayField = { value: string; error?: string };

/** What the address asks for, and what of it there is not. */
export type Filters = {
  /** As the address of another page of the list has it. */
  chosen: { kind: string; locality: string; criterion: string; project: string; from: string; to: string };
  days: { from: DayField; to: DayField };
  localityIds: string[];
  filter: Filter;
  problems: string[];
};

type Known = { places: readonly Place[]; criteria: readonly Criterion[]; projects: readonly Project[]; today: Temporal.PlainDate };

/** The day that was typed, and its field as it comes back. */
const dayField = (typed: string, today: Temporal.PlainDate, unsaid: UnsaidYear): { day?: Temporal.PlainDate; field: DayField } => {
  const text = typed.trim();
  if (text === '') return { field: { value: '' } };
  const read = parseDay(text, today, unsaid);
  if ('date' in read) return { day: read.date, field: { value: dayWords(read.date) } };
  const meant = read.meant ? ` Did you mean ${dayWords(read.meant)}?` : '';
  return { field: { value: withoutNumbers(showable(text)) ?? '', error: `Write ${read.problem}.${meant} Until then all days are shown.` } };
};

/** @param known what the reader may see: a place of another scope is as unknown to them as one that there is not */
export const filtersOf = (asked: Pick<Asked, 'query'>, { places, criteria, projects, today }: Known): Filters => {
  const problems: string[] = [];
  /** What the address says under a name, where there is such a thing; what there is not is left out and said. */
  const one = <T>(name: string, find: (text: string) => T | undefined, what: string): T | undefined => {
    const text = asked.query(name).trim();
    const found = text === '' ? undefined : find(text);
    if (text !== '' && found === undefined)
      problems.push(`The address asks for ${what} that there is not in what you can see: it is left out here.`);
    return found;
  };
  const kind = one('kind', (text) => REGISTER_KINDS.find((known) => known === text.toLowerCase()), 'a kind of entry');
  const place = one('locality', (text) => places.find(({ prefix }) => prefix === text.toUpperCase()), 'a locality');
  const criterion = one('criterion', (text) => criteria.find(({ id }) => id === text), 'an area');
  const project = one('project', (text) => projects.find(({ id }) => id === text), 'a project');
  // What is in the register has happened: a day without its year is one that was, or the end of what the first day begins.
  const from = dayField(asked.query('from'), today, { until: today });
  const to = dayField(asked.query('to'), today, from.day ? { since: from.day } : { until: today });
  if (from.day && to.day && Temporal.PlainDate.compare(from.day, to.day) > 0)
    to.field.error = 'The last day is before the first: there is nothing between them.';
  const days = { from: from.day?.toString(), to: to.day?.toString() };
  return {
    chosen: {
      kind: kind ?? '',
      locality: place?.prefix ?? '',
      criterion: criterion?.id ?? '',
      project: project?.id ?? '',
      from: days.from ?? '',
      to: days.to ?? '',
    },
    days: { from: from.field, to: to.field },
    localityIds: place ? [place.localityId] : places.map(({ localityId }) => localityId),
    filter: { ...(kind ? { kinds: [kind] } : {}), criterionId: criterion?.id, projectId: project?.id, ...days },
    problems,
  };
};

const number = (value: number) => value.toLocaleString('en-GB');

/** "1 story" · "12 interviews" */
const counted = (kind: RegisterKind, count: number) =>
  `${number(count)} ${(count === 1 ? KIND_WORDS[kind].name : KIND_WORDS[kind].plural).toLowerCase()}`;

const sum = (of: KindCounts | undefined, kinds: readonly RegisterKind[]) => kinds.reduce((all, kind) => all + (of?.[kind] ?? 0), 0);

/**
 * How many entries there are, in a sentence and in two tables; localities and areas in their fixed order.
 * @param only the one kind that was asked for
 */
export const countsView = (
  entries: readonly Tallied[],
  places: readonly Place[],
  criteria: readonly Criterion[],
  only: readonly RegisterKind[] = REGISTER_KINDS,
) => {
  const row = (name: string, of: KindCounts | undefined) => ({
    name,
    cells: [...only.map((kind) => number(of?.[kind] ?? 0)), ...(only.length > 1 ? [number(sum(of, only))] : [])],
  });
  const { kinds, localities, criteria: byCriterion, withoutCriterion } = counts(entries);
  const all = sumOf(entries);
  const some = REGISTER_KINDS.filter((kind) => kinds[kind] > 0).map((kind) => counted(kind, kinds[kind]));
  return {
    says: all === 0 ? 'There are no entries here.' : `${number(all)} ${all === 1 ? 'entry' : 'entries'}: ${some.join(', ')}.`,
    headings: [...only.map((kind) => KIND_WORDS[kind].plural), ...(only.length > 1 ? ['All'] : [])],
    localities: [
      ...places.map(({ localityId, locality }) => row(locality, localities.get(localityId))),
      ...(places.length > 1 ? [row('All', kinds)] : []),
    ],
    criteria: [
      ...criteria.map(({ id, name }) => row(name, byCriterion.get(id))),
      ...(sum(withoutCriterion, REGISTER_KINDS) > 0 ? [row('No area named', withoutCriterion)] : []),
    ],
  };
};

/** One entry in the list. */
const line = (reader: Reader, entry: RegisterEntry, criteria: readonly Criterion[]) => ({
  title: `${KIND_WORDS[entry.kind].name}, ${entry.locality}, ${whenWords(entry, reader.today)}`,
  href: reader.to(`/register/${entry.id}`),
  summary: shortened(entry.summary, MOST_SUMMARY),
  waits: needsCheck(entry),
  demonstration: entry.byId === null,
  details: [
    ...criterionNames(entry, criteria),
    ...(entry.project ? [`Project: ${entry.project}`] : []),
    ...(entry.kpi ? [`Beside the chart of ${entry.kpi}`] : []),
  ],
});

/** Which page of so many entries an address asks for, from 1, and what of them stands on it. */
export const partOf = (many: number, page: string) => {
  const pages = Math.max(1, Math.ceil(many / ENTRIES));
  const at = Math.min(pages, pageAsked(page));
  return { at, pages, skip: (at - 1) * ENTRIES, most: ENTRIES };
};

/** The entries of one page, and where the pages before and after are. */
export const listView = (
  reader: Reader,
  entries: readonly RegisterEntry[],
  criteria: readonly Criterion[],
  { page: { at, pages }, chosen }: { page: ReturnType<typeof partOf>; chosen: Filters['chosen'] },
) => {
  const link = (to: number) =>
    to < 1 || to > pages ? undefined : reader.to('/register', { ...chosen, page: to === 1 ? undefined : String(to) });
  return {
    lines: entries.map((entry) => line(reader, entry, criteria)),
    part: pages > 1 ? `Page ${at} of ${pages}` : undefined,
    before: link(at - 1),
    after: link(at + 1),
  };
};
