import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Cookies, parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { type Config, isLoopback } from '../config.ts';
import { SESSION_HOURS, TOKEN } from '../people/sign-in.ts';

/**
 * Cookies and forged requests. A page's forms carry a token made from the browser's own cookie (from the session's once signed in)
 * with the server's key, so that another site can send our forms but never with the right token.
 */

export type Guard = {
  /** The session's token, as the browser sent it: not yet looked up. */
  session: (request: Request) => string | undefined;
  /** The token for the forms of this browser's pages; gives the browser a cookie where it has none. */
  csrf: (request: Request, response: Response) => string;
  /** Whether a post comes from one of our own pages. */
  isOurs: (request: Request) => boolean;
  /** Gives the browser a new session, and nothing of what it had before. */
  signIn: (response: Response, session: string) => void;
  signOut: (response: Response) => void;
};

export const createGuard = (secret: Uint8Array, config: Pick<Config, 'publicUrl'>): Guard => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'common-cause form tokens v1', 32));
  const secure = !isLoopback(new URL(config.publicUrl).hostname);
  // The prefix keeps another site of the same domain from planting a cookie here; browsers want it Secure.
  const name = (plain: string) => (secure ? `__Host-${plain}` : plain);
  const [sessionName, browserName] = [name('common_cause_session'), name('common_cause_browser')];

  const read = (request: Request, cookie: string): string | undefined => {
    const cookies: Cookies = parseCookie(request.headers.cookie ?? '');
    const value = cookies[cookie];
    return value !== undefined && TOKEN.test(value) ? value : undefined;
  };
  const set = (response: Response, cookie: string, value: string, more: Partial<SetCookie> = {}) =>
    response.append('Set-Cookie', stringifySetCookie({ name: cookie, value, path: '/', httpOnly: true, sameSite: 'lax', secure, ...more }));

  const tokenFor = (holder: string) => createHmac('sha256', key).update(holder).digest('base64url');
  const session = (request: Request) => read(request, sessionName);
  const holder = (request: Request) => session(request) ?? read(request, browserName);
  const newBrowser = (response: Response) => {
    const browser = randomBytes(16).toString('base64url');
    set(response, browserName, browser);
    return browser;
  };

  return {
    session,
    csrf: (request, response) => tokenFor(holder(request) ?? newBrowser(response)),
    isOurs: (request) => {
      // The browser's own word, where it gives one. `none`: the person reloaded or typed the address; no site can do that for them.
      const from = request.headers['sec-fetch-site'];
      if (from !== undefined && from !== 'same-origin' && from !== 'none') return false;
      const { origin } = request.headers; // `null` under our Referrer-Policy
      if (origin !== undefined && origin !== 'null' && (!URL.canParse(origin) || new URL(origin).host !== request.headers.host))
        return false;
      const holding = holder(request);
      const sent: unknown = request.body?.csrf;
      if (holding === undefined || typeof sent !== 'string') return false;
      const [given, expected] = [Buffer.from(sent), Buffer.from(tokenFor(holding))];
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
    signIn: (response, token) => {
      newBrowser(response);
      set(response, sessionName, token, { maxAge: SESSION_HOURS * 3600 });
    },
    signOut: (response) => {
      for (const cookie of [sessionName, browserName]) set(response, cookie, '', { maxAge: 0 });
    },
  };
};
