import type { IRichTextBlock, ITextBlock, ITextRun } from '@microsoft/teams.cards';
import { closeDirections } from '../../cards/direction.ts';
import { LIMITS } from './limits.ts';

/**
 * Text as it was typed. Teams reads Markdown in a TextBlock, in a FactSet and in a message, but not in a TextRun:
 * so whatever people wrote goes into text runs, and nothing needs escaping.
 */

type Look = Omit<ITextRun, 'type' | 'text'>;

/** Cuts at a whole character, with an ellipsis. */
export const shorten = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/u.test(cut) ? cut.slice(0, -1) : cut}…`;
};

/** One run of text, which turns the writing round for itself alone; Teams refuses an empty one. */
export const run = (text: string, look: Look = {}, most: number = LIMITS.text): ITextRun => ({
  type: 'TextRun',
  text: closeDirections(shorten(text, most)) || '\u00A0',
  ...look,
});

export const line = (inlines: ITextRun[], rest: Partial<IRichTextBlock> = {}): IRichTextBlock => ({
  type: 'RichTextBlock',
  inlines,
  ...rest,
});

/** A paragraph for each line of a text: a text run does not break lines on every client. */
export const paragraphs = (text: string, look: Look = {}): IRichTextBlock[] =>
  shorten(text, LIMITS.text)
    .split(/\r\n|\r|\n/u)
    .filter((piece, index) => piece.trim() !== '' || index === 0)
    .map((piece, index) => line([run(piece, look)], index === 0 ? {} : { spacing: 'None' }));

/** What Markdown, dates in braces or an entity could make of a text. */
const MEANS_SOMETHING = /[\\`*_{}[\]<>#&~|]|:\/\/|[\r\n]|^\s*(?:[-+]|\d+[.)])\s/u;

/**
 * A heading that a screen reader announces as one. Only a TextBlock can be a heading and it reads Markdown,
 * so a title in which Markdown would find something to do looks the same and is no heading.
 */
export const heading = (text: string, size: 'Large' | 'Medium'): ITextBlock | IRichTextBlock =>
  MEANS_SOMETHING.test(text) || text.trim() === ''
    ? line([run(text.replace(/[\r\n]+/gu, ' '), { size, weight: 'Bolder' })])
    : { type: 'TextBlock', text: closeDirections(shorten(text, LIMITS.text)), style: 'heading', size, weight: 'Bolder', wrap: true };
