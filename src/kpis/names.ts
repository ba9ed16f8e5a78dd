/** What a KPI may be called, wherever the name comes from: a form or a sheet. */

/** Characters. */
export const MOST_NAME = 60;

/** Words with a meaning of their own after `kpi`, so that no KPI can be called so. A test holds them to the command's verbs. */
export const TAKEN_WORDS: ReadonlySet<string> = new Set(['new', 'edit', 'undo', 'rebase', 'help', 'all']);

/** What is wrong with a name or another name of a KPI as such, or undefined. Whether it is taken is for who knows the others. */
export const nameProblem = (name: string): string | undefined => {
  if (TAKEN_WORDS.has(name.toLowerCase().split(' ')[0] ?? '')) return `“${name}” begins with a word that means something else after kpi.`;
  if (/^[\d+\-.,]/u.test(name) || name.length > MOST_NAME || name.length < 2)
    return `“${name}”: a name begins with a letter and has 2 to ${MOST_NAME} characters.`;
  return undefined;
};
