import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from '../../src/bot/contract.ts';
import { cardAnswer, playedBy, slackWith, undo } from '../support/slack.ts';
import { buttonsOn, read, type ShownView } from '../support/slack-stub.ts';

/** What people say to the bot and where they open it: acknowledged once committed, and delivered again until then. */

const LEAD = 'U0LEAD';
const saved = () => cardAnswer('Attendance: 92.8 → 93.2 %', undo);
const failed = (failed: 'database' | 'bug' | 'user') => (): Answer =>
  ({ ...cardAnswer('Not saved: the database could not be reached just now (ref 7F3A).'), failed }) as Answer;

describe.each(['http', 'socket'] as const)('over %s', (transport) => {
  let stage: Awaited<ReturnType<typeof slackWith>>;
  let asked: ReturnType<typeof playedBy>['asked'];
  let play: (answer: Parameters<typeof playedBy>[0]) => void;
  let unacknowledged: number;

  beforeEach(async () => {
    unacknowledged = 0;
    let current: Parameters<typeof playedBy>[0] = saved;
    play = (answer) => {
      current = answer;
    };
    const played = playedBy((incoming) => current(incoming));
    asked = played.asked;
    stage = await slackWith({ transport, dispatch: played.dispatch });
    stage.slack.user(LEAD);
    stage.slack.channel('C0WAKE', 'wakefield', [LEAD]);
  });
  afterEach(async () => {
    const { slack } = stage;
    await stage.stop();
    expect(slack.refusals).toEqual([]);
    expect(slack.unacknowledged(), 'envelopes that are to come again').toBe(unacknowledged);
  });

  /** Over HTTP a failure is a status; over Socket Mode it is an envelope that is never acknowledged, counted at the end. */
  const isToComeAgain = async (delivery: Promise<{ status: number }>) => {
    if (transport === 'http') return expect((await delivery).status).toBe(500);
    unacknowledged += 1;
    await stage.slack.until(() => stage.slack.unacknowledged() === unacknowledged);
  };

  test('a direct message is answered to the same conversation, after the commit', async () => {
    const { status } = await stage.slack.dm('kpi attendance 93.2', { user: LEAD });
    expect(status).toBe(200);
    expect(asked[0]).toMatchObject({
      account: { tenant: 'T0HOME', user: LEAD },
      where: { kind: 'personal', seenByOthers: false },
      ask: { kind: 'words', text: 'kpi attendance 93.2' },
      answerBy: { platform: 'slack', to: { channel: 'D0LEAD', user: LEAD } },
    });
  });

  test('an event is not acknowledged before it is committed', async () => {
    const committed = Promise.withResolvers<Answer>();
    play(() => committed.promise);
    let acknowledged = false;
    const delivery = stage.slack.dm('kpi attendance 93.2', { user: LEAD }).then(() => {
      acknowledged = true;
    });
    await stage.slack.until(() => asked.length === 1);
    expect(acknowledged).toBe(false);
    committed.resolve(saved());
    await delivery;
    expect(acknowledged).toBe(true);
  });

  test('a mention is seen by others, and is answered to who wrote it in the same thread', async () => {
    await stage.slack.mention('kpi attendance 93.2 flu &amp;', { user: LEAD, channel: 'C0WAKE', thread_ts: '1.2' });
    expect(asked[0]).toMatchObject({
      where: { kind: 'channel', conversation: 'C0WAKE', seenByOthers: true },
      ask: { kind: 'words', text: 'kpi attendance 93.2 flu &amp;' },
      answerBy: { platform: 'slack', to: { channel: 'C0WAKE', user: LEAD, thread: '1.2' } },
    });
  });

  test('a mention without words shows where one is', async () => {
    await stage.slack.mention('', { user: LEAD, channel: 'C0WAKE' });
    expect(asked[0]?.ask).toEqual({ kind: 'words', text: 'help' });
  });

  test("somebody of another workspace is that workspace's, whatever the channel's", async () => {
    stage.slack.user('U0GUEST', { team_id: 'T0OTHER' });
    await stage.slack.mention('kpi', { user: 'U0GUEST', channel: 'C0WAKE' });
    expect(asked[0]?.account).toMatchObject({ tenant: 'T0OTHER', user: 'U0GUEST' });
  });

  test.each([
    ['an edit', { subtype: 'message_changed' }],
    ['a join', { subtype: 'channel_join' }],
    ['what a bot says', { bot_id: 'B0OTHER' }],
    ['what we say ourselves', { user: 'U0BOT' }],
  ])('%s is acknowledged and not answered', async (_what, more) => {
    const { status } = await stage.slack.dm('kpi', { user: LEAD, ...more });
    expect(status).toBe(200);
    const control = await stage.slack.dm('kpi', { user: LEAD });
    expect(control.status).toBe(200);
    expect(asked).toHaveLength(1);
  });

  test('a message with a file is answered', async () => {
    await stage.slack.dm('kpi attendance 93', { user: LEAD, subtype: 'file_share' });
    expect(asked).toHaveLength(1);
  });

  test('a kind of event that we never asked for is acknowledged', async () => {
    const { status } = await stage.slack.event(stage.slack.envelope({ type: 'team_join', user: { id: LEAD } }));
    expect(status).toBe(200);
    expect(asked).toEqual([]);
  });

  test('delivered again, an event keeps its key', async () => {
    const { payload } = await stage.slack.dm('kpi attendance 93.2', { user: LEAD });
    await stage.slack.event(payload, 1);
    expect(asked[0]?.key).toBe(asked[1]?.key);
    await stage.slack.dm('kpi attendance 93.2', { user: LEAD });
    expect(asked[2]?.key).not.toBe(asked[0]?.key);
  });

  test.each(['database', 'bug'] as const)(
    'what a failure of the %s kept from being saved is told at once and delivered again',
    async (why) => {
      play(failed(why));
      await isToComeAgain(stage.slack.dm('kpi attendance 93.2 flu', { user: LEAD }));
      const told = await stage.slack.until(() => stage.slack.lastFor(LEAD));
      expect(told.text).toContain('Not saved yet');
      expect(read(told)).toContain('trying again by myself for about six minutes');
      expect(read(told)).toContain('kpi attendance 93.2 flu');
      expect(told.unfurled).toBe(false);
    },
  );

  test('a refusal of what a person typed is an answer: it is not delivered again', async () => {
    play(failed('user'));
    const { status } = await stage.slack.dm('kpi attendance 932', { user: LEAD });
    expect(status).toBe(200);
    expect(stage.slack.shown).toEqual([]);
  });

  test('the last failure is told as the end of it, the ones between not at all', async () => {
    play(failed('database'));
    const message = stage.slack.envelope({
      type: 'message',
      channel_type: 'im',
      channel: 'D0LEAD',
      user: LEAD,
      text: 'kpi attendance 93.2',
      ts: '1.1',
      team: 'T0HOME',
    });
    await isToComeAgain(stage.slack.event(message, 2));
    await stage.slack.until(() => asked.length === 1);
    expect(stage.slack.shown).toEqual([]);
    await isToComeAgain(stage.slack.event(message, 3));
    const told = await stage.slack.until(() => stage.slack.lastFor(LEAD));
    expect(told.text).toContain('Not saved: the database');
  });

  test('saved at the second delivery, it is acknowledged and nothing more is said', async () => {
    play(failed('database'));
    const message = stage.slack.envelope({
      type: 'message',
      channel_type: 'im',
      channel: 'D0LEAD',
      user: LEAD,
      text: 'kpi attendance 93.2',
      ts: '1.1',
      team: 'T0HOME',
    });
    await isToComeAgain(stage.slack.event(message));
    await stage.slack.until(() => stage.slack.lastFor(LEAD));
    play(saved);
    expect((await stage.slack.event(message, 1)).status).toBe(200);
    expect(stage.slack.shown).toHaveLength(1);
  });

  test('a failure that cannot be told either is still delivered again', async () => {
    play(failed('database'));
    stage.slack.fail({ method: 'chat.postMessage', error: 'ratelimited' });
    await isToComeAgain(stage.slack.dm('kpi attendance 93.2 secret', { user: LEAD }));
    await stage.slack.until(() => stage.logged.some((line) => line.includes('could not be told')));
    expect(stage.logged.join()).not.toContain('secret');
  });

  test('opening the home tab shows where one is, and a press on it answers in a modal and draws the tab anew', async () => {
    await stage.slack.openHome(LEAD);
    const home = stage.slack.homes.get(LEAD) as ShownView;
    expect(read(home)).toContain('92.8 → 93.2');
    play((incoming) => (incoming.ask.kind === 'press' ? cardAnswer('Undone') : cardAnswer('Home, drawn anew')));
    expect(buttonsOn(home)).toEqual(['Undo']);
    const { view } = await stage.slack.pressIn(home, 'Undo');
    expect(read(view as ShownView)).toContain('Undone');
    await stage.slack.until(() => read(home).includes('Home, drawn anew'));
  });

  test('the messages tab of the app is no opening of its home', async () => {
    await stage.slack.event(stage.slack.envelope({ type: 'app_home_opened', user: LEAD, tab: 'messages', channel: 'D0LEAD' }));
    expect(asked).toEqual([]);
  });

  test('being removed from the workspace is logged once, with what to do', async () => {
    await stage.slack.event(stage.slack.envelope({ type: 'tokens_revoked', tokens: { bot: ['U0BOT'] } }));
    await stage.slack.event(stage.slack.envelope({ type: 'app_uninstalled' }));
    await stage.slack.event(stage.slack.envelope({ type: 'tokens_revoked', tokens: { oauth: ['U0LEAD'], bot: [] } }));
    expect(stage.logged.filter((line) => line.includes('removed from the Slack workspace'))).toHaveLength(1);
  });
});

describe('who somebody is', () => {
  const profileOf = async (more: Record<string, unknown>) => {
    const played = playedBy(saved);
    const stage = await slackWith({ dispatch: played.dispatch });
    try {
      stage.slack.user(LEAD, { email: 'lead@example.org', tz: 'Europe/Lisbon', ...more });
      await stage.slack.dm('kpi', { user: LEAD });
      return await played.asked[0]?.account.profile?.();
    } finally {
      await stage.stop();
    }
  };

  test('comes from the workspace: address, time zone, and that they belong to it', async () => {
    expect(await profileOf({})).toEqual({ email: 'lead@example.org', zone: 'Europe/Lisbon', outsider: false });
  });
  test.each(['is_restricted', 'is_ultra_restricted', 'is_bot', 'is_stranger', 'deleted'])('%s is an outsider', async (flag) => {
    expect(await profileOf({ [flag]: true })).toMatchObject({ outsider: true });
  });
  test('somebody of another workspace is an outsider', async () => {
    expect(await profileOf({ team_id: 'T0OTHER' })).toMatchObject({ outsider: true });
  });
});
