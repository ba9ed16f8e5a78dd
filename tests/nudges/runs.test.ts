import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { type Lost, sendAgain } from '../../src/nudges/again.ts';
import { readRuns } from '../../src/nudges/runs.ts';
import { createMetrics } from '../../src/web/health.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { aDelivery, aMessage, aRun, NOTICE } from './lost.ts';

/** What became of the messages that nobody asked for, and sending again what has certainly failed. */

/** Tuesday of week 48, in the morning. */
const TUESDAY = '2026-11-24T10:00:00Z';

let bot: TestBot;
let run: string;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());
beforeEach(async () => {
  const { db } = bot.database;
  bot.clock.set(TUESDAY);
  await db.deliveryLine.deleteMany({});
  await db.delivery.deleteMany({});
  await db.run.deleteMany({});
  await db.outbox.deleteMany({});
  run = await aRun(bot);
});

const admin = async (who = 'admin') => (await bot.database.db.person.findUniqueOrThrow({ where: { email: `${who}@example.org` } })).id;
const again = async (lost: Lost, who = 'admin'): Promise<string> => {
  const personId = await admin(who);
  return inTransaction(bot.database.db, (tx) => sendAgain({ tx, now: bot.core.now(), newId: bot.core.newId, personId }, lost)).then(
    () => 'sent again',
    (error: Error) => error.message,
  );
};
const delivery = (id: string) => bot.database.db.delivery.findUniqueOrThrow({ where: { id }, include: { lines: true } });
const message = (id: string) => bot.database.db.outbox.findUniqueOrThrow({ where: { id } });
const audits = (subjectId: string) => bot.database.db.auditEvent.findMany({ where: { what: 'message.sent_again', subjectId } });

describe('a nudge or a summary', () => {
  test.each([
    ['planned', 'It waits already: it goes within a few minutes.'],
    ['handed', 'It is on its way.'],
    ['sent', 'It has been sent.'],
    ['unconfirmed', 'It may have arrived, so it is never sent again.'],
    ['left', 'It was not to be sent any more when its moment had come.'],
    ['failed', 'sent again'], // the control
  ] as const)('that is %s: %s', async (state, words) => {
    const id = await aDelivery(bot, run, { state });
    const before = await delivery(id);
    expect(await again({ kind: 'delivery', id })).toBe(words);
    expect(await audits(id)).toHaveLength(state === 'failed' ? 1 : 0);
    if (state !== 'failed') expect(await delivery(id)).toEqual(before);
  });

  test('that has failed is planned anew: nothing that it would have told counts as told, and every way to reach them is open again', async () => {
    const id = await aDelivery(bot, run, { state: 'failed', why: 'slack: the account is closed' });
    expect(await again({ kind: 'delivery', id })).toBe('sent again');
    expect(await delivery(id)).toMatchObject({
      state: 'planned',
      why: null,
      outboxId: null,
      route: null,
      tried: [],
      lines: [],
      sendAt: new Date(TUESDAY),
      week: '2026-W48',
    });
    expect(await audits(id)).toMatchObject([
      { personId: await admin(), subjectKind: 'delivery', detail: { why: 'slack: the account is closed' } },
    ]);
  });

  const NUDGE_OVER = 'Its week is over: its lines go into the next nudge.';
  const SUMMARY_OVER = 'Its days are over: the next summary says what it would have said.';
  const HOURS = /^It is outside their hours: try again from 08:00 to 17:30 on one of their working days/u;
  // wakefield.head.1 is at a school, which is open on every day of week 48.
  test.each([
    ['nudge', 'on its Tuesday in the evening', '2026-11-24T18:00:00Z', HOURS],
    ['nudge', 'the next morning', '2026-11-25T08:00:00Z', 'sent again'],
    ['nudge', 'before work', '2026-11-25T07:59:00Z', HOURS],
    ['nudge', 'on Friday at 15:00', '2026-11-27T15:00:00Z', 'sent again'],
    ['nudge', 'on Friday at 15:01', '2026-11-27T15:01:00Z', NUDGE_OVER],
    ['nudge', 'on Sunday', '2026-11-29T10:00:00Z', NUDGE_OVER],
    ['nudge', 'a week later at its hour', '2026-12-01T08:30:00Z', NUDGE_OVER],
    ['summary', 'the next day', '2026-11-27T10:00:00Z', 'sent again'],
    ['summary', 'on Saturday', '2026-11-28T10:00:00Z', HOURS],
    ['summary', 'on its second working day, the next Monday', '2026-11-30T10:00:00Z', 'sent again'],
    ['summary', 'on its third', '2026-12-01T10:00:00Z', SUMMARY_OVER],
  ] as const)('%s, pressed %s', async (kind, _when, now, words) => {
    const moment = kind === 'summary' ? '2026-11-26T08:30:00Z' : '2026-11-24T08:30:00Z';
    const id = await aDelivery(bot, run, { state: 'failed', kind, moment });
    bot.clock.set(now);
    const said = await again({ kind: 'delivery', id });
    if (typeof words === 'string') expect(said).toBe(words);
    else expect(said).toMatch(words);
    expect((await delivery(id)).state).toBe(words === 'sent again' ? 'planned' : 'failed');
  });

  test('for somebody who holds no role any more is not sent again', async () => {
    const id = await aDelivery(bot, run, { state: 'failed', to: 'rochdale.lead' });
    const { db } = bot.database;
    await db.role.updateMany({ where: { personId: await admin('rochdale.lead') }, data: { to: new Date('2026-11-23') } });
    expect(await again({ kind: 'delivery', id })).toBe('Whom it was to holds no role any more.');
  });
});

