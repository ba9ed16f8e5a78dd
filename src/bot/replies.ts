import type { Card, Press, SealedCard } from '../cards/card.ts';
import type { Command } from './contract.ts';

/** What the bot says when there is nothing else to say: refusals, failures, cards that have had their day. Kind, short, and with what to do next. */

/** Longest piece of a person's own words that is given back in a sentence; whole texts are given back in a part of their own. */
const SHORT = 60;
export const quoted = (text: string) => {
  const letters = [...text.replaceAll(/\s+/gu, ' ').trim()];
  return `“${letters.length > SHORT ? `${letters.slice(0, SHORT - 1).join('')}…` : letters.join('')}”`;
};

const LONGEST_TITLE = 150;

/** A refusal in the person's own terms: as much of it in the first line as fits there whole. */
export const refusal = (message: string): Card => {
  if (message.length <= LONGEST_TITLE) return { title: message, parts: [] };
  const ends = [...message.matchAll(/(?<=[.?!]) /gu)].map(({ index }) => index).filter((index) => index <= LONGEST_TITLE);
  const end = ends.at(-1) ?? LONGEST_TITLE;
  return { title: message.slice(0, end), parts: [{ type: 'text', text: message.slice(end).trim() }] };
};

export const staleCard = (): Card => ({
  title: 'Nothing was changed: this button is too old or was not made for you.',
  parts: [{ type: 'text', text: 'Ask again and you get fresh buttons: type commoncause to see where you are.' }],
});

/** Given again to a redelivery of something whose answer is not kept. */
export const shownOnce = (): SealedCard => ({
  title: 'This was done and shown already. Codes are shown only once.',
  parts: [{ type: 'text', text: 'If you did not see them, ask again: new codes replace the old ones.' }],
});

export const notUnderstood = (text: string, commands: readonly Command[]): Card => ({
  title: `I do not know ${quoted(text)}. Nothing was saved.`,
  parts: [
    { type: 'text', text: 'You can type:' },
    { type: 'list', items: commands.map((command) => ({ text: `${command.name} ${command.usage}`.trim(), detail: command.summary })) },
  ],
});

/** In a message no form can be opened: one press opens it. */
export const openFormCard = (press: Press): Card => ({
  title: 'One press opens the form.',
  parts: [{ type: 'buttons', buttons: [{ label: 'Open the form', press, style: 'primary' }] }],
});

/** A failure of ours or of the database: what was not saved, the words given back, and one press to try again. */
export const notSaved = (detail: { database: boolean; reference: string; said: string | undefined; again: Press | undefined }): Card => ({
  title: detail.database
    ? `Not saved: the database could not be reached just now (ref ${detail.reference}).`
    : `Not saved: something went wrong on our side (ref ${detail.reference}).`,
  parts: [
    ...(detail.said ? [{ type: 'text' as const, text: `Your words: “${detail.said}”.` }] : []),
    {
      type: 'text',
      text: `Nothing else was lost.${detail.database ? '' : ` If it happens again, give your coordinator the reference ${detail.reference}.`}`,
    },
    ...(detail.again ? [{ type: 'buttons' as const, buttons: [{ label: 'Try again', press: detail.again }] }] : []),
  ],
});
