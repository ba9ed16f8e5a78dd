import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { databaseTests } from '../support/database-tests.ts';

// The suite runs on the embedded engine whole, and on PostgreSQL with every file that opens a database.

const second = databaseTests();

test('whatever talks to the bot or starts the product runs on both engines', () => {
  const talking = globSync('tests/**/*.test.ts').filter((file) =>
    /testBot\(|testDatabase\(|startChild\(|postgresql\(/u.test(readFileSync(file, 'utf8')),
  );
  expect(talking.length).toBeGreaterThan(50);
  expect(talking.filter((file) => !second.includes(file.replaceAll('\\', '/')))).toEqual([]);
});

test('what is pure runs once', () => {
  expect(second).not.toContain('tests/calendar/periods.test.ts');
  expect(second).not.toContain('tests/cards/golden.test.ts');
});

test('control: were the bot no sign of a database, whole conversations would be left out and found missing', () => {
  expect(databaseTests(['tests/support/places.ts'])).not.toContain('tests/kpis/log.test.ts');
});
