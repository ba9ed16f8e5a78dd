import type { ILogger } from '@microsoft/teams.common';
import type { Logger } from 'pino';

/** The first words of an entry: what follows them may be an activity, an answer or a token. */
const words = (said: unknown[]): string => {
  const [first] = said;
  return first instanceof Error ? first.name : typeof first === 'string' ? first.replace(/:.*/su, '').slice(0, 120) : 'unnamed';
};

/** The SDK's log, in ours: warnings and errors, each by its first words only, so that no text, token or answer is ever in it. */
export const sdkLog = (log: Logger): ILogger => {
  const quiet = () => undefined;
  const logger: ILogger = {
    debug: quiet,
    info: quiet,
    trace: quiet,
    // Every refusal of a token comes this way, one after the other; the answer itself is logged by us, once.
    warn: (...said) => log.debug({ said: words(said) }, 'Teams SDK'),
    error: (...said) => log.debug({ said: words(said) }, 'Teams SDK'),
    log: (level, ...said) => (level === 'error' || level === 'warn' ? logger[level](...said) : undefined),
    child: () => logger,
  };
  return logger;
};
