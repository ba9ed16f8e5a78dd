import type { Button, Card, Part } from '../../cards/card.ts';
import type { Wave } from '../../pulses/pulse.ts';
import type { Comment } from '../../pulses/results.ts';
import { LONGEST_TITLE, listed, shortened, small } from '../actions/parts.ts';
import { monthInFull } from './words.ts';

/** Comments, word for word, for those who may read them. */

const MARKS: Record<Comment['marks'][number], string> = {
  person: 'a person',
  school: 'a school',
  pupil: 'a pupil',
};

export type Comments = {
  wave: Pick<Wave, 'title' | 'closesOn' | 'comment' | 'origin'>;
  name: string;
  /** What holds the cell; none: it is the whole wave. */
  within: string | undefined;
  comments: readonly Comment[];
  all: number;
  /** Place of the first that is shown, from 0. */
  from: number;
};

const none = ({ wave, within }: Comments): string => {
  if (!wave.comment) return 'This pulse asked for no comment.';
  return within
    ? `Fewer than ten people commented: comments were put with those of ${within} if there were ten or more, else destroyed unread.`
    : 'Fewer than ten people commented: comments were destroyed unread.';
};

const commentParts = ({ text, marks }: Comment): Part[] => [
  { type: 'text', text: `“${text}”` },
  ...(marks.length > 0 ? [small(`It looks as if it names ${listed(marks.map((mark) => MARKS[mark]))}: do not pass it on as it is.`)] : []),
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
      ...(all === 0
        ? [{ type: 'text' as const, text: none(read) }]
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
