import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conversationsOf } from '../../src/people/conversations.ts';
import { testBot } from '../support/bot.ts';
import { slackWith } from '../support/slack.ts';
import { buttonsOn, read, type Shown } from '../support/slack-stub.ts';

/** A shared card keeps its note among ourselves, and loses it where people from outside read along, or may. */

const LEAD = 'U0LEAD';
const GUEST = 'U0GUEST';
const COLLEAGUES = ['U0ONE', 'U0TWO', 'U0THREE'];
const WITHOUT = 'Without names and notes';

let bot: Awaited<ReturnType<typeof testBot>>;
let stage: Awaited<ReturnType<typeof slackWith>>;
/** Everything that is learnt after an answer. */
const learning: Promise<void>[] = [];

beforeAll(async () => {
  bot = await testBot();
  const kept = conversationsOf(bot.core, 'slack');
  const noted = (work: Promise<void>) => {
    learning.push(work);
    return work;
  };
  stage = await slackWith({
    commands: bot.commands,
    dispatch: bot.dispatch,
    core: bot.core,
    conversations: {
      learnOutsiders: (address, look) => noted(kept.learnOutsiders(address, look)),
      foundOutsiders: (address) => noted(kept.foundOutsiders(address)),
    },
  });
  bot.senders.slack = stage.platform.send;
  stage.slack.user(LEAD, { email: 'wakefield.lead@example.org' });
  for (const colleague of COLLEAGUES) stage.slack.user(colleague);
  stage.slack.user(GUEST, { is_restricted: true });
  stage.slack.user('U0OTHER', { team_id: 'T0OTHER', is_stranger: true });
});
let channels = 0;
let here: string;
beforeEach(async () => {
  bot.clock.advance({ days: 7 }); // a week without a reading
  await bot.outbox.drain();
  stage.slack.shown.length = 0;
  stage.slack.calls.length = 0;
  channels += 1;
  here = `C0WAKE${channels}`;
});
afterEach(() => {
  expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
  expect(stage.slack.late, 'what was acknowledged too late').toEqual([]);
});
afterAll(async () => {
  await stage.stop();
  await bot.close();
});

/** Does something, and waits for what is learnt afterwards. */
const then = async <T>(act: () => Promise<T>): Promise<T> => {
  const before = learning.length;
  const done = await act();
  await stage.slack.until(() => learning.length > before, 'learning who reads along');
  await Promise.allSettled(learning);
  return done;
};
const kpi = (words: string) => then(async () => (await stage.slack.command('/kpi', words, { user: LEAD, channel: here })).message as Shown);
const log = () => kpi('attendance 93.2 flu in two schools');
const show = () => kpi('attendance');
const press = (on: Shown, label: string) => then(async () => (await stage.slack.press(on, label)).message as Shown);
const postedHere = () => stage.slack.shown.filter((one) => one.channel === here && one.onlyFor === undefined);
/** The card that is posted after so many others. */
const posted = (others = 0) => stage.slack.until(() => postedHere()[others], 'the shared card');
/** What the preview says and what the others then read. */
const share = async (on: Shown) => {
  const preview = await press(on, 'Share');
  const previewed = read(preview);
  const others = postedHere().length;
  await press(preview, buttonsOn(preview).find((label) => label.startsWith('Post in ')) ?? 'Post in');
  return { previewed, posted: read(await posted(others)) };
};
const looks = () => stage.slack.calls.filter(({ method }) => method === 'conversations.info').length;
type How = Parameters<typeof stage.slack.channel>[4] & { name?: string };
const channel = (members: string[], { name = 'wakefield', ...how }: How = {}) =>
  stage.slack.channel(here, name, [LEAD, ...members], true, how);

describe('the note goes with a shared card', () => {
  test.each([
    ['in a channel of our own', {}],
    ['in a private one', { private: true }],
    ['among several people', { private: true, name: 'mpdm-lead--one--two-1' }],
    ['in one that is shared within the organisation', { sharedWith: 'organisation' as const }],
  ])('%s', async (_where, how) => {
    channel(COLLEAGUES, how);
    const shared = await share(await log());
    expect(shared.previewed).toContain('flu');
    expect(shared.previewed).not.toContain(WITHOUT);
    expect(shared.posted).toContain('flu');
  });
});

