import { UserError } from '../../errors.ts';
import { columnLetters, parseAddress } from './address.ts';
import { dateFromSerial, type Shown } from './formats.ts';
import { count, LIMITS } from './limits.ts';
import type { Cell, Merge, Row } from './sheet.ts';
import type { WalkXml } from './xml.ts';
import { damaged } from './zip.ts';

/** What a workbook keeps outside its sheets, once for all of them. */
export type Shared = {
  strings: readonly string[];
  /** By the number of a cell's style. */
  styles: readonly Shown[];
  from1904: boolean;
  walkXml: WalkXml;
};

type Raw = { column: number; type: string; style: number; formula: boolean; value: string | undefined };

const ERROR = (code: string) => `This cell shows ${code}. Mend the formula, or write the value itself.`;
const NOT_WORKED_OUT =
  'This cell holds a formula that was never worked out. Open the file in a spreadsheet program and save it again, or write the value itself.';
const NO_DAY = 'This number is formatted as a date but is no day. Write the date, as in 1 March 2027.';

/** A control character is written `_x0007_` in a workbook; none of them but tab and new line means anything here. */
const withoutEscapes = (text: string) =>
  text.replaceAll(/_x([0-9A-Fa-f]{4})_/gu, (_all, code: string) => {
    const character = Number.parseInt(code, 16);
    if (character === 13) return '';
    return character >= 32 || character === 9 || character === 10 ? String.fromCharCode(character) : '';
  });

const number = (text: string, style: number, { styles, from1904 }: Shared): Omit<Cell, 'column'> => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw damaged();
  const shown = styles[style] ?? 'number';
  if (shown === 'percent') return { value, percent: true };
  if (shown === 'number') return { value };
  const day = dateFromSerial(value, from1904);
  return day ? { value: day.toString(), date: true } : { value: null, problem: NO_DAY };
};

/** A date in full, as some programs write it (`t="d"`): the time of day is left out. */
const isoDate = (text: string): Omit<Cell, 'column'> => {
  const [day] = /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(text) ?? [];
  return day ? { value: day, date: true } : { value: null, problem: NO_DAY };
};

const meaning = (raw: Raw, shared: Shared): Omit<Cell, 'column'> => {
  const { type, value, formula, style } = raw;
  // An empty value is none, whatever it is of; only a formula of words may give no words.
  const isEmpty = value === undefined || (value.trim() === '' && type !== 'str' && type !== 'inlineStr');
  if (isEmpty) return formula ? { value: null, problem: NOT_WORKED_OUT } : { value: null };
  switch (type) {
    case 's': {
      const text = shared.strings[Number(value)];
      if (text === undefined) throw damaged();
      return { value: withoutEscapes(text) };
    }
    case 'str':
    case 'inlineStr':
      return { value: withoutEscapes(value) };
    case 'b':
      return { value: value.trim() === '1' || value.trim() === 'true' };
    case 'e':
      return { value: null, problem: ERROR(value) };
    case 'd':
      return isoDate(value);
    default:
      return number(value, style, shared);
  }
};

const isBlank = ({ value, problem }: Omit<Cell, 'column'>) =>
  problem === undefined && (value === null || (typeof value === 'string' && value.trim() === ''));

/** The rows of one sheet that hold anything, each with the cells that hold anything, and which cells are merged. */
export const readWorksheet = async (xml: Uint8Array, name: string, shared: Shared): Promise<{ rows: Row[]; merges: Merge[] }> => {
  const rows: Row[] = [];
  const merges: Merge[] = [];
  let rowNumber = 0;
  let cells: Cell[] = [];
  let raw: Raw | undefined;
  let lastColumn = 0;
  /** Inside a value; text in a phonetic guide (`rPh`) is no part of it. */
  let isValue = false;
  let isPhonetic = false;

  const add = (cell: Raw) => {
    const found = meaning(cell, shared);
    if (isBlank(found)) return;
    const column = columnLetters(cell.column);
    if (cell.column > LIMITS.columns)
      throw new UserError(`Sheet “${name}” has something in column ${column}: at most ${count(LIMITS.columns)} columns are read.`);
    if (typeof found.value === 'string' && found.value.length > LIMITS.characters)
      throw new UserError(`Sheet “${name}”, row ${rowNumber}, column ${column} holds more than ${count(LIMITS.characters)} characters.`);
    cells.push({ column, ...found, ...(cell.formula ? { formula: true } : {}) });
  };

  const openCell = (attributes: Record<string, string>) => {
    const address = attributes.r === undefined ? { column: lastColumn + 1, row: rowNumber } : parseAddress(attributes.r);
    if (!address || address.row !== rowNumber || address.column <= lastColumn) throw damaged();
    lastColumn = address.column;
    raw = { column: address.column, type: attributes.t ?? 'n', style: Number(attributes.s ?? 0), formula: false, value: undefined };
  };

  const openRow = (attributes: Record<string, string>) => {
    const next = attributes.r === undefined ? rowNumber + 1 : Number(attributes.r);
    if (!Number.isInteger(next) || next <= rowNumber) throw damaged();
    rowNumber = next;
    lastColumn = 0;
    cells = [];
  };

  const closeRow = () => {
    if (cells.length === 0) return;
    if (rowNumber > LIMITS.rows)
      throw new UserError(`Sheet “${name}” has something in row ${count(rowNumber)}: at most ${count(LIMITS.rows)} rows are read.`);
    rows.push({ number: rowNumber, cells });
  };

  const addMerge = (reference = '') => {
    const [from, to] = reference.split(':').map(parseAddress);
    if (!from || !to) throw damaged();
    if (merges.length >= LIMITS.merges)
      throw new UserError(`Sheet “${name}” has more than ${count(LIMITS.merges)} merged cells. Unmerge them and try again.`);
    merges.push({ reference, top: from.row, bottom: to.row, left: columnLetters(from.column), right: columnLetters(to.column) });
  };

  await shared.walkXml(xml, {
    open: (tag, attributes) => {
      if (tag === 'row') openRow(attributes);
      else if (tag === 'c') openCell(attributes);
      else if (tag === 'mergeCell') addMerge(attributes.ref);
      else if (raw && tag === 'f') raw.formula = true;
      else if (raw && tag === 'rPh') isPhonetic = true;
      else if (raw && !isPhonetic && (tag === 'v' || tag === 't')) {
        isValue = true;
        raw.value ??= '';
      }
    },
    text: (text) => {
      if (isValue && raw && (raw.value?.length ?? 0) <= LIMITS.characters) raw.value += text;
    },
    close: (tag) => {
      if (tag === 'v' || tag === 't') isValue = false;
      else if (tag === 'rPh') isPhonetic = false;
      else if (tag === 'c' && raw) {
        add(raw);
        raw = undefined;
      } else if (tag === 'row') closeRow();
    },
  });
  return { rows, merges };
};
