import { PlatformError } from '../../src/errors.ts';
import { nudgesFor } from '../../src/nudges/nudges.ts';
import { serve } from './serve.ts';

/** A broken twin of the product: the judge must find it out. */
await serve({
  /** A relay that sends again what may have arrived. */
  send: (send) => async (message) => {
    try {
      return await send(message);
    } catch (error) {
      throw error instanceof PlatformError && error.outcome === 'unconfirmed'
        ? new PlatformError(error.message, { outcome: 'again' })
        : error;
    }
  },
  /** A planner that forgets readings. */
  rules: {
    nudges: async (...asked) =>
      (await nudgesFor(...asked)).map((nudge) => ({ ...nudge, lines: nudge.lines.filter(({ kind }) => kind !== 'reading') })),
  },
});
