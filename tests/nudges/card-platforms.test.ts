import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/bot/contract.ts';
import { engineOf } from '../jobs/engine.ts';
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
  const arrives = async (name = HEAD, to = user, keys?: string[]): Promise<Shown> => {
    const { tenant } = await bot.database.db.identity.findFirstOrThrow({ where: { user: to } });
    const account: Account = { platform: 'slack', tenant, user: to };
    await world.sentTo(name, { account, to: { user: to } }, keys);
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

  /** A tick, so many minutes later. */
  const tick = async (minutes: number) => {
    bot.clock.advance({ minutes });
    await engineOf(bot).deliveries.refresh();
    await bot.outbox.drain();
  };

  test('a question that is asked in its place stays there, and so does quiet, though something else was done just before', async () => {
    ids = await setPlan(bot, [{ ...(PLAN[0] as Planned), due: '2026-11-06' }, PLAN[1] as Planned]);
    const message = await arrives();
    bot.clock.advance({ minutes: 1 });
    await stage.slack.command('/rag', '32 green', { user });
    bot.clock.advance({ minutes: 1 });
    await stage.slack.press(message, 'Green', { user });
    expect(read(message)).toContain('What makes it green?');
    await tick(4);
    expect(read(message)).toContain('What makes it green?');
    await stage.slack.press(message, 'We have Ofsted this week', { user });
    expect(read(message)).toContain('Quiet until');
    await tick(4);
    expect(read(message)).toContain('Quiet until');
    await stage.slack.press(message, 'Back', { user });
    expect(read(message), 'the way back to what waits').toContain('1  ✓ WAK-31: Green');
    await bot.database.db.nudgeSetting.deleteMany();
  });

  test('what a form did and was undone elsewhere waits on it again, and nobody is asked to send such a change again', async () => {
    const lead = 'U0LEAD';
    stage.slack.user(lead, { email: 'wakefield.lead@example.org' });
    await stage.slack.command('/nudge', '', { user: lead });
    stage.slack.shown.length = 0;
    const keys = (await world.waits('wakefield.lead')).filter((key) => key.startsWith('reading:'));
    const message = await arrives('wakefield.lead', lead, keys.slice(0, 1));
    const before = read(message);
    bot.clock.advance({ minutes: 1 });
    const { view } = await stage.slack.press(message, 'Log', { user: lead });
    await stage.slack.submit(view as ShownView, { value: '18.7' });
    await bot.outbox.drain();
    expect(read(message)).toContain('1  ✓ Persistent absence');
    bot.clock.advance({ minutes: 1 });
    await stage.slack.command('/kpi', 'undo persistent absence', { user: lead });
    await tick(20);
    expect(read(message)).toBe(before);
    const updates = (await bot.database.db.outbox.findMany({ orderBy: { seq: 'asc' } })).map(({ payload }) => payload as object);
    const ofMessage = updates.filter((payload) => 'to' in payload && JSON.stringify(payload.to).includes(message.ts));
    expect(ofMessage).toHaveLength(2);
    for (const payload of ofMessage) expect(payload).toHaveProperty('delivery');
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
