import type { Request, RequestHandler, Response } from 'express';
import type { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../calendar/zone.ts';
import type { Tx } from '../../db/client.ts';
import { inTransaction } from '../../db/transaction.ts';
import { type Actor, findActor } from '../../people/actor.ts';
import { allPlaces, type Place } from '../../summaries/scopes.ts';
import { listed, shortened } from '../../views/actions/parts.ts';
import type { Site, Visitor } from '../site.ts';
import { visitorOf } from '../visitor.ts';
import { navigation } from './navigation.ts';

/** A page of the dashboards: who reads it is found once, and all of it is read in one transaction. */

export type Reader = {
  tx: Tx;
  now: Temporal.Instant;
  /** Today in the programme's zone. */
  today: Temporal.PlainDate;
  actor: Actor;
  /** The id of the session in which they read; undefined in the demonstration. */
  session: string | undefined;
  /** Every locality there is, in their fixed order: what of each may be read is asked of the actor (`may`). */
  places: readonly Place[];
  /** The address of another page for the same reader: in the demonstration it says whom they act as. */
  to: (path: string, query?: Record<string, string | undefined>) => string;
};

/** What came with the address, or in a form. */
export type Asked = {
  /** Parts of the path; a name that the path does not have is ''. */
  param: (name: string) => string;
  /** What follows the question mark, each name once; '' where it is not there. */
  query: (name: string) => string;
  /** What was posted; '' where it was not. */
  posted: (name: string) => string;
  /** All that was posted under a name. */
  postedAll: (name: string) => string[];
};

/** A page to be drawn. `title` is what the browser's tab and a screen reader say first; `status` is 200 where none is said. */
export type Shown = { template: string; title: string; status?: number } & Record<string, unknown>;

/** Undefined: there is no such page, or not for this reader; nobody is told which. */
export type Page = (reader: Reader, asked: Asked) => Promise<Shown | undefined>;

/** What a form does: where the reader goes then, or the same page again with what was wrong. */
export type Change = (reader: Reader, asked: Asked) => Promise<{ goTo: string } | Shown | undefined>;

/** Which page of a long list an address asks for, from 1; what is no number is the first. Whether there are so many is for the list. */
export const pageAsked = (text: string): number => (/^\d{1,6}$/u.test(text) ? Math.max(1, Number(text)) : 1);

export type Pages = { show: (page: Page) => RequestHandler; change: (change: Change) => RequestHandler };

const textOf = (value: unknown): string => (typeof value === 'string' ? value : Array.isArray(value) ? textOf(value[0]) : '');

/** @param read where the names of the address's values are noted that the page asks for */
const askedOf = (request: Request, read: Set<string>): Asked => ({
  param: (name) => textOf(request.params[name]),
  query: (name) => {
    read.add(name);
    return textOf(request.query[name]);
  },
  posted: (name) => textOf((request.body as Record<string, unknown> | undefined)?.[name]),
  postedAll: (name) => [(request.body as Record<string, unknown> | undefined)?.[name] ?? []].flat().map(textOf),
});

/** Of a name that a page does not know, so much is repeated. */
const LONGEST_NAME = 40;
const MOST_NAMES = 3;

/** What of an address the page did not ask for: a slip, as in “localty=WAK”, is said and not taken for all there is. */
const unknownIn = (request: Request, read: ReadonlySet<string>): string | undefined => {
  const names = Object.keys(request.query).filter((name) => name !== 'as' && !read.has(name));
  if (names.length === 0) return undefined;
  const quoted = names.slice(0, MOST_NAMES).map((name) => `“${shortened(name, LONGEST_NAME)}”`);
  const more = names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : [];
  return `This page does not know ${listed([...quoted, ...more])}: shown without ${names.length === 1 ? 'it' : 'them'}.`;
};

/** @param as as in Visitor */
export const addressFor =
  ({ as }: Pick<Visitor, 'as'>) =>
  (path: string, query: Record<string, string | undefined> = {}): string => {
    const search = new URLSearchParams(as.slice(1));
    for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, value);
    const text = search.toString();
    return text === '' ? path : `${path}?${text}`;
  };

export const createPages = (site: Site, notFound: RequestHandler): Pages => {
  const { core } = site;

  const readBy = <T>(visitor: Visitor, work: (reader: Reader) => Promise<T>): Promise<T | undefined> =>
    inTransaction(core.db, async (tx) => {
      const now = core.now();
      const today = dayIn(now);
      const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: visitor.personId }, today.toString());
      if (!actor) return undefined;
      return work({ tx, now, today, actor, session: visitor.session, places: await allPlaces(tx), to: addressFor(visitor) });
    });

  const draw = (request: Request, response: Response, visitor: Visitor, actor: Actor, { template, ...shown }: Shown) => {
    const to = addressFor(visitor);
    const pages = navigation(actor).map(({ text, path, under }) => ({
      text,
      href: to(path),
      current: request.path === path,
      active: under.some((start) => request.path === start || request.path.startsWith(`${start}/`)),
    }));
    site.show(request, response, template, { visitor, pages, ...shown });
  };

  const handler =
    (work: (reader: Reader, asked: Asked) => Promise<{ goTo: string } | Shown | undefined>): RequestHandler =>
    async (request, response, next) => {
      const visitor = await visitorOf(site, request, response);
      if (!visitor) return;
      const read = new Set<string>();
      const done = await readBy(visitor, async (reader) => ({ actor: reader.actor, result: await work(reader, askedOf(request, read)) }));
      if (!done?.result) return notFound(request, response, next);
      if ('goTo' in done.result) return response.redirect(303, done.result.goTo as string);
      const slips = request.method === 'POST' ? undefined : unknownIn(request, read);
      draw(request, response, visitor, done.actor, { ...(done.result as Shown), slips });
    };

  return { show: handler, change: handler };
};
