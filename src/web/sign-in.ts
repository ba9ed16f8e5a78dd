import type { Request, Response } from 'express';
import { z } from 'zod';
import { inTransaction } from '../db/transaction.ts';
import { askForLink, endSession, findSession, LINK_MINUTES, linkPath, TOKEN, useLink } from '../people/sign-in.ts';
import { networkOf } from './network.ts';
import { ownPage, signInFor } from './own-page.ts';
import type { Site } from './site.ts';

/** Signing in by a link, sent by e-mail or given in a chat. Known, unknown, used and late look alike, so that nobody learns who takes part. */

const Address = z.email().max(254);

const tooMany = (site: Site, request: Request, response: Response) => {
  response.set('Retry-After', '3600');
  site.problem(request, response, 429, 'That was one try too many', [
    'Wait an hour, then try again. In Slack and in Microsoft Teams everything goes on as before.',
  ]);
};

export const signInPages = (site: Site, kick: () => void) => {
  const { core, guard } = site;
  /** @param to the page of ours that was asked for before */
  const ask = (request: Request, response: Response, to: string | undefined, wrong?: { error: string; typed: string }) =>
    site.show(request, response, 'sign-in.njk', {
      status: wrong ? 400 : 200,
      title: wrong ? 'Error: Sign in' : 'Sign in',
      mails: core.config.mail !== undefined,
      to,
      ...wrong,
    });

  return {
    form: async (request: Request, response: Response) => {
      const to = ownPage(request.query.to);
      const token = guard.session(request);
      const person =
        token === undefined ? undefined : await inTransaction(core.db, (tx) => findSession(tx, core.secret, token, core.now()));
      if (person || core.config.demo) return response.redirect(303, to ?? '/chat');
      ask(request, response, to);
    },

    send: async (request: Request, response: Response) => {
      const typed = String(request.body.address ?? '').trim();
      const to = ownPage(request.body.to);
      const address = Address.safeParse(typed);
      if (!address.success)
        return ask(request, response, to, { error: 'Enter an e-mail address, like name@school.org.uk', typed: typed.slice(0, 254) });
      const linkTo = (token: string) => `${core.config.publicUrl}${linkPath(token, to)}`;
      const asked = await inTransaction(core.db, (tx) =>
        askForLink(core, tx, { address: address.data, network: networkOf(request), page: to, linkTo }, core.now()),
      );
      if (asked === 'tooMany') return tooMany(site, request, response);
      kick();
      site.show(request, response, 'sign-in-sent.njk', { title: 'Look in your inbox', signIn: signInFor(to) });
    },

    /** Opened by people, and by every mail scanner on the way: it changes nothing and tells nothing. */
    link: (request: Request, response: Response) => {
      site.show(request, response, 'sign-in-link.njk', {
        title: 'Sign in',
        token: String(request.params.token),
        to: ownPage(request.query.to),
      });
    },

    use: async (request: Request, response: Response) => {
      const token = String(request.body.token ?? '');
      const before = guard.session(request);
      const used = TOKEN.test(token)
        ? await inTransaction(core.db, async (tx) => {
            const result = await useLink(core, tx, { token, network: networkOf(request) }, core.now());
            // Whoever was signed in here no longer is.
            if (typeof result === 'object' && before !== undefined) await endSession(tx, core.secret, before, core.now());
            return result;
          })
        : 'unusable';
      if (used === 'tooMany') return tooMany(site, request, response);
      if (used === 'unusable') {
        return site.problem(
          request,
          response,
          400,
          'This link cannot be used any more',
          [`A link works once, for ${LINK_MINUTES} minutes. In Slack and in Microsoft Teams, evidence gives you another.`],
          {
            href: signInFor(ownPage(request.body.to)),
            text: 'Ask for a new one',
          },
        );
      }
      guard.signIn(response, used.session);
      // Looked at once more: what the database holds may be older than the rule.
      response.redirect(303, ownPage(used.page) ?? '/chat');
    },

    out: async (request: Request, response: Response) => {
      const token = guard.session(request);
      if (token !== undefined) await inTransaction(core.db, (tx) => endSession(tx, core.secret, token, core.now()));
      guard.signOut(response);
      response.redirect(303, '/');
    },
  };
};
