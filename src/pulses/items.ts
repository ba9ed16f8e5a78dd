import { distance } from 'fastest-levenshtein';
import type { Writer } from '../app.ts';
import { sql, type Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { textProblem } from '../people/notes.ts';
import type { Scale } from '../statistics/disclosure.ts';
import type { Item } from './pulse.ts';

/** Questions as they are kept: a version is never changed, another wording is another version. */

/** The most characters of a question, and of an option of a choice. */
export const MOST_TEXT = 200;
const MOST_OPTION = 60;
const [FEWEST_OPTIONS, MOST_OPTIONS] = [2, 6] as const;

const COLUMNS = sql`i.item, i.version, i.text, i.scale, i.options, i.criterion_id as "criterionId"`;

/** Every question at its newest version: the product's by criterion, then those that were made here, by when they were. */
export const itemsNow = (tx: Tx): Promise<Item[]> => tx.$queryRaw<Item[]>`
  select ${COLUMNS} from (select distinct on (item) * from pulse_item order by item, version desc) i
    left join criterion c on c.id = i.criterion_id
    join pulse_item first on first.item = i.item and first.version = 1
  order by first.recorded_by_id is not null, c.position nulls last, first.recorded_at, i.item`;

/** Ids of the questions that somebody made. */
export const itemsMadeBy = async (tx: Tx, personId: string): Promise<string[]> =>
  (await tx.$queryRaw<Pick<Item, 'item'>[]>`select item from pulse_item where version = 1 and recorded_by_id = ${personId}::uuid`).map(
    ({ item }) => item,
  );

/** Some versions of questions, in the order in which they are asked. @throws Error where there is none such */
export const itemsAsked = async (tx: Tx, refs: readonly Pick<Item, 'item' | 'version'>[]): Promise<Item[]> => {
  const rows = await tx.$queryRaw<Item[]>`
    select ${COLUMNS} from json_to_recordset(${JSON.stringify(refs.map(({ item, version }, place) => ({ item, version, place })))}::json)
      as asked (item text, version int, place int) join pulse_item i on i.item = asked.item and i.version = asked.version
    order by asked.place`;
  if (rows.length !== refs.length) throw new Error('a question is asked for that there is none of');
  return rows;
};

const plain = (text: string) => text.trim().replaceAll(/\s+/gu, ' ');
const isSame = (one: string, other: string) => plain(one).toLowerCase() === plain(other).toLowerCase();

/** A question's wording as it is kept. @throws UserError */
const worded = (text: string, as: string, most: number): string => {
  const words = plain(text);
  if (words === '') throw new UserError(`${as} needs some words.`);
  const characters = [...words].length;
  if (characters > most) throw new UserError(`${as} has ${characters} characters; ${most} fit.`);
  const problem = textProblem(words, as);
  if (problem) throw new UserError(`Not saved: ${problem.charAt(0).toLowerCase()}${problem.slice(1)}`);
  return words;
};

const optionsOf = (scale: Scale, options: readonly string[]): string[] => {
  if (scale !== 'choice') return [];
  const words = options.filter((option) => option.trim() !== '').map((option) => worded(option, 'An option', MOST_OPTION));
  if (words.length < FEWEST_OPTIONS || words.length > MOST_OPTIONS)
    throw new UserError(`A choice has ${FEWEST_OPTIONS} to ${MOST_OPTIONS} options; this has ${words.length}.`);
  if (words.some((option, at) => words.slice(0, at).some((before) => isSame(before, option))))
    throw new UserError('Two of the options are the same.');
  return words;
};

/** One keeps a question at a time: two who reword it at once make two versions, one after the other. */
const oneAtATime = (tx: Tx) => tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended('questions of pulses', 0))::text`;

/** Of the letters and digits of two wordings, the share by which they may differ and still ask the same. */
const NEARLY = 0.15;
const asked = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
const asksTheSame = (one: string, other: string): boolean => {
  const [short, long] = [asked(one), asked(other)].sort((a, b) => a.length - b.length) as [string, string];
  return short === long || distance(short, long) < NEARLY * long.length;
};

/**
 * Refuses what another question asks, or asked in a wording of before: under another name the ledger of releases would not know that the same
 * was asked, and no result could be compared.
 */
const refuseTwice = async (tx: Tx, text: string, except?: string) => {
  const wordings = await tx.$queryRaw<Pick<Item, 'item' | 'text'>[]>`select item, text from pulse_item order by item, version`;
  const same = wordings.find((one) => one.item !== except && asksTheSame(one.text, text));
  if (!same) return;
  const { text: now } = (await itemsNow(tx)).find(({ item }) => item === same.item) ?? same;
  throw new UserError(`There is nearly this question already. Ask that one, so that results can be compared: “${now}”`);
};

const insert = async ({ tx, now, personId }: Omit<Writer, 'newId'>, { item, version, text, scale, options, criterionId }: Item) => {
  await tx.$executeRaw`
    insert into pulse_item (item, version, text, scale, options, criterion_id, recorded_at, recorded_by_id)
    values (${item}, ${version}, ${text}, ${scale}, ${options}::text[], ${criterionId}::uuid, ${now.toString()}::timestamptz, ${personId}::uuid)`;
};

/**
 * The next version of a question, as it would be kept.
 * @throws UserError where it is the same, too long, or a pupil could be told from it
 */
export const rewording = async (tx: Tx, item: string, text: string): Promise<Item> => {
  const words = worded(text, 'A question', MOST_TEXT);
  await oneAtATime(tx);
  const items = await itemsNow(tx);
  const before = items.find((one) => one.item === item);
  if (!before) throw new UserError('This question is no longer there.');
  if (before.text === words) throw new UserError('This is how the question is worded already.');
  await refuseTwice(tx, words, item);
  return { ...before, version: before.version + 1, text: words };
};

/**
 * Another wording of a question: its next version, asked by the waves that are planned from now on. What was asked before stays as it was.
 * @throws UserError where it is the same, too long, or a pupil could be told from it
 */
export const reword = async (writer: Omit<Writer, 'newId'>, item: string, text: string): Promise<Item> => {
  const after = await rewording(writer.tx, item, text);
  await insert(writer, after);
  return after;
};

/** A question that somebody made. */
export type NewItem = { text: string; scale: Scale /** Of a choice. */; options?: readonly string[]; criterionId?: string | null };

/**
 * A new question, as it would be kept.
 * @throws UserError where there is such a question, it is too long, has too few or too many options, or a pupil could be told from it
 */
export const wording = async (tx: Tx, { text, scale, options = [], criterionId = null }: NewItem): Promise<Required<NewItem>> => {
  const words = worded(text, 'A question', MOST_TEXT);
  const choices = optionsOf(scale, options);
  await oneAtATime(tx);
  await refuseTwice(tx, words);
  return { text: words, scale, options: choices, criterionId };
};

/** @throws UserError where it cannot be kept so */
export const addItem = async (writer: Writer, item: NewItem): Promise<Item> => {
  const { options, ...said } = await wording(writer.tx, item);
  const made: Item = { ...said, options: [...options], item: `own-${writer.newId()}`, version: 1 };
  await insert(writer, made);
  return made;
};
