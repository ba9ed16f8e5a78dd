import type { Tx } from '../../db/client.ts';
import type { Actor } from '../../people/actor.ts';
import type { Place } from '../../summaries/scopes.ts';

/** What is known, as tables: of these the files of an export are written, their codebook, and what the API answers. */

/**
 * `code`: one of a few words, or an id that never changes. `date` YYYY-MM-DD. `moment` ISO 8601 in UTC. `symbol`: why the value beside it is
 * empty, or what is to be known of it (see SYMBOLS); empty where there is nothing to say.
 */
export type ColumnType = 'text' | 'code' | 'integer' | 'number' | 'date' | 'moment' | 'boolean' | 'symbol';

export type Column = {
  name: string;
  type: ColumnType;
  meaning: string;
  unit?: string;
  /** What each word in it means. */
  values?: Readonly<Record<string, string>>;
};

/** Null is written as an empty cell. */
export type Value = string | number | boolean | null;

/** What is asked for, and by whom. */
export type Extent = {
  tx: Tx;
  /** Localities whose rows are in it: the caller has seen that the actor may export each. */
  localityIds: readonly string[];
  /** ISO 8601: what was recorded by then is in it. What has no history is as it stands. */
  to: string;
  /** The secret key: codes are made with it. */
  secret: Uint8Array;
  actor: Actor;
  /** Every locality there is, in their fixed order. */
  places: readonly Place[];
};

export type Table = {
  /** "kpi_readings": the name of its file and its address. */
  name: string;
  title: string;
  /** What one row of it is. */
  meaning: string;
  /** It may identify somebody: only where it was asked for. */
  freeText?: true;
  columns: readonly Column[];
  /**
   * Rows in a fixed order, from after a cursor (null: from the first), each as long as `columns`; `next`: where the following page begins,
   * null where there is none. A page may hold fewer rows than the limit, even none, and still have a next one; of
   * free text a few more, where one row has more texts than the limit.
   * @throws BadCursor for one that this table did not give
   */
  page: (extent: Extent, after: string | null, limit: number) => Promise<{ rows: Value[][]; next: string | null }>;
};

/** A cursor that is none of this table's. */
export class BadCursor extends Error {}

/** Of the Government Analysis Function. https://analysisfunction.civilservice.gov.uk/policy-store/symbols-in-tables-definitions-and-help/ */
export const SYMBOLS = {
  '[c]': 'Confidential: there is a figure, and it is not shown because it could tell who somebody is.',
  '[x]': 'Not available: there is no figure.',
  '[z]': 'Not applicable.',
  '[r]': 'Revised: it was corrected after it was first recorded.',
  '[b]': 'Break in the series: what was asked or measured before is worded otherwise.',
} as const;
export type SymbolName = keyof typeof SYMBOLS;

/** Those of some symbols, for a column's values. */
export const symbols = (...names: SymbolName[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, SYMBOLS[name]]));
