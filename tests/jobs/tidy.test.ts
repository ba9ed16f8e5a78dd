import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tidy } from '../../src/jobs/tidy.ts';
import { type TestBot, testBot } from '../support/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

const counts = async () => {
  const { db } = bot.core;
  const [rows, attempts, links, sessions, sent, failed, unconfirmed, waiting] = await Promise.all([
    db.inboundEvent.count(),
    db.attempt.count(),
    db.signInLink.count(),
    db.session.count(),
    db.outbox.count({ where: { state: 'sent' } }),
    db.outbox.count({ where: { state: 'failed' } }),
    db.outbox.count({ where: { state: 'unconfirmed' } }),
    db.outbox.count({ where: { state: 'waiting' } }),
  ]);
  return { rows, attempts, links, sessions, sent, failed, unconfirmed, waiting };
};

describe('tidying', () => {
  it('keeps what is still of use and forgets the rest, once', async () => {
    const { db, newId } = bot.core;
    const lead = await bot.as('wakefield.lead');
    await lead.say('/kpi attendance 93.2', 'old');
    const personId = lead.account.user;
    const at = (days: number) => new Date(bot.core.now().epochMilliseconds + days * 86_400_000);
    await db.attempt.create({ data: { id: newId(), kind: 'join', by: 'x', at: at(0) } });
    await db.signInLink.create({ data: { tokenHash: 'a', personId, createdAt: at(0), expiresAt: at(0.01) } });
    await db.session.create({ data: { tokenHash: 'ended', personId, createdAt: at(0), expiresAt: at(0.01) } });
    await db.session.create({ data: { tokenHash: 'open', personId, createdAt: at(0), expiresAt: at(30) } });
    const message = {
      kind: 'email',
      payload: { kind: 'email', to: 'x', subject: '', text: '' },
      notBefore: at(0),
      createdAt: at(0),
      doneAt: at(0),
    };
    await db.outbox.create({ data: { ...message, id: newId(), state: 'sent' } });
    await db.outbox.create({ data: { ...message, id: newId(), state: 'failed' } });
    await db.outbox.create({ data: { ...message, id: newId(), state: 'unconfirmed' } });
    await db.outbox.create({ data: { ...message, id: newId(), state: 'waiting', doneAt: null } });

    await tidy(bot.core);
    expect(await db.inboundEvent.count()).toBe(1);
    const again = await lead.say('/kpi attendance 93.2', 'old');
    expect(again.title).toContain('93.2 %');

    bot.clock.advance({ days: 8 });
    await tidy(bot.core);
    await tidy(bot.core);
    expect(await counts()).toMatchObject({ rows: 1, attempts: 0, links: 0, sessions: 1, sent: 1, failed: 1 });
    const late = await lead.say('/kpi attendance 93.2', 'old');
    expect(late.title).toBe('This was done and shown already. Codes and links are shown only once.');
    expect(await db.reading.count({ where: { recordedById: personId } })).toBe(1);

    bot.clock.advance({ days: 90 });
    await tidy(bot.core);
    expect(await counts()).toMatchObject({ sessions: 0, sent: 0, failed: 1, unconfirmed: 1 });

    bot.clock.advance({ days: 301 });
    await tidy(bot.core);
    expect(await counts()).toMatchObject({ failed: 1, unconfirmed: 1 }); // 399 days
    bot.clock.advance({ days: 2 });
    await tidy(bot.core);
    expect(await counts()).toMatchObject({ failed: 0, unconfirmed: 0, waiting: 1 });
  });

  it('forgets a token a year after it was ended or ran out, whichever came first', async () => {
    const { db, newId } = bot.core;
    const { id: personId } = await db.person.findFirstOrThrow();
    const ago = (days: number) => new Date(bot.core.now().epochMilliseconds - days * 86_400_000);
    const add = async (name: string, expiresAt: Date, revokedAt: Date | null = null) => {
      const its = { id: newId(), personId, name, tokenHash: name, scopeKind: 'locality', scopeId: newId(), createdAt: ago(800) };
      await db.apiToken.create({ data: { ...its, expiresAt, revokedAt } });
    };
    await add('ran out a year ago', ago(366));
    await add('ran out within a year', ago(364));
    await add('ended a year ago', ago(10), ago(366));
    await add('ended within a year', ago(10), ago(364));
    await add('works', ago(-10));
    await tidy(bot.core);
    await tidy(bot.core);
    const left = await db.apiToken.findMany({ select: { name: true }, orderBy: { name: 'asc' } });
    expect(left.map(({ name }) => name)).toEqual(['ended within a year', 'ran out within a year', 'works']);
  });

  it('forgets who was told what after a school year and a month, with the runs that are empty then', async () => {
    const { db, newId } = bot.core;
    const { id: personId } = await db.person.findFirstOrThrow();
    const days = (ago: number) => new Date(bot.core.now().epochMilliseconds - ago * 86_400_000);
    for (const ago of [401, 399]) {
      const [id, runId] = [newId(), newId()];
      await db.run.create({ data: { id: runId, from: days(ago), to: days(ago), lookedAt: 1, planned: 1, createdAt: days(ago) } });
      const its = {
        id,
        runId,
        key: id,
        kind: 'nudge',
        personId,
        week: '2026-W48',
        moment: days(ago),
        sendAt: days(ago),
        changedAt: days(ago),
      };
      await db.delivery.create({ data: { ...its, lines: { create: [{ personId, position: 0, key: 'news:1' }] } } });
    }
    await tidy(bot.core);
    await tidy(bot.core);
    expect([await db.run.count(), await db.delivery.count(), await db.deliveryLine.count()]).toEqual([1, 1, 1]);
  });
});
