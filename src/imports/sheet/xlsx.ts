import { posix } from 'node:path';
import { UserError } from '../../errors.ts';
import { type Shown, shownBy } from './formats.ts';
import { count, LIMITS } from './limits.ts';
import type { Sheet, Workbook } from './sheet.ts';
import { readWorksheet, type Shared } from './worksheet.ts';
import { type WalkXml, xmlWalker } from './xml.ts';
import { damaged, namesInZip, unpack } from './zip.ts';

type Parts = ReadonlyMap<string, Uint8Array>;
type Relation = { type: string; target: string };

/** What one part of a workbook points to, by id: `xl/workbook.xml` to its sheets, for one. */
const relationsOf = async (part: string, parts: Parts, walkXml: WalkXml): Promise<Map<string, Relation>> => {
  const folder = posix.dirname(part);
  const xml = parts.get(posix.join(folder, '_rels', `${posix.basename(part)}.rels`));
  const relations = new Map<string, Relation>();
  if (!xml) return relations;
  await walkXml(xml, {
    open: (tag, { Id = '', Type = '', Target = '' }) => {
      if (tag !== 'Relationship') return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      relations.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target });
    },
  });
  return relations;
};

/** The texts that cells share. Runs of one text in different fonts are put together; phonetic guides are left out. */
const readStrings = async (xml: Uint8Array, walkXml: WalkXml): Promise<string[]> => {
  const strings: string[] = [];
  let text = '';
  let isText = false;
  let isPhonetic = false;
  await walkXml(xml, {
    open: (tag) => {
      if (tag === 'si') text = '';
      else if (tag === 'rPh') isPhonetic = true;
      else if (tag === 't') isText = !isPhonetic;
    },
    // One character past the limit is kept, so that the cell that holds it is refused by its name.
    text: (piece) => {
      if (isText && text.length <= LIMITS.characters) text += piece;
    },
    close: (tag) => {
      if (tag === 't') isText = false;
      else if (tag === 'rPh') isPhonetic = false;
      else if (tag === 'si') strings.push(text);
    },
  });
  return strings;
};

/** What each style of a cell shows a number as. */
const readStyles = async (xml: Uint8Array, walkXml: WalkXml): Promise<Shown[]> => {
  const own = new Map<number, string>();
  const formats: number[] = [];
  let isCellStyles = false;
  await walkXml(xml, {
    open: (tag, attributes) => {
      if (tag === 'numFmt') own.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      else if (tag === 'cellXfs') isCellStyles = true;
      else if (tag === 'xf' && isCellStyles) formats.push(Number(attributes.numFmtId ?? 0));
    },
    close: (tag) => {
      if (tag === 'cellXfs') isCellStyles = false;
    },
  });
  return formats.map((format) => shownBy(format, own));
};

type Listed = { name: string; relation: string; isHidden: boolean };

const readContents = async (xml: Uint8Array, walkXml: WalkXml): Promise<{ listed: Listed[]; from1904: boolean }> => {
  const listed: Listed[] = [];
  let from1904 = false;
  await walkXml(xml, {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      if (tag !== 'sheet') return;
      // The prefix of `r:id` is the writer's choice.
      const [, relation = ''] = Object.entries(attributes).find(([key]) => key.endsWith(':id')) ?? [];
      listed.push({ name: attributes.name ?? '', relation, isHidden: (attributes.state ?? 'visible') !== 'visible' });
    },
  });
  return { listed, from1904 };
};

const refuseOtherKinds = (names: readonly string[]) => {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/vbaProject\.bin$/iu)) throw new UserError('This workbook has macros. Save it as .xlsx without macros and try again.');
  if (has(/^xl\/macrosheets\//iu)) throw new UserError('This workbook has macro sheets. Save it as .xlsx without macros and try again.');
  if (has(/^xl\/workbook\.bin$/iu)) throw new UserError('This is a binary workbook (.xlsb). Save it as .xlsx and try again.');
  if (has(/^content\.xml$/u)) throw new UserError('This is an OpenDocument file, such as .ods. Save it as .xlsx and try again.');
  if (has(/^(word|ppt)\//u))
    throw new UserError('This is a document, not a spreadsheet. Put the plan into a spreadsheet, save it as .xlsx and try again.');
  if (!has(/^\[Content_Types\]\.xml$/u) || !has(/^xl\//u))
    throw new UserError('This is a zip file, not a spreadsheet. Unpack it and send the .xlsx or .csv file in it.');
};

/** The parts that hold what people wrote; pictures, charts, comments and printer settings stay packed. */
const IS_READ = /^_rels\/|^xl\/(?!media\/|drawings\/|charts\/|theme\/|printerSettings\/|embeddings\/).*\.(xml|rels)$/u;

/** @throws UserError that says what to do, for a file that is too much, damaged or of another kind. */
export const readXlsx = async (bytes: Uint8Array): Promise<Workbook> => {
  refuseOtherKinds(namesInZip(bytes));
  const parts = await unpack(bytes, (name) => IS_READ.test(name));
  const part = (relations: Map<string, Relation>, type: string) => {
    const found = [...relations.values()].find((relation) => relation.type === type)?.target;
    return found === undefined ? undefined : { path: found, xml: parts.get(found) };
  };

  const walkXml = xmlWalker();
  const workbook = part(await relationsOf('', parts, walkXml), 'officeDocument');
  if (!workbook?.xml) throw damaged();
  const relations = await relationsOf(workbook.path, parts, walkXml);
  const { listed, from1904 } = await readContents(workbook.xml, walkXml);
  if (listed.length > LIMITS.sheets)
    throw new UserError(
      `This workbook has ${count(listed.length)} sheets: at most ${LIMITS.sheets} are read. Delete those that are not the plan.`,
    );
  const strings = part(relations, 'sharedStrings')?.xml;
  const styles = part(relations, 'styles')?.xml;
  const shared: Shared = {
    strings: strings ? await readStrings(strings, walkXml) : [],
    styles: styles ? await readStyles(styles, walkXml) : [],
    from1904,
    walkXml,
  };

  const sheets: Sheet[] = [];
  for (const { name, relation, isHidden } of listed) {
    const { type, target } = relations.get(relation) ?? {};
    if (isHidden || type !== 'worksheet') continue;
    const xml = target === undefined ? undefined : parts.get(target);
    if (!xml) throw damaged();
    sheets.push({ name, ...(await readWorksheet(xml, name, shared)) });
  }
  const hidden = listed.filter(({ isHidden }) => isHidden).map(({ name }) => `Sheet “${name}” is hidden, so it was not read.`);
  return { sheets, notes: hidden };
};
