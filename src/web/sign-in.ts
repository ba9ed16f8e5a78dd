import { BlockList } from 'node:net';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { inTransaction } from '../db/transaction.ts';
import { askForLink, endSession, findSession, TOKEN, useLink } from '../people/sign-in.ts';
import type { Site } from './site.ts';

/** Signing in by e-mail. Known, unknown, used and late look alike, so that nobody learns who takes part. */

const Address = z.email().max(254);

/** Addresses of this machine and of networks behind a router (RFC 1918, 6598, 3927, 4193, 4291): here a proxy speaks for everybody. */
const NEARBY = new BlockList();
for (const [address, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const)
  NEARBY.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  NEARBY.addSubnet(address, bits, 'ipv6');

/**
 * Who asks, for counting tries; undefined where one address stands for everybody. No proxy's header is believed: anybody can send one.
 * docs/decisions.md, "Tries at signing in".
 */
const networkOf = (request: Request): string | undefined => {
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/iu, '');
  return address === '' || NEARBY.check(address, address.includes(':') ? 'ipv6' : 'ipv4') ? undefined : address;
};

const tooMany = (site: Site, request: Request, response: Response) => {
  response.set('Retry-After', '3600');
  site.problem(request, response, 429, 'That was one try too many', [
    'Wait an hour, then try again. In Slack and in Microsoft Teams everything goes on as before.',
  ]);
};

export const signInPages = (site: Site, kick: () => void) => {
  const { core, guard } = site;
  const ask = (request: Request, response: Response, wrong?: { error: string; typed: string }) =>
    site.show(request, response, 'sign-in.njk', {
      status: wrong ? 400 : 200,
      title: wrong ? 'Error: Sign in' : 'Sign in',
      mails: core.config.mail !== undefined,
      ...wrong,
    });

  return {
    form: async (request: Request, response: Response) => {
      const token = guard.session(request);
      const person =
        token === undefined ? undefined : await inTransaction(core.db, (tx) => findSession(tx, core.secret, token, core.now()));
      if (person || core.config.demo) return response.redirect(303, '/chat');
      ask(request, response);
    },

    send: async (request: Request, response: Response) => {
      const typed = String(request.body.address ?? '').trim();
      const address = Address.safeParse(typed);
      if (!address.success)
        return ask(request, response, { error: 'Enter an e-mail address, like name@school.org.uk', typed: typed.slice(0, 254) });
      const linkTo = (token: string) => `${core.config.publicUrl}/sign-in/link/${token}`;
      const asked = await inTransaction(core.db, (tx) =>
        askForLink(core, tx, { address: address.data, network: networkOf(request), linkTo }, core.now()),
      );
      if (asked === 'tooMany') return tooMany(site, request, response);
      kick();
      site.show(request, response, 'sign-in-sent.njk', { title: 'Look in your inbox' });
    },

    /** Opened by people, and by every mail scanner on the way: it changes nothing and tells nothing. */
    link: (request: Request, response: Response) => {
      site.show(request, response, 'sign-in-link.njk', { title: 'Sign in', token: String(request.params.token) });
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
        return site.problem(request, response, 400, 'This link cannot be used any more', ['A link works once, for 10 minutes.'], {
          href: '/sign-in',
          text: 'Ask for a new one',
        });
      }
      guard.signIn(response, used.session);
      response.redirect(303, '/chat');
    },

    out: async (request: Request, response: Response) => {
      const token = guard.session(request);
      if (token !== undefined) await inTransaction(core.db, (tx) => endSession(tx, core.secret, token, core.now()));
      guard.signOut(response);
      response.redirect(303, '/');
    },
  };
};
