import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';

/**
 * Bringing in a plan that is there already: readImport says what a file would change, applyImport writes it.
 * The same rows again change nothing, a longer file adds. Nothing is written unless every cell of every file is right.
 */

export const KINDS = ['organisations', 'people', 'groups', 'projects', 'taking_part', 'kpis', 'readings', 'actions'] as const;
export type Kind = (typeof KINDS)[number];

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

/**
 * Reads files and says what they would change. Writes nothing.
 * @throws UserError for a file that cannot be read at all (its name is in the message), a locality that there is none of,
 * or somebody who may not import there.
 */
export const readImport = async (_files: readonly ImportFile[], _context: ImportContext): Promise<ImportRead> => {
  throw new UserError('Import is being built.');
};

/**
 * Writes what was read, all in one transaction or nothing. It is worked out anew from what stands at that moment, so what somebody
 * changed since it was read is respected.
 * @throws UserError when there are problems, old or new; a unique key throws when somebody else wrote the same at the same moment.
 */
export const applyImport = async (_read: ImportRead, _context: ImportContext, _progress?: Progress): Promise<ImportResult> => {
  throw new UserError('Import is being built.');
};
