import { PlatformError } from '../../src/errors.ts';
import { nudgesFor } from '../../src/nudges/nudges.ts';
import { type Broken, serve } from './serve.ts';

/** Broken twins of the product, chosen by TWIN: the judge must find each of them out. */

const TWINS: Record<string, Broken> = {
  /** A relay that sends again what may have arrived. */
  again: {
    send: (send) => async (message) => {
      try {
        return await send(message);
      } catch (error) {
        throw error instanceof PlatformError && error.outcome === 'unconfirmed'
          ? new PlatformError(error.message, { outcome: 'again' })
          : error;
      }
    },
  },
  /** A planner that forgets readings. */
  forgets: {
    rules: {
      nudges: async (...asked) =>
        (await nudgesFor(...asked)).map((nudge) => ({ ...nudge, lines: nudge.lines.filter(({ kind }) => kind !== 'reading') })),
    },
  },
};
await serve(TWINS[process.env.TWIN ?? '']);
