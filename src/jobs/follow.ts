import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Handed } from '../nudges/verdict.ts';
import { readIn } from '../people/news.ts';
import { closeAccounts } from '../people/routes.ts';
import { endClosed } from '../summaries/subscriptions.ts';
import { GIVEN_UP, TOO_LATE } from './outbox.ts';

/**
 * Reads in the outbox what became of the messages that were handed over. What certainly did not arrive is planned again: for another way,
 * or for the same one later, where it only was not to be had for a while.
 */

/** Messages that are followed in one transaction. */
const BATCH = 1_000;
/** Minutes after which a way is tried again on which nothing went for a while. */
const AGAIN_AFTER = 60;

/** The ways that one has been tried by, and why it is to be tried again, after the last of them has failed: as `createFollow` keeps them. */
export const triedWays = (
  { ways, error }: { ways: readonly Handed[]; error: string },
  at: Temporal.Instant,
): { tried: Handed[]; why: string | null } => {
  const before = ways.slice(0, -1);
  const last = ways.at(-1);
  if (error === TOO_LATE || !last) return { tried: before, why: before.length > 0 ? error : null };
  const again = error.startsWith(GIVEN_UP) ? { again: at.add({ minutes: AGAIN_AFTER }).toString() } : {};
  return { tried: [...before, { ...last, ...again }], why: error };
};

type Ended = {
  id: string;
  subscriptionId: string | null;
  state: 'sent' | 'unconfirmed' | 'failed';
  closed: boolean;
  doneAt: Date;
  route: Handed;
};

export const createFollow = ({ db, now, newId }: Pick<Core, 'db' | 'now' | 'newId'>): (() => Promise<void>) => {
  const followBatch = () =>
    inTransaction(db, async (tx) => {
      const at = now();
      const again = at.add({ minutes: AGAIN_AFTER });
      const ended = await tx.$queryRaw<Ended[]>`
        with ended as (
          select d.id, d.route, o.state, o.error, o.closed, o.done_at, o.error <> ${TOO_LATE} as tried,
            case when starts_with(o.error, ${GIVEN_UP}) then jsonb_build_object('again', ${again.toString()}::text) else '{}' end as later
          from delivery d join outbox o on o.id = d.outbox_id
          where d.state = 'handed' and o.state in ('sent', 'unconfirmed', 'failed') limit ${BATCH} for update of d skip locked
        )
        update delivery d set changed_at = ${at.toString()}::timestamptz,
          state = case ended.state when 'failed' then 'planned' else ended.state end,
          send_at = case ended.state when 'failed' then ${at.toString()}::timestamptz else d.send_at end,
          why = case when ended.state = 'failed' and ended.tried then ended.error when ended.state = 'failed' then d.why end,
          tried = case when ended.state = 'failed' and ended.tried then d.tried || jsonb_build_array(d.route || ended.later) else d.tried end
        from ended where d.id = ended.id
        returning d.id, d.subscription_id as "subscriptionId", ended.state, ended.closed, ended.done_at as "doneAt", ended.route`;
      await closeAccounts(
        tx,
        ended.flatMap(({ closed, doneAt, route: { platform, tenant, user } }) =>
          closed && tenant && user ? [{ platform, tenant, user, at: doneAt }] : [],
        ),
      );
      for (const { closed, subscriptionId } of ended)
        if (closed && subscriptionId) await endClosed({ tx, now: at, newId, personId: null }, subscriptionId, dayIn(at).toString());
      await readIn(
        tx,
        ended.flatMap(({ id, state, route }) => (state === 'sent' && route.platform !== 'email' ? [id] : [])),
        at,
      );
      return ended.length;
    });
  return async () => {
    while ((await followBatch()) === BATCH);
  };
};
