import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testBot } from '../support/bot.ts';
import { type Planned, setPlan } from '../support/plan.ts';
import { slackWith } from '../support/slack.ts';
import { read, type Shown, type ShownView } from '../support/slack-stub.ts';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';

// A worry becomes an action, and the action is changed by two at once, in Slack and in Teams over their real wire formats.

const PLAN: Planned[] = [{ number: 12, title: 'Share early-help data', owner: 'wakefield.lead', due: '2026-12-18' }];

describe('in Slack', () => {
  let bot: Awaited<ReturnType<typeof testBot>>;
  let stage: Awaited<ReturnType<typeof slackWith>>;
  const HEAD = { user: 'U0HEAD', channel: 'C0WAKE' };
  const LEAD = { user: 'U0LEAD', channel: 'C0WAKE' };
  const COORDINATOR = { user: 'U0COORD', channel: 'C0WAKE' };

  beforeAll(async () => {
    bot = await testBot();
    await setPlan(bot, PLAN);
    stage = await slackWith({ commands: bot.commands, dispatch: bot.dispatch, core: bot.core });
    bot.senders.slack = stage.platform.send;
    stage.slack.user(HEAD.user, { email: 'wakefield.head.1@example.org' });
    stage.slack.user(LEAD.user, { email: 'wakefield.lead@example.org' });
    stage.slack.user(COORDINATOR.user, { email: 'wakefield.coordinator@example.org' });
    stage.slack.channel('C0WAKE', 'wakefield', [HEAD.user, LEAD.user, COORDINATOR.user]);
  });
  afterAll(async () => {
    await stage.stop();
    await bot.close();
  });
  const message = async (words: string, who: typeof LEAD) => (await stage.slack.command('/rag', words, who)).message as Shown;
  const view = async (words: string, who: typeof LEAD) => (await stage.slack.command('/rag', words, who)).view as ShownView;

  test('a refusal is raised, and the worry becomes an action of which its raiser hears', async () => {
    const refused = await message('12 due 1 March', HEAD);
    expect(read(refused)).toContain('The date of WAK-12 is changed by the pilot lead or the coordinator of Wakefield.');
    const form = (await stage.slack.press(refused, 'Raise a worry')).view as ShownView;
    const raised = await stage.slack.submit(form, { text: 'The date cannot be kept' });
    expect(read((raised.view ?? raised.message) as ShownView)).toContain('Raised with the coordinator of Wakefield');
    const waiting = await message('', COORDINATOR);
    expect(read(waiting)).toContain('“The date cannot be kept” from Headteacher, Wakefield 1');
    const make = (await stage.slack.press(waiting, 'Make it an action')).view as ShownView;
    const made = await stage.slack.submit(make, { due: '1 March', steps: 'Ask health by 4 December' });
    expect(read((made.view ?? made.message) as ShownView)).toContain('WAK-13 The date cannot be kept: added in Wakefield');
    expect(read(await message('', HEAD))).toContain('is an action now: WAK-13 The date cannot be kept.');
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
  });

  test('what both changed is seen before it is saved again', async () => {
    const mine = await view('12 edit', LEAD);
    const theirs = await view('12 edit', COORDINATOR);
    await stage.slack.submit(theirs, { title: 'Share data with hubs' });
    const asked = await stage.slack.submit(mine, { title: 'Share data with schools' });
    expect(read(asked.view as ShownView)).toContain('Wakefield coordinator changed this meanwhile, to: Share data with hubs.');
    const saved = await stage.slack.submit(asked.view as ShownView, { title: 'Share data with schools' });
    expect(read((saved.view ?? saved.message) as ShownView)).toContain('WAK-12 Share data with schools: saved');
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
  });

  test('done, on hold and a project are forms that Slack draws', async () => {
    for (const words of ['12 done', '12 hold', '12 stop', 'project new Fair places'])
      expect(read(await view(words, LEAD)).length, words).toBeGreaterThan(0);
    for (const words of ['projects', '12 due', '12 owner headteacher', '12 comment', '12 reopen', '12 step'])
      expect(read(await message(words, LEAD)).length, words).toBeGreaterThan(0);
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
  });
});

describe('in Teams', () => {
  let world: TeamsWorld;
  beforeAll(async () => {
    world = await teamsWorld();
    await setPlan(world.bot, PLAN);
  });
  afterAll(() => world.close());

  test('a refusal is raised, and the worry becomes an action of which its raiser hears', async () => {
    const head = world.person('wakefield.head.1');
    const coordinator = world.person('wakefield.coordinator');
    const refused = await world.say('rag 12 due 1 March', head);
    const form = await world.teams.openDialog(refused, 'Raise a worry', head);
    const raised = await world.teams.submitDialog(form, 'Raise it', { 'What worries you?': 'The date cannot be kept' }, head);
    expect(raised.lines.join('\n')).toContain('Raised with the coordinator of Wakefield');
    const waiting = await world.say('rag', coordinator);
    expect(waiting.lines.join('\n')).toContain('“The date cannot be kept” from Headteacher, Wakefield 1');
    const make = await world.teams.openDialog(waiting, 'Make it an action', coordinator);
    const made = await world.teams.submitDialog(make, 'Add the action', { 'By when?': '1 March' }, coordinator);
    expect(made.lines.join('\n')).toContain('WAK-13 The date cannot be kept: added in Wakefield');
    expect((await world.say('rag', head)).lines.join('\n')).toContain('is an action now: WAK-13 The date cannot be kept.');
  });

  test('a date and an owner in one line each', async () => {
    const lead = world.person('wakefield.lead');
    expect((await world.say('rag 12 due end of term', lead)).lines.join('\n')).toContain('due Friday 18 December 2026 already');
    expect((await world.say('rag 12 owner Charity partner, Wakefield', lead)).lines.join('\n')).toContain(
      'owner Charity partner, Wakefield',
    );
  });
});
