import type { IncomingMessage } from 'node:http';
import { type Config, isLoopback } from '../config.ts';

const hostnameOf = (host: string | undefined): string | undefined => {
  const url = `http://${host ?? ''}/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
};

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Whether somebody at this machine is connected, and not a proxy here that speaks for somebody who is not. */
export const isFromThisMachine = (request: Asked): boolean =>
  isLoopback(request.socket.remoteAddress ?? '') &&
  !Object.keys(request.headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));

/**
 * Whether a request was made by somebody at this very machine: what acting as a demonstration person and TEAMS_LOCAL ask for.
 * The socket says who is connected; the Host header is not loopback when a web page elsewhere has rebound its name to 127.0.0.1;
 * a Forwarded or X-Forwarded-… header means that a proxy here speaks for somebody who is not here.
 */
export const isLocalRequest = (request: Asked, config: Pick<Config, 'publicUrl'>): boolean => {
  const host = hostnameOf(request.headers.host);
  return isFromThisMachine(request) && host !== undefined && isLoopback(host) && isLoopback(new URL(config.publicUrl).hostname);
};
