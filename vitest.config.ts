import { defineConfig } from 'vitest/config';
import { databaseTests } from './tests/support/database-tests.ts';

export default defineConfig({
  test: {
    include: process.env.TEST_ENGINE === 'postgresql' ? databaseTests() : ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/engines.ts'],
    setupFiles: ['tests/support/quiet.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3, // files wait for disks, browsers and processes of their own: two leave a fifth of two cores idle
  },
});
