import { createHmac, hkdfSync } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';

/** What links, sessions and tokens share: keyed hashes are kept of them, tries are counted, and whoever has left has none that works. */

/** What is kept of something that lets somebody in. @param use what it is for: each has a key of its own */
export const keyedHash = (secret: Uint8Array, use: string, text: string): string =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, '', use, 32)))
    .update(text)
    .digest('base64url');

export const dateOf = (moment: Temporal.Instant): Date => new Date(moment.epochMilliseconds);

/** Somebody who has left is nobody from that day on. */
export const isHere = (person: { leftOn: Date | null }, now: Temporal.Instant): boolean =>
  person.leftOn === null || person.leftOn.toISOString().slice(0, 10) > dayIn(now).toString();

type Tried = { kind: 'sign_in' | 'token' /** A keyed hash of who tries. */; by: string };

/** Tries in the hour before. */
export const triesOf = (tx: Tx, { kind, by }: Tried, now: Temporal.Instant): Promise<number> =>
  tx.attempt.count({ where: { kind, by, at: { gt: dateOf(now.subtract({ hours: 1 })) } } });

export const countTry = async ({ newId }: Pick<Core, 'newId'>, tx: Tx, tried: Tried, now: Temporal.Instant): Promise<void> => {
  await tx.attempt.create({ data: { id: newId(), ...tried, at: dateOf(now) } });
};

/** Begins the count anew. */
export const forgetTries = async (tx: Tx, { kind, by }: Tried): Promise<void> => {
  await tx.attempt.deleteMany({ where: { kind, by } });
};

/** Tries from one network address in an hour that lead to nothing: a council's offices share one. */
export const MOST_FROM_NETWORK = 100;
