import { SHEETS } from './fields.ts';
import type { Change, Counts, ImportRead, ImportResult, Kind } from './import.ts';
import { KINDS } from './kinds.ts';

/** What an import would change, or has changed, as text: counts first, then rows by kind, the rest counted. */

/** Lines of one kind; what does not fit is counted. */
const MOST_LINES = 40;
const MOST_NOTES = 20;
/** Characters of one value: who wants all of a text opens the sheet. */
const MOST_CHARACTERS = 80;

const many = (count: number) => count.toLocaleString('en-GB');
const short = (text: string) => {
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
};

const NOUNS: Record<Kind, string> = Object.fromEntries(KINDS.map((kind) => [kind, SHEETS[kind].name])) as Record<Kind, string>;

const countLines = (counts: Counts, isDone: boolean): string[] =>
  KINDS.filter((kind) => Object.values(counts[kind]).some((count) => count > 0)).map((kind) => {
    const { add, change, same } = counts[kind];
    return `  ${NOUNS[kind]}: ${many(add)} ${isDone ? 'added' : 'to add'}, ${many(change)} ${isDone ? 'changed' : 'to change'}, ${many(same)} already so`;
  });

const fieldWords = ({ fields, what }: Change): string =>
  fields
    .map(({ name, from, to }) =>
      what === 'add' && !from ? `${name} ${short(to)}` : `${name} ${from ? short(from) : 'nothing'} → ${to ? short(to) : 'nothing'}`,
    )
    .join('; ');

const some = (lines: readonly string[], most: number) => [
  ...lines.slice(0, most),
  ...(lines.length > most ? [`and ${many(lines.length - most)} more`] : []),
];

/** "row 14"; with its sheet where rows of one kind come from several. */
const rowWords = (of: readonly Change[]): ((change: Change) => string) => {
  const sheets = new Set(of.map(({ file, sheet }) => `${file}|${sheet}`));
  return ({ sheet, row }) => (sheets.size > 1 ? `${sheet}, row ${row}` : `row ${row}`);
};

const changeLines = (changes: readonly Change[]): string[] =>
  KINDS.flatMap((kind) => {
    const all = changes.filter((change) => change.kind === kind && change.what !== 'same');
    const where = rowWords(all);
    const lines = all.map((change) => {
      const fields = change.fields.length > 0 ? `: ${fieldWords(change)}` : '';
      return `${where(change)}  ${change.what === 'add' ? 'new' : 'changed'}  ${short(change.name)}${fields}`;
    });
    return lines.length === 0 ? [] : ['', NOUNS[kind], ...some(lines, MOST_LINES).map((line) => `  ${line}`)];
  });

const noteLines = (notes: readonly string[]) =>
  notes.length > 0 ? ['', 'To know:', ...some(notes, MOST_NOTES).map((note) => `  ${note}`)] : [];

/** Everything that is to be put right, by its place. */
export const problemReport = ({ problems, problemCount, notes }: ImportRead): string =>
  [
    `Nothing was written. ${problemCount === 1 ? 'One thing is' : `${many(problemCount)} things are`} to be put right:`,
    ...problems.map(({ text }) => `  ${text}`),
    ...(problemCount > problems.length ? [`  and ${many(problemCount - problems.length)} more`] : []),
    ...noteLines(notes),
  ].join('\n');

const report = (headline: string, { counts, changes }: Pick<ImportRead, 'counts' | 'changes'>, notes: readonly string[], isDone: boolean) =>
  [headline, ...countLines(counts, isDone), ...changeLines(changes), ...noteLines(notes)].join('\n');

const isNothing = (counts: Counts) => Object.values(counts).every(({ add, change }) => add + change === 0);
const THERE_ALREADY = 'Everything in the file is there already';

/** "3 new, 1 changed": rows of the file, whatever they are kept as. */
const changedWords = (counts: Counts): string => {
  const of = (what: 'add' | 'change') => Object.values(counts).reduce((sum, count) => sum + count[what], 0);
  return [of('add') > 0 && `${many(of('add'))} new`, of('change') > 0 && `${many(of('change'))} changed`].filter(Boolean).join(', ');
};

/** What a file would change. */
export const dryReport = (read: ImportRead): string => {
  if (read.changes.length === 0) return report('Nothing was written.', read, read.notes, false);
  const headline = isNothing(read.counts)
    ? `${THERE_ALREADY}: it would change nothing.`
    : `This would change ${read.localities.join(', ')}. Nothing was written.`;
  return report(headline, read, read.notes, false);
};

/** What was changed. */
export const doneReport = (read: ImportRead, result: ImportResult): string => {
  if (result.changes.length === 0) return report('Nothing was written.', result, read.notes, true);
  const headline =
    result.written === 0
      ? `${THERE_ALREADY}: nothing was changed.`
      : `Imported into ${read.localities.join(', ')}: ${changedWords(result.counts)}.`;
  return report(headline, result, read.notes, true);
};
