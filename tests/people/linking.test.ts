import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/bot/contract.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { everythingIn } from '../support/dump.ts';

// Who is linked to whom, and who is not: by an address that a configured workspace vouches for, or by a code.

let demo: TestBot;
/** The same programme outside the demonstration, where nothing is taken on trust. */
let live: TestBot;

beforeAll(async () => {
  demo = await testBot();
  live = await testBot({
    env: { DEMO: '0', TRUSTED_EMAIL_DOMAINS: 'example.org', SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'bot@example.org' },
  });
});
afterAll(async () => {
  await demo.close();
  await live.close();
});
beforeEach(async () => {
  for (const bot of [demo, live]) {
    bot.clock.set('2026-11-19T14:00:00Z');
    await bot.database.db.identity.deleteMany();
    await bot.database.db.outbox.deleteMany();
    await bot.database.db.attempt.deleteMany();
  }
});

let users = 0;
type Profile = { email?: string; outsider?: boolean; platform?: 'slack' | 'teams' };
const account = ({ email, outsider = false, platform = 'slack' }: Profile = {}): Account => {
  users += 1;
  return { platform, tenant: 'T1', user: `U${users}`, profile: async () => ({ ...(email ? { email } : {}), outsider }) };
};
const PUBLIC = { kind: 'channel' as const, conversation: 'C1', name: '#wakefield', seenByOthers: true };

const STRANGER = 'I do not know you yet.';
/** Everything in the programme's own words: no answer to a stranger may hold any of it. */
const ofTheProgramme = async (bot: TestBot) => {
  const { db } = bot.database;
  const names = [
    ...(await db.locality.findMany()).map(({ name }) => name),
    ...(await db.pilot.findMany()).map(({ name }) => name),
    ...(await db.programme.findMany()).map(({ name }) => name),
    ...(await db.organisation.findMany({ take: 500 })).map(({ name }) => name),
    ...(await db.person.findMany()).map(({ post }) => post),
    ...(await db.kpiDefinition.findMany()).map(({ name }) => name),
  ];
  return [...new Set(names)];
};

/** Invites one person as the Wakefield coordinator, and gives the code. */
const codeFor = async (bot: TestBot, line: string, by = 'wakefield.coordinator') => {
  const inviter = await bot.as(by);
  const seen = await inviter.submit(await inviter.say('/partners invite'), { people: line });
  return codesIn(seen)[0] as string;
};
const codesIn = (seen: Seen) => {
  const table = seen.card().parts.find((part) => part.type === 'table');
  return table?.type === 'table' ? table.rows.map((row) => row[2] as string) : [];
};

const messages = async (bot: TestBot) =>
  (await bot.database.db.outbox.findMany({ orderBy: { seq: 'asc' } })).map(
    ({ payload }) => payload as { kind: string; to: unknown; subject?: string; text?: string; card?: { title: string } },
  );

describe('a stranger', () => {
  test.each([
    '/kpi',
    '/kpi attendance 93.2',
    '/partners',
    '/partners wakefield',
    'hello',
    '',
    '/commoncause help',
    '/kpi help',
    'Wakefield?',
  ])('who says “%s” is told how to be linked, and nothing about the programme', async (words) => {
    const seen = await demo.conversation(account()).say(words);
    expect(seen.title).toBe(STRANGER);
    expect(seen.text).toContain('/commoncause join CODE');
    for (const name of await ofTheProgramme(demo)) expect(seen.text.toLowerCase()).not.toContain(name.toLowerCase());
  });

  test('control: the same search finds a locality in what a lead is told', async () => {
    const lead = await demo.as('wakefield.lead');
    const text = (await lead.say('/kpi')).text;
    expect((await ofTheProgramme(demo)).some((name) => text.includes(name))).toBe(true);
  });

  test('in Teams is told how without a slash', async () => {
    const seen = await demo.conversation(account({ platform: 'teams' })).say('kpi');
    expect(seen.text).toContain('send me: join CODE');
  });

  test('with somebody else’s card in hand learns nothing', async () => {
    const lead = await demo.as('wakefield.lead');
    const { token } = (await lead.say('/kpi')).button('Log');
    expect((await demo.conversation(account()).ask({ kind: 'press', token })).title).toBe(STRANGER);
    expect((await demo.conversation(account()).ask({ kind: 'open', verb: 'kpi.log', state: {} })).title).toBe(STRANGER);
  });
});

