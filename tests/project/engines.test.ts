import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { databaseTests } from '../support/database-tests.ts';

// The suite runs on the embedded engine whole, and on PostgreSQL with every file that opens a database.

const second = databaseTests();

test('whatever talks to the bot or opens a database runs on both engines, but for how pages look, what a pulse says on each platform, and what starts servers', () => {
  const talking = globSync('tests/**/*.test.ts').filter((file) =>
    /testBot\(|testDatabase\(|postgresql\(/u.test(readFileSync(file, 'utf8')),
  );
  expect(talking.length).toBeGreaterThan(50);
  const once = talking.map((file) => file.replaceAll('\\', '/')).filter((file) => !second.includes(file));
  expect(once.toSorted()).toEqual([
    'tests/evidence/export-browser.test.ts',
    'tests/evidence/register-browser.test.ts',
    'tests/nudges/script.test.ts',
    'tests/people/permissions.test.ts',
    'tests/programme/setup.test.ts',
    'tests/pulses/answering-slack.test.ts',
    'tests/pulses/answering-web.test.ts',
    'tests/pulses/link.test.ts',
    'tests/pulses/results-summary.test.ts',
    'tests/rights/addresses.test.ts',
    'tests/rights/commands.test.ts',
    'tests/web/accessibility.test.ts',
    'tests/web/conversation.test.ts',
    'tests/web/evidence/browser.test.ts',
    'tests/web/import.test.ts',
  ]);
});

test('what a pulse does to the rows, and what becomes of them when two do it at once, runs on both', () => {
  for (const name of ['answer', 'box', 'clash', 'close', 'open', 'quiet', 'reply', 'restore', 'results', 'run-open', 'run-plan'])
    expect(second).toContain(`tests/pulses/${name}.test.ts`);
  expect(second).toContain('tests/nudges/pulses.test.ts');
});

test('what is pure, or starts the product on a folder of its own, runs once', () => {
  expect(second).not.toContain('tests/imports/script.test.ts');
  expect(second).not.toContain('tests/pulses/answering-teams.test.ts');
  expect(second).not.toContain('tests/calendar/periods.test.ts');
  expect(second).not.toContain('tests/cards/golden.test.ts');
});

test('control: were the bot no sign of a database, whole conversations would be left out and found missing', () => {
  expect(databaseTests(['tests/support/places.ts'])).not.toContain('tests/kpis/log.test.ts');
});
