import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { isLoopback } from '../../config.ts';
import { Activity, tenantsNamed } from './activity.ts';

/**
 * Stands in front of the Teams SDK's own check of the token's signature, audience, time and service URL.
 * The SDK (2.1) also takes tokens that Entra issued to anybody, in any tenant, when their audience is our client id,
 * and does not compare their service URL: a forged sender, and our own token sent to an address of theirs.
 * It does not look at the channel or at the tenant at all. All that is refused here.
 */

export type GuardRules = {
  /** Who issues the channel's tokens; nobody else is believed. */
  issuer: string;
  /** Where we may be told to answer: an origin and the beginning of a path. */
  serviceUrls: readonly string[];
  /** The tenants that are served, in lower case. Empty only where `local` is set. */
  tenants: readonly string[];
  /** TEAMS_LOCAL: no token is asked for, and only this machine is answered. Says whether a request is from this machine. */
  local?: (request: Request) => boolean;
};

type Refusal = { status: 400 | 401 | 403; why: string };

/**
 * Whether one of the allowed addresses is the beginning of this one: the same origin, then whole steps of its path.
 * A comparison of text would take `https://smba.trafficmanager.net.example.org/` for Microsoft's.
 */
export const isAllowedUrl = (url: string, allowed: readonly string[]): boolean => {
  if (!URL.canParse(url)) return false;
  const given = new URL(url);
  if (given.username || given.password) return false;
  return allowed.some((candidate) => {
    const prefix = new URL(candidate);
    const path = prefix.pathname.endsWith('/') ? prefix.pathname : `${prefix.pathname}/`;
    return given.origin === prefix.origin && `${given.pathname.replace(/\/$/u, '')}/`.startsWith(path);
  });
};

/** The issuer that a bearer token claims, not yet verified. Undefined: there is no token that could be one. */
const claimedIssuer = (authorization: string | undefined): unknown => {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/u.exec(authorization ?? '') ?? [];
  if (!payload) return undefined;
  try {
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss?: unknown } | null)?.iss ?? null;
  } catch {
    return undefined;
  }
};

const isLoopbackUrl = (url: string) => URL.canParse(url) && isLoopback(new URL(url).hostname);

/** Why a request is not to be looked at any further; undefined lets it pass to the SDK's own check. */
const refusal = (request: Request, rules: GuardRules): Refusal | undefined => {
  if (!rules.local) {
    const issuer = claimedIssuer(request.headers.authorization);
    if (issuer === undefined) return { status: 401, why: 'no token' };
    if (issuer !== rules.issuer) return { status: 403, why: 'issuer' };
  } else if (!rules.local(request)) return { status: 403, why: 'not from this machine' };
  const read = Activity.safeParse(request.body);
  if (!read.success) return { status: 400, why: 'not an activity' };
  const activity = read.data;
  if (activity.channelId !== 'msteams') return { status: 403, why: 'channel' };
  if (rules.local ? !isLoopbackUrl(activity.serviceUrl) : !isAllowedUrl(activity.serviceUrl, rules.serviceUrls))
    return { status: 403, why: 'service URL' };
  const tenants = tenantsNamed(activity);
  const anyTenant = rules.local && rules.tenants.length === 0;
  if (!anyTenant && (tenants.length === 0 || !tenants.every((tenant) => rules.tenants.includes(tenant))))
    return { status: 403, why: 'tenant' };
  return undefined;
};

/** The guard as a step in front of the route. A refusal is answered in one line and logged once, without the token or any text. */
export const createGuard =
  (rules: GuardRules, log: Logger): RequestHandler =>
  (request: Request, response: Response, next: NextFunction) => {
    const refused = refusal(request, rules);
    if (!refused) return next();
    log.warn({ status: refused.status, why: refused.why }, 'a request to the Teams endpoint was refused');
    response
      .status(refused.status)
      .type('text/plain')
      .send(refused.status === 401 ? 'Not signed in' : refused.status === 403 ? 'Not allowed' : 'Not understood');
  };
