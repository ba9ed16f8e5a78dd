import { SHEETS } from '../imports/fields.ts';
import type { Change, Counts } from '../imports/import.ts';
import { KINDS } from '../imports/kinds.ts';

/** What a file would change, or has changed, as the pages show it: counts first, then row by row. */

/** Rows on one page: a plan of a locality fits; the rest is one link further. */
const ROWS = 500;

const number = (value: number) => value.toLocaleString('en-GB');
export const counted = (count: number, one: string, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** "Due: 1 March 2027 → 1 April 2027"; of something new, only what it is. */
const fieldLine = (change: Change, { name, from, to }: Change['fields'][number]) =>
  change.what === 'add' && from === '' ? `${name}: ${to}` : `${name}: ${from || 'nothing'} → ${to || 'nothing'}`;

type RowView = { sheet: string; row: string; name: string; what: string; lines: string[] };

export type ReportView = {
  add: number;
  change: number;
  same: number;
  /** "12 new, 3 changed" */
  words: string;
  kinds: { name: string; add: string; change: string; same: string }[];
  rows: RowView[];
  /** Where in all rows these stand; only when they are not all. */
  part: { from: string; to: string; all: string; before: number | undefined; after: number | undefined } | undefined;
};

/** @param from the first row to show, from 0; what is there already is counted, not listed */
export const reportView = ({ counts, changes }: { counts: Counts; changes: readonly Change[] }, from = 0): ReportView => {
  const all = changes.filter(({ what }) => what !== 'same');
  const first = from > 0 && from < all.length ? Math.floor(from / ROWS) * ROWS : 0;
  const rows = all.slice(first, first + ROWS);
  const sum = (what: 'add' | 'change' | 'same') => KINDS.reduce((total, kind) => total + counts[kind][what], 0);
  const [add, change, same] = [sum('add'), sum('change'), sum('same')];
  return {
    add,
    change,
    same,
    words: [add > 0 && `${number(add)} new`, change > 0 && `${number(change)} changed`].filter(Boolean).join(', '),
    kinds: KINDS.filter((kind) => Object.values(counts[kind]).some((count) => count > 0)).map((kind) => ({
      name: SHEETS[kind].name,
      add: number(counts[kind].add),
      change: number(counts[kind].change),
      same: number(counts[kind].same),
    })),
    rows: rows.map((one) => ({
      sheet: one.sheet,
      row: number(one.row),
      name: one.name,
      what: one.what === 'add' ? 'New' : 'Changed',
      lines: one.fields.map((field) => fieldLine(one, field)),
    })),
    part:
      rows.length === all.length
        ? undefined
        : {
            from: number(first + 1),
            to: number(first + rows.length),
            all: number(all.length),
            before: first > 0 ? first - ROWS : undefined,
            after: first + ROWS < all.length ? first + ROWS : undefined,
          },
  };
};
