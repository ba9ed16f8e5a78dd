import type { AnswerKind } from '../../evidence/findings.ts';
import { textProblem } from '../../people/notes.ts';

/** How a text of the evaluators is answered, in words: the same in chat and on the web. */

export const ANSWER_WORDS: Record<AnswerKind, { label: string; said: string; asks: string }> = {
  agree: { label: 'Agree', said: 'Agreed', asks: 'Anything to add?' },
  correct: { label: 'Correct a fact', said: 'A fact to be corrected', asks: 'Which fact is wrong, and what is right?' },
  context: { label: 'Add context', said: 'Context', asks: 'What should readers know beside it?' },
};

/** What is wrong with the words of an answer, or undefined: only whoever agrees may say nothing. */
export const answerProblem = (kind: AnswerKind, text: string): string | undefined =>
  text === ''
    ? kind === 'agree'
      ? undefined
      : `Write it down: ${ANSWER_WORDS[kind].asks.toLowerCase()}`
    : textProblem(text, 'Your answer');