describe('an answer or a notice', () => {
  test.each([
    ['waiting', 'It waits already: it goes within a minute.'],
    ['sending', 'It is on its way.'],
    ['sent', 'It has been sent.'],
    ['unconfirmed', 'It may have arrived, so it is never sent again.'],
    ['failed', 'sent again'], // the control
  ])('that is %s: %s', async (state, words) => {
    const id = await aMessage(bot, state, NOTICE);
    const before = await message(id);
    expect(await again({ kind: 'message', id })).toBe(words);
    expect(await audits(id)).toHaveLength(state === 'failed' ? 1 : 0);
    if (state !== 'failed') expect(await message(id)).toEqual(before);
  });

  test('that has failed goes as it was', async () => {
    const id = await aMessage(bot, 'failed', NOTICE);
    await again({ kind: 'message', id });
    expect(await message(id)).toMatchObject({ state: 'waiting', attempts: 0, error: null, doneAt: null, closed: false, payload: NOTICE });
    const sent: unknown[] = [];
    bot.senders.email = async (its) => {
      sent.push(its);
      return {};
    };
    await bot.outbox.drain();
    delete bot.senders.email;
    expect(sent).toEqual([NOTICE]);
    expect(await again({ kind: 'message', id })).toBe('It has been sent.');
  });

  const inSlack = (to: object) => ({ kind: 'card', platform: 'slack', to, card: { title: 'Wakefield: 31 actions', parts: [] } });
  const HOUR_OVER = 'It is more than an hour old, and may not be so any more. Whoever asked can ask again.';
  const OTHERS = 'It was for a place where others may read it now. Whoever asked can ask again.';
  test.each([
    ['to a linked account, within the hour', { tenant: 'T1', user: 'U1' }, 59, 'sent again'], // the control
    ['to a linked account, later', { tenant: 'T1', user: 'U1' }, 61, HOUR_OVER],
    ['to an account that is linked no more', { tenant: 'T1', user: 'U2' }, 1, OTHERS],
    ['to a channel', { channel: 'C1' }, 1, OTHERS],
  ])('%s: goes only where its reader still reads it alone', async (_what, to, minutes, words) => {
    const { db } = bot.database;
    const personId = await admin('wakefield.head.1');
    const linked = { id: bot.core.newId(), personId, platform: 'slack', tenant: 'T1', user: 'U1', linkedAt: new Date(0), how: 'code' };
    await db.identity.create({ data: linked });
    const id = await aMessage(bot, 'failed', inSlack(to));
    bot.clock.advance({ minutes });
    expect(await again({ kind: 'message', id })).toBe(words);
    await db.identity.delete({ where: { id: linked.id } });
  });

  test('to somebody who holds no role any more stays as it is', async () => {
    const { db } = bot.database;
    const id = await aMessage(bot, 'failed', { ...NOTICE, to: 'coventry.lead@example.org' });
    await db.role.updateMany({ where: { personId: await admin('coventry.lead') }, data: { to: new Date('2026-11-23') } });
    expect(await again({ kind: 'message', id })).toBe('Whom it was to holds no role any more.');
    expect((await message(id)).state).toBe('failed');
  });

  test('with a link that lets somebody in is not sent again: the link is forgotten', async () => {
    const id = await aMessage(bot, 'failed', { ...NOTICE, text: '', secret: true });
    expect(await again({ kind: 'message', id })).toContain('They can ask for a new one.');
    expect((await message(id)).state).toBe('failed');
  });

  test('that carried a nudge is sent again only as that nudge, whichever way it went', async () => {
    const nudge = await aDelivery(bot, run, { state: 'failed' });
    const id = await aMessage(bot, 'failed', { ...NOTICE, delivery: nudge });
    expect(await again({ kind: 'message', id })).toBe('There is no such message.');
    expect(await inTransaction(bot.database.db, (tx) => readRuns(tx, bot.core.now()))).toMatchObject({
      messages: [],
      deliveries: [{ id: nudge }],
    });
  });
});

