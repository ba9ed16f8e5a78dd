import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Core } from '../app.ts';
import type { Command, Dispatch } from '../bot/contract.ts';
import { isLoopback } from '../config.ts';
import { inTransaction } from '../db/transaction.ts';
import { DatabaseUnavailable } from '../errors.ts';
import { createExports } from '../evidence/export/run.ts';
import { faultOf } from '../fault.ts';
import { findSession } from '../people/sign-in.ts';
import { loadAssets } from './assets.ts';
import { chatPages } from './chat.ts';
import { addEvidence } from './evidence/routes.ts';
import { importPages } from './import.ts';
import { createRuns } from './import-run.ts';
import { pulsePages } from './pulse.ts';
import { runPages } from './runs.ts';
import { signInPages } from './sign-in.ts';
import { createSite, type Site } from './site.ts';
import { createTemplates } from './templates.ts';

/** The web: pages for people, and the third platform of the same commands. */

/** The most that a form of ours may send: eight texts of 1,200 bytes, percent-encoded (the questions of one criterion), beside what belongs to a form. */
const MOST_POSTED = '40kb';
const MOST_FIELDS = 100;

export type WebParts = {
  core: Core;
  commands: readonly Command[];
  dispatch: Dispatch;
  /** Wakes the relay after a sign-in link was written to the outbox. */
  kick: () => void;
  /** Platforms that are not switched on, each with how to do it ("set …"); said on the first page of a demonstration. */
  platformsOff?: { name: string; how: string }[];
};

/** No script or style in a page, nothing from anywhere else, in nobody's frame, and no word of where the reader came from. */
const headers = (secure: boolean): RequestHandler[] => [
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  }),
  (_request, response, next) => {
    response.set('Cache-Control', 'no-store').set('X-Robots-Tag', 'noindex, nofollow');
    next();
  },
];

const onlyOurs =
  (site: Site): RequestHandler =>
  (request, response, next) => {
    if (site.guard.isOurs(request)) return next();
    site.core.log.warn({ status: 403, why: 'not sent from a page of ours' }, 'a request was refused');
    const words = request.body?.ask === 'words' && typeof request.body.text === 'string' ? [`Your words: “${request.body.text}”`] : [];
    site.problem(
      request,
      response,
      403,
      'Nothing was saved: this page was not sent from here',
      [
        'It may have been open since before you signed in or out, or the browser keeps no cookies for us. Open it again and send it once more.',
        ...words,
      ],
      { href: request.path === '/chat' ? request.path : '/', text: 'Open it again' },
    );
  };

/** What went wrong before a page's own code ran, or in it: said without a stack trace, logged once. */
const failures =
  (site: Site): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = typeof error?.status === 'number' ? error.status : 500;
    const { log, newId } = site.core;
    if (status === 413) {
      site.problem(request, response, 413, 'Nothing was saved: that was too long', [
        'A note has at most 1,000 characters. Go back, shorten it and send it again.',
      ]);
    } else if (status >= 400 && status < 500) {
      site.problem(request, response, 400, 'Nothing was saved: the request could not be read', ['Go back and try again.']);
    } else {
      const reference = newId().replaceAll('-', '').slice(-6).toUpperCase();
      const away = error instanceof DatabaseUnavailable;
      log.error({ fault: faultOf(error), ref: reference }, away ? 'a page could not reach the database' : 'a page failed');
      const heading = away
        ? `The database could not be reached just now (ref ${reference})`
        : `Something went wrong on our side (ref ${reference})`;
      site.problem(request, response, away ? 503 : 500, heading, ['Nothing was saved. Try again in a minute.']);
      return;
    }
    log.info({ status }, 'a request was refused');
  };

/** Mounted last: what no other route has taken gets a page that says so. */
export const createWeb = ({ core, commands, dispatch, kick, platformsOff = [] }: WebParts) => {
  const assets = loadAssets();
  const site = createSite(core, createTemplates(), assets.path);
  const chat = chatPages(site, commands, dispatch);
  const signIn = signInPages(site, kick);
  const runs = createRuns(core);
  const exports = createExports(core);
  const pulses = pulsePages(site);

  const home: RequestHandler = async (request, response) => {
    const token = site.guard.session(request);
    const person =
      token && !core.config.demo ? await inTransaction(core.db, (tx) => findSession(tx, core.secret, token, core.now())) : undefined;
    const visitor = person && { ...person, action: '/chat', as: '' };
    site.show(request, response, 'home.njk', { title: 'Start', visitor, platformsOff });
  };
  const notFound: RequestHandler = (request, response) =>
    site.problem(request, response, 404, 'This page does not exist', ['Check the address, or start again.'], {
      href: '/',
      text: 'Start page',
    });
  const imports = importPages(site, runs, notFound);
  const sent = runPages(site, notFound);

  return {
    name: 'web' as const,
    mount: (web: Express) => {
      const router = express.Router();
      const posted = express.urlencoded({ extended: false, limit: MOST_POSTED, parameterLimit: MOST_FIELDS });
      const form = [posted, onlyOurs(site)];
      router.use(headers(!isLoopback(new URL(core.config.publicUrl).hostname)));
      router.get('/assets/:version/:file', assets.serve);
      router.get('/', home);
      router.get('/chat', chat.open);
      router.post('/chat', form, chat.ask);
      if (core.config.demo) router.get('/chat/mail', chat.mail);
      router.get('/import', imports.enter, imports.form);
      router.post('/import', imports.enter, imports.receive, onlyOurs(site), imports.look);
      router.get('/import/template.xlsx', imports.enter, imports.template);
      router.get('/import/:id', imports.progress, imports.enter, imports.show);
      router.post('/import/:id', form, imports.enter, imports.run);
      router.get('/runs', sent.enter, sent.show);
      router.post('/runs', form, sent.enter, sent.again);
      router.get('/pulse/:token', pulses.open);
      // Whoever has the link may answer: it is the credential, and no cookie is asked for.
      router.post('/pulse/:token', posted, pulses.answer, pulses.tooLong);
      router.get('/sign-in', signIn.form);
      router.get('/sign-in/link/:token', signIn.link);
      if (!core.config.demo) {
        router.post('/sign-in', form, signIn.send);
        router.post('/sign-in/link', form, signIn.use);
        router.post('/sign-out', form, signIn.out);
      }
      addEvidence({ router, site, notFound, form, exports });
      router.use(notFound);
      router.use(failures(site));
      web.use(router);
    },
    start: async (): Promise<void> => {},
    /** Imports that are under way come to their end; exports are ended: whoever waits for one asks again. */
    stop: async () => {
      await Promise.all([runs.settled(), exports.stop()]);
    },
  };
};
