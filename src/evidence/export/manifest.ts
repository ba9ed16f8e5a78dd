import type { Actor } from '../../people/actor.ts';

/** What an export held, kept when its file is forgotten: the next one says what is new against it. */

export type TableSummary = { name: string; columns: string[]; rows: number /** Of its CSV. */; sha256: string };

export type Manifest = {
  /** Localities whose rows are in it. */
  localityIds: string[];
  /** The name of its file. */
  file: string;
  /** Of the whole file. */
  bytes: number;
  tables: TableSummary[];
  /** The roles that it was made with, where its file is kept to be given out: who has lost one since may read less. */
  roles?: Actor['roles'];
};

export const rowsOf = ({ tables }: Manifest): number => tables.reduce((sum, { rows }) => sum + rows, 0);

/** An export before this one, of the same person and scope. */
export type Previous = { recordedTo: string; tables: readonly TableSummary[] };