describe('whoever presses', () => {
  test('two at the same moment do it once', async () => {
    const [id, other] = [await aDelivery(bot, run, { state: 'failed' }), await aMessage(bot, 'failed', NOTICE)];
    const pressed = (lost: Lost) => Promise.all([again(lost), again(lost), again(lost)]);
    expect((await pressed({ kind: 'delivery', id })).sort()).toEqual([
      'It waits already: it goes within a few minutes.',
      'It waits already: it goes within a few minutes.',
      'sent again',
    ]);
    expect((await pressed({ kind: 'message', id: other })).filter((words) => words === 'sent again')).toHaveLength(1);
    expect([(await audits(id)).length, (await audits(other)).length]).toEqual([1, 1]);
  });

  test.each(['wakefield.coordinator', 'programme.coordinator', 'evaluator', 'wakefield.lead'])('%s may not', async (who) => {
    const [id, other] = [await aDelivery(bot, run, { state: 'failed' }), await aMessage(bot, 'failed', NOTICE)];
    expect(await again({ kind: 'delivery', id }, who)).toBe('There is no such message.');
    expect(await again({ kind: 'message', id: other }, who)).toBe('There is no such message.');
    expect([(await delivery(id)).state, (await message(other)).state]).toEqual(['failed', 'failed']);
  });

  test('an administrator of one locality may not: a run is of the whole programme', async () => {
    const { db } = bot.database;
    const [personId, { id: scopeId }] = [
      await admin('wakefield.charity'),
      await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } }),
    ];
    const id = bot.core.newId();
    await db.role.create({ data: { id, personId, role: 'administrator', scopeKind: 'locality', scopeId, from: new Date('2026-09-01') } });
    expect(await again({ kind: 'message', id: await aMessage(bot, 'failed', NOTICE) }, 'wakefield.charity')).toBe(
      'There is no such message.',
    );
    await db.role.delete({ where: { id } });
  });
});

