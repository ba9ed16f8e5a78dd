import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '../../src/app.ts';
import { PlatformError } from '../../src/errors.ts';
import { cardAnswer, playedBy, slackWith } from '../support/slack.ts';

/** The outbox's messages on their way to Slack: where they go, and what is known when they do not arrive. */

const LEAD = 'U0LEAD';
const table = { type: 'table' as const, caption: 'Readings', columns: [{ label: 'Week' }], rows: [['16 Nov']] };
const message = (to: Record<string, unknown>, ...parts: never[] | [typeof table]): Message => ({
  kind: 'card',
  platform: 'slack',
  to,
  card: { title: 'Your week', parts },
});

let stage: Awaited<ReturnType<typeof slackWith>>;
beforeEach(async () => {
  stage = await slackWith({ dispatch: playedBy(() => cardAnswer('played')).dispatch });
  stage.slack.user(LEAD);
  stage.slack.channel('C0WAKE', 'wakefield', [LEAD]);
  stage.slack.channel('C0ALONE', 'without-us', [LEAD], false);
});
afterEach(() => stage.stop());

const failure = async (sent: Promise<unknown>): Promise<PlatformError> => {
  const error = await sent.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PlatformError)) throw new Error(`a PlatformError was expected, not ${String(error)}`);
  return error;
};

describe('a message whose conversation could not be opened', () => {
  test.each([{ status: 503 }, { reset: true } as const])('may be sent again, because nothing has left: %j', async (wrong) => {
    stage.slack.fail({ method: 'conversations.open', ...wrong });
    expect((await failure(stage.platform.send(message({ user: LEAD })))).outcome).toBe('again');
    expect(stage.slack.shown).toEqual([]);
    expect(await stage.platform.send(message({ user: LEAD }))).toMatchObject({ channel: 'D0LEAD' });
  });
});

describe('a message goes', () => {
  test('to a person in a channel so that only they see it', async () => {
    expect(await stage.platform.send(message({ channel: 'C0WAKE', user: LEAD, thread: '1.2' }))).toMatchObject({ channel: 'C0WAKE' });
    expect(stage.slack.shown).toMatchObject([{ by: 'chat.postEphemeral', onlyFor: LEAD, thread: '1.2' }]);
  });
  test('to a person directly where we are not in the channel', async () => {
    expect(await stage.platform.send(message({ channel: 'C0ALONE', user: LEAD }))).toMatchObject({ channel: 'D0LEAD' });
    expect(stage.slack.shown).toMatchObject([{ by: 'chat.postMessage', channel: 'D0LEAD' }]);
  });
  test('to a person directly where they are not in the channel themselves', async () => {
    stage.slack.channel('C0LEFT', 'left', []);
    await stage.platform.send(message({ channel: 'C0LEFT', user: LEAD }));
    expect(stage.slack.shown).toMatchObject([{ channel: 'D0LEAD' }]);
  });
  test('to a person directly when they asked between two other people', async () => {
    await stage.platform.send(message({ channel: 'D0THEIRS', user: LEAD }));
    expect(stage.slack.shown).toMatchObject([{ channel: 'D0LEAD' }]);
  });
  test('to everybody in a channel when it is shared, without previews of its links', async () => {
    const result = await stage.platform.send(message({ channel: 'C0WAKE' }));
    expect(stage.slack.shown).toMatchObject([{ by: 'chat.postMessage', channel: 'C0WAKE', unfurled: false }]);
    expect(result).toEqual({ channel: 'C0WAKE', ts: stage.slack.shown[0]?.ts });
  });
  test('to a person directly, whose conversation is asked for once', async () => {
    await stage.platform.send(message({ user: LEAD }));
    await stage.platform.send(message({ user: LEAD }));
    expect(stage.slack.shown).toHaveLength(2);
    expect(stage.slack.calls.filter(({ method }) => method === 'conversations.open')).toHaveLength(1);
  });
  test('in place of a message of ours, with what it says now', async () => {
    const { channel, ts } = await stage.platform.send(message({ user: LEAD }));
    expect(await stage.platform.send(message({ channel, ts }, table))).toEqual({ channel, ts });
    expect(stage.slack.shown).toMatchObject([{ ts, revision: 2 }]);
    expect(stage.slack.shown[0]?.blocks.map(({ type }) => type)).toContain('table');
  });
  test.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'nowhere in place of one that is gone (%s), and is not tried again',
    async (error) => {
      stage.slack.fail({ method: 'chat.update', error });
      expect(await stage.platform.send(message({ channel: 'D0LEAD', ts: '1.2' }))).toEqual({ channel: 'D0LEAD', gone: true });
      expect(stage.slack.shown).toEqual([]);
      // control: what Slack refuses for the time being is.
      stage.slack.fail({ method: 'chat.update', error: 'ratelimited' });
      expect((await failure(stage.platform.send(message({ channel: 'D0LEAD', ts: '1.2' })))).outcome).toBe('again');
    },
  );
  test('to the home tab', async () => {
    await stage.platform.send({ kind: 'home', platform: 'slack', to: { user: LEAD }, card: { title: 'Home', parts: [] } });
    expect(stage.slack.homes.has(LEAD)).toBe(true);
  });
  test('plainly where Slack will not draw it, once', async () => {
    stage.slack.fail({ method: 'chat.postMessage', error: 'invalid_blocks' });
    await stage.platform.send(message({ channel: 'C0WAKE' }, table));
    expect(stage.slack.shown[0]?.blocks.map(({ type }) => type)).not.toContain('table');
    expect(stage.slack.shown).toHaveLength(1);
  });
});

