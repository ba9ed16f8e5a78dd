import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/bot/contract.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, ratingsIn, setPlan } from '../support/plan.ts';
import { slackWith } from '../support/slack.ts';
import { buttonsOn, read, type Shown, type ShownView } from '../support/slack-stub.ts';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';
import { sentWorld } from './sent.ts';

// The one message of a week in Slack and in Teams, over their real wire formats: pressed, filled in, brought up to date.

const HEAD = 'wakefield.head.1';
const PLAN: Planned[] = [
  {
    number: 31,
    title: 'Transition visits',
    owner: HEAD,
    due: '2027-03-26',
    ratings: [{ rating: 'amber', at: '2026-09-15', by: HEAD, reason: 'two schools have no date' }],
  },
  { number: 32, title: 'Breakfast clubs', owner: HEAD, due: '2027-03-26', since: '2026-09-07' },
];
const TITLE = 'Two minutes for Wakefield this week, then nothing until you are needed.';

describe('in Slack', () => {
  let bot: TestBot;
  let stage: Awaited<ReturnType<typeof slackWith>>;
  let world: Awaited<ReturnType<typeof sentWorld>>;
  let ids: Record<string, string>;
  const user = 'U0HEAD';

  beforeAll(async () => {
    bot = await testBot();
    stage = await slackWith({ transport: 'http', commands: bot.commands, dispatch: bot.dispatch, core: bot.core });
    bot.senders.slack = stage.platform.send;
    stage.slack.user(user, { email: `${HEAD}@example.org` });
    world = await sentWorld(bot);
    await stage.slack.command('/nudge', '', { user }); // links the account
  });
  beforeEach(async () => {
    ids = await setPlan(bot, PLAN);
    stage.slack.shown.length = 0;
  });
  afterEach(() => {
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
    expect(stage.slack.late, 'what was acknowledged too late').toEqual([]);
  });
  afterAll(async () => {
    await stage.stop();
    await bot.close();
  });

  /** The message as it has arrived in the chat with them. */
  const arrives = async (): Promise<Shown> => {
    const { tenant } = await bot.database.db.identity.findFirstOrThrow({ where: { user } });
    const account: Account = { platform: 'slack', tenant, user };
    await world.sentTo(HEAD, { account, to: { user } });
    await bot.outbox.drain();
    expect(stage.slack.shown).toHaveLength(1);
    return stage.slack.shown[0] as Shown;
  };

  test('it has a row of buttons for each line, within what Slack takes', async () => {
    const message = await arrives();
    expect(read(message)).toContain(TITLE);
    expect(buttonsOn(message)).toEqual([
      ...['Same as before', 'Green', 'Red', 'Complete', 'No update yet'],
      ...['Green', 'Amber', 'Red', 'Complete', 'No update yet'],
      ...['We have Ofsted this week', 'Quiet until…', 'Not mine'],
    ]);
  });

  test('a press puts the card in its place, with that line done', async () => {
    const message = await arrives();
    await stage.slack.press(message, 'Same as before', { user });
    expect(stage.slack.shown).toHaveLength(1);
    expect(read(message)).toContain('1  ✓ WAK-31: Amber');
    expect(read(message)).toContain('WAK-31 Transition visits: Amber as before (you)');
    expect(await ratingsIn(bot, ids['WAK-31'])).toHaveLength(2);
  });

  test('a form answers for itself, and the message is brought up to date where it stands', async () => {
    const message = await arrives();
    const { view } = await stage.slack.press(message, 'Red', { user });
    await stage.slack.submit(view as ShownView, { reason: 'no coach', remedy: 'another school lends one, by January' });
    await bot.outbox.drain();
    expect(await ratingsIn(bot, ids['WAK-31'])).toHaveLength(2);
    expect(stage.slack.shown).toHaveLength(1);
    expect(read(message)).toContain('1  ✓ WAK-31: Red');
    expect(buttonsOn(message), 'the other line can still be answered').toContain('Green');
    // and again: its buttons are good after it
    await stage.slack.press(message, 'Green', { user });
    expect(read(message)).toContain('2  ✓ WAK-32: Green');
  });

  test('a message that was deleted stays deleted: nothing new is posted', async () => {
    const message = await arrives();
    const { view } = await stage.slack.press(message, 'Red', { user });
    stage.slack.shown.length = 0;
    await stage.slack.submit(view as ShownView, { reason: 'no coach', remedy: 'another school lends one, by January' });
    await bot.outbox.drain();
    expect(stage.slack.calls.filter(({ method }) => method === 'chat.update').at(-1)?.args.ts).toBe(message.ts);
    expect(stage.slack.shown).toEqual([]);
    const [last] = await bot.database.db.outbox.findMany({ orderBy: { seq: 'desc' }, take: 1 });
    expect(last, 'nothing is tried again').toMatchObject({ state: 'sent', attempts: 1, result: { gone: true } });
  });
});

describe('in Teams', () => {
  let teams: TeamsWorld;
  let world: Awaited<ReturnType<typeof sentWorld>>;
  let ids: Record<string, string>;
  let head: ReturnType<TeamsWorld['person']>;

  beforeAll(async () => {
    teams = await teamsWorld();
    world = await sentWorld(teams.bot);
    head = teams.person(HEAD);
    await teams.say('nudge', head); // links the account, and keeps the chat
  });
  beforeEach(async () => {
    ids = await setPlan(teams.bot, PLAN);
  });
  afterAll(() => teams.close());

  const arrives = async () => {
    const { db } = teams.bot.database;
    const { tenant, user } = await db.identity.findFirstOrThrow({ where: { platform: 'teams' } });
    const { reference } = await db.conversationReference.findFirstOrThrow({ where: { platform: 'teams', kind: 'personal' } });
    const before = teams.teams.seen(head).length;
    await world.sentTo(HEAD, { account: { platform: 'teams', tenant, user }, to: reference as Record<string, unknown> });
    await teams.relay();
    expect(teams.teams.seen(head)).toHaveLength(before + 1);
    return teams.teams.seen(head).at(-1) as NonNullable<ReturnType<typeof teams.teams.seen>[number]>;
  };
  const now = (id: string) =>
    teams.teams
      .seen(head)
      .find((message) => message.id === id)
      ?.lines.join('\n') ?? '';

  test('a press puts the card in its place, with that line done', async () => {
    const message = await arrives();
    expect(message.lines.join('\n')).toContain(TITLE);
    const { lines } = await teams.teams.press(message, 'Same as before', head);
    expect(lines.join('\n')).toContain('1  ✓ WAK-31: Amber');
    expect(await ratingsIn(teams.bot, ids['WAK-31'])).toHaveLength(2);
  });

  test('a form answers for itself, and the message is brought up to date where it stands', async () => {
    const message = await arrives();
    const count = teams.teams.seen(head).length;
    const dialog = await teams.teams.openDialog(message, 'Red', head);
    const saved = await teams.teams.submitDialog(
      dialog,
      'Save',
      { 'What is in the way?': 'no coach', 'What would put it right, and by when?': 'another school lends one, by January' },
      head,
    );
    expect(saved.lines.join('\n')).toContain('Red (you)');
    await teams.relay();
    expect(now(message.id)).toContain('1  ✓ WAK-31: Red');
    expect(teams.teams.seen(head), 'nothing new is posted').toHaveLength(count);
  });
});
