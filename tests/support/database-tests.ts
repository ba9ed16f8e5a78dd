import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/**
 * Which test files open a database of the engine under test. On the second engine only these can come out otherwise than on the first:
 * what is pure, or speaks to stubs alone, is run once.
 */

const OPENERS = ['tests/support/database.ts', 'tests/support/places.ts'];

/**
 * The engine under test has no say in them: how pages look and can be used in a browser (what an import writes is tests/imports, on both);
 * the scripts, which start servers on folders of their own; how the API streams and refuses, and its description (that it
 * reads the same rows is tests/web/evidence/api.test.ts, on both); what the cards and pages of a pulse say on each platform (what answering,
 * closing, restoring and nudging do to the rows, and that two at once do no harm, is on both); the tables of who may what.
 */
const ONCE = [
  'tests/people/permissions.test.ts',
  'tests/web/accessibility.test.ts',
  'tests/web/conversation.test.ts',
  'tests/web/import.test.ts',
  'tests/web/evidence/api-answers.test.ts',
  'tests/web/evidence/browser.test.ts',
  'tests/evidence/export-browser.test.ts',
  'tests/evidence/register-browser.test.ts',
  'tests/rights/addresses.test.ts',
  'tests/rights/commands.test.ts',
  'tests/imports/script.test.ts',
  'tests/nudges/script.test.ts',
  'tests/programme/setup.test.ts',
  'tests/pulses/answering-slack.test.ts',
  'tests/pulses/answering-teams.test.ts',
  'tests/pulses/answering-web.test.ts',
  'tests/pulses/link.test.ts',
  'tests/pulses/results-summary.test.ts',
];

/** Those that want two processes on one database, or many starts: on PostgreSQL alone, with `npm run kills` and `npm run year` for the rest. */
export const ON_SERVER_ONLY = ['tests/year/year.test.ts', 'tests/kill/**'];

const read = new Map<string, string[]>();
/** Each file is read once, however many reach it. */
const importsOf = (file: string): string[] => {
  const before = read.get(file);
  if (before) return before;
  const imports = [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/gu)].map(([, name = '']) =>
    normalize(join(dirname(file), name)).replaceAll('\\', '/'),
  );
  read.set(file, imports);
  return imports;
};

const reaches = (file: string, wanted: readonly string[]): boolean => {
  const seen = new Set<string>();
  const open = [file];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (wanted.includes(next)) return true;
    // An import that leads nowhere is a sample in a test's own text.
    if (seen.has(next) || !next.endsWith('.ts') || !existsSync(next)) continue;
    seen.add(next);
    open.push(...importsOf(next));
  }
  return false;
};

/** Paths from the project's folder, which must be the working folder. */
export const databaseTests = (openers: readonly string[] = OPENERS): string[] =>
  globSync('tests/**/*.test.ts')
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !ONCE.includes(file) && reaches(file, openers))
    .sort();
