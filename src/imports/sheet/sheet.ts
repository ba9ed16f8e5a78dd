import { UserError } from '../../errors.ts';
import { readCsv } from './csv.ts';
import { LIMITS, megabytes } from './limits.ts';
import { readXlsx } from './xlsx.ts';

/** One cell that holds something. */
export type Cell = {
  /** "A", "AB" */
  column: string;
  /** Text as written, not trimmed; a date as "2027-03-01"; null only with a problem. */
  value: string | number | boolean | null;
  /** The value is a date. */
  date?: true;
  /** The value is shown as a percentage: 0.93 shows as 93%. */
  percent?: true;
  /** The value is what a formula gave when the file was last saved. */
  formula?: true;
  /** Why there is no value, in a sentence for whoever fills the sheet in. */
  problem?: string;
};

/** A row that holds something. */
export type Row = {
  /** As the spreadsheet shows it, from 1. */
  number: number;
  /** From left to right. */
  cells: Cell[];
};

/** Merged cells; their value is in the first, at `top` and `left`. Both ends are part of it. */
export type Merge = { /** "A4:A6" */ reference: string; top: number; bottom: number; left: string; right: string };

export type Sheet = { name: string; rows: Row[]; merges: Merge[] };

export type Workbook = {
  /** In the workbook's order. A .csv file is one sheet, named as the file. */
  sheets: Sheet[];
  /** What was left out, in sentences: hidden sheets. */
  notes: string[];
};

const startsWith = (bytes: Uint8Array, start: readonly number[]) => start.every((byte, at) => bytes[at] === byte);
const ZIP = [0x50, 0x4b];
const OLE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const OTHERS: [readonly number[], string][] = [
  [[0x89, 0x50, 0x4e, 0x47], 'a picture'],
  [[0xff, 0xd8, 0xff], 'a picture'],
  [[0x47, 0x49, 0x46, 0x38], 'a picture'],
  [[0x52, 0x49, 0x46, 0x46], 'a picture'],
  [[0x42, 0x4d], 'a picture'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x1f, 0x8b], 'a packed file'],
];

/** An old workbook and an encrypted one begin alike; the encrypted one has a part of this name. */
const refuseOle = (bytes: Uint8Array) => {
  const isEncrypted = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from('EncryptedPackage', 'utf16le'));
  return new UserError(
    isEncrypted
      ? 'This workbook is locked with a password. Save it as .xlsx without a password and try again.'
      : 'This is an old workbook (.xls). Save it as .xlsx without macros and try again.',
  );
};

/**
 * The sheets of an uploaded file. What it is, is told by its content: `name` serves to name the sheet of a .csv file.
 * @throws UserError with a sentence that says what to do: too large, another kind of file, macros, a password, damaged.
 */
export const readWorkbook = async (bytes: Uint8Array, name: string): Promise<Workbook> => {
  if (bytes.length === 0) throw new UserError('This file is empty. Send the .xlsx or .csv file of the plan.');
  if (bytes.length > LIMITS.bytes)
    throw new UserError(
      `This file is larger than ${megabytes(LIMITS.bytes)}, the most that is read. Delete pictures and sheets that are not the plan.`,
    );
  if (startsWith(bytes, OLE)) throw refuseOle(bytes);
  if (/\.xlsm$/iu.test(name)) throw new UserError('This is a workbook for macros (.xlsm). Save it as .xlsx without macros and try again.');
  if (startsWith(bytes, ZIP)) return readXlsx(bytes);
  const other = OTHERS.find(([start]) => startsWith(bytes, start))?.[1];
  if (other) throw new UserError(`This is ${other}, not a spreadsheet. Send the .xlsx or .csv file of the plan.`);
  return readCsv(bytes, name);
};
