import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/summaries/receivers.ts';
import { testBot } from '../support/bot.ts';
import { slackWith } from '../support/slack.ts';
import { read, type Shown } from '../support/slack-stub.ts';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';
import { dueWorld } from './due-world.ts';

// A channel's summary in Slack and in Teams over their real wire formats: previewed, subscribed to, and posted where everybody reads.

describe('in Slack', () => {
  let bot: Awaited<ReturnType<typeof testBot>>;
  let stage: Awaited<ReturnType<typeof slackWith>>;
  const COORDINATOR = { user: 'U0COORD', channel: 'C0WAKE' };

  beforeAll(async () => {
    bot = await testBot();
    stage = await slackWith({ commands: bot.commands, dispatch: bot.dispatch, core: bot.core });
    stage.slack.user(COORDINATOR.user, { email: 'wakefield.coordinator@example.org' });
    stage.slack.channel('C0WAKE', 'wakefield', [COORDINATOR.user]);
  });
  afterAll(async () => {
    await stage.stop();
    await bot.close();
  });

  test('a channel has its summary once it was previewed: no buttons, no reasons, and it is ended with one press', async () => {
    const { message: preview } = await stage.slack.command('/summary', 'subscribe', COORDINATOR);
    expect(read(preview as Shown)).toContain('Preview: #wakefield would see this.');
    expect((preview as Shown).onlyFor, 'for who asked alone').toBe(COORDINATOR.user);
    const { message: done } = await stage.slack.press(preview as Shown, 'Every week in #wakefield');
    expect(read(done as Shown)).toContain('The summary of Wakefield comes to #wakefield every week from now on.');

    const world = await dueWorld(bot);
    const subscription = await bot.database.db.subscription.findFirstOrThrow();
    const id = await world.plan({ to: 'wakefield.coordinator', subscriptionId: subscription.id });
    const card = await world.draw(id, 'wakefield.coordinator', { platform: 'slack', channel: 'C0WAKE' });
    await stage.platform.send({ kind: 'card', platform: 'slack', to: subscription.to as Channel['to'], card });
    const posted = stage.slack.shown.find((one) => one.channel === 'C0WAKE' && one.onlyFor === undefined) as Shown;
    expect(read(posted)).toContain('WAK-7 Recruit two education welfare officers');
    expect(read(posted)).not.toContain('a joint post');
    expect(JSON.stringify(posted)).not.toContain('action_id');
    const { message: listed } = await stage.slack.command('/summary', 'unsubscribe', COORDINATOR);
    expect(read((await stage.slack.press(listed as Shown, 'End it')).message as Shown)).toContain('Ended: it does not come any more.');
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
  });

  test('a summary that is due is drawn for one person, and its buttons work', async () => {
    await stage.slack.command('/summary', '', COORDINATOR); // links the account
    const world = await dueWorld(bot);
    const id = await world.plan({ to: 'wakefield.coordinator' });
    const { tenant } = await bot.database.db.identity.findFirstOrThrow({ where: { user: COORDINATOR.user } });
    const card = await world.draw(id, 'wakefield.coordinator', { platform: 'slack', account: { tenant, user: COORDINATOR.user } });
    await stage.platform.send({ kind: 'card', platform: 'slack', to: { user: COORDINATOR.user }, card });
    const posted = stage.slack.shown.findLast((one) => read(one).includes('Waiting for you')) as Shown;
    expect(read(posted)).toContain('WAK-22 is without an owner');
    const { message: pressed } = await stage.slack.press(posted, 'All 31', { user: COORDINATOR.user });
    expect(read(pressed as Shown)).toContain('Wakefield: 31 actions');
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
  });
});

describe('in Teams', () => {
  let world: TeamsWorld;
  beforeAll(async () => {
    world = await teamsWorld();
  });
  afterAll(() => world.close());

  test('a channel has its summary once it was previewed, in the channel itself and not in the thread of the asking', async () => {
    const coordinator = world.person('wakefield.coordinator');
    const head = world.person('wakefield.head.1');
    const conversation = world.teams.channel([coordinator.user, head.user], 'Wakefield');
    const asking = { user: coordinator.user, conversation };
    const preview = await world.say('summary subscribe every month', asking);
    expect(preview.lines.join('\n')).toContain('Preview: Wakefield would see this.');
    const done = await world.teams.press(preview, 'Every month in Wakefield', asking);
    expect(done.lines.join('\n')).toContain('The summary of Wakefield comes to Wakefield every month from now on.');
    expect(world.teams.seen({ user: head.user, conversation }), 'nobody else has read anything yet').toEqual([]);

    const due = await dueWorld(world.bot);
    const subscription = await world.bot.database.db.subscription.findFirstOrThrow();
    expect(JSON.stringify(subscription.to)).not.toContain('messageid');
    const id = await due.plan({ to: 'wakefield.coordinator', subscriptionId: subscription.id });
    const card = await due.draw(id, 'wakefield.coordinator', { platform: 'teams', channel: subscription.conversation as string });
    await world.bot.core.db.$transaction((tx) =>
      world.bot.core.later(tx, { kind: 'card', platform: 'teams', to: subscription.to as Channel['to'], card }),
    );
    await world.relay();
    const [posted, ...others] = world.teams.seen({ user: head.user, conversation });
    expect(others).toEqual([]);
    expect(posted?.lines.join('\n')).toContain('WAK-7 Recruit two education welfare officers');
    expect(posted?.lines.join('\n')).not.toMatch(/a joint post|\[/u);
  });
});
