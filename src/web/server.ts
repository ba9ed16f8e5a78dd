import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Logger } from 'pino';
import { type Config, ConfigError } from '../config.ts';
import { faultOf } from '../fault.ts';
import { type Health, mountHealth } from './health.ts';

/** The HTTP server: it listens from the first moment, answers machines, and everybody else once the rest is ready. */

export type Server = {
  /** Platforms and pages add their routes to it. */
  web: Express;
  /** To be called when every route is there. */
  ready: () => void;
  /** Takes nothing new; resolves when every request under way has its answer. */
  stop: () => Promise<void>;
};

/** Milliseconds that a request under way has to come to its end when the server stops. */
const LAST_CALL = 15_000;

/** @throws ConfigError when it cannot listen there */
export const startServer = async (
  config: Config,
  log: Logger,
  health: Pick<Health, 'ping' | 'metrics'>,
): Promise<Server & { port: number }> => {
  let hindrance: 'starting' | 'stopping' | undefined = 'starting';
  const web = express().disable('x-powered-by').set('trust proxy', false);
  const http = createServer(web);
  const underWay = new Set<ServerResponse>();
  http.on('request', (_request, response) => void underWay.add(response.once('close', () => underWay.delete(response))));

  mountHealth(web, { ...health, config, hindrance: () => hindrance });
  web.use((_request, response, next) => {
    if (hindrance === undefined) return next();
    response
      .set('Connection', 'close')
      .set('Retry-After', '5')
      .status(503)
      .type('text/plain')
      .send(`Common Cause is ${hindrance}. Try again in a few seconds.\n`);
  });

  const { port } = await new Promise<AddressInfo>((listening, failed) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `${config.port} is in use. Set another PORT, or stop what uses it`
          : `cannot listen on ${config.host}:${config.port} (${error.code})`;
      failed(new ConfigError([`PORT: ${why}`]));
    });
    http.listen(config.port, config.host, () => listening(http.address() as AddressInfo));
  });

  const failures: ErrorRequestHandler = (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const given = typeof error?.status === 'number' ? error.status : 500;
    const status = given >= 400 && given < 500 ? given : 500;
    if (status === 500) log.error({ fault: faultOf(error) }, 'a request failed');
    else log.info({ status }, 'a request was refused');
    const words =
      status === 413 ? 'Too large.' : status === 500 ? 'Something went wrong on our side.' : 'The request could not be understood.';
    response.status(status).type('text/plain').send(`${words}\n`);
  };

  return {
    web,
    port,
    ready: () => {
      web.use(failures);
      hindrance = undefined;
    },
    stop: async () => {
      hindrance = 'stopping';
      const closed = new Promise((resolve) => http.close(resolve));
      const lastCall = setTimeout(() => http.closeAllConnections(), LAST_CALL);
      // A connection that is kept alive after its answer would hold the server open.
      for (const response of underWay) if (!response.headersSent) response.setHeader('Connection', 'close');
      await closed;
      clearTimeout(lastCall);
    },
  };
};
