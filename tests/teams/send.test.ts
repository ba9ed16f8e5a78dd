import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SealedCard } from '../../src/cards/card.ts';
import { PlatformError } from '../../src/errors.ts';
import { privateAddressOf } from '../../src/platforms/teams/receive.ts';
import type { TeamsUser, Trouble } from '../support/teams-stub.ts';
import { type OnTheWire, teamsOnTheWire } from './harness.ts';

let wire: OnTheWire;
let user: TeamsUser;
beforeEach(async () => {
  wire = await teamsOnTheWire();
  user = wire.teams.user('wakefield.lead@example.org');
});
afterEach(() => wire.close());

const card: SealedCard = { title: 'Attendance: 92.8 → 93.2 %', parts: [] };
const to = (conversation = wire.teams.chat(user)) =>
  privateAddressOf(wire.teams.activity(user, conversation, { type: 'message' }) as never);
const send = (address: object, sent: SealedCard = card) =>
  wire.platform.send({ kind: 'card', platform: 'teams', to: address as Record<string, unknown>, card: sent });
const failing = async (address: object): Promise<PlatformError> => {
  const error = await send(address).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(PlatformError);
  return error as PlatformError;
};

/** What a message meets, and whether it may be sent again. */
const OUTCOMES: [string, Trouble, PlatformError['outcome']][] = [
  ['too many messages', { status: 429, code: 'Throttled', retryAfter: 17 }, 'again'],
  ['a precondition that failed', { status: 412, code: 'PreconditionFailed' }, 'again'],
  ['a reset of the connection', 'reset', 'unconfirmed'],
  ['a reset after it was taken', 'accepted, then reset', 'unconfirmed'],
  ['a time-out of theirs', { status: 408 }, 'unconfirmed'],
  ['a failure of theirs', { status: 500 }, 'unconfirmed'],
  ['a gateway without an answer', { status: 502 }, 'unconfirmed'],
  ['a person who blocked us', { status: 403, code: 'ConversationBlockedByUser' }, 'closed'],
  ['a chat that takes no messages', { status: 403, code: 'MessageWritesBlocked' }, 'closed'],
  ['a bot that is no member', { status: 403, code: 'BotNotInConversationRoster' }, 'closed'],
  ['a conversation that is gone', { status: 404, code: 'ConversationNotFound' }, 'closed'],
  ['a refusal of the message', { status: 400, code: 'BadSyntax' }, 'refused'],
  ['a refusal of our token', { status: 401 }, 'refused'],
];

