import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { type Actor, findActor } from '../../src/people/actor.ts';
import { type Asked, createToken, findToken, revokeToken, tokensOf, useToken } from '../../src/people/tokens.ts';
import { type TestBot, testBot } from '../support/bot.ts';

/** Tokens of the API: made by whoever may export, worth nothing to anybody who copies the database, and ended at once. */

let bot: TestBot;
/** Ids by name: localities, pilots, the programme. */
let places: Record<'wakefield' | 'surrey' | 'pilot' | 'programme', string>;

beforeAll(async () => {
  bot = await testBot();
  const { db } = bot.core;
  const wakefield = await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' }, include: { pilot: true } });
  const surrey = await db.locality.findFirstOrThrow({ where: { name: 'Surrey' } });
  places = { wakefield: wakefield.id, surrey: surrey.id, pilot: wakefield.pilotId, programme: wakefield.pilot.programmeId };
});
afterAll(() => bot?.close());
beforeEach(async () => {
  await bot.core.db.apiToken.deleteMany();
  await bot.core.db.attempt.deleteMany();
});

const actorOf = async (name: string): Promise<Actor> => {
  const { id } = await bot.core.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });
  const actor = await inTransaction(bot.core.db, (tx) => findActor(tx, { platform: 'web', tenant: 'web', user: id }, '2026-11-19'));
  if (!actor) throw new Error(`${name} is nobody`);
  return actor;
};
const writer = (actor: Actor) => ({ now: bot.clock.now(), newId: bot.core.newId, personId: actor.personId });
const make = async (name: string, asked: Partial<Asked> = {}) => {
  const actor = await actorOf(name);
  const whole: Asked = { name: 'Power BI', scopeKind: 'locality', scopeId: places.wakefield, freeText: false, days: 90, ...asked };
  return inTransaction(bot.core.db, (tx) => createToken({ tx, ...writer(actor) }, bot.core, actor, whole));
};
const find = (token: string) => inTransaction(bot.core.db, (tx) => findToken(tx, bot.core.secret, token, bot.clock.now()));
const tokens = async (name: string) => {
  const { personId } = await actorOf(name);
  return inTransaction(bot.core.db, (tx) => tokensOf(tx, personId, bot.clock.now()));
};
const revoke = async (name: string, id: string) => {
  const actor = await actorOf(name);
  return inTransaction(bot.core.db, (tx) => revokeToken({ tx, ...writer(actor) }, id));
};

describe('a token', () => {
  test('is found as what it was made for, and listed without its letters', async () => {
    const token = await make('wakefield.lead', { name: '  Power BI at the office  ', freeText: true });
    expect(token).toMatch(/^cc_[\w-]{32}$/u); // 192 bits
    const { personId } = await actorOf('wakefield.lead');
    const [listed, ...others] = await tokens('wakefield.lead');
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ name: 'Power BI at the office', scope: 'Wakefield', freeText: true, lastUsedOn: null });
    expect(listed?.createdAt.toISOString()).toBe('2026-11-19T14:00:00.000Z');
    expect(listed?.expiresAt.toISOString()).toBe('2027-02-17T14:00:00.000Z');
    expect(await find(token)).toEqual({
      id: listed?.id,
      personId,
      scopeKind: 'locality',
      scopeId: places.wakefield,
      freeText: true,
    });
    expect(JSON.stringify(listed)).not.toContain(token.slice(3));
  });

  test('is kept as a hash that only this server can make: not in a row, an audit or the log', async () => {
    const token = await make('wakefield.lead');
    const { db } = bot.core;
    const kept = JSON.stringify([await db.apiToken.findMany(), await db.auditEvent.findMany(), bot.logged], (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(kept).toContain('token.created');
    expect(kept).not.toContain(token.slice(3));
    const elsewhere = new Uint8Array(32).fill(8);
    expect(await inTransaction(db, (tx) => findToken(tx, elsewhere, token, bot.clock.now()))).toBeUndefined();
  });

  test('that was made up, is not whole or is none finds nothing', async () => {
    const token = await make('wakefield.lead');
    for (const other of ['', 'cc_', token.slice(0, -1), `${token}A`, token.slice(3), `cc_${'A'.repeat(32)}`, `${token}\n`])
      expect(await find(other)).toBeUndefined();
    expect(await find(token)).toBeDefined(); // the control
  });

  test('is marked once on each day on which it is used', async () => {
    const token = await make('wakefield.lead');
    const version = async () =>
      (
        await bot.core.db.$queryRaw<
          { row: string; day: string | null }[]
        >`select xmin::text as row, last_used_on::text as day from api_token`
      )[0];
    await find(token);
    const first = await version();
    expect(first?.day).toBe('2026-11-19');
    await find(token);
    expect(await version()).toEqual(first);
    bot.clock.advance({ hours: 11 });
    await find(token);
    expect((await version())?.day).toBe('2026-11-20');
  });

  test('works until its last moment and not after', async () => {
    const token = await make('wakefield.lead', { days: 1 });
    bot.clock.advance({ hours: 23, minutes: 59 });
    expect(await find(token)).toBeDefined();
    bot.clock.advance({ minutes: 1 });
    expect(await find(token)).toBeUndefined();
    expect(await tokens('wakefield.lead')).toEqual([]);
  });

  test('ends at once, by whoever made it and nobody else', async () => {
    const token = await make('wakefield.lead');
    const { id = '' } = (await tokens('wakefield.lead'))[0] ?? {};
    expect(await revoke('surrey.lead', id)).toBe(false);
    expect(await revoke('wakefield.lead', 'x')).toBe(false);
    expect(await find(token)).toBeDefined();
    expect(await revoke('wakefield.lead', id)).toBe(true);
    expect(await find(token)).toBeUndefined();
    expect(await revoke('wakefield.lead', id)).toBe(true); // twice is once
    const ended = await bot.core.db.auditEvent.findMany({ where: { what: 'token.revoked', subjectId: id } });
    expect(ended).toHaveLength(1);
  });

  test('works no more from the day on which its person has left', async () => {
    const token = await make('rochdale.lead', {
      scopeId: (await bot.core.db.locality.findFirstOrThrow({ where: { name: 'Rochdale' } })).id,
    });
    expect(await find(token)).toBeDefined();
    await bot.core.db.person.update({ where: { email: 'rochdale.lead@example.org' }, data: { leftOn: new Date('2026-11-10') } });
    expect(await find(token)).toBeUndefined();
  });
});

