import { type Logger, LogLevel } from '@slack/bolt';
import type { Logger as Pino } from 'pino';

/**
 * Bolt's log → ours. Its debug lines hold whole payloads and its warnings quote what could not be read,
 * so only the fixed beginning of warnings and errors is kept: no text from people, no token, no address.
 */
const beginning = (said: unknown): string => {
  if (said instanceof Error) return said.name;
  const [fixed = ''] = String(said).split(/["'`({:]|https?/u, 1);
  return fixed.trim().slice(0, 120);
};

export const boltLogger = (log: Pino): Logger => ({
  debug: () => {},
  info: () => {},
  warn: (first: unknown) => log.warn({ slack: beginning(first) }, 'slack library'),
  error: (first: unknown) => log.error({ slack: beginning(first) }, 'slack library'),
  setLevel: () => {},
  getLevel: () => LogLevel.WARN,
  setName: () => {},
});
