import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Config } from '../../config.ts';
import { PlatformError } from '../../errors.ts';

/** Slack's Web API with what DESIGN.md promises: one try, a time limit, and errors that say whether it may be tried again. */

/** How long one call may take, in milliseconds. */
const TIME_LIMIT = 5_000;

/** Slack's own word for what went wrong, `channel_not_found`; never more of what Slack said, which may quote people. */
export class SlackCallError extends PlatformError {
  override name = 'SlackCallError';
  readonly code: string;
  constructor(method: string, code: string, detail: { outcome: PlatformError['outcome']; retryAfter?: number }) {
    super(`Slack ${method}: ${code}`, detail);
    this.code = code;
  }
}

/** This person or channel is gone: nothing more is to be sent there. What is wrong with our token is nobody's account, and only refused. */
const CLOSED = new Set([
  'cannot_dm_bot',
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'user_disabled',
  'user_not_found',
  'user_not_visible',
  'users_not_found',
]);
/** Slack took it and failed: it may have been done. */
const UNCONFIRMED = new Set(['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable']);
const AGAIN = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

/** The connection never opened, so nothing can have arrived. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const codeOf = (error: unknown): string | undefined => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if ('code' in at && typeof at.code === 'string') return at.code;
  return undefined;
};

const failedToConnect = (method: string, error: unknown) => {
  const code = codeOf(error);
  return new SlackCallError(method, code ?? 'no_answer', { outcome: code && NEVER_LEFT.has(code) ? 'again' : 'unconfirmed' });
};

const outcomeOf = (code: string): PlatformError['outcome'] =>
  AGAIN.has(code) ? 'again' : UNCONFIRMED.has(code) ? 'unconfirmed' : CLOSED.has(code) ? 'closed' : 'refused';

const outcomeOfStatus = (status: number): PlatformError['outcome'] => (status === 408 || status >= 500 ? 'unconfirmed' : 'refused');

/** What the SDK threw → ours, without the answer's body and without the token in its headers. */
export const asCallError = (method: string, error: unknown): SlackCallError => {
  if (error instanceof WebAPIRateLimitedError)
    return new SlackCallError(method, 'ratelimited', { outcome: 'again', retryAfter: error.retryAfter });
  if (error instanceof WebAPIPlatformError) {
    const code = /^[a-z_]{1,60}$/u.test(error.data.error) ? error.data.error : 'unreadable_answer';
    return new SlackCallError(method, code, { outcome: code === 'unreadable_answer' ? 'unconfirmed' : outcomeOf(code) });
  }
  if (error instanceof WebAPIHTTPError)
    return new SlackCallError(method, `http_${error.statusCode}`, { outcome: outcomeOfStatus(error.statusCode) });
  if (error instanceof WebAPIRequestError) return failedToConnect(method, error.original);
  return failedToConnect(method, error);
};

export type SlackApi = {
  /** Calls a method of the Web API. Throws a SlackCallError. */
  call: (method: string, args: Record<string, unknown>) => Promise<Record<string, unknown>>;
  /** Posts to a response_url: good for five uses within thirty minutes. Throws a SlackCallError. */
  respond: (url: string, message: Record<string, unknown>) => Promise<void>;
};

export const createApi = (config: NonNullable<Config['slack']>, options: Pick<WebClientOptions, 'logger'>): SlackApi => {
  const web = new WebClient(config.botToken, {
    ...options,
    slackApiUrl: config.apiUrl,
    // A lost answer may have been a sent message, and waiting for a rate limit is the outbox's work.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIME_LIMIT,
  });
  return {
    call: async (method, args) => {
      try {
        return (await web.apiCall(method, args)) as unknown as Record<string, unknown>;
      } catch (error) {
        throw asCallError(method, error);
      }
    },
    respond: async (url, message) => {
      let answer: Response;
      let text: string;
      try {
        answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(message),
          redirect: 'error',
          signal: AbortSignal.timeout(TIME_LIMIT),
        });
        text = await answer.text();
      } catch (error) {
        throw failedToConnect('response_url', error);
      }
      const refusal = /(?:"error":\s*"|^)(?<code>[a-z_]+)"?/u.exec(text)?.groups?.code;
      if (answer.ok && !text.includes('"ok":false')) return;
      if (answer.status === 429)
        throw new SlackCallError('response_url', 'ratelimited', {
          outcome: 'again',
          retryAfter: Number(answer.headers.get('retry-after')) || undefined,
        });
      throw new SlackCallError('response_url', refusal ?? `http_${answer.status}`, { outcome: outcomeOfStatus(answer.status) });
    },
  };
};
