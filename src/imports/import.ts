import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { localitiesIn } from '../people/directory.ts';
import { may, mayGrant, type RoleName } from '../people/permissions.ts';
import { holdPlaces, programmeIds, readCurrent } from './current.ts';
import { KINDS, type Kind } from './kinds.ts';
import { didYouMean, placeNamed, placeWords, type Scope } from './plan/place.ts';
import { countsOf } from './plan/planning.ts';
import { planImport } from './plan.ts';
import { gatherProblems, type Problems } from './problems.ts';
import { type Row, type Rows, readRows, saidText } from './read.ts';
import { readLines } from './sheets.ts';
import { write } from './write.ts';

/**
 * Bringing in a plan that is there already: readImport says what a file would change, applyImport writes it.
 * The same rows again change nothing, a longer file adds. Nothing is written unless every cell of every file is right.
 */

export type { Kind };

export type ImportFile = { name: string; bytes: Uint8Array };

export type ImportContext = Pick<Core, 'now' | 'newId'> & {
  /** Runs one transaction: `(work) => inTransaction(db, work, LIMITS)`, with limits for long work where much may be written. */
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Whose rights count: `plan.import` where rows belong, and the roles that they may grant. Null: the operator. */
  by: Actor | null;
  /** Where rows belong that do not say so themselves: a locality's name, prefix or id. Not needed where there is only one. */
  locality?: string;
};

/** Where something stands: the sheet of a file, a row as the spreadsheet shows it, a column's letters. */
export type Where = { file: string; sheet: string; row?: number; column?: string };

/** One thing to put right. `text` is a whole sentence: "Actions, row 14, column D (Due): “31/02/2027” is no date. …" */
export type Problem = Where & { text: string };

/** What one row would do. */
export type Change = Required<Omit<Where, 'column'>> & {
  kind: Kind;
  what: 'add' | 'change' | 'same';
  /** What it is about: "WAK-12 Share early-help data" */
  name: string;
  /** Of a change (and of a rating that is added): each field, from what to what, in words; empty text = nothing. */
  fields: { name: string; from: string; to: string }[];
};

export type Counts = Record<Kind, { add: number; change: number; same: number }>;

export type ImportRead = {
  /** At most 50; nothing can be applied while there are any. */
  problems: Problem[];
  /** How many there are in all. */
  problemCount: number;
  /** What the reader should know: sheets and columns that were left out, formulas whose values were taken … Sentences. */
  notes: string[];
  /** In the order of the files and rows. Empty while there are problems in the files themselves. */
  changes: Change[];
  counts: Counts;
  /** The names of the localities that rows belong to. */
  localities: string[];
  /** What applyImport works from: not to be looked at, kept in memory only. */
  rows: unknown;
};

/** How far an import has come: rows written, of all that are to be. */
export type Progress = (done: number, total: number) => void | Promise<void>;

export type ImportResult = {
  counts: Counts;
  changes: Change[];
  /** Rows that were written; 0 = all of it was there already. */
  written: number;
};

/** Every role that the operator may give with a file: administrators and evaluators are made by an administrator. */
const OPERATORS: readonly RoleName[] = ['partner', 'lead', 'coordinator', 'adviser'];

/** Where rows may belong: only in the locality that was named, where one was. */
const scopeOf = async (tx: Tx, { by, locality }: ImportContext): Promise<Scope> => {
  const everywhere = await localitiesIn(tx, await programmeIds(tx));
  const prefixes = new Set(everywhere.map(({ prefix }) => prefix.toUpperCase()));
  const scopes = new Set(by?.roles.map(({ scopeId }) => scopeId));
  const all = by ? everywhere.filter((one) => [one.localityId, one.pilotId, one.programmeId].some((id) => scopes.has(id))) : everywhere;
  const places = by ? all.filter((place) => may(by, 'plan.import', place)) : all;
  if (places.length === 0)
    throw new UserError(
      by ? 'Only a coordinator imports a plan, into their own locality.' : 'There is no locality yet: npm run setup makes them.',
    );
  if (locality === undefined) return { places, place: places.length === 1 ? places[0] : undefined, prefixes };
  const place = places.find(({ localityId }) => localityId === locality) ?? placeNamed(places, locality);
  const names = places.map((one) => one.locality);
  if (!place) throw new UserError(`There is no locality “${locality}” that can be imported into.${didYouMean(locality, names)}`);
  return { places: [place], place, prefixes };
};

const wordsOf = (rows: readonly Row[], key: string): string[] => rows.flatMap((row) => saidText(row, key) ?? []);

