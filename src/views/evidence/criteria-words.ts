import { periodFromKey } from '../../calendar/periods.ts';
import { nationalTerms } from '../../calendar/terms.ts';
import { type Changed, type Lens, type Standing, type StepNumber, stepWord } from '../../evidence/criteria.ts';
import { ROLE_WORDS } from '../role-words.ts';

/** The criteria in words: the same in chat and on the web. */

/** "4 Established" */
export const stepName = (step: StepNumber): string => `${step} ${stepWord(step)}`;

/** "autumn term 2026" · "school year 2026/27" */
export const roundWords = (round: string): string => periodFromKey(round, nationalTerms).label;

/** "Developing → Established, since the spring term 2026" · "Established, as in the spring term 2026" · "Established, recorded for the first time" */
export const changeWords = ({ now, before }: Changed<Pick<Standing, 'step' | 'round'>>): string => {
  if (!before) return `${stepWord(now.step)}, recorded for the first time`;
  const then = `the ${roundWords(before.round)}`;
  return before.step === now.step
    ? `${stepWord(now.step)}, as in ${then}`
    : `${stepWord(before.step)} → ${stepWord(now.step)}, since ${then}`;
};

/** Whose view it is, as a heading. */
export const lensName = (lens: Lens, locality: string): string =>
  lens === 'self' ? `How ${locality} sees itself` : `How the evaluators see ${locality}`;

type Person = { by: string | null; byRole: keyof typeof ROLE_WORDS | null };

/** Who it was: by their post for those who work together, as a role for everybody else. @param names whether the reader sees names */
export const personWords = ({ by, byRole }: Person, names: boolean): string => {
  if (by === null) return 'the demonstration';
  if (names) return by;
  return byRole === null ? 'somebody who has left' : `a ${ROLE_WORDS[byRole]}`.replace(/^a (?=[aeiou])/u, 'an ');
};
