import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Unasked } from '../bot/unasked.ts';
import { inTransaction } from '../db/transaction.ts';
import { faultOf } from '../fault.ts';
import { deliveredTo, refreshed, sentMessage, updateCard } from '../nudges/delivered.ts';
import { mondayOf, weekName } from '../nudges/moment.ts';
import { drawNudge } from './nudge-card.ts';

/** Brings the cards of this week up to date whose readers did something since, and which say something else now. */

/** Hours since when it is asked who did something: ticks are far closer together, and nobody does anything while everything is down. */
const LOOKS_BACK = 24;
/** Minutes for which a card is left alone that was drawn or pressed: it may ask its reader something. */
const LEFT_ALONE = 10;

type Row = { id: string; personId: string };

export const createRefresh = (core: Pick<Core, 'db' | 'now' | 'log' | 'later'>, unasked: Unasked): (() => Promise<void>) => {
  const { db, now, log } = core;

  /** Those to look at. @param only one of them, which is held unless another process is at it or has just looked */
  const toLookAt = (tx: Pick<Core['db'], '$queryRaw'>, at: Temporal.Instant, only: string | null) => tx.$queryRaw<Row[]>`
    select d.id, d.person_id as "personId" from delivery d
    where d.kind = 'nudge' and d.state = 'sent' and d.week = ${weekName(mondayOf(at))} and d.route ->> 'platform' <> 'email'
      and d.refreshed_at <= ${at.subtract({ minutes: LEFT_ALONE }).toString()}::timestamptz
      and (${only}::uuid is null or d.id = ${only}::uuid)
      and exists (select from inbound_event e where e.person_id = d.person_id
        and e.at > ${at.subtract({ hours: LOOKS_BACK }).toString()}::timestamptz and e.at > d.refreshed_at)
    for update of d skip locked`;

  const refresh = (id: string, at: Temporal.Instant) =>
    inTransaction(db, async (tx) => {
      const [row] = await toLookAt(tx, at, id);
      if (!row) return;
      const sent = await sentMessage(tx, id);
      const delivery = sent && (await deliveredTo(tx, id, row.personId));
      const where = { kind: 'personal' as const, seenByOthers: false };
      const drawn = delivery && (await drawNudge(unasked, tx, { personId: row.personId, account: sent, where }, delivery, at));
      if (drawn) await updateCard(core, tx, { delivery, sent, ...drawn }, at);
      else await refreshed(tx, id, at);
    });

  return async () => {
    const at = now();
    for (const { id } of await toLookAt(db, at, null)) {
      try {
        await refresh(id, at);
      } catch (error) {
        log.error(
          { delivery: id, fault: faultOf(error) },
          'a message could not be brought up to date; it stays as it is until its reader does something',
        );
        await refreshed(db, id, at);
      }
    }
  };
};
