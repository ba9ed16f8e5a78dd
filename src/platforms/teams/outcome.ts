import { PlatformError } from '../../errors.ts';
import { TokenUnavailable } from './token.ts';

/**
 * What a failed request to the Bot Connector means for the message in it.
 * Sent again only where the message cannot have arrived: 429, 412, a connection that never opened, no token of ours.
 * After a time-out, a reset, 408 or 5xx it may have arrived: never again (DESIGN.md, "Promise").
 */

/** Nothing had left when these happened. */
const NEVER_OPENED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** The conversation will take nothing more from us. The words are kept with it. */
const CLOSED: Record<string, 'blocked' | 'removed'> = {
  ConversationBlockedByUser: 'blocked',
  MessageWritesBlocked: 'blocked',
  BotDisabledByAdmin: 'removed',
  BotNotInConversationRoster: 'removed',
  ConversationNotFound: 'removed',
};

type HttpFailure = {
  code?: string;
  syscall?: string;
  cause?: unknown;
  response?: { status?: number; data?: unknown; headers?: Record<string, unknown> };
};

/** What is known of a failure: the status and the connector's own code, where there was an answer at all. */
export const failureOf = (error: unknown): { status?: number; code?: string; retryAfter?: number; neverOpened: boolean } => {
  const failure = error as HttpFailure;
  const status = failure?.response?.status;
  const code = (failure?.response?.data as { error?: { code?: unknown } } | undefined)?.error?.code;
  const after = failure?.response?.headers?.['retry-after'];
  const cause = failure?.cause as HttpFailure | undefined;
  const neverOpened =
    error instanceof TokenUnavailable ||
    (status === undefined &&
      [failure, cause].some((step) => NEVER_OPENED.has(step?.code ?? '') || (step?.syscall === 'connect' && step?.code === 'ETIMEDOUT')));
  return {
    ...(status === undefined ? {} : { status }),
    ...(typeof code === 'string' ? { code } : {}),
    ...(after === undefined ? {} : { retryAfter: secondsOf(String(after)) }),
    neverOpened,
  };
};

/** Retry-After in seconds. As a date it would need a clock; the relay waits by itself then. */
const secondsOf = (header: string): number | undefined => (/^\d{1,5}$/u.test(header.trim()) ? Number(header) : undefined);

/** Why a conversation is closed to us, or undefined. */
export const closedBy = (error: unknown): 'blocked' | 'removed' | undefined => {
  const { status, code } = failureOf(error);
  return status === 403 || status === 404 ? CLOSED[code ?? ''] : undefined;
};

/** A failure as the relay understands it. The message names what was asked and the status, never what was in it. */
export const platformError = (what: string, error: unknown): PlatformError => {
  if (error instanceof PlatformError) return error;
  const { status, code, retryAfter, neverOpened } = failureOf(error);
  const say = `Teams, ${what}: ${status === undefined ? (neverOpened ? 'no connection' : 'no answer') : `${status}${code && /^\w{1,60}$/u.test(code) ? ` ${code}` : ''}`}`;
  if (neverOpened || status === 429 || status === 412)
    return new PlatformError(say, { outcome: 'again', ...(retryAfter === undefined ? {} : { retryAfter }) });
  if (status === undefined || status === 408 || status >= 500) return new PlatformError(say, { outcome: 'unconfirmed' });
  return new PlatformError(say, { outcome: closedBy(error) ? 'closed' : 'refused' });
};
