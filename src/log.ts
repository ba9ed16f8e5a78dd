import { type Logger, pino } from 'pino';

/** An error with its causes: kind, words and place, and nothing that was attached to it (a driver attaches the row that failed). */
const errorForLog = (error: unknown): unknown => {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined ? {} : { cause: errorForLog(cause) }),
  };
};

/** Lines for a person at a terminal: the time, what happened, and what is known of it. */
const forPeople = (write: (text: string) => void) => ({
  write: (line: string) => {
    const { time, level, msg, err, ...rest } = JSON.parse(line) as { time: string; level: string; msg?: string; err?: { stack?: string } };
    const details = Object.entries(rest).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    const sign = level === 'info' ? '' : `${level}: `;
    write(`${time.slice(11, 19)} ${sign}${[msg, ...details].filter(Boolean).join('  ')}\n${err?.stack ? `${err.stack}\n` : ''}`);
  },
});

/**
 * What the process says: one JSON object a line, or plain lines where a person watches.
 * Callers log ids, counts and outcomes: never a person's words, a token or an address.
 */
export const createLog = (out: { isTTY?: boolean; write: (text: string) => unknown }): Logger =>
  pino(
    {
      base: null,
      formatters: { level: (level) => ({ level }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: errorForLog },
    },
    out.isTTY ? forPeople((text) => out.write(text)) : { write: (line) => void out.write(line) },
  );
