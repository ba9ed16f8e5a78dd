import { randomBytes } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';
import { countTry, dateOf, forgetTries, isHere, keyedHash, MOST_FROM_NETWORK, triesOf } from './credentials.ts';

/**
 * Signing in on the web: a link that works once, by e-mail or in a chat, then a session.
 * Tokens are 128 random bits; only keyed hashes of them are kept, so a copy of the database signs nobody in.
 */

/** How long a link works, in minutes. */
export const LINK_MINUTES = 10;
/** How long a session lasts, in hours. */
export const SESSION_HOURS = 8;
/** Links to one address, and as many to one person in a chat, in an hour: enough for a slow mail server, too few to flood an inbox. */
export const MOST_LINKS = 5;

/** What a token looks like. */
export const TOKEN = /^[\w-]{22}$/u;
const newToken = () => randomBytes(16).toString('base64url');

const hash = (
  secret: Uint8Array,
  what: 'link' | 'session' | 'address' | 'person' | 'asking network' | 'failing network',
  text: string,
): string => keyedHash(secret, `common-cause sign-in ${what} v1`, text);

/** Who tries, as it is counted. */
const tried = (secret: Uint8Array, what: 'address' | 'person' | 'asking network' | 'failing network', who: string) =>
  ({ kind: 'sign_in', by: hash(secret, what, who) }) as const;

/** How somebody asked for a link: by e-mail to their address, or in a chat that knows who they are. */
export type AskedBy = 'email' | 'chat';

/**
 * The address of a link. The page that it is for stands in it too: what a dead link was for is asked of nobody, as it looks like one that
 * never was, and still a fresh one leads there.
 */
export const linkPath = (token: string, page: string | undefined): string =>
  `/sign-in/link/${token}${page === undefined ? '' : `?to=${encodeURIComponent(page)}`}`;

const text = (url: string) =>
  [
    'To sign in to Common Cause, open this link and press the button:',
    url,
    `It works once, for ${LINK_MINUTES} minutes. If you did not ask for it, there is nothing to do: nobody gets in without it.`,
  ].join('\n\n');

const makeLink = async (
  core: Core,
  tx: Tx,
  { personId, askedBy, page }: { personId: string; askedBy: AskedBy; page: string | undefined },
  now: Temporal.Instant,
): Promise<string> => {
  const token = newToken();
  await tx.signInLink.create({
    data: {
      id: core.newId(),
      tokenHash: hash(core.secret, 'link', token),
      personId,
      askedBy,
      page: page ?? null,
      createdAt: dateOf(now),
      expiresAt: dateOf(now.add({ minutes: LINK_MINUTES })),
    },
  });
  return token;
};

/** The links of the last hour that were not used work for another few minutes. */
const prolong = (tx: Tx, personId: string, askedBy: AskedBy, now: Temporal.Instant) =>
  tx.signInLink.updateMany({
    where: { personId, askedBy, usedAt: null, createdAt: { gt: dateOf(now.subtract({ hours: 1 })) } },
    data: { expiresAt: dateOf(now.add({ minutes: LINK_MINUTES })) },
  });

/**
 * Sends a link to an address that belongs to somebody. The caller says the same whether it does or not.
 * Only links that were sent count for an address, and once there were enough, the last ones work for another few minutes:
 * whoever asks for links in somebody's name, again and again, cannot keep them out.
 * @param network where it was asked from; undefined where that says nothing about who asks
 * @param page the page of ours that it leads to; undefined: the chat
 * @param linkTo the address of the page that a token opens
 * @returns `tooMany` when this network has tried too often; everything else looks alike
 */
export const askForLink = async (
  core: Core,
  tx: Tx,
  {
    address,
    network,
    page,
    linkTo,
  }: { address: string; network: string | undefined; page: string | undefined; linkTo: (token: string) => string },
  now: Temporal.Instant,
): Promise<'asked' | 'tooMany'> => {
  const email = address.trim().toLowerCase();
  if (network !== undefined) {
    const byNetwork = tried(core.secret, 'asking network', network);
    if ((await triesOf(tx, byNetwork, now)) >= MOST_FROM_NETWORK) return 'tooMany';
    await countTry(core, tx, byNetwork, now);
  }
  const person = await tx.person.findUnique({ where: { email }, select: { id: true, leftOn: true } });
  if (!person || !isHere(person, now)) return 'asked';
  const byAddress = tried(core.secret, 'address', email);
  if ((await triesOf(tx, byAddress, now)) >= MOST_LINKS) {
    await prolong(tx, person.id, 'email', now);
    return 'asked';
  }
  await countTry(core, tx, byAddress, now);
  const token = await makeLink(core, tx, { personId: person.id, askedBy: 'email', page }, now);
  await core.later(tx, {
    kind: 'email',
    to: email,
    subject: 'Your link to Common Cause',
    text: text(linkTo(token)),
    ...(core.config.demo ? {} : { secret: true as const }),
  });
  return 'asked';
};

