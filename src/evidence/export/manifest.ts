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
};

/** An export before this one, of the same person and scope. */
export type Previous = { recordedTo: string; tables: readonly TableSummary[] };
