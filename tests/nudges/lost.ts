import type { TestBot } from '../support/bot.ts';

/** A run as it stands after a while: what it planned for whom, and what became of it, row by row. */

type Delivery = {
  state: 'planned' | 'handed' | 'sent' | 'unconfirmed' | 'failed' | 'left';
  /** By their address before the @. */
  to?: string;
  kind?: 'nudge' | 'summary';
  week?: string;
  /** When it was meant to go. */
  moment?: string;
  why?: string;
  subscriptionId?: string;
};

const idOf = async ({ database }: TestBot, name: string) =>
  (await database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;

export const aRun = async (bot: TestBot, at = '2026-11-24T08:30:00Z', planned = 0) => {
  const { id } = await bot.database.db.run.create({
    data: {
      id: bot.core.newId(),
      from: new Date(Date.parse(at) - 300_000),
      to: new Date(at),
      lookedAt: 40,
      planned,
      createdAt: new Date(at),
    },
  });
  return id;
};

/** @returns its id */
export const aDelivery = async (bot: TestBot, runId: string, { state, to = 'wakefield.head.1', ...its }: Delivery): Promise<string> => {
  const { db } = bot.database;
  const id = bot.core.newId();
  const moment = new Date(its.moment ?? '2026-11-24T08:30:00Z');
  const personId = await idOf(bot, to);
  const [kind, week] = [its.kind ?? 'nudge', its.week ?? '2026-W48'];
  await db.delivery.create({
    data: {
      id,
      runId,
      key: `${kind} ${personId} ${week} ${id}`,
      kind,
      personId,
      week,
      moment,
      sendAt: moment,
      state,
      why: its.why ?? null,
      ...(kind === 'summary' && {
        scopeKind: 'locality',
        scopeId: (await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } })).id,
      }),
      subscriptionId: its.subscriptionId ?? null,
      changedAt: moment,
      tried: state === 'failed' ? [{ platform: 'slack' }] : [],
      lines: { create: [{ personId, position: 0, key: `due:${id}:2026-11-30` }] },
    },
  });
  return id;
};

/** A message in the outbox that belongs to nothing planned. @returns its id */
export const aMessage = async (bot: TestBot, state: string, payload: Record<string, unknown>, error = 'slack: channel_not_found') => {
  const id = bot.core.newId();
  const at = new Date(bot.core.now().epochMilliseconds);
  await bot.database.db.outbox.create({
    data: {
      id,
      kind: String(payload.kind),
      payload: payload as object,
      state,
      error,
      attempts: 8,
      notBefore: at,
      createdAt: at,
      doneAt: at,
      closed: state === 'failed',
    },
  });
  return id;
};

export const NOTICE = {
  kind: 'email',
  to: 'wakefield.head.1@example.org',
  subject: 'An account was linked',
  text: 'Words that only they may read',
};
