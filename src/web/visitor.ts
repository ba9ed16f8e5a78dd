import type { Request, Response } from 'express';
import { inTransaction } from '../db/transaction.ts';
import { demoPeople, demoPerson } from '../people/demonstration.ts';
import { findSession } from '../people/sign-in.ts';
import { isLocalRequest } from './local.ts';
import { ownPage, signInFor } from './own-page.ts';
import type { Site, Visitor } from './site.ts';

/** Who looks at a page: somebody who has signed in or, in the demonstration, whoever the address says. */

/** Why the demonstration is not shown, so that whoever set the server up can put it right. */
const whyNotLocal = (request: Request): string => {
  if (Object.keys(request.headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'))) {
    return 'This request came through a proxy: it carries a Forwarded or X-Forwarded header.';
  }
  return 'This request, its Host header or PUBLIC_URL is not of this machine.';
};

export const refuseFar = (site: Site, request: Request, response: Response) => {
  site.core.log.warn({ status: 403, why: 'the demonstration was asked for from elsewhere' }, 'a request was refused');
  return site.problem(request, response, 403, 'The demonstration is only for the machine it runs on', [
    whyNotLocal(request),
    'In the demonstration anybody can act as anybody, so it answers nobody else. For a real programme, set DEMO=0 and sign in by e-mail: README.md, “Configuration”.',
  ]);
};

/** The page that was asked for, to come back to; undefined for what was posted: that is not done again. */
const pageOf = ({ method, originalUrl }: Request): string | undefined =>
  method === 'GET' || method === 'HEAD' ? ownPage(originalUrl) : undefined;

/** The same page as somebody of the demonstration. */
const asPerson = (page: string, email: string): string => {
  const [path = '', query] = page.split('?');
  const search = new URLSearchParams(query);
  search.set('as', email);
  return `${path}?${search}`;
};

/** Whoever asks, or undefined once the page that says why not has been sent. */
export const visitorOf = async (site: Site, request: Request, response: Response): Promise<Visitor | undefined> => {
  const { core, guard } = site;
  if (!core.config.demo) {
    const token = guard.session(request);
    const person = token === undefined ? undefined : await inTransaction(core.db, (tx) => findSession(tx, core.secret, token, core.now()));
    if (person) return { ...person, action: '/chat', as: '' };
    response.redirect(303, signInFor(pageOf(request)));
    return undefined;
  }
  if (!isLocalRequest(request, core.config)) {
    refuseFar(site, request, response);
    return undefined;
  }
  const asked = request.query.as;
  if (typeof asked !== 'string' || asked === '') {
    const page = pageOf(request) ?? '/chat';
    const groups = (await inTransaction(core.db, demoPeople)).map(({ name, people }) => ({
      name,
      people: people.map(({ post, email }) => ({ post, href: asPerson(page, email) })),
    }));
    site.show(request, response, 'people.njk', { title: 'Who do you want to be?', groups });
    return undefined;
  }
  const person = await inTransaction(core.db, (tx) => demoPerson(tx, asked));
  const as = person && `?as=${encodeURIComponent(person.email)}`;
  if (person && as) return { personId: person.personId, post: person.post, action: `/chat${as}`, as };
  site.problem(request, response, 404, 'I do not know this address', [`Nobody in the demonstration has the address ${asked}.`], {
    href: '/chat',
    text: 'Choose who you are',
  });
  return undefined;
};

/**
 * What one browser has in hand to say who is there, not looked up: for knowing again whoever began something a moment ago while the
 * database is busy with just that.
 */
export const handOf = (site: Site, request: Request): string | undefined => {
  if (!site.core.config.demo) return site.guard.session(request);
  const { as } = request.query;
  return typeof as === 'string' && isLocalRequest(request, site.core.config) ? as : undefined;
};
