/** The numbers of the rule of small numbers, each said once. */

/** The smallest base that may ever be asked for; no role can lower it. */
export const LOWEST_K = 3;

/** Organisations from which answers must come. */
export const FEWEST_ORGANISATIONS = 3;

/** Answers from which on figures are shown: to the nearest 10 % from the first, whole percentages from the second. */
export const TENS_FROM = 20;
export const WHOLE_FROM = 50;

/** The fewest comments that are read together. */
export const FEWEST_COMMENTS = 10;

/** Whether people come from enough organisations, none of which has more than half of them. @param people how many, by organisation */
export function isMixed(people: ReadonlyMap<string, number>): boolean {
  const some = [...people.values()].filter((count) => count > 0);
  return some.length >= FEWEST_ORGANISATIONS && Math.max(...some) * 2 <= some.reduce((sum, count) => sum + count, 0);
}
