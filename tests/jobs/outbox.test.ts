import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/app.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { PlatformError } from '../../src/errors.ts';
import { createOutbox } from '../../src/jobs/outbox.ts';
import { testClock, testIds } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
const clock = testClock();
const newId = testIds();
let logged: string[];

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  await database.db.outbox.deleteMany();
  logged = [];
});
afterAll(() => database.close());

/** A platform that takes messages in order and answers as it is told. */
const platform = (...answers: (undefined | Error)[]) => {
  const arrived: string[] = [];
  const send = async (message: Message): Promise<Record<string, unknown>> => {
    const answer = answers.shift();
    if (answer) throw answer;
    arrived.push((message as { subject: string }).subject);
    return { message: `m${arrived.length}` };
  };
  return { arrived, send };
};
const outboxTo = (send: (message: Message) => Promise<Record<string, unknown>>) =>
  createOutbox({ db: database.db, now: clock.now, newId, send, log: pino({ level: 'info' }, { write: (line) => void logged.push(line) }) });

const write = (outbox: ReturnType<typeof outboxTo>, subject: string, to = 'wakefield.lead@example.org') =>
  inTransaction(database.db, (tx) => outbox.later(tx, { kind: 'email', to, subject, text: 'What is waiting for you' }));
const states = async () =>
  (await database.db.outbox.findMany({ orderBy: { seq: 'asc' } })).map(({ state, attempts }) =>
    attempts === 1 ? state : `${state} after ${attempts}`,
  );

const again = (retryAfter?: number) => new PlatformError('Slack: rate limited', { outcome: 'again', retryAfter });
const unconfirmed = () => new PlatformError('Slack: no answer', { outcome: 'unconfirmed' });
const refused = () => new PlatformError('Slack: invalid_blocks', { outcome: 'refused' });

