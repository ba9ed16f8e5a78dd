import { configDefaults, defineConfig } from 'vitest/config';
import { databaseTests, ON_SERVER_ONLY } from './tests/support/database-tests.ts';
import { HeaviestFirst } from './tests/support/heaviest-first.ts';

const onServer = process.env.TEST_ENGINE === 'postgresql';

export default defineConfig({
  test: {
    include: onServer ? databaseTests() : ['tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(onServer ? [] : ON_SERVER_ONLY)],
    globalSetup: ['tests/support/engines.ts'],
    setupFiles: ['tests/support/quiet.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Files share a worker's loaded modules: loading the bot and its database anew for each took a third of the time.
    isolate: false,
    sequence: { sequencer: HeaviestFirst },
    // Two workers on two cores: threads of their own for clearing memory only take turns with them.
    execArgv: ['--max-semi-space-size=64', '--single-threaded-gc'],
  },
});
