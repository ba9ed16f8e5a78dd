import { createCipheriv, createDecipheriv, randomBytes, randomInt } from 'node:crypto';
import { MOST_BYTES } from '../people/notes.ts';
import type { Answers, Item } from './pulse.ts';

/**
 * A box: the counters of each question and the comments of those whose answers go into it, as bytes of one fixed length, so that sealed they
 * tell nothing but how many were invited. First the counters (two bytes each, in the order of the questions and of their options), then a
 * slot for each who may comment: two bytes of length, 0 for an empty one, and room for the longest comment.
 */

export type Box = Uint8Array;
export type BoxQuestion = Pick<Item, 'item' | 'scale' | 'options'>;

const COUNTER = 2;
const LENGTH = 2;
const SLOT = LENGTH + MOST_BYTES;

/** How many counters a question has: one for each option of its scale. */
export const countersOf = ({ scale, options }: Pick<Item, 'scale' | 'options'>): number =>
  ({ agree: 6, ten: 11, yes_no: 2, choice: options.length })[scale];

const countersIn = (questions: readonly BoxQuestion[]) => questions.reduce((sum, question) => sum + countersOf(question), 0);

/** @param commenters for how many comments there is to be room: everybody whose answers go into it, or 0 where no comment is asked for */
export const emptyBox = (questions: readonly BoxQuestion[], commenters: number): Box =>
  new Uint8Array(COUNTER * countersIn(questions) + SLOT * commenters);

const viewOf = (box: Box) => new DataView(box.buffer, box.byteOffset, box.byteLength);

/** A comment as its slot's bytes. */
const slotOf = (comment: string): Uint8Array => {
  const slot = new Uint8Array(SLOT);
  const bytes = new TextEncoder().encode(comment);
  slot.set(bytes, LENGTH); // a longer one is refused before, and throws here
  new DataView(slot.buffer).setUint16(0, bytes.length);
  return slot;
};

/** The slots of a box, empty ones too: views of its own bytes. */
const slotsOf = (box: Box, questions: readonly BoxQuestion[]): Uint8Array[] => {
  const from = COUNTER * countersIn(questions);
  const many = (box.length - from) / SLOT;
  if (!Number.isInteger(many) || many < 0) throw new Error('a box has another length than its questions ask for');
  return Array.from({ length: many }, (_, index) => box.subarray(from + index * SLOT, from + (index + 1) * SLOT));
};
const lengthIn = (slot: Uint8Array) => viewOf(slot).getUint16(0);

/** What a box holds: by question the counters, and the comments in no order that tells anything. */
export const contentsOf = (box: Box, questions: readonly BoxQuestion[]): { counts: number[][]; comments: string[] } => {
  const view = viewOf(box);
  let at = 0;
  const counts = questions.map((question) =>
    Array.from({ length: countersOf(question) }, () => {
      const count = view.getUint16(at);
      at += COUNTER;
      return count;
    }),
  );
  const comments = slotsOf(box, questions)
    .filter((slot) => lengthIn(slot) > 0)
    .map((slot) => new TextDecoder().decode(slot.subarray(LENGTH, LENGTH + lengthIn(slot))));
  return { counts, comments };
};

/** The box with somebody's answers in it: their comment goes to a random place among those that are there. */
export const addAnswers = (box: Box, questions: readonly BoxQuestion[], { chosen, comment }: Answers): Box => {
  const fuller = new Uint8Array(box);
  const view = viewOf(fuller);
  let at = 0;
  for (const question of questions) {
    const option = chosen.get(question.item);
    if (option !== undefined) view.setUint16(at + COUNTER * option, view.getUint16(at + COUNTER * option) + 1);
    at += COUNTER * countersOf(question);
  }
  if (comment === null) return fuller;
  const slots = slotsOf(fuller, questions);
  const free = slots.findIndex((slot) => lengthIn(slot) === 0);
  const place = randomInt(free + 1); // throws where there is no free one: more comments than people
  slots[free]?.set(slots[place] as Uint8Array);
  slots[place]?.set(slotOf(comment));
  return fuller;
};

/** A box that does not open: another key, another box's bytes, or bytes that somebody changed. */
export class BoxUnreadable extends Error {
  override name = 'BoxUnreadable';
}

const NONCE = 12;
const TAG = 16;

/** The wave's key says which wave it is of; that a box cannot be put in the place of another of the same wave, its id does. */
const boundTo = (boxId: string) => Buffer.from(`common-cause pulse box v1 ${boxId}`);

/** The box sealed for the database: nonce, what is in it, tag. Never twice the same bytes. @param key 32 bytes, the wave's own */
export const sealBox = (key: Uint8Array, boxId: string, box: Box): Buffer<ArrayBuffer> => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(boxId));
  return Buffer.concat([nonce, cipher.update(box), cipher.final(), cipher.getAuthTag()]);
};

/** @throws BoxUnreadable */
export const openBox = (key: Uint8Array, boxId: string, sealed: Uint8Array): Box => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG }).setAAD(boundTo(boxId));
    decipher.setAuthTag(sealed.subarray(-TAG));
    const box = decipher.update(sealed.subarray(NONCE, -TAG));
    decipher.final(); // adds no bytes: throws where these are not what was sealed
    return box;
  } catch (error) {
    throw new BoxUnreadable('a box of a pulse does not open with its key', { cause: error });
  }
};
