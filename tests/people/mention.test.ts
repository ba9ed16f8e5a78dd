import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Account, type Command, cardVerb, type Incoming } from '../../src/bot/contract.ts';
import { createDispatch } from '../../src/bot/dispatch.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import { findPerson, whoExpected } from '../../src/people/mention.ts';
import { type TestBot, testBot } from '../support/bot.ts';

/** Who is meant where somebody names a person, asked of the whole bot by a command that only says who it is. */

const TENANT = 'tenant-of-wakefield';
let bot: TestBot;
let wakefield: string;
let deliveries = 0;
const personOf = (name: string) => bot.database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });

const owner: Command = {
  name: 'owner',
  aliases: [],
  summary: 'Say who is meant',
  usage: 'owner @person',
  listedFor: 'all',
  help: () => [],
  verbs: {},
  presses: {},
  otherwise: cardVerb({
    state: z.object({}),
    run: async ({ tx, actor, platform, tenant, mentions, today }, { words }) => {
      const found = await findPerson(tx, {
        localityId: wakefield,
        words,
        actorId: actor.personId,
        platform,
        tenant,
        mentions,
        today: today.toString(),
      });
      return { title: found.kind === 'one' ? found.post : whoExpected(found, 'Wakefield', words), parts: [] };
    },
  }),
};

beforeAll(async () => {
  bot = await testBot();
  const { db, newId } = { db: bot.database.db, newId: bot.core.newId };
  wakefield = (await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } })).id;
  const link = async (name: string, platform: string, user: string, tenant = TENANT) => {
    const person = await personOf(name);
    await db.identity.create({
      data: { id: newId(), personId: person.id, platform, tenant, user, linkedAt: new Date('2026-11-01'), how: 'email' },
    });
    return person;
  };
  const chat = async (personId: string, member: string, tenant = TENANT) => {
    const conversation = `chat with ${member}`;
    const reference = { serviceUrl: 'https://smba.example', tenant, conversation, kind: 'personal', bot: '28:bot', member };
    await db.conversationReference.create({
      data: { id: newId(), platform: 'teams', tenant, conversation, kind: 'personal', personId, reference, seenAt: new Date('2026-11-01') },
    });
  };
  await link('wakefield.lead', 'slack', 'U0LEAD');
  await link('wakefield.head.1', 'slack', 'U0HEAD');
  await link('sheffield.lead', 'slack', 'U0SHEFFIELD');
  await link('wakefield.coordinator', 'slack', 'U0ELSEWHERE', 'another-workspace');
  await link('wakefield.lead', 'teams', 'aad-lead');
  await chat((await link('wakefield.head.1', 'teams', 'aad-head')).id, '29:head');
  await chat((await link('sheffield.lead', 'teams', 'aad-sheffield')).id, '29:sheffield');
  // A chat from before: the account is linked to this person no more.
  await chat((await personOf('wakefield.coordinator')).id, '29:unlinked');
});
afterAll(() => bot.close());

const asking = async (account: Account, ask: Extract<Incoming['ask'], { kind: 'words' }>) => {
  const dispatch = createDispatch({ core: bot.core, commands: [...bot.commands, owner], kick: () => undefined });
  deliveries += 1;
  const answer = await dispatch({
    key: `mention-${deliveries}`,
    account,
    where: { kind: 'personal', seenByOthers: false },
    ask: { ...ask, text: `owner ${ask.text}` },
    answerBy: 'reply',
  });
  if (answer.kind !== 'card') throw new Error('a card was expected');
  return plainText(answer.card).split('\n')[0]?.replace('DEMONSTRATION: ', '');
};
const onSlack = (text: string) => asking({ platform: 'slack', tenant: TENANT, user: 'U0LEAD' }, { kind: 'words', text });
const onTeams = (text: string, mentioned: Record<string, string> = {}) =>
  asking(
    { platform: 'teams', tenant: TENANT, user: 'aad-lead' },
    { kind: 'words', text, mentions: Object.entries(mentioned).map(([said, user]) => ({ said, user })) },
  );
const NOT_HERE = 'The person you mentioned is not linked to a post in Wakefield. Write their post or address.';

