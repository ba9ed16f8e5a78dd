import { afterEach, expect, test } from 'vitest';
import type { Answer } from '../../src/bot/contract.ts';
import { pauseAfter } from '../../src/platforms/slack/socket.ts';
import { cardAnswer, playedBy, slackWith, testTimer } from '../support/slack.ts';
import { startSlack } from '../support/slack-stub.ts';

/** Socket Mode: one connection, kept. */

const LEAD = 'U0LEAD';
const saved = () => cardAnswer('Saved');
let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

const connected = async (dispatch = playedBy(saved).dispatch, timer = testTimer()) => {
  const stage = await slackWith({ transport: 'socket', dispatch, timer: timer.timer });
  stop = stage.stop;
  stage.slack.user(LEAD);
  return { ...stage, time: timer };
};

test.each(['refresh', 'drop'] as const)('after a %s it connects again at once and hears what is said', async (how) => {
  const { slack, time } = await connected();
  slack[how]();
  // The pause before the first try is none at all; the test's time passes when it says so.
  await slack.until(() => {
    if (slack.connections() === 0) time.ring();
    return slack.connectionsEver() === 2;
  }, 'a second connection');
  const { message } = await slack.command('/kpi', '', { user: LEAD });
  expect(message?.text).toBe('Saved');
});

test('a Slack that cannot be reached is tried again, ever more slowly, and the process lives', async () => {
  const { slack, time, logged } = await connected();
  slack.fail({ method: 'apps.connections.open', status: 503, times: 3 });
  slack.drop();
  await slack.until(() => {
    if (slack.connections() === 0) time.ring();
    return slack.connectionsEver() === 2;
  }, 'a second connection');
  expect(logged.filter((line) => line.includes('no Socket Mode connection'))).toHaveLength(3);
  expect([0, 1, 2, 3, 7, 50].map(pauseAfter)).toEqual([0, 1_000, 2_000, 4_000, 60_000, 60_000]);
});

test('an app token that Slack refuses is said, and tried again', async () => {
  const slack = await startSlack();
  slack.fail({ method: 'apps.connections.open', error: 'invalid_auth' });
  const time = testTimer();
  const stage = await slackWith({ transport: 'socket', dispatch: playedBy(saved).dispatch, timer: time.timer, stub: slack });
  stop = stage.stop;
  expect(stage.logged.join()).toContain('apps.connections.open: invalid_auth');
  await slack.until(() => {
    time.ring();
    return slack.connections() === 1;
  });
});

test('an answer whose connection has gone reaches the person another way', async () => {
  const committed = Promise.withResolvers<Answer>();
  const played = playedBy(() => committed.promise);
  const { slack } = await connected(played.dispatch);
  void slack.command('/kpi', 'attendance 93.2', { user: LEAD });
  await slack.until(() => played.asked.length === 1);
  slack.drop();
  await slack.until(() => slack.connections() === 0);
  committed.resolve(saved());
  const message = await slack.until(() => slack.lastFor(LEAD), 'the answer');
  expect(message).toMatchObject({ by: 'response_url', onlyFor: LEAD, text: 'Saved' });
});

test('a message saved after its connection has gone is left to come again, and the process lives', async () => {
  const committed = Promise.withResolvers<Answer>();
  const played = playedBy(() => committed.promise);
  const { slack, logged } = await connected(played.dispatch);
  void slack.dm('kpi attendance 93.2', { user: LEAD });
  await slack.until(() => played.asked.length === 1);
  slack.drop();
  await slack.until(() => slack.connections() === 0);
  committed.resolve(saved());
  await slack.until(() => logged.some((line) => line.includes('after Slack had stopped waiting')));
  expect(slack.unacknowledged()).toBe(1);
  expect(logged.join()).not.toContain('a request failed');
});

test('stopping answers what is under way first, then closes', async () => {
  const committed = Promise.withResolvers<Answer>();
  const played = playedBy(() => committed.promise);
  const { slack, platform } = await connected(played.dispatch);
  const answered = slack.command('/kpi', 'attendance 93.2', { user: LEAD });
  await slack.until(() => played.asked.length === 1);
  const stopped = platform.stop();
  committed.resolve(saved());
  expect((await answered).message?.text).toBe('Saved');
  await stopped;
  await slack.until(() => slack.connections() === 0);
  expect(slack.connectionsEver()).toBe(1);
});

test('what can never be right is acknowledged, so that Slack does not send it for ever', async () => {
  const { slack } = await connected();
  const { status } = await slack.deliver({ type: 'interactive', payload: { type: 'surprise' } });
  expect(status).toBe(200);
});

test('in Socket Mode no address takes signed requests', async () => {
  const { origin } = await connected();
  const { status } = await fetch(`${origin}/slack/events`, { method: 'POST', body: 'x' });
  expect(status).toBe(404);
});
