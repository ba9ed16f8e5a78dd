import type { Temporal } from 'temporal-polyfill';
import { isId, type Tx } from '../db/client.ts';
import { dateOf } from './credentials.ts';
import type { AskedBy } from './sign-in.ts';

/** The sessions and sign-in links of a person, for that person to see and to end. They are named by ids, which let nobody in. */

export type Lasting = { id: string; askedBy: AskedBy; createdAt: Date; expiresAt: Date };

const SHOWN = { id: true, askedBy: true, createdAt: true, expiresAt: true } as const;
const asLasting = (row: Omit<Lasting, 'askedBy'> & { askedBy: string }): Lasting => ({ ...row, askedBy: row.askedBy as AskedBy });

/** Sessions that last, the newest first. */
export const sessionsOf = async (tx: Tx, personId: string, now: Temporal.Instant): Promise<Lasting[]> =>
  (
    await tx.session.findMany({
      where: { personId, endedAt: null, expiresAt: { gt: dateOf(now) } },
      select: SHOWN,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    })
  ).map(asLasting);

/** Links that were not used and still work, the newest first. */
export const openLinksOf = async (tx: Tx, personId: string, now: Temporal.Instant): Promise<Lasting[]> =>
  (
    await tx.signInLink.findMany({
      where: { personId, usedAt: null, expiresAt: { gt: dateOf(now) } },
      select: SHOWN,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    })
  ).map(asLasting);

type Mine = { tx: Tx; now: Temporal.Instant; personId: string };

/** Ends one session of a person's own; one that has ended stays so. @returns whether it is theirs */
export const endSessionOf = async ({ tx, now, personId }: Mine, id: string): Promise<boolean> => {
  if (!isId(id) || (await tx.session.count({ where: { id, personId } })) === 0) return false;
  await tx.session.updateMany({ where: { id, personId, endedAt: null }, data: { endedAt: dateOf(now) } });
  return true;
};

/** The same for a link: it counts as used. */
export const endLinkOf = async ({ tx, now, personId }: Mine, id: string): Promise<boolean> => {
  if (!isId(id) || (await tx.signInLink.count({ where: { id, personId } })) === 0) return false;
  await tx.signInLink.updateMany({ where: { id, personId, usedAt: null }, data: { usedAt: dateOf(now) } });
  return true;
};

/** Ends every session and every link of a person. */
export const signOutEverywhere = async ({ tx, now, personId }: Mine): Promise<void> => {
  await tx.session.updateMany({ where: { personId, endedAt: null }, data: { endedAt: dateOf(now) } });
  await tx.signInLink.updateMany({ where: { personId, usedAt: null }, data: { usedAt: dateOf(now) } });
};
