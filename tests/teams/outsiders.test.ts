import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Seen, TeamsUser } from '../support/teams-stub.ts';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';

/** A shared card keeps its note among ourselves, and loses it where people from outside read along, or may. */

const WITHOUT = 'Without names and notes';
const ELSEWHERE = '99999999-2222-4333-8444-555555555555';

let world: TeamsWorld;
let lead: TeamsUser;
beforeAll(async () => {
  world = await teamsWorld();
  lead = world.teams.user('wakefield.lead@example.org');
});
afterAll(() => world.close());
beforeEach(() => {
  world.bot.clock.advance({ days: 7 }); // a week without a reading
  world.teams.requests.length = 0;
});

type By = { user: TeamsUser; conversation: ReturnType<TeamsWorld['teams']['channel']> };
const colleagues = (many: number) => Array.from({ length: many }, (_, n) => world.teams.user(`colleague.${n}@example.org`));
const channel = (...[members = [], rest]: [TeamsUser[]?, Parameters<TeamsWorld['teams']['channel']>[2]?]): By => ({
  user: lead,
  conversation: world.teams.channel([lead, ...members], 'Wakefield', rest),
});
/** Does something, and waits for what is learnt afterwards. */
const then = async <T>(act: () => Promise<T>): Promise<T> => {
  const done = await act();
  await world.learnt();
  return done;
};
const say = (text: string, by: By) => then(() => world.say(text, by));
const log = (by: By) => say('kpi attendance 93.2 flu in two schools', by);
const press = (on: { id: string; card?: Seen['card'] }, label: string, by: By) => then(() => world.teams.press(on, label, by));
/** What the preview says and what the others then read. */
const share = async (on: Seen, by: By) => {
  const preview = await press(on, 'Share', by);
  const previewed = preview.lines.join('\n');
  await press(preview, /\[(Post in [^\]]+)\]/u.exec(previewed)?.[1] ?? '', by);
  await world.relay();
  const posted = lastCardIn(by);
  if (!posted) throw new Error('nothing was posted');
  return { previewed, posted: posted.lines.join('\n') };
};
const lastCardIn = ({ conversation }: By) =>
  world.teams.messages.findLast((message) => message.conversation === conversation.id && !message.onlyFor && message.card);
const looks = () => world.teams.requests.filter((request) => request.endsWith('/pagedMembers')).length;

describe('the note goes with a shared card', () => {
  test('in a channel of our own, however many pages of people are in it', async () => {
    const by = channel(colleagues(120));
    const shared = await share(await log(by), by);
    expect(shared.previewed).toContain('flu');
    expect(shared.previewed).not.toContain(WITHOUT);
    expect(shared.posted).toContain('flu');
  });
  test('in a group chat of our own', async () => {
    const by = { user: lead, conversation: world.teams.group([lead, ...colleagues(3)]) };
    expect((await share(await log(by), by)).posted).toContain('flu');
  });
});

describe('the note stays behind', () => {
  const staysBehind = async (by: By) => {
    const shared = await share(await log(by), by);
    expect(shared.previewed).toContain(WITHOUT);
    expect(shared.posted).toContain('93.2');
    expect(shared.posted).not.toContain('flu');
  };

  test.each([
    ['a guest', { role: 'guest' as const }],
    ['somebody with the name of a guest', { upn: 'somebody_school.example#EXT#@council.example' }],
    ['somebody of another tenant', { tenant: ELSEWHERE }],
  ])('where %s is among many', async (_who, more) => {
    await staysBehind(channel([...colleagues(60), world.teams.user('somebody@school.example', more)]));
  });

  test('in a channel that is shared with other teams', () => staysBehind(channel([], { sort: 'shared' })));

  test('where there are more people than we look at', () => staysBehind(channel(colleagues(560))));

  test.each([403, 429, 500])('where Teams does not say who is in it (%s)', async (status) => {
    world.teams.trouble('roster', { status });
    await staysBehind(channel());
  });

  test('where a look fails a day after all were our own', async () => {
    const by = channel();
    const logged = await log(by);
    world.bot.clock.advance({ days: 1 });
    world.teams.trouble('roster', { status: 500 });
    await say('kpi', by);
    expect((await share(logged, by)).posted).not.toContain('flu');
  });
});

test('Teams is asked once a day, and the day after a guest came the note stays behind', async () => {
  const by = channel(colleagues(2));
  expect((await share(await log(by), by)).posted).toContain('flu');
  expect(looks()).toBe(1);
  by.conversation.members.push(world.teams.user('somebody@school.example', { role: 'guest' }));
  world.bot.clock.advance({ days: 1 });
  const shown = await say('kpi attendance', by);
  expect(looks()).toBe(2);
  expect((await share(shown, by)).posted).not.toContain('flu');
});

test('a guest whom Teams tells us of counts at once', async () => {
  const by = channel(colleagues(2));
  const logged = await log(by);
  await then(() => world.teams.join(world.teams.user('somebody@school.example', { role: 'guest' }), by));
  expect((await share(logged, by)).posted).not.toContain('flu');
});

test('somebody of another tenant who asks something is met there, and counts at once', async () => {
  const by = channel(colleagues(2));
  const logged = await log(by);
  const { id, aadObjectId } = world.teams.user('somebody@school.example', { tenant: ELSEWHERE });
  const asking = world.teams.activity(lead, by.conversation, {
    type: 'message',
    text: 'kpi',
    from: { id, aadObjectId, tenantId: ELSEWHERE },
  });
  await then(() => world.teams.deliver(asking));
  expect(looks()).toBe(1);
  expect((await share(logged, by)).posted).not.toContain('flu');
});

test('what is learnt when we are put into a conversation counts from the first asking', async () => {
  const by = channel();
  await then(() => world.teams.install(by));
  expect(looks()).toBe(1);
  expect((await share(await log(by), by)).posted).toContain('flu');
  expect(looks()).toBe(1);
});

test('nobody looks at a conversation that we were taken out of, or at a personal chat', async () => {
  const by = channel();
  await then(() => world.teams.install(by));
  by.conversation.bot = false;
  world.bot.clock.advance({ days: 1 }); // what was learnt is to be asked again
  await then(() => world.teams.install(by, 'remove'));
  await say('kpi', { user: lead, conversation: world.teams.chat(lead) });
  expect(looks()).toBe(1);
  const kept = await world.bot.core.db.conversationReference.findFirst({ where: { conversation: by.conversation.id } });
  expect(kept?.closedWhy).toBe('removed');
});

test('a look that hangs delays nothing, and what it learns later adds nothing to what was previewed', async () => {
  const by = channel();
  world.teams.trouble('roster', 'hang');
  const logged = await world.say('kpi attendance 93.2 flu in two schools', by);
  const preview = await world.teams.press(logged, 'Share', by);
  expect(preview.lines.join('\n')).toContain(WITHOUT);
  await world.teams.until(() => looks() === 1);
  world.teams.letGo();
  await world.learnt();
  world.bot.clock.advance({ hours: 1 });
  const shown = await say('kpi attendance', by);
  await press(preview, /\[(Post in [^\]]+)\]/u.exec(preview.lines.join('\n'))?.[1] ?? '', by);
  await world.relay();
  const posted = lastCardIn(by);
  expect(posted?.lines.join('\n')).not.toContain('flu');
  // A new preview has it: it was the one before that had not.
  expect((await share(shown, by)).posted).toContain('flu');
});
