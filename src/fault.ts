/** What a log may hold of a failure. */
type Fault = { type: string; code?: string; at: string[]; cause?: Fault };

/**
 * What went wrong and where, without the error's message: a driver, a parser or the database's client quotes
 * what it was given, and that is what people wrote.
 */
export const faultOf = (error: unknown, depth = 3): Fault => {
  if (!(error instanceof Error)) return { type: typeof error, at: [] };
  const { code } = error as { code?: unknown };
  const { stack = '', message } = error;
  // The stack begins with the message, whose lines may look like anything.
  const from = message === '' ? 0 : stack.indexOf(message) + message.length;
  return {
    type: error.name,
    ...(typeof code === 'string' && /^\w{1,40}$/u.test(code) ? { code } : {}),
    at: stack
      .slice(from)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('at ')),
    ...(depth > 0 && error.cause instanceof Error ? { cause: faultOf(error.cause, depth - 1) } : {}),
  };
};
