/**
 * Platforms wait about three seconds for an answer. What is acknowledged is committed, so a turn that takes longer is
 * acknowledged with "still working, not saved yet", and its result follows.
 */

/** How long a platform is kept waiting for a result, in milliseconds: Slack gives up after 3,000, and the way there takes time too. */
export const PATIENCE = 2_500;

/** Calls `then` after so many milliseconds, unless cancelled. Tests hand in their own. */
export type Timer = (milliseconds: number, then: () => void) => () => void;

export const realTimer: Timer = (milliseconds, then) => {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
};

export type Patience = {
  /** The result if it comes in time, else 'late'; the work goes on. A failure that comes in time is thrown. */
  waitFor: <T>(work: Promise<T>) => Promise<{ result: T } | 'late'>;
  /** To be called when the request is answered. */
  end: () => void;
};

/** Starts to count; make one as soon as a request arrives. */
export const startPatience = (timer: Timer = realTimer, milliseconds = PATIENCE): Patience => {
  const late = Promise.withResolvers<'late'>();
  const end = timer(milliseconds, () => late.resolve('late'));
  return { waitFor: (work) => Promise.race([work.then((result) => ({ result })), late.promise]), end };
};
