import { defineConfig } from 'vitest/config';
import { databaseTests } from './tests/support/database-tests.ts';

export default defineConfig({
  test: {
    include: process.env.TEST_ENGINE === 'postgresql' ? databaseTests() : ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/engines.ts'],
    setupFiles: ['tests/support/quiet.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Files share a worker's loaded modules: loading the bot and its database anew for each took a third of the time.
    isolate: false,
  },
});