describe('making one', () => {
  const refused = async (name: string, asked: Partial<Asked>) => {
    const before = await bot.core.db.apiToken.count();
    const error = await make(name, asked).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(await bot.core.db.apiToken.count()).toBe(before);
    return (error as UserError).message;
  };

  /** Who holds 'export' where, from the design: leads and coordinators for what is theirs, evaluators for the programme. */
  test.each([
    ['wakefield.lead', { wakefield: true }],
    ['wakefield.coordinator', { wakefield: true }],
    ['programme.coordinator', { wakefield: true, surrey: true, pilot: true, programme: true }],
    ['evaluator', { wakefield: true, surrey: true, pilot: true, programme: true }],
    ['wakefield.head.1', {}],
    ['pilot1.adviser', {}],
    ['admin', {}],
  ] as [string, Partial<typeof places>][])('%s can make one for what they may export, and for nothing else', async (name, may) => {
    for (const [place, scopeKind] of [
      ['wakefield', 'locality'],
      ['surrey', 'locality'],
      ['pilot', 'pilot'],
      ['programme', 'programme'],
    ] as const) {
      if (may[place]) expect(await make(name, { scopeKind, scopeId: places[place] })).toMatch(/^cc_/u);
      else expect(await refused(name, { scopeKind, scopeId: places[place] })).toMatch(/tables you may export/u);
    }
    // An id of another kind of thing, and of nothing.
    await refused(name, { scopeKind: 'programme', scopeId: places.wakefield });
    await refused(name, { scopeId: '00000000-0000-4000-8000-000000000000' });
    await refused(name, { scopeId: 'wakefield' });
  });

  test('asks for a name that can be kept, and a year at most', async () => {
    for (const name of ['', '   ', 'x'.repeat(61), 'Power\u0000BI', '\ud800'])
      expect(await refused('wakefield.lead', { name })).toMatch(/name/u);
    for (const days of [0, -1, 366, 1.5, Number.NaN]) expect(await refused('wakefield.lead', { days })).toMatch(/365 days/u);
    expect(await make('wakefield.lead', { name: 'x'.repeat(60), days: 365 })).toMatch(/^cc_/u); // the control
  });

  test('stops at ten that work, however many are asked for at once; one that has ended makes room', async () => {
    for (let made = 0; made < 8; made += 1) await make('wakefield.lead');
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => make('wakefield.lead')));
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(await refused('wakefield.lead', {})).toMatch(/the most there can be/u);
    expect(await make('wakefield.coordinator')).toMatch(/^cc_/u); // each person has their own ten
    await revoke('wakefield.lead', (await tokens('wakefield.lead'))[0]?.id ?? '');
    expect(await make('wakefield.lead')).toMatch(/^cc_/u);
  });
});

describe('tries', () => {
  const use = (token: string, network: string | undefined) =>
    inTransaction(bot.core.db, (tx) => useToken(bot.core, tx, { token, network }, bot.clock.now()));
  const WRONG = `cc_${'A'.repeat(32)}`;

  test('a network address with a hundred tokens that do not work waits for an hour; others go on', async () => {
    const token = await make('wakefield.lead');
    for (let tries = 0; tries < 100; tries += 1) expect(await use(WRONG, '203.0.113.9')).toBe('unusable');
    expect(await use(token, '203.0.113.9')).toBe('tooMany');
    expect(await use(token, '203.0.113.10')).toMatchObject({ scopeId: places.wakefield });
    expect(await use(token, undefined)).toMatchObject({ scopeId: places.wakefield });
    bot.clock.advance({ hours: 1, seconds: 1 });
    expect(await use(token, '203.0.113.9')).toMatchObject({ scopeId: places.wakefield });
  });

  test('tokens that work count for nothing, and behind a proxy nobody is counted', async () => {
    const token = await make('wakefield.lead');
    await use(token, '203.0.113.9');
    await use(WRONG, undefined);
    expect(await bot.core.db.attempt.count()).toBe(0);
    await use(WRONG, '203.0.113.9'); // the control
    const kept = await bot.core.db.attempt.findMany();
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain('203.0.113.9');
  });
});
