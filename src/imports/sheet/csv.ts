import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../../errors.ts';
import { columnLetters, whereIs } from './address.ts';
import { count, LIMITS } from './limits.ts';
import type { Row, Workbook } from './sheet.ts';

const NO_SPREADSHEET = 'This is no spreadsheet that can be read here. Save it as .xlsx or .csv and try again.';

/** UTF-8; else what Excel writes on Windows in Western Europe. "Unicode text" of Excel is UTF-16 and begins with its mark. */
const decode = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes.includes(0)) throw new UserError(NO_SPREADSHEET);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
};

const DELIMITERS = [',', ';', '\t'];
/** How much of a file tells what divides its columns. */
const BEGINNING = 20_000;

/** What divides the columns: the one that stands most often outside quotes. */
const delimiterOf = (text: string): string => {
  const outsideQuotes = text.slice(0, BEGINNING).replaceAll(/"[^"]*"/gu, '');
  const times = (delimiter: string) => outsideQuotes.split(delimiter).length;
  return DELIMITERS.reduce((best, next) => (times(next) > times(best) ? next : best));
};

/** Columns that only hold their divider: some programs write them out to the edge of what was ever coloured. */
const MOST_BLANK_COLUMNS = 1_000;

/** The first line of a file that Excel wrote for itself: `sep=;` */
const SEPARATOR_LINE = /^"?sep=([,;\t])"?\r?\n/iu;

/** Looks at one field as soon as it is read, so that a file that is too much is not read to its end. */
const checkField = (value: string, { index, records }: { index: number; records: number }): string => {
  const where = whereIs(records + 1, columnLetters(index + 1));
  if (index >= LIMITS.columns && (value.trim() !== '' || index >= MOST_BLANK_COLUMNS))
    throw new UserError(`This file goes on to ${where}: at most ${count(LIMITS.columns)} columns are read.`);
  if (value.length > LIMITS.characters)
    throw new UserError(`This file holds more than ${count(LIMITS.characters)} characters in ${where}.`);
  return value;
};

const parseRows = (text: string, delimiter: string): Row[] => {
  const rows: Row[] = [];
  let number = 0;
  const keep = (record: string[]) => {
    number += 1;
    if (number > LIMITS.rows) throw new UserError(`This file has more than ${count(LIMITS.rows)} rows, the most that is read.`);
    const cells = record.map((value, at) => ({ column: columnLetters(at + 1), value })).filter(({ value }) => value.trim() !== '');
    if (cells.length > 0) rows.push({ number, cells });
    return null;
  };
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      max_record_size: LIMITS.columns * LIMITS.characters,
      cast: checkField,
      on_record: keep,
    });
    return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_MAX_RECORD_SIZE')
      throw new UserError(
        'One row of this file is too long, or a quotation mark in it was never closed. Save the file as .xlsx and try again.',
      );
    throw new UserError(
      `Near line ${error.lines} of this file a quotation mark stands where none can be. Save the file as .xlsx, or put the whole cell in quotation marks and double those inside it.`,
    );
  }
};

/** A file of values divided by commas, semicolons or tabs. Everything in it is text: whoever reads the cells makes numbers and dates of it. */
export const readCsv = (bytes: Uint8Array, name: string): Workbook => {
  const whole = decode(bytes);
  // Excel shows the file without its `sep=` line, so rows are counted without it.
  const separator = SEPARATOR_LINE.exec(whole);
  const text = separator ? whole.slice(separator[0].length) : whole;
  return {
    sheets: [{ name: name.replace(/\.[^.]*$/u, ''), rows: parseRows(text, separator?.[1] ?? delimiterOf(text)), merges: [] }],
    notes: [],
  };
};
