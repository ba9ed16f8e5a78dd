import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';

/**
 * Signing in on the web by e-mail: a link that works once, then a session.
 * Tokens are 128 random bits; only keyed hashes of them are kept, so a copy of the database signs nobody in.
 */

/** How long a link works, in minutes. */
const LINK_MINUTES = 10;
/** How long a session lasts, in hours. */
export const SESSION_HOURS = 8;
/** Links sent to one address in an hour: enough for a slow mail server, too few to flood an inbox. */
const MOST_FOR_ADDRESS = 5;
/** Links asked for from one network address in an hour, and as many that could not be used: a council's offices share one. */
const MOST_FROM_NETWORK = 100;

/** What a token looks like. */
export const TOKEN = /^[\w-]{22}$/u;
const newToken = () => randomBytes(16).toString('base64url');

const hash = (secret: Uint8Array, what: 'link' | 'session' | 'address' | 'asking network' | 'failing network', text: string) =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, '', `common-cause sign-in ${what} v1`, 32)))
    .update(text)
    .digest('base64url');

const dateOf = (moment: Temporal.Instant) => new Date(moment.epochMilliseconds);

/** A person who has left cannot sign in from that day on. */
const here = (person: { leftOn: Date | null }, now: Temporal.Instant) =>
  person.leftOn === null || person.leftOn.toISOString().slice(0, 10) > dayIn(now).toString();

const triesSince = (tx: Tx, by: string, since: Date) => tx.attempt.count({ where: { kind: 'sign_in', by, at: { gt: since } } });

const text = (url: string) =>
  [
    'To sign in to Common Cause, open this link and press the button:',
    url,
    `It works once, for ${LINK_MINUTES} minutes. If you did not ask for it, there is nothing to do: nobody gets in without it.`,
  ].join('\n\n');

const count = (core: Core, tx: Tx, by: string, now: Temporal.Instant) =>
  tx.attempt.create({ data: { id: core.newId(), kind: 'sign_in', by, at: dateOf(now) } });

/**
 * Sends a link to an address that belongs to somebody. The caller says the same whether it does or not.
 * Only links that were sent count for an address, and once there were enough, the last ones work for another few minutes:
 * whoever asks for links in somebody's name, again and again, cannot keep them out.
 * @param network where it was asked from; undefined where that says nothing about who asks
 * @param linkTo the address of the page that a token opens
 * @returns `tooMany` when this network has tried too often; everything else looks alike
 */
export const askForLink = async (
  core: Core,
  tx: Tx,
  { address, network, linkTo }: { address: string; network: string | undefined; linkTo: (token: string) => string },
  now: Temporal.Instant,
): Promise<'asked' | 'tooMany'> => {
  const email = address.trim().toLowerCase();
  const hourAgo = dateOf(now.subtract({ hours: 1 }));
  if (network !== undefined) {
    const byNetwork = hash(core.secret, 'asking network', network);
    if ((await triesSince(tx, byNetwork, hourAgo)) >= MOST_FROM_NETWORK) return 'tooMany';
    await count(core, tx, byNetwork, now);
  }
  const person = await tx.person.findUnique({ where: { email }, select: { id: true, leftOn: true } });
  if (!person || !here(person, now)) return 'asked';
  const expiresAt = dateOf(now.add({ minutes: LINK_MINUTES }));
  const byAddress = hash(core.secret, 'address', email);
  if ((await triesSince(tx, byAddress, hourAgo)) >= MOST_FOR_ADDRESS) {
    await tx.signInLink.updateMany({ where: { personId: person.id, usedAt: null, createdAt: { gt: hourAgo } }, data: { expiresAt } });
    return 'asked';
  }
  await count(core, tx, byAddress, now);
  const token = newToken();
  await tx.signInLink.create({
    data: {
      tokenHash: hash(core.secret, 'link', token),
      personId: person.id,
      createdAt: dateOf(now),
      expiresAt,
    },
  });
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
 * Uses a link up and starts a session.
 * @returns the session's token; `unusable` for a link that is used, late or unknown, which nobody can tell apart
 */
export const useLink = async (
  core: Core,
  tx: Tx,
  { token, network }: { token: string; network: string | undefined },
  now: Temporal.Instant,
): Promise<{ session: string } | 'unusable' | 'tooMany'> => {
  const byNetwork = network === undefined ? undefined : hash(core.secret, 'failing network', network);
  if (byNetwork && (await triesSince(tx, byNetwork, dateOf(now.subtract({ hours: 1 })))) >= MOST_FROM_NETWORK) return 'tooMany';
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
          select: { personId: true, person: { select: { leftOn: true, email: true } } },
        })
      : null;
  if (!link || !here(link.person, now)) {
    if (byNetwork) await count(core, tx, byNetwork, now);
    return 'unusable';
  }
  // Whoever reads the address's mail is there: what was asked for before no longer counts.
  if (link.person.email) await tx.attempt.deleteMany({ where: { kind: 'sign_in', by: hash(core.secret, 'address', link.person.email) } });
  // Other links that were asked for in the meantime have done their work.
  await tx.signInLink.updateMany({ where: { personId: link.personId, usedAt: null }, data: { usedAt: dateOf(now) } });
  const session = newToken();
  await tx.session.create({
    data: {
      tokenHash: hash(core.secret, 'session', session),
      personId: link.personId,
      createdAt: dateOf(now),
      expiresAt: dateOf(now.add({ hours: SESSION_HOURS })),
    },
  });
  return { session };
};

export type SignedIn = { personId: string; post: string };

/** Who a session belongs to, while it lasts. */
export const findSession = async (tx: Tx, secret: Uint8Array, token: string, now: Temporal.Instant): Promise<SignedIn | undefined> => {
  if (!TOKEN.test(token)) return undefined;
  const session = await tx.session.findUnique({
    where: { tokenHash: hash(secret, 'session', token) },
    select: { personId: true, expiresAt: true, endedAt: true, person: { select: { post: true, leftOn: true } } },
  });
  if (!session || session.endedAt || session.expiresAt <= dateOf(now) || !here(session.person, now)) return undefined;
  return { personId: session.personId, post: session.person.post };
};

/** Ends a session at once, on the server too. */
export const endSession = async (tx: Tx, secret: Uint8Array, token: string, now: Temporal.Instant): Promise<void> => {
  await tx.session.updateMany({ where: { tokenHash: hash(secret, 'session', token), endedAt: null }, data: { endedAt: dateOf(now) } });
};
