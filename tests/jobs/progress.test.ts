import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createProgress } from '../../src/jobs/progress.ts';
import { aDelivery, aRun } from '../nudges/lost.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { engineOf, forgetEverything } from './engine.ts';

// How far a run is, in the log: as soon as it is known, and no line that says nothing new.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
beforeEach(() => forgetEverything(bot));
afterAll(() => bot.close());

const watching = () => {
  const lines: Record<string, unknown>[] = [];
  const progress = createProgress({
    db: bot.core.db,
    log: pino({ level: 'info', base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) }),
  });
  /** What the log says of the runs now. */
  const look = async () => {
    await progress();
    return lines.splice(0).map(({ level: _, ...line }) => line);
  };
  return look;
};
const none = { sent: 0, waiting: 0, left: 0, failed: 0, unconfirmed: 0 };

describe('the progress of a run', () => {
  test('is a line when it has begun, one when its counts are others, and one when it has ended', async () => {
    const { db } = bot.database;
    const look = watching();
    const run = await aRun(bot);
    const ids: string[] = [];
    for (const state of ['planned', 'handed', 'handed', 'handed', 'handed', 'handed'] as const)
      ids.push(await aDelivery(bot, run, { state }));
    expect(await look()).toEqual([{ ...none, run, planned: 6, waiting: 6, msg: 'a run is under way' }]);
    expect(await look(), 'nothing new').toEqual([]);
    const become = async (at: number, state: string) => db.delivery.update({ where: { id: ids[at] as string }, data: { state } });
    await become(0, 'left');
    await become(1, 'sent');
    await become(2, 'failed');
    await become(3, 'unconfirmed');
    const most = { run, planned: 6, left: 1, failed: 1, unconfirmed: 1 };
    expect(await look()).toEqual([{ ...most, sent: 1, waiting: 2, msg: 'a run is under way' }]);
    await become(4, 'sent');
    await become(5, 'sent');
    expect(await look()).toEqual([{ ...most, sent: 3, waiting: 0, msg: 'a run has ended' }]);
    expect(await look(), 'nothing new').toEqual([]);
    await become(2, 'planned');
    expect(await look(), 'sent again').toEqual([{ ...most, failed: 0, sent: 3, waiting: 1, msg: 'a run is under way' }]);
  });

  test('is known once the messages have gone, and not a tick later', async () => {
    const { db } = bot.database;
    const { plan, deliveries } = engineOf(bot);
    bot.senders.email = async () => ({});
    let rests = 0;
    bot.outbox.atRest(() => {
      rests += 1;
    });
    await plan();
    bot.clock.set('2026-11-24T08:30:00Z');
    await plan();
    bot.clock.set('2026-11-24T08:40:00Z');
    await deliveries.handOver();
    const handed = await db.delivery.count({ where: { state: 'handed' } });
    expect(handed).toBeGreaterThan(0);
    const look = watching();
    expect(await look()).toMatchObject([{ sent: 0, msg: 'a run is under way' }]);
    await bot.outbox.drain();
    expect(rests, 'the relay says when it has come to rest').toBe(1);
    await deliveries.follow();
    expect(await look()).toMatchObject([{ sent: handed, waiting: 0, msg: 'a run has ended' }]);
    await bot.outbox.drain();
    expect(rests, 'and not where it tried nothing').toBe(1);
  });
});
