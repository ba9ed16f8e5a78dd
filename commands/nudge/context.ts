import type { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Writer } from '../../src/app.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { SLASH } from '../../src/bot/help.ts';
import { dayIn } from '../../src/calendar/zone.ts';
import type { Card } from '../../src/cards/card.ts';
import { digestOf } from '../../src/cards/digest.ts';
import { UserError } from '../../src/errors.ts';
import { type Delivered, deliveredTo, keepShown, sentMessage, updateCard } from '../../src/nudges/delivered.ts';
import { isOfKey, type Line, waveOfKey } from '../../src/nudges/line.ts';
import { type Nudge, nudgesFor } from '../../src/nudges/nudges.ts';
import { pausedOf } from '../../src/nudges/pulses.ts';
import { weeklyOf } from '../../src/nudges/readers.ts';
import { returnFor } from '../../src/nudges/returns.ts';
import { toldTo } from '../../src/nudges/told.ts';
import { calendarsOfPeople } from '../../src/people/calendars.ts';
import { receiversIn } from '../../src/summaries/receivers.ts';
import { nudgeCard } from '../../src/views/nudge.ts';
import { countLines, type ToldBefore } from '../../src/views/nudge-words.ts';
import { entriesNow } from './entries.ts';

/** What the verbs about a nudge share: whose it is, what waits at a moment, and the card of one that was sent. */

export const writerOf = (turn: Turn): Writer => ({ tx: turn.tx, now: turn.now, newId: turn.core.newId, personId: turn.actor.personId });

export const slashOf = ({ platform }: Turn): string => SLASH[platform];

/** Whether the actor's organisation is a school. */
export const isAtSchool = async ({ tx, actor: { personId } }: Turn): Promise<boolean> =>
  (await calendarsOfPeople(tx, [personId]))(personId).closedInHolidays;

const nudgeOf = async ({ tx, actor: { personId } }: Turn, asked: Omit<Parameters<typeof nudgesFor>[1], 'only'>) =>
  (await nudgesFor(tx, { ...asked, only: [personId] }))[0];

/** What waits for the actor at a moment, and what of it a message of then says; undefined: nothing waits. */
export const waitsAt = async (turn: Turn, moment = turn.now): Promise<(Nudge & { weekly: boolean }) | undefined> => {
  const receivers = await receiversIn(turn.tx, { day: dayIn(moment).toString(), only: [turn.actor.personId] });
  const weeklySummary = weeklyOf(receivers);
  const nudge = await nudgeOf(turn, { now: moment, weeklySummary, waveKeys: turn.core.waveKeys });
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

/** What of some lines the actor was told by a message. */
export const toldOf = async (turn: Turn, lines: readonly Line[]): Promise<ToldBefore> =>
  (
    await toldTo(
      turn.tx,
      lines.map(({ key }) => ({ personId: turn.actor.personId, key })),
    )
  )(turn.actor.personId);

/** What waits and is not in a message; what is told once and was told by another is not brought up again. */
const besides = async (turn: Turn, all: readonly Line[], keys: readonly string[]) => {
  const untold = all.filter((line) => !keys.some((key) => isOfKey(line, key)));
  const waves = untold.flatMap((line) => (line.kind === 'pulse' ? [line.waveId] : []));
  const paused = await pausedOf(turn.tx, turn.core.waveKeys, waves);
  const others = untold.filter((line) => line.kind !== 'pulse' || !paused.has(line.waveId));
  const told = await toldOf(
    turn,
    others.filter(({ once }) => once),
  );
  return countLines(others.filter(({ key }) => !told.has(key)));
};

/** The card of a message as it is now. @param saved what was just saved from it */
export const cardNow = async (turn: Turn, delivered: Delivered, saved?: Card): Promise<Card> => {
  // What a message of now would say is not asked: this one says what it told, a pulse though it is paused since.
  const nudge = await nudgeOf(turn, { now: turn.now, weeklySummary: new Set() });
  const all = nudge?.all ?? [];
  return nudgeCard({
    delivery: delivered.id,
    entries: await entriesNow(turn, delivered, all),
    more: await besides(turn, all, delivered.keys),
    // Who has answered a pulse is sent nothing where nothing else waits: what has changed is said with the next message.
    back: delivered.keys.every((key) => waveOfKey(key)) ? undefined : await returnSince(turn, delivered.before),
    saved,
    atSchool: nudge ? nudge.person.terms.closedInHolidays : await isAtSchool(turn),
    today: turn.today,
    slash: slashOf(turn),
  });
};

/** A question that takes the place of a message: kept as what it shows now, so that the next tick does not put the lines over a question. */
export const inPlace = async (turn: Turn, delivered: Delivered, card: Card): Promise<Card> => {
  await keepShown(turn.tx, delivered.id, digestOf(turn.seal(card)), turn.now);
  return card;
};

/** What a card of a message is kept as: as if nothing were left out, because that would tell that its reader has answered a pulse. */
const shownAs = async (turn: Turn, delivered: Delivered, card: Card, saved?: Card): Promise<string> =>
  digestOf(turn.seal(delivered.leftOut.length > 0 ? await cardNow(turn, { ...delivered, leftOut: [] }, saved) : card));

/** A message with what was just saved from it, in its place. */
export const anew = async (turn: Turn, delivered: Delivered, saved: Card): Promise<Card> => {
  const card = await cardNow(turn, delivered, saved);
  await keepShown(turn.tx, delivered.id, await shownAs(turn, delivered, card, saved), turn.now);
  return card;
};

/** Brings a message up to date that stands where the actor is; one that stands elsewhere is at the next tick. */
export const bringUpToDate = async (turn: Turn, delivered: Delivered): Promise<void> => {
  const sent = await sentMessage(turn.tx, delivered.id);
  if (!sent || sent.platform !== turn.platform || sent.tenant !== turn.tenant) return;
  const card = await cardNow(turn, delivered);
  const shown = await shownAs(turn, delivered, card);
  await updateCard(turn.core, turn.tx, { delivery: delivered, sent, card: turn.seal(card), shown }, turn.now);
};