describe('by address', () => {
  test('somebody of a configured workspace is linked by the first thing they say', async () => {
    const them = demo.conversation(account({ email: 'Wakefield.Lead@Example.org ' }));
    expect((await them.say('/kpi')).title).toBe('Wakefield: 1 of your 4 waits for you');
    expect(await demo.database.db.identity.count({ where: { how: 'email' } })).toBe(1);
  });

  test.each([
    ['an address of a domain that is not trusted', { email: 'wakefield.lead@elsewhere.org' }],
    ['a domain that only ends like a trusted one', { email: 'wakefield.lead@notexample.org' }],
    ['an address within the trusted domain', { email: 'wakefield.lead@sub.example.org' }],
    ['two domains in one address', { email: 'wakefield.lead@elsewhere.org@example.org' }],
    ['a guest, bot or outside user', { email: 'wakefield.lead@example.org', outsider: true }],
    ['an address that nobody has', { email: 'nobody@example.org' }],
    ['no address', {}],
  ])('%s links nobody', async (_, profile) => {
    expect((await demo.conversation(account(profile)).say('/kpi')).title).toBe(STRANGER);
    expect(await demo.database.db.identity.count()).toBe(0);
  });

  test('nobody who has left is linked, though they have not left before their last day', async () => {
    const { db } = demo.database;
    const email = 'wakefield.police@example.org';
    await db.person.update({ where: { email }, data: { leftOn: new Date('2026-11-19') } });
    expect((await demo.conversation(account({ email })).say('/kpi')).title).toBe(STRANGER);
    await db.person.update({ where: { email }, data: { leftOn: new Date('2026-11-20') } });
    expect((await demo.conversation(account({ email })).say('/kpi')).title).toContain('Wakefield: 4 KPIs');
    await db.person.update({ where: { email }, data: { leftOn: null } });
  });

  test.each(['admin', 'evaluator'])('outside the demonstration %s links only by code', async (who) => {
    const email = `${who}@example.org`;
    expect((await live.conversation(account({ email })).say('/partners')).title).toBe(STRANGER);
    expect((await live.conversation(account({ email: 'wakefield.lead@example.org' })).say('/kpi')).title, 'control').toContain('Wakefield');
    expect((await demo.conversation(account({ email })).say('')).title, 'in the demonstration anybody does').not.toBe(STRANGER);
  });

  test('the same address twice at once is one link', async () => {
    const same = account({ email: 'wakefield.lead@example.org' });
    const seen = await Promise.all([demo.conversation(same).say('/kpi'), demo.conversation(same).say('/kpi')]);
    for (const { title } of seen) expect(title).toContain('Wakefield: 1 of your 4');
    expect(await demo.database.db.identity.count()).toBe(1);
  });
});

const OFFICER = 'Attendance officer, Education service, Wakefield council';

