import type { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Writer } from '../../src/app.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { SLASH } from '../../src/bot/help.ts';
import { dayIn } from '../../src/calendar/zone.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { type Delivered, deliveredTo, refreshed, sentMessage } from '../../src/nudges/delivered.ts';
import { type Nudge, nudgesFor } from '../../src/nudges/nudges.ts';
import { weeklyOf } from '../../src/nudges/readers.ts';
import { returnFor } from '../../src/nudges/returns.ts';
import { receiversIn } from '../../src/summaries/receivers.ts';
import { nudgeCard } from '../../src/views/nudge.ts';
import { entriesNow } from './entries.ts';

/** What the verbs about a nudge share: whose it is, what waits at a moment, and the card of one that was sent. */

export const writerOf = (turn: Turn): Writer => ({ tx: turn.tx, now: turn.now, newId: turn.core.newId, personId: turn.actor.personId });

export const slashOf = ({ platform }: Turn): string => SLASH[platform];

/** What waits for the actor at a moment, and what of it a message of then says; undefined: nothing waits. */
export const waitsAt = async (turn: Turn, moment = turn.now): Promise<(Nudge & { weekly: boolean }) | undefined> => {
  const receivers = await receiversIn(turn.tx, { day: dayIn(moment).toString(), only: [turn.actor.personId] });
  const weeklySummary = weeklyOf(receivers);
  const [nudge] = await nudgesFor(turn.tx, { now: moment, only: [turn.actor.personId], weeklySummary });
  return nudge && { ...nudge, weekly: weeklySummary.has(turn.actor.personId) };
};

/** How far back the first message looks for what somebody gave. */
const FIRST_LOOK_DAYS = 120;

/** What changed because of what the actor gave, since the message before. */
export const returnSince = (turn: Turn, since: Temporal.Instant | undefined) =>
  returnFor(turn.tx, turn.actor.personId, { since: since ?? turn.now.subtract({ hours: 24 * FIRST_LOOK_DAYS }), now: turn.now });

/** A message that was sent to the actor. What was sent to somebody else does not exist. */
export const theirs = async (turn: Turn, id: string): Promise<Delivered> => {
  const delivered = z.guid().safeParse(id).success ? await deliveredTo(turn.tx, id, turn.actor.personId) : undefined;
  if (!delivered) throw new UserError('Nothing was changed. I cannot find this message among yours: type nudge to see what waits.');
  return delivered;
};

/** The card of a message as it is now. @param saved what was just saved from it */
export const cardNow = async (turn: Turn, delivered: Delivered, saved?: Card): Promise<Card> => {
  const nudge = await waitsAt(turn);
  return nudgeCard({
    delivery: delivered.id,
    entries: await entriesNow(turn, delivered, nudge?.all ?? []),
    back: await returnSince(turn, delivered.before),
    saved,
    today: turn.today,
    slash: slashOf(turn),
  });
};

/** Brings a message up to date that stands where the actor is; one that stands elsewhere is at the next tick. */
export const bringUpToDate = async (turn: Turn, delivered: Delivered): Promise<void> => {
  const sent = await sentMessage(turn.tx, delivered.id);
  if (!sent || sent.platform !== turn.platform || sent.tenant !== turn.tenant) return;
  const card = turn.seal(await cardNow(turn, delivered));
  await turn.core.later(turn.tx, { kind: 'card', platform: sent.platform, to: sent.to, card });
  await refreshed(turn.tx, delivered.id, turn.now);
};
