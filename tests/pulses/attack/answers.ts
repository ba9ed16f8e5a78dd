import { countersOf } from '../../../src/pulses/box.ts';
import type { Answers } from '../../../src/pulses/pulse.ts';
import type { Scale } from '../../../src/statistics/disclosure.ts';
import { seeded } from '../../kill/seeded.ts';
import type { Secrets } from './attacker.ts';

/** What some people answer, drawn from a seed: some questions skipped, half with a comment, of a few letters or of nearly as many as fit. */

type Question = { item: string; scale: Scale; options: string[] };

const SKIPS = 0.15;
const LONGEST = 980;
const LETTERS = 'bcdfghjkmnpqrstvwxz';

/** A word that stands nowhere but in this comment: searched for wherever anything is kept. */
const wordOf = (random: () => number) => Array.from({ length: 12 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');

export const drawAnswers = (seed: number, questions: readonly Question[], people: number): { answers: Answers; words: string[] }[] => {
  const random = seeded(seed);
  return Array.from({ length: people }, () => {
    const chosen = new Map<string, number>();
    for (const question of questions) if (random() >= SKIPS) chosen.set(question.item, Math.floor(random() * countersOf(question)));
    const length = random() < 0.5 ? 0 : Math.ceil(random() ** 2 * LONGEST);
    const words: string[] = [];
    while (words.length * 13 < length) words.push(wordOf(random));
    if (chosen.size === 0 && words.length === 0) words.push(wordOf(random));
    // Its first and last word are searched for.
    return {
      answers: { chosen, comment: words.length > 0 ? words.join(' ') : null },
      words: [...new Set([...words.slice(0, 1), ...words.slice(-1)])],
    };
  });
};

const SHORT = 150;

/** What there is to be found out, by question and of the comment. */
export const secretsOf = (questions: readonly Question[], all: readonly Answers[]): Secrets =>
  new Map([
    ...questions.map(({ item }) => [item, all.map(({ chosen }) => String(chosen.get(item) ?? 'skipped'))] as const),
    ['comment', all.map(({ comment }) => (comment === null ? 'none' : comment.length < SHORT ? 'short' : 'long'))] as const,
  ]);