describe('the note stays behind', () => {
  test.each([
    ['where another organisation reads', [], { sharedWith: 'outside' as const }],
    ['where one is invited', [], { sharedWith: 'invited' as const }],
    ['where a guest is among many', [...COLLEAGUES, GUEST], {}],
    ['where somebody is whom the workspace does not list', ['U0OTHER'], {}],
  ])('%s', async (_where, members, how) => {
    channel(members, how);
    const shared = await share(await log());
    expect(shared.previewed).toContain(WITHOUT);
    expect(shared.posted).toContain('93.2');
    expect(shared.posted).not.toContain('flu');
  });

  test.each(['conversations.info', 'conversations.members', 'users.list'])('where Slack does not let us ask (%s)', async (method) => {
    channel(COLLEAGUES);
    stage.slack.fail({ method, error: 'missing_scope' });
    const shared = await share(await log());
    expect(shared.previewed).toContain(WITHOUT);
    expect(shared.posted).not.toContain('flu');
    expect(stage.logged.filter((line) => line.includes(`Slack ${method}: missing_scope`))).toHaveLength(1);
  });

  test('where a look fails a day after all were our own', async () => {
    channel(COLLEAGUES);
    const logged = await log();
    bot.clock.advance({ days: 1 });
    stage.slack.fail({ method: 'conversations.info', status: 503 });
    await kpi('');
    expect((await share(logged)).posted).not.toContain('flu');
  });
});

test('Slack is asked once a day, and the day after a channel was opened to others the note stays behind', async () => {
  channel(COLLEAGUES);
  expect((await share(await log())).posted).toContain('flu');
  expect(looks()).toBe(1);
  channel(COLLEAGUES, { sharedWith: 'outside' });
  bot.clock.advance({ days: 1 });
  const shown = await show();
  expect(looks()).toBe(2);
  expect((await share(shown)).posted).not.toContain('flu');
});

test('what Slack says by itself in a mention counts at once', async () => {
  channel(COLLEAGUES);
  const logged = await log();
  channel(COLLEAGUES, { sharedWith: 'outside' });
  await then(() => stage.slack.mention('kpi', { user: LEAD, channel: here }));
  expect(looks()).toBe(1);
  expect((await share(logged)).posted).not.toContain('flu');
});

test.each([
  ['a guest', GUEST],
  ['somebody of another workspace', 'U0OTHER'],
])('%s who asks something is met there, and counts at once', async (_who, user) => {
  channel(COLLEAGUES);
  const logged = await log();
  channel([...COLLEAGUES, user]);
  await then(() => stage.slack.mention('kpi', { user, channel: here }));
  expect(looks()).toBe(1);
  expect((await share(logged)).posted).not.toContain('flu');
});

test('somebody of another workspace whom we know as a partner is met there all the same', async () => {
  const { db, newId } = bot.core;
  const { id: personId } = await db.person.findFirstOrThrow({ where: { email: 'wakefield.head.1@example.org' } });
  const linkedAt = new Date(bot.clock.now().epochMilliseconds);
  stage.slack.user('U0PARTNER', { team_id: 'T0OTHER', is_stranger: true });
  await db.identity.create({
    data: { id: newId(), personId, platform: 'slack', tenant: 'T0OTHER', user: 'U0PARTNER', linkedAt, how: 'code' },
  });
  channel(COLLEAGUES);
  const logged = await log();
  await then(() => stage.slack.mention('kpi', { user: 'U0PARTNER', channel: here }));
  expect((await share(logged)).posted).not.toContain('flu');
});

test('what was learnt between preview and post takes the note away, and says so', async () => {
  channel(COLLEAGUES);
  const preview = await press(await log(), 'Share');
  expect(read(preview)).toContain('flu');
  channel(COLLEAGUES, { sharedWith: 'outside' });
  await then(() => stage.slack.mention('kpi', { user: LEAD, channel: here }));
  expect(read(await press(preview, 'Post in #wakefield'))).toContain(WITHOUT);
  expect(read(await posted())).not.toContain('flu');
});

test('a look that hangs delays nothing, and what it learns later adds nothing to what was previewed', async () => {
  channel(COLLEAGUES);
  stage.slack.fail({ method: 'conversations.info', hang: true });
  const before = learning.length;
  const { message: logged } = await stage.slack.command('/kpi', 'attendance 93.2 flu in two schools', { user: LEAD, channel: here });
  const { message: preview } = await stage.slack.press(logged as Shown, 'Share');
  expect(read(preview as Shown)).toContain(WITHOUT);
  await stage.slack.until(() => learning.length === before + 2, 'the look that hangs, and the one that leaves it to it');
  stage.slack.letGo();
  await Promise.allSettled(learning);
  bot.clock.advance({ hours: 1 });
  await kpi('');
  await press(preview as Shown, 'Post in #wakefield');
  expect(read(await posted())).not.toContain('flu');
  // A new preview has it: it was the one before that had not.
  expect((await share(await show())).posted).toContain('flu');
});

test('nobody looks at who reads a direct conversation', async () => {
  await stage.slack.dm('kpi', { user: LEAD });
  await stage.slack.command('/kpi', '', { user: LEAD });
  channel(COLLEAGUES);
  await log(); // the next look is this one
  expect(looks()).toBe(1);
});
