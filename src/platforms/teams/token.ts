import { Temporal } from 'temporal-polyfill';

/** Our own token could not be had, so nothing was sent. */
export class TokenUnavailable extends Error {
  override name = 'TokenUnavailable';
}

type TokenParts = { url: string; clientId: string; clientSecret: string; now: () => Temporal.Instant };

/** How long the login may take, in milliseconds. */
const PATIENCE = 5_000;
/** A token is asked for again this long before it ends. */
const MARGIN = Temporal.Duration.from({ minutes: 5 });

/**
 * The token that we show to the Bot Connector, by client credentials, kept until shortly before it ends.
 * Askings at the same moment share one request. Done here and not by the SDK's own library, which has no time-out
 * and takes no other login address.
 * @returns a function that gives a token for a scope; throws TokenUnavailable
 */
export const createTokens = ({ url, clientId, clientSecret, now }: TokenParts) => {
  let held: { token: string; until: Temporal.Instant } | undefined;
  let asking: Promise<string> | undefined;

  const ask = async (scope: string): Promise<string> => {
    const asked = now();
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    }).catch((cause: unknown) => {
      throw new TokenUnavailable('the login service could not be reached', { cause });
    });
    if (!response.ok)
      throw new TokenUnavailable(`the login service answered ${response.status}: are TEAMS_CLIENT_ID and TEAMS_CLIENT_SECRET right?`);
    const body = (await response.json().catch(() => ({}))) as { access_token?: unknown; expires_in?: unknown };
    const seconds = Number(body.expires_in);
    if (typeof body.access_token !== 'string' || !Number.isFinite(seconds))
      throw new TokenUnavailable('the login service answered without a token');
    held = { token: body.access_token, until: asked.add({ seconds: Math.floor(seconds) }) };
    return body.access_token;
  };

  return async (scope: string | string[]): Promise<string> => {
    if (held && Temporal.Instant.compare(now().add(MARGIN), held.until) < 0) return held.token;
    asking ??= ask(String(scope)).finally(() => {
      asking = undefined;
    });
    return asking;
  };
};
