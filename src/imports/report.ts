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

const fieldWords = ({ fields }: Change): string =>
  fields.map(({ name, from, to }) => `${name} ${from ? short(from) : 'nothing'} → ${to ? short(to) : 'nothing'}`).join('; ');

const changeLines = (changes: readonly Change[]): string[] =>
  KINDS.flatMap((kind) => {
    const lines = changes
      .filter((change) => change.kind === kind && change.what !== 'same')
      .map((change) => {
        const fields = change.fields.length > 0 ? `: ${fieldWords(change)}` : '';
        return `  row ${change.row}  ${change.what === 'add' ? 'new' : 'changed'}  ${short(change.name)}${fields}`;
      });
    const rest = lines.length - MOST_LINES;
    return lines.length === 0 ? [] : ['', NOUNS[kind], ...lines.slice(0, MOST_LINES), ...(rest > 0 ? [`  and ${many(rest)} more`] : [])];
  });

const some = (lines: readonly string[], most: number) => [
  ...lines.slice(0, most),
  ...(lines.length > most ? [`and ${many(lines.length - most)} more`] : []),
];
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

/** What a file would change. */
export const dryReport = (read: ImportRead): string =>
  report(`This would change ${read.localities.join(', ') || 'nothing'}. Nothing was written.`, read, read.notes, false);

/** What was changed. */
export const doneReport = (read: ImportRead, result: ImportResult): string =>
  report(
    result.written === 0
      ? 'Everything in the file is there already: nothing was changed.'
      : `Imported into ${read.localities.join(', ')}: ${many(result.written)} ${result.written === 1 ? 'row' : 'rows'} written.`,
    result,
    read.notes,
    true,
  );