describe('what is known of a message that did not arrive', () => {
  const sent = () => stage.platform.send(message({ channel: 'C0WAKE' }));

  test('too many at once: again, after as long as Slack asks', async () => {
    stage.slack.fail({ method: 'chat.postMessage', status: 429, retryAfter: 7 });
    expect(await failure(sent())).toMatchObject({ outcome: 'again', retryAfter: 7 });
    // The next one is not held back by it.
    await stage.platform.send(message({ channel: 'C0WAKE', user: LEAD }));
    expect(stage.slack.shown).toHaveLength(1);
  });
  test.each([
    ['Slack is upset', { status: 500 }],
    ['Slack is upset in another way', { status: 503 }],
    ['the connection broke', { reset: true as const }],
    ['Slack says it failed inside', { error: 'internal_error' }],
  ])('%s: it may have arrived, and is tried once', async (_what, trouble) => {
    stage.slack.fail({ method: 'chat.postMessage', times: 9, ...trouble });
    expect(await failure(sent())).toMatchObject({ outcome: 'unconfirmed' });
    expect(stage.slack.faults[0]?.times).toBe(8);
  });
  test('Slack never answers: it may have arrived', async () => {
    stage.slack.fail({ method: 'chat.postMessage', hang: true });
    expect(await failure(sent())).toMatchObject({ outcome: 'unconfirmed' });
  }, 15_000);
  test.each(['account_inactive', 'token_revoked', 'invalid_auth'])(
    '%s, which is our token and nobody’s account: refused',
    async (error) => {
      stage.slack.fail({ method: 'chat.postMessage', error });
      expect(await failure(sent())).toMatchObject({ outcome: 'refused' });
    },
  );
  test.each(['cannot_dm_bot', 'user_disabled', 'is_archived'])('%s: closed', async (error) => {
    stage.slack.fail({ method: 'chat.postMessage', error });
    expect(await failure(sent())).toMatchObject({ outcome: 'closed' });
  });
  test('somebody who left: closed', async () => {
    stage.slack.user('U0LEFT', { deleted: true });
    expect(await failure(stage.platform.send(message({ user: 'U0LEFT' })))).toMatchObject({ outcome: 'closed' });
  });
  test.each(['invalid_blocks', 'missing_scope'])('%s, plainly too: refused', async (error) => {
    stage.slack.fail({ method: 'chat.postMessage', error, times: 2 });
    expect(await failure(sent())).toMatchObject({ outcome: 'refused' });
  });
  test('no address: refused', async () => {
    expect(await failure(stage.platform.send(message({})))).toMatchObject({ outcome: 'refused' });
  });
  test('nobody listens where Slack should be: again', async () => {
    const other = await slackWith({ dispatch: playedBy(() => cardAnswer('played')).dispatch });
    await other.slack.stop();
    expect(await failure(other.platform.send(message({ channel: 'C0WAKE' })))).toMatchObject({ outcome: 'again' });
    await other.platform.stop();
  });
  test('no error carries the token or the words of the message', async () => {
    stage.slack.fail({ method: 'chat.postMessage', status: 500 });
    const error = await failure(sent());
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: error.cause })).not.toMatch(/xoxb|Your week/u);
  });
});