describe('a message to Teams', () => {
  test('goes to the service URL that was kept with its conversation, and is named', async () => {
    const address = to();
    expect(await send(address)).toEqual({ conversation: address.conversation, activity: expect.any(String) });
    expect(wire.teams.requests).toEqual([`POST /v3/conversations/${address.conversation}/activities`]);
  });

  test('takes the place of one of ours; where that is gone, it is posted anew, but not what belongs in that place alone', async () => {
    const address = to();
    const { activity } = await send(address);
    expect(await send({ ...address, activity, onlyThere: true })).toEqual({ conversation: address.conversation, activity });
    expect(await send({ ...address, activity: 'gone', onlyThere: true })).toEqual({ conversation: address.conversation });
    expect(wire.teams.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
    await send({ ...address, activity: 'gone' });
    expect(wire.teams.requests.filter((request) => request.startsWith('POST'))).toHaveLength(2);
  });

  test.each(OUTCOMES)('that meets %s is sent once', async (_, trouble, outcome) => {
    const address = to();
    wire.teams.trouble('activity', trouble);
    const error = await failing(address);
    expect(error.outcome).toBe(outcome);
    expect(wire.teams.requests).toHaveLength(1);
    expect(error.message).not.toContain('93.2');
  });

  test('that meets too many says how long to wait, in seconds', async () => {
    wire.teams.trouble('activity', { status: 429, code: 'Throttled', retryAfter: 17 });
    expect((await failing(to())).retryAfter).toBe(17);
  });

  test('that was taken before the connection broke is there once, and never sent again', async () => {
    const conversation = wire.teams.chat(user);
    wire.teams.trouble('activity', 'accepted, then reset');
    expect((await failing(to(conversation))).outcome).toBe('unconfirmed');
    expect(wire.teams.seen({ user, conversation })).toHaveLength(1);
  });

  test('to a service that no longer listens may be sent again', async () => {
    expect((await failing({ ...to(), serviceUrl: 'http://127.0.0.1:1/amer/' })).outcome).toBe('again');
  });

  test('may be sent again when we have no token of our own', async () => {
    wire.teams.trouble('token', { status: 500 });
    expect((await failing(to())).outcome).toBe('again');
    expect(await send(to())).toBeDefined();
  });

  test('that is hung up on for ever ends by itself, unconfirmed', async () => {
    await wire.close();
    wire = await teamsOnTheWire({ outboundPatience: 50 });
    user = wire.teams.user('wakefield.lead@example.org');
    wire.teams.trouble('activity', 'hang');
    expect((await failing(to())).outcome).toBe('unconfirmed');
  });

  test('to somebody who blocked us closes the conversation', async () => {
    const address = to();
    wire.teams.trouble('activity', { status: 403, code: 'ConversationBlockedByUser' });
    await failing(address);
    expect(wire.kept).toEqual([{ what: 'closed', conversation: address.conversation, why: 'blocked' }]);
  });

  test('that Teams finds too large comes as plain text', async () => {
    const conversation = wire.teams.chat(user);
    wire.teams.trouble('activity', { status: 413, code: 'MessageSizeTooBig' });
    await send(to(conversation), { title: '*Attendance*', parts: [{ type: 'text', text: '<at>everyone</at>' }] });
    expect(wire.teams.seen({ user, conversation }).map(({ text }) => text)).toEqual(['*Attendance*\n<at>everyone</at>']);
  });

  test('for one person where they cannot be reached at all tells the conversation what to do, and nothing else', async () => {
    const conversation = wire.teams.group([user]);
    wire.teams.chat(user, { bot: false });
    wire.teams.trouble('targeted', { status: 403, code: 'Forbidden' });
    expect((await failing(to(conversation))).outcome).toBe('closed');
    expect(wire.teams.seen({ user, conversation }).map(({ text }) => text)).toEqual([
      'I have an answer for you, but cannot write to you alone. Please add me to your own chats and ask again.',
    ]);
  });

  test('for one person that may have arrived is not sent by another way', async () => {
    const [own, conversation] = [wire.teams.chat(user), wire.teams.group([user])];
    wire.teams.trouble('targeted', { status: 502 });
    expect((await failing(to(conversation))).outcome).toBe('unconfirmed');
    expect(wire.teams.seen({ user, conversation: own })).toEqual([]);
  });

  test.each([
    ['a failure', { status: 503 } as const],
    ['a reset', 'reset' as const],
  ])('whose chat could not be opened for %s may be sent again: nothing had left', async (_, trouble) => {
    wire.teams.trouble('targeted', { status: 400 });
    wire.teams.trouble('conversation', trouble);
    expect((await failing(to(wire.teams.group([user])))).outcome).toBe('again');
  });

  test('with an address that is not one of Teams is refused', async () => {
    expect((await failing({ channel: 'C1' })).outcome).toBe('refused');
  });
});

describe('our own token', () => {
  const tokens = () => wire.teams.tokensIssued();

  test('is asked for once, also by two messages at the same moment, and again before it ends', async () => {
    await Promise.all([send(to()), send(to())]);
    expect(tokens()).toBe(1);
    wire.clock.advance({ minutes: 54 });
    await send(to());
    expect(tokens()).toBe(1);
    wire.clock.advance({ minutes: 2 });
    await send(to());
    expect(tokens()).toBe(2);
  });
});
