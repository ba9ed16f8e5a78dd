import type { Button, Card, Part } from '../../cards/card.ts';
import type { Wave } from '../../pulses/pulse.ts';
import type { Comment, Went } from '../../pulses/results.ts';
import { LONGEST_TITLE, listed, shortened, small } from '../actions/parts.ts';
import { countedWords, monthInFull } from './words.ts';

/** Comments, word for word, for those who may read them. */

const MARKS: Record<Comment['marks'][number], string> = {
  person: 'a person',
  school: 'a school',
  pupil: 'a pupil',
};

/** "a person and a school" */
export const marksWords = (marks: Comment['marks']): string => listed(marks.map((mark) => MARKS[mark]));

export type Comments = {
  wave: Pick<Wave, 'title' | 'closesOn' | 'comment' | 'origin'>;
  name: string;
  /** The places that were asked for and are counted in it. */
  counted: readonly string[];
  /** Where they went if there are none to read here. */
  went: Went;
  comments: readonly Comment[];
  all: number;
  /** Place of the first that is shown, from 0. */
  from: number;
};

/** So many places are named where comments are read. */
const MOST_NAMED = 5;

/** Where the comments of a place went that are not read there. The reason is the rule, never how many there were. @param name of the place */
export const wentWords = (name: string, { above, below }: Went): string => {
  if (below.length > 0) {
    const places = below.length > MOST_NAMED ? `${below.length} smaller places` : listed(below);
    return `Comments are read in ${places}; any others from ${name} ${above ? `are read with those of ${above}` : 'were destroyed unread'}.`;
  }
  const went = above ? `are read with those of ${above}` : 'were destroyed unread';
  return `Comments from ${name}, if any, ${went}: they are read by themselves only where ten or more people comment.`;
};

const commentParts = ({ text, marks }: Comment): Part[] => [
  { type: 'text', text: `“${text}”` },
  ...(marks.length > 0 ? [small(`It looks as if it names ${marksWords(marks)}: do not pass it on as it is.`)] : []),
];

/** @param others the reader's other places where there are comments */
export const commentsCard = (
  read: Comments,
  { others, buttons }: { others: readonly { text: string; detail: string; button: Button }[]; buttons: readonly Button[] },
): Card => {
  const { wave, name, comments, all, from } = read;
  const rest = `, ${shortened(name, 50)}, ${monthInFull(wave.closesOn)}: ${all === 0 ? 'no comments to read' : `${all} comments`}`;
  return {
    title: `${shortened(wave.title, LONGEST_TITLE - rest.length)}${rest}`,
    parts: [
      ...(wave.origin === 'demonstration' ? [small('Demonstration data: nobody wrote these comments.')] : []),
      ...(read.counted.length > 0 ? [{ type: 'text' as const, text: countedWords(read.counted, name) }] : []),
      ...(all === 0
        ? [{ type: 'text' as const, text: wave.comment ? wentWords(name, read.went) : 'This pulse asked for no comment.' }]
        : [
            small(
              `${from + 1} to ${from + comments.length} of ${all}, in no order. Nobody knows who wrote what: do not try to find out, and do not post them.`,
            ),
            ...comments.flatMap(commentParts),
          ]),
      ...(others.length > 0 ? [{ type: 'list' as const, items: [...others] }] : []),
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons: [...buttons] }] : []),
    ],
  };
};
