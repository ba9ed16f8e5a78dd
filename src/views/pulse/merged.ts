import type { Part } from '../../cards/card.ts';
import { FEWEST_IN_PART, type Split } from '../../pulses/pulse.ts';
import type { Merged, Unparted } from '../../pulses/tree.ts';
import { small } from '../actions/parts.ts';
import { figure } from '../summary-words.ts';

/** What has no results of its own, known before a pulse opens: too few are invited there, or nothing can be told apart. */

/** Lines, and names in each: a programme has many localities. */
const MOST_LINES = 4;
const MOST_NAMES = 5;

const unpartedWords = (part: Exclude<Split, 'none'>, why: Unparted): string =>
  ({
    few: `No ${part} of a locality has ${FEWEST_IN_PART} invited: none is shown apart.`,
    alike: `Where a ${part} has ${FEWEST_IN_PART} invited, they are all who are asked in its locality: none is shown apart.`,
    elsewhere: `Only localities are parted by ${part}, and this asks in none: nothing is shown apart.`,
  })[why];

/** "Special schools" of Wakefield, where it is said that they are of Wakefield. */
const nameIn = ({ name, into }: Merged) => (name.endsWith(`, ${into}`) ? name.slice(0, -`, ${into}`.length) : name);

/** "Counted with Wakefield, too few for a group of their own: Special schools (9 invited)." */
const line = (into: string, some: readonly Merged[]): string => {
  const said = some.slice(0, MOST_NAMES).map((one) => `${nameIn(one)} (${figure(one.invited)} invited)`);
  const more = some.length > MOST_NAMES ? [`${figure(some.length - MOST_NAMES)} more`] : [];
  return `Counted with ${into}, too few for a group of their own: ${[...said, ...more].join(', ')}.`;
};

/** One short line for each group that others are counted with; and one where a chosen parting changes nothing. */
export const mergedParts = (split: Split, merged: readonly Merged[], unparted: Unparted | undefined): Part[] => {
  const byParent = [...Map.groupBy(merged, ({ into }) => into)];
  const rest = byParent.slice(MOST_LINES).flatMap(([, some]) => some).length;
  return [
    ...(unparted && split !== 'none' ? [unpartedWords(split, unparted)] : []),
    ...byParent.slice(0, MOST_LINES).map(([into, some]) => line(into, some)),
    ...(rest > 0 ? [`And ${figure(rest)} more groups are counted with others.`] : []),
  ].map(small);
};