describe('somebody mentioned in Slack', () => {
  test('is found by their account', async () => {
    expect(await onSlack('<@U0HEAD>')).toBe('Headteacher, Wakefield 1');
    expect(await onSlack('<@U0LEAD>.')).toBe('Wakefield pilot lead');
  });
  test.each([
    ['whom nobody knows', '<@U0NOBODY>'],
    ['who holds no role that covers the locality', '<@U0SHEFFIELD>'],
    ['whose account is in another workspace', '<@U0ELSEWHERE>'],
  ])('%s is not found, and no id is shown', async (_, words) => {
    expect(await onSlack(words)).toBe(NOT_HERE);
  });
  test('is not taken for all when more was said', async () => {
    expect(await onSlack('<@U0HEAD> and <@U0LEAD>')).toBe('Nobody in Wakefield is called “… and …”.');
  });
});

describe('somebody mentioned in Teams', () => {
  test('is found by the id that their chat with us is kept by, or by that of their account', async () => {
    expect(await onTeams('Jane Smith', { 'Jane Smith': '29:head' })).toBe('Headteacher, Wakefield 1');
    expect(await onTeams('jane  smith.', { 'Jane Smith': 'aad-head' })).toBe('Headteacher, Wakefield 1');
  });
  test('is told from others who are mentioned', async () => {
    expect(await onTeams('Jane Smith', { 'John Jones': 'aad-lead', 'Jane Smith': '29:head' })).toBe('Headteacher, Wakefield 1');
  });
  test.each([
    ['whom nobody knows', '29:nobody'],
    ['who holds no role that covers the locality', '29:sheffield'],
    ['whose account is linked no more', '29:unlinked'],
  ])('%s is not found', async (_, id) => {
    expect(await onTeams('Jane Smith', { 'Jane Smith': id })).toBe('Nobody in Wakefield is called “Jane Smith”.');
  });
  test('who cannot be found by their account is found where their name is their post', async () => {
    expect(await onTeams('Headteacher, Wakefield 1', { 'Headteacher, Wakefield 1': '29:nobody' })).toBe('Headteacher, Wakefield 1');
  });
  test('is nobody in another tenant', async () => {
    const { id } = await personOf('wakefield.head.1');
    const found = await findPerson(bot.database.db, {
      localityId: wakefield,
      words: 'Jane Smith',
      actorId: id,
      platform: 'teams',
      tenant: 'another-tenant',
      mentions: [{ said: 'Jane Smith', user: '29:head' }],
      today: '2026-11-19',
    });
    expect(found).toEqual({ kind: 'none', mentioned: false });
  });
});

describe('somebody named without a mention', () => {
  test.each([
    ['me', 'Wakefield pilot lead'],
    ['Myself', 'Wakefield pilot lead'],
    ['headteacher, wakefield 1', 'Headteacher, Wakefield 1'],
    ['wakefield.head.1@example.org', 'Headteacher, Wakefield 1'],
    ['Headteacher, Sheffield 1', 'Nobody in Wakefield is called “Headteacher, Sheffield 1”.'],
    ['', 'Write a post or an address, or mention the person.'],
  ])('"%s": %s', async (words, said) => {
    expect(await onSlack(words)).toBe(said);
    expect(await onTeams(words)).toBe(said);
  });
  test('by words that fit several is asked which', async () => {
    expect(await onSlack('headteacher')).toMatch(/^Which one\? Headteacher, Wakefield 1, /u);
  });
  test('"me" is nobody where no role of mine covers the locality', async () => {
    const found = await findPerson(bot.database.db, {
      localityId: wakefield,
      words: 'me',
      actorId: (await personOf('sheffield.lead')).id,
      platform: 'slack',
      tenant: TENANT,
      today: '2026-11-19',
    });
    expect(found).toEqual({ kind: 'none', mentioned: false });
  });
  test('who has left is not found, by account or by post', async () => {
    const { id } = await personOf('wakefield.head.1');
    await bot.database.db.person.update({ where: { id }, data: { leftOn: new Date('2026-11-19') } });
    expect(await onSlack('<@U0HEAD>')).toBe(NOT_HERE);
    expect(await onSlack('Headteacher, Wakefield 1'), 'only those whose names begin so').not.toMatch(/Wakefield 1(?!\d)/u);
    await bot.database.db.person.update({ where: { id }, data: { leftOn: null } });
  });
});
