import { pupilIdentifier } from './identifiers.ts';

/** Links to what shows something: minutes, a page, a document. */

const LONGEST_LINK = 500;

/** What is wrong with a link, or undefined. */
export const linkProblem = (link: string): string | undefined => {
  if (link.length > LONGEST_LINK) return `A link has at most ${LONGEST_LINK} characters.`;
  if (pupilIdentifier(link)) return "This link looks as if it has a pupil's number or date of birth in it: it is not saved.";
  const url = URL.canParse(link) ? new URL(link) : undefined;
  return url && /^https?:$/u.test(url.protocol) && url.hostname.includes('.')
    ? undefined
    : 'Write a whole link, as in https://example.org/minutes.';
};