describe('the runs', () => {
  test('add up: each message is counted once, where it is now', async () => {
    const later = await aRun(bot, '2026-11-26T08:35:00Z', 3);
    for (const state of ['planned', 'handed', 'sent', 'sent', 'left', 'failed', 'unconfirmed'] as const)
      await aDelivery(bot, run, { state });
    for (const state of ['sent', 'left', 'left'] as const) await aDelivery(bot, later, { state, kind: 'summary', why: 'their role ended' });
    const { runs, left } = await inTransaction(bot.database.db, (tx) => readRuns(tx, bot.core.now()));
    expect(runs).toMatchObject([
      { id: later, waiting: 0, sent: 1, left: 2, failed: 0, unconfirmed: 0, planned: 3 },
      { id: run, waiting: 2, sent: 2, left: 1, failed: 1, unconfirmed: 1 },
    ]);
    expect(left).toEqual([
      { why: 'their role ended', count: 2 },
      { why: null, count: 1 },
    ]);
  });

  test('are read in the same few statements however many there are, and long lists are counted rather than shown', async () => {
    const statements = async () => {
      bot.database.forget();
      const read = await inTransaction(bot.database.db, (tx) => readRuns(tx, bot.core.now()));
      return { read, count: bot.database.statements.length };
    };
    const few = await statements();
    for (let more = 0; more < 24; more += 1) await aRun(bot, '2026-11-25T08:30:00Z');
    for (let more = 0; more < 60; more += 1) await aDelivery(bot, run, { state: 'failed' });
    const { read, count } = await statements();
    expect(count).toBe(few.count);
    expect([read.runs.length, read.deliveries.length, read.deliveries[0]?.all]).toEqual([20, 50, 60]);
  });

  test('go back a term: what failed before it is nobody’s to mend any more', async () => {
    for (const moment of ['2026-08-20T08:30:00Z', '2026-09-15T08:30:00Z']) await aDelivery(bot, run, { state: 'failed', moment });
    const { deliveries } = await inTransaction(bot.database.db, (tx) => readRuns(tx, bot.core.now()));
    expect(deliveries.map(({ at }) => at.toISOString().slice(0, 10))).toEqual(['2026-09-15']);
  });
});

describe('/metrics', () => {
  const measured = async () => {
    const text = await createMetrics(() => bot.database.db, bot.core.now).metrics();
    return text.split('\n').filter((line) => /^common_cause_(deliveries|outbox_oldest|planned)/u.test(line));
  };

  test('counts nudges and summaries by what became of them, and says how old the oldest waiting message is and when was planned last', async () => {
    const { db } = bot.database;
    expect(await measured()).toEqual(['common_cause_outbox_oldest_waiting_seconds 0', 'common_cause_planned_to_timestamp_seconds 0']);
    for (const state of ['sent', 'sent', 'failed'] as const) await aDelivery(bot, run, { state });
    await aDelivery(bot, run, { state: 'planned', kind: 'summary' });
    await aDelivery(bot, run, { state: 'sent', moment: '2026-11-03T08:30:00Z' }); // three weeks ago: not counted
    await aMessage(bot, 'sent', NOTICE);
    bot.clock.advance({ seconds: 30 });
    await aMessage(bot, 'waiting', NOTICE);
    bot.clock.advance({ seconds: 60 });
    await aMessage(bot, 'waiting', NOTICE);
    await db.planner.create({ data: { id: 1, plannedTo: new Date(TUESDAY) } });
    const lines = await measured();
    await db.planner.deleteMany({});
    expect(lines.sort()).toEqual([
      'common_cause_deliveries{kind="nudge",state="failed"} 1',
      'common_cause_deliveries{kind="nudge",state="sent"} 2',
      'common_cause_deliveries{kind="summary",state="planned"} 1',
      'common_cause_outbox_oldest_waiting_seconds 60',
      `common_cause_planned_to_timestamp_seconds ${Date.parse(TUESDAY) / 1000}`,
    ]);
  });
});
