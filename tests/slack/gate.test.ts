import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cardAnswer, playedBy, slackWith } from '../support/slack.ts';

/** What does not come from Slack, or not as Slack sends it, gets a number and nothing else. */

const LEAD = 'U0LEAD';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };

let stage: Awaited<ReturnType<typeof slackWith>>;
let asked: ReturnType<typeof playedBy>['asked'];
beforeEach(async () => {
  const played = playedBy(() => cardAnswer('Saved'));
  asked = played.asked;
  stage = await slackWith({ dispatch: played.dispatch });
  stage.slack.user(LEAD);
});
afterEach(() => stage.stop());

const command = new URLSearchParams({
  command: '/kpi',
  text: 'attendance 93.2',
  user_id: LEAD,
  team_id: 'T0HOME',
  channel_id: 'D0LEAD',
  channel_name: 'directmessage',
  trigger_id: '1.2.abc',
  response_url: 'http://127.0.0.1/hooks/none',
}).toString();
const seconds = (ahead: number) => Math.floor(Date.now() / 1000) + ahead;

const quiet = (raw: string) => {
  expect(raw).not.toMatch(/at .*:\d+:\d+|Error|node_modules/u);
};

test('a request that Slack signed is answered', async () => {
  const { status, raw } = await stage.slack.post(command, { ...FORM, ...stage.slack.signed(command) });
  expect(status).toBe(200);
  expect(raw).toContain('Saved');
});

describe('refused with 401, and nothing happens:', () => {
  test.each<[string, () => Record<string, string>]>([
    ['without a signature', () => ({})],
    ['with the signature of somebody else', () => stage.slack.signed(command, seconds(0), 'another secret of theirs')],
    ['with the signature of another body', () => stage.slack.signed(`${command}&text=attendance+1`)],
    ['replayed after five minutes', () => stage.slack.signed(command, seconds(-302))],
    ['from five minutes ahead', () => stage.slack.signed(command, seconds(302))],
    ['signed for no time at all', () => ({ ...stage.slack.signed(command), 'x-slack-request-timestamp': 'soon' })],
    [
      'with a time that the signature is not for',
      () => ({ ...stage.slack.signed(command, seconds(-200)), 'x-slack-request-timestamp': String(seconds(0)) }),
    ],
    ['with an empty signature', () => ({ ...stage.slack.signed(command), 'x-slack-signature': 'v0=' })],
  ])('%s', async (_what, headers) => {
    const { status, raw } = await stage.slack.post(command, { ...FORM, ...headers() });
    expect(status).toBe(401);
    quiet(raw);
    expect(asked).toEqual([]);
    expect(stage.logged.filter((line) => line.includes('"level":40'))).toHaveLength(1);
    expect(stage.logged.join()).not.toContain('attendance');
  });
});

test('clocks may differ by a little, both ways', async () => {
  for (const ahead of [-290, 290]) {
    const { status } = await stage.slack.post(command, { ...FORM, ...stage.slack.signed(command, seconds(ahead)) });
    expect(status).toBe(200);
  }
});

describe('refused with 400 although it is signed:', () => {
  test.each([
    ['what is no JSON', '{"type":"event_callback","event":{"text":"a secret', JSON_TYPE],
    ['nothing', 'null', JSON_TYPE],
    ['a list', '[]', JSON_TYPE],
    ['a text', '"hello"', JSON_TYPE],
    ['a kind that Slack does not send', '{"type":"surprise"}', JSON_TYPE],
    ['an event without an id', '{"type":"event_callback","event":{"type":"message"}}', JSON_TYPE],
    [
      'a message without a channel',
      '{"type":"event_callback","event_id":"Ev1","event":{"type":"message","user":"U1","text":"a secret"}}',
      JSON_TYPE,
    ],
    ['a command without a person', 'command=%2Fkpi&text=a+secret', FORM],
    ['a press of nothing', `payload=${encodeURIComponent('{"type":"block_actions","user":{"id":"U1"},"actions":[]}')}`, FORM],
    ['a form from nowhere', `payload=${encodeURIComponent('{"type":"view_submission","user":{"id":"U1"},"view":{"blocks":[]}}')}`, FORM],
    ['a payload that is no JSON', 'payload=%7Bsecret', FORM],
  ])('%s', async (_what, body, type) => {
    const { status, raw } = await stage.slack.post(body, { ...type, ...stage.slack.signed(body) });
    expect(status).toBe(400);
    quiet(raw);
    expect(asked).toEqual([]);
    expect(stage.logged.join()).not.toContain('secret');
  });
});

test('a body larger than anything that Slack sends is refused with 413', async () => {
  const body = `text=${'a'.repeat(1_100_000)}`;
  const { status, raw } = await stage.slack.post(body, { ...FORM, ...stage.slack.signed(body) });
  expect(status).toBe(413);
  quiet(raw);
});

test('Slack may check that we are here', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc123' });
  const { status, raw } = await stage.slack.post(body, { ...JSON_TYPE, ...stage.slack.signed(body) });
  expect(status).toBe(200);
  expect(raw).toContain('abc123');
});

test('a failure of ours is a 500 without a word of it', async () => {
  const broken = await slackWith({
    dispatch: async () => {
      throw new Error('a secret of the database');
    },
  });
  broken.slack.user(LEAD);
  const { status, raw } = await broken.slack.post(command, { ...FORM, ...broken.slack.signed(command) });
  expect(status).toBe(500);
  quiet(raw);
  expect(broken.logged.join()).not.toContain('secret of');
  await broken.stop();
});

test('a token that Slack refuses stops the start, with where to find the right one', async () => {
  const { slack } = stage;
  slack.fail({ method: 'auth.test', error: 'invalid_auth' });
  await expect(slackWith({ dispatch: playedBy(() => cardAnswer('Saved')).dispatch, stub: slack })).rejects.toThrow('OAuth & Permissions');
});

test('Slack being away at the start does not stop it: it is asked again at the first request', async () => {
  const other = await slackWith({ dispatch: playedBy(() => cardAnswer('Saved')).dispatch, start: false });
  other.slack.user(LEAD);
  other.slack.fail({ method: 'auth.test', status: 503 });
  await other.platform.start();
  const { message } = await other.slack.command('/kpi', '', { user: LEAD });
  expect(message?.text).toBe('Saved');
  await other.stop();
});
