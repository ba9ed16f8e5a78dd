import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, ratingsIn, setPlan } from '../support/plan.ts';
import { slackWith } from '../support/slack.ts';
import { buttonsOn, read, type Shown, type ShownView } from '../support/slack-stub.ts';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';

// An owner rates in Slack and in Teams, over their real wire formats.

const OWNER = 'wakefield.earlyhelp';
const PLAN: Planned[] = [
  { number: 7, title: 'Recruit two education welfare officers', owner: OWNER, due: '2027-01-29' },
  {
    number: 12,
    title: 'Share early-help data with hubs',
    owner: OWNER,
    due: '2026-11-13',
    ratings: [{ rating: 'amber', at: '2026-10-29', by: OWNER, reason: 'waiting for health' }],
  },
];
const RED = 'v1 red, two failed adverts, to put it right: a joint post, by 2027-02-01';

describe('in Slack', () => {
  let bot: TestBot;
  let stage: Awaited<ReturnType<typeof slackWith>>;
  let ids: Record<string, string>;
  const owner = { user: 'U0OWNER', channel: 'C0WAKE' };

  beforeAll(async () => {
    bot = await testBot();
    stage = await slackWith({ transport: 'http', commands: bot.commands, dispatch: bot.dispatch, core: bot.core });
    bot.senders.slack = stage.platform.send;
    stage.slack.user(owner.user, { email: `${OWNER}@example.org` });
    stage.slack.channel('C0WAKE', 'wakefield', [owner.user]);
  });
  beforeEach(async () => {
    ids = await setPlan(bot, PLAN);
  });
  afterEach(() => {
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
    expect(stage.slack.late, 'what was acknowledged too late').toEqual([]);
  });
  afterAll(async () => {
    await stage.stop();
    await bot.close();
  });
  const rag = (words: string) => stage.slack.command('/rag', words, owner);

  test('the list, one action and a green are answers that nobody else sees', async () => {
    const { message: list } = await rag('');
    expect(list).toMatchObject({ onlyFor: owner.user });
    expect(read(list as Shown)).toContain('Wakefield: 2 of your 2 actions wait for you');
    const { message: green } = await rag('12 green');
    expect(read(green as Shown)).toContain('It was due on 13 Nov. What makes it green?');
    expect(buttonsOn(green as Shown)).toEqual(['Say why', 'Make it amber', 'It is complete']);
  });

  test('a red opens its form at once, stays open while something is missing, and is saved with what was typed', async () => {
    const { view } = await rag('7 red two failed adverts');
    const form = view as ShownView;
    const wrong = await stage.slack.submit(form, { remedy: 'a joint post' });
    expect(JSON.stringify(wrong)).toContain('Say by when, too');
    expect(await ratingsIn(bot, ids['WAK-7'])).toEqual([]);
    await stage.slack.submit(form, { remedy: 'a joint post, by January' });
    expect(await ratingsIn(bot, ids['WAK-7'])).toEqual([RED]);
  });

  test('one after the other goes on behind a form, too', async () => {
    const { message: first } = await rag('next');
    expect(read(first as Shown)).toContain('1 of 2: WAK-12');
    const { view } = await stage.slack.press(first as Shown, 'Amber');
    await stage.slack.submit(view as ShownView, { reason: 'health has not answered' });
    expect((await ratingsIn(bot, ids['WAK-12'])).at(-1)).toBe('v2 amber, health has not answered');
  });
});

describe('in Teams', () => {
  let world: TeamsWorld;
  let ids: Record<string, string>;
  beforeAll(async () => {
    world = await teamsWorld();
    ids = await setPlan(world.bot, PLAN);
  });
  afterAll(() => world.close());

  test('a red typed in a chat offers its form in one press, and is saved from there', async () => {
    const owner = world.person(OWNER);
    const dialog = await world.teams.openDialog(await world.say('rag 7 red two failed adverts', owner), 'Open the form', owner);
    expect(dialog.lines.join('\n')).toContain('__two failed adverts__');
    const wrong = await world.teams.submitDialog(dialog, 'Save', { 'What would put it right, and by when?': 'a joint post' }, owner);
    expect(wrong.lines.join('\n')).toContain('Say by when, too');
    const saved = await world.teams.submitDialog(
      wrong,
      'Save',
      { 'What would put it right, and by when?': 'a joint post, by January' },
      owner,
    );
    expect(saved.lines.join('\n')).toContain('Red (you)');
    expect(await ratingsIn(world.bot, ids['WAK-7'])).toEqual([RED]);
  });

  test('Same as before is one press', async () => {
    const owner = world.person(OWNER);
    const { lines } = await world.teams.press(await world.say('rag 12', owner), 'Same as before', owner);
    expect(lines.join('\n')).toContain('Amber as before (you)');
  });
});
