import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Core } from '../app.ts';
import { createGuard, type Guard } from './guard.ts';
import type { Templates } from './templates.ts';

/**
 * Whoever looks at a page. `action` is where the chat's forms go. `as` follows the address of any other page of theirs: in the
 * demonstration it says who they act as ("?as=…"), elsewhere it is empty.
 */
export type Visitor = {
  personId: string;
  post: string;
  action: string;
  as: string;
  /** The id of their session; none in the demonstration. */
  session?: string;
};

/** What every page of ours is made with. */
export type Site = {
  core: Core;
  guard: Guard;
  /** Draws a page. `title` is what the browser's tab and a screen reader say first. */
  show: (
    request: Request,
    response: Response,
    template: string,
    data: { title: string; visitor?: Visitor | undefined; status?: number } & Record<string, unknown>,
  ) => void;
  /** A page that says what went wrong and what to do next. */
  problem: (
    request: Request,
    response: Response,
    status: number,
    heading: string,
    lines: string[],
    next?: { href: string; text: string },
  ) => void;
};

export const createSite = (core: Core, templates: Templates, assetsPath: string): Site => {
  const guard = createGuard(core.secret, core.config);
  const show: Site['show'] = (request, response, template, { status = 200, visitor, ...data }) => {
    const csrf = guard.csrf(request, response);
    const nonce = randomBytes(16).toString('base64url');
    response.status(status).send(
      templates.render(template, {
        assets: assetsPath,
        demo: core.config.demo,
        operator: core.config.operatorName,
        visitor,
        chat: visitor?.action ?? (core.config.demo ? '/chat' : undefined),
        csrf,
        page: { action: visitor?.action, csrf, nonce },
        ...data,
      }),
    );
  };
  return {
    core,
    guard,
    show,
    problem: (request, response, status, heading, lines, next) =>
      show(request, response, 'problem.njk', { status, title: heading, heading, lines, next }),
  };
};
