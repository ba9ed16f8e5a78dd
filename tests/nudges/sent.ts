import type { Account } from '../../src/bot/contract.ts';
import { createUnasked } from '../../src/bot/unasked.ts';
import { digestOf } from '../../src/cards/digest.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import type { Line } from '../../src/nudges/line.ts';
import { nudgesFor } from '../../src/nudges/nudges.ts';
import { shownOf } from '../../src/views/nudge-words.ts';
import type { Seen, TestBot } from '../support/bot.ts';

/** Nudges as the engine leaves them behind: a delivery with what it told and, where it went to a chat, its message in the outbox. */

type Route = { account: Account; to: Record<string, unknown> };

export const sentWorld = async (bot: TestBot) => {
  const { db } = bot.database;
  const unasked = createUnasked({ core: bot.core, commands: bot.commands });
  const runId = bot.core.newId();
  const date = (instant = bot.core.now()) => new Date(instant.epochMilliseconds);
  await db.run.create({ data: { id: runId, from: date(), to: date(), lookedAt: 0, planned: 0, createdAt: date() } });
  const idOf = async (name: string) => (await db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;

  const linesOf = async (name: string): Promise<Line[]> => {
    const only = [await idOf(name)];
    const [nudge] = await inTransaction(db, (tx) => nudgesFor(tx, { now: bot.core.now(), only, weeklySummary: new Set() }));
    return nudge?.all ?? [];
  };
  /** The keys of everything that waits for somebody now. */
  const waits = async (name: string): Promise<string[]> => (await linesOf(name)).map(({ key }) => key);

  /** A nudge that was sent an hour ago with these lines, those that a message shows unless said. @returns its id */
  const sent = async (name: string, keys?: readonly string[]): Promise<string> => {
    const personId = await idOf(name);
    const id = bot.core.newId();
    const told = keys ?? shownOf(await linesOf(name)).map(({ key }) => key);
    const moment = date(bot.core.now().subtract({ hours: 1 }));
    await db.delivery.create({
      data: {
        id,
        runId,
        key: `nudge ${id}`,
        kind: 'nudge',
        personId,
        week: '2026-W47',
        moment,
        sendAt: moment,
        state: 'sent',
        changedAt: moment,
      },
    });
    await db.deliveryLine.createMany({ data: told.map((key, position) => ({ deliveryId: id, position, key, personId })) });
    return id;
  };

  /** The same, as a message to a chat: in the outbox, to be sent by its relay. */
  const sentTo = async (name: string, { account, to }: Route, keys?: readonly string[]): Promise<string> => {
    const id = await sent(name, keys);
    const personId = await idOf(name);
    const outboxId = bot.core.newId();
    await inTransaction(db, async (tx) => {
      const where = { kind: 'personal' as const, seenByOthers: false };
      const card = await unasked(tx, { personId, account, where, verb: 'nudge.card', state: { delivery: id } }, bot.core.now());
      if (!card) throw new Error('there is no card');
      const { platform, tenant, user } = account;
      await bot.core.later(tx, { kind: 'card', platform: platform as 'slack' | 'teams', to, card }, { id: outboxId });
      const refreshedAt = date();
      await tx.delivery.update({
        where: { id },
        data: { outboxId, refreshedAt, route: { platform, tenant, user, shown: digestOf(card) } },
      });
    });
    return id;
  };

  /** The card of a message, as whoever it is looks at it: on the web by its verb. */
  const open = async (name: string, delivery: string): Promise<{ seen: Seen; one: Awaited<ReturnType<TestBot['as']>> }> => {
    const one = await bot.as(name);
    return { one, seen: await one.ask({ kind: 'open', verb: 'nudge.card', state: { delivery } }) };
  };

  return { sent, sentTo, open, waits, idOf };
};
