import { pupilIdentifier } from './identifiers.ts';

/** Notes, reasons and comments: stored whole, or refused whole and given back. */

const MOST_CHARACTERS = 1_000;
export const MOST_BYTES = 1_200;

export type NoteProblem =
  /** `returned`: the words are given back, because they are fine but for this. */
  | { why: string; returned: true }
  /** A child can be told from it: not saved and not repeated. */
  | { why: string; returned: false };

/** Control characters but for tabs and line ends: the database refuses NUL, and sealed into a button the others grow sixfold. */
const CONTROLS = /[\p{Cc}--[\t\n\r]]/v;

/** Whether text holds something that the database cannot keep as it was typed: a control character, or half of a surrogate pair. */
export const unkeepable = (text: string): boolean => CONTROLS.test(text) || !text.isWellFormed();

/** The same text with what cannot be kept made visible, so that it can be given back and its card be kept. */
export const showable = (text: string): string => text.replaceAll(/[\p{Cc}--[\t\n\r]]/gv, '␀').toWellFormed();

/** What is wrong with a note, or undefined. */
export const noteProblem = (note: string): NoteProblem | undefined => {
  const characters = [...note].length;
  if (unkeepable(note)) return { why: 'The note has a character that cannot be kept (a control character, shown as ␀).', returned: true };
  if (characters > MOST_CHARACTERS)
    return {
      why: `The note has ${characters.toLocaleString('en-GB')} characters; ${MOST_CHARACTERS.toLocaleString('en-GB')} fit.`,
      returned: true,
    };
  if (Buffer.byteLength(note) > MOST_BYTES)
    return {
      why: `The note is too long: ${Buffer.byteLength(note).toLocaleString('en-GB')} bytes, ${MOST_BYTES.toLocaleString('en-GB')} fit.`,
      returned: true,
    };
  const identifier = pupilIdentifier(note);
  if (identifier)
    return {
      why: `The note looks as if it has a pupil's ${identifier === 'date of birth beside a name' ? 'name and date of birth' : `number (${identifier})`} in it.`,
      returned: false,
    };
  return undefined;
};

/** What is wrong with a text that is not called a note, or undefined. @param as what it is called, as in "This has 1,204 characters" */
export const textProblem = (text: string, as = 'This'): string | undefined => noteProblem(text)?.why.replace(/^The note/u, as);