type Read = { rows: Rows; files: number };

/** What the rows would change of what stands at this moment. */
const planIn = async (tx: Tx, { rows }: Read, problems: Problems, context: ImportContext, hold = false) => {
  const scope = await scopeOf(tx, context);
  const { places, place } = scope;
  const all = Object.values(rows).flat();
  // Where it is not said anywhere, it is asked once and not of every row.
  const silent = all.find((row) => placeWords(scope, row) === undefined);
  if (silent && !place)
    throw new UserError(
      `Say which locality this is of: ${places
        .slice(0, 12)
        .map(({ locality }) => locality)
        .join(', ')}${places.length > 12 ? ' …' : ''}.`,
    );
  const said = new Set(all.flatMap((row) => placeNamed(places, placeWords(scope, row) ?? '') ?? []));
  const wanted = places.filter((one) => (silent && one === place) || said.has(one));
  const ids = wanted.map(({ localityId }) => localityId);
  if (hold) await holdPlaces(tx, ids);
  const now = context.now();
  const day = dayIn(now).toString();
  const named = [
    ...wordsOf(rows.people, 'email'),
    ...[rows.kpis, rows.actions].flatMap((some) => ['owner', 'deputy'].flatMap((key) => wordsOf(some, key))),
  ];
  const emails = named.filter((words) => words.includes('@')).map((email) => email.toLowerCase());
  const current = await readCurrent(tx, wanted, { emails, urns: wordsOf(rows.organisations, 'urn'), day });
  const planned = planImport({
    rows,
    current,
    ...scope,
    today: day,
    now: now.toString(),
    newId: context.newId,
    grantable: (at) => (context.by ? mayGrant(context.by, at) : OPERATORS),
    isOperator: context.by === null,
    problems,
  });
  return { ...planned, now, wanted };
};

const order = new Map<Kind, number>(KINDS.map((kind, at) => [kind, at]));
const inOrder = (changes: readonly Change[]) =>
  changes.toSorted((one, other) => (order.get(one.kind) as number) - (order.get(other.kind) as number));

/**
 * Reads files and says what they would change. Writes nothing.
 * @throws UserError for a file that cannot be read at all (its name is in the message), a locality that there is none of,
 * or somebody who may not import there.
 */
export const readImport = async (files: readonly ImportFile[], context: ImportContext): Promise<ImportRead> => {
  const problems = gatherProblems(files.length);
  const notes: string[] = [];
  const lines = await readLines(files, problems, notes);
  const rows = readRows(lines, problems, notes, dayIn(context.now()));
  const read: Read = { rows, files: files.length };
  const planned = await context.transaction((tx) => planIn(tx, read, problems, context));
  if (lines.length === 0 && problems.count() === 0) notes.push('There are no lines to bring in.');
  return {
    problems: problems.said(),
    problemCount: problems.count(),
    notes: [...notes, ...planned.notes],
    changes: inOrder(planned.changes),
    counts: countsOf(planned.changes),
    localities: planned.wanted.map(({ locality }) => locality),
    rows: read,
  };
};

/** Said where something is wrong with a file that is to be written. */
const refusal = (problems: Problems): UserError =>
  new UserError(
    `Nothing was written. ${problems.count() === 1 ? 'One thing is' : `${problems.count().toLocaleString('en-GB')} things are`} to be put right first: ${problems.said()[0]?.text}`,
  );

/**
 * Writes what was read, all in one transaction or nothing. It is worked out anew from what stands at that moment, so what somebody
 * changed since it was read is respected.
 * @throws UserError when there are problems, old or new; a unique key throws when somebody else wrote the same at the same moment.
 */
export const applyImport = async (read: ImportRead, context: ImportContext, progress?: Progress): Promise<ImportResult> => {
  if (read.problemCount > 0) throw new UserError('Nothing was written: there are things to be put right in the file first.');
  return context.transaction(async (tx) => {
    const { files } = read.rows as Read;
    const problems = gatherProblems(files);
    for (const row of Object.values((read.rows as Read).rows).flat()) problems.sheet(row);
    const { changes, writes, now, wanted } = await planIn(tx, read.rows as Read, problems, context, true);
    if (problems.count() > 0) throw refusal(problems);
    const writer = { tx, now, newId: context.newId, personId: context.by?.personId ?? null };
    const written = await write(
      writer,
      writes,
      wanted.map(({ localityId }) => localityId),
      progress,
    );
    return { counts: countsOf(changes), changes: inOrder(changes), written };
  });
};
