import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { dayIn } from '../calendar/zone.ts';
import { inTransaction } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { sendAgain } from '../nudges/again.ts';
import { readRuns, runRights } from '../nudges/runs.ts';
import { runsView } from './runs-view.ts';
import type { Site, Visitor } from './site.ts';
import { visitorOf } from './visitor.ts';

/** Runs on the web: what became of the messages that nobody asked for, and sending again what has failed. For administrators only. */

/** Whoever may look, and whether they may send again. */
type Reader = { visitor: Visitor; again: boolean };

const Asked = z.object({ kind: z.enum(['delivery', 'message']), id: z.guid() });

/** What the page says once something was sent again; the address carries only which. */
const AGAIN = {
  delivery: 'It is planned again. It goes within a few minutes, if something still waits.',
  message: 'It is in the outbox again. It goes within a minute.',
};

export const runPages = (site: Site, notFound: RequestHandler) => {
  const { core } = site;
  const readerIn = (response: Response) => response.locals.reader as Reader;

  /** Lets only those in who may look at runs. */
  const enter: RequestHandler = async (request, response, next) => {
    const visitor = await visitorOf(site, request, response);
    if (!visitor) return;
    const rights = await inTransaction(core.db, (tx) => runRights(tx, visitor.personId, dayIn(core.now()).toString()));
    if (!rights.read) return notFound(request, response, next);
    response.locals.reader = { visitor, again: rights.again } satisfies Reader;
    next();
  };

  const show = async (request: Request, response: Response, refused?: string) => {
    const { visitor, again } = readerIn(response);
    const runs = await inTransaction(core.db, (tx) => readRuns(tx, core.now()));
    const done = String(request.query.again);
    site.show(request, response, 'runs.njk', {
      status: refused === undefined ? 200 : 409,
      title: refused === undefined ? 'Runs' : 'Error: Runs',
      visitor,
      refused,
      said: refused === undefined && Object.hasOwn(AGAIN, done) ? AGAIN[done as keyof typeof AGAIN] : undefined,
      ...runsView(runs, again),
    });
  };

  return {
    enter,
    show: ((request, response) => show(request, response)) satisfies RequestHandler,

    again: (async (request, response, next) => {
      const asked = Asked.safeParse(request.body);
      if (!asked.success) return notFound(request, response, next);
      const { as, personId } = readerIn(response).visitor;
      try {
        await inTransaction(core.db, (tx) => sendAgain({ tx, now: core.now(), newId: core.newId, personId }, asked.data));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return show(request, response, error.message);
      }
      core.log.info({ kind: asked.data.kind, id: asked.data.id }, 'a message that had failed is sent again');
      response.redirect(303, `/runs${as}${as ? '&' : '?'}again=${asked.data.kind}`);
    }) satisfies RequestHandler,
  };
};