describe('a message in the outbox', () => {
  it('is forgotten once it has gone, where its text holds a link that lets somebody in', async () => {
    const { send } = platform();
    const outbox = outboxTo(send);
    const link = 'https://common-cause.example.org/sign-in/link/abc';
    await inTransaction(database.db, async (tx) => {
      await outbox.later(tx, { kind: 'email', to: 'a@example.org', subject: 'Your link', text: link, secret: true });
      await outbox.later(tx, { kind: 'email', to: 'a@example.org', subject: 'A notice', text: 'No link in it' });
    });
    await outbox.drain();
    const kept = await database.db.outbox.findMany({ orderBy: { seq: 'asc' } });
    expect(kept.map(({ payload }) => (payload as { text: string }).text)).toEqual(['', 'No link in it']);
    expect(JSON.stringify(kept, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(link);
  });

  const secretly = (outbox: ReturnType<typeof outboxTo>, subject: string, more: Partial<Message>) =>
    inTransaction(database.db, (tx) =>
      outbox.later(tx, { kind: 'email', to: 'a@example.org', subject, text: subject, ...more } as Message),
    );

  it('is deleted once it has gone, may have or cannot, where nothing of it is to be kept; no line in the log says which it was', async () => {
    const outbox = outboxTo(platform(undefined, unconfirmed(), refused()).send);
    for (const subject of ['Gone', 'Perhaps', 'Never']) await secretly(outbox, subject, { forget: true });
    logged.length = 0;
    await outbox.drain();
    expect(await states()).toEqual([]);
    expect(logged.map((line) => JSON.parse(line)).map(({ msg, outbox: id }) => [msg, id])).toEqual([
      ['a message is unconfirmed', undefined],
      ['a message is failed', undefined],
    ]);
    // control: others are kept, and named.
    const kept = outboxTo(platform().send);
    await secretly(kept, 'Kept', {});
    await kept.drain();
    expect(await states()).toEqual(['sent']);
    expect(logged.some((line) => JSON.parse(line).outbox !== undefined)).toBe(true);
  });

  it('that is a delivery and cannot go stays until another way was looked for, though nothing of it is to be kept', async () => {
    const outbox = outboxTo(platform(refused()).send);
    await secretly(outbox, 'Never', { forget: true, delivery: newId() });
    await outbox.drain();
    expect(await states()).toEqual(['failed']);
  });

  it('is kept without what it said, where only that is to be forgotten', async () => {
    const outbox = outboxTo(platform().send);
    await secretly(outbox, 'Two minutes', { forget: 'words' });
    await inTransaction(database.db, (tx) =>
      outbox.later(tx, { kind: 'card', platform: 'slack', to: { channel: 'D1' }, card: { title: 'Two minutes' }, forget: 'words' }),
    );
    await outbox.drain();
    expect((await database.db.outbox.findMany({ orderBy: { seq: 'asc' } })).map(({ payload }) => payload)).toEqual([
      { kind: 'email', to: 'a@example.org', subject: '', text: '', forget: 'words' },
      { kind: 'card', platform: 'slack', to: { channel: 'D1' }, card: null, forget: 'words' },
    ]);
  });

  it('is sent once its transaction has committed, and is kept with what the platform called it', async () => {
    const { arrived, send } = platform();
    const outbox = outboxTo(send);
    await inTransaction(database.db, async (tx) => {
      await outbox.later(tx, { kind: 'email', to: 'a@example.org', subject: 'Hello', text: 'Hello' });
      expect(arrived).toEqual([]);
    });
    await outbox.drain();
    expect(arrived).toEqual(['Hello']);
    expect(await database.db.outbox.findFirst()).toMatchObject({ state: 'sent', attempts: 1, result: { message: 'm1' } });
  });

  it('is never sent when its transaction came to nothing', async () => {
    const { arrived, send } = platform();
    const outbox = outboxTo(send);
    const doomed = inTransaction(database.db, async (tx) => {
      await outbox.later(tx, { kind: 'email', to: 'a@example.org', subject: 'Hello', text: 'Hello' });
      throw new Error('a bug');
    });
    await expect(doomed).rejects.toThrow('a bug');
    await outbox.drain();
    expect(arrived).toEqual([]);
  });

  it('is not sent before its moment', async () => {
    const { arrived, send } = platform();
    const outbox = outboxTo(send);
    const notBefore = clock.now().add({ hours: 1 });
    await inTransaction(database.db, (tx) =>
      outbox.later(tx, { kind: 'email', to: 'a@example.org', subject: 'Later', text: '…' }, { notBefore }),
    );
    await outbox.drain();
    expect(arrived).toEqual([]);
    clock.advance({ hours: 1 });
    await outbox.drain();
    expect(arrived).toEqual(['Later']);
  });

  it('is tried again when the platform says so, and not before the time it asked for', async () => {
    const { arrived, send } = platform(again(90));
    const outbox = outboxTo(send);
    await write(outbox, 'Hello');
    await outbox.drain();
    clock.advance({ seconds: 89 });
    await outbox.drain();
    expect(await states()).toEqual(['waiting']);
    clock.advance({ seconds: 1 });
    await outbox.drain();
    expect(arrived).toEqual(['Hello']);
    expect(await states()).toEqual(['sent after 2']);
  });

  it('is given up after eight attempts', async () => {
    const { arrived, send } = platform(...Array.from({ length: 8 }, () => again()));
    const outbox = outboxTo(send);
    await write(outbox, 'Hello');
    for (let hours = 0; hours < 10; hours += 1) {
      await outbox.drain();
      clock.advance({ hours: 1 });
    }
    expect(arrived).toEqual([]);
    expect(await states()).toEqual(['failed after 8']);
  });

  it.each([
    ['its answer was lost', unconfirmed, 'unconfirmed'],
    ['the platform will never take it', refused, 'failed'],
    ['the person blocked us', () => new PlatformError('Slack: user_disabled', { outcome: 'closed' }), 'failed'],
    ['a bug of ours stopped it, so that nobody knows whether it left', () => new TypeError('x is not a function'), 'unconfirmed'],
  ])('is never sent again when %s', async (_why, error, state) => {
    const { arrived, send } = platform(error());
    const outbox = outboxTo(send);
    await write(outbox, 'Hello');
    await outbox.drain();
    clock.advance({ days: 1 });
    await outbox.drain();
    expect(arrived).toEqual([]);
    expect(await states()).toEqual([state]);
  });

  it('waits for the one before it to the same place, and for no other', async () => {
    const { arrived, send } = platform(again());
    const outbox = outboxTo(send);
    await write(outbox, 'First');
    await write(outbox, 'Second');
    await write(outbox, 'Elsewhere', 'sheffield.lead@example.org');
    await outbox.drain();
    expect(arrived).toEqual(['Elsewhere']);
    await outbox.drain();
    expect(arrived).toEqual(['Elsewhere']);
    clock.advance({ minutes: 1 });
    await outbox.drain();
    expect(arrived).toEqual(['Elsewhere', 'First', 'Second']);
  });

  it('is logged with the place of a bug of ours, and without the words of the error', async () => {
    const { send } = platform(new TypeError('cannot read "flu in two schools"'));
    const outbox = outboxTo(send);
    await write(outbox, 'Hello');
    await outbox.drain();
    expect(logged.join()).toMatch(/"type":"TypeError".*outbox\.test\.ts/u);
    expect(logged.join()).not.toContain('flu');
  });

  it('is logged by its number alone: no address, no text, no name', async () => {
    const { send } = platform(undefined, refused(), unconfirmed());
    const outbox = outboxTo(send);
    for (const subject of ['Persistent absence', 'Visits', 'Workshops']) await write(outbox, subject);
    await outbox.drain();
    expect(await states()).toEqual(['sent', 'failed', 'unconfirmed']);
    const rows = await database.db.outbox.findMany();
    expect(logged).toHaveLength(3);
    for (const { id } of rows) expect(logged.join()).toContain(id);
    expect(logged.join()).not.toMatch(/example\.org|Persistent|Visits|Workshops|waiting for you/u);
  });
});

describe('a server that stops', () => {
  it('in the middle of sending leaves the message unconfirmed: it may have arrived, so it is not sent again', async () => {
    const dying = outboxTo(() => new Promise(() => {})); // the request has left, and no answer will ever be read
    await write(dying, 'Hello');
    void dying.drain();
    await expect.poll(states).toEqual(['sending']);

    const { arrived, send } = platform();
    const next = outboxTo(send);
    await next.drain();
    expect(await states()).toEqual(['sending']); // another process may be at it
    clock.advance({ minutes: 3 });
    await next.drain();
    expect(await states()).toEqual(['unconfirmed']);
    expect(arrived).toEqual([]);
  });

  it('in the middle of sending leaves no link behind that lets somebody in', async () => {
    const dying = outboxTo(() => new Promise(() => {}));
    await inTransaction(database.db, async (tx) => {
      await dying.later(tx, { kind: 'email', to: 'a@example.org', subject: 'Your link', text: 'https://x/sign-in/link/abc', secret: true });
      await dying.later(tx, { kind: 'email', to: 'b@example.org', subject: 'A notice', text: 'No link in it' });
    });
    void dying.drain();
    await expect.poll(states).toEqual(['sending', 'sending']);
    clock.advance({ minutes: 3 });
    await outboxTo(platform().send).drain();
    expect(await states()).toEqual(['unconfirmed', 'unconfirmed']);
    const kept = await database.db.outbox.findMany({ orderBy: { seq: 'asc' } });
    expect(kept.map(({ payload }) => payload)).toEqual([
      { kind: 'email', to: 'a@example.org', subject: 'Your link', text: '', secret: true },
      { kind: 'email', to: 'b@example.org', subject: 'A notice', text: 'No link in it' },
    ]);
  });

  it('in the middle of sending leaves nothing behind of what is to be forgotten', async () => {
    const dying = outboxTo(() => new Promise(() => {}));
    await inTransaction(database.db, (tx) =>
      dying.later(tx, { kind: 'email', to: 'a@example.org', subject: 'A pulse', text: 'A pulse', forget: true }),
    );
    void dying.drain();
    await expect.poll(states).toEqual(['sending']);
    clock.advance({ minutes: 3 });
    await outboxTo(platform().send).drain();
    expect(await states()).toEqual([]);
  });

  it('lets what is being sent come to its end and begins nothing new', async () => {
    const answer = Promise.withResolvers<Record<string, unknown>>();
    const begun: string[] = [];
    const outbox = outboxTo((message) => {
      begun.push((message as { subject: string }).subject);
      return answer.promise;
    });
    await write(outbox, 'First');
    await write(outbox, 'Second');
    outbox.kick();
    await expect.poll(() => begun).toEqual(['First']);
    const stopped = outbox.stop();
    answer.resolve({});
    await stopped;
    expect(await states()).toEqual(['sent', 'waiting after 0']);
  });
});

describe('two relays at the same moment', () => {
  const count = 60;
  const race = async (relays: { drain: () => Promise<void> }[], write: (subject: string, to: string) => Promise<unknown>) => {
    for (let n = 0; n < count; n += 1) await write(`message ${n}`, `person${n}@example.org`);
    await Promise.all(relays.map((relay) => relay.drain()));
  };

  it('send each message once', async () => {
    const { arrived, send } = platform();
    const relays = [outboxTo(send), outboxTo(send)];
    await race(relays, (subject, to) => write(relays[0] as (typeof relays)[0], subject, to));
    expect(new Set(arrived).size).toBe(count);
    expect(arrived).toHaveLength(count);
    expect(await states()).toEqual(Array(count).fill('sent'));
  });

  it('would send some twice if the row were not claimed first (this is what the test above can see)', async () => {
    const { arrived, send } = platform();
    const careless = () => ({
      drain: async () => {
        const due = await database.db.outbox.findMany({ where: { state: 'waiting' } });
        for (const { id, payload } of due) {
          await send(payload as unknown as Message);
          await database.db.outbox.updateMany({ where: { id }, data: { state: 'sent' } });
        }
      },
    });
    const outbox = outboxTo(send);
    await race([careless(), careless()], (subject, to) => write(outbox, subject, to));
    expect(arrived.length).toBeGreaterThan(count);
  });
});

describe('the lanes of an outbox', () => {
  const card = (tenant: string, person: string): Message => ({
    kind: 'card',
    platform: 'teams',
    to: { tenant, conversation: person },
    card: { title: person, parts: [] },
  });
  const tenantOf = (message: Message) => String((message.to as Record<string, unknown>).tenant);
  const personOf = (message: Message) => String((message.to as Record<string, unknown>).conversation);
  const writeAll = (outbox: ReturnType<typeof outboxTo>, messages: Message[]) =>
    inTransaction(database.db, async (tx) => {
      for (const message of messages) await outbox.later(tx, message);
    });
  const many = (tenant: string, count: number) => Array.from({ length: count }, (_, n) => card(tenant, `${tenant} ${n}`));

  it('do not wait for a tenant that hangs: everybody else has theirs', async () => {
    const arrived: string[] = [];
    const hanging = Promise.withResolvers<Record<string, unknown>>();
    const outbox = outboxTo(async (message) => {
      if (tenantOf(message) === 'hangs') return hanging.promise;
      arrived.push(personOf(message));
      return {};
    });
    await writeAll(outbox, [...many('hangs', 60), ...many('works', 60)]);
    const drained = outbox.drain();
    await expect.poll(() => arrived.length, { timeout: 10_000 }).toBe(60);
    expect(arrived.filter((person) => person.startsWith('works'))).toHaveLength(60);
    hanging.resolve({});
    await drained;
    expect(new Set(await states())).toEqual(new Set(['sent']));
  });

  it('are held one by one: a tenant that asks for a pause gets nothing before, and nobody else waits with it', async () => {
    const arrived: string[] = [];
    let busy = true;
    const asked: string[] = [];
    const outbox = outboxTo(async (message) => {
      if (tenantOf(message) === 'busy') asked.push(personOf(message));
      if (tenantOf(message) === 'busy' && busy) throw again(60);
      arrived.push(personOf(message));
      return {};
    });
    await writeAll(outbox, [...many('busy', 50), ...many('free', 50)]);
    await outbox.drain();
    expect(arrived).toHaveLength(50);
    expect(asked.length).toBeLessThanOrEqual(4); // those that were under way when the first was refused
    clock.advance({ seconds: 59 });
    const before = asked.length;
    await outbox.drain();
    expect(asked).toHaveLength(before);
    busy = false;
    clock.advance({ seconds: 1 });
    await outbox.drain();
    expect(arrived).toHaveLength(100);
    expect(new Set(arrived).size).toBe(100);
  });

  it('control: with one queue for all, a tenant that hangs keeps everybody waiting', async () => {
    const arrived: string[] = [];
    const outbox = outboxTo(async (message) => {
      if (personOf(message).startsWith('hangs')) return new Promise(() => {});
      arrived.push(personOf(message));
      return {};
    });
    await writeAll(outbox, [...many('hangs', 60), ...many('works', 60)]);
    await database.db.outbox.updateMany({ data: { lane: 'teams everybody' } });
    void outbox.drain();
    await expect.poll(async () => (await states()).filter((state) => state === 'sending').length).toBe(4);
    expect(arrived).toEqual([]);
  });

  it('never ask a tenant again for what it may have done: a lost answer is one message', async () => {
    const arrived: string[] = [];
    const losing = async (message: Message): Promise<never> => {
      arrived.push(personOf(message));
      throw unconfirmed();
    };
    const outbox = outboxTo(losing);
    await writeAll(outbox, many('loses', 3));
    for (let hour = 0; hour < 3; hour += 1) {
      await outbox.drain();
      clock.advance({ hours: 1 });
    }
    expect(arrived).toHaveLength(3);
    expect(await states()).toEqual(Array(3).fill('unconfirmed'));
  });

  it('control: a relay that repeats what is unconfirmed sends it twice', async () => {
    const arrived: string[] = [];
    const outbox = outboxTo(async (message) => {
      arrived.push(personOf(message));
      if (arrived.length <= 3) throw again();
      return {};
    });
    await writeAll(outbox, many('loses', 3));
    await outbox.drain();
    clock.advance({ hours: 1 });
    await outbox.drain();
    expect(arrived).toHaveLength(6);
    expect(new Set(arrived).size).toBe(3);
  });

  it('keep to a message’s last moment: what is too late does not leave', async () => {
    const { arrived, send } = platform();
    const outbox = outboxTo(send);
    const until = clock.now().add({ hours: 1 }).toString();
    await inTransaction(database.db, async (tx) => {
      await outbox.later(
        tx,
        { kind: 'email', to: 'a@example.org', subject: 'Nudge', text: '…', until },
        { notBefore: clock.now().add({ hours: 1 }) },
      );
      await outbox.later(tx, { kind: 'email', to: 'b@example.org', subject: 'Answer', text: '…' });
    });
    clock.advance({ hours: 1 });
    await outbox.drain();
    expect(arrived).toEqual(['Answer']);
    expect(await states()).toEqual(['failed', 'sent']);
  });

  it('say that nothing arrives there any more', async () => {
    const outbox = outboxTo(() => Promise.reject(new PlatformError('Slack: user_disabled', { outcome: 'closed' })));
    await writeAll(outbox, many('closed', 1));
    await outbox.drain();
    expect(await database.db.outbox.findFirst()).toMatchObject({ state: 'failed', closed: true });
  });
});