describe('by code', () => {
  test('a code links one account, once, and says who one is now', async () => {
    const code = await codeFor(demo, OFFICER);
    const mine = demo.conversation(account());
    expect((await mine.say(`/commoncause join ${code}`)).text).toBe(
      'DEMONSTRATION: Welcome. You are linked as Attendance officer.\nType /commoncause to see where you are and what waits for you.',
    );
    expect((await mine.say('/kpi')).title).toBe('Wakefield: 4 KPIs; none of them is yours to log');
    expect((await demo.conversation(account()).say(`/commoncause join ${code}`)).title).toBe('This code does not work.');
  });

  test.each([
    (code: string) => `join ${code}`,
    (code: string) => `/commoncause JOIN ${code.toLowerCase()}`,
    (code: string) => `commoncause join ${code.replace('-', ' ')}`,
    (code: string) => `@commoncause join ${code.replace('-', '')}`,
    (code: string) => `join ${code.replaceAll('0', 'O').replaceAll('1', 'l')}`,
  ])('however it is typed', async (typed) => {
    const code = await codeFor(demo, OFFICER);
    expect((await demo.conversation(account()).say(typed(code))).title).toContain('Welcome.');
  });

  test('the same account and code delivered twice at once is one link', async () => {
    const code = await codeFor(demo, OFFICER);
    const same = account();
    const seen = await Promise.all([
      demo.conversation(same).say(`join ${code}`, 'join-1'),
      demo.conversation(same).say(`join ${code}`, 'join-1'),
    ]);
    for (const { title } of seen) expect(title).toContain('Attendance officer');
    expect(await demo.database.db.identity.count()).toBe(1);
  });

  test('two accounts at once: one has it', async () => {
    const code = await codeFor(demo, OFFICER);
    const seen = await Promise.all([1, 2].map(() => demo.conversation(account()).say(`join ${code}`)));
    expect(seen.filter(({ title }) => title.startsWith('Welcome'))).toHaveLength(1);
    expect(await demo.database.db.identity.count()).toBe(1);
  });

  test('it works for fourteen days', async () => {
    const [early, late] = [await codeFor(demo, OFFICER), await codeFor(demo, `Another ${OFFICER}`)];
    demo.clock.advance({ days: 13, hours: 23 });
    expect((await demo.conversation(account()).say(`join ${early}`)).title).toContain('Welcome');
    demo.clock.advance({ hours: 2 });
    expect((await demo.conversation(account()).say(`join ${late}`)).text).toBe(
      'DEMONSTRATION: This code does not work.\nA code works once and for 14 days. Check it, or ask your coordinator for a new one.',
    );
  });

  test('an account has five tries an hour, then not even the right code works for it', async () => {
    const code = await codeFor(demo, OFFICER);
    const guesser = demo.conversation(account());
    for (let guess = 0; guess < 5; guess += 1)
      expect((await guesser.say(`join AAAAA-0000${guess}`)).title).toBe('This code does not work.');
    expect((await guesser.say(`join ${code}`)).title).toBe('That was one try too many. Wait an hour, then try again.');
    expect((await demo.conversation(account()).say('join AAAAA-00009')).title, 'others still have theirs').toBe('This code does not work.');
    demo.clock.advance({ hours: 1, minutes: 1 });
    expect((await guesser.say(`join ${code}`)).title).toContain('Welcome');
  });

  test('typed where others can read it, it is burnt, whoever types it', async () => {
    const code = await codeFor(demo, OFFICER);
    const seen = await demo.conversation(account(), PUBLIC).say(`/commoncause join ${code}`);
    expect(seen.title).toBe('This code can no longer be used: others could read it here.');
    expect((await demo.conversation(account()).say(`join ${code}`)).title).toBe('This code does not work.');
    const second = await codeFor(demo, OFFICER);
    const linked = demo.conversation(account({ email: 'wakefield.lead@example.org' }), PUBLIC);
    expect((await linked.say(`join ${second}`)).title).toBe('This code can no longer be used: others could read it here.');
    expect((await demo.conversation(account()).say(`join ${second}`)).title).toBe('This code does not work.');
  });

  test('somebody who is linked already keeps the code for whoever it is for', async () => {
    const code = await codeFor(demo, OFFICER);
    const linked = demo.conversation(account({ email: 'wakefield.lead@example.org' }));
    expect((await linked.say(`join ${code}`)).title).toBe('You are linked already, as Wakefield pilot lead.');
    expect((await demo.conversation(account()).say(`join ${code}`)).title).toContain('Welcome');
  });

  test('a new code for the same person takes the place of the old one', async () => {
    const line = 'Family worker, Family charity, Wakefield, partner, family.worker@example.org';
    const [old, fresh] = [await codeFor(demo, line), await codeFor(demo, line)];
    expect((await demo.conversation(account()).say(`join ${old}`)).title).toBe('This code does not work.');
    expect((await demo.conversation(account()).say(`join ${fresh}`)).title).toContain('Family worker');
    expect(await demo.database.db.person.count({ where: { email: 'family.worker@example.org' } })).toBe(1);
  });

  test('whoever left and comes back in a new post links the same account anew', async () => {
    const { db } = demo.database;
    const same = account();
    await demo.conversation(same).say(`join ${await codeFor(demo, OFFICER)}`);
    const identity = await db.identity.findFirstOrThrow({ where: { user: same.user } });
    await db.person.update({ where: { id: identity.personId }, data: { leftOn: new Date('2026-11-18') } });
    expect((await demo.conversation(same).say('/kpi')).title).toBe(STRANGER);
    const code = await codeFor(demo, 'School link worker, Early help, Wakefield council');
    expect((await demo.conversation(same).say(`join ${code}`)).title).toContain('School link worker');
  });

  test('in the database is only its hash: the codes are nowhere to be found', async () => {
    const coordinator = await live.as('wakefield.coordinator');
    const form = await coordinator.say('/partners invite');
    const invited = await coordinator.submit(form, { people: `${OFFICER}\nAnother ${OFFICER}` }, 'invite-1');
    const codes = codesIn(invited);
    expect(codes).toHaveLength(2);
    await live.conversation(account()).say(`join ${codes[0]}`);
    await live.conversation(account(), PUBLIC).say(`/commoncause join ${codes[1]}`);
    await coordinator.say(`join ${codes[0]}`);
    const kept = `${await everythingIn(live.database.db)}\n${live.logged.join('\n')}`;
    expect(kept, 'control: what else was said is found').toContain('Attendance officer');
    for (const code of codes) for (const form of [code, code.replace('-', ''), code.toLowerCase()]) expect(kept).not.toContain(form);
  });

  test('a redelivery does not show the codes again', async () => {
    const coordinator = await demo.as('wakefield.coordinator');
    const form = await coordinator.say('/partners invite');
    await coordinator.submit(form, { people: OFFICER }, 'invite-2');
    expect((await coordinator.submit(form, { people: OFFICER }, 'invite-2')).title).toBe(
      'This was done and shown already. Codes and links are shown only once.',
    );
  });
});

