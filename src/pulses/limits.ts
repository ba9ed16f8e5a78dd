/**
 * Milliseconds for opening, beginning anew or closing a wave: to get a connection, and then for all of it. Nobody waits in a chat for it, and a
 * wave of 24,000 has thirty megabytes of boxes.
 */
export const WAVE_LIMITS = { maxWait: 30_000, timeout: 120_000 };
