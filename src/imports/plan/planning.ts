import { Temporal } from 'temporal-polyfill';
import { fullDay, monthName } from '../../calendar/dates.ts';
import type { Place } from '../../people/directory.ts';
import type { RoleName } from '../../people/permissions.ts';
import type { Current, Group, Organisation, Person, Project } from '../current.ts';
import type { Change } from '../import.ts';
import { KINDS, type Kind } from '../kinds.ts';
import type { Problems } from '../problems.ts';
import { folded, placeOfRow, problemIn, type Row, type Rows } from '../read.ts';
import { noWrites, type Writes } from '../writes.ts';
import type { Scope } from './place.ts';

/** What every part of planning works with: what there is, what the file adds to it as its rows are gone through, and what is found out. */

export type Asked = Scope & {
  rows: Rows;
  current: Current;
  /** YYYY-MM-DD */
  today: string;
  /** ISO 8601 */
  now: string;
  newId: () => string;
  /** The roles that whoever imports may give at a place. */
  grantable: (place: Place) => readonly RoleName[];
  /** The operator may change anybody; others only people all of whose roles they could have given. */
  isOperator: boolean;
  problems: Problems;
};

export const inPlace = (localityId: string | null, name: string) => `${localityId ?? ''}|${folded(name)}`;

export type Planning = Asked & {
  changes: Change[];
  /** What the reader should know, in sentences. */
  notes: string[];
  writes: Writes;
  /** What rows can mean, with what the file adds. */
  organisations: Map<string, Organisation>;
  people: Person[];
  byPost: Map<string, Person[]>;
  byEmail: Map<string, Person>;
  groups: Map<string, Group>;
  projects: Map<string, Project>;
  /** KPIs by name or other name: what readings and actions need of one. */
  kpis: Map<string, { id: string; name: string }>;
  /** By the id of a thing: the row that spoke of it first. */
  spoken: Map<string, Row>;
};

export const beginPlanning = (asked: Asked): Planning => {
  const { current } = asked;
  const people = current.people.map((person) => ({ ...person, roles: [...person.roles] }));
  return {
    ...asked,
    changes: [],
    notes: [],
    writes: noWrites(),
    organisations: new Map(current.organisations.map((one) => [inPlace(one.localityId, one.name), one])),
    people,
    byPost: Map.groupBy(people, ({ post }) => folded(post)),
    byEmail: new Map(people.flatMap((person) => (person.email ? [[person.email, person] as const] : []))),
    groups: new Map(current.groups.map((group) => [inPlace(group.localityId, group.name), { ...group, members: [...group.members] }])),
    projects: new Map(current.projects.map((project) => [inPlace(project.localityId, project.name), project])),
    kpis: new Map(
      current.kpis.flatMap((kpi) =>
        [...kpi.aliases, kpi.name].map((name) => [inPlace(kpi.localityId, name), { id: kpi.id, name: kpi.name }] as const),
      ),
    ),
    spoken: new Map(),
  };
};

/** Whether a row is the first to speak of a thing; the second is a problem. */
export const isFirst = (planning: Planning, id: string, row: Row, key: string): boolean => {
  const before = planning.spoken.get(id);
  if (before)
    problemIn(
      planning.problems,
      row,
      key,
      `row ${before.row}${before.sheet === row.sheet ? '' : ` of ${before.sheet}`} says this already. Keep one of the two.`,
    );
  else planning.spoken.set(id, row);
  return !before;
};

/** The names of the KPIs of a place, for what may have been meant. */
export const kpiNames = ({ kpis }: Planning, { localityId }: Place): string[] =>
  [...kpis].filter(([key]) => key.startsWith(`${localityId}|`)).map(([, kpi]) => kpi.name);

type FieldChange = Change['fields'][number];

/** What differs between two states of a thing, in words: `names` has the fields that are looked at. */
export const differing = <T extends object>(
  before: T,
  after: T,
  names: Partial<Record<keyof T, string>>,
  show: (key: keyof T, value: unknown) => string = (_, value) => shown(value),
): FieldChange[] =>
  (Object.keys(names) as (keyof T)[])
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => ({ name: names[key] as string, from: show(key, before[key]), to: show(key, after[key]) }));

export const shown = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(shown).join('; ');
  return isDay(value) ? dayWords(value) : String(value);
};

const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/u.test(value);
/** "Monday 1 March 2027" */
const dayInFull = (iso: string): string => fullDay(Temporal.PlainDate.from(iso));

/** "1 Mar 2027" */
export const dayWords = (iso: string): string =>
  `${Number(iso.slice(8, 10))} ${monthName(Number(iso.slice(5, 7))).slice(0, 3)} ${iso.slice(0, 4)}`;

/**
 * All that a new thing would have, so that whoever looks can see a day that slipped or an owner that was lost; what is empty is left
 * out. Days are said in full, with their weekday.
 */
export const stated = <T extends object>(
  after: T,
  names: Partial<Record<keyof T, string>>,
  show: (key: keyof T, value: unknown) => string = (_, value) => shown(value),
): FieldChange[] =>
  (Object.keys(names) as (keyof T)[])
    .map((key) => ({ name: names[key] as string, from: '', to: isDay(after[key]) ? dayInFull(after[key]) : show(key, after[key]) }))
    .filter(({ to }) => to !== '');

/** Notes what a row does. `fields`: of a change what becomes what, of something new all that it has. */
export const note = (planning: Planning, row: Row, name: string, what: Change['what'], fields: FieldChange[] = []): void => {
  planning.changes.push({ ...placeOfRow(row), kind: row.kind, what, name, fields });
};

export const countsOf = (changes: readonly Change[]): Record<Kind, Record<Change['what'], number>> => {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, { add: 0, change: 0, same: 0 }])) as Record<
    Kind,
    Record<Change['what'], number>
  >;
  for (const { kind, what } of changes) counts[kind][what] += 1;
  return counts;
};
