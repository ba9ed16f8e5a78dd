import { BANK } from '../../pulses/bank.ts';
import { csvLine } from '../csv.ts';
import { SYMBOLS, type Table } from '../tables/table.ts';
import type { Previous, TableSummary } from './manifest.ts';

/** What goes with the tables: what each column means, what each word in it does, what is new, and how to begin. All of it from the tables themselves. */

const csv = (header: string[], rows: (string | number | boolean | null)[][]): string => [header, ...rows].map(csvLine).join('');

/** One line for each column of each table. */
export const dictionary = (tables: readonly Table[]): string =>
  csv(
    ['table', 'column', 'position', 'type', 'unit', 'meaning', 'may_identify'],
    tables.flatMap(({ name, columns, freeText }) =>
      columns.map((column, index) => [name, column.name, index + 1, column.type, column.unit ?? null, column.meaning, freeText ?? false]),
    ),
  );

/** One line for each word that a column may hold, and for each question of the question bank. */
export const codebook = (tables: readonly Table[]): string =>
  csv(
    ['table', 'column', 'value', 'version', 'meaning'],
    [
      ...tables.flatMap(({ name, columns }) =>
        columns.flatMap((column) =>
          Object.entries(column.values ?? {}).map(([value, meaning]) => [name, column.name, value, null, meaning]),
        ),
      ),
      ...BANK.map(({ item, version, text }) => ['pulse_items', 'item', item, version, text]),
    ],
  );

/** A table with what was written of it. `since`: rows recorded after the previous export; null where rows say no moment. */
export type Written = TableSummary & { since: number | null };

/** One line for each table that there is or was. */
export const changelog = (written: readonly Written[], previous: Previous | undefined): string => {
  const before = new Map(previous?.tables.map((table) => [table.name, table]));
  const gone = [...before.values()].filter(({ name }) => !written.some((table) => table.name === name));
  const missing = (these: readonly string[], those: readonly string[]) => these.filter((name) => !those.includes(name)).join(' ');
  return csv(
    [
      'table',
      'previous_export_recorded_to',
      'change',
      'rows_before',
      'rows_now',
      'rows_recorded_since',
      'columns_added',
      'columns_removed',
    ],
    [
      ...written.map(({ name, rows, columns, sha256, since }) => {
        const then = before.get(name);
        const change = !previous ? 'first export' : !then ? 'added' : then.sha256 === sha256 ? 'same' : 'changed';
        return [
          name,
          previous?.recordedTo ?? null,
          change,
          then?.rows ?? null,
          rows,
          previous ? since : null,
          then ? missing(columns, then.columns) : null,
          then ? missing(then.columns, columns) : null,
        ];
      }),
      ...gone.map(({ name, rows }) => [name, previous?.recordedTo ?? null, 'left out', rows, null, null, null, null]),
    ],
  );
};

export const checksums = (files: readonly { name: string; sha256: string }[]): string =>
  files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');

export type About = {
  /** "Wakefield", or the programme's name. */
  scope: string;
  recordedTo: string;
  freeText: boolean;
  /** `too_large`: it was asked for, and there are too many rows. */
  workbook: boolean | 'too_large';
  demonstration: boolean;
};

const counted = (rows: number) => `${rows.toLocaleString('en-GB')} ${rows === 1 ? 'row' : 'rows'}`;

export const readme = (tables: readonly Table[], written: readonly Written[], about: About): string => {
  const rows = new Map(written.map((table) => [table.name, table.rows]));
  return `${about.scope}: tables for analysis
${about.demonstration ? '\nDEMONSTRATION DATA: figures, people and answers in it are made up.\n' : ''}
What was recorded by ${about.recordedTo} (UTC) is in it. Tables without a history (places, organisations, role groups, projects, taking part,
groups) are as they stood when the file was made, a moment later.

TABLES
${tables.map(({ name, title, meaning }) => `${name}.csv: ${title}, ${counted(rows.get(name) ?? 0)}\n  ${meaning}`).join('\n')}

WITH THEM
dictionary.csv: what each column means, its type and its unit
codebook.csv: what each word in a column means, and the questions of the question bank
changelog.csv: what is new since the export that the same person made before of the same places
SHA256SUMS: checksums; "sha256sum -c SHA256SUMS" says whether every file is as it was written
${about.workbook === true ? 'tables.xlsx: the same tables as a workbook, one sheet each\n' : ''}${about.workbook === 'too_large' ? 'tables.xlsx was left out: together the tables are longer than 50,000 rows.\n' : ''}
HOW TO READ THEM
CSV as in RFC 4180: UTF-8 without a byte order mark, commas, a first line of names, quotation marks where needed, lines that end in CR LF.
Days are YYYY-MM-DD, moments ISO 8601 in UTC, numbers have a point, true and false are written so. An empty cell: nothing, or see its symbol.
  R: readr::read_csv("kpi_readings.csv"), or read.csv("kpi_readings.csv", na.strings = "")
  Python: pandas.read_csv("kpi_readings.csv"), or csv.DictReader(open("kpi_readings.csv", newline="", encoding="utf-8"))
  Excel: Data, From Text/CSV, file origin 65001: Unicode (UTF-8)
A text that a spreadsheet would take for a formula (it begins with = + - @, their full-width forms, a tab or a line end) has an apostrophe
before it. Take it away if you compare texts. Numbers are never changed.

HISTORY
Nothing is overwritten: a change is a new version. "latest" is true in the rows that count. A reading has two dates: the period that it is
about (period_start, period_end) and when it was recorded (recorded_at), so that any day can be looked at as it was then.

SYMBOLS
${Object.entries(SYMBOLS)
  .map(([symbol, meaning]) => `${symbol} ${meaning}`)
  .join('\n')}
They stand in a column of their own beside the value. A bare 0 is a true zero.

WHO IS WHO
Organisations, and groups of them, are codes, the same in every export; which is which is in a file of its own that only an administrator
makes. People are role groups: a role, the phase of their school, a place. Do not try to find out who somebody is.
${
  about.freeText
    ? 'free_text.csv MAY IDENTIFY PEOPLE: it holds what they wrote, word for word. Keep it apart, share it with nobody who need not see it.'
    : 'What people wrote, word for word, was left out: it may identify somebody. It is a table of its own that can be asked for.'
}

WHAT NOT TO DO
Localities choose their own KPIs and stand in a fixed order: do not rank them, and do not take means over them. Published context
(context_series) is nobody's KPI. The criteria, self-assessed or by the evaluators, are a lens apart from the KPIs, and the two lenses are
not to be put together. Pulses are anonymous; what is confidential there has been destroyed.
`;
};