/**
 * Makes a link for somebody who is known where they ask: a chat. It is theirs alone to see, and kept nowhere.
 * @param page the page of ours that it leads to
 * @returns the link's token; `tooMany` when they have asked often enough: the links that they have work for another few minutes
 */
export const linkForChat = async (
  core: Core,
  tx: Tx,
  { personId, page }: { personId: string; page: string },
  now: Temporal.Instant,
): Promise<{ token: string } | 'tooMany'> => {
  const byPerson = tried(core.secret, 'person', personId);
  if ((await triesOf(tx, byPerson, now)) >= MOST_LINKS) {
    await prolong(tx, personId, 'chat', now);
    return 'tooMany';
  }
  await countTry(core, tx, byPerson, now);
  return { token: await makeLink(core, tx, { personId, askedBy: 'chat', page }, now) };
};

/**
 * Uses a link up and starts a session.
 * @returns the session's token, and the page of ours that the link leads to; `unusable` for a link that is used, late or unknown, which
 * nobody can tell apart
 */
export const useLink = async (
  core: Core,
  tx: Tx,
  { token, network }: { token: string; network: string | undefined },
  now: Temporal.Instant,
): Promise<{ session: string; page: string | null } | 'unusable' | 'tooMany'> => {
  const byNetwork = network === undefined ? undefined : tried(core.secret, 'failing network', network);
  if (byNetwork && (await triesOf(tx, byNetwork, now)) >= MOST_FROM_NETWORK) return 'tooMany';
  const tokenHash = hash(core.secret, 'link', token);
  // One statement takes the link, so that two browsers cannot both have it.
  const taken = await tx.signInLink.updateMany({
    where: { tokenHash, usedAt: null, expiresAt: { gt: dateOf(now) } },
    data: { usedAt: dateOf(now) },
  });
  const link =
    taken.count === 1
      ? await tx.signInLink.findUnique({
          where: { tokenHash },
          select: { personId: true, askedBy: true, page: true, person: { select: { leftOn: true, email: true } } },
        })
      : null;
  if (!link || !isHere(link.person, now)) {
    if (byNetwork) await countTry(core, tx, byNetwork, now);
    return 'unusable';
  }
  // Whoever reads the address's mail, or the person's chat, is there: what was asked for before no longer counts.
  if (link.askedBy === 'chat') await forgetTries(tx, tried(core.secret, 'person', link.personId));
  else if (link.person.email) await forgetTries(tx, tried(core.secret, 'address', link.person.email));
  // Other links that were asked for in the meantime have done their work.
  await tx.signInLink.updateMany({ where: { personId: link.personId, usedAt: null }, data: { usedAt: dateOf(now) } });
  const session = newToken();
  await tx.session.create({
    data: {
      id: core.newId(),
      tokenHash: hash(core.secret, 'session', session),
      personId: link.personId,
      askedBy: link.askedBy,
      createdAt: dateOf(now),
      expiresAt: dateOf(now.add({ hours: SESSION_HOURS })),
    },
  });
  return { session, page: link.page };
};

export type SignedIn = {
  personId: string;
  post: string;
  /** The session's id, by which it is named among others; it lets nobody in. */
  session: string;
};

/** Who a session belongs to, while it lasts. */
export const findSession = async (tx: Tx, secret: Uint8Array, token: string, now: Temporal.Instant): Promise<SignedIn | undefined> => {
  if (!TOKEN.test(token)) return undefined;
  // In one statement: it is asked before every page.
  const [found] = await tx.$queryRaw<(SignedIn & { leftOn: Date | null })[]>`
    select s.id as session, s.person_id as "personId", p.post, p.left_on as "leftOn"
    from session s join person p on p.id = s.person_id
    where s.token_hash = ${hash(secret, 'session', token)} and s.ended_at is null and s.expires_at > ${now.toString()}::timestamptz`;
  if (!found || !isHere(found, now)) return undefined;
  return { personId: found.personId, post: found.post, session: found.session };
};

/** Ends a session at once, on the server too. */
export const endSession = async (tx: Tx, secret: Uint8Array, token: string, now: Temporal.Instant): Promise<void> => {
  await tx.session.updateMany({ where: { tokenHash: hash(secret, 'session', token), endedAt: null }, data: { endedAt: dateOf(now) } });
};
