import { afterEach, beforeEach, expect, type MockInstance, vi } from 'vitest';

// Anything printed that no test asked for is a fault: a warning nobody reads, or a secret in a log.
// A test that expects output spies on it itself.

const levels = ['log', 'info', 'warn', 'error', 'debug'] as const;
let spies: MockInstance[] = [];

beforeEach(() => {
  spies = levels.map((level) => vi.spyOn(console, level).mockImplementation(() => {}));
});

afterEach(() => {
  const printed = spies.flatMap((spy) => spy.mock.calls.map((call) => call.map(String).join(' ')));
  for (const spy of spies) spy.mockRestore();
  expect(printed, 'printed to the console during the test').toEqual([]);
});
