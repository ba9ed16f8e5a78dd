import { createUnasked } from '../../src/bot/unasked.ts';
import type { SealedCard } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import type { TestBot } from '../support/bot.ts';

/** Summaries whose moment has come, as the engine draws them: a delivery in the database, and its card. */

type Planned = {
  /** Address before the @. */
  to: string;
  /** A locality's or a pilot's name. */
  of?: string;
  scope?: { scopeKind: string; scopeId: string };
  week?: string;
  subscriptionId?: string;
};

type At = {
  /** The web: an e-mail is written of it. */
  platform?: 'slack' | 'teams' | 'web';
  channel?: string;
  account?: { tenant: string; user: string };
};

export const dueWorld = async (bot: TestBot) => {
  const { db } = bot.database;
  const unasked = createUnasked({ core: bot.core, commands: bot.commands });
  const idOf = async (name: string) => (await db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
  const runId = bot.core.newId();
  const moment = () => new Date(bot.core.now().epochMilliseconds);
  await db.run.create({ data: { id: runId, from: moment(), to: moment(), lookedAt: 0, planned: 0, createdAt: moment() } });
  const scopeOf = async (name: string) => {
    const locality = await db.locality.findFirst({ where: { name } });
    if (locality) return { scopeKind: 'locality', scopeId: locality.id };
    return { scopeKind: 'pilot', scopeId: (await db.pilot.findFirstOrThrow({ where: { name } })).id };
  };

  /** Plans one; nothing is drawn yet. @returns its id */
  const plan = async ({ to, of = 'Wakefield', scope, week = '2026-W47', subscriptionId }: Planned): Promise<string> => {
    const id = bot.core.newId();
    await db.delivery.create({
      data: {
        id,
        runId,
        key: `summary ${id}`,
        kind: 'summary',
        personId: await idOf(to),
        ...(scope ?? (await scopeOf(of))),
        week,
        moment: moment(),
        sendAt: moment(),
        changedAt: moment(),
        ...(subscriptionId ? { subscriptionId } : {}),
      },
    });
    return id;
  };

  /** What becomes of it after it was drawn. */
  const settle = (id: string, state: 'handed' | 'sent' | 'unconfirmed' | 'failed' | 'left') =>
    db.delivery.update({ where: { id }, data: { state, changedAt: moment() } });

  /** Draws one for somebody; undefined where nothing is sent. */
  const draw = async (id: string, to: string, at: At = {}): Promise<SealedCard | undefined> => {
    const { platform = 'slack', channel, account } = at;
    const personId = await idOf(to);
    const now = bot.core.now();
    return db.$transaction((tx) =>
      unasked(
        tx,
        {
          personId,
          account: { platform, tenant: 'T1', user: platform === 'web' ? personId : 'U1', ...account },
          where: channel
            ? { kind: 'channel', conversation: channel, seenByOthers: false }
            : { kind: platform === 'web' ? 'web' : 'personal', seenByOthers: false },
          verb: 'summary.due',
          state: { delivery: id },
        },
        now,
      ),
    );
  };

  /** Plans, draws and sends one: its words. */
  const send = async (planned: Planned): Promise<string> => {
    const id = await plan(planned);
    const card = await draw(id, planned.to);
    if (!card) throw new Error('nothing was drawn');
    await settle(id, 'sent');
    return plainText(card);
  };

  return { plan, draw, settle, send, idOf, scopeOf };
};
