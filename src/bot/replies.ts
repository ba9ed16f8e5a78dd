import type { Card, Part, Press, SealedCard } from '../cards/card.ts';
import type { UserError } from '../errors.ts';
import { pupilIdentifier } from '../people/identifiers.ts';
import { noteProblem, showable } from '../people/notes.ts';
import type { Command, PlatformName } from './contract.ts';

/** What the bot says when there is nothing else to say: refusals, failures, cards that have had their day. Kind, short, and with what to do next. */

/** Longest piece of a person's own words that is given back in a sentence; whole texts are given back in a part of their own. */
const SHORT = 60;
export const quoted = (text: string) => {
  // Answers are kept for a redelivery: a child's number or date of birth is not repeated even there.
  const letters = pupilIdentifier(text) ? ['…'] : [...text.replaceAll(/\s+/gu, ' ').trim()];
  return `“${letters.length > SHORT ? `${letters.slice(0, SHORT - 1).join('')}…` : letters.join('')}”`;
};

const LONGEST_TITLE = 150;

/**
 * A refusal in the person's own terms: as much of it in the first line as fits there whole.
 * @param words of a form that they sent: given back, and taken along by offers that carry them
 */
export const refusal = ({ message, offers }: Pick<UserError, 'message' | 'offers'>, words = ''): Card => {
  const back = givenBack(words);
  const fits = back !== undefined && noteProblem(words) === undefined;
  const buttons = offers
    .filter(({ carries }) => !carries || fits)
    .map(({ label, press, carries }) => ({ label, press: carries ? { ...press, words } : press }));
  const offered: Part[] = [...(back ? [back] : []), ...(buttons.length > 0 ? [{ type: 'buttons', buttons } satisfies Part] : [])];
  if (message.length <= LONGEST_TITLE) return { title: message, parts: offered };
  const ends = [...message.matchAll(/(?<=[.?!]) /gu)].map(({ index }) => index).filter((index) => index <= LONGEST_TITLE);
  const end = ends.at(-1) ?? LONGEST_TITLE;
  return { title: message.slice(0, end), parts: [{ type: 'text', text: message.slice(end).trim() }, ...offered] };
};

/** A form's own words, so that nothing is lost when it cannot be saved; never a child's identifier, and nothing where there are none. */
export const givenBack = (words: string): Part | undefined =>
  words.trim() === '' || noteProblem(words)?.returned === false ? undefined : { type: 'text', text: `Your words: “${showable(words)}”.` };

export const staleCard = (): Card => ({
  title: 'Nothing was changed: this button is too old or was not made for you.',
  parts: [{ type: 'text', text: 'Ask again and you get fresh buttons: type commoncause to see where you are.' }],
});

/** Given again to a redelivery of something whose answer is not kept. */
export const shownOnce = (): SealedCard => ({
  title: 'This was done and shown already. Codes and links are shown only once.',
  parts: [{ type: 'text', text: 'If you did not see them, ask again for new ones.' }],
});

export const notUnderstood = (text: string, commands: readonly Command[]): Card => ({
  title: `I do not know ${quoted(text)}. Nothing was saved.`,
  parts: [
    { type: 'text', text: 'You can type:' },
    { type: 'list', items: commands.map((command) => ({ text: `${command.name} ${command.usage}`.trim(), detail: command.summary })) },
  ],
});

/** Where else words stand that we refused to keep. */
const ALSO_AT: Record<PlatformName, string> = {
  slack: 'If you sent it as a message, it is still in Slack: delete it there (hover over it → More actions → Delete message).',
  teams: 'Your message is still in Teams: delete it there (hover over it → More options → Delete).',
  web: 'Nothing of it is kept on this site; clear it from your own notes if it is there.',
};

/** The answer to words that hold a child's identifier: they are neither kept nor repeated. */
export const pupilCard = (platform: PlatformName, why: string): Card => ({
  title: `Not saved. ${why}`,
  parts: [{ type: 'text', text: `Not saved by us. ${ALSO_AT[platform]} Then send it again without that.` }],
  unrepeated: true,
});

/** The answer to a note that cannot be kept, or undefined for one that can. */
export const noteRefusal = (platform: PlatformName, note: string | undefined): Card | undefined => {
  const problem = note === undefined ? undefined : noteProblem(note);
  if (!problem) return undefined;
  if (!problem.returned) return pupilCard(platform, problem.why);
  return {
    title: `Not saved. ${problem.why}`,
    parts: [
      { type: 'text', text: 'Shorten it and send it again. Here it is, as you wrote it:' },
      { type: 'text', text: showable(note as string) },
    ],
  };
};

/** The answer to words that hold a character which cannot be kept. @param text the words, unless nothing may repeat them */
export const unkeepableCard = (text: string | undefined): Card => ({
  title: `Not saved. There is a character in it that cannot be kept${text === undefined ? '' : ' (shown as ␀)'}.`,
  parts:
    text === undefined
      ? [{ type: 'text', text: 'Send it again without that.' }]
      : [
          { type: 'text', text: 'Send it again without that. Here it is, as you wrote it:' },
          { type: 'text', text: showable(text) },
        ],
});

/** In a message no form can be opened: one press opens it. */
export const openFormCard = (press: Press): Card => ({
  title: press.words ? `One press opens the form for ${quoted(press.words.replace(/^#/u, ''))}.` : 'One press opens the form.',
  parts: [{ type: 'buttons', buttons: [{ label: 'Open the form', press, style: 'primary' }] }],
});

/**
 * The database failed at the very end: no button to try again, because it may be done already.
 * @param twice doing it once more does no harm
 */
export const perhapsSaved = ({ reference, said, twice }: { reference: string; said: string | undefined; twice: boolean }): Card => ({
  title: twice
    ? `It may or may not be saved: send it again in a minute, it counts only once (ref ${reference}).`
    : `It may or may not be saved: look before you log it again (ref ${reference}).`,
  parts: [
    ...(said ? [{ type: 'text' as const, text: `Your words: “${said}”.` }] : []),
    { type: 'text', text: 'The database stopped answering at the last step. If it was saved, it was saved whole.' },
  ],
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
