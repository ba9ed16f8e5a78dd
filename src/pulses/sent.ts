import { withoutNumbers } from '../people/identifiers.ts';
import { noteProblem, textProblem } from '../people/notes.ts';
import { countersOf } from './box.ts';
import type { Answers, Wave } from './pulse.ts';

/** The form of a wave as it comes back: its fields by name, read into answers. */

/** The name of the field of the nth question, from 0; its value is the place of the chosen option, from 0. */
export const fieldOf = (index: number) => `answer${index + 1}`;
export const COMMENT_FIELD = 'comment';

/** What was sent, or what is wrong with it: field name → what is expected. */
export type Sent = { answers: Answers } | { fields: Record<string, string> };

const PLACE = /^\d{1,2}$/u;

const commentProblem = (comment: string): string | undefined => {
  const problem = noteProblem(comment);
  if (!problem || problem.returned) return textProblem(comment, 'Your comment');
  const left = withoutNumbers(comment) === undefined ? 'Write' : 'Send';
  return `${textProblem(comment, 'Your comment')} Not saved by us. ${left} the rest again, without it.`;
};

/** What is skipped is left out; whether a wave still takes answers, and from whom, is not looked at. */
export const readSent = (
  { questions, comment: takesComment }: Pick<Wave, 'questions' | 'comment'>,
  values: Record<string, string>,
): Sent => {
  const chosen = new Map<string, number>();
  const fields: Record<string, string> = {};
  for (const [index, question] of questions.entries()) {
    const value = values[fieldOf(index)]?.trim() ?? '';
    if (value === '') continue;
    if (PLACE.test(value) && Number(value) < countersOf(question)) chosen.set(question.item, Number(value));
    else fields[fieldOf(index)] = 'Choose one of the answers, or leave it out.';
  }
  const comment = (takesComment && values[COMMENT_FIELD]?.trim()) || null;
  const problem = comment === null ? undefined : commentProblem(comment);
  if (problem) fields[COMMENT_FIELD] = problem;
  if (Object.keys(fields).length > 0) return { fields };
  if (chosen.size === 0 && comment === null)
    return {
      fields: {
        [questions.length > 0 ? fieldOf(0) : COMMENT_FIELD]:
          `Nothing was sent: choose an answer${takesComment ? ' or write a comment' : ''}.`,
      },
    };
  return { answers: { chosen, comment } };
};