describe('everybody concerned is told', () => {
  test('the coordinators of the scope, and the person by e-mail when they have no other account', async () => {
    await demo.conversation(account({ email: 'wakefield.head.1@example.org' })).say('/kpi');
    const told = await messages(demo);
    expect(told.map(({ to, subject }) => `${to}: ${subject}`).sort()).toEqual([
      'programme.coordinator@example.org: Headteacher, Wakefield 1 is linked on Slack',
      'wakefield.coordinator@example.org: Headteacher, Wakefield 1 is linked on Slack',
      'wakefield.head.1@example.org: A Slack account was linked to you as Headteacher, Wakefield 1',
    ]);
  });

  test('an account that they have already is told of the new one', async () => {
    const first = account({ email: 'wakefield.head.2@example.org' });
    await demo.conversation(first).say('/kpi');
    await demo.database.db.outbox.deleteMany();
    await demo.conversation(account({ email: 'wakefield.head.2@example.org' })).say('/kpi');
    const card = (await messages(demo)).find(({ kind, card }) => kind === 'card' && card?.title.startsWith('A Slack account'));
    expect(card?.to).toMatchObject({ user: first.user });
    expect(card?.card, 'a demonstration says so everywhere').toMatchObject({
      title: 'A Slack account was linked to you as Headteacher, Wakefield 2',
      demonstration: true,
    });
  });

  test('nobody is told when nobody was linked', async () => {
    await demo.conversation(account({ email: 'nobody@example.org' })).say('join AAAAA-00000');
    expect(await messages(demo)).toEqual([]);
  });
});
